"""One kind of a sector's method on one set of numbers: what was measured, with its defaults.

The parameters climb the same ladder as in an account; each is told with its rung and its place.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from pydantic import Field

from celadon.accounts.calculating.given import HOW, Exact, Given, read_parameters, refused
from celadon.accounts.carbon import Factors
from celadon.accounts.declared import kind_faults
from celadon.accounts.parameters import Item, Ladder
from celadon.accounts.rungs import POTENTIAL
from celadon.accounts.samples import Sample, Samples
from celadon.accounts.values import NoParameterError, unit_fits
from celadon.errors import ModelError
from celadon.exact import decimal_text, parse_decimal
from celadon.models import register
from celadon.records.declaration import Accounting, Owner
from celadon.records.declaring import DecimalText
from celadon.records.period import Period
from celadon.records.site import Product, Site, Stream
from celadon.reference import Registry, load_registry
from celadon.reference.equations import parameter_kinds
from celadon.reference.methods import CARBON_DIOXIDE, Method, StreamKind, Term, find_method
from celadon.units import conversion, count_unit, parse_unit

_NAME = "carbon.method"
_ITEM = "item"


class MethodArguments(Exact):
    """A kind of a method, an amount, and what was measured of it."""

    method: str = Field(description="id of a carbon method, such as cement-ndrc-2013")
    kind: str = Field(description="kind of stream or product in it, such as calcination")
    amount: DecimalText
    unit: str = Field("t", description="unit of the amount")
    day: dt.date = Field(description="whose editions and factors hold, such as 2025-03-01")
    carrier: str = Field("", description="carrier of a stream; empty: a product")
    carbon_item: str = Field("", description="subject of its factor where the carrier is none")
    parameter: list[str] = Field(default=[], description=f"what was measured; {HOW}")
    electricity_programme: str = Field("", description="whose electricity factor is taken")


class ReleasedLine(Exact):
    """One gas of the kind: its mass, what it counts as carbon dioxide, and where it is booked."""

    gas: str
    scope: str
    t_gas: str
    t_co2e: str
    in_total: bool
    clause: str


class UsedParameter(Exact):
    """A value that was used, its rung, its letter and its place."""

    name: str
    value: str
    unit: str
    rung: str
    confidence: str
    place: str


class MethodResults(Exact):
    """The emission, its lines, every parameter with its rung, and what was given in vain.

    A gas without a potential in the method's set keeps its mass; the total is then empty, and
    ``lacking`` says why.
    """

    t_co2e: str
    lacking: list[str]
    lines: list[ReleasedLine]
    parameters: list[UsedParameter]
    unused: list[str]


@register(
    _NAME,
    clause="the method's own, told with each line",
    arguments=MethodArguments,
    results=MethodResults,
)
def method(given: MethodArguments) -> MethodResults:
    """Emission of one stream or product by a sector's method, with its defaults."""
    registry = load_registry()
    found = find_method(given.method, "carbon")
    kind = found.kinds.get(given.kind)
    if kind is None:
        raise refused(_NAME, "kind", repr(given.kind), f"one of: {', '.join(found.kinds)}")
    period = Period(given.day, given.day + dt.timedelta(days=1))
    obstacle = found.obstacle(registry.sources, period.from_day, period.to_day)
    if obstacle:
        rule = f"a day on which {found.id} was in force"
        raise refused(_NAME, "day", f"{given.day}: {obstacle}", rule)
    item = _item(given, kind, registry)
    measured = _measured(given, kind)
    ladder = _ladder(given, measured, period, registry)
    factors = Factors(ladder, registry, found)
    carrier = registry.carriers.get(given.carrier)
    terms = kind.terms_of(carrier.carbon_origin if carrier else "")
    worked = [_line(given, found, kind, term, item, factors, period) for term in terms]
    lines = [line for line, _ in worked]
    lacking = [why for _, why in worked if why]
    counted = [parse_decimal(line.t_co2e) for line in lines if line.in_total and line.t_co2e]
    total = "" if lacking else decimal_text(sum(counted, Fraction(0)), 6)
    used = [
        UsedParameter(
            name=p.name, value=decimal_text(p.value, p.decimals), unit=p.unit, rung=p.rung,
            confidence=p.confidence or "", place=p.factor,
        )
        for p in ladder.parameters.values()
    ]  # fmt: skip
    unused = sorted(measured.keys() - {parameter.name for parameter in used})
    return MethodResults(t_co2e=total, lacking=lacking, lines=lines, parameters=used, unused=unused)


def _item(given: MethodArguments, kind: StreamKind, registry: Registry) -> Item:
    """The stream or product that the arguments speak of.

    Raises
    ------
    ModelError
        If the carrier is unknown, or the kind or the unit does not suit it.
    """
    own = {"id": _ITEM, "carbon": given.kind, "carbon_item": given.carbon_item}
    if not given.carrier:
        counted = parse_unit(count_unit(given.unit)).dimension
        for term in kind.terms_of(""):
            if counted not in term.worked_by.activity:
                rule = f"{term.equation} counts by {' or '.join(term.worked_by.activity)}"
                raise refused(_NAME, "unit", f"{given.unit}, a {counted}", rule)
        return Product.model_validate({**own, "measure": given.unit, "monthly": "production"})
    if given.carrier not in registry.carriers:
        rule = "a carrier of the reference tables, docs/carriers.md"
        raise refused(_NAME, "carrier", repr(given.carrier), rule)
    ends = {"from": "outside", "to": "site", "monthly": "consumption"}
    item = Stream.model_validate({**own, **ends, "carrier": given.carrier})
    faults = list(kind_faults(registry, item, kind))
    if faults:
        raise ModelError(f"{given.kind} does not suit {given.carrier}", faults)
    wanted = parse_unit(registry.carriers[given.carrier].count_unit).dimension
    if parse_unit(given.unit).dimension != wanted:
        raise refused(_NAME, "unit", given.unit, f"an amount of {given.carrier} is a {wanted}")
    return item


def _measured(given: MethodArguments, kind: StreamKind) -> dict[str, Given]:
    """What was measured, in units that fit one of the gases of the kind."""
    small = count_unit(given.unit)
    gases = {term.gas for term in kind.terms}

    def fits(name: str, unit: str) -> bool:
        return any(unit_fits(name, unit, small, gas) for gas in gases)

    return read_parameters(_NAME, given.parameter, parameter_kinds(), fits)


def _ladder(
    given: MethodArguments, measured: dict[str, Given], period: Period, registry: Registry
) -> Ladder:
    """A ladder whose laboratory found what was given."""
    site = Site(
        id="calculation", country="CN", zone="Asia/Shanghai", owner=Owner(name=""),
        accounting=Accounting(electricity_programme=given.electricity_programme),
    )  # fmt: skip
    samples = [
        Sample(
            stream=_ITEM, parameter=one.name, basis="", from_day=period.from_day,
            to_day=period.to_day, value=one.value, unit=one.unit, weight=None, origin="laboratory",
            document="", source_row=number, position=number, source_name="given",
        )
        for number, one in enumerate(measured.values(), start=1)
    ]  # fmt: skip
    return Ladder(site, Samples(samples), lambda _item, _period: [], registry.carriers)


def _line(
    given: MethodArguments, found: Method, kind: StreamKind, term: Term, item: Item,
    factors: Factors, period: Period,
) -> tuple[ReleasedLine, str]:  # fmt: skip
    """What the amount releases by one term, and why it has no equivalent where it has none.

    Raises
    ------
    ModelError
        If a parameter has no value.
    """
    ladder = factors.ladder
    count = parse_decimal(given.amount) * conversion(given.unit, ladder.small_unit(item))
    sign = 1 if kind.counted == "boundary" and isinstance(item, Stream) else term.sign
    try:
        tonnes = sign * count * factors.of_term(term, item, period).ratio / 10**6
    except NoParameterError as error:
        rule = f"{found.id} › {given.kind} asks for it"
        raise refused(_NAME, error.name, error.why, rule) from None
    equivalent, why = decimal_text(tonnes, 6), ""
    if term.gas != CARBON_DIOXIDE:
        try:
            equivalent = decimal_text(tonnes * factors.potential(term.gas, item, period).value, 6)
        except NoParameterError as error:
            equivalent, why = "", f"{POTENTIAL}{term.gas}: {error.why}"
    line = ReleasedLine(
        gas=term.gas, scope=term.scope, t_gas=decimal_text(tonnes, 6), t_co2e=equivalent,
        in_total=not term.biogenic, clause=term.clause or kind.clause,
    )  # fmt: skip
    return line, why
