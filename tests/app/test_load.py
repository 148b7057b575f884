"""The electricity drawn: which meters count, and when a quarter hour stays empty."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from tests.accounts.tiny import make_site, meter, stream

from celadon.app.drawn import known_load
from celadon.app.load import LOAD, LOAD_METER, load_meters
from celadon.engine import Engine
from celadon.records.compiled import METER, SITE_CLOCK, compile_sites
from celadon.records.period import Period
from celadon.records.quality.numbering import channel_table
from celadon.records.site import Site
from celadon.records.tables import INTERVAL
from celadon.reference import load_registry

CARRIERS = load_registry().carriers
DAY = Period.parse("2025-03-01/2025-03-02")
MIDNIGHT = dt.datetime(2025, 2, 28, 16)
QUARTER = dt.timedelta(minutes=15)
PER_COUNT = 1000
"""Watt-hours in a count of a meter in whole kilowatt-hours."""

NETWORKS = (
    {"id": "power", "carrier": "electricity"},
    {"id": "second", "carrier": "electricity"},
)


def weights(*streams: dict[str, Any]) -> dict[str, int]:
    """The weight of each meter, one stream each, named s0, s1 ..."""
    meters = sorted({name.lstrip("-") for s in streams for name in s["meters"]})
    site = make_site(streams, networks=NETWORKS, meters=[meter(name) for name in meters])
    rows = load_meters([site], CARRIERS).to_pylist()
    return {row["meter"]: row["weight"] for row in rows}


def metered(origin: str, destination: str, *meters: str, name: str = "s") -> dict[str, Any]:
    carrier = "electricity"
    return stream(f"{name}-{meters[0].lstrip('-')}", carrier, origin, destination, meters=meters)


@pytest.mark.parametrize(
    ("origin", "destination", "weight"),
    [
        ("outside", "power", 1),
        ("outside", "mill", 1),
        ("mill", "power", 1),  # the site's own generation
        ("power", "outside", -1),
        ("power", "mill", None),
        ("power", "second", None),  # counted when it came in
        ("mill", "outside", None),  # never came into the network
        ("mill", "flare", None),
    ],
)
def test_which_streams_count(origin: str, destination: str, weight: int | None) -> None:
    assert weights(metered(origin, destination, "e")).get("e") == weight


def test_a_subtracted_meter_counts_against() -> None:
    assert weights(metered("outside", "power", "a", "-b")) == {"a": 1, "b": -1}


def test_a_meter_of_two_streams_counts_once_for_each() -> None:
    found = weights(
        metered("outside", "power", "a", "-b"), metered("outside", "second", "b", name="t")
    )
    assert found == {"a": 1}


def test_other_carriers_are_no_load() -> None:
    heat = stream("heat", "heat", "outside", "mill", meters=["h"])
    site = make_site([heat], meters=[meter("h", "GJ")])
    assert load_meters([site], CARRIERS).num_rows == 0


def two_meters(**second: Any) -> Site:
    streams = [metered("outside", "power", "a"), metered("power", "outside", "b")]
    return make_site(streams, networks=NETWORKS, meters=[meter("a"), meter("b", **second)])


def interval(name: str, quarter: int, count: int | None, **rest: Any) -> dict[str, Any]:
    plain = {
        "site": "works", "meter": name, "ts": MIDNIGHT + quarter * QUARTER, "seconds": 900,
        "count": count, "state": "missing" if count is None else "measured", "rule": None,
    }  # fmt: skip
    return plain | rest


def placed(site: Site, rows: list[dict[str, Any]]) -> pa.Table:
    """The steps that the intervals were laid from."""
    numbers = {name: n for n, name in enumerate(sorted(m.id for m in site.meters), start=1)}
    return pa.table(
        {
            "channel": pa.array([numbers[row["meter"]] for row in rows], pa.int64()),
            "ts": pa.array([row["ts"] for row in rows], pa.timestamp("us")),
            "seconds": pa.array([row["seconds"] for row in rows], pa.int64()),
            "count": pa.array([row["count"] // PER_COUNT for row in rows], pa.int64()),
        }
    )


def drawn(site: Site, rows: list[dict[str, Any]]) -> dict[int, int | None]:
    """Electricity drawn by number of the quarter hour."""
    with Engine(1) as engine:
        compiled = compile_sites({site.id: site}, DAY, CARRIERS)
        engine.load(METER, compiled.meters)
        engine.load(SITE_CLOCK, compiled.site_clocks)
        engine.load(INTERVAL, INTERVAL.from_rows(rows))
        engine.load(LOAD_METER, load_meters([site], CARRIERS))
        engine.define("celadon.app", LOAD)
        found = engine.fetch(LOAD).to_pylist()
    return {(row["ts"] - MIDNIGHT) // QUARTER: row["count"] for row in found}


def test_what_came_in_less_what_went_out() -> None:
    rows = [interval("a", 0, 500), interval("b", 0, 120)]
    rows += [interval("a", 1, 400), interval("b", 1, 0)]
    assert drawn(two_meters(), rows) == {0: 380, 1: 400}


def test_a_quarter_hour_without_one_meter_stays_empty() -> None:
    rows = [interval("a", n, 500) for n in range(4)]
    rows += [interval("b", 0, 100), interval("b", 3, 100)]
    rows += [interval("b", 1, None, seconds=1800)]  # a gap of two quarter hours
    assert drawn(two_meters(), rows) == {0: 400, 1: None, 2: None, 3: 400}


def test_a_step_over_several_quarter_hours_has_no_shape() -> None:
    rows = [interval("a", n, 500) for n in range(2)]
    rows += [interval("b", 0, 200, seconds=1800)]
    assert drawn(two_meters(), rows) == {0: None, 1: None}


def test_a_meter_counts_only_while_it_is_in_use() -> None:
    rows = [interval("a", n, 500) for n in range(2)]
    assert drawn(two_meters(from_day="2025-03-02"), rows) == {0: 500, 1: 500}


def test_finer_intervals_are_added_up() -> None:
    counts = [3, 50, 700]
    fine = [
        interval("a", 0, count, ts=MIDNIGHT + n * QUARTER / 3, seconds=300)
        for n, count in enumerate(counts)
    ]
    assert drawn(two_meters(), [*fine, interval("b", 0, 0)]) == {0: sum(counts)}
    assert drawn(two_meters(), [*fine[:2], interval("b", 0, 0)]) == {0: None}


def test_what_is_added_up_is_what_the_definition_gives() -> None:
    """Two whole days of quarter hours, one meter of which is in use on the second alone."""
    days = Period.parse("2025-03-01/2025-03-03")
    site = two_meters(from_day="2025-03-02")
    rows = [interval("a", n, 1000 * (n * 7919 % 500)) for n in range(2 * 96)]
    rows += [interval("b", n, 1000 * (n * 31 % 90)) for n in range(96, 2 * 96)]
    around = [interval("a", n, 7000) for n in (-1, 2 * 96)] + [interval("b", 95, 3000)]
    compiled = compile_sites({site.id: site}, days, CARRIERS)
    meters, channels = load_meters([site], CARRIERS), channel_table(compiled.meters)
    steps = placed(site, [*rows, *around])
    with Engine(1) as engine:
        engine.load(METER, compiled.meters)
        engine.load(INTERVAL, INTERVAL.from_rows(rows))
        engine.load(LOAD_METER, meters)
        engine.define("celadon.app", LOAD)
        defined = engine.fetch(LOAD)
    found = known_load(steps, channels, meters, compiled.site_days)
    assert found is not None
    assert found.equals(defined)
    assert found.num_rows == 2 * 96
    for lacking in (5, 200):  # a quarter hour of either meter
        assert known_load(without(steps, lacking), channels, meters, compiled.site_days) is None
    empty = steps.set_column(3, "count", pa.nulls(len(steps), pa.int64()))
    assert known_load(empty, channels, meters, compiled.site_days) is None


def test_a_site_without_steps_has_no_load() -> None:
    site = two_meters()
    compiled = compile_sites({site.id: site}, DAY, CARRIERS)
    meters, channels = load_meters([site], CARRIERS), channel_table(compiled.meters)
    found = known_load(placed(site, []), channels, meters, compiled.site_days)
    assert found is not None
    assert found.num_rows == 0


def without(table: pa.Table, row: int) -> pa.Table:
    return pa.concat_tables([table.slice(0, row), table.slice(row + 1)])
