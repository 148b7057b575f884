"""Factors that a design asks the tables for: found for its year, or refused with the nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from celadon.accounts.values import NoParameterError
from celadon.errors import DeclarationError, Fault
from celadon.plan.components.component import Component
from celadon.plan.components.electricity_factor import ElectricityFactor
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.factors import METHOD, Basis, Factor, factor_of
from celadon.records.finding import Finding
from celadon.reference import Registry


def with_factors(
    components: Sequence[Component], registry: Registry, year: int, name: str
) -> tuple[list[Component], dict[str, Factor]]:
    """The components with their factors as if they were typed, and these by component.

    Parameters
    ----------
    year : of the design; ``name`` its file, for errors.

    Raises
    ------
    DeclarationError
        Naming every factor that the tables do not hold for the year, and the nearest that they do.
    """
    found, factors, faults = list[Component](), dict[str, Factor](), list[Fault]()
    for component in components:
        try:
            changed, factor = _with_factor(component, registry, year)
        except NoParameterError as error:
            faults.append(_not_held(component, registry, year, name, error.why))
            continue
        found.append(changed)
        if factor is not None:
            factors[component.id] = factor
    if faults:
        raise DeclarationError(f"{name} asks for {len(faults)} factor(s) that are not held", faults)
    return found, factors


def factor_findings(factors: Mapping[str, Factor], design: str) -> list[Finding]:
    """Each factor that was taken, with where it stands and its letter."""
    return [
        Finding(design, "factor_taken", who, "emission_factor", {
            "factor": f"{float(factor.value):.6g}", "letter": factor.letter,
            "records": ", ".join(record.record for record in factor.records),
        })
        for who, factor in factors.items()
    ]  # fmt: skip


def _with_factor(
    component: Component, registry: Registry, year: int
) -> tuple[Component, Factor | None]:
    fuel = getattr(component, "fuel", None)
    if isinstance(component, Grid) and component.electricity_factor is not None:
        asked = component.electricity_factor
        factor = factor_of("electricity", registry, _basis(asked), asked.year or year)
        stated = {"emission_factor": float(factor.value), "electricity_factor": None}
        return component.model_copy(update=stated), factor
    if isinstance(fuel, Fuel) and fuel.carrier:
        if fuel.carrier not in registry.carriers or fuel.carrier == "electricity":
            raise NoParameterError("carrier", f"no fuel {fuel.carrier} in the table carriers")
        factor = factor_of(fuel.carrier, registry, Basis(), year)
        burnt = fuel.model_copy(update={"emission_factor": float(factor.value), "carrier": ""})
        return component.model_copy(update={"fuel": burnt}), factor
    return component, None


def _basis(asked: ElectricityFactor) -> Basis:
    return Basis(asked.programme, asked.level, asked.area)


def _not_held(component: Any, registry: Registry, year: int, name: str, why: str) -> Fault:
    if not isinstance(component, Grid):
        return Fault(
            (name, f"{component.id}.fuel.carrier"),
            f"no factor of {component.fuel.carrier} in {year}: {why}",
            f"a fuel with its defaults in the set of {METHOD}",
            "correct the carrier (celadon reference search carriers), or give emission_factor",
        )  # fmt: skip
    asked = component.electricity_factor
    assert asked is not None  # noqa: S101  its factor was asked for
    wanted = asked.year or year
    years = _years(asked, registry)
    if years:
        nearest = min(years, key=lambda each: (abs(each - wanted), -each))
        value = float(factor_of("electricity", registry, _basis(asked), nearest).value)
        remedy = (
            f"held are {', '.join(map(str, years))}; the nearest is {nearest} with {value:.6g} "
            f"t/MWh: write year = {nearest} to plan with it, or load the announced figure"
        )
    else:
        held = sorted({row.programme for row in registry.selections if row.data_year})
        remedy = f"no year is held of {asked.area} in it; programmes: {', '.join(held)}"
    return Fault(
        (name, f"{component.id}.electricity_factor"),
        f"no factor of {asked.programme} for {asked.level} {asked.area} in {wanted}: {why}",
        "one factor that the programme announces for the year", remedy,
    )  # fmt: skip


def _years(asked: ElectricityFactor, registry: Registry) -> list[int]:
    """The years for which the tables hold the factor that is asked for."""
    named = {
        int(row.reporting_year)
        for row in registry.selections
        if row.programme == asked.programme and row.level == asked.level and row.reporting_year
    }
    found = []
    for year in sorted(named):
        try:
            factor_of("electricity", registry, _basis(asked), year)
        except NoParameterError:
            continue
        found.append(year)
    return found
