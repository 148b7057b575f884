"""Proofs of one row: short, checked without the ledger, false if anything in them is changed."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.records.ledger.shelf import START, file_of, readings

from celadon.errors import InputError, LedgerError
from celadon.records.ledger.ledger import Ledger
from celadon.records.ledger.proof import check_proof, prove, read_proof
from celadon.records.tables import ACTIVITY

MICROSECONDS = str(int(START.replace(tzinfo=dt.UTC).timestamp()) * 10**6)


@pytest.fixture
def filled(ledger: Ledger, tmp_path: Path) -> Ledger:
    """Seven files; each row of a file gives a value of two meters."""
    for n in range(7):
        table = pa.concat_tables([readings(n, n + 10), readings(-n, 0, meter="other")])
        ledger.commit("reading", table, file_of(tmp_path, f"{n}.csv", f"text {n}"), "p")
    return ledger


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("packed", [False, True])
def test_a_row_is_proved_to_whoever_holds_the_head(
    filled: Ledger, number: int, packed: bool
) -> None:
    if packed:
        filled.pack()
    proof = json.loads(json.dumps(prove(filled.places(), f"{number}.csv", 2)))
    shown = check_proof(proof, str(filled.head()))
    assert (shown.file, shown.row, shown.position) == (f"{number}.csv", 2, number + 1)
    assert shown.recorded_at == f"2025-01-01T00:00:0{number}Z"
    assert shown.rows == [
        {"meter": meter, "ts": MICROSECONDS, "count": f"{count}", "quality": "", "source_row": "2"}
        for meter, count in (("m", number), ("other", -number))
    ]
    assert len(json.dumps(proof)) < 6000


def test_packing_does_not_change_a_proof_to_an_earlier_head(filled: Ledger) -> None:
    before = prove(filled.places(), "3.csv", 3)
    head = filled.head()
    filled.pack()
    assert prove(filled.places(), "3.csv", 3, known_at=head.position) == before
    assert check_proof(before, head.hash).head == head


def changes(plain: Any) -> list[tuple[str, Any]]:
    """Copies of plain JSON, each with one leaf changed."""
    found: list[tuple[str, Any]] = []

    def walk(node: Any, path: tuple[Any, ...]) -> None:
        children = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in children:
            if isinstance(value, dict | list):
                walk(value, (*path, key))
                continue
            changed = copy.deepcopy(plain)
            inside = changed
            for step in path:
                inside = inside[step]
            inside[key] = value + 1 if isinstance(value, int) else f"{value[:-1]}~"
            found.append(("/".join(map(str, (*path, key))), changed))

    walk(plain, ())
    return found


def test_a_proof_in_which_anything_was_changed_does_not_hold(filled: Ledger) -> None:
    proof, head = prove(filled.places(), "2.csv", 3), str(filled.head())
    tampered = changes(proof)
    assert len(tampered) > 30
    for name, document in tampered:
        with pytest.raises(InputError, match="does not hold"):
            check_proof(document, head)
        assert name


def test_a_part_that_is_missing_is_told(filled: Ledger) -> None:
    proof, head = prove(filled.places(), "2.csv", 3), str(filled.head())
    for name in proof:
        with pytest.raises(InputError):
            check_proof({key: value for key, value in proof.items() if key != name}, head)


@pytest.mark.parametrize(
    "document", [None, [], "x", {}, {"celadon_proof": 2}, {"celadon_proof": 1}]
)
def test_what_is_no_proof_is_told(document: Any) -> None:
    with pytest.raises(InputError, match="does not hold"):
        check_proof(document)


def test_a_proof_of_another_ledger_does_not_lead_to_this_head(
    filled: Ledger, tmp_path: Path
) -> None:
    other = Ledger(tmp_path / "other")
    other.commit("reading", readings(1), file_of(tmp_path, "a", "a"), "p")
    proof = prove(other.places(), "a", 2)
    check_proof(proof, other.head().hash)
    with pytest.raises(InputError, match="does not hold") as caught:
        check_proof(proof, filled.head().hash)
    assert "leads to the head 1:" in caught.value.faults[0].found


def test_a_file_that_is_no_json_is_told(tmp_path: Path) -> None:
    for text in ("{", "[" * 10**5):
        with pytest.raises(InputError, match="does not hold"):
            read_proof(file_of(tmp_path, "proof.json", text))


def test_what_is_asked_for_must_be_there_and_clear(filled: Ledger, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="does not know the file 9") as caught:
        prove(filled.places(), "9.csv", 2)
    assert "6.csv" in caught.value.faults[0].rule
    with pytest.raises(LedgerError, match="nothing of row 99"):
        prove(filled.places(), "1.csv", 99)
    filled.commit("reading", readings(5), file_of(tmp_path, "1.csv", "other bytes"), "p")
    with pytest.raises(LedgerError, match="not clear") as caught:
        prove(filled.places(), "1.csv", 2)
    digits = caught.value.faults[0].found.split(" ")[0]
    assert check_proof(prove(filled.places(), digits, 2)).source.startswith(digits)


def test_a_row_of_one_sheet_of_several(ledger: Ledger, source: Path) -> None:
    plain = {"stream": "coal", "kind": "purchase", "count": 5, "source_row": 2}
    day = {"from_day": dt.date(2025, 1, 1), "to_day": dt.date(2025, 2, 1)}
    rows = [{**plain, **day, "sheet": name} for name in ("一月", "二月")]
    ledger.commit("activity", ACTIVITY.from_rows(rows), source, "p")
    with pytest.raises(LedgerError, match="not clear"):
        prove(ledger.places(), "a.csv", 2)
    shown = check_proof(prove(ledger.places(), "a.csv", 2, "二月"))
    assert (shown.sheet, len(shown.rows)) == ("二月", 1)


def test_what_was_read_again_is_proved_as_it_counts(ledger: Ledger, source: Path) -> None:
    ledger.commit("reading", readings(5), source, "wrong", profile_id="scada")
    head = ledger.head()
    ledger.commit("reading", readings(6), source, "right", profile_id="scada")
    assert check_proof(prove(ledger.places(), "a.csv", 2)).rows[0]["count"] == "6"
    earlier = prove(ledger.places(), "a.csv", 2, known_at=head.position)
    assert check_proof(earlier, str(head)).rows[0]["count"] == "5"
