"""The SQL of a monitored day is what plain loops over seconds make of it, cell by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.pollutants.outlets import GAS_FLOW, SO2, site_with, stack

from celadon.accounts.pollutants.monitors import count_monitors, negative_findings
from celadon.engine import Engine
from celadon.exact import round_half_even
from celadon.records.compiled import METER, compile_sites
from celadon.records.period import Period
from celadon.records.quality.numbering import channel_table
from celadon.records.tables import INTERVAL, SITE_DAY
from celadon.reference import load_registry

MIDNIGHT = dt.datetime(2025, 3, 2, 16)
"""The first instant of 3 March in China, UTC."""

DAYS = "2025-03-03/2025-03-05"
DAY = 86_400
PER_COUNT = Fraction(1, 36_000)
"""Milligrams of one count of 0.1 mg/Nm3 and one of 1 Nm3/h in a second."""


class Held(NamedTuple):
    """What a state meter shows from one second to another, counted from midnight."""

    start: int
    end: int
    count: int | None


class Passed(NamedTuple):
    """What passed in an interval, in normal litres."""

    start: int
    end: int
    count: int | None
    state: str = "measured"


def by_the_hour(held: Sequence[Held]) -> list[Held]:
    """The same as readings of an hour at most."""
    return [
        Held(start, min(start + 3_600, one.end), one.count)
        for one in held
        for start in range(one.start, one.end, 3_600)
    ]


def days_of(
    content: Sequence[Held],
    flow: Sequence[Held] = (),
    passed: Sequence[Passed] = (),
    *,
    hourly: bool = True,
) -> list[dict[str, Any]]:
    """The monitored days of a stack whose flow is a rate, or an amount where any passed."""
    meters = (SO2, {"id": "flow-1", "kind": "interval", "measure": "Nm3"} if passed else GAS_FLOW)
    site = site_with(stack(), meters=meters)
    compiled = compile_sites({site.id: site}, Period.parse(DAYS), load_registry().carriers)
    holds = [
        {"channel": channel, "site": "works", "ts": instant(held.start),
         "end_ts": instant(held.end), "count": held.count}
        for channel, listed in ((2, content), (1, flow))
        for held in (by_the_hour(listed) if hourly else listed)
    ]  # fmt: skip
    steps = [
        {"site": "works", "meter": "flow-1", "ts": instant(each.start),
         "seconds": each.end - each.start, "count": each.count, "state": each.state, "rule": None}
        for each in passed
    ]  # fmt: skip
    with Engine(1) as engine:
        engine.load(METER, compiled.meters)
        engine.load(SITE_DAY, compiled.site_days)
        engine.take("channel", channel_table(compiled.meters))
        engine.take("state_hold", pa.Table.from_pylist(holds, HOLD))
        engine.load(INTERVAL, INTERVAL.from_rows(steps))
        return count_monitors(engine, [site]).to_pylist()


HOLD = pa.schema(
    [
        ("channel", pa.int64()), ("site", pa.string()), ("ts", pa.timestamp("us")),
        ("end_ts", pa.timestamp("us")), ("count", pa.int64()),
    ]
)  # fmt: skip


def instant(second: int) -> dt.datetime:
    return MIDNIGHT + dt.timedelta(seconds=second)


def test_an_hour_of_each() -> None:
    """20.5 mg/Nm3 x 50,000 Nm3/h for one hour is 1,025,000 mg."""
    first, second = days_of([Held(0, 3_600, 205)], [Held(0, 3_600, 50_000)])
    assert first["measured"] == 1_025_000
    assert (first["seconds_missing"], second["seconds_missing"]) == (DAY - 3_600, DAY)
    assert (first["stream"], second["measured"], first["estimated"]) == ("stack-1.so2", 0, 0)


def test_a_mean_speaks_of_its_own_hour_and_of_no_other() -> None:
    """A reading that a state meter would hold for two hours is not carried into the second."""
    first, _ = days_of([Held(0, 7_200, 205)], [Held(0, 7_200, 50_000)], hourly=False)
    assert (first["measured"], first["seconds_missing"]) == (1_025_000, DAY - 3_600)


def test_what_is_held_over_midnight_is_cut_there() -> None:
    first, second = days_of([Held(DAY - 1_800, DAY + 3_600, 10)], [Held(0, 2 * DAY, 3_600)])
    assert (first["measured"], second["measured"]) == (1_800, 3_600)


def test_half_a_milligram_goes_to_the_even() -> None:
    """0.1 mg/Nm3 x 3,600 Nm3/h is 0.1 mg a second: 5 seconds are 0.5 mg, 15 are 1.5."""
    flow = [Held(0, DAY, 3_600)]
    assert [days_of([Held(0, n, 1)], flow)[0]["measured"] for n in (5, 15, 25)] == [0, 2, 2]


def test_time_in_which_either_has_no_value_is_missing() -> None:
    content = [Held(0, 7_200, 100), Held(7_200, 10_800, None), Held(10_800, 14_400, 100)]
    flow = [Held(0, 3_600, 1_000), Held(3_600, 7_200, None), Held(7_200, 14_400, 1_000)]
    first, _ = days_of(content, flow)
    assert first["measured"] == 2 * 10_000
    assert first["seconds_missing"] == DAY - 2 * 3_600


def test_a_concentration_below_zero_is_no_value() -> None:
    content = [Held(0, 3_600, 100), Held(3_600, 7_200, -5)]
    days = days_of(content, [Held(0, 7_200, 1_000)])
    assert days[0]["measured"] == 10_000
    assert days[0]["seconds_missing"] == DAY - 3_600
    assert days[0]["seconds_negative"] == 3_600
    table = pa.Table.from_pylist(days)
    (found,) = negative_findings(table)
    assert found.numbers == {"item": "stack-1.so2", "month": "2025-03", "minutes": 60}
    assert "60 min" in found.text("en")
    assert "2025-03" in found.text("zh")


def test_a_flow_below_zero_is_no_value() -> None:
    first, _ = days_of([Held(0, 3_600, 100)], [Held(0, 3_600, -1)])
    assert (first["measured"], first["seconds_missing"]) == (0, DAY)


def test_an_amount_passes_evenly_in_its_interval() -> None:
    """Of 1,000 Nm3 half meets 10 mg/Nm3 and half 30: 20,000 mg."""
    content = [Held(0, 1_800, 100), Held(1_800, 3_600, 300)]
    first, _ = days_of(content, passed=[Passed(0, 3_600, 1_000_000)])
    assert first["measured"] == 20_000


def test_an_estimated_amount_makes_an_estimated_mass() -> None:
    passed = [Passed(0, 3_600, 1_000_000), Passed(3_600, 7_200, 500_000, "estimated"),
              Passed(7_200, 10_800, None, "missing")]  # fmt: skip
    first, _ = days_of([Held(0, DAY, 100)], passed=passed)
    assert (first["measured"], first["estimated"]) == (10_000, 5_000)
    assert first["seconds_missing"] == DAY - 7_200


def test_without_monitors_there_is_nothing_to_count() -> None:
    with Engine(1) as engine:
        assert count_monitors(engine, [site_with()]).num_rows == 0


@st.composite
def held(draw: st.DrawFn, lowest: int) -> list[Held]:
    """Stretches one after the other, some with a gap between them and some without a value."""
    at, found = draw(st.integers(0, 50_000)), []
    for _ in range(draw(st.integers(0, 6))):
        end = at + draw(st.integers(1, 40_000))
        if end > 2 * DAY:
            break
        found.append(Held(at, end, draw(st.none() | st.integers(lowest, 10**6))))
        at = end + draw(st.sampled_from([0, 0, 7, 5_000]))
    return found


@given(content=held(-50), flow=held(0))
@settings(max_examples=25, deadline=None)
def test_any_stretches(content: list[Held], flow: list[Held]) -> None:
    assert [
        (day["measured"], day["seconds_missing"], day["seconds_negative"])
        for day in days_of(content, flow)
    ] == [by_hand(content, flow, number) for number in (0, 1)]


def by_hand(content: Sequence[Held], flow: Sequence[Held], number: int) -> tuple[int, int, int]:
    """Mass, time missing and time below zero of a day, pair by pair."""
    mass, known, negative = Fraction(0), 0, 0
    for one in content:
        for other in flow:
            if one.count is None or other.count is None:
                continue
            start = max(one.start, other.start, number * DAY)
            seconds = max(0, min(one.end, other.end, (number + 1) * DAY) - start)
            if one.count < 0:
                negative += seconds
            else:
                known += seconds
                mass += one.count * other.count * seconds * PER_COUNT
    return round_half_even(mass), DAY - known, negative


def test_large_figures_do_not_overflow() -> None:
    """A day of 10^9 counts of either: 10^18 x 86,400 / 36,000 mg."""
    first, _ = days_of([Held(0, DAY, 10**9)], [Held(0, DAY, 10**9)])
    assert first["measured"] == 2_400_000_000_000_000_000
