"""Originals of a lost ledger: the order in which they are imported again, and what is no row."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from celadon.records.ledger.kept_originals import in_order, is_declaration

DECLARATION = 'format = 1\nsite.id = "mill"\nsite.zone = "Asia/Shanghai"\n'


def keep(folder: Path, texts: list[str]) -> list[Path]:
    """Originals written one after the other."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    paths = []
    for number, text in enumerate(texts):
        path = sources / hashlib.sha256(text.encode()).hexdigest()
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(10**18 + number, 10**18 + number))
        paths.append(path)
    return paths


TEXTS = [DECLARATION, *(f"a,b\n1,{number}\n" for number in range(6))]


def test_originals_come_in_the_order_of_their_writing(tmp_path: Path) -> None:
    kept = keep(tmp_path, TEXTS)
    assert sorted(kept[1:]) != kept[1:]
    assert in_order(sorted(kept)) == (kept[1:], "time")


def test_a_manifest_beside_them_gives_the_order_though_a_line_of_it_is_damaged(
    tmp_path: Path,
) -> None:
    kept = keep(tmp_path, TEXTS)
    lines = [json.dumps({"source": path.name}) for path in [*kept[:1], *kept[:0:-1]]]
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("\n".join([*lines[:1], "{damaged", *lines[1:]]), encoding="utf-8")
    assert in_order(sorted(kept)) == (kept[:0:-1], "manifest")
    manifest.write_text("\n".join(lines[:-1]), encoding="utf-8")
    assert in_order(sorted(kept)) == (kept[1:], "time")


def test_other_files_stay_where_they_are(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("b.csv", "a.csv")]
    assert in_order(files) == (files, "")


@pytest.mark.parametrize(
    ("text", "declares"),
    [
        (DECLARATION, True), ('[site]\nid = "mill"\n', True), ("site,b\n1,2\n", False),
        ("[site\n", False), ("a,b\n", False), ('site = "mill"\n', False),
    ],
)  # fmt: skip
def test_a_declaration_is_known_by_what_it_says(
    tmp_path: Path,
    text: str,
    declares: bool,
) -> None:
    path = tmp_path / ("0" * 64)
    path.write_text(text, encoding="utf-8")
    assert is_declaration(path) is declares
