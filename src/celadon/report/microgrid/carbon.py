"""Carbon of power drawn and fuel burnt, by the factors and equations of the accounts.

The location view: power by the factor that a programme announces for the year, fuel by its heat,
carbon content and oxidation in the set of a method. What the tables do not hold is counted by the
design's own factor, and said to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from celadon.accounts.values import NoParameterError
from celadon.exact import quantise
from celadon.plan.components.component import Component
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.factors import Basis, factor_of
from celadon.reference import Record, Registry
from celadon.report.microgrid.energies import Energies

__all__ = ["Basis", "CarbonLine", "carbon_lines"]


@dataclass(frozen=True, slots=True)
class CarbonLine:
    """Carbon of one source, before and after.

    Parameters
    ----------
    energy : MWh before and after; ``tonnes`` of carbon dioxide.
    factor : t per MWh as it is used; ``records`` where it stands, ``letter`` its confidence.
    own : whether it is the design's own factor, for want of one in the tables; ``why``.
    """

    source_id: str
    carrier: str
    energy: tuple[Fraction, Fraction]
    tonnes: tuple[Fraction, Fraction]
    factor: Fraction
    records: tuple[Record, ...]
    letter: str
    own: bool
    why: str = ""


def carbon_lines(
    design: Design, before: Energies | None, after: Energies, registry: Registry, basis: Basis,
    year: int,
) -> list[CarbonLine]:  # fmt: skip
    """Every source of carbon dioxide; the before of an unknown plant is as if nothing was."""
    found = []
    by_id = {component.id: component for component in design.components}
    for component in design.components:
        if component.kind == "grid":
            carrier, flows = "electricity", _drawn(component.id, before, after)
        elif any(each and component.id in each.bought_fuel for each in (before, after)):
            fuels = basis.fuels
            taken = design.factors.get(component.id)
            declared = taken.carrier if taken else ""
            carrier = fuels.get(component.id) or declared or fuels.get("") or ""
            flows = _burnt(component.id, before, after)
        else:
            continue
        found.append(_line(by_id[component.id], carrier, flows, design, registry, basis, year))
    return found


def _drawn(who: str, *all_energies: Energies | None) -> list[Fraction]:
    return [
        _mwh(np.maximum(each.moved[who, "power"], 0.0), each.hours)
        if each and (who, "power") in each.moved else Fraction(0)
        for each in all_energies
    ]  # fmt: skip


def _burnt(who: str, *all_energies: Energies | None) -> list[Fraction]:
    return [
        _mwh(each.bought_fuel[who], each.hours)
        if each and who in each.bought_fuel else Fraction(0)
        for each in all_energies
    ]  # fmt: skip


def _mwh(flow: np.ndarray, hours: float) -> Fraction:
    """MWh, whole in Wh."""
    return Fraction(round(float(flow.sum()) * hours * 1e6), 10**6)


def _line(
    component: Component, carrier: str, energy: list[Fraction], design: Design,
    registry: Registry, basis: Basis, year: int,
) -> CarbonLine:  # fmt: skip
    pair = (energy[0], energy[1])
    why = "no_carrier"
    if carrier:
        try:
            found = design.factors.get(component.id)
            if found is None or found.carrier != carrier:
                found = factor_of(carrier, registry, basis, year)
        except NoParameterError as error:
            why = error.why
        else:
            tonnes = tuple(Fraction(quantise(e * found.value, 6), 10**6) for e in energy)
            return CarbonLine(component.id, carrier, pair, (tonnes[0], tonnes[1]), found.value,
                              found.records, found.letter, own=False)  # fmt: skip
    own = _own_factor(component, design)
    tonnes = tuple(Fraction(quantise(e * own, 6), 10**6) for e in energy)
    return CarbonLine(
        component.id, carrier, pair, (tonnes[0], tonnes[1]), own, (), "", own=True, why=why
    )


def _own_factor(component: Component, design: Design) -> Fraction:
    """The design's own factor; of a series its mean."""
    fuel = getattr(component, "fuel", None)
    given = getattr(component if fuel is None else fuel, "emission_factor", 0.0)
    number = float(design.series[given].mean()) if isinstance(given, str) else given
    return Fraction(repr(float(number)))
