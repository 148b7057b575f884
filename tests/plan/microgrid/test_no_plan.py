"""Where there is no plan, the fewest demands to relax are named, and what is said is enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.plan.microgrid.sites import reference

from celadon.numerics.lp import Program, Solution
from celadon.numerics.lp.solution import nothing
from celadon.plan.components.demand import DailyDelivery
from celadon.plan.components.flexible_load import ShiftableLoad
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.microgrid import Design, NoPlan, Plan, Rule, no_plan, plan_design, planning


def refused(design: Design) -> NoPlan:
    none = plan_design(design)
    assert isinstance(none, NoPlan)
    return none


def with_grid(design: Design, **changed: float) -> Design:
    machines = [c.model_copy(update=changed) if c.id == "grid" else c for c in design.components]
    return replace(design, components=machines)


def greener(share: float, **limits: float) -> Design:
    design = reference(168, **{"pv_max": 5.0, "wind_max": 3.0, **limits})
    return replace(design, rules=[*design.rules, Rule("green", "green_share", share, "consumed")])


def test_a_share_out_of_reach_is_told_with_the_best_that_can_be_kept() -> None:
    none = refused(greener(0.95))
    assert none.status == "infeasible"
    (concession,) = none.concessions
    assert (concession.demand, concession.asked, concession.unit) == ("green", 0.95, "1")
    assert isinstance(plan_design(greener(concession.enough - 1e-4)), Plan)
    assert isinstance(plan_design(greener(concession.enough + 1e-3)), NoPlan)
    assert set(none.innocent) == {"export", "self"}
    assert any({"green", "pv.capacity"} <= core for core in none.conflicts)
    for other in none.alternatives:
        assert other.demand in ("pv.capacity", "wind.capacity")
        name = other.demand.replace(".capacity", "_max")
        assert isinstance(plan_design(greener(0.95, **{name: other.enough + 1e-3})), Plan)
        assert isinstance(plan_design(greener(0.95, **{name: other.enough - 0.1})), NoPlan)
    assert none.alternatives


def test_rules_that_contradict_each_other_are_both_named() -> None:
    design = reference(72)
    rules = [
        Rule("green", "green_share", 0.4, "consumed"), Rule("self", "local_use", 0.9, "available"),
        Rule("dirty", "carbon_cap", 1.0, "none"),
    ]  # fmt: skip
    none = refused(replace(design, rules=rules))
    (concession,) = none.concessions
    assert any("dirty" in core for core in none.conflicts)
    assert concession.demand in {name for core in none.conflicts for name in core}


def test_a_connection_too_small_is_told_with_its_steps() -> None:
    design = with_grid(reference(72, pv_max=0.0, wind_max=0.0), import_at_most=1.0)
    design = replace(design, components=[c for c in design.components if c.id != "chp"], rules=[])
    none = refused(design)
    (concession,) = none.concessions
    assert concession.demand == "grid.import limit"
    assert 0 < concession.steps <= 72
    assert isinstance(plan_design(with_grid(design, import_at_most=concession.enough)), Plan)


def test_a_demand_that_nothing_meets_is_named() -> None:
    design = reference(48)
    machines = [c for c in design.components if c.id in ("load", "grid", "heat")]
    none = refused(replace(design, components=machines, rules=[]))
    assert [c.demand for c in none.concessions] == ["heat balance"]


def test_a_gain_without_end_names_what_grows() -> None:
    design = reference(48)
    dear = replace(design, series={**design.series, "p_exp": np.full(48, 30.0)}, rules=[])
    none = refused(dear)
    assert none.status == "unbounded"
    assert {"grid.import", "grid.export"} <= set(none.endless)


def test_negative_prices_do_not_run_a_battery_against_itself() -> None:
    design = reference(96)
    price = design.series["p_imp"].copy()
    price[30:40] = -2.0
    plan = plan_design(replace(design, series={**design.series, "p_imp": price}))
    assert isinstance(plan, Plan)
    both = np.minimum(plan.flows["battery.charge"], plan.flows["battery.discharge"])
    assert both.max() <= 1e-4
    assert plan.held_apart["battery.charge", "battery.discharge"] > 0
    assert plan.together == {}
    own = plan_design(plan.design, keep_apart=False)
    assert isinstance(own, Plan)
    assert own.together["battery.charge", "battery.discharge"] > 0
    assert own.objective < plan.bound  # a bound of flows that are apart
    assert plan.bound <= plan.objective
    assert plan.gap == pytest.approx((plan.objective - plan.bound) / abs(plan.objective))


def test_buying_and_selling_at_once_is_kept_apart() -> None:
    """Selling dearer than buying pays for ever; a limit on sales ends it, and only one runs."""
    design = with_grid(reference(48), import_at_most=15.0, export_at_most=2.0)
    series = {**design.series, "p_exp": design.series["p_imp"] + 0.2}
    plan = plan_design(replace(design, series=series, rules=[]))
    assert isinstance(plan, Plan)
    both = np.minimum(plan.flows["grid.import"], plan.flows["grid.export"])
    assert both.max() <= 1e-4


def test_where_no_answer_is_proved_there_is_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(program: Program, *_: object) -> Solution:
        return nothing(program, "failed", ())

    for module in (planning, no_plan):
        monkeypatch.setattr(module, "solve", fails)
    assert refused(reference(24)).status == "unsolved"


def test_a_solver_that_only_gives_up_is_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = planning.solve

    def gives_up_once(program: Program, *method: str) -> Solution:
        asked.append(method)
        return nothing(program, "failed", ()) if len(asked) == 1 else real(program, *method)

    monkeypatch.setattr(planning, "solve", gives_up_once)
    assert isinstance(plan_design(reference(24)), Plan)
    assert len(asked) == 2


def test_a_limit_that_is_no_part_of_a_conflict_is_left_out() -> None:
    """Without a store the nights are drawn from the grid: the cap alone is out of reach."""
    site = reference(72, pv_max=5.0, wind_max=0.0)
    kept = [c for c in site.components if c.id not in ("battery", "wind")]
    cap = Rule("cap", "carbon_cap", 0.001, "none")
    none = refused(replace(site, components=kept, rules=[cap]))
    assert none.conflicts == (frozenset({"cap"}),)
    assert not none.alternatives


def test_what_is_owed_is_told_in_its_own_unit() -> None:
    """Hydrogen by the day in t, energy of a window in MWh: never in MW, and no nothing below 0."""
    horizon = Horizon(0.5, np.zeros(96, np.int64), ("one",))
    grid = Grid(id="grid", price=0.6)
    (owed,) = refused(Design(horizon, {}, [DailyDelivery(id="h", tonnes=0.2), grid])).concessions
    assert (owed.demand, owed.asked, owed.unit) == ("h.delivery", 0.2, "t")
    assert str(owed.enough) == "0.0"
    mill = ShiftableLoad(id="mill", series=1.0, at_most=0.25)
    (window,) = refused(Design(horizon, {}, [mill, grid])).concessions
    assert (window.demand, window.unit) == ("mill.owed", "MWh")
    assert (window.asked, window.enough) == pytest.approx((24.0, 6.0))
