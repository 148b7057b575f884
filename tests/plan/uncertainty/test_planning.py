"""Designs for several futures: the limits they must keep, and the same costs worked out anew."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from tests.plan.components.running_sites import switched
from tests.plan.microgrid.sites import burning, everything
from tests.plan.uncertainty.small import shop, with_series

from celadon.plan.microgrid import plan_design
from celadon.plan.microgrid.plan import Plan, at_once
from celadon.plan.microgrid.rules import Rule
from celadon.plan.replay.replay import replay
from celadon.plan.uncertainty.declaration import Risk
from celadon.plan.uncertainty.planning import NoScenarioPlan, ScenarioPlan, plan_scenarios
from celadon.plan.uncertainty.regret import MEAN, worth_of
from celadon.plan.uncertainty.risk import conditional_value_at_risk, value_at_risk
from celadon.plan.uncertainty.scenarios import Scenario

NEAR = pytest.approx


def three() -> list[Scenario]:
    base = shop()
    return [
        Scenario("dull", 0.3, with_series(base, sun=0.5, price=1.3)),
        Scenario("usual", 0.5, base),
        Scenario("busy", 0.2, with_series(base, load=1.4)),
    ]


def planned(scenarios: list[Scenario], risk: Risk) -> ScenarioPlan:
    found = plan_scenarios(scenarios, risk)
    assert isinstance(found, ScenarioPlan)
    return found


def alone(scenario: Scenario) -> Plan:
    found = plan_design(scenario.design)
    assert isinstance(found, Plan)
    return found


@pytest.mark.parametrize("weight", [0.0, 0.4])
def test_one_scenario_is_the_plain_design(weight):
    only = Scenario("only", 1.0, shop())
    found = planned([only], Risk(confidence=0.9, weight=weight))
    assert found.objective == NEAR(alone(only).objective, rel=1e-7)
    assert found.sizes == NEAR(alone(only).sizes, abs=1e-5)


def test_flows_are_kept_apart_in_scenarios_as_in_a_plain_design():
    """Charging while discharging pays in both; the bound is better than the linear programme's."""
    design = burning([-1.0, -2.0, -0.5, -1.0, 0.6, 0.2])
    plain, split = alone(Scenario("", 1.0, design)), plan_design(design, keep_apart=False)
    found = planned([Scenario("a", 0.5, design), Scenario("b", 0.5, design)], Risk())
    assert found.objective == NEAR(plain.objective, rel=1e-6)
    assert split.bound < found.bound <= found.objective + 1e-6
    for each in ("a", "b"):
        flows = found.flows(each)
        assert not at_once(flows["battery.charge"], flows["battery.discharge"]).any()
    assert set(found.held_apart) == {
        (f"{each}: battery.charge", f"{each}: battery.discharge") for each in "ab"
    }


def test_scenarios_of_years_of_other_lengths_are_kept_apart_too():
    """They have no spans of time in common to search."""
    pair = [
        Scenario("leap", 0.5, burning([-1.0, -2.0, 0.6, 0.2, -1.0])),
        Scenario("plain", 0.5, burning([-1.0, -2.0, 0.6, 0.2])),
    ]
    found = planned(pair, Risk())
    for each in pair:
        flows = found.flows(each.id)
        assert not at_once(flows["battery.charge"], flows["battery.discharge"]).any()


def test_two_equal_scenarios_are_the_plain_design():
    pair = [Scenario("one", 0.25, shop()), Scenario("other", 0.75, shop())]
    found = planned(pair, Risk(confidence=0.9, weight=0.4))
    assert found.objective == NEAR(alone(pair[0]).objective, rel=1e-7)
    assert found.conditional_value_at_risk == NEAR(found.expected, rel=1e-7)


def test_cost_lies_between_foresight_and_every_other_design():
    scenarios = three()
    found = planned(scenarios, Risk())
    foresight = sum(each.probability * alone(each).objective for each in scenarios)
    assert foresight <= found.expected + 1e-6
    assert found.expected <= max(found.costs.values())
    worth = worth_of(found)
    assert worth.foresight == NEAR(foresight, rel=1e-7)
    assert [each.name for each in worth.alternatives] == [MEAN, "dull", "usual", "busy"]
    for each in worth.alternatives:
        assert each.weighed is not None
        assert each.weighed >= found.weighed - 1e-5
    assert worth.of_stochastic_solution is not None
    assert worth.of_stochastic_solution > 0.01  # these futures are far enough apart
    for each in worth.alternatives[1:]:
        own = worth.regret(each.costs)[each.name]
        assert own == NEAR(0.0, abs=1e-4)
    assert all(r is not None and r >= -1e-4 for r in worth.regret(dict(found.costs)).values())


def test_of_load_alone_the_mean_scenario_costs_no_more_than_the_expected():
    """Jensen: the least cost is convex in the load."""
    base = shop()
    scenarios = [Scenario("low", 0.5, with_series(base, load=0.6)),
                 Scenario("high", 0.5, with_series(base, load=1.4))]  # fmt: skip
    found = planned(scenarios, Risk())
    assert alone(Scenario("mean", 1.0, base)).objective <= found.expected + 1e-6


def test_risk_costs_expectation_and_saves_the_tail():
    neutral, averse = (planned(three(), Risk(confidence=0.8, weight=w)) for w in (0.0, 0.9))
    assert averse.expected > neutral.expected + 1e-3
    assert averse.conditional_value_at_risk < neutral.conditional_value_at_risk - 1e-3


@pytest.mark.parametrize(("confidence", "weight"), [(0.5, 0.3), (0.75, 0.6), (0.95, 0.2)])
def test_what_is_minimised_is_worked_out_again_by_sorting(confidence, weight):
    found = planned(three(), Risk(confidence=confidence, weight=weight))
    assert found.weighed == NEAR(found.objective, rel=1e-6)
    assert found.gap < 1e-6
    program = found.stack.built.program
    assert f"{'dull'}: beyond value at risk" in program.rows
    level = float(found.solution.value("value at risk")[0])
    costs = sorted(found.costs.values())
    assert costs[0] - 1e-3 <= level <= costs[-1] + 1e-3


def test_every_scenario_runs_again_hour_by_hour():
    found = planned(three(), Risk(confidence=0.8, weight=0.5))
    for each in found.scenarios:
        check = replay(each.design, found.sizes, found.flows(each.id))
        assert check.largest_breach < 1e-5
        assert check.cost == NEAR(found.costs[each.id], rel=1e-6)


def test_rules_in_every_scenario_cost_more_than_as_expected():
    rule = Rule("green", "green_share", 0.75, "consumed")
    base = shop((rule,))
    scenarios = [Scenario("dull", 0.5, with_series(base, sun=0.7)), Scenario("bright", 0.5, base)]
    every = planned(scenarios, Risk())
    expected = planned(scenarios, Risk(rules="expected"))
    assert expected.objective < every.objective - 1e-3
    assert "green" in expected.stack.built.program.rows
    worth = worth_of(expected)
    assert worth.foresight is None
    for each in worth.alternatives:
        assert each.weighed is None or each.weighed >= expected.weighed - 1e-5


def test_a_scenario_without_a_design_is_named_with_what_to_relax():
    rule = Rule("green", "green_share", 0.35, "consumed")
    base = shop((rule,), most=8.0)
    scenarios = [Scenario("bright", 0.5, base),
                 Scenario("dark", 0.5, with_series(base, sun=0.1))]  # fmt: skip
    found = plan_scenarios(scenarios, Risk())
    assert isinstance(found, NoScenarioPlan)
    assert list(found.alone) == ["dark"]
    (concession,) = found.alone["dark"].concessions
    assert concession.demand in ("green", "roof.capacity")


def test_demands_that_contradict_each_other_across_scenarios_are_named():
    dark_needs = Rule("green", "green_share", 0.3, "consumed")
    bright_forbids = Rule("use", "local_use", 0.97, "available")
    base = shop((dark_needs, bright_forbids))
    base = replace(base, components=base.components[:3])  # without the battery
    designs = [with_series(base, sun=0.2), with_series(base, sun=1.0)]
    scenarios = [Scenario(n, 0.5, d) for n, d in zip(("dark", "bright"), designs, strict=True)]
    assert all(isinstance(plan_design(each.design), Plan) for each in scenarios)
    found = plan_scenarios(scenarios, Risk())
    assert isinstance(found, NoScenarioPlan)
    assert not found.alone
    assert set(found.together) == {"dark: green", "bright: use"}


def test_a_design_too_small_for_a_scenario_is_told_and_has_no_weight():
    base = shop(annual=60.0)
    kept = [c.model_copy(update={"import_at_most": 2.2}) if c.id == "grid" else c
            for c in base.components]  # fmt: skip
    base = replace(base, components=kept)
    scenarios = [Scenario("usual", 0.6, with_series(base, load=0.5)),
                 Scenario("busy", 0.4, base)]  # fmt: skip
    worth = worth_of(planned(scenarios, Risk()))
    small = next(each for each in worth.alternatives if each.name == "usual")
    assert small.costs["busy"] is None
    assert small.weighed is None
    assert small.lacking["busy"].concessions


def test_conditional_value_at_risk_is_the_worst_mixture():
    """CVaR is the dearest expectation whose probabilities are at most p / (1 - level)."""
    noise = np.random.default_rng(3)
    for level in (0.3, 0.8, 0.95):
        costs, raw = noise.normal(size=4), noise.random(4)
        chances = raw / raw.sum()
        most = chances / (1 - level)
        best = -np.inf
        for order in itertools.permutations(range(4)):
            left, total = 1.0, 0.0
            for at in order:
                taken = min(left, most[at])
                total, left = total + taken * costs[at], left - taken
            best = max(best, total)
        assert conditional_value_at_risk(costs, chances, level) == NEAR(best)
        assert value_at_risk(costs, chances, level) <= best + 1e-9


def test_machines_that_switch_do_so_in_whole_steps_in_every_scenario():
    base = switched(24)
    dear = replace(base, series={**base.series, "price": base.series["price"] * 1.3})
    found = planned([Scenario("usual", 0.6, base), Scenario("dear", 0.4, dear)], Risk())
    for part in found.stack.parts:
        whole = part.values(found.solution.values)[part.built.program.whole]
        assert whole.size
        assert np.abs(whole - np.round(whole)).max() < 1e-5
    assert found.bound <= found.objective
    only = planned([Scenario("only", 1.0, base)], Risk())
    plan = plan_design(base)
    assert isinstance(plan, Plan)
    assert only.bound <= plan.objective * (1 + 1e-6)
    assert only.objective >= plan.bound * (1 - 1e-6)


def test_a_site_with_every_kind_of_component_is_planned_and_runs_again():
    base = everything(48)
    scenarios = [Scenario("usual", 0.5, base),
                 Scenario("dull", 0.5, with_series(base, sun=0.6, price=1.2))]  # fmt: skip
    found = planned(scenarios, Risk(confidence=0.6, weight=0.3))
    assert found.weighed == NEAR(found.objective, rel=1e-6)
    for each in scenarios:
        check = replay(each.design, found.sizes, found.flows(each.id))
        assert check.largest_breach < 1e-5
        assert check.cost == NEAR(found.costs[each.id], rel=1e-6)
    charged = sum(found.solution.charges().values())
    assert charged == NEAR(found.objective, rel=1e-9)
