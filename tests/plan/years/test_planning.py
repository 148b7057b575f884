"""Years planned together: beside the plain design, by hand, and by plain arithmetic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.plan.microgrid.sites import burning, reference

from celadon.errors import DeclarationError
from celadon.plan.components.batch_load import BatchLoad
from celadon.plan.components.battery import Battery
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.microgrid.declaration import design_from_plain
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.microgrid.rules import Rule
from celadon.plan.years import NoYearsPlan, Years, YearsPlan, plan_years, years_of
from celadon.plan.years.declaration import Fading, Path
from celadon.plan.years.outlook import Outlook


def planned(design: Design, years: Years) -> YearsPlan:
    plan = plan_years(design, years)
    assert isinstance(plan, YearsPlan)
    assert plan.replayed == pytest.approx(plan.objective, rel=1e-7, abs=1e-9)
    assert max(each.check.largest_breach for each in plan.stages) < 1e-6
    worth = float(plan.outlook.discount @ plan.yearly)
    assert worth == pytest.approx(plan.objective, rel=1e-7, abs=1e-9)
    return plan


def roof(price: float = 1.0, cost: dict[str, float] | None = None, **given: Any) -> Design:
    """A load of 1 MW in two hours, sun in the first; panels at 0.3 kCNY a MW and year."""
    horizon = Horizon(1.0, np.zeros(2, np.int64), ("one",))
    series = {"sun": np.array([1.0, 0.0]), "load": np.ones(2)}
    panels = Photovoltaics(
        id="roof", yields="sun", cost=PowerCost(**(cost or {"annual": 0.3})), **given
    )
    return Design(horizon, series, [Demand(id="works", series="load"),
                                    Grid(id="grid", price=price), panels])  # fmt: skip


@pytest.mark.parametrize("stages", [(), (2026, 2031, 2041)])
def test_flat_years_are_the_plain_design_times_what_the_years_weigh(
    stages: tuple[int, ...],
) -> None:
    design = reference(24 * 7)
    plain = plan_design(design)
    assert isinstance(plain, Plan)
    rate = 0.06
    plan = planned(design, Years(first=2026, count=20, discount_rate=rate, stages=stages))
    factor = (1 - (1 + rate) ** -20) / rate
    assert plan.objective == pytest.approx(plain.objective * factor, rel=1e-9)
    if not stages:
        assert {b: s for b, s in plan.stages[0].standing.items() if s > 1e-6} == pytest.approx(
            {b: s for b, s in plain.sizes.items() if s > 1e-6}, rel=1e-5
        )


def test_flows_are_kept_apart_in_every_stage_as_in_a_plain_design() -> None:
    design = burning([-1.0, -2.0, -0.5, -1.0, 0.6, 0.2])
    plain = plan_design(design)
    split = plan_design(design, keep_apart=False)
    assert isinstance(plain, Plan)
    assert isinstance(split, Plan)
    years = Years(first=2026, count=3, discount_rate=0.0, stages=(2026, 2028))
    plan = planned(design, years)
    assert plan.objective == pytest.approx(3 * plain.objective, rel=1e-6)
    assert 3 * split.bound < plan.bound <= plan.objective + 1e-6
    assert set(plan.held_apart) == {
        (f"{each.stage.id}: battery.charge", f"{each.stage.id}: battery.discharge")
        for each in plan.stages
    }


def test_panels_are_bought_when_they_are_cheap_enough() -> None:
    """0.3 a year is saved by each MW that costs 0.4 in the first stage, 0.2 in the second."""
    years = Years(first=2026, count=4, discount_rate=0.0, stages=(2026, 2028),
                  path=(Path(of="roof.cost", times=(1.0, 1.0, 0.5, 0.5)),))  # fmt: skip
    plan = planned(roof(0.3, {"annual": 0.4}), years)
    assert [each.bought["roof.capacity"] for each in plan.stages] == pytest.approx([0.0, 1.0])
    assert plan.objective == pytest.approx(2 * 0.6 + 2 * (0.3 + 0.2))
    assert plan.yearly.tolist() == pytest.approx([0.6, 0.6, 0.5, 0.5])


def test_a_price_that_grows_is_its_discounted_mean() -> None:
    years = Years(first=2026, count=3, discount_rate=0.1, path=(Path(of="grid.price", growth=1.0),))
    plan = planned(roof(1.0, most=0.0), years)
    assert plan.objective == pytest.approx(2 * (1 / 1.1 + 2 / 1.1**2 + 4 / 1.1**3))


def test_panels_fade_and_what_stands_is_what_is_left() -> None:
    """A tenth a year: of 1 MW 0.9 and 0.8 MWh ... on the mean of each stage."""
    fade = (Fading(of="roof", share=0.1),)
    years = Years(first=2026, count=4, discount_rate=0.0, stages=(2026, 2028), fade=fade)
    plan = planned(roof(1.0, {"annual": 0.1}, most=1.0), years)
    first, second = plan.stages
    assert first.effective["roof.capacity"] == pytest.approx((1 + 0.9) / 2)
    assert second.effective["roof.capacity"] == pytest.approx((0.81 + 0.729) / 2)
    assert second.standing["roof.capacity"] == pytest.approx(1.0)
    assert plan.objective == pytest.approx(8 - (1 + 0.9 + 0.81 + 0.729) + 4 * 0.1)


def test_more_is_bought_to_make_up_for_what_fades_where_there_is_room() -> None:
    fade = (Fading(of="roof", share=0.1),)
    years = Years(first=2026, count=4, discount_rate=0.0, stages=(2026, 2028), fade=fade)
    plan = planned(roof(1.0, {"annual": 0.1}), years)
    assert [s.effective["roof.capacity"] for s in plan.stages] == pytest.approx([1.0, 1.0])
    assert plan.stages[1].bought["roof.capacity"] > 0.1


def test_a_life_that_ends_is_renewed_at_the_price_of_its_year() -> None:
    """Life 2 years: bought at 1, renewed at 2 from the third year on; new again, it has not faded.

    Level payments of an investment of 1 over 2 years without interest: 0.5 a year.
    """
    cost = {"investment": 1.0, "lifetime_years": 2.0}
    paths = (Path(of="roof.cost", times=(1.0, 1.0, 2.0, 2.0)),)
    years = Years(first=2026, count=4, discount_rate=0.0, path=paths,
                  fade=(Fading(of="roof", share=0.1),))  # fmt: skip
    plan = planned(roof(10.0, cost, most=1.0), years)
    assert plan.capacity_costs["roof.capacity"].tolist() == pytest.approx([0.5, 0.5, 1.0, 1.0])
    assert plan.invested.tolist() == pytest.approx([1.0, 0.0, 2.0, 0.0])
    assert plan.stages[0].effective["roof.capacity"] == pytest.approx(0.95)


def test_what_stands_already_is_there_from_the_first_stage_and_room_is_for_all_stages() -> None:
    years = Years(first=2026, count=2, discount_rate=0.0, stages=(2026, 2027),
                  path=(Path(of="load", growth=1.0),
                        Path(of="grid.price", growth=1.0)))  # fmt: skip
    plan = planned(roof(0.2, least=0.4, most=1.5), years)
    assert [s.bought["roof.capacity"] for s in plan.stages] == pytest.approx([0.4, 1.1])


def test_whole_machines_stay_whole_over_the_stages() -> None:
    years = Years(first=2026, count=2, discount_rate=0.0, stages=(2026, 2027),
                  path=(Path(of="load", growth=1.0),))  # fmt: skip
    plan = planned(roof(1.0, machine=0.4), years)
    counts = [s.bought["roof.capacity"] / 0.4 for s in plan.stages]
    assert counts == pytest.approx([round(count) for count in counts], abs=1e-6)
    assert plan.gap < 1e-6


def test_what_is_whole_in_each_step_is_named_and_refused() -> None:
    job = BatchLoad(id="kiln", power=0.1, hours=2, jobs=1, window_hours=24)
    site = reference(24)
    design = replace(site, components=[*site.components, job])
    with pytest.raises(DeclarationError) as refused:
        plan_years(design, Years(first=2026, count=2, discount_rate=0.0))
    (fault,) = refused.value.faults
    assert fault.place.endswith("kiln")


def test_a_battery_fades_in_its_energy_alone() -> None:
    battery = Battery(id="store", charge_efficiency=1.0, discharge_efficiency=1.0,
                      power_cost=PowerCost(annual=0.01), energy_cost=EnergyCost(annual=0.01),
                      power_at_most=1.0, energy_at_most=1.0)  # fmt: skip
    design = roof(1.0)
    design = replace(design, components=[*design.components, battery])
    years = Years(first=2026, count=2, discount_rate=0.0, fade=(Fading(of="store", share=0.2),))
    (stage,) = planned(design, years).stages
    assert stage.effective["store.energy"] == pytest.approx(0.9 * stage.standing["store.energy"])
    assert stage.effective["store.power"] == pytest.approx(stage.standing["store.power"])


def test_rules_tighten_over_the_years() -> None:
    design = replace(roof(0.1), rules=[Rule("green", "green_share", 0.2, "consumed")])
    years = Years(first=2026, count=2, discount_rate=0.0, stages=(2026, 2027),
                  path=(Path(of="rule.green", times=(1.0, 2.0)),))  # fmt: skip
    plan = planned(design, years)
    assert [s.standing["roof.capacity"] for s in plan.stages] == pytest.approx([0.4, 0.8])


def test_a_stage_that_has_no_design_is_named() -> None:
    design = replace(roof(1.0, most=0.5), rules=[Rule("green", "green_share", 0.2, "consumed")])
    years = Years(first=2026, count=2, stages=(2026, 2027),
                  path=(Path(of="rule.green", times=(1.0, 2.0)),))  # fmt: skip
    found = plan_years(design, years)
    assert isinstance(found, NoYearsPlan)
    assert (found.status, list(found.alone)) == ("infeasible", ["2027"])


def test_a_steady_stage_is_no_better_than_its_years_one_by_one() -> None:
    """Prices that change within a stage: its one way of running is one that each year could run."""
    path = (Path(of="grid.price", growth=0.3),)
    one = planned(reference_small(), Years(first=2026, count=4, discount_rate=0.05, path=path))
    each = planned(reference_small(), Years(first=2026, count=4, discount_rate=0.05, path=path,
                                            stages=(2026, 2027, 2028, 2029)))  # fmt: skip
    assert each.objective <= one.objective * (1 + 1e-9)


@pytest.mark.long
def test_three_stages_of_a_full_year_are_proved() -> None:
    plan = planned(reference(8760), Years(first=2026, count=15, discount_rate=0.06,
                                          stages=(2026, 2031, 2036)))  # fmt: skip
    assert plan.gap < 1e-6
    assert plan.residuals.violation < 1e-6


def reference_small() -> Design:
    return reference(48)


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({"first": 2026, "count": 5, "stages": [2026, 2031]}, "stages"),
        ({"first": 2026, "count": 5, "stages": [2027]}, "stages"),
        ({"first": 2026, "count": 5, "stages": [2026, 2026]}, "stages"),
        ({"first": 2026, "count": 5, "path": [{"of": "x", "times": [1, 1]}]}, "times"),
        ({"first": 2026, "count": 5, "path": [{"of": "x", "points": {"2028": 1}}]}, "points"),
        ({"first": 2026, "count": 20, "fade": [{"of": "x", "share": "30 %"}]}, "share"),
        ({"first": 2026, "count": 5, "path": [{"of": "x"}]}, "years.path.0"),
        ({"first": 2026, "count": 5, "path": [{"of": "x", "growth": 0}] * 2}, "x"),
        ({"first": 2026, "count": 0}, "years.count"),
    ],
)
def test_years_at_fault_are_refused(table: dict[str, Any], where: str) -> None:
    plain = {"design": {"id": "d", "year": 2026}, "years": table,
             "demand": [{"id": "works", "series": "1 MW"}]}  # fmt: skip
    with pytest.raises(DeclarationError) as refused:
        years_of(design_from_plain(plain, "d.toml"))
    assert refused.value.faults[0].where[-1] == where


@pytest.mark.parametrize(
    ("years", "told"),
    [
        (Years(first=2026, count=2, path=(Path(of="nothing.price", growth=0.1),)), "no such"),
        (Years(first=2026, count=2, fade=(Fading(of="nothing", share=0.1),)), "no such"),
        (Years(first=2026, count=2, path=(Path(of="carbon_price", growth=0.1),)), "of nothing"),
        (Years(first=2026, count=2, path=(Path(of="discount_rate", growth=0.1),)), "changes"),
    ],
)
def test_what_names_nothing_is_refused(years: Years, told: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        plan_years(roof(), years)
    assert told in refused.value.faults[0].found


def test_discounts_add_to_the_annuity_factor() -> None:
    outlook = Outlook(Years(first=2026, count=20, stages=(2026, 2030)), 0.07)
    weights = [outlook.weight(stage) for stage in outlook.stages]
    assert sum(weights) == pytest.approx((1 - 1.07**-20) / 0.07, rel=1e-14)


def test_each_year_runs_at_its_own_prices() -> None:
    """By hand: 2 MWh at 1 CNY/kWh, 3 % dearer each year, one stage; panels cost too much."""
    path = Path(of="grid.price", growth=0.03)
    years = Years(first=2026, count=15, discount_rate=0.07, path=(path,))
    plan = planned(roof(1.0, {"annual": 99.0}), years)
    assert plan.running == pytest.approx(2.0 * 1.03 ** np.arange(15), rel=1e-7)
    (staged,) = plan.stages
    assert not staged.means
    weights = plan.outlook.discount / plan.outlook.discount.sum()
    for part, of_years in staged.yearly.items():
        assert weights @ of_years == pytest.approx(staged.running[part], rel=1e-9), part


def test_a_part_that_no_price_alone_changes_shows_the_mean_and_says_so() -> None:
    """A cost of power that grows in its stage while the carbon price on it grows too: a product."""
    design = replace(roof(1.0, {"annual": 99.0}), carbon_price=0.1)
    machines = [
        each.model_copy(update={"emission_factor": 1.0}) if isinstance(each, Grid) else each
        for each in design.components
    ]
    paths = (Path(of="grid.emission_factor", growth=-0.2), Path(of="carbon_price", growth=0.5))
    years = Years(first=2026, count=3, discount_rate=0.0, path=paths)
    (staged,) = planned(replace(design, components=machines), years).stages
    assert staged.means == {"carbon"}
    assert np.ptp(staged.yearly["carbon"]) == 0.0
