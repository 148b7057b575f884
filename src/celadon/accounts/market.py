"""The market view of purchased electricity: account ``carbon_market``, beside ``carbon``.

Where a site declares a contract of electricity, each purchased stream of it is counted once more:
what is covered by green power or own use at zero, what is covered by fossil supply at the factor of
fossil power, and the rest at the factor that the programme names beside claimed green power (the
average excluding market-traded non-fossil power), else at the programme's own. All other lines are
those of ``carbon``: the two accounts stand beside each other and are never added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.asking import note
from celadon.accounts.carbon import Factors
from celadon.accounts.energy import Coefficient, require_unit
from celadon.accounts.graph import Crossing, Graph
from celadon.accounts.lacking import CARBON_FIGURE, MARKET_FIGURE, Lack
from celadon.accounts.leaf_inputs import leaf_inputs
from celadon.accounts.line import Line
from celadon.accounts.reasons import reason
from celadon.accounts.segment import Segment
from celadon.accounts.settlements import CLAUSE, Cover, Settlement, judge_settlements, span
from celadon.accounts.tables import CERTIFICATE, LEAF
from celadon.accounts.values import NoParameterError, refusal_reason
from celadon.errors import LookupRefused
from celadon.exact import quantise
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Site, Stream
from celadon.reference.families import MethodByDay
from celadon.reference.methods import Default, Method, StreamKind, Term
from celadon.units import parse_unit

if TYPE_CHECKING:
    from celadon.accounts.book import Book

MARKET, CO2 = MARKET_FIGURE
CARBON = CARBON_FIGURE[0]

EQUATION = "purchased_electricity"
"""The equation of the streams that it counts for itself."""

RESIDUAL, FOSSIL = "average_excluding_market_traded_nonfossil", "fossil_power"
"""Kinds of grid factor: for what is not claimed as green, and for supply known to be fossil."""

SCOPES = {
    "green_power": "green_electricity", "own_use": "own_use_electricity",
    "fossil_supply": "fossil_electricity",
}  # fmt: skip
"""Scope of what a kind of contract covers; the rest keeps the scope of the method."""

Amounts = Mapping[tuple[str, Any], tuple[int, int, int]]
"""By stream and first day: the amount, the part of it that is estimated, the seconds missing."""


@dataclass(frozen=True, slots=True)
class MarketLine:
    """A line of the market view with the part of its stream's amount that it counts."""

    line: Line
    count: int
    estimated: int = 0
    seconds_missing: int = 0

    def row(self) -> dict[str, Any]:
        """As a row of the table ``leaf``; rounded once, half to even, as every leaf is."""
        line = self.line
        plain = {name: value for name, value in line.row().items() if name != "sign"}
        return plain | {
            "count": line.sign * self.count,
            "value": line.sign * quantise(self.count * line.ratio, 0),
            "estimated": quantise(self.estimated * line.ratio, 0),
            "seconds_missing": self.seconds_missing,
        }


@dataclass(slots=True)
class Market:
    """The market view of one site: its settlements, and the lines that it writes itself.

    ``purchased`` names the streams whose lines it writes; ``certificates`` holds all covers, of
    other periods too, that used certificates.
    """

    settlements: Sequence[Settlement]
    purchased: frozenset[str]
    lines: list[MarketLine] = field(default_factory=list)
    certificates: list[Cover] = field(default_factory=list)


def open_market(
    site: Site, graph: Graph, by_day: MethodByDay | None, settlements: Sequence[Settlement]
) -> Market | None:
    """The market view of a site that declares a contract and a carbon method; else None."""
    if not site.contracts or by_day is None:
        return None
    purchased = frozenset(
        stream.id
        for stream in site.streams
        for method in by_day.methods
        if (crossing := graph.site_crossing(stream)) is not None
        and crossing.sign > 0
        and _term(method.kinds.get(stream.carbon)) is not None
    )
    return Market(settlements, purchased)


def idle_settlements(
    site: Site, market: Market | None, settlements: Sequence[Settlement], period: Period
) -> list[Finding]:
    """What is found about settlements of a site that has no market view to use them."""
    if market is not None or not settlements:
        return []
    touched = [each for each in settlements if _overlaps(each, period)]
    return judge_settlements(site, touched).findings


def book_market(book: Book, amounts: Amounts) -> None:
    """Write the market lines of a site's purchased electricity, from the amounts it moved."""
    market = book.market
    if market is None:
        return
    judged = judge_settlements(book.site, market.settlements)
    touched = {each.place for each in market.settlements if _overlaps(each, book.period)}
    book.findings += [found for found in judged.findings if found.numbers["row"] in touched]
    market.certificates += [each for each in judged.covers if each.serials]
    covers: dict[str, list[Cover]] = defaultdict(list)
    for cover in judged.covers:
        if _within(cover.settlement, book.period):
            covers[cover.contract.stream].append(cover)
        elif _overlaps(cover.settlement, book.period):
            _tell(book, "settlement_cut", cover, cover.count, 0)
    for stream in book.site.streams:
        if stream.id in market.purchased:
            _StreamMarket(book, market, stream, covers.pop(stream.id, [])).write(amounts)
    for cover in (each for of_stream in covers.values() for each in of_stream):
        _tell(book, "cover_above_amount", cover, cover.count, 0)


def market_leaves(leaves: pa.Table, books: Mapping[str, Book]) -> pa.Table:
    """Leaves with those of the market view: its own, and all else as in ``carbon``."""
    viewed = {site: book.market for site, book in books.items() if book.market is not None}
    if not viewed:
        return leaves
    rows = [made.row() for market in viewed.values() for made in market.lines]
    own = [f"{site} {name}" for site, market in viewed.items() for name in market.purchased]
    mask = pc.and_(
        pc.and_(pc.equal(leaves["account"], CARBON), pc.equal(leaves["measure"], CO2)),
        pc.is_in(leaves["site"], pa.array(list(viewed))),
    )
    copied = leaves.filter(mask)
    named = pc.binary_join_element_wise(copied["site"], copied["stream"], " ")
    copied = copied.filter(pc.invert(pc.is_in(named, pa.array(own, pa.string()))))
    accounts = pa.array([MARKET] * copied.num_rows, pa.string())
    names = pc.binary_replace_slice(copied["leaf"], 0, len(CARBON), MARKET)
    for column, values in (("account", accounts), ("leaf", names)):
        at = copied.schema.get_field_index(column)
        copied = copied.set_column(at, copied.schema.field(at), values)
    return LEAF.check(pa.concat_tables([leaves, copied, LEAF.from_rows(rows)]))


def certificate_table(books: Mapping[str, Book]) -> pa.Table:
    """The table ``certificate``: what each site's settlements used."""
    viewed = {site: book for site, book in books.items() if book.market is not None}
    return CERTIFICATE.from_rows(
        {
            "site": site, "contract": cover.contract.id, "series": used.series,
            "first": str(used.first), "last": str(used.last), "size": cover.contract.certified,
            "from_day": cover.settlement.from_day, "to_day": cover.settlement.to_day,
            "counted": _within(cover.settlement, book.period),
            "recorded_at": cover.settlement.recorded_at, "place": cover.settlement.place,
        }
        for site, book in viewed.items()
        for cover in (book.market.certificates if book.market is not None else ())
        for used in cover.serials
    )  # fmt: skip


def market_lines(book: Book) -> list[Line]:
    """The lines that the market view of a site wrote itself; none without such a view."""
    return [] if book.market is None else [made.line for made in book.market.lines]


def market_inputs(book: Book) -> list[dict[str, Any]]:
    """What the leaves of the market view that are those of ``carbon`` rest on."""
    market = book.market
    if market is None:
        return []
    begin = f"{CARBON}/"
    return [
        {**row, "leaf": f"{MARKET}/{row['leaf'].removeprefix(begin)}"}
        for row in book.inputs
        if row["leaf"].startswith(begin) and row["leaf"].split("/")[2] not in market.purchased
    ]


class _StreamMarket:
    """The market lines of one purchased stream."""

    def __init__(self, book: Book, market: Market, stream: Stream, covers: Sequence[Cover]) -> None:
        self._book, self._market, self._stream = book, market, stream
        self._covers = covers
        self._left = [cover.count for cover in covers]
        self._moved: dict[str, int] = defaultdict(int)

    def write(self, amounts: Amounts) -> None:
        """Write every stretch; what is covered beyond the amount of the month is told."""
        for segment in self._book.segments[self._stream.id]:
            method = self._book.method_of(CARBON, segment.period)
            kind = method.kinds.get(self._stream.carbon) if method is not None else None
            term, crossing = _term(kind), self._book.graph.site_crossing(self._stream)
            if method is None or kind is None or term is None or crossing is None:
                if method is not None:
                    self._lacks(reason("unknown_kind", method=method.id), segment.period)
                continue
            moved = amounts[self._stream.id, segment.period.from_day]
            self._moved[f"{segment.period.from_day:%Y-%m}"] += moved[0]
            self._segment(segment, _Told(method, kind, term, crossing), moved)
        for cover, left in zip(self._covers, self._left, strict=True):
            if left:
                month = f"{cover.settlement.from_day:%Y-%m}"
                _tell(self._book, "cover_above_amount", cover, left, self._moved[month])

    def _segment(self, segment: Segment, told: _Told, moved: tuple[int, int, int]) -> None:
        rest, estimated, missing = moved
        used: dict[str, list[tuple[Cover, int]]] = defaultdict(list)
        for index, cover in enumerate(self._covers):
            taken = min(self._left[index], max(rest, 0))
            if taken > 0 and _overlaps(cover.settlement, segment.period):
                used[cover.contract.kind].append((cover, taken))
                self._left[index] -= taken
                rest -= taken
        for kind, taken_of in used.items():
            self._covered(segment, told, kind, taken_of)
        covers = [cover for taken_of in used.values() for cover, _ in taken_of]
        if rest or missing or not used:
            factors = _MarketFactors(self._book, self._stream, told)
            found = self._value(segment, lambda: factors.rest(segment.period))
            if found is not None:
                made = self._line(segment, told, told.term.scope, found, told.clause)
                part = min(estimated, abs(rest))
                self._keep(segment, MarketLine(made, rest, part, missing), covers)

    def _covered(
        self, segment: Segment, told: _Told, kind: str, taken: Sequence[tuple[Cover, int]]
    ) -> None:
        factors = _MarketFactors(self._book, self._stream, told)
        found = self._value(segment, lambda: factors.covered(kind, segment.period))
        if found is None:
            return
        clause = told.clause if kind == "fossil_supply" else CLAUSE
        made = self._line(segment, told, SCOPES[kind], found, clause)
        count = sum(part for _, part in taken)
        self._keep(segment, MarketLine(made, count), [cover for cover, _ in taken])

    def _value(self, segment: Segment, worked: Callable[[], Coefficient]) -> Coefficient | None:
        return self._book.value(self._stream.id, segment.period, [MARKET_FIGURE], worked)

    def _line(
        self, segment: Segment, told: _Told, scope: str, found: Coefficient, clause: str
    ) -> Line:
        stream = self._stream
        return Line(
            self._book.site.id, told.crossing.place, stream.id, stream.carrier, segment.period,
            MARKET, CO2, scope, told.method.id, clause, told.crossing.sign, found.ratio,
            found.parameters, told.term.confidence or told.method.confidence,
        )  # fmt: skip

    def _keep(self, segment: Segment, made: MarketLine, covers: Sequence[Cover]) -> None:
        book = self._book
        self._market.lines.append(made)
        if not book.notes:
            return
        book.inputs += leaf_inputs(made.line, segment, self._stream.meters)
        for settlement in (cover.settlement for cover in covers):
            held = f" · {span(settlement.serials)}" if settlement.serials else ""
            ref = f"settlement › {settlement.place} · {settlement.document}{held}"
            book.inputs.append({
                "site": book.site.id, "leaf": made.line.leaf, "role": "settlement",
                "kind": "activity", "ref": ref, "from_day": settlement.from_day,
                "to_day": settlement.to_day,
            })  # fmt: skip

    def _lacks(self, why: str, period: Period) -> None:
        lack = Lack("no_parameter", self._stream.id, self._stream.carbon, why, (MARKET_FIGURE,))
        self._book.lacking.note(lack, period)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a method says of purchased electricity, and where the stream crosses the boundary."""

    method: Method
    kind: StreamKind
    term: Term
    crossing: Crossing

    @property
    def clause(self) -> str:
        """The clause of the term, else of its kind."""
        return self.term.clause or self.kind.clause


class _MarketFactors:
    """The factors of covered power and of the rest, in grams of CO2 per Wh."""

    def __init__(self, book: Book, stream: Stream, told: _Told) -> None:
        self._book, self._stream, self._told = book, stream, told

    def rest(self, period: Period) -> Coefficient:
        """The factor that the programme names beside claimed green power, else its own."""
        programme = self._book.site.accounting.electricity_programme
        year = str(period.from_day.year)
        note("selected", programme, year)
        named = any(
            row.kind == RESIDUAL and row.programme == programme and row.reporting_year == year
            for row in self._book.registry.selections
        )
        if named:
            return self._announced(RESIDUAL, "co2_factor", period)
        book = self._book
        factors = Factors(book.ladder, book.registry, self._told.method, MARKET)
        return factors.of_term(self._told.term, self._stream, period)

    def covered(self, kind: str, period: Period) -> Coefficient:
        """Zero for green power and own use; the factor of fossil power for fossil supply."""
        if kind == "fossil_supply":
            return self._announced(FOSSIL, "fossil_co2_factor", period)
        method = self._told.method
        # the rule is read in part 34; that other parts follow it is taken from one source
        letter = "A" if method.source == "gbt-32151-34-2024" else "C"
        zero = Default(value="0", unit="kgCO2/kWh", clause=CLAUSE)
        by = CLAUSE.replace(", ", " › ")
        name = f"{SCOPES[kind].removesuffix('_electricity')}_co2_factor"
        parameter = self._book.ladder.of_method(
            self._stream.id, MARKET, name, period, zero, by, letter
        )
        return Coefficient(Fraction(0), (parameter,))

    def _announced(self, kind: str, name: str, period: Period) -> Coefficient:
        """The national figure of a kind that the site's programme takes for the year."""
        site, book = self._book.site, self._book
        programme = site.accounting.electricity_programme
        if site.country != "CN":
            why = reason("market_country", programme=programme or "–")
            raise NoParameterError(name, why)
        note("electricity", programme, period.from_day.year, "national", "CN", kind)
        try:
            choice = book.registry.electricity(programme, period.from_day.year, kind=kind)
        except LookupRefused as error:
            raise NoParameterError(name, refusal_reason(error)) from None
        parameter = book.ladder.from_record(
            self._stream.id, MARKET, name, period, choice.record, choice.confidence
        )
        small = book.ladder.small_unit(self._stream)
        require_unit(replace(parameter, name="co2_factor"), small)
        return Coefficient(parameter.size * parse_unit(small).size, (parameter,))


def _term(kind: StreamKind | None) -> Term | None:
    terms = kind.terms if kind is not None else ()
    return next((term for term in terms if term.equation == EQUATION), None)


def _tell(book: Book, rule: str, cover: Cover, left: int, moved: int) -> None:
    """Tell of what of a settlement covers nothing that was purchased."""
    row = cover.settlement
    numbers = {
        "stream": cover.contract.stream, "covered": cover.count, "left": left, "moved": moved,
        "days": row.days, "clause": CLAUSE,
    }  # fmt: skip
    found = Finding(book.site.id, rule, row.contract, row.place, numbers)
    book.findings.append(found)


def _overlaps(settlement: Settlement, period: Period) -> bool:
    return settlement.from_day < period.to_day and period.from_day < settlement.to_day


def _within(settlement: Settlement, period: Period) -> bool:
    return period.from_day <= settlement.from_day and settlement.to_day <= period.to_day
