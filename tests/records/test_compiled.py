"""A declaration in integers: meters, local days, clocks; and what does not fit the references."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from tests.records.build import compiled_of, interval_meter, register_meter, site_of

from celadon.errors import DeclarationError, Fault
from celadon.records.compiled import check_carriers, compile_sites
from celadon.records.period import Period
from celadon.records.site import Site
from celadon.reference import Carrier, load_registry


@pytest.fixture(scope="module")
def carriers() -> dict[str, Carrier]:
    return dict(load_registry().carriers)


def row_of(site: Site, period: str = "2025", meter: str = "m") -> dict[str, Any]:
    rows = compiled_of(site, period).meters.to_pylist()
    return next(row for row in rows if row["meter"] == meter)


def stream(carrier: str, *meters: str, name: str = "s") -> dict[str, Any]:
    return {"id": name, "carrier": carrier, "from": "outside", "to": "kiln", "meters": [*meters]}


def faults_of(site: Site, carriers: dict[str, Carrier]) -> tuple[Fault, ...]:
    with pytest.raises(DeclarationError) as caught:
        check_carriers(site, carriers)
    return caught.value.faults


def test_a_meter_is_counted_in_small_units() -> None:
    meter = interval_meter(
        measure="kWh", resolution="0.01", multiplier="120", maximum="0.5", stuck_after=8, minutes=5
    )
    row = row_of(site_of(meter))
    assert row["per_count"] == 1200  # Wh: 0.01 kWh x 120
    assert row["maximum"] == 50  # as it shows it, before the multiplier
    assert (row["seconds"], row["stuck_after"]) == (300, 8)
    assert row["from_ts"] == dt.datetime(2024, 12, 31, 16)
    assert row["to_ts"] == dt.datetime(2025, 12, 31, 16)
    assert row["life_from"] is row["life_to"] is None


def test_a_limit_is_never_drawn_tighter_than_declared() -> None:
    assert row_of(site_of(interval_meter(maximum="0.5")))["maximum"] == 1
    dial = register_meter("m", measure="t", modulus="1000", resolution="0.1")
    assert row_of(site_of(dial))["modulus"] == 10000


@pytest.mark.parametrize(
    ("every", "seconds"), [("slot", 900), ("day", 345_600), ("month", 2_937_600)]
)
def test_readings_by_hand_may_lie_three_days_beyond_their_period(every: str, seconds: int) -> None:
    row = row_of(site_of(register_meter("m", read_every=every)))
    assert row["quiet_seconds"] == seconds
    assert row["read_seconds"] == (seconds if every == "slot" else seconds - 3 * 86_400)


def test_a_meter_is_expected_while_it_lives_and_in_the_period() -> None:
    meter = interval_meter(from_day=dt.date(2025, 3, 1), to_day=dt.date(2026, 2, 1))
    row = row_of(site_of(meter))
    assert row["from_ts"] == row["life_from"] == dt.datetime(2025, 2, 28, 16)
    assert row["to_ts"] == dt.datetime(2025, 12, 31, 16)
    assert row["life_to"] == dt.datetime(2026, 1, 31, 16)


@pytest.mark.parametrize("period", ["2024", "2026"])
def test_a_meter_that_does_not_live_in_the_period_is_not_expected(period: str) -> None:
    meter = interval_meter(from_day=dt.date(2025, 3, 1), to_day=dt.date(2025, 4, 1))
    row = row_of(site_of(meter), period)
    assert row["from_ts"] == row["to_ts"]


def test_days_have_the_hours_that_the_clock_gives_them() -> None:
    days = compiled_of(site_of(zone="Europe/Berlin"), "2025").site_days.to_pylist()
    hours = {row["day"]: (row["to_ts"] - row["from_ts"]).total_seconds() / 3600 for row in days}
    assert len(hours) == 365
    assert {day: n for day, n in hours.items() if n != 24} == {
        dt.date(2025, 3, 30): 23,
        dt.date(2025, 10, 26): 25,
    }
    assert all(a["to_ts"] == b["from_ts"] for a, b in pairwise(days))


def test_a_day_that_has_no_midnight_begins_when_it_begins() -> None:
    days = compiled_of(site_of(zone="America/Santiago"), "2025-09").site_days.to_pylist()
    spring = next(row for row in days if row["day"] == dt.date(2025, 9, 7))
    assert spring["from_ts"] == dt.datetime(2025, 9, 7, 4)  # 00:00 does not exist, 01:00 is first
    assert (spring["to_ts"] - spring["from_ts"]) == dt.timedelta(hours=23)


@pytest.mark.parametrize(
    ("zone", "offsets"),
    [("Asia/Shanghai", [8]), ("Europe/Berlin", [2, 1, 2, 1, 2]), ("Asia/Kolkata", [5.5])],
)
def test_clocks_tell_every_change(zone: str, offsets: list[float]) -> None:
    clocks = compiled_of(site_of(zone=zone), "2025").site_clocks.to_pylist()
    assert [row["offset_seconds"] / 3600 for row in clocks] == offsets
    assert all(a["to_ts"] == b["from_ts"] for a, b in pairwise(clocks))
    if len(clocks) > 1:
        assert clocks[2]["from_ts"] == dt.datetime(2025, 3, 30, 1)
        assert clocks[3]["from_ts"] == dt.datetime(2025, 10, 26, 1)


def test_unknown_carriers_are_told_with_their_place(carriers: dict[str, Carrier]) -> None:
    site = site_of(
        interval_meter(carrier="steem"),
        unit=[{"id": "kiln"}],
        network=[{"id": "net", "carrier": "coak"}],
        stream=[stream("cole", "m")],
    )
    assert sorted(fault.place for fault in faults_of(site, carriers)) == [
        "site.toml › [[meter]] m carrier",
        "site.toml › [[network]] net carrier",
        "site.toml › [[stream]] s carrier",
    ]


@pytest.mark.parametrize(
    ("meter", "found"),
    [
        (interval_meter(measure="m3"), "measure 'm3'"),
        (interval_meter(measure="kWh", resolution="0.0001"), "resolution 0.0001 kWh x 1"),
        ({**interval_meter(measure="kWh"), "kind": "state"}, "a state meter, summed by stream s"),
    ],
)
def test_a_meter_measures_what_its_stream_carries(
    carriers: dict[str, Carrier], meter: dict[str, Any], found: str
) -> None:
    site = site_of(meter, unit=[{"id": "kiln"}], stream=[stream("electricity", "m")])
    (fault,) = faults_of(site, carriers)
    assert (fault.place, fault.found) == ("site.toml › [[meter]] m", found)


def test_a_count_that_is_no_whole_small_unit_is_refused_wherever_it_is_used(
    carriers: dict[str, Carrier],
) -> None:
    fine = interval_meter(measure="t", resolution="0.0001")  # 0.1 kg would become 0
    for more in (
        {},
        {"product": [{"id": "p", "measure": "t", "meters": ["m"]}]},
    ):
        (fault,) = faults_of(site_of(fine, **more), carriers)
        assert fault.rule == "one count is a whole number of kg"


def test_a_meter_of_two_carriers_that_count_differently_is_refused(
    carriers: dict[str, Carrier],
) -> None:
    site = site_of(
        interval_meter(measure="kWh"),
        unit=[{"id": "kiln"}],
        stream=[stream("electricity", "m"), stream("steam_metallurgical", "m", name="t")],
    )
    (fault,) = faults_of(site, carriers)
    assert fault.rule == "what one meter reads is counted in one small unit"


def test_a_meter_without_use_is_counted_in_its_own_unit(carriers: dict[str, Carrier]) -> None:
    site = site_of(interval_meter(measure="GJ"), interval_meter("n", measure="degC", kind="state"))
    compiled = compile_sites({site.id: site}, Period.parse("2025"), carriers)
    assert [row["per_count"] for row in compiled.meters.to_pylist()] == [10**6, 1]


def test_a_measure_that_cannot_be_counted_is_refused(carriers: dict[str, Carrier]) -> None:
    (fault,) = faults_of(site_of(interval_meter(measure="GJ/t")), carriers)
    assert fault.found == "measure 'GJ/t'"
