"""Heads: one that was kept tells whether the chain is still the one it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records.ledger.shelf import file_of, readings

from celadon.chain import GENESIS, canonical_json, seal
from celadon.errors import ChainBroken, LedgerError
from celadon.records.ledger.heads import Head, find_head
from celadon.records.ledger.ledger import Ledger


@pytest.fixture
def filled(ledger: Ledger, tmp_path: Path) -> Ledger:
    for n in range(5):
        ledger.commit("reading", readings(n), file_of(tmp_path, f"{n}", f"{n}"), "p")
    return ledger


def test_an_empty_ledger_has_the_first_head(ledger: Ledger) -> None:
    assert ledger.head() == Head(0, GENESIS)
    assert find_head(ledger.lines(), f"0:{GENESIS}", ledger.manifest) == 0


def test_every_head_that_a_ledger_had_stays_in_it(filled: Ledger) -> None:
    for position, line in enumerate(filled.lines(), start=1):
        for text in (f"{position}:{line['hash']}", line["hash"], f" {line['hash'].upper()}\n"):
            assert find_head(filled.lines(), text, filled.manifest) == position
            filled.verified(head=text)


def test_lines_lost_from_the_end_are_seen_by_a_head_that_was_kept(filled: Ledger) -> None:
    kept = filled.head()
    lines = filled.manifest.read_bytes().splitlines(keepends=True)
    filled.manifest.write_bytes(b"".join(lines[:-2]))
    assert filled.verify() == 3, "the chain alone cannot tell"
    with pytest.raises(ChainBroken, match="lines are lost from its end") as caught:
        filled.verified(head=str(kept))
    assert caught.value.faults[0].found == "a chain of 3 lines; the head kept is of line 5"
    with pytest.raises(ChainBroken, match="lost from its end, or the head is of another"):
        filled.verified(head=kept.hash)


def test_a_chain_written_anew_is_seen(filled: Ledger) -> None:
    kept = filled.head()
    prev, text = GENESIS, ""
    for line in filled.lines():
        body = {k: v for k, v in line.items() if k not in ("prev", "hash")} | {"source_name": "x"}
        sealed = seal(body, prev)
        prev, text = sealed["hash"], text + canonical_json(sealed) + "\n"
    filled.manifest.write_text(text, encoding="utf-8")
    with pytest.raises(ChainBroken, match="do not tell the truth"):
        filled.verify()
    with pytest.raises(ChainBroken, match="the chain was written anew"):
        filled.verified(head=str(kept))


@pytest.mark.parametrize("text", ["", "5", "5:abc", f"x:{GENESIS}", f"{GENESIS}0"])
def test_what_is_no_head_is_told(filled: Ledger, text: str) -> None:
    with pytest.raises(LedgerError, match="no head"):
        filled.verified(head=text)


@pytest.mark.parametrize("change", [{"position": 9}, {"tree": GENESIS}])
def test_a_line_that_states_another_place_is_seen(
    ledger: Ledger, source: Path, change: dict[str, object]
) -> None:
    ledger.commit("reading", readings(1), source, "p")
    (line,) = ledger.lines()
    body = {k: v for k, v in line.items() if k not in ("prev", "hash")} | change
    ledger.manifest.write_text(canonical_json(seal(body, GENESIS)) + "\n", encoding="utf-8")
    with pytest.raises(ChainBroken, match="1 line"):
        ledger.verify()


def test_rows_that_their_line_did_not_commit_are_seen(ledger: Ledger, source: Path) -> None:
    """A line that was sealed rightly, but over a content that its batch does not give."""
    ledger.commit("reading", readings(1), source, "p")
    (line,) = ledger.lines()
    body = {k: v for k, v in line.items() if k not in ("prev", "hash")} | {"content": GENESIS}
    ledger.manifest.write_text(canonical_json(seal(body, GENESIS)) + "\n", encoding="utf-8")
    assert ledger.verify() == 1
    with pytest.raises(ChainBroken, match="do not tell the truth") as caught:
        ledger.verified(rows=True)
    assert caught.value.faults[0].where == (str(ledger.manifest), "line 1", "a.csv")


def test_a_torn_line_is_told_and_is_no_fault(filled: Ledger) -> None:
    with filled.manifest.open("ab") as file:
        file.write(b'{"batch":"half')
    assert (filled.verified().torn, filled.verified().head.position) == (14, 5)
