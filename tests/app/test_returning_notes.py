"""Returns with readings of a site of which rows were refused: their notes go along, and count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.app.shop import (
    BOOKS,
    MARCH,
    make_workspace,
    reading_rows,
    take,
    write_books,
    write_laboratory,
    write_readings,
)
from tests.report.return_build import (
    document_of,
    members_of,
    rows_of,
    sealed_again,
    with_rows,
    written,
)

from celadon.accounts.tables import LEAF
from celadon.app.returning import check_returns, pack_return
from celadon.app.workspace import Workspace
from celadon.chain import append, canonical_json
from celadon.records.tables import FINDING
from celadon.report.returns.check import Check
from celadon.report.returns.notes import are_notes

NOTES = "ledger/notes/3.json"
UNREADABLE = {0: "4OOt", 1: "250.5.5", 4: "5k"}
"""The opening stock, a purchase and the production of the books, as nobody can read them."""


def plant_of(folder: Path, *refused: int) -> Workspace:
    """The small works with some rows of its books unreadable."""
    workspace = make_workspace(folder)
    rows = [list(row) for row in BOOKS]
    for number in refused:
        rows[number][4] = UNREADABLE[number]
    take(workspace, write_readings(folder / "readings.csv", reading_rows()))
    take(workspace, write_books(folder / "books.xlsx", rows))
    take(workspace, write_laboratory(folder / "laboratory.xlsx"))
    return workspace


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return plant_of(tmp_path_factory.mktemp("refused"), 0, 1)


@pytest.fixture(scope="module")
def enclosed(plant: Workspace) -> bytes:
    out = plant.folder.parent / "enclosed.zip"
    return pack_return(plant, "works", MARCH, with_readings=True, out=out).packed.data


def checks(data: bytes, folder: Path) -> list[Check]:
    [found] = check_returns([written(folder / "r.zip", data)], None)
    return list(found.checks)


def told_again(data: bytes, folder: Path) -> list[str]:
    """What is answered of the disclosed rows and of the account that they give."""
    found = checks(data, folder)
    return [check.answer for check in found if check.name in ("readings", "recomputed")]


def refusing(found: list[Check]) -> set[str]:
    return {check.answer for check in found if check.refuses}


def tampered(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    members = members_of(data)
    change(members)
    document = document_of(members)
    document["files"] = {n: head for n, head in document["files"].items() if n in members}
    return sealed_again(members, document)


def chained_again(data: bytes, notes: bytes, folder: Path) -> bytes:
    """Other notes, and a chain that commits them: sound in itself."""
    members, path = members_of(data), folder / "manifest.jsonl"
    head = ""
    for text in members["ledger/manifest.jsonl"].splitlines():
        line = json.loads(text)
        body = {name: value for name, value in line.items() if name not in ("prev", "hash")}
        if line["position"] == 3:
            body["refused"] = hashlib.sha256(notes).hexdigest()
        head = append(path, body)["hash"]
    members |= {"ledger/manifest.jsonl": path.read_bytes(), NOTES: notes}
    document = document_of(members)
    document["read"]["ledger"] = head
    return sealed_again(members, document)


@pytest.mark.parametrize("refused", [(0,), (1,), (4,), (0, 1, 4)])
def test_an_honest_return_with_refused_rows_is_accepted(
    tmp_path: Path, refused: tuple[int, ...]
) -> None:
    workspace = plant_of(tmp_path, *refused)
    sent = pack_return(workspace, "works", MARCH, with_readings=True)
    notes = json.loads(members_of(sent.packed.data)[NOTES])
    assert len(notes) == len(refused)
    assert {row["rule"] for row in rows_of(members_of(sent.packed.data), FINDING)} >= {
        note["rule"] for note in notes
    }
    assert told_again(sent.packed.data, tmp_path) == ["readings.yes", "recomputed.yes"]
    assert refusing(checks(sent.packed.data, tmp_path)) == set()


def test_a_ledger_that_was_packed_gives_its_notes(tmp_path: Path, enclosed: bytes) -> None:
    workspace = plant_of(tmp_path, 0, 1)
    take(workspace, write_books(tmp_path / "books-later.xlsx", BOOKS[:1]))
    workspace.ledger("works").pack()
    data = pack_return(workspace, "works", MARCH, with_readings=True).packed.data
    assert members_of(data)[NOTES] == members_of(enclosed)[NOTES]
    assert "recomputed.yes" in {check.answer for check in checks(data, tmp_path)}


def test_a_file_that_came_after_a_pack(tmp_path: Path) -> None:
    """A pack has a line of its own in the chain, and none in the receiver's ledger."""
    workspace = plant_of(tmp_path)
    for number in range(12):
        row = ("钢卷", "产量", "2025-04-01", "2025-04-30", 100 + number, "t")
        take(workspace, write_books(tmp_path / f"books-{number}.xlsx", [row]))
    assert workspace.ledger("works").pack()
    opening = [*BOOKS[0][:4], UNREADABLE[0], "t"]
    late = take(workspace, write_books(tmp_path / "books-late.xlsx", [opening]))
    data = pack_return(workspace, "works", MARCH, with_readings=True).packed.data
    assert f"ledger/notes/{late.position}.json" in members_of(data)
    assert told_again(data, tmp_path) == ["readings.yes", "recomputed.yes"]


def test_a_file_of_which_every_row_is_refused_when_it_is_read_again(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    take(workspace, write_readings(tmp_path / "readings.csv"))
    books = write_books(tmp_path / "books.xlsx", BOOKS[4:])
    first = take(workspace, books)
    declared = workspace.site_file("works")
    text = declared.read_text(encoding="utf-8")
    declared.write_text(text.replace('"coil"', '"bar"').replace("钢卷", "棒材"), encoding="utf-8")
    again = take(workspace, books)
    assert (first.rows, again.rows, len(again.findings)) == (1, 0, 1)
    data = pack_return(workspace, "works", MARCH, with_readings=True).packed.data
    assert told_again(data, tmp_path) == ["readings.yes", "recomputed.yes"]


def test_only_lines_that_refused_anything_have_notes(enclosed: bytes) -> None:
    assert [name for name in members_of(enclosed) if "/notes/" in name] == [NOTES]


def test_without_readings_no_notes_go_along(plant: Workspace, tmp_path: Path) -> None:
    data = pack_return(plant, "works", MARCH).packed.data
    assert not [name for name in members_of(data) if name.startswith("ledger/")]
    assert refusing(checks(data, tmp_path)) == set()


def drop(members: dict[str, bytes]) -> None:
    del members[NOTES]


def alter(members: dict[str, bytes]) -> None:
    members[NOTES] = members[NOTES].replace(b"coal", b"coke", 1)


def empty(members: dict[str, bytes]) -> None:
    members[NOTES] = b"[]"


def add(members: dict[str, bytes]) -> None:
    members["ledger/notes/4.json"] = members[NOTES]


@pytest.mark.parametrize(
    ("change", "because"), [(drop, "lost"), (alter, "stray"), (empty, "stray"), (add, "stray")]
)
def test_notes_removed_or_altered_are_refused(
    enclosed: bytes, tmp_path: Path, change: Callable[[dict[str, bytes]], None], because: str
) -> None:
    found = checks(tampered(enclosed, change), tmp_path)
    assert refusing(found) == {f"readings.{because}"}
    [told] = [check for check in found if check.name == "readings"]
    assert told.place == ("ledger/notes/4.json" if change is add else NOTES)


def test_a_finding_of_a_refused_row_taken_out_is_told(enclosed: bytes, tmp_path: Path) -> None:
    rules = {note["rule"] for note in json.loads(members_of(enclosed)[NOTES])}
    data = with_rows(enclosed, FINDING, lambda rows: [r for r in rows if r["rule"] not in rules])
    assert "recomputed.row" in refusing(checks(data, tmp_path))


def test_notes_left_out_of_the_chain_give_another_account(enclosed: bytes, tmp_path: Path) -> None:
    """A forged chain that refuses nothing: the stock is then no longer unknown, or is told so."""
    data = chained_again(enclosed, b"[]", tmp_path)
    members = members_of(data)
    del members[NOTES]
    document = document_of(members)
    del document["files"][NOTES]
    found = refusing(checks(sealed_again(members, document), tmp_path))
    assert "recomputed.row" in found


def note(**other: Any) -> bytes:
    plain = {"site": "works", "rule": "unreadable_number", "subject": "a", "place": "b"}
    return canonical_json([{**plain, "numbers": {}, **other}]).encode()


@pytest.mark.parametrize(
    "notes",
    [
        b"\xff", b"{}", b"7", b'["x"]', b'[{"site":"works"}]', b"[" * 9000, b"[ ]",
        note(rule="no_such_rule"), note(rule="activity_missing"), note(numbers=7), note(place=7),
        note(numbers={"stream": "coal", "kind": "purchase", "from_day": "x", "to_day": "y"}),
    ],
)  # fmt: skip
def test_hostile_notes_of_a_sound_chain_are_refused(
    enclosed: bytes, tmp_path: Path, notes: bytes
) -> None:
    assert not are_notes(notes)
    assert refusing(checks(chained_again(enclosed, notes, tmp_path), tmp_path)) == {
        "readings.unfit"
    }


def test_the_notes_of_a_works_can_be_read(enclosed: bytes) -> None:
    assert are_notes(members_of(enclosed)[NOTES])
    assert rows_of(members_of(enclosed), LEAF)
