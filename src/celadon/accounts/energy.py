"""Coal equivalents: how much standard coal one small unit of a carrier stands for.

GB/T 2589-2020: comprehensive energy is the sum of each energy times its coefficient. A fuel's own
heat value, measured or certified, comes before the table's coefficient; 1 kgce is 29,307.6 kJ.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from celadon.accounts.parameters import Ladder, Parameter
from celadon.accounts.reasons import reason
from celadon.accounts.values import NoParameterError, tabled, unit_fits
from celadon.records.period import Period
from celadon.records.site import OUTSIDE, Site, Stream
from celadon.reference import Carrier, Registry
from celadon.units import parse_unit

KJ_PER_KGCE = Fraction(293_076, 10)
"""Kilojoules in a kilogram of coal equivalent."""

ACCOUNT = "energy"
NET_CALORIFIC_VALUE = "net_calorific_value"
CARBON_DIOXIDE = "carbon_dioxide"
RECOVERED = "co2_recovered"
"""The kind, in every method that has it, of carbon dioxide that was captured and is passed on."""
WITHOUT_ENERGY = ("feedstock", "material", "water")
"""Kinds of carrier that carry no energy of their own unless a coefficient is known."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Small units of a measure in one small unit of activity, exact, and what that rests on.

    ``letter`` is that of the equation it was worked by, where that is not the whole method's.
    """

    ratio: Fraction
    parameters: tuple[Parameter, ...]
    letter: str = ""


def counts_energy(stream: Stream, carrier: Carrier) -> bool:
    """Whether a stream enters energy accounts at all.

    Carbon dioxide that a site passes on, or counts as its own, is what it would else give off; it
    is no working medium made with energy; nor is what was captured elsewhere. Bought carbon
    dioxide is one.
    """
    own = stream.origin != OUTSIDE and (stream.destination == OUTSIDE or bool(stream.carbon))
    own = own or stream.carbon == RECOVERED
    if carrier.id == CARBON_DIOXIDE and own:
        return False
    return stream.energy and not (carrier.kind in WITHOUT_ENERGY and not carrier.coal_equivalent)


def heat_per_count(parameter: Parameter, carrier: Carrier) -> Fraction:
    """Kilojoules in one small unit of a carrier, from its net calorific value.

    Raises
    ------
    NoParameterError
        If the value's unit is not energy per what the carrier is counted in.
    """
    require_unit(parameter, carrier.count_unit)
    return parameter.size * parse_unit(carrier.count_unit).size


def require_unit(parameter: Parameter, small: str, gas: str = "") -> None:
    """Refuse a parameter whose unit does not fit an activity counted in ``small``.

    Raises
    ------
    NoParameterError
        If it does not.
    """
    if not unit_fits(parameter.name, parameter.unit, small, gas):
        why = reason("unit_does_not_fit", unit=parameter.unit, small=small)
        raise NoParameterError(parameter.name, why)


def calorific_coefficient(
    ladder: Ladder, registry: Registry, stream: Stream, period: Period
) -> Coefficient:
    """The coefficient on the calorific basis, in gce.

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
        raise NoParameterError("coal_equivalent", reason("no_coefficient", carrier=carrier.id))
    record = tabled(registry, "coal_equivalents", subject, "coal_equivalent", period, family)
    parameter = ladder.from_record(stream.id, ACCOUNT, "coal_equivalent", period, record)
    return Coefficient(_gce_per_count(parameter, carrier), (parameter,))


def equivalent_coefficient(ladder: Ladder, stream: Stream, period: Period) -> Coefficient:
    """The coefficient of electricity on the equivalent basis, in gce, as the authority gives it.

    Raises
    ------
    NoParameterError
        If the site does not declare the year's figure, for the tables hold none for a year; or
        declares it in a unit that is not coal equivalent per energy.
    """
    declared = ladder.site.accounting.electricity_equivalent
    if declared is None:
        raise NoParameterError("electricity_equivalent", reason("no_equivalent"))
    unit = parse_unit(declared.unit)
    if unit.dimension != "coal_equivalent/energy":
        why = reason("no_coal_equivalent", unit=declared.unit)
        raise NoParameterError("electricity_equivalent", why)
    parameter = ladder.declared(
        stream.id, ACCOUNT, "electricity_equivalent", period, declared.value, declared.unit,
        f"site.toml › [accounting] electricity_equivalent › {declared.document}",
    )  # fmt: skip
    return Coefficient(parameter.size * parse_unit("Wh").size, (parameter,))


def _gce_per_count(parameter: Parameter, carrier: Carrier) -> Fraction:
    """Grams of coal equivalent in one small unit of a carrier, from a tabled coefficient.

    Where the table counts otherwise than the carrier (water by mass), the carrier's row says how
    many of the table's units one of its own account units is.
    """
    top, _, bottom = parameter.unit.partition("/")
    small = parse_unit(carrier.count_unit)
    if not bottom or parse_unit(top).dimension != "coal_equivalent":
        raise NoParameterError("coal_equivalent", reason("tabled_in", unit=parameter.unit))
    if parse_unit(bottom).dimension == small.dimension:
        return parameter.size * small.size
    if carrier.coal_equivalent_units is None:
        unit = carrier.account_unit
        why = reason("coefficient_does_not_fit", bottom=bottom, unit=unit)
        raise NoParameterError("coal_equivalent", why)
    per_account_unit = parameter.value * parse_unit(top).size * carrier.coal_equivalent_units
    return per_account_unit * small.size / parse_unit(carrier.account_unit).size


def _subject(site: Site, carrier: Carrier) -> tuple[str, str | None]:
    """The row of the coal-equivalent table for a carrier, and the family it must belong to.

    Steel process practice has rows of its own for some media and for steam; where it has none, and
    for every other site, the row of the carrier holds.
    """
    if site.accounting.media == "steel" and carrier.coal_equivalent_steel:
        return carrier.coal_equivalent_steel, "steel"
    return carrier.coal_equivalent, None
