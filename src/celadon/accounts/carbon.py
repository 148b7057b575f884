"""Emission factors by equation kind: exact ratios from small units of activity to grams of CO2."""

from __future__ import annotations

from fractions import Fraction

from celadon.accounts.energy import NET_CALORIFIC_VALUE, Coefficient, heat_per_count
from celadon.accounts.parameters import Ladder, NoParameterError, Parameter, refusal_reason
from celadon.errors import LookupRefused
from celadon.exact import parse_decimal
from celadon.records.period import Period
from celadon.records.site import Site, Stream
from celadon.reference import Carrier, Registry
from celadon.reference.methods import Method, StreamKind
from celadon.units import parse_unit

ACCOUNT = "carbon"
FEED_WATER_ENTHALPY = Fraction(8374, 100)
"""kJ/kg taken off a steam's enthalpy by the guidelines: AD = Ma (h - 83.74) / 1000."""


def emission_factor(
    ladder: Ladder,
    registry: Registry,
    method: Method,
    kind: StreamKind,
    stream: Stream,
    period: Period,
) -> Coefficient:
    """Grams of CO2 per small unit of a stream, by its kind's equation.

    Raises
    ------
    NoParameterError
        If a parameter of the equation has no value for these days.
    """
    carrier = registry.carriers[stream.carrier]
    if kind.equation == "combustion":
        return _combustion(ladder, registry, method, stream, carrier, period)
    if kind.equation == "purchased_electricity":
        return _electricity(ladder, registry, stream, carrier, period)
    if kind.equation == "purchased_heat":
        return _heat(ladder, registry, method, stream, carrier, period)
    item = stream.carbon_item or kind.subjects.get(stream.carrier, "")
    return process_factor(
        ladder,
        registry,
        method,
        stream.id,
        kind.subjects.get(item, item),
        carrier.count_unit,
        period,
    )


def process_factor(
    ladder: Ladder,
    registry: Registry,
    method: Method,
    stream_id: str,
    subject: str,
    count_unit: str,
    period: Period,
) -> Coefficient:
    """Grams of CO2 per small unit from a tabled factor per mass.

    Raises
    ------
    NoParameterError
        If the method's set has no such factor, or it is not per what the stream is counted in.
    """
    parameter = _tabled(
        ladder, registry, method, stream_id, "process", subject, "co2_factor", period
    )
    unit, small = parse_unit(parameter.unit), parse_unit(count_unit)
    if unit.dimension != f"co2/{small.dimension}":
        why = f"a factor in {parameter.unit} does not fit activity counted in {count_unit}"
        raise NoParameterError("co2_factor", why)
    return Coefficient(parameter.value * unit.size * small.size, (parameter,))


def combustion_names(method: Method | None) -> tuple[str, ...]:
    """Parameters whose certificates split a metered fuel stream."""
    carbon = ("carbon_content", "carbon_content_per_heat", "oxidation_rate") if method else ()
    return (NET_CALORIFIC_VALUE, *carbon)


def _combustion(
    ladder: Ladder,
    registry: Registry,
    method: Method,
    stream: Stream,
    carrier: Carrier,
    period: Period,
) -> Coefficient:
    """NCV x CC x OF x 44/12; or, where the carbon of the fuel was measured, C x OF x 44/12."""
    fuel = carrier.fuel_ids.get(method.factor_set, "")

    def get(name: str) -> Parameter:
        observed = ladder.observed(stream, ACCOUNT, name, period)
        return observed or _tabled(ladder, registry, method, stream.id, "fuels", fuel, name, period)

    oxidation = get("oxidation_rate")
    ratio = Fraction(*method.carbon_ratio) * oxidation.value * parse_unit(oxidation.unit).size
    carbon = ladder.observed(stream, ACCOUNT, "carbon_content", period)
    if carbon is not None:
        grams = _carbon_per_count(carbon, carrier)
        return Coefficient(grams * ratio, (carbon, oxidation))
    heat = get(NET_CALORIFIC_VALUE)
    content = get("carbon_content_per_heat")
    per_heat = content.value * parse_unit(content.unit).size
    return Coefficient(heat_per_count(heat, carrier) * per_heat * ratio, (heat, content, oxidation))


def _carbon_per_count(carbon: Parameter, carrier: Carrier) -> Fraction:
    """Grams of carbon in one small unit: a share of the mass, or a mass of carbon per amount."""
    unit, small = parse_unit(carbon.unit), parse_unit(carrier.count_unit)
    if unit.dimension == "ratio" and small.dimension == "mass":
        return carbon.value * unit.size * small.size
    if unit.dimension == f"carbon/{small.dimension}":
        return carbon.value * unit.size * small.size
    why = f"a value in {carbon.unit} does not fit a carrier counted in {carrier.account_unit}"
    raise NoParameterError("carbon_content", why)


def _electricity(
    ladder: Ladder, registry: Registry, stream: Stream, carrier: Carrier, period: Period
) -> Coefficient:
    """The factor that the site's programme takes for the reporting year."""
    accounting = ladder.site.accounting
    if not accounting.electricity_programme:
        raise NoParameterError("co2_factor", "no electricity programme is declared")
    try:
        choice = registry.electricity(
            accounting.electricity_programme,
            period.from_day.year,
            level=accounting.electricity_level,
            area=accounting.electricity_area or _area(ladder.site),
        )
    except LookupRefused as error:
        raise NoParameterError("co2_factor", refusal_reason(error)) from None
    parameter = ladder.from_record(
        stream.id, ACCOUNT, "co2_factor", period, choice.record, choice.confidence
    )
    unit, small = parse_unit(parameter.unit), parse_unit(carrier.count_unit)
    return Coefficient(parameter.value * unit.size * small.size, (parameter,))


def _area(site: Site) -> str:
    return "CN" if site.accounting.electricity_level == "national" else site.region


def _heat(
    ladder: Ladder,
    registry: Registry,
    method: Method,
    stream: Stream,
    carrier: Carrier,
    period: Period,
) -> Coefficient:
    factor = _tabled(ladder, registry, method, stream.id, "heat", "heat", "co2_factor", period)
    per_heat = factor.value * parse_unit(factor.unit).size
    small = parse_unit(carrier.count_unit)
    if small.dimension == "energy":
        return Coefficient(per_heat * small.size, (factor,))
    enthalpy = ladder.observed(stream, ACCOUNT, "specific_enthalpy", period)
    if enthalpy is None:
        why = f"{carrier.id} is metered in {carrier.account_unit}: its enthalpy must be given"
        raise NoParameterError("specific_enthalpy", why)
    unit = parse_unit(enthalpy.unit)
    if unit.dimension != f"energy/{small.dimension}":
        raise NoParameterError("specific_enthalpy", f"it is given in {enthalpy.unit}")
    above_feed = enthalpy.value * unit.size - FEED_WATER_ENTHALPY * parse_unit("kJ/kg").size
    return Coefficient(above_feed * small.size * per_heat, (enthalpy, factor))


def _tabled(
    ladder: Ladder,
    registry: Registry,
    method: Method,
    stream_id: str,
    table: str,
    subject: str,
    name: str,
    period: Period,
) -> Parameter:
    """The default of the method's own set, in force on the first of the days."""
    if not subject:
        raise NoParameterError(name, f"{method.id} has no subject for it")
    try:
        record = registry.look_up(table, subject, name, set=method.factor_set, on=period.from_day)
    except LookupRefused as error:
        raise NoParameterError(name, refusal_reason(error)) from None
    parse_decimal(record.value_text)
    return ladder.from_record(stream_id, ACCOUNT, name, period, record)
