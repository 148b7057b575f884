"""``celadon compare``: both languages, JSON, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import PERIOD
from tests.cli.speaking import typed


@pytest.mark.parametrize(("language", "words"), [("en", "nothing changed"), ("zh", "没有变化")])
def test_nothing_changed_by_the_same_method(tiny: Path, language: str, words: str) -> None:
    position = str(len((tiny / "sites/mill/ledger/manifest.jsonl").read_text().splitlines()))
    done = typed(
        "compare", "mill", "--as-of", position, "--period", PERIOD, "-w", tiny, "--lang", language
    )
    assert done.exit_code == 0, done.output
    assert words in done.output


def test_the_document_holds_the_waterfall_in_small_units(tiny: Path) -> None:
    done = typed(
        "compare", "mill", "--with", "2025-03-02/2025-03-03", "--period", PERIOD, "-w", tiny,
        "--json", "--account", "energy",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    document = json.loads(done.output)
    for figure in document["figures"]:
        assert figure["account"] == "energy"
        parts = ("activity", "parameter", "method", "boundary", "coverage")
        assert figure["before"] + sum(figure[part] for part in parts) == figure["after"]
    assert document["changes"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "not said"), (["--method", "no-such"], "no-such"),
        (["--with", "2024"], "same length"),
        (["--as-of", "1", "--account", "air"], "no such account"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(tiny: Path, given: list[str], words: str) -> None:
    done = typed("compare", "mill", *given, "--period", PERIOD, "-w", tiny, "--lang", "en")
    assert done.exit_code == 2
    assert words in done.output
