"""Carbon of power drawn and fuel burnt, by the factors and equations of the accounts.

The location view: power by the factor that a programme announces for the year, fuel by its heat,
carbon content and oxidation in the set of a method. What the tables do not hold is counted by the
design's own factor, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from celadon.accounts.values import NoParameterError
from celadon.exact import quantise
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.factors import Basis, factor_of
from celadon.reference import Record, Registry
from celadon.report.microgrid.energies import Energies

__all__ = ["Basis", "CarbonLine", "carbon_lines", "carbon_sums"]


Before = Fraction | None
"""A figure of today; None where nobody knows what stands today, or no factor is known."""


@dataclass(frozen=True, slots=True)
class CarbonLine:
    """Carbon of one source, before and after.

    Parameters
    ----------
    energy : MWh before and after; ``tonnes`` of carbon dioxide; None of what is not known.
    factor : t per MWh as it is used; None where none is known. ``records`` where it stands,
        ``letter`` its confidence.
    own : whether it is the design's own factor, for want of one in the tables; ``why``, and what
        was ``asked`` of them.
    planned : t of carbon dioxide as the plan itself counts them, by the design's own factor;
        ``planned_before`` the same of today.
    """

    source_id: str
    carrier: str
    energy: tuple[Before, Fraction]
    tonnes: tuple[Before, Before]
    factor: Before
    records: tuple[Record, ...]
    letter: str
    own: bool
    why: str = ""
    asked: str = ""
    planned: Fraction = Fraction(0)
    planned_before: Before = None


def carbon_sums(lines: Iterable[CarbonLine]) -> tuple[Before, Before]:
    """Tonnes before and after; None where a part of them is not known."""
    known = [line.tonnes for line in lines]
    was, now = ([each[n] for each in known] for n in (0, 1))
    return _sum(was), _sum(now)


def _sum(parts: list[Before]) -> Before:
    found = [part for part in parts if part is not None]
    return sum(found, Fraction(0)) if len(found) == len(parts) else None


def carbon_lines(
    design: Design, before: Energies | None, after: Energies, registry: Registry, basis: Basis,
    year: int,
) -> list[CarbonLine]:  # fmt: skip
    """Every source of carbon dioxide; the before of a plant that nobody knows is None."""
    found = []
    for component in design.components:
        if component.kind == "grid":
            carrier, flows = "electricity", [_drawn(component.id, e) for e in (before, after)]
        elif any(each and component.id in each.bought_fuel for each in (before, after)):
            fuels = basis.fuels
            taken = design.factors.get(component.id)
            declared = taken.carrier if taken else ""
            carrier = fuels.get(component.id) or declared or fuels.get("") or ""
            flows = [_burnt(component.id, each) for each in (before, after)]
        else:
            continue
        line = _line(component, carrier, [_mwh(f, after.hours) for f in flows], design, registry,
                     basis, year)  # fmt: skip
        was, now = (_planned(component, flow, design, after.hours) for flow in flows)
        known = None if before is None else was
        found.append(replace(line, planned=now, planned_before=known))
    return found


def _drawn(who: str, energies: Energies | None) -> Floats | None:
    """MW drawn in each step; None where nobody knows."""
    if energies is None:
        return None
    return np.maximum(energies.moved.get((who, "power"), np.zeros(1)), 0.0)


def _burnt(who: str, energies: Energies | None) -> Floats | None:
    """MW of bought fuel in each step; None where nobody knows."""
    return None if energies is None else energies.bought_fuel.get(who, np.zeros(1))


def _mwh(flow: Floats | None, hours: float) -> Before:
    """MWh, whole in Wh."""
    return None if flow is None else Fraction(round(float(flow.sum()) * hours * 1e6), 10**6)


def _tonnes(energy: Before, factor: Before) -> Before:
    """Tonnes, whole in g; none come of no energy, whatever the factor."""
    if energy is None or (factor is None and energy):
        return None
    return Fraction(quantise(energy * (factor or 0), 6), 10**6)


def _line(
    component: Component, carrier: str, energy: list[Before], design: Design,
    registry: Registry, basis: Basis, year: int,
) -> CarbonLine:  # fmt: skip
    pair = (energy[0], energy[1] or Fraction(0))
    why = "no_carrier"
    if carrier:
        try:
            found = design.factors.get(component.id)
            if found is None or found.carrier != carrier:
                found = factor_of(carrier, registry, basis, year)
        except NoParameterError as error:
            why = error.why
        else:
            tonnes = (_tonnes(pair[0], found.value), _tonnes(pair[1], found.value))
            return CarbonLine(component.id, carrier, pair, tonnes, found.value, found.records,
                              found.letter, own=False)  # fmt: skip
    own = _own_factor(component, design)
    tonnes = (_tonnes(pair[0], own), _tonnes(pair[1], own))
    of = (basis.programme, basis.area) if carrier == "electricity" else (carrier,)
    return CarbonLine(
        component.id, carrier, pair, tonnes, own, (), "", own=True, why=why,
        asked=" · ".join((*of, str(year))),
    )  # fmt: skip


def _given(component: Component) -> tuple[float | str, bool]:
    """The design's own factor, a number or a series, and whether it is stated at all."""
    fuel = getattr(component, "fuel", None)
    holder = component if fuel is None else fuel
    is_stated = "emission_factor" in holder.model_fields_set
    return getattr(holder, "emission_factor", 0.0), is_stated


def _own_factor(component: Component, design: Design) -> Before:
    """The design's own factor; of a series its mean; None where it states none."""
    given, is_stated = _given(component)
    if not is_stated:
        return None
    number = float(design.series[given].mean()) if isinstance(given, str) else given
    return Fraction(repr(float(number)))


def _planned(component: Component, flow: Floats | None, design: Design, hours: float) -> Fraction:
    """Tonnes as the plan counts them, step by step."""
    given, _ = _given(component)
    factor = design.series[given] if isinstance(given, str) else float(given)
    counted = 0.0 if flow is None else float(np.sum(flow * factor)) * hours
    return Fraction(round(counted * 1e6), 10**6)
