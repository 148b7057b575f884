"""What may come otherwise, as it is written: every fault by its place, with what to do."""

import pytest
from tests.plan.uncertainty.small import shop

from celadon.errors import DeclarationError, InputError
from celadon.plan.microgrid.declaration import DesignFile, design_from_plain
from celadon.plan.uncertainty.declaration import Uncertain, scenarios_of, uncertain_of
from celadon.plan.uncertainty.draws import drawn
from celadon.plan.uncertainty.scenarios import scenario_of
from celadon.plan.uncertainty.sensitivity import multipliers_between


def file(**tables) -> DesignFile:
    plain = {"design": {"id": "works", "year": 2025}, "demand": [{"id": "works", "series": "1 MW"}]}
    return design_from_plain({**plain, **tables}, "design.toml")


def two(first: str = "40 %", second: str = "60 %", **more) -> list[dict]:
    return [{"id": "one", "probability": first, **more}, {"id": "other", "probability": second}]


def fault(call, *given) -> str:
    with pytest.raises((DeclarationError, InputError)) as caught:
        call(*given)
    return str(caught.value)


def test_a_file_with_scenarios_is_a_design_like_any_other():
    declared = file(scenario=two(), risk={"confidence": "90 %", "weight": "30 %"})
    listed, risk = scenarios_of(declared)
    assert [(each.id, each.probability) for each in listed] == [("one", 0.4), ("other", 0.6)]
    assert (risk.confidence, risk.weight, risk.rules) == (0.9, 0.3, "every")


def test_probabilities_that_do_not_add_to_one_are_told_with_their_sum():
    told = fault(scenarios_of, file(scenario=two("40 %", "70 %")))
    assert "40 % + 70 % = 110 %" in told
    assert "add to one" in told


def test_three_thirds_written_in_full_add_to_one():
    listed = [{"id": f"s{n}", "probability": 1 / 3} for n in range(3)]
    assert len(scenarios_of(file(scenario=listed))[0]) == 3


@pytest.mark.parametrize("confidence", ["0 %", "100 %", "120 %", "-5 %"])
def test_confidence_outside_zero_and_one_is_refused(confidence):
    told = fault(scenarios_of, file(scenario=two(), risk={"confidence": confidence}))
    assert "risk.confidence" in told


def test_all_weight_on_risk_is_refused():
    told = fault(scenarios_of, file(scenario=two(), risk={"weight": "100 %"}))
    assert "risk.weight" in told


def test_no_scenario_and_twins_are_told():
    assert "no table" in fault(scenarios_of, file())
    same = [{"id": "one", "probability": 0.5}, {"id": "one", "probability": 0.5}]
    assert "two scenarios" in fault(scenarios_of, file(scenario=same))


def test_a_misspelt_key_lists_those_that_there_are():
    told = fault(scenarios_of, file(scenario=two(prices={"a": 2})))
    assert "scenario[1].prices" in told
    assert "times" in told


def test_a_scenario_that_names_an_unknown_series_or_component_tells_both():
    more = {"series": {"load": "lod"}, "times": {"bttery.wear": 2, "battery.depth": 2}}
    (declared, _), _ = scenarios_of(file(scenario=two(**more)))
    told = fault(scenario_of, declared, shop(), file())
    assert "'lod'" in told
    assert "load, price, sun" in told
    assert "bttery.wear" in told
    assert "less than or equal to 1" in told  # a battery of twice its energy


def test_a_series_is_replaced_and_multiplied():
    more = {"series": {"load": "sun"}, "times": {"load": "200 %"}, "carbon_price": "90 CNY/tCO2"}
    (declared, _), _ = scenarios_of(file(scenario=two(**more)))
    found = scenario_of(declared, shop(), file()).design
    assert (found.series["load"] == 2 * shop().series["sun"]).all()
    assert found.carbon_price == pytest.approx(0.09)


def test_a_series_of_something_else_is_no_series_in_its_place():
    series = {"load": {"column": "load", "unit": "kW"}, "price": {"column": "p", "unit": "CNY/kWh"}}
    declared = file(scenario=two(series={"load": "price"}), series=series)
    (scenario, _), _ = scenarios_of(declared)
    told = fault(scenario_of, scenario, shop(), declared)
    assert "price, a series of money/energy" in told
    assert "a series of power, as load is" in told


@pytest.mark.parametrize("times", [float("nan"), float("inf"), -1.0, "two"])
def test_a_multiplier_is_a_number_from_zero_up(times):
    told = fault(scenarios_of, file(scenario=two(times={"load": times})))
    assert "scenario[1].times.load" in told


def uncertain(**given) -> str:
    table = {"what": "load", "source": "own records", **given}
    return fault(uncertain_of, file(uncertain=[table]))


def test_a_spread_below_zero_is_refused():
    assert "uncertain[1].spread" in uncertain(spread="-10 %")


def test_a_normal_spread_that_reaches_below_zero_names_the_lognormal():
    assert "lognormal" in uncertain(spread="40 %")


def test_each_distribution_asks_for_its_own_numbers():
    assert "needs spread" in uncertain()
    assert "least and most" in uncertain(distribution="triangular", spread=0.1)
    assert "in this order" in uncertain(distribution="triangular", least=2, most=1)
    assert "below zero" in uncertain(distribution="uniform", spread=1.5)


def test_a_spread_without_a_source_is_refused():
    told = fault(uncertain_of, file(uncertain=[{"what": "load", "spread": 0.1}]))
    assert "uncertain[1].source" in told


def test_nothing_uncertain_and_twins_are_told():
    assert "no table" in fault(uncertain_of, file())
    table = {"what": "load", "spread": 0.1, "source": "own"}
    assert "two tables" in fault(uncertain_of, file(uncertain=[table, table]))
    one, same = ({**table, "what": name} for name in ("grid.price", "price of grid"))
    assert "two tables" in fault(uncertain_of, file(uncertain=[one, same]))


def test_zero_draws_are_refused():
    assert "one at least" in fault(drawn, [], 0, 1)


def test_a_range_has_two_ends_in_order():
    assert "rising" in fault(multipliers_between, 2.0, 1.0, 3)
    assert "two at least" in fault(multipliers_between, 0.5, 1.0, 1)


DISTRIBUTIONS = {
    "normal": (Uncertain(what="a", spread=0.1, source="x"), 1.0, 0.1),
    "uniform": (Uncertain(what="a", distribution="uniform", spread=0.3, middle=1.2, source="x"),
                1.2, 0.3 / 3**0.5),
    "triangular": (Uncertain(what="a", distribution="triangular", least=0.5, likely=1.0, most=2.0,
                             source="x"), 3.5 / 3, ((0.25 + 1 + 4 - 0.5 - 1 - 2) / 18) ** 0.5),
    "lognormal": (Uncertain(what="a", distribution="lognormal", spread=0.2, source="x"),
                  2.718281828**0.02, (2.718281828**0.04 - 1) ** 0.5 * 2.718281828**0.02),
}  # fmt: skip


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_draws_have_the_mean_and_spread_of_their_distribution(name):
    of, mean, spread = DISTRIBUTIONS[name]
    found = drawn([of], 20000, seed=5)[:, 0]
    assert found.mean() == pytest.approx(mean, abs=4 * spread / 20000**0.5)
    assert found.std() == pytest.approx(spread, rel=0.03)
