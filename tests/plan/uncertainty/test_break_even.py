"""Where a parameter changes the design, against designs planned beside it."""

from itertools import pairwise

import numpy as np
import pytest
from tests.plan.uncertainty.small import shop

from celadon.errors import InputError
from celadon.plan.microgrid import plan_design
from celadon.plan.uncertainty.break_even import (
    capacity_break_even,
    is_own_cost,
    saving_at,
    saving_break_even,
)
from celadon.plan.uncertainty.entry import enters_below
from celadon.plan.uncertainty.parameters import scaled
from celadon.plan.uncertainty.sensitivity import asked, sensitivity


def size_at(design, what, block, times):
    return plan_design(scaled(design, what, times)).sizes[block]


@pytest.mark.parametrize(
    ("what", "block"),
    [("roof.cost", "roof.capacity"), ("battery.energy_cost", "battery.energy"),
     ("battery.power_cost.annual", "battery.power")],
)  # fmt: skip
def test_a_component_enters_where_its_cost_says(what, block):
    design = shop()
    found = capacity_break_even(plan_design(design), what, block, [0.1, 900.0])
    assert found.is_monotone
    (change,) = found.changes
    assert change.high - change.low <= 2e-3 * change.high
    assert size_at(design, what, block, change.low * 0.999) > 5e-4
    assert size_at(design, what, block, change.high * 1.001) <= 5e-4


def test_prices_alone_prove_that_a_component_stays_out():
    """The bound of the prices is never above the true change by less than nothing."""
    dear = scaled(shop(), "roof.cost", 40.0)
    plan = plan_design(dear)
    assert plan.sizes["roof.capacity"] == pytest.approx(0, abs=1e-6)
    bound = enters_below(plan, "roof.cost", "roof.capacity")
    assert bound is not None
    assert 0 < bound < 1
    for times in np.linspace(bound * 1.0001, 1.0, 4):
        assert size_at(dear, "roof.cost", "roof.capacity", times) < 1e-6
    assert size_at(dear, "roof.cost", "roof.capacity", bound * 0.97) > 1e-3


def test_a_capacity_falls_with_its_own_cost_and_the_cost_is_concave():
    design = shop()
    times = [0.3, 0.8, 1.3, 1.8, 4.0]
    answers = [asked(design, "battery.energy_cost", each) for each in times]
    sizes = [each.sizes["battery.energy"] for each in answers]
    assert all(one >= other - 1e-6 for one, other in pairwise(sizes))
    slopes = np.diff([each.cost for each in answers]) / np.diff(times)
    assert (np.diff(slopes) <= 1e-6).all()


def test_only_its_own_money_is_a_cost_of_its_own():
    design = shop()
    assert is_own_cost(design, "battery.energy_cost", "battery.energy")
    assert is_own_cost(design, "roof.cost.annual", "roof.capacity")
    assert not is_own_cost(design, "battery.energy_cost", "battery.power")
    assert not is_own_cost(design, "grid.price", "roof.capacity")
    assert not is_own_cost(design, "battery.wear", "battery.energy")


def test_a_price_that_brings_a_component_in_is_closed_in():
    design = scaled(shop(), "roof.cost", 8.0)
    found = capacity_break_even(
        plan_design(design), "grid.price", "roof.capacity", [0.5, 1.0, 2.0, 8.0]
    )
    assert not found.is_monotone
    (change,) = found.changes
    assert not change.holds_below
    assert size_at(design, "grid.price", "roof.capacity", change.low) <= 5e-4
    assert size_at(design, "grid.price", "roof.capacity", change.high) > 5e-4


def test_a_bought_system_saves_nothing_below_some_price():
    plan = plan_design(shop(annual=20.0))
    found = saving_break_even(plan, "grid.price", [0.05, 1.0, 3.0])
    (change,) = found.changes
    assert not change.holds_below
    low, high = (saving_at(plan, "grid.price", each) for each in (change.low, change.high))
    assert low <= 0 < high


def test_an_unknown_capacity_lists_those_that_there_are():
    with pytest.raises(InputError) as caught:
        capacity_break_even(plan_design(shop()), "grid.price", "roof.size", [0.5, 2.0])
    assert "roof.capacity" in str(caught.value)


def test_the_widest_swing_comes_first_and_one_is_the_plan_itself():
    plan = plan_design(shop(annual=12.0))
    swings = sensitivity(plan, ["battery.wear", "price of grid", "grid.price"], [0.5, 1.0, 1.5])
    assert [swing.what for swing in swings] == ["grid.price", "battery.wear"]
    for swing in swings:
        assert swing.answers[1].cost == plan.objective
        assert swing.answers[0].cost < plan.objective < swing.answers[2].cost
