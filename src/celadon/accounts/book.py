"""The book: every line that a site's accounts of a period will have.

Each stream is cut into months, and further where a certificate of its heat value changes; each
stretch is booked wherever the stream crosses a boundary that an account watches.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from celadon.accounts import carbon, energy
from celadon.accounts.activity import Activity, MonthAmount, Row
from celadon.accounts.energy import Coefficient
from celadon.accounts.graph import Crossing, Graph
from celadon.accounts.line import Line, segments
from celadon.accounts.parameters import Ladder, NoParameterError
from celadon.accounts.samples import Samples
from celadon.errors import DeclarationError, Fault
from celadon.exact import quantise
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Product, Site, Stream
from celadon.reference import Registry
from celadon.reference.methods import Method, StreamKind, find_method
from celadon.units import conversion, count_unit

CALORIFIC, EQUIVALENT = "calorific_value", "equivalent_value"
OWN_RECORDS = "own records"
"""Method of lines that only count what records say."""

Coefficients = Callable[[Stream, Period], Coefficient]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days of a stream, with what monthly rows give for it, if they do."""

    period: Period
    given: MonthAmount | None

    def row(self, site: str, stream: str) -> dict[str, Any]:
        """As a row of the table ``segment``."""
        missing = self.given is not None and self.given.count is None
        seconds = (self.period.to_day - self.period.from_day).days * 86_400
        return {
            "site": site, "stream": stream, "from_day": self.period.from_day,
            "to_day": self.period.to_day, "given": self.given.count if self.given else None,
            "given_estimated": self.given.estimated if self.given else 0,
            "given_missing": seconds if missing else 0,
        }  # fmt: skip


@dataclass(slots=True)
class Book:
    """The lines of one site, its parameters, and what kept figures empty."""

    site: Site
    registry: Registry
    period: Period
    ladder: Ladder
    activity: Activity
    graph: Graph
    energy_method: Method | None
    carbon_method: Method | None
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def own_media(self) -> dict[str, str]:
        """Carriers that the site makes for itself, with the unit that makes each."""
        if self.site.accounting.media != "own_plant":
            return {}
        return {unit.makes: unit.id for unit in self.site.units if unit.makes}

    def write(self) -> None:
        """Book every stream and product, but for the energy of media that the site makes."""
        media = self.own_media()
        for stream in self.site.streams:
            self.segments[stream.id] = self._stream_segments(stream)
            for segment in self.segments[stream.id]:
                self._book_amounts(stream, segment)
                self._book_carbon(stream, segment)
                if stream.carrier not in media:
                    self.book_energy(stream, segment, self._tabled_coefficient)
        for product in self.site.products:
            self.segments[product.id] = self._product_segments(product)
            for segment in self.segments[product.id]:
                self._book_product(product, segment)

    def book_energy(self, stream: Stream, segment: Segment, coefficients: Coefficients) -> None:
        """Book a stretch's energy at the site, at its units, and in the picture of flows."""
        carrier = self.registry.carriers[stream.carrier]
        if self.energy_method is None or not energy.counts_energy(stream, carrier):
            return
        calorific = self._value(stream, segment.period, CALORIFIC, coefficients)
        if calorific is None:
            return
        home = self.graph.home(stream)
        self._add(stream, segment, "flow", CALORIFIC, Crossing(home, 1, "flow"), calorific)
        for crossing in self.graph.unit_crossings(stream):
            self._add(stream, segment, "process_energy", CALORIFIC, crossing, calorific)
        crossing_site = self.graph.site_crossing(stream)
        if crossing_site is None:
            return
        self._add(stream, segment, "energy", CALORIFIC, crossing_site, calorific)
        equivalent: Coefficient | None = calorific
        if carrier.kind == "electricity":
            equivalent = self._value(stream, segment.period, EQUIVALENT, self._equivalent)
        if equivalent is not None:
            self._add(stream, segment, "energy", EQUIVALENT, crossing_site, equivalent)

    def _tabled_coefficient(self, stream: Stream, period: Period) -> Coefficient:
        return energy.calorific_coefficient(self.ladder, self.registry, stream, period)

    def _equivalent(self, stream: Stream, period: Period) -> Coefficient:
        return energy.equivalent_coefficient(self.ladder, stream, period)

    def _book_amounts(self, stream: Stream, segment: Segment) -> None:
        one = Coefficient(Fraction(1), ())
        for crossing in self.graph.network_crossings(stream):
            self._add(stream, segment, "carrier", "amount", crossing, one)
        crossing_site = self.graph.site_crossing(stream)
        if crossing_site is not None:
            self._add(stream, segment, "supply", "amount", crossing_site, one)
        if stream.water:
            home = self.graph.home(stream)
            ratio = conversion(self.registry.carriers[stream.carrier].count_unit, "L")
            liquid = Coefficient(ratio, ())
            self._add(stream, segment, "water", "volume", Crossing(home, 1, stream.water), liquid)

    def _book_carbon(self, stream: Stream, segment: Segment) -> None:
        method = self.carbon_method
        if method is None or not stream.carbon:
            return
        kind = self._kind(method, stream)
        crossing = self.graph.site_crossing(stream)
        if crossing is None:
            raise _inside(stream)

        def factor(stream: Stream, period: Period) -> Coefficient:
            return carbon.emission_factor(self.ladder, self.registry, method, kind, stream, period)

        found = self._value(stream, segment.period, "co2", factor)
        if found is None:
            return
        scope = kind.scope
        if kind.equation == "purchased_electricity" and crossing.sign < 0:
            scope = "exported_electricity"
        place = Crossing(crossing.place, crossing.sign, scope)
        self._add(stream, segment, "carbon", "co2", place, found, kind)

    def _book_product(self, product: Product, segment: Segment) -> None:
        unit = next((u.id for u in self.site.units if u.product == product.id), self.site.id)
        ratio = Coefficient(Fraction(1), ())
        self._line(product.id, product.id, segment, "production", "amount",
                   Crossing(unit, 1, "made"), ratio)  # fmt: skip
        kind = self.carbon_method.kinds.get("stored") if self.carbon_method else None
        if kind is None or self.carbon_method is None or not product.carbon_item:
            return
        method, subject = (
            self.carbon_method,
            kind.subjects.get(product.carbon_item, product.carbon_item),
        )
        try:
            factor = carbon.process_factor(
                self.ladder, self.registry, method, product.id, subject,
                count_unit(product.measure), segment.period,
            )  # fmt: skip
        except NoParameterError as error:
            self._lacks(product.id, "co2", error)
            return
        self._line(product.id, product.id, segment, "carbon", "co2",
                   Crossing(unit, -1, kind.scope), factor, kind)  # fmt: skip

    def _kind(self, method: Method, stream: Stream) -> StreamKind:
        if stream.carbon not in method.kinds:
            place = ("site.toml", f"[[stream]] {stream.id} carbon")
            rule = f"a kind of stream that {method.id} knows: {', '.join(method.kinds)}"
            fault = Fault(place, repr(stream.carbon), rule, "correct the kind")
            raise DeclarationError(f"{method.id} does not know {stream.carbon!r}", [fault])
        return method.kinds[stream.carbon]

    def _value(
        self, stream: Stream, period: Period, measure: str, coefficients: Coefficients
    ) -> Coefficient | None:
        try:
            return coefficients(stream, period)
        except NoParameterError as error:
            self._lacks(stream.id, measure, error)
            return None

    def _lacks(self, subject: str, measure: str, error: NoParameterError) -> None:
        numbers = {
            "name": error.name, "why": error.why, "measure": measure,
            "first": str(self.period.from_day), "last": str(self.period.to_day - dt.timedelta(1)),
        }  # fmt: skip
        place = f"{subject} › {measure} › {error.name}"
        self.findings.append(Finding(self.site.id, "no_parameter", subject, place, numbers))

    def _add(
        self,
        stream: Stream,
        segment: Segment,
        account: str,
        measure: str,
        crossing: Crossing,
        coefficient: Coefficient,
        kind: StreamKind | None = None,
    ) -> None:
        self._line(
            stream.id, stream.carrier, segment, account, measure, crossing, coefficient, kind
        )

    def _line(
        self,
        stream_id: str,
        carrier: str,
        segment: Segment,
        account: str,
        measure: str,
        crossing: Crossing,
        coefficient: Coefficient,
        kind: StreamKind | None = None,
    ) -> None:
        method = self._method(account)
        line = Line(
            self.site.id, crossing.place, stream_id, carrier, segment.period, account, measure,
            crossing.scope, method.id if method else OWN_RECORDS,
            kind.clause if kind else (method.clause if method else ""), crossing.sign,
            coefficient.ratio, coefficient.parameters,
        )  # fmt: skip
        self.lines.append(line)
        self.inputs += _inputs(line, segment, self._meters(stream_id))

    def _method(self, account: str) -> Method | None:
        if account == "carbon":
            return self.carbon_method
        return self.energy_method if account in ("energy", "process_energy", "flow") else None

    def _meters(self, item: str) -> tuple[str, ...]:
        meters = {stream.id: stream.meters for stream in self.site.streams}
        meters |= {product.id: product.meters for product in self.site.products}
        return meters[item]

    def _stream_segments(self, stream: Stream) -> list[Segment]:
        if stream.meters:
            names = carbon.combustion_names(self.carbon_method if stream.carbon else None)
            cuts = self.ladder.cuts(stream, names, self.period)
            return [Segment(piece, None) for piece in segments(self.period, cuts)]
        if stream.stock:
            amounts = self.activity.stock_balance(stream, self.period)
        else:
            amounts = self.activity.monthly(stream.id, stream.monthly or "", self.period)
        return [Segment(amount.period, amount) for amount in amounts]

    def _product_segments(self, product: Product) -> list[Segment]:
        if product.meters:
            return [Segment(month, None) for month in self.period.months()]
        amounts = self.activity.monthly(product.id, "production", self.period)
        return [Segment(amount.period, amount) for amount in amounts]


def open_book(
    site: Site, registry: Registry, period: Period, rows: list[Row], samples: Samples
) -> Book:
    """A book with every line written but those of own working media.

    Raises
    ------
    DeclarationError
        If a stream's carbon kind is unknown to the method, or a carbon stream does not cross the
        site's boundary.
    """
    activity = Activity(site, rows)
    ladder = Ladder(site, samples, activity.deliveries)
    accounting = site.accounting
    energy_id = accounting.energy_method or ("gbt-2589-2020" if site.country == "CN" else "")
    book = Book(
        site, registry, period, ladder, activity, Graph(site),
        find_method(energy_id, "energy") if energy_id else None,
        find_method(accounting.carbon_method, "carbon") if accounting.carbon_method else None,
    )  # fmt: skip
    for account, method in (("energy", book.energy_method), ("carbon", book.carbon_method)):
        if method is None:
            numbers = {"account": account, "country": site.country}
            found = Finding(site.id, "no_method", site.id, f"site.toml › {account}_method", numbers)
            book.findings.append(found)
    book.write()
    return book


def _inputs(line: Line, segment: Segment, meters: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    days = {"from_day": line.period.from_day, "to_day": line.period.to_day}
    for parameter in line.parameters:
        yield {
            "leaf": line.leaf,
            "role": parameter.name,
            "kind": "parameter",
            "ref": parameter.id,
            **days,
        }
    for meter in meters:
        yield {"leaf": line.leaf, "role": "activity", "kind": "meter", "ref": meter, **days}
    for row in segment.given.rows if segment.given else ():
        ref = f"{row.kind} › {row.place}"
        span = {"from_day": row.from_day, "to_day": row.to_day}
        yield {"leaf": line.leaf, "role": row.kind, "kind": "activity", "ref": ref, **span}


def _inside(stream: Stream) -> DeclarationError:
    place = ("site.toml", f"[[stream]] {stream.id}")
    rule = "the enterprise form counts what crosses the boundary: from outside or stock, to outside"
    fault = Fault(place, f"carbon = {stream.carbon!r} from {stream.origin} to {stream.destination}",
                  rule, "remove carbon here, or correct from and to")  # fmt: skip
    return DeclarationError("A carbon stream does not cross the site's boundary", [fault])


def rounded_value(line: Line, count: int) -> int:
    """What SQL will make of a line: sign x count x ratio, rounded once."""
    return quantise(line.sign * count * line.ratio, 0)
