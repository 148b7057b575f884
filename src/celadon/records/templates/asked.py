"""What a laboratory and the yard are asked for: parameters of the site's method, moves of waste.

Read off the method's own file: of each term the parameters of its first form, which is the one by
measured values. Constants of chemistry and of the method are not asked for month by month; whoever
measured one writes it into the empty rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from celadon.records.site import Outlet, Product, Site, Stream, carbon_origin
from celadon.reference import Carrier
from celadon.reference.equations import (
    CARBON_TO_CO2,
    NUMBER,
    SHARE,
    SHARE_OF_MASS,
    ParameterKind,
    parameter_kinds,
)
from celadon.reference.families import methods_named
from celadon.reference.methods import Term
from celadon.units import GASES, parse_unit

OF_WASTE = {"reused": "recovery", "transferred": "sale", "disposed": "discharge"}
"""The kind of monthly row that tells of each move of waste; what is generated is production."""

_FUELS = ("fuel", "by_product_gas")
_HEAT = "net_calorific_value"
_LOOKED_UP = ("purchased_electricity", "purchased_heat")
_CONSTANTS = frozenset({
    "co2_factor", "carbon_content_per_heat", "co2_per_heat", "oxidation_rate", "slope",
    "weight_ratio", "co2_density", "volatile_as_methane", "methane_yield", "methane_correction",
    "cao_not_from_carbonate", "mgo_not_from_carbonate", CARBON_TO_CO2,
})  # fmt: skip
"""Parameters for which the method's own value holds unless someone measured them apart."""

_USUAL = {
    "energy/mass": "GJ/t", "energy/normal_volume": "MJ/Nm3", "energy/volume": "MJ/L",
    "carbon/mass": "kgC/t", "carbon/normal_volume": "tC/1e4Nm3", "carbon/volume": "kgC/L",
    "carbon/energy": "tC/TJ", "co2/mass": "tCO2/t", "co2/normal_volume": "tCO2/1e4Nm3",
    "co2/volume": "kgCO2/m3", "co2/energy": "tCO2/GJ", "mass/mass": "kg/t",
    "mass/volume": "mg/L", "mass/normal_volume": "mg/Nm3", "pressure": "MPa",
}  # fmt: skip
"""The unit in which a laboratory tells a quotient."""


def laboratory_items(site: Site) -> list[Stream | Product]:
    """What has laboratory values of its own: streams, and products whose carbon is counted."""
    streams = [s for s in site.streams if s.sampled_at in (None, s.id)]
    products = [p for p in site.products if p.carbon and p.sampled_at in (None, p.id)]
    return [*streams, *products]


def asked_parameters(
    site: Site, item: Stream | Product, carriers: Mapping[str, Carrier]
) -> dict[str, str]:
    """The parameters that a laboratory is asked for, each with its usual unit.

    Examples
    --------
    Clinker by the cement guideline: ``{"cao_content": "%", "mgo_content": "%"}``.
    """
    amount = _amount(item, carriers)
    found: dict[str, str] = {}
    if isinstance(item, Stream):
        found |= _of_carrier(item, carriers[item.carrier])
    kinds = [m.kinds.get(item.carbon) for m in methods_named(site.accounting.carbon_method)]
    origin = carbon_origin(item, carriers)
    for term in (term for kind in kinds if kind is not None for term in kind.terms_of(origin)):
        for name in _names_of(term):
            unit = usual_unit(parameter_kinds()[name], amount, term.gas.lower())
            if unit:
                found.setdefault(name, unit)
    for name in _of_outlets(site, item.id):
        unit = usual_unit(parameter_kinds()[name], amount, "")
        if unit:
            found.setdefault(name, unit)
    return found


def usual_unit(kind: ParameterKind, amount: str, gas: str) -> str:
    """The unit in which a parameter is usually told of an amount; empty where none is known.

    Examples
    --------
    >>> usual_unit(parameter_kinds()["gas_factor"], "mass", "n2o")
    'kgN2O/t'
    >>> usual_unit(parameter_kinds()["anode_effect_minutes"], "mass", "cf4")
    '1'
    """
    if SHARE in kind.dimensions or (SHARE_OF_MASS in kind.dimensions and amount == "mass"):
        return "%"
    if NUMBER in kind.dimensions:
        return "1"
    for text in kind.dimensions:
        dimension = text.format(amount=amount, gas=gas)
        if dimension in _USUAL:
            return _USUAL[dimension]
        top, _, bottom = dimension.partition("/")
        per = {"mass": "t", "normal_volume": "Nm3", "volume": "m3"}.get(bottom)
        if per is not None and top == gas:
            return f"kg{_written(gas)}/{per}"
    return ""


def waste_kinds(outlet: Outlet) -> list[str]:
    """The kinds of monthly row that a kind of waste is asked for."""
    kinds = ["production", *(OF_WASTE[move] for move in OF_WASTE if move in outlet.moves)]
    return [*kinds, *(("opening_stock", "closing_stock") if outlet.stock else ())]


def _names_of(term: Term) -> Iterator[str]:
    """What of a term is asked for: its first form, and what must be measured in any case."""
    if term.equation in _LOOKED_UP:
        return
    forms = term.worked_by.formulas
    names = dict.fromkeys(forms[0].names)
    if any(_HEAT in form.names for form in forms):
        names[_HEAT] = None
    for name in names:
        default = term.parameters.get(name)
        required = default is not None and default.required
        if name in parameter_kinds() and (required or name not in _CONSTANTS):
            yield name


def _of_carrier(stream: Stream, carrier: Carrier) -> dict[str, str]:
    """What energy accounts use of a stream: the heat of a fuel, the enthalpy of purchased steam."""
    by_mass = carrier.account_unit == "t"
    if carrier.kind == "heat" and by_mass:
        return {"specific_enthalpy": "kJ/kg"}
    if carrier.kind in _FUELS and stream.energy:
        return {_HEAT: "GJ/t" if by_mass else "MJ/Nm3"}
    return {}


def _of_outlets(site: Site, stream: str) -> Iterator[str]:
    """The factors of pollutants that a stream's samples give, and what treatment removes."""
    for outlet in site.outlets:
        for pollutant, streams in outlet.factors.items():
            if stream in streams:
                yield f"{pollutant}_{'factor' if outlet.medium == 'air' else 'concentration'}"
                if pollutant in outlet.treated:
                    yield f"{pollutant}_removal"


def _amount(item: Stream | Product, carriers: Mapping[str, Carrier]) -> str:
    unit = item.measure if isinstance(item, Product) else carriers[item.carrier].count_unit
    return parse_unit(unit).dimension


def _written(gas: str) -> str:
    """A gas as units write it: as it stands in the list of gases."""
    return next(name for name in GASES if name.lower() == gas)
