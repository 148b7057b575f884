"""A year at given capacities: the plan's own cost at its own, more at any other."""

from dataclasses import replace

import numpy as np
import pytest
from tests.plan.microgrid.sites import everything
from tests.plan.uncertainty.small import shop, with_series

from celadon.plan.microgrid import build, plan_design
from celadon.plan.microgrid.fixed import dispatch_fixed, fixed
from celadon.plan.microgrid.no_plan import why_infeasible
from celadon.plan.replay.replay import replay


def test_at_its_own_capacities_a_plan_costs_what_it_costs():
    for design in (shop(), everything()):
        plan = plan_design(design)
        found = dispatch_fixed(build(design), plan.sizes)
        assert found.status == "optimal"
        assert found.objective == pytest.approx(plan.objective, rel=1e-6)


def test_at_other_capacities_it_costs_more_and_still_runs():
    design = shop()
    plan, built = plan_design(design), build(design)
    for times in (0.5, 0.9, 1.1, 2.0):
        sizes = {block: size * times for block, size in plan.sizes.items()}
        found = dispatch_fixed(built, sizes)
        assert found.objective > plan.objective + 1e-3
        flows = {n: found.value(n) for n, s in built.program.columns.items()
                 if s.stop - s.start == design.horizon.count}  # fmt: skip
        check = replay(design, sizes, flows)
        assert check.largest_breach < 1e-6
        assert check.cost == pytest.approx(found.objective, rel=1e-6)


def test_too_small_a_capacity_is_named_with_what_would_do():
    design = shop(annual=60.0)
    kept = [c.model_copy(update={"import_at_most": 4.2}) if c.id == "grid" else c
            for c in design.components]  # fmt: skip
    busy = replace(with_series(design, load=1.2), components=kept)
    none = {"roof.capacity": 0.0, "battery.power": 0.0, "battery.energy": 0.0}
    assert dispatch_fixed(build(busy), none).status == "infeasible"
    reason = why_infeasible(busy, fixed(build(busy), none), alternatives=False)
    assert reason is not None
    assert reason.concessions
    assert {each.demand for each in reason.concessions} <= {*none, "grid.import limit"}


def test_a_block_of_several_columns_is_held_as_given():
    design = shop()
    plan, built = plan_design(design), build(design)
    peak = np.array([3.0])
    found = dispatch_fixed(built, {**plan.sizes, "grid.peak": peak})
    assert found.value("grid.peak").tolist() == peak.tolist()


def test_an_unknown_block_is_no_capacity():
    with pytest.raises(KeyError):
        fixed(build(shop()), {"roof.capcity": 1.0})
