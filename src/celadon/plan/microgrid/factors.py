"""Factors of power drawn and fuel burnt, by the equations and tables of the accounts.

Power by the factor that a programme announces for the year, fuel by its heat, carbon content and
oxidation in the set of a method. A plan that takes its factors here emits what an account of the
same energy emits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from celadon.accounts.carbon import Factors
from celadon.accounts.parameters import Item, Ladder
from celadon.accounts.samples import Samples
from celadon.accounts.values import tabled
from celadon.errors import ModelError
from celadon.records.declaration import Accounting, Owner
from celadon.records.period import Period
from celadon.records.site import Site, Stream
from celadon.reference import Record, Registry
from celadon.reference.methods import find_method
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
class Factor:
    """t of carbon dioxide per MWh, the records that it rests on, and the lowest letter of them."""

    carrier: str
    value: Fraction
    records: tuple[Record, ...]
    letter: str


def factor_of(carrier: str, registry: Registry, basis: Basis, year: int) -> Factor:
    """The factor of a carrier in a year, by the accounts' equation.

    Raises
    ------
    NoParameterError
        If the tables hold none for the year; it tells why.
    ModelError
        If there is no such carrier.
    """
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
    letter = max(each.confidence or "D" for each in used)
    return Factor(carrier, per_mwh / 10**6, records, letter)


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
