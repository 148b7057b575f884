"""Coal equivalents: how much standard coal one small unit of a carrier stands for.

GB/T 2589-2020: comprehensive energy is the sum of each energy times its coefficient. A fuel's own
heat value, measured or certified, comes before the table's coefficient; 1 kgce is 29,307.6 kJ.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from celadon.accounts.parameters import Ladder, NoParameterError, Parameter, refusal_reason
from celadon.errors import LookupRefused
from celadon.records.period import Period
from celadon.records.site import Site, Stream
from celadon.reference import Carrier, Registry
from celadon.units import conversion, parse_unit

KJ_PER_KGCE = Fraction(293_076, 10)
"""Kilojoules in a kilogram of coal equivalent."""

ACCOUNT = "energy"
NET_CALORIFIC_VALUE = "net_calorific_value"
WITHOUT_ENERGY = ("feedstock", "material", "water")
"""Kinds of carrier that carry no energy of their own unless a coefficient is known."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Grams of coal equivalent in one small unit, exact, and the parameters it rests on."""

    ratio: Fraction
    parameters: tuple[Parameter, ...]


def counts_energy(stream: Stream, carrier: Carrier) -> bool:
    """Whether a stream enters energy accounts at all."""
    return stream.energy and not (carrier.kind in WITHOUT_ENERGY and not carrier.coal_equivalent)


def heat_per_count(parameter: Parameter, carrier: Carrier) -> Fraction:
    """Kilojoules in one small unit of a carrier, from its net calorific value.

    Raises
    ------
    NoParameterError
        If the value's unit is not energy per what the carrier is counted in.
    """
    unit, small = parse_unit(parameter.unit), parse_unit(carrier.count_unit)
    if unit.dimension != f"energy/{small.dimension}":
        why = (
            f"a value in {parameter.unit} does not fit a carrier counted in {carrier.account_unit}"
        )
        raise NoParameterError(parameter.name, why)
    return parameter.value * unit.size * small.size


def calorific_coefficient(
    ladder: Ladder, registry: Registry, stream: Stream, period: Period
) -> Coefficient:
    """The coefficient on the calorific basis.

    Raises
    ------
    NoParameterError
        If neither a measured heat value nor a coefficient of the tables is known.
    """
    carrier = registry.carriers[stream.carrier]
    observed = ladder.observed(stream, ACCOUNT, NET_CALORIFIC_VALUE, period)
    if observed is not None:
        return Coefficient(heat_per_count(observed, carrier) / KJ_PER_KGCE * 1000, (observed,))
    subject, family = _subject(ladder.site, carrier)
    if not subject:
        raise NoParameterError("coal_equivalent", f"no coefficient of {carrier.id} is tabled")
    try:
        record = registry.look_up(
            "coal_equivalents", subject, "coal_equivalent", set=family, on=period.from_day
        )
    except LookupRefused as error:
        raise NoParameterError("coal_equivalent", refusal_reason(error)) from None
    parameter = ladder.from_record(stream.id, ACCOUNT, "coal_equivalent", period, record)
    per_account_unit = parameter.value * (carrier.coal_equivalent_units or 1) * 1000
    ratio = per_account_unit / conversion(carrier.account_unit, carrier.count_unit)
    return Coefficient(ratio, (parameter,))


def equivalent_coefficient(ladder: Ladder, stream: Stream, period: Period) -> Coefficient:
    """The coefficient of electricity on the equivalent basis, as the authority gives it.

    Raises
    ------
    NoParameterError
        If the site does not declare the year's figure: the tables hold none for a year.
    """
    declared = ladder.site.accounting.electricity_equivalent
    if declared is None:
        why = (
            "the equivalent value is set year by year by the authority and none is tabled; "
            "declare accounting.electricity_equivalent with its document"
        )
        raise NoParameterError("electricity_equivalent", why)
    parameter = ladder.declared(
        stream.id, ACCOUNT, "electricity_equivalent", period, declared.value, declared.unit,
        f"site.toml › [accounting] electricity_equivalent › {declared.document}",
    )  # fmt: skip
    ratio = parameter.value * conversion(declared.unit, "kgce/kWh") * 1000
    return Coefficient(ratio / conversion("kWh", "Wh"), (parameter,))


def _subject(site: Site, carrier: Carrier) -> tuple[str, str | None]:
    """The row of the coal-equivalent table for a carrier, and the family it must belong to."""
    if carrier.kind == "working_medium" and site.accounting.media == "steel":
        steel = carrier.coal_equivalent_steel
        return (steel, "steel") if steel else (carrier.coal_equivalent, "national")
    return carrier.coal_equivalent, None
