"""A finding about a meter names the file and the row where it starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.records.build import (
    DAY,
    Delivery,
    batches_of,
    exchange_batch,
    interval_meter,
    judge,
    register_meter,
    series,
    site_of,
)
from tests.records.quality.day import LIVELY, STANDING, START, at, changed, without

from celadon.records.ledger.ledger import Batch
from celadon.records.quality.findings import event_findings

MORNING = 48


def in_two_files(name: str, counts: Sequence[int | None]) -> list[Delivery]:
    """The readings of a day, its second half in a file of its own, from row 2 on."""
    readings = series(START, counts)
    noon = at(MORNING)
    return [
        Delivery({name: [row for row in readings if row[0] < noon]}, "morning.csv"),
        Delivery({name: [row for row in readings if row[0] >= noon]}, "evening.csv"),
    ]


def places(files: Sequence[Delivery] | Sequence[Batch], meter: dict[str, Any], folder: Path,
           period: str = "2025-03-03/2025-03-04") -> dict[str, list[str]]:  # fmt: skip
    """By rule, what stands behind the time in the places of findings."""
    site = site_of(meter)
    result = judge(site, files, folder, period)
    found: dict[str, list[str]] = {}
    for each in event_findings(result.events, {site.id: site}, result.estimates):
        found.setdefault(each.rule, []).append(" › ".join(each.place.split(" › ")[2:]))
    return found


FALLEN = [n if slot <= 60 else n - STANDING[61] for slot, n in enumerate(STANDING)]
RAISED = [n if slot <= 60 else n + 5000 for slot, n in enumerate(STANDING)]


@pytest.mark.parametrize(
    ("counts", "meter", "rule", "row"),
    [
        (changed(LIVELY, {60: 9000}), interval_meter(maximum="600"), "spike", 14),
        (changed(LIVELY, dict.fromkeys(range(55, 90), 111)), interval_meter(), "stuck", 9),
        (FALLEN, register_meter(), "reset", 14),  # the last reading before the fall
        (RAISED, register_meter(), "spike", 14),
        (without(STANDING, 61, 62), register_meter(), "gap_healed", 14),
        (changed(STANDING, {60: 9}), register_meter(), "misreading", 14),
        ([n % 1500 for n in STANDING], register_meter(modulus="1500"), "rollover", None),
    ],
    ids=["spike", "stuck", "reset", "raised", "gap_healed", "misreading", "rollover"],
)
def test_what_is_told_of_a_meter_names_file_and_row(
    tmp_path: Path, counts: Sequence[int | None], meter: dict[str, Any], rule: str, row: int | None
) -> None:
    files = in_two_files(meter["id"], counts)
    if row is None:
        row = max(n for n, count in enumerate(STANDING) if count < 3000 and count // 1500 < 2) + 2
        row -= MORNING
    assert f"evening.csv › row {row}" in places(files, meter, tmp_path)[rule]


def test_a_gap_names_no_row_as_there_is_none(tmp_path: Path) -> None:
    files = in_two_files("m", without(LIVELY, 60))
    assert places(files, interval_meter(), tmp_path) == {"gap": [""]}


def test_a_conflict_names_the_file_that_contradicts_itself(tmp_path: Path) -> None:
    files = in_two_files("m", LIVELY)
    evening = [*files[1].readings["m"], (at(60), 7)]
    files[1] = Delivery({"m": evening}, "evening.csv")
    assert places(files, interval_meter(), tmp_path)["conflict"] == ["evening.csv › row 14"]


def test_a_run_over_two_files_names_the_one_where_it_starts(tmp_path: Path) -> None:
    """The second file's rows have lower numbers."""
    files = in_two_files("m", changed(LIVELY, dict.fromkeys(range(40, 80), 111)))
    assert places(files, interval_meter(), tmp_path)["stuck"] == ["morning.csv › row 42"]


def test_an_exchange_names_the_file_that_tells_of_it(tmp_path: Path) -> None:
    """And so does a reading that it gives: an opening from which nothing goes on."""
    opened = [n if slot < 50 else n - STANDING[50] + 30 for slot, n in enumerate(STANDING)]
    listed = batches_of([Delivery({"r": series(START, opened)}, "readings.csv")], tmp_path)
    ts = at(49) + dt.timedelta(minutes=5)
    listed.append(exchange_batch({"r": [(ts, STANDING[49] + 3, 5000)]}, tmp_path, 2))
    found = places(listed, register_meter(), tmp_path)
    assert found["exchange"] == ["exchanges.xlsx › row 2"]
    assert found["reset"] == ["exchanges.xlsx › row 2"]


def test_a_month_missed_by_a_register_read_by_the_month_is_one_reading(tmp_path: Path) -> None:
    months = [0, 31, 59, 120, 151]  # January to June without the first of April
    readings = [(START - 61 * DAY + days * DAY, 1000 + 100 * days) for days in months]
    site = site_of(register_meter(read_every="month"))
    result = judge(site, [Delivery({"r": readings})], tmp_path, "2025-01-01/2025-06-01")
    assert result.told("rule", "slots", "source_row") == [("gap_healed", 1, 4)]
