"""Rules hold, and their prices are the growth of the cost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.plan.microgrid.sites import PARAMETERS, reference

from celadon.plan.microgrid import Design, Plan, Rule, plan_design
from celadon.plan.microgrid.rules import MEASURES, Denominator, RuleKind

CHEAP = {**PARAMETERS["ann"], "pv": 6.0, "wind": 30.0, "bate": 20.0, "batp": 0.5}


def planned(design: Design) -> Plan:
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    return plan


def with_rule(limit: float, kind: RuleKind, of: Denominator) -> Design:
    design = reference(168, ann=CHEAP, p_exp=0.6, exp_frac=0.9, self_frac=0.1)
    return replace(design, rules=[Rule("rule", kind, limit, of)])


CASES: list[tuple[RuleKind, Denominator, float]] = [
    ("local_use", "available", 0.97), ("local_use", "generated", 0.98),
    ("export_share", "available", 0.02), ("export_share", "generated", 0.03),
    ("green_share", "consumed", 0.95), ("carbon_cap", "none", 250.0),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "of", "limit"), CASES)
def test_a_rule_is_kept_and_its_price_is_what_a_point_costs(
    kind: RuleKind, of: Denominator, limit: float
) -> None:
    plan = planned(with_rule(limit, kind, of))
    (kept,) = plan.rules
    assert kept.share == pytest.approx(limit, rel=1e-6)
    assert kept.is_binding
    step = 0.01 if of == "none" else 1e-5
    tighter, looser = (limit + s * (1 if MEASURES[kind].at_least else -1) for s in (step, -step))
    costs = [planned(with_rule(each, kind, of)).objective for each in (tighter, looser)]
    growth = (costs[0] - costs[1]) / (2 * step) / (1 if of == "none" else 100)
    assert kept.point == pytest.approx(growth, rel=0.02)


def test_a_rule_that_costs_nothing_has_no_price() -> None:
    (kept,) = planned(with_rule(0.05, "local_use", "available")).rules
    assert kept.point == pytest.approx(0.0, abs=1e-6)
    assert not kept.is_binding
    assert kept.share is not None
    assert kept.share > 0.05


def test_without_a_denominator_nothing_can_be_told() -> None:
    design = reference(48, pv_max=0.0, wind_max=0.0)
    plan = planned(design)
    assert [kept.share for kept in plan.rules] == [None, None]


def test_a_limit_that_binds_has_a_price() -> None:
    design = reference(168, ann=CHEAP, pv_max=2.0)
    plan, more = planned(design), planned(reference(168, ann=CHEAP, pv_max=2.01))
    saved = (plan.objective - more.objective) / 0.01
    assert plan.limit_prices["pv.capacity"] == pytest.approx(saved, rel=0.02)


def test_limits_beside_whole_machines_by_finite_difference() -> None:
    """What a larger roof saves is told and true; of an engine that is switched whole, nothing is.

    The price of its capacity would say what a part of a machine that is on saves in every step.
    """

    def site(roof: float) -> Design:
        design = reference(96, ann=CHEAP, pv_max=roof, p_gas=0.3)
        changed = {"least": 6.0, "most": 6.0, "machine": 3.0, "on_off": "machine",
                   "least_load": 0.5, "start_cost": 0.1, "ramp": 0.6}  # fmt: skip
        parts = [p.model_copy(update=changed) if p.id == "chp" else p for p in design.components]
        return replace(design, components=parts)

    plan, larger = planned(site(2.0)), planned(site(2.01))
    assert plan.without_limit_price == {"chp.capacity"}
    assert "chp.capacity" not in plan.limit_prices
    saved = (plan.objective - larger.objective) / 0.01
    assert plan.limit_prices["pv.capacity"] == pytest.approx(saved, rel=0.02)
