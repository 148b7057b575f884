"""The carbon lines of a book: what streams and products release, at the site and at its processes.

The enterprise form counts what crosses the site's boundary and what a method counts inside. A
process-level method counts the carbon that crosses each process: what goes in less what goes out.
There every stream inside stands once with either sign, so that the processes, the networks between
them and what is flared add up to what crosses the boundary of the site, to the gram.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from celadon.accounts.carbon import Factors
from celadon.accounts.declared import STORED
from celadon.accounts.energy import Coefficient
from celadon.accounts.graph import Crossing
from celadon.accounts.lacking import Lack
from celadon.accounts.parameters import Item
from celadon.accounts.reasons import reason
from celadon.accounts.segment import Segment
from celadon.accounts.transfers import is_unproved
from celadon.records.site import DRAIN, FLARE, Product, Stream, carbon_origin
from celadon.reference.methods import CARBON_DIOXIDE, Method, StreamKind, Term

if TYPE_CHECKING:
    from celadon.accounts.book import Book

CO2 = "co2"
CARBON, GAS = "carbon", "gas"
BIOGENIC = "biogenic"
"""Account of carbon dioxide that is told aside and enters no total."""

PROCESS_CARBON = "process_carbon"
"""Account of the carbon balance of each process; its own view, in no total of the site."""


def book_stream(book: Book, stream: Stream, segment: Segment) -> None:
    """Book what a stretch of a stream releases by its kind in the site's method."""
    method = book.method_of(CARBON, segment.period) if stream.carbon else None
    if method is None:
        return
    kind = _kind(book, stream, stream.carbon, method, segment)
    if kind is None:
        return
    crossing = book.graph.site_crossing(stream) if kind.counted == "boundary" else None
    if kind.counted == "boundary" and crossing is None:
        return
    if crossing is not None and is_unproved(stream, kind, crossing.sign):
        return  # it stays among the emissions; transfer_findings tells so
    for term in kind.terms_of(carbon_origin(stream, book.registry.carriers)):
        leaves = crossing is not None and crossing.sign < 0
        booked = Crossing(
            crossing.place if crossing else book.graph.home(stream),
            crossing.sign if crossing else term.sign,
            (term.exported if leaves else "") or term.scope,
        )
        _book_term(book, stream, stream.carrier, segment, booked, method, kind, term)


def book_product(book: Book, product: Product, unit: str, segment: Segment) -> None:
    """Book what the making of a product releases, or stores, by its kind in the site's method."""
    name = product.carbon or (STORED if product.carbon_item else "")
    method = book.method_of(CARBON, segment.period) if name else None
    kind = _kind(book, product, name, method, segment) if method is not None else None
    if method is None or kind is None:
        return
    for term in kind.terms_of(""):
        booked = Crossing(unit, term.sign, term.scope)
        _book_term(book, product, product.id, segment, booked, method, kind, term)


def book_process_carbon(book: Book, stream: Stream, segment: Segment) -> None:
    """Book the carbon of a stretch of a stream at each process and network that it crosses."""
    method = book.method_of(PROCESS_CARBON, segment.period)
    if method is None or stream.carrier not in method.carriers:
        return
    kind = method.kinds[method.carriers[stream.carrier]]
    factors = Factors(book.ladder, book.registry, method, PROCESS_CARBON)
    for term in kind.terms_of(carbon_origin(stream, book.registry.carriers)):
        found = book.value(
            stream.id, segment.period, [(PROCESS_CARBON, CO2)],
            lambda term=term: factors.of_term(term, stream, segment.period),  # type: ignore[misc]
        )  # fmt: skip
        if found is None:
            continue
        for crossing in _process_crossings(book, stream):
            clause = term.clause or kind.clause
            book.line(
                stream.id, stream.carrier, segment, PROCESS_CARBON, CO2, crossing, found, clause
            )


def _process_crossings(book: Book, stream: Stream) -> Iterator[Crossing]:
    """Where a stream's carbon is counted: processes, networks, the site itself, and what burns off.

    The site's own line has the sign of a balance seen from outside, as a process has from its own.
    """
    yield from book.graph.unit_crossings(stream)
    yield from book.graph.network_crossings(stream)
    site = book.graph.site_crossing(stream)
    if site is not None:
        yield Crossing(book.site.id, site.sign, "in" if site.sign > 0 else "out")
    if stream.destination in (FLARE, DRAIN):
        yield Crossing(stream.destination, 1, "in")


def _kind(book: Book, item: Item, name: str, method: Method, segment: Segment) -> StreamKind | None:
    """The kind of an item in the edition of its days; None, with the lack noted, if it has none."""
    kind = method.kinds.get(name)
    if kind is None:
        why = reason("unknown_kind", method=method.id)
        lack = Lack("no_parameter", item.id, name, why, ((CARBON, CO2),))
        book.lacking.note(lack, segment.period)
    return kind


def _book_term(
    book: Book, item: Item, carrier: str, segment: Segment, crossing: Crossing,
    method: Method, kind: StreamKind, term: Term,
) -> None:  # fmt: skip
    """Book what a stretch releases of a term's gas: its mass, and its carbon dioxide."""
    factors = Factors(book.ladder, book.registry, method)
    clause, period = term.clause or kind.clause, segment.period

    def book_line(account: str, measure: str, at: Crossing, found: Coefficient) -> None:
        book.line(item.id, carrier, segment, account, measure, at, found, clause)

    def mass() -> Coefficient:
        return factors.of_term(term, item, period)

    if term.gas == CARBON_DIOXIDE:
        account = BIOGENIC if term.biogenic else CARBON
        found = book.value(item.id, period, [(account, CO2)], mass)
        if found is not None:
            book_line(account, CO2, crossing, found)
        return
    measure = term.gas.lower()
    of_gas = Crossing(crossing.place, crossing.sign, f"{crossing.scope}_{measure}")
    # without its mass a gas lacks both figures, and that is told once
    gas = book.value(item.id, period, [(CARBON, CO2), (GAS, measure)], mass)
    if gas is None:
        return
    book_line(GAS, measure, of_gas, gas)

    def equivalent() -> Coefficient:
        potential = factors.potential(term.gas, item, period)
        ratio = gas.ratio * potential.value
        return Coefficient(ratio, (*gas.parameters, potential), gas.letter)

    found = book.value(item.id, period, [(CARBON, CO2)], equivalent)
    if found is not None:
        book_line(CARBON, CO2, of_gas, found)
