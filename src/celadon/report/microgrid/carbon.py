"""Carbon of power drawn and fuel burnt, by the factors and equations of the accounts.

The location view: power by the factor that a programme announces for the year, fuel by its heat,
carbon content and oxidation in the set of a method. What the tables do not hold is counted by the
design's own factor, and said to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from celadon.accounts.carbon import Factors
from celadon.accounts.parameters import Item, Ladder
from celadon.accounts.samples import Samples
from celadon.accounts.values import NoParameterError, tabled
from celadon.errors import ModelError
from celadon.exact import quantise
from celadon.plan.components.component import Component
from celadon.plan.microgrid.design import Design
from celadon.records.declaration import Accounting, Owner
from celadon.records.period import Period
from celadon.records.site import Site, Stream
from celadon.reference import Record, Registry
from celadon.reference.methods import find_method
from celadon.report.microgrid.energies import Energies
from celadon.units import parse_unit

METHOD = "general-industry-2015"
"""The method of the guidelines: combustion and purchased power, with the defaults of its set."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What is counted by: the programme of the power factor, and what the bought fuels are.

    Parameters
    ----------
    fuels : carrier by the id of a burner; the empty id stands for all others.
    """

    programme: str = "enterprise_gbt32150"
    level: str = "national"
    area: str = "CN"
    fuels: Mapping[str, str] = field(default_factory=dict)


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
            declared = getattr(getattr(component, "fuel", None), "carrier", "")
            carrier = fuels.get(component.id) or fuels.get("") or declared
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
            factor, records, letter = _factor(carrier, registry, basis, year)
        except NoParameterError as error:
            why = error.why
        else:
            tonnes = tuple(Fraction(quantise(e * factor, 6), 10**6) for e in energy)
            return CarbonLine(component.id, carrier, pair, (tonnes[0], tonnes[1]), factor, records,
                              letter, own=False)  # fmt: skip
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


def _factor(
    carrier: str, registry: Registry, basis: Basis, year: int
) -> tuple[Fraction, tuple[Record, ...], str]:
    """Tonnes per MWh by the accounts' equation, the records it rests on, the lowest letter."""
    method = find_method(METHOD, "carbon")
    if carrier not in registry.carriers:
        raise ModelError(f"There is no carrier {carrier}", [])
    period = Period(dt.date(year, 1, 1), dt.date(year, 1, 2))
    item = Stream.model_validate({
        "id": "item", "carbon": "electricity" if carrier == "electricity" else "combustion",
        "from": "outside", "to": "site", "monthly": "consumption", "carrier": carrier,
    })  # fmt: skip
    ladder = _ladder(registry, basis)
    factors = Factors(ladder, registry, method)
    per_unit = factors.of_term(method.kinds[item.carbon].terms[0], item, period).ratio
    per_mwh = per_unit * _units_in_mwh(carrier, item, registry, method.factor_set, ladder, period)
    used = list(ladder.parameters.values())
    records = tuple(registry.describe(each.factor) for each in used)
    return per_mwh / 10**6, records, max(each.confidence or "D" for each in used)


def _units_in_mwh(
    carrier: str, item: Item, registry: Registry, family: str, ladder: Ladder, period: Period
) -> Fraction:
    """Small units of a carrier whose heat is one MWh."""
    mwh = parse_unit("MWh").size
    small = parse_unit(ladder.small_unit(item)).size
    if carrier == "electricity":
        return mwh / small
    fuel = registry.carriers[carrier].fuel_ids.get(family, "")
    value = tabled(registry, "fuels", fuel, "net_calorific_value", period, family)
    heat = Fraction(value.value_text) * parse_unit(value.unit).size
    return mwh / heat / small


def _ladder(registry: Registry, basis: Basis) -> Ladder:
    area = basis.area if basis.level != "national" else ""
    site = Site(
        id="design", country="CN", zone="Asia/Shanghai", owner=Owner(name=""),
        accounting=Accounting(
            electricity_programme=basis.programme, electricity_level=basis.level,
            electricity_area=area,
        ),
    )  # fmt: skip
    return Ladder(site, Samples([]), lambda _item, _period: [], registry.carriers)
