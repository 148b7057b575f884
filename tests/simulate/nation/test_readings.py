"""Readings of a simulated enterprise: they add up to its year, and faults stand where they say."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.simulate.nation.making import SPEC, made

from celadon.records.tables import READING
from celadon.simulate.nation.meter_faults import KINDS, plant_meter_faults
from celadon.simulate.nation.meters import MODULUS, SimulatedMeter, plan_meters
from celadon.simulate.nation.readings import MeterReadings, reading_table, simulate_readings

NUMBERS = (1, 4, 5, 7, 12)


def read(number: int) -> tuple[tuple[SimulatedMeter, ...], list[MeterReadings]]:
    who, days, books = made(number, metered=True)
    meters = plan_meters(SPEC.seed, who, books)
    return meters, simulate_readings(SPEC.seed, who, days, meters)


def flow(one: MeterReadings) -> np.ndarray:
    """Counts a slot, whatever the kind."""
    return np.diff(one.counts) if one.meter.kind == "register" else one.counts


@pytest.mark.parametrize("number", NUMBERS)
def test_a_main_meter_counts_what_the_books_say(number: int) -> None:
    _, _, books = made(number, metered=True)
    for one in read(number)[1]:
        if one.meter.stream:
            counted = float(flow(one).sum()) * one.meter.size
            used = sum(books.used[one.meter.stream])
            assert counted == pytest.approx(used, rel=1e-6, abs=2 * one.meter.size)


@pytest.mark.parametrize("number", NUMBERS)
def test_part_meters_add_to_less_than_the_main_meter_but_not_much(number: int) -> None:
    readings = {one.meter.id: one for one in read(number)[1]}
    parts = [one for one in readings.values() if one.meter.parent == "el-main"]
    whole = float(flow(readings["el-main"]).sum()) * readings["el-main"].meter.size
    seen = sum(float(flow(one).sum()) * one.meter.size for one in parts)
    assert 0.97 * whole < seen < whole


def test_no_interval_is_negative_and_no_register_turns_over() -> None:
    for number in NUMBERS:
        for one in read(number)[1]:
            assert flow(one).min() >= 0
            if one.meter.kind == "register":
                assert one.counts[-1] < MODULUS


def test_rows_are_those_of_the_schema_sorted_and_in_utc() -> None:
    readings = read(1)[1]
    table = reading_table(2025, readings)
    assert table.equals(READING.check(table))
    assert table["ts"][0].as_py() == dt.datetime(2024, 12, 31, 16)
    assert table.num_rows == sum(len(one.counts) for one in readings)
    assert len(set(table["meter"].to_pylist())) == len(readings)


def test_a_silent_slot_is_no_row() -> None:
    readings = read(1)[1]
    whole = reading_table(2025, readings).num_rows
    readings[0].present[100:110] = False
    assert reading_table(2025, readings).num_rows == whole - 10


def test_faults_stand_in_part_meters_of_their_own_where_they_say() -> None:
    kinds = set()
    for number in range(1, 40):
        who = made(number, metered=True)[0]
        before, after = read(number)[1], read(number)[1]
        told = plant_meter_faults(SPEC.seed, who, after, 3, 2025)
        assert len({fault.place for fault in told}) == len(told) > 0
        spoiled = {
            one.meter.id
            for one, good in zip(after, before, strict=True)
            if not (np.array_equal(one.counts, good.counts) and one.present.all())
        }
        assert spoiled <= {fault.place for fault in told}
        assert all(one.meter.parent for one in after if one.meter.id in spoiled)
        kinds |= {fault.kind.removeprefix("meter/") for fault in told}
    assert kinds == set(KINDS)
