"""The truth is complete: the files differ from good readings where it says, and nowhere else."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from celadon.records.site import Site
from celadon.simulate import SimulatedWorks
from celadon.simulate.clock import Clock, Counts
from celadon.simulate.meters import Readings, amounts, read_meters
from celadon.simulate.steelworks import TRUTH_COLUMNS
from celadon.simulate.works import Works

Lines = list[list[str]]
Truth = list[dict[str, str]]

TEN_KINDS = {
    "gap", "duplicate", "conflict", "out_of_order", "late", "reset", "rollover", "stuck", "spike",
    "x1000",
}  # fmt: skip


@pytest.fixture(scope="module")
def truth(written: SimulatedWorks) -> Truth:
    with written.truth.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def good(works: Works, site: Site) -> dict[str, Readings]:
    return read_meters(works, site)


@pytest.fixture(scope="module")
def lines(written: SimulatedWorks) -> tuple[list[str], Lines]:
    """Headers without units, and all lines of the wide files in their order."""
    headers: list[str] = []
    found: Lines = []
    for file in written.files:
        if file.profile == "readings-wide":
            rows = read_csv(file.path)
            headers = [name.partition(" ")[0] for name in rows[0]]
            found += rows[1:]
    return headers, found


def read_csv(path: Path) -> Lines:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def slot_of(text: str) -> int:
    since = dt.datetime.fromisoformat(text) - dt.datetime(2025, 1, 1)
    return int(since.total_seconds()) // 900


def of_kind(truth: Truth, fault: str) -> Truth:
    return [row for row in truth if row["fault"] == fault]


def test_the_truth_has_its_columns_and_every_kind(truth: Truth) -> None:
    assert tuple(truth[0]) == TRUTH_COLUMNS
    assert set(Counter(row["fault"] for row in truth)) >= TEN_KINDS
    for row in truth:
        assert int(row["slots"]) == slot_of(row["to"]) - slot_of(row["from"]) > 0
        assert (row["detectable"] == "yes") == bool(row["expected_rule"])
        assert row["why"]


def test_what_no_rule_can_see_is_listed_too(truth: Truth) -> None:
    unseen = [row for row in truth if row["detectable"] == "no"]
    assert {row["fault"] for row in unseen} == {"filled_gap"}


def test_gaps_are_of_both_kinds_and_one_passes_midnight(truth: Truth, site: Site) -> None:
    kinds = {meter.id: meter.kind for meter in site.meters}
    gaps = of_kind(truth, "gap")
    assert {kinds[row["meter"]] for row in gaps} == {"interval", "register"}
    assert any(
        row["from"][:10] != row["to"][:10] for row in gaps if kinds[row["meter"]] == "register"
    )
    expected = {"interval": "gap", "register": "gap_healed"}
    assert all(row["expected_rule"] == expected[kinds[row["meter"]]] for row in gaps)


def test_files_differ_from_good_readings_only_where_the_truth_says(
    lines: tuple[list[str], Lines], truth: Truth, good: dict[str, Readings], works: Works
) -> None:
    headers, rows = lines
    slots = np.array([slot_of(row[0].replace(" ", "T")) for row in rows])
    explained = {meter: np.zeros(works.clock.slots + 1, dtype=bool) for meter in good}
    for row in truth:
        if row["meter"] != "*":
            explained[row["meter"]][slot_of(row["from"]) : slot_of(row["to"])] = True
    offset = {"el-rolling": of_kind(truth, "reset"), "water-intake": of_kind(truth, "rollover")}
    for index, meter in enumerate(headers[1:], start=1):
        if meter in offset:
            continue  # a register's steps are compared in a test of their own
        counts = good[meter].counts
        cells = [row[index] for row in rows]
        for slot, cell in zip(slots, cells, strict=True):
            expected = Decimal(int(counts[slot])) if slot < len(counts) else None
            resolution = Decimal(good[meter].meter.resolution)
            same = (
                cell == "" if expected is None else cell and Decimal(cell) == expected * resolution
            )
            if not same:
                assert explained[meter][slot], (meter, works.clock.instant(int(slot)), cell)


def test_registers_lose_nothing_but_at_the_reset(
    lines: tuple[list[str], Lines], truth: Truth, good: dict[str, Readings]
) -> None:
    headers, rows = lines
    by_slot = {slot_of(row[0].replace(" ", "T")): row for row in rows}
    for meter, fault, dial in (("el-rolling", "reset", 0), ("water-intake", "rollover", 10**7)):
        index = headers.index(meter)
        at = slot_of(of_kind(truth, fault)[0]["from"])
        steps = amounts(good[meter])
        for slot in sorted(by_slot):
            if slot + 1 not in by_slot:
                continue
            step = int(by_slot[slot + 1][index]) - int(by_slot[slot][index])
            if slot != at:
                assert step == steps[slot]
            elif fault == "rollover":
                assert step + dial == steps[slot]
            else:
                assert step < 0 <= int(by_slot[slot + 1][index]) <= steps[slot]


def test_lines_are_repeated_swapped_and_late_as_told(
    lines: tuple[list[str], Lines], truth: Truth, inbox: Path
) -> None:
    slots = [slot_of(row[0].replace(" ", "T")) for row in lines[1]]
    twice = {slot for slot, number in Counter(slots).items() if number == 2}
    assert twice == {slot_of(row["from"]) for row in of_kind(truth, "duplicate")}
    steps_back = [a for a, b in pairwise(slots) if b < a]
    swapped = slot_of(of_kind(truth, "out_of_order")[0]["from"])
    assert steps_back == [swapped + 23]
    late = of_kind(truth, "late")[0]
    day = set(range(slot_of(late["from"]), slot_of(late["to"])))
    assert set(range(365 * 96 + 1)) - set(slots) == day
    delivered = read_csv(inbox / "readings-late-2025-06.csv")
    assert delivered[0] == ["meter", "time", "value"]
    assert {slot_of(row[1].replace(" ", "T")) for row in delivered[1:]} == day
    assert len(delivered) - 1 == len(day) * (len(lines[0]) - 1)


def test_the_conflict_differs_in_one_cell(lines: tuple[list[str], Lines], truth: Truth) -> None:
    headers, rows = lines
    conflict = of_kind(truth, "conflict")[0]
    first, second = (
        r for r in rows if slot_of(r[0].replace(" ", "T")) == slot_of(conflict["from"])
    )
    differing = [h for h, a, b in zip(headers, first, second, strict=True) if a != b]
    assert differing == [conflict["meter"]]


def recorded(lines: tuple[list[str], Lines], row: dict[str, str], wider: int = 0) -> list[Decimal]:
    headers, rows = lines
    index = headers.index(row["meter"])
    window = range(slot_of(row["from"]) - wider, slot_of(row["to"]) + wider)
    return [Decimal(r[index]) for r in rows if slot_of(r[0].replace(" ", "T")) in window]


def test_wrong_values_are_as_told(
    lines: tuple[list[str], Lines], truth: Truth, site: Site, good: dict[str, Readings]
) -> None:
    meters = {meter.id: meter for meter in site.meters}
    stuck = recorded(lines, of_kind(truth, "stuck")[0])
    assert len(stuck) >= 30
    assert len(set(stuck)) == 1
    assert stuck[0] > 0
    above = []
    for row in of_kind(truth, "spike"):
        value = recorded(lines, row)[0]
        neighbours = [v for v in recorded(lines, row, wider=4) if v != value]
        assert value > 5 * max(neighbours)
        above.append(value > Decimal(meters[row["meter"]].maximum or "0") / 4)
    assert sorted(above) == [False, True]
    for row in of_kind(truth, "x1000"):
        counts = good[row["meter"]].counts[slot_of(row["from"]) : slot_of(row["to"])]
        resolution = Decimal(meters[row["meter"]].resolution)
        assert len(counts) >= 20
        assert recorded(lines, row) == [int(c) * 1000 * resolution for c in counts]


@pytest.mark.parametrize("fault", ["stuck", "spike", "x1000", "drift", "filled_gap", "gap"])
def test_magnitude_is_recorded_less_true(
    lines: tuple[list[str], Lines], truth: Truth, good: dict[str, Readings], fault: str
) -> None:
    for row in of_kind(truth, fault):
        readings = good[row["meter"]]
        if readings.meter.kind == "register":
            assert row["magnitude"] == "0"
            continue
        true: Counts = readings.counts[slot_of(row["from"]) : slot_of(row["to"])]
        headers, rows = lines
        index = headers.index(row["meter"])
        window = range(slot_of(row["from"]), slot_of(row["to"]))
        cells = [r[index] or "0" for r in rows if slot_of(r[0].replace(" ", "T")) in window]
        whole = int(true.sum()) * Decimal(readings.meter.resolution)
        assert sum(map(Decimal, cells)) - whole == Decimal(row["magnitude"])


def test_good_readings_look_like_no_fault(good: dict[str, Readings], works: Works) -> None:
    for meter, readings in good.items():
        if readings.meter.kind == "state":
            continue
        steps = amounts(readings)
        assert steps.min() >= 0, meter
        assert len(steps) == Clock(2025, 1).slots
        if readings.meter.maximum:
            highest = float(readings.meter.maximum) / readings.unit_per_count / 4
            assert steps.max() < 0.9 * highest, meter
        if readings.meter.stuck_after:
            assert longest_run(steps) < readings.meter.stuck_after, meter
    assert works.states["power-factor"].max() < 1


def longest_run(steps: Counts) -> int:
    """The longest run of equal values that are not zero."""
    changes = np.flatnonzero(np.diff(steps)) + 1
    edges = np.concatenate([[0], changes, [len(steps)]])
    lengths = np.diff(edges)[steps[edges[:-1]] != 0]
    return int(lengths.max())
