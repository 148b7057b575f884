"""Jobs whose time is chosen, shifts that cost energy, calls that are whole: all ways tried."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from pydantic import ValidationError
from tests.plan.components.running_sites import horizon

from celadon.errors import DeclarationError
from celadon.plan.components.batch_load import BatchLoad
from celadon.plan.components.component import Component
from celadon.plan.components.flexible_load import InterruptibleLoad, ShiftableLoad
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid import Design, Plan, plan_design
from celadon.plan.replay.replay import replay

HOUR = np.arange(48)
PRICE = 0.5 + 0.3 * np.sin(HOUR / 3.1) + 0.1 * np.cos(HOUR)


def planned(*parts: Component, demand_price: float = 0.0, step: float = 1.0) -> Plan:
    price = np.repeat(PRICE, round(1 / step))
    grid = Grid(id="grid", price="price", demand_price=demand_price)
    series = {"price": price, "asked": np.ones(len(price))}
    plan = plan_design(Design(horizon(48, step), series, [grid, *parts]))
    assert isinstance(plan, Plan), plan
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.largest_breach < 1e-7, again.worst
    assert again.cost == pytest.approx(plan.objective, rel=1e-9)
    assert plan.gap <= 1e-6
    return plan


def cheapest(hours: int, jobs: int, begins: range) -> float:
    """The least cost of a day's jobs of 2 MW, one at a time, over all ways; both days added."""
    total = 0.0
    for day in (0, 24):
        ways = [
            sum(2 * PRICE[day + at : day + at + hours].sum() for at in way)
            for way in combinations([h for h in begins if h + hours <= 24], jobs)
            if all(b - a >= hours for a, b in pairwise(way))
        ]
        total += min(ways)
    return total


@pytest.mark.parametrize(
    ("hours", "jobs", "begins"),
    [(3, 1, range(24)), (3, 3, range(24)), (4, 2, range(6, 20)), (12, 2, range(24))],
)
def test_jobs_are_done_at_the_cheapest_times(hours: int, jobs: int, begins: range) -> None:
    kiln = BatchLoad(id="kiln", power=2.0, hours=hours, jobs=jobs, starts_from=begins.start,
                     starts_until=begins.stop)  # fmt: skip
    plan = planned(kiln)
    assert plan.objective == pytest.approx(cheapest(hours, jobs, begins), rel=1e-9)
    begun = plan.flows["kiln.jobs"]
    assert [begun[:24].sum(), begun[24:].sum()] == pytest.approx([jobs, jobs])


def test_several_jobs_at_once_and_in_quarter_hours() -> None:
    kiln = BatchLoad(id="kiln", power=2.0, hours=1.5, jobs=4, at_most=4.5)
    plan = planned(kiln, step=0.25)
    assert plan.flows["kiln.drawn"].max() == pytest.approx(4.0)
    assert plan.flows["kiln.drawn"].sum() * 0.25 == pytest.approx(2 * 4 * 2.0 * 1.5)
    spread = planned(kiln, step=0.25, demand_price=30.0)
    assert spread.flows["kiln.drawn"].max() == pytest.approx(2.0)


def test_a_day_that_is_not_whole_owes_nothing() -> None:
    grid, kiln = Grid(id="grid", price=0.5), BatchLoad(id="kiln", power=2.0, hours=3)
    plan = plan_design(Design(horizon(30), {}, [grid, kiln]))
    assert isinstance(plan, Plan)
    assert plan.flows["kiln.jobs"].sum() == pytest.approx(1)
    assert replay(plan.design, plan.sizes, plan.flows).largest_breach < 1e-9


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"hours": 30.0}, "longer than its window of 24 h"),
        ({"at_most": 1.5}, "one job draws 2 MW, and at_most allows 1.5 MW"),
        ({"starts_from": 8, "starts_until": 8}, "no time lies from 8 to 8"),
        ({"jobs": 0}, "greater than or equal to 1"),
    ],
)
def test_jobs_that_cannot_be_done_are_refused(changed: dict[str, float], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        BatchLoad(**{"id": "kiln", "power": 2.0, "hours": 3.0, **changed})


@pytest.mark.parametrize(
    ("jobs", "at_most", "room"), [(9, None, 8), (17, 4.0, 16)],
)  # fmt: skip
def test_more_jobs_than_have_room_are_refused(jobs: int, at_most: float | None, room: int) -> None:
    kiln = BatchLoad(id="kiln", power=2.0, hours=3.0, jobs=jobs, at_most=at_most)
    with pytest.raises(DeclarationError, match="more jobs than have room") as caught:
        planned(kiln)
    (fault,) = caught.value.faults
    assert fault.rule.startswith(f"{room} job(s) of 3 h fit")
    assert isinstance(planned(kiln.model_copy(update={"jobs": room})), Plan)


def test_a_job_of_no_whole_number_of_steps_is_refused() -> None:
    with pytest.raises(DeclarationError, match="no whole number of steps"):
        planned(BatchLoad(id="kiln", power=2.0, hours=2.5))


def test_what_is_put_off_costs_its_rebound() -> None:
    """Moving pays where prices differ by more than what it costs in energy."""
    for rebound in (0.0, 0.1, 9.0):
        load = ShiftableLoad(id="mill", series="asked", at_most=2.0, rebound=rebound)
        drawn = planned(load).flows["mill.drawn"]
        moved = np.maximum(1 - drawn, 0).sum()
        made_up = np.maximum(drawn - 1, 0).sum()
        assert made_up == pytest.approx((1 + rebound) * moved)
        assert (moved > 1) == (rebound < 1)


def test_calls_are_whole_and_counted() -> None:
    """Two calls of three hours: the best two of all pairs."""
    fans = InterruptibleLoad(id="fans", series="asked", at_most=1.0, price=0.1, hours_at_most=48,
                             call_hours=3, calls_at_most=2)  # fmt: skip
    plan = planned(fans)
    gain = np.array([np.maximum(PRICE[at : at + 3] - 0.1, 0).sum() for at in range(46)])
    pairs = [gain[a] + gain[b] for a, b in combinations(range(46), 2) if b - a >= 3]
    assert plan.objective == pytest.approx(PRICE.sum() - max(pairs), rel=1e-9)
    assert plan.flows["fans.calls made"].sum() == pytest.approx(2)


def test_calls_and_hours_of_a_day_hold() -> None:
    fans = InterruptibleLoad(id="fans", series="asked", at_most=1.0, price=0.0, hours_at_most=48,
                             call_hours=2, calls_a_day=1, hours_a_day=1.5)  # fmt: skip
    plan = planned(fans)
    missed, made = plan.flows["fans.given up"], plan.flows["fans.calls made"]
    assert [made[:24].sum(), made[24:].sum()] == pytest.approx([1, 1])
    assert [missed[:24].sum(), missed[24:].sum()] == pytest.approx([1.5, 1.5])


def test_calls_without_a_length_are_refused() -> None:
    with pytest.raises(ValidationError, match="give call_hours"):
        InterruptibleLoad(id="fans", series="asked", at_most=1.0, price=0.1, hours_at_most=48,
                          calls_at_most=2)  # fmt: skip
