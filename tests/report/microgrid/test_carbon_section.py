"""Carbon that nobody knows is a dash with its reason; the plan's own count is reconciled."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.plan.microgrid.sites import everything

from celadon.app.microgrids.asked import refuse_unknown
from celadon.errors import DeclarationError
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid import Plan, plan_design
from celadon.plan.microgrid.factors import Basis
from celadon.reference import load_registry
from celadon.report.charts.sankey import backward_pairs
from celadon.report.microgrid.carbon import CarbonLine, carbon_lines, carbon_sums
from celadon.report.microgrid.carbon_section import saving_reconciled
from celadon.report.microgrid.content import DesignReport
from celadon.report.microgrid.energies import Energies, energies_of, sankey_flows
from celadon.report.microgrid.names import Draft


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = plan_design(everything())
    assert isinstance(found, Plan)
    return found


@pytest.fixture(scope="module")
def energies(plan: Plan) -> Energies:
    return energies_of(plan.design, plan.sizes, plan.flows)


def lines_of(plan: Plan, energies: Energies, *, stated: bool, basis: Basis) -> list[CarbonLine]:
    """The lines after, with the factor of power stated in the design or not."""
    given = [
        Grid(**{k: v for k, v in each if k in each.model_fields_set and k != "emission_factor"})
        if isinstance(each, Grid) and not stated else each
        for each in plan.design.components
    ]  # fmt: skip
    design = replace(plan.design, components=given)
    return carbon_lines(design, None, energies, load_registry(), basis, 2025)


def test_a_factor_that_nobody_knows_is_no_zero(plan: Plan, energies: Energies) -> None:
    nowhere = Basis(programme="regional_ets_pilot", level="province", area="CN-TW")
    lines = lines_of(plan, energies, stated=False, basis=nowhere)
    power = next(line for line in lines if line.carrier == "electricity")
    assert power.own
    assert (power.factor, power.tonnes) == (None, (None, None))
    assert power.asked == "regional_ets_pilot · CN-TW · 2025"
    assert carbon_sums(lines) == (None, None)
    stated = lines_of(plan, energies, stated=True, basis=nowhere)
    power = next(line for line in stated if line.carrier == "electricity")
    assert power.factor is not None
    assert carbon_sums(stated)[1] is not None


def test_without_a_today_nothing_is_known_of_it(plan: Plan, energies: Energies) -> None:
    lines = lines_of(plan, energies, stated=True, basis=Basis())
    assert all(line.energy[0] is None and line.tonnes[0] is None for line in lines)
    assert carbon_sums(lines)[0] is None
    whole = carbon_sums(lines)[1]
    assert whole is not None
    assert whole == sum((line.tonnes[1] or Fraction(0) for line in lines), Fraction(0))


def test_the_plans_own_count_is_that_of_its_lines(plan: Plan, energies: Energies) -> None:
    lines = lines_of(plan, energies, stated=True, basis=Basis())
    counted = float(sum(line.planned for line in lines))
    assert counted == pytest.approx(energies.ran.sums["emitted"], rel=1e-6)


def test_what_nobody_knows_is_refused_with_what_is_known(plan: Plan) -> None:
    basis = Basis("foo", "province", "XX", {"": "unobtainium", "roof-of-nobody": "natural_gas"})
    with pytest.raises(DeclarationError) as error:
        refuse_unknown(plan.design.components, load_registry(), ["nope"], basis)
    told = {fault.place: f"{fault.found} {fault.rule}" for fault in error.value.faults}
    assert set(told) == {"--standing", "--programme", "--area", "--fuel"}
    assert "enterprise_gbt32150" in told["--programme"]
    assert "CN-HE" in told["--area"]
    assert len(error.value.faults) == 5
    refuse_unknown(plan.design.components, load_registry(), [], Basis())


def test_power_that_is_sold_ends_at_a_node_of_its_own(plan: Plan, energies: Energies) -> None:
    """The grid is where power comes from; what is fed in does not go back to it."""
    flows = sankey_flows(energies)
    assert not [flow for flow in flows if flow[1] == "grid"]
    sold = sum(amount for _, there, _, amount in flows if there == "sold")
    fed = -np.minimum(energies.moved["grid", "power"], 0.0).sum() * energies.hours
    assert sold == pytest.approx(fed)


def test_a_store_is_told_by_what_it_loses(plan: Plan, energies: Energies) -> None:
    """What goes in and comes out again would run in circles across the picture."""
    flows = sankey_flows(energies)
    assert not [flow for flow in flows if flow[0] == "battery"]
    lost = sum(amount for _, there, _, amount in flows if there == "battery")
    moved = energies.moved["battery", "power"]
    assert lost == pytest.approx(-moved.sum() * energies.hours)
    assert 0 < lost < np.maximum(moved, 0.0).sum() * energies.hours
    assert backward_pairs(flows) == set()


def test_carbon_in_the_money_is_reconciled_with_the_table(content: DesignReport) -> None:
    """The plan pays by the design's own 0.55 t/MWh; the accounts count by another factor."""
    (note,) = saving_reconciled(Draft(content, "en"))
    assert content.money is not None
    saved = content.money.years[-1].saving["carbon"]
    planned = sum((line.planned_before or 0) - line.planned for line in content.carbon)
    assert float(planned) * content.planned.design.carbon_price == pytest.approx(saved, rel=1e-6)
    was, now = carbon_sums(content.carbon)
    assert was is not None
    assert now is not None
    for amount in (planned, Fraction(saved), was - now, (was - now) * 80 / 1000):
        assert f" {float(amount):,.1f} " in note.text
    unpriced = replace(content, money=None)
    assert saving_reconciled(Draft(unpriced, "en")) == []
