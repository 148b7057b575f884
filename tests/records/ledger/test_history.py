"""What each line did, and what was known when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.records.ledger.shelf import file_of, readings

from celadon.errors import LedgerError
from celadon.records.ledger.history import entries, instant_of, known_at
from celadon.records.ledger.ledger import Ledger

SHANGHAI = ZoneInfo("Asia/Shanghai")


def filled(folder: Path, times: list[str]) -> Ledger:
    clock = iter(times)
    ledger = Ledger(folder / "ledger", clock=lambda: next(clock))
    ledger.commit_declaration(file_of(folder, "site.toml", ""))
    for n in range(len(times) - 1):
        source = file_of(folder, f"{n % 2}.csv", f"{n % 2}")
        ledger.commit("reading", readings(n), source, f"{n}", profile_id="p")
    return ledger


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_lines_tell_whether_they_count_and_where_they_lie(tmp_path: Path) -> None:
    ledger = filled(tmp_path, [f"2025-01-0{n}T00:00:00+00:00" for n in range(1, 6)])
    told = entries(ledger.places())
    assert [(e.kind, e.file, e.in_force, e.pack) for e in told] == [
        ("declaration", "site.toml", True, None),
        ("reading", "0.csv", False, None),
        ("reading", "1.csv", False, None),
        ("reading", "0.csv", True, None),
        ("reading", "1.csv", True, None),
    ]
    assert told[-1].hash == ledger.head().hash


def test_packed_lines_name_their_pack(ledger: Ledger, tmp_path: Path) -> None:
    for n in range(2):
        ledger.commit("reading", readings(n), file_of(tmp_path, f"{n}", f"{n}"), "p")
    ledger.pack()
    assert [(e.kind, e.file, e.pack) for e in entries(ledger.places())] == [
        ("reading", "0", 3), ("reading", "1", 3), ("pack", "", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "position", "rows"),
    [
        ("2024-12-31T23:59:59+00:00", 0, {}),
        ("2025-01-01T00:00:00+00:00", 1, {}),
        ("2025-01-02T12:00:00+00:00", 2, {"reading": 1}),
        ("2025-01-04T08:00:00+08:00", 4, {"reading": 2}),
        ("2030-01-01T00:00:00+00:00", 5, {"reading": 2}),
    ],
)
def test_what_was_known_is_what_had_been_recorded(
    tmp_path: Path, when: str, position: int, rows: dict[str, int]
) -> None:
    ledger = filled(tmp_path, [f"2025-01-0{n}T00:00:00+00:00" for n in range(1, 6)])
    known = known_at(ledger.lines(), at(when))
    assert (known.position, known.commits, known.rows, known.batches) == (position, 5, rows, rows)
    assert known.declared_at == (1 if position else 0)
    assert known.back == []
    assert len(ledger.batches("reading", known.position)) == sum(rows.values())


def test_a_clock_that_went_back_is_told_and_changes_no_order(tmp_path: Path) -> None:
    times = ["2025-01-01T00:00:00+00:00", "2025-01-09T00:00:00+00:00", "2025-01-02T00:00:00+00:00"]
    known = known_at(filled(tmp_path, times).lines(), at("2025-01-03T00:00:00+00:00"))
    assert (known.position, known.back) == (3, [3])


def test_a_date_means_its_end_at_the_site() -> None:
    assert instant_of("2025-03-01", SHANGHAI) == at("2025-03-01T15:59:59.999999+00:00")
    assert instant_of("2025-03-01T08:00", SHANGHAI) == at("2025-03-01T00:00+00:00")
    assert instant_of("2025-03-01T08:00Z", SHANGHAI) == at("2025-03-01T08:00+00:00")
    autumn = instant_of("2025-10-26", ZoneInfo("Europe/Berlin"))  # a day of 25 hours
    assert autumn == at("2025-10-26T22:59:59.999999+00:00")


@pytest.mark.parametrize("text", ["", "2025", "March", "2025-02-30", "0001-01-01T25:00"])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(LedgerError, match="no date and no time"):
        instant_of(text, SHANGHAI)
