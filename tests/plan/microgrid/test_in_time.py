"""A plan within a time: what is not proved by then is unsolved, never called impossible."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.plan.microgrid.sites import reference

from celadon.numerics.lp import Program, Solution
from celadon.numerics.lp.solution import nothing
from celadon.plan.microgrid import Design, NoPlan, Plan, Rule, apart, plan_design


def impossible() -> Design:
    design = reference(168, pv_max=5.0, wind_max=3.0)
    return replace(design, rules=[*design.rules, Rule("green", "green_share", 0.95, "consumed")])


@pytest.mark.parametrize("design", [reference(72), impossible()])
def test_without_time_nothing_is_claimed(design: Design) -> None:
    none = plan_design(design, seconds=0.0)
    assert isinstance(none, NoPlan)
    assert none.status == "unsolved"
    assert none.concessions == ()


def test_time_that_suffices_changes_nothing() -> None:
    plan, again = plan_design(reference(72)), plan_design(reference(72), seconds=600.0)
    assert isinstance(plan, Plan)
    assert isinstance(again, Plan)
    assert again.objective == plan.objective


def test_without_alternatives_the_rest_is_told_all_the_same() -> None:
    none, short = plan_design(impossible()), plan_design(impossible(), alternatives=False)
    assert isinstance(none, NoPlan)
    assert isinstance(short, NoPlan)
    assert none.alternatives
    assert short.alternatives == ()
    assert short.concessions == none.concessions
    assert short.conflicts == none.conflicts


def test_what_cannot_be_kept_apart_any_more_is_not_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the last solving finds nothing the plan stays, and tells what runs at once."""

    def without_end(program: Program, *_: object) -> Solution:
        return nothing(program, "failed", ())

    design = reference(72)
    prices = {**design.series, "p_imp": design.series["p_imp"] - 2.0}
    wasting = replace(design, series=prices)
    whole = plan_design(wasting)
    assert isinstance(whole, Plan)
    assert whole.held_apart
    monkeypatch.setattr(apart, "solve", without_end)
    kept = plan_design(wasting)
    assert isinstance(kept, Plan)
    assert kept.held_apart == {}
    assert kept.together
