"""Bought systems in drawn years: brackets that hold, percentiles that hold, money that adds up."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom
from tests.plan.uncertainty.small import shop

from celadon.errors import DeclarationError
from celadon.plan.cash_flow import standing_design
from celadon.plan.components.cost import PowerCost
from celadon.plan.microgrid import build, plan_design
from celadon.plan.microgrid.fixed import dispatch_fixed
from celadon.plan.uncertainty.brackets import bracketed
from celadon.plan.uncertainty.declaration import Uncertain
from celadon.plan.uncertainty.draws import drawn
from celadon.plan.uncertainty.living import COST, PAYBACK, SAVING, live_through
from celadon.plan.uncertainty.percentiles import mean, percentile
from celadon.plan.uncertainty.repricing import WIDTH, Bought, changed, reprice

DEARER = Uncertain(what="grid.price", spread=0.15, source="invented")
HEAVIER = Uncertain(what="load", spread=0.05, source="invented")
CARBON = Uncertain(what="carbon_price", distribution="uniform", spread=0.9, source="invented")


def bought() -> Bought:
    return Bought(shop(), plan_design(shop()).sizes)


def solved(system: Bought, what: list[str], row) -> float:
    found = dispatch_fixed(build(changed(system.design, what, row)), system.sizes)
    assert found.status == "optimal"
    return found.objective


@pytest.mark.parametrize("of", [[DEARER], [DEARER, CARBON]])
def test_brackets_hold_the_cost_of_every_draw(of):
    system, what = bought(), [each.what for each in of]
    times = drawn(of, 60, seed=2)
    found = reprice(system, what, times)
    assert found.solved < 30
    assert ((found.high - found.low) <= WIDTH * found.high * (1 + 1e-9)).all()
    for n, row in enumerate(times):
        exact = solved(system, what, row)
        assert found.low[n] - 1e-5 <= exact <= found.high[n] + 1e-5


def test_what_changes_more_than_prices_is_solved_draw_by_draw():
    system = bought()
    times = drawn([HEAVIER], 12, seed=2)
    found = reprice(system, ["load"], times)
    assert found.solved == 12
    for n, row in enumerate(times):
        assert found.costs[n] == pytest.approx(solved(system, ["load"], row), rel=1e-6)


def test_two_parameters_that_multiply_each_other_are_not_taken_for_lines():
    system, what = bought(), ["grid.emission_factor", "carbon_price"]
    times = np.random.default_rng(1).uniform(0.2, 3.0, (9, 2))
    found = reprice(system, what, times)
    assert found.solved == 9
    for n, row in enumerate(times):
        assert found.costs[n] == pytest.approx(solved(system, what, row), rel=1e-6)


def test_a_draw_that_cannot_be_served_has_no_cost():
    design = shop()
    kept = [c.model_copy(update={"import_at_most": 5.0}) if c.id == "grid" else c
            for c in design.components]  # fmt: skip
    design = replace(design, components=kept)
    system = Bought(design, plan_design(design).sizes)
    found = reprice(system, ["load"], np.array([[1.0], [4.0]]))
    assert found.served.tolist() == [True, False]
    assert np.isinf(found.costs[1])


def test_brackets_of_a_known_concave_function():
    """min(3 + x, 5 + 2y, 6) at many points: few solutions bound all of them."""
    planes = np.array([[3.0, 1.0, 0.0], [5.0, 0.0, 2.0], [6.0, 0.0, 0.0]])
    points = np.random.default_rng(4).uniform(-2, 4, (90, 2))

    def least(point):
        values = planes[:, 0] + planes[:, 1:] @ point
        at = int(values.argmin())
        return values[at], values[at], planes[at, 1:]

    found = bracketed(points, least, 1e-3)
    exact = np.array([least(point)[0] for point in points])
    assert (found.low <= exact + 1e-9).all()
    assert (found.high >= exact - 1e-9).all()
    assert (found.high - found.low <= 1e-3 * np.maximum(1, np.abs(found.high)) + 1e-12).all()
    assert found.solved < 60


def test_more_draws_of_a_seed_begin_with_the_same():
    assert (drawn([DEARER, CARBON], 5, 9) == drawn([DEARER, CARBON], 50, 9)[:5]).all()
    assert (drawn([DEARER], 5, 9) != drawn([DEARER], 5, 10)).any()


def test_the_interval_of_a_percentile_holds_it_as_often_as_it_says():
    noise = np.random.default_rng(8)
    for rank in (0.05, 0.5, 0.95):
        held = 0
        for _ in range(400):
            told = percentile(noise.random(200).tolist(), rank)
            held += told.low is not None and told.high is not None and told.low <= rank <= told.high
        assert held >= binom.ppf(1e-4, 400, 0.95)


def test_few_draws_say_nothing_of_the_ends():
    told = percentile([3.0, 1.0, 2.0], 0.95)
    assert (told.value, told.high) == (3.0, None)
    assert mean([np.inf]) is None
    assert mean([2.0, np.inf, 4.0]).count == 2


def test_saving_is_the_difference_of_two_years():
    system = bought()
    lived = live_through(system, [DEARER], 30, seed=3)
    today = standing_design(system.design)
    before = Bought(today, plan_design(today).sizes)
    for n in (0, 7, 29):
        row = lived.times[n]
        saved = solved(before, ["grid.price"], row) - solved(system, ["grid.price"], row)
        assert lived.savings[n] == pytest.approx(saved, abs=2 * WIDTH * lived.today.costs[n])
    assert list(lived.measures) == [COST, SAVING]  # costs by the year are not paid back
    assert np.corrcoef(lived.times[:, 0], lived.savings)[0, 1] > 0.9
    assert lived.loses == 0.0


def test_payback_is_the_investment_by_what_running_saves():
    design = shop()
    money = PowerCost(investment=40.0, lifetime_years=20)
    kept = [c.model_copy(update={"cost": money}) if c.id == "roof" else c
            for c in design.components[:3]]  # fmt: skip
    design = replace(design, components=kept)
    sizes = plan_design(design).sizes
    lived = live_through(Bought(design, sizes), [DEARER], 6, seed=3)
    assert list(lived.measures) == [COST, SAVING, PAYBACK]
    paid = 40.0 * sizes["roof.capacity"]
    assert paid > 0
    for saving, years in zip(lived.savings, lived.paybacks, strict=True):
        assert years == pytest.approx(paid / (saving + paid / 20), rel=1e-6)


def test_a_parameter_of_what_is_bought_is_none_of_today():
    wear = Uncertain(what="battery.wear", spread=0.2, source="invented")
    lived = live_through(bought(), [wear, HEAVIER], 4, seed=1)
    assert lived.today is not None
    assert lived.today.served.all()


def test_an_efficiency_below_its_limit_is_drawn_and_above_it_told():
    system = bought()
    worse = drawn([Uncertain(what="a", distribution="uniform", spread=0.02, middle=0.97,
                             source="invented")], 9, seed=1)  # fmt: skip
    found = reprice(system, ["battery.charge_efficiency"], worse)
    assert found.solved == 9
    with pytest.raises(DeclarationError) as caught:
        reprice(system, ["battery.charge_efficiency"], worse + 0.2)
    assert "battery.charge_efficiency" in str(caught.value)
