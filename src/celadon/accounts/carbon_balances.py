"""Whether a site's carbon can be so, once all amounts are counted: signs and balances."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.book import Book
from celadon.accounts.carbon_lines import CARBON, PROCESS_CARBON
from celadon.accounts.clauses import clauses_of, with_clauses
from celadon.accounts.parameters import Item
from celadon.accounts.recovered import recovered_findings
from celadon.exact import decimal_text
from celadon.records.finding import Finding
from celadon.records.site import STOCK, Product, Stream, carbon_origin
from celadon.reference.methods import Method

BALANCED = (
    "carbon_balance", "carbon_in_material", "fixed_carbon",
    "fixed_and_volatile_carbon",
)  # fmt: skip
"""Equations whose terms are the inputs and the outputs of one balance of carbon."""

_KEYS = ["site", "account", "unit", "method", "stream", "scope"]
_COLUMNS = [*_KEYS, "from_day", "to_day", "value", "clause", "seconds_missing"]
_DAY = 86_400
_TONNE = 10**6
_Place = tuple[str, str, str]
"""Site, account, and the site or the process whose carbon is balanced."""


def counted_findings(
    books: Mapping[str, Book], amounts: pa.Table, leaves: pa.Table
) -> Iterator[Finding]:
    """What can be told of carbon from the amounts and leaves of a shard."""
    yield from negative_findings(books, amounts)
    yield from carbon_balance_findings(books, leaves)
    yield from recovered_findings(books, leaves)


def negative_findings(books: Mapping[str, Book], amounts: pa.Table) -> Iterator[Finding]:
    """Carbon streams and products of which less than nothing was moved in a stretch of days.

    What goes into a stock or comes out of one may do so; the balance of a stock that is filled from
    outside has told of itself already.
    """
    for row in amounts.filter(pc.less(amounts["count"], 0)).to_pylist():
        book = books[row["site"]]
        item = next((i for i in _items(book) if i.id == row["stream"]), None)
        # what an outlet is counted from, such as the growth of a stock of waste, is none of them
        if item is None or not item.carbon or _may_be_negative(item):
            continue
        small = book.ladder.small_unit(item)
        amount = f"{decimal_text(Fraction(row['count']), 0)} {small}"
        numbers = {"amount": amount, "first": str(row["from_day"]), "kind": item.carbon}
        place = f"{item.id} › {row['from_day']}"
        found = Finding(book.site.id, "negative_activity", item.id, place, numbers)
        yield from with_clauses([found], clauses_of(book.site, book.carbon_method))


def carbon_balance_findings(books: Mapping[str, Book], leaves: pa.Table) -> Iterator[Finding]:
    """Sites and processes that give off more carbon than they took in, over the whole period.

    A balance that lacks one of its streams cannot be told; what it lacks is a finding of its own.
    """
    scopes = {name: _scopes(book) for name, book in books.items()}
    chosen = [name for name, book in books.items() if scopes[name] or book.process_method]
    if not chosen:
        return
    # there may be millions of leaves: they are summed first, and looked at where a sum is below 0
    lines = _lines_of_balances(leaves, chosen, {s for of in scopes.values() for _, s, _ in of})
    totals: dict[_Place, Fraction] = defaultdict(Fraction)
    for row in lines.group_by(_KEYS).aggregate([("value", "sum")]).to_pylist():
        place = _place_of(row, scopes)
        if place is not None:
            totals[place] += _carbon(books[place[0]], row["method"], row["value_sum"])
    for place in sorted(place for place, carbon in totals.items() if carbon < 0):
        book = books[place[0]]
        rows = lines.filter(pc.equal(lines["site"], place[0])).to_pylist()
        parts = [_part(book, row) for row in rows if _place_of(row, scopes) == place]
        expected = _streams_of(book, place, scopes[place[0]])
        if expected and _is_whole(book, expected, parts):
            yield _below_zero(book, place[2], parts)


def _lines_of_balances(leaves: pa.Table, sites: list[str], streams: set[str]) -> pa.Table:
    """The leaves of some sites that may belong to a balance, with the columns that it needs."""
    enterprise = pc.and_(
        pc.equal(leaves["account"], CARBON),
        pc.is_in(leaves["stream"], pa.array(sorted(streams), pa.string())),
    )
    either = pc.or_(enterprise, pc.equal(leaves["account"], PROCESS_CARBON))
    of_site = pc.is_in(leaves["site"], pa.array(sites))
    return leaves.select(_COLUMNS).filter(pc.and_(of_site, either))


def _place_of(
    row: Mapping[str, Any], scopes: Mapping[str, frozenset[tuple[str, str, str]]]
) -> _Place | None:
    """The balance that a leaf belongs to, if it belongs to one."""
    site = row["site"]
    if row["account"] == PROCESS_CARBON:
        return site, PROCESS_CARBON, row["unit"]
    is_part = (row["method"], row["stream"], row["scope"]) in scopes[site]
    return (site, CARBON, site) if is_part else None


def _carbon(book: Book, method: str, grams: int) -> Fraction:
    """Grams of carbon in grams of carbon dioxide, by the ratio of a method."""
    ratio = next(m.carbon_ratio for m in book.methods() if m.id == method)
    return grams / Fraction(*ratio)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a leaf brings into a balance: grams of carbon, below zero for what leaves."""

    stream: str
    from_day: dt.date
    carbon: Fraction
    clause: str
    is_missing: bool


def _part(book: Book, row: Mapping[str, Any]) -> _Part:
    whole = (row["to_day"] - row["from_day"]).days * _DAY
    carbon = _carbon(book, row["method"], row["value"])
    is_missing = row["seconds_missing"] >= whole
    return _Part(row["stream"], row["from_day"], carbon, row["clause"], is_missing)


def _streams_of(
    book: Book, place: _Place, scopes: frozenset[tuple[str, str, str]]
) -> frozenset[str]:
    """The streams that a balance is made of; none where the place is no process."""
    _, account, name = place
    if account == CARBON:
        return frozenset(stream for _, stream, _ in scopes)
    by_day = book.process_method
    known = {carrier for m in (by_day.methods if by_day else ()) for carrier in m.carriers}
    return frozenset(
        stream.id
        for stream in book.site.streams
        if stream.carrier in known
        and any(crossing.place == name for crossing in book.graph.unit_crossings(stream))
    )


def _below_zero(book: Book, place: str, parts: Sequence[_Part]) -> Finding:
    by_stream: dict[str, Fraction] = defaultdict(Fraction)
    for part in parts:
        by_stream[part.stream] += part.carbon
    entered = sum((carbon for carbon in by_stream.values() if carbon > 0), Fraction(0))
    left = -sum((carbon for carbon in by_stream.values() if carbon < 0), Fraction(0))
    told = sorted(by_stream.items(), key=lambda item: (-item[1], item[0]))
    numbers = {
        "received": f"{_tonnes(entered)} t C",
        "given": f"{_tonnes(left)} t C",
        "streams": "; ".join(f"{name} {_tonnes(carbon)}" for name, carbon in told),
        "clause": parts[0].clause,
    }
    where = f"{place} › {book.period}"
    return Finding(book.site.id, "carbon_from_nothing", place, where, numbers)


def _is_whole(book: Book, streams: frozenset[str], parts: Sequence[_Part]) -> bool:
    """Whether every stretch of every stream of the balance has its amount and its carbon."""
    known = {(part.stream, part.from_day) for part in parts if not part.is_missing}
    return all(
        (stream, segment.period.from_day) in known
        for stream in streams
        for segment in book.segments[stream]
    )


def _scopes(book: Book) -> frozenset[tuple[str, str, str]]:
    """Method, item and scope of the leaves that belong to a balance of the whole site."""
    by_day = book.carbon_method
    return frozenset(
        (method.id, item.id, scope)
        for method in (by_day.methods if by_day else ())
        for item in _items(book)
        if item.carbon in method.kinds and _is_booked(book, item, method)
        for term in method.kinds[item.carbon].terms_of(carbon_origin(item, book.registry.carriers))
        if term.equation in BALANCED
        for scope in {term.scope, term.exported} - {""}
    )


def _is_booked(book: Book, item: Item, method: Method) -> bool:
    if isinstance(item, Product) or method.kinds[item.carbon].counted == "inside":
        return True
    return book.graph.site_crossing(item) is not None


def _items(book: Book) -> list[Item]:
    return [*book.site.streams, *book.site.products]


def _may_be_negative(item: Item) -> bool:
    """Whether it is a balance of stocks: those move both ways, or have told already."""
    return isinstance(item, Stream) and (item.stock or STOCK in (item.origin, item.destination))


def _tonnes(grams: Fraction) -> str:
    return decimal_text(grams / _TONNE, 3)
