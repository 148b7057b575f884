"""What a source says of its own readings: bad ones are not used, its estimates stay estimates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.records.build import (
    SLOT,
    Delivery,
    batches_of,
    compiled_of,
    interval_meter,
    judge,
    register_meter,
    series,
    site_of,
)
from tests.records.ledger.shelf import clocked, file_of
from tests.records.quality.day import (
    COLUMNS,
    LIVELY,
    STANDING,
    START,
    STEPS,
    at,
    event,
    measured,
    missing,
)

from celadon.engine import Engine
from celadon.records.period import Period
from celadon.records.quality.judge import judge_readings
from celadon.records.quality.passes import MARKED_BAD, SOURCE_ESTIMATED
from celadon.records.quality.readings import decoded
from celadon.records.site import Site
from celadon.records.tables import READING


def repairs(
    site: Site, files: Sequence[Delivery], folder: Path
) -> list[tuple[dt.datetime, str, int | None, int | None]]:
    period = "2025-03-03/2025-03-04"
    given = (compiled_of(site, period), {site.id: batches_of(files, folder)}, {site.id: site})
    with Engine(1) as engine:
        listed = judge_readings(engine, *given, Period.parse(period)).repairs.to_pylist()
    return [(row["ts"], row["rule"], row["before"], row["after"]) for row in listed]


def test_a_reading_that_its_source_calls_bad_is_missing(tmp_path: Path) -> None:
    site = site_of(interval_meter(estimate_hours=0))
    file = Delivery({"m": series(START, LIVELY)}, marks={"m": {52: "bad", 53: "bad"}})
    result = judge(site, [file], tmp_path)
    absent = [missing(50, "marked_bad"), missing(51, "marked_bad")]
    assert result.of("m") == [*measured(LIVELY[:50]), *absent, *measured(LIVELY[52:], 52)]
    assert result.told(*COLUMNS) == [event("marked_bad", 50, 2, before=LIVELY[50])]


def test_what_a_source_estimated_counts_as_estimated(tmp_path: Path) -> None:
    file = Delivery({"m": series(START, LIVELY)}, marks={"m": {52: "estimated", 60: "checked"}})
    result = judge(site_of(interval_meter()), [file], tmp_path)
    given = (at(50), 900, LIVELY[50], "estimated", "source_estimated")
    assert result.of("m") == [*measured(LIVELY[:50]), given, *measured(LIVELY[51:], 51)]
    assert result.sums("m")["estimated"] == LIVELY[50]
    assert result.told(*COLUMNS) == [event("source_estimated", 50, before=LIVELY[50])]


def test_a_register_spans_a_bad_reading(tmp_path: Path) -> None:
    file = Delivery({"r": series(START, STANDING)}, marks={"r": {52: "bad"}})
    result = judge(site_of(register_meter()), [file], tmp_path)
    spanned = (at(49), 1800, STEPS[49] + STEPS[50], "measured", "gap_healed")
    assert result.of("r")[49] == spanned
    assert result.told(*COLUMNS) == [event("marked_bad", 50, 1, "r", before=STANDING[50])]


def test_steps_to_and_from_an_estimated_reading_are_estimated(tmp_path: Path) -> None:
    file = Delivery({"r": series(START, STANDING)}, marks={"r": {52: "estimated"}})
    result = judge(site_of(register_meter()), [file], tmp_path)
    assert result.of("r") == [
        (ts, s, count, "estimated", "source_estimated") if n in (49, 50) else row
        for n, row in enumerate(measured(STEPS))
        for ts, s, count, _, _ in [row]
    ]
    assert result.told(*COLUMNS) == [event("source_estimated", 50, 1, "r", before=STANDING[50])]


def test_a_later_delivery_without_a_mark_clears_it(tmp_path: Path) -> None:
    whole = series(START, LIVELY)
    files = [
        Delivery({"m": whole}, "1.csv", marks={"m": {52: "bad"}}),
        Delivery({"m": whole[50:51]}, "2.csv"),
    ]
    assert judge(site_of(interval_meter()), files, tmp_path).of("m") == measured(LIVELY)


def test_a_later_delivery_can_bring_a_mark(tmp_path: Path) -> None:
    whole = series(START, LIVELY)
    files = [
        Delivery({"m": whole}, "1.csv"),
        Delivery({"m": whole[50:51]}, "2.csv", marks={"m": {2: "bad"}}),
    ]
    result = judge(site_of(interval_meter(estimate_hours=0)), files, tmp_path)
    assert result.of("m")[50] == missing(50, "marked_bad")


def test_a_gap_left_by_bad_readings_is_a_gap_to_estimate(tmp_path: Path) -> None:
    days = [(START + (n - 30 * 96) * SLOT, LIVELY[n % 96]) for n in range(60 * 96)]
    bad = dict.fromkeys(range(30 * 96 + 52, 30 * 96 + 56), "bad")
    site = site_of(interval_meter(estimate_hours=168))
    result = judge(site, [Delivery({"m": days}, marks={"m": bad})], tmp_path)
    filled = result.of("m")[50:54]
    assert [(row[2], row[3], row[4]) for row in filled] == [
        (count, "estimated", "marked_bad") for count in LIVELY[50:54]
    ]


def test_an_estimate_of_the_source_is_no_repair(tmp_path: Path) -> None:
    file = Delivery({"m": series(START, LIVELY)}, marks={"m": {52: "estimated", 60: "bad"}})
    site = site_of(interval_meter(estimate_hours=0))
    assert repairs(site, [file], tmp_path) == [(at(58), "marked_bad", LIVELY[58], None)]


@pytest.mark.parametrize("packed", [False, True])
def test_marks_are_read_wherever_a_batch_lies(tmp_path: Path, *, packed: bool) -> None:
    marks = {"b": {2: "bad", 5: "estimated", 6: "checked"}}
    listed = {name: series(START, LIVELY[:9]) for name in "abc"}
    ledger = clocked(tmp_path / "ledger")
    for n, delivery in enumerate((Delivery(listed, marks=marks), Delivery(listed))):
        source = file_of(tmp_path, f"{n}.csv", str(n))
        ledger.commit("reading", READING.from_rows(delivery.table()), source, "p")
    if packed:
        ledger.pack()
    marked, plain = (decoded(batch) for batch in ledger.batches("reading"))
    assert plain.mark is None
    assert marked.mark is not None
    assert np.flatnonzero(marked.mark).tolist() == [9, 12]
    assert marked.mark[[9, 12]].tolist() == [MARKED_BAD, SOURCE_ESTIMATED]
