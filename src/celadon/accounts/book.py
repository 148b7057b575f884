"""The book: every line that a site's accounts of a period will have.

Each stream is cut into months, and further where a certificate or a factor changes; each stretch is
booked wherever the stream crosses a boundary that an account watches. What has no value, or no
method in force, is left out of the book and named.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from celadon.accounts import carbon_lines, energy
from celadon.accounts.activity import Activity, Row
from celadon.accounts.asking import Question, asking
from celadon.accounts.carbon_checks import carbon_findings
from celadon.accounts.carbon_lines import BIOGENIC, CARBON, CO2, GAS, PROCESS_CARBON
from celadon.accounts.clauses import clauses_of, with_clauses
from celadon.accounts.declared import check_accounting
from celadon.accounts.energy import Coefficient
from celadon.accounts.forms import Forms, Use
from celadon.accounts.graph import Crossing, Graph
from celadon.accounts.lacking import Figure, Lack, Lacking
from celadon.accounts.leaf_inputs import leaf_inputs
from celadon.accounts.line import Line
from celadon.accounts.market import MARKET, Market, idle_settlements, open_market
from celadon.accounts.parameters import Item, Ladder
from celadon.accounts.pollutants.lines import book_outlets, outlet_meters
from celadon.accounts.reasons import reason
from celadon.accounts.sample_checks import sample_findings
from celadon.accounts.samples import Samples
from celadon.accounts.segment import Segment, Segments, reference_changes
from celadon.accounts.settlements import Settlement
from celadon.accounts.sharing import Sharing
from celadon.accounts.unused_samples import unused_sample_findings
from celadon.accounts.values import NoParameterError
from celadon.exact import is_storable, quantise
from celadon.records.finding import Finding
from celadon.records.ledger.refused_rows import RefusedRow
from celadon.records.period import Period
from celadon.records.site import Product, Site, Stream
from celadon.reference import Registry
from celadon.reference.families import Chosen, MethodByDay, find_method_by_day
from celadon.reference.methods import Method
from celadon.units import conversion

CALORIFIC, EQUIVALENT = "calorific_value", "equivalent_value"
OWN_RECORDS = "own records"
"""Method of lines that only count what records say."""

FIGURES: dict[str, tuple[Figure, ...]] = {
    "energy": (
        ("energy", CALORIFIC), ("energy", EQUIVALENT), ("process_energy", CALORIFIC),
        ("flow", CALORIFIC),
    ),
    "carbon": (("carbon", CO2),),
    PROCESS_CARBON: ((PROCESS_CARBON, CO2),),
}  # fmt: skip
"""The accounts and measures that need a method of each kind."""

_METHOD_OF = {account: kind for kind, figures in FIGURES.items() for account, _ in figures}
_METHOD_OF |= {GAS: CARBON, BIOGENIC: CARBON, MARKET: CARBON}
_ONE = Coefficient(Fraction(1), ())

Coefficients = Callable[[Stream, Period], Coefficient]


@dataclass(slots=True)
class Book:
    """The lines of one site, its parameters, and what kept figures empty.

    ``without_energy`` holds the streams, with the first day of the stretch, whose energy is not
    known although it counts. A book with ``forms`` uses lines that were written for their like
    wherever they can be, and leaves it to the forms to tell what lines rest on. ``asked`` holds
    what was asked of the reference tables for all lines but those of forms.
    """

    site: Site
    registry: Registry
    period: Period
    ladder: Ladder
    activity: Activity
    graph: Graph
    segmenter: Segments
    energy_method: MethodByDay | None
    carbon_method: MethodByDay | None
    process_method: MethodByDay | None
    lacking: Lacking
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    without_energy: set[tuple[str, Any]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    forms: Forms | None = None
    used: list[Use] = field(default_factory=list)
    asked: set[Question] = field(default_factory=set)
    market: Market | None = None
    _meters: dict[str, tuple[str, ...]] = field(init=False)
    _by_day: dict[str, MethodByDay | None] = field(init=False)
    _chosen: dict[tuple[str, Period], Chosen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        meters = {stream.id: stream.meters for stream in self.site.streams}
        self._meters = meters | {product.id: product.meters for product in self.site.products}
        self._meters |= outlet_meters(self.site)
        self._by_day = {
            "energy": self.energy_method,
            "carbon": self.carbon_method,
            PROCESS_CARBON: self.process_method,
        }

    @property
    def notes(self) -> bool:
        """Whether it notes the inputs of its lines itself: where no forms do."""
        if self.forms is None:
            return True
        return self.forms.lineage and self.market is not None

    def meters_of(self, item: str) -> tuple[str, ...]:
        """The meters of what lines are counted from, each with its sign."""
        return self._meters[item]

    def own_media(self) -> dict[str, tuple[str, ...]]:
        """Carriers that the site makes for itself, with the units that make each."""
        if self.site.accounting.media != "own_plant":
            return {}
        makers: dict[str, tuple[str, ...]] = {}
        for unit in self.site.units:
            if unit.makes:
                makers[unit.makes] = (*makers.get(unit.makes, ()), unit.id)
        return makers

    def write(self) -> None:
        """Book every stream and product, but for the energy of media that the site makes."""
        media = self.own_media()
        # the lines of own media and of a market view rest on others of the site
        shares = self.forms is not None and not media and not self.notes
        sharing = Sharing(self, self.forms) if shares and self.forms is not None else None
        for stream in self.site.streams:
            self.segments[stream.id] = self.segmenter.of_stream(stream)
        for product in self.site.products:
            self.segments[product.id] = self.segmenter.of_product(product)
        items: list[Item] = [*self.site.streams, *self.site.products]
        for item in items:
            if sharing is not None:
                sharing.write(item, media)
            else:
                self.write_item(item, self.segments[item.id], media)
        book_outlets(self)

    def write_item(
        self, item: Item, segments: Sequence[Segment], media: Container[str] = ()
    ) -> None:
        """Book stretches of days of a stream or product."""
        for segment in segments:
            if isinstance(item, Product):
                self._book_product(item, segment)
                continue
            self._book_amounts(item, segment)
            carbon_lines.book_stream(self, item, segment)
            if self.process_method is not None:
                carbon_lines.book_process_carbon(self, item, segment)
            if item.carrier not in media:
                self.book_energy(item, segment, self._tabled_coefficient)

    def all_findings(self) -> list[Finding]:
        """Everything found while the book was written."""
        found = (
            *self.findings, *self.lacking.findings(), *self.segmenter.findings,
            *self.activity.findings, *self.ladder.findings,
        )  # fmt: skip
        return list(with_clauses(found, clauses_of(self.site, self.carbon_method)))

    def book_energy(self, stream: Stream, segment: Segment, coefficients: Coefficients) -> None:
        """Book a stretch's energy at the site, at its units, and in the picture of flows."""
        carrier = self.registry.carriers[stream.carrier]
        if self.energy_method is None or not energy.counts_energy(stream, carrier):
            return
        electric = carrier.kind == "electricity"
        crossing_site = self.graph.site_crossing(stream)
        unit_crossings = list(self.graph.unit_crossings(stream))
        figures: list[Figure] = [("flow", CALORIFIC)]
        if unit_crossings:
            figures.append(("process_energy", CALORIFIC))
        if crossing_site is not None:
            figures += [("energy", CALORIFIC), *([] if electric else [("energy", EQUIVALENT)])]
        period = segment.period
        calorific = self.value(stream.id, period, figures, lambda: coefficients(stream, period))
        if calorific is not None:
            home = Crossing(self.graph.home(stream), 1, "flow")
            self._stream(stream, segment, "flow", CALORIFIC, home, calorific)
            for crossing in unit_crossings:
                self._stream(stream, segment, "process_energy", CALORIFIC, crossing, calorific)
        else:
            self.without_energy.add((stream.id, segment.period.from_day))
        if crossing_site is None:
            return
        equivalent = calorific
        if electric:
            equivalent = self.value(
                stream.id, period, [("energy", EQUIVALENT)],
                lambda: energy.equivalent_coefficient(self.ladder, stream, period),
            )  # fmt: skip
        for measure, found in ((CALORIFIC, calorific), (EQUIVALENT, equivalent)):
            if found is not None:
                self._stream(stream, segment, "energy", measure, crossing_site, found)

    def _tabled_coefficient(self, stream: Stream, period: Period) -> Coefficient:
        return energy.calorific_coefficient(self.ladder, self.registry, stream, period)

    def _book_amounts(self, stream: Stream, segment: Segment) -> None:
        for crossing in self.graph.network_crossings(stream):
            self._stream(stream, segment, "carrier", "amount", crossing, _ONE)
        crossing_site = self.graph.site_crossing(stream)
        if crossing_site is not None:
            self._stream(stream, segment, "supply", "amount", crossing_site, _ONE)
        if stream.water:
            small = self.registry.carriers[stream.carrier].count_unit
            home = Crossing(self.graph.home(stream), 1, stream.water)
            litres = Coefficient(conversion(small, "L"), ())
            self._stream(stream, segment, "water", "volume", home, litres)

    def methods(self) -> tuple[Method, ...]:
        """Every method that its lines may be made by."""
        chosen = (by_day for by_day in self._by_day.values() if by_day is not None)
        return tuple(method for by_day in chosen for method in by_day.methods)

    def _book_product(self, product: Product, segment: Segment) -> None:
        unit = next((u.id for u in self.site.units if u.product == product.id), self.site.id)
        made = Crossing(unit, 1, "made")
        self.line(product.id, product.id, segment, "production", "amount", made, _ONE)
        carbon_lines.book_product(self, product, unit, segment)

    def value(
        self, item: str, period: Period, figures: list[Figure], worked: Callable[[], Coefficient]
    ) -> Coefficient | None:
        """The coefficient of a stretch of days; None, with the lack noted, where there is none."""
        if self.method_of(_METHOD_OF[figures[0][0]], period) is None:
            return None
        try:
            return _storable(worked())
        except NoParameterError as error:
            self._lacks(item, error, figures, period)
            return None

    def method_of(self, account: str, period: Period) -> Method | None:
        """The method in force on a stretch of days; None, with the lack noted, where none was."""
        by_day = self._by_day[account]
        if by_day is None:
            return None
        key = account, period
        chosen = self._chosen.get(key)
        if chosen is None:
            chosen = self._chosen[key] = by_day.on(period.from_day, period.to_day)
        if chosen.method is None:
            lack = Lack(
                "method_not_in_force", self.site.id, by_day.name, chosen.why, FIGURES[account]
            )
            self.lacking.note(lack, period)
        elif chosen.missing or chosen.perhaps:
            known = Lack(
                "edition_not_loaded" if chosen.missing else "edition_perhaps_in_force",
                self.site.id, chosen.missing or chosen.perhaps, chosen.method.id,
                FIGURES[account],
            )  # fmt: skip
            self.lacking.note(known, period)
        return chosen.method

    def _lacks(
        self, subject: str, error: NoParameterError, figures: list[Figure], period: Period
    ) -> None:
        # the figure of the site comes first: it is the one that a total lacks
        ordered = tuple(sorted(figures, key=lambda figure: figure[0] not in ("energy", CARBON)))
        lack = Lack("no_parameter", subject, error.name, error.why, ordered)
        self.lacking.note(lack, period)

    def _stream(
        self, stream: Stream, segment: Segment, account: str, measure: str, crossing: Crossing,
        coefficient: Coefficient, clause: str = "",
    ) -> None:  # fmt: skip
        carrier = stream.carrier
        self.line(stream.id, carrier, segment, account, measure, crossing, coefficient, clause)

    def line(
        self, item: str, carrier: str, segment: Segment, account: str, measure: str,
        crossing: Crossing, coefficient: Coefficient, clause: str = "",
    ) -> None:  # fmt: skip
        """Write the line of a stretch of days."""
        of = _METHOD_OF.get(account)
        method = self.method_of(of, segment.period) if of else None
        line = Line(
            self.site.id, crossing.place, item, carrier, segment.period, account, measure,
            crossing.scope, method.id if method else OWN_RECORDS,
            clause or (method.clause if method else ""), crossing.sign,
            coefficient.ratio, coefficient.parameters,
            (coefficient.letter or method.confidence) if method else None,
        )  # fmt: skip
        self.lines.append(line)
        if self.notes:
            self.inputs += leaf_inputs(line, segment, self._meters[item])


def open_book(
    site: Site,
    registry: Registry,
    period: Period,
    rows: list[Row],
    samples: Samples,
    forms: Forms | None = None,
    settlements: Sequence[Settlement] = (),
    refused: Sequence[RefusedRow] = (),
) -> Book:
    """A book with every line written but those of own working media.

    Parameters
    ----------
    forms : lines that sites of a shard share.
    refused : rows that files had and that were not taken; what they speak of is unknown.

    Raises
    ------
    DeclarationError
        With every fault of what the site declares for its accounts.
    LookupRefused
        If it names a method that is not known.
    """
    with asking() as asked:
        activity = Activity(site, rows, refused)
        book = _written(site, registry, period, activity, samples, forms, settlements)
    book.asked |= asked
    return book


def _written(
    site: Site, registry: Registry, period: Period, activity: Activity, samples: Samples,
    forms: Forms | None, settlements: Sequence[Settlement],
) -> Book:  # fmt: skip
    accounting = site.accounting
    energy_id = accounting.energy_method or ("gbt-2589-2020" if site.country == "CN" else "")
    sources = registry.sources
    energy_method = find_method_by_day(energy_id, "energy", sources) if energy_id else None
    carbon_id = accounting.carbon_method
    carbon_method = find_method_by_day(carbon_id, "carbon", sources) if carbon_id else None
    process_id = accounting.process_method
    process_method = find_method_by_day(process_id, "carbon", sources) if process_id else None
    graph = Graph(site)
    editions = carbon_method.methods if carbon_method else ()
    check_accounting(site, graph, registry, editions)
    ladder = Ladder(site, samples, activity.deliveries, registry.carriers)
    methods = energy_method, carbon_method, process_method
    changes = reference_changes(registry, methods, period)
    market = open_market(site, graph, carbon_method, settlements)
    book = Book(
        site, registry, period, ladder, activity, graph,
        Segments(site, period, activity, ladder, changes), *methods,
        Lacking(site.id, market.purchased if market else None), forms=forms, market=market,
    )  # fmt: skip
    book.findings += [
        *_method_findings(book),
        *sample_findings(site, samples),
        *unused_sample_findings(
            site,
            samples,
            registry.carriers,
            editions,
            process_method.methods if process_method else (),
        ),
        *carbon_findings(site, activity, samples, period, registry.carriers, editions),
        *idle_settlements(site, market, settlements, period),
    ]
    book.write()
    return book


def rounded_value(line: Line, count: int) -> int:
    """What SQL will make of a line: sign x count x ratio, rounded once."""
    return quantise(line.sign * count * line.ratio, 0)


def _storable(found: Coefficient) -> Coefficient:
    if isinstance(found.ratio, Fraction) and not is_storable(found.ratio):
        names = ", ".join(parameter.name for parameter in found.parameters)
        why = reason("too_long", value=found.ratio)
        raise NoParameterError(names, why)
    return found


def _method_findings(book: Book) -> Iterator[Finding]:
    site = book.site
    for account, method in (("energy", book.energy_method), ("carbon", book.carbon_method)):
        if method is None:
            numbers = {"account": account, "country": site.country}
            yield Finding(site.id, "no_method", site.id, f"site.toml › {account}_method", numbers)
