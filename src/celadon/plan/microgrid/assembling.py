"""From a declared design and its series to one that can be planned, with what is odd in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from celadon.accounts.bill import Tariff, load_tariff
from celadon.accounts.bill.oddities import tariff_findings, zone_findings
from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.renewable import Renewable
from celadon.plan.microgrid.bill_compared import bill_findings
from celadon.plan.microgrid.connection_fee import connection_findings
from celadon.plan.microgrid.declaration import DesignFile, RuleDeclared
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.factors_taken import factor_findings, with_factors
from celadon.plan.microgrid.heat_findings import heat_findings
from celadon.plan.microgrid.odd_loads import load_findings
from celadon.plan.microgrid.odd_machines import invests, machine_findings
from celadon.plan.microgrid.odd_origin import origin_findings
from celadon.plan.microgrid.odd_series import export_findings, refuse_feeding, series_findings
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.rules import MEASURES, Rule
from celadon.plan.microgrid.rules_in_force import rule_in_force
from celadon.plan.microgrid.service_prices import service_findings
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.reference import Registry

PROVED = 1e-6
"""A relative gap that counts as none."""

PROVED_WHOLE = 1e-4
"""The same where whole numbers are searched in the steps."""

_BILLED_ON = 0.25
"""Hours of the window that demand is billed on."""


def horizon_of(declared: DesignFile) -> Horizon:
    """The steps of the year that a design is for."""
    return Horizon.year(declared.head.year, declared.head.step_minutes)


def assemble(
    declared: DesignFile,
    series: Mapping[str, Floats],
    registry: Registry,
    tariffs: Mapping[str, Tariff] | None = None,
) -> Design:
    """A design that can be planned.

    Parameters
    ----------
    series : on the steps of the year, in the units of the model.
    tariffs : by the name that a connection gives; see :func:`read_tariffs`.

    Raises
    ------
    DeclarationError
        If two rules have one name, one lacks its limit, or a factor is asked for that the tables
        do not hold.
    InputError
        If a load never draws.
    """
    refuse_feeding(declared.name, declared.components, series)
    rules = [_rule(declared, rule, registry, n) for n, rule in enumerate(declared.rules, start=1)]
    names = [rule.name for rule in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        faults = [Fault((declared.name, name), "two rules", "each rule has a name of its own",
                        "give one of them a name") for name in twice]  # fmt: skip
        raise DeclarationError(f"{declared.name} has {len(faults)} fault(s)", faults)
    components, factors = with_factors(
        declared.components, registry, declared.head.year, declared.name
    )
    return Design(
        horizon_of(declared), series, components, rules, declared.head.discount_rate,
        declared.head.carbon_price, tariffs or {}, factors=factors,
    )  # fmt: skip


def read_tariffs(declared: DesignFile, folder: Path) -> dict[str, Tariff]:
    """The tariffs that the connections of a design name, files beside it.

    Raises
    ------
    DeclarationError
        If one is not there, or is at fault.
    """
    grids = [each for each in declared.components if isinstance(each, Grid)]
    found = {}
    for grid in grids:
        for name in grid.tariff:
            path = folder / name
            if not path.is_file():
                fault = Fault(
                    (declared.name, grid.id, "tariff"), f"no file {name} beside the design",
                    "a tariff file (docs/bill.md)",
                    "correct the name, or draft one: celadon tariff new",
                )  # fmt: skip
                raise DeclarationError(f"{grid.id} names a tariff that is not there", [fault])
            found[name] = load_tariff(path)
    return found


def oddities(declared: DesignFile, design: Design) -> list[Finding]:
    """What is odd in a design before it is planned: it may be meant."""
    found = []
    for component in design.components:
        if isinstance(component, Renewable) and isinstance(component.yields, str):
            found += _of_plant(declared.head.id, component, component.yields, design)
        if isinstance(component, Grid):
            found += _of_grid(declared.head.id, component, design)
    found += factor_findings(design.factors, declared.head.id)
    found += series_findings(design, declared.head.id)
    found += load_findings(design, declared.head.id)
    found += machine_findings(design, declared.head.id)
    if declared.head.zone:
        year = Period.parse(str(declared.head.year))
        for tariff in design.tariffs.values():
            found += zone_findings(tariff, declared.head.id, declared.head.zone, year)
    if "discount_rate" not in declared.head.model_fields_set and invests(declared.components):
        found.append(Finding(declared.head.id, "no_discount_rate", declared.head.id, "design"))
    return found + heat_findings(declared.head.id, design)


def shortcomings(declared: DesignFile, plan: Plan) -> list[Finding]:
    """What a plan does not prove."""
    name = declared.head.id
    found = [
        Finding(name, "kept_apart", one, other, {"steps": steps})
        for (one, other), steps in plan.held_apart.items()
    ]
    found += [
        Finding(name, "run_together", one, other, {"steps": steps})
        for (one, other), steps in plan.together.items()
    ]
    program = plan.built.program
    for block, span in program.columns.items():
        if program.whole[span].any():
            numbers = int(program.whole[span].sum())
            found.append(Finding(name, "whole_steps", name, block, {"numbers": numbers}))
    if plan.gap > (PROVED_WHOLE if program.has_whole else PROVED):
        told = {"percent": f"{100 * plan.gap:.3g}"}
        found.append(Finding(name, "not_proved", name, "objective", told))
    sold = {
        each.id: float(plan.flows[each.block("export")].sum()) * plan.design.horizon.hours
        for each in plan.design.components
        if isinstance(each, Grid)
    }
    found += export_findings(plan.design, sold, name)
    found += bill_findings(plan, name) + service_findings(plan, name) + origin_findings(plan, name)
    return found + connection_findings(plan, name)


def _of_plant(name: str, plant: Renewable, series: str, design: Design) -> list[Finding]:
    numbers = design.series.get(series)
    if numbers is None:
        return []
    if not (numbers > 0).any():
        return [Finding(name, "no_resource", plant.id, series)]
    highest = float(numbers.max())
    if highest > 1.0:
        return [Finding(name, "yield_above_one", plant.id, series, {"highest": f"{highest:.3g}"})]
    return []


def _of_grid(name: str, grid: Grid, design: Design) -> list[Finding]:
    found = []
    if isinstance(grid.price, str) and grid.price in design.series:
        below = int((design.series[grid.price] < 0).sum())
        if below:
            found.append(Finding(name, "price_below_zero", grid.id, grid.price, {"steps": below}))
    found += [
        Finding(name, "power_factor_not_planned", grid.id, tariff.id)
        for tariff in (design.tariffs.get(each) for each in grid.tariff)
        if tariff is not None and tariff.power_factor is not None
    ]
    found += [
        odd for each in grid.tariff if each in design.tariffs
        for odd in tariff_findings(design.tariffs[each], name)
    ]  # fmt: skip
    stated = grid.model_fields_set
    by_demand = grid.demand_price or grid.nearby_consumption is not None
    by_demand = by_demand or grid.basis in ("contract", "measured")
    if by_demand and design.horizon.hours > _BILLED_ON and "peak_ratio" not in stated:
        found.append(Finding(name, "hourly_peaks", grid.id, "design"))
    return found


def _rule(declared: DesignFile, rule: RuleDeclared, registry: Registry, number: int) -> Rule:
    place = (declared.name, f"rule[{number}]")
    denominator = rule.denominator()
    if denominator not in MEASURES[rule.kind].denominators:
        known = " or ".join(MEASURES[rule.kind].denominators)
        fault = Fault(
            (*place, "of"), denominator, f"the denominator of {rule.kind} is {known}", "correct it"
        )
        raise DeclarationError(f"{declared.name} has 1 fault(s)", [fault])
    name = rule.name or rule.kind.replace("_", " ")
    stated = rule.at_most if rule.kind == "carbon_cap" else rule.limit
    if rule.set:
        year = declared.head.project_year or declared.head.year
        return rule_in_force(registry, rule, name, place, year)
    if stated is None:
        key = "at_most" if rule.kind == "carbon_cap" else "limit"
        fault = Fault((*place, key), "nothing", "a limit, or the set that gives it", f"give {key}")
        raise DeclarationError(f"{declared.name} has 1 fault(s)", [fault])
    return Rule(name, rule.kind, stated, denominator, rule.clause)
