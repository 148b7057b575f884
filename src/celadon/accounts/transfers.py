"""Carbon dioxide captured and passed on: taken off only where it is known who received it.

What a stream of captured carbon dioxide carries outside counts off with its receiver named and the
document of the transfer; without them it stays among the emissions, and that is told. What is
received from others adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from celadon.records.finding import Finding
from celadon.records.site import Stream
from celadon.reference.methods import StreamKind

if TYPE_CHECKING:
    from celadon.accounts.book import Book

EQUATION = "capture"
"""The equation of carbon dioxide that is recovered and passed on."""


def is_unproved(stream: Stream, kind: StreamKind, sign: int) -> bool:
    """Whether a stream passes captured carbon dioxide on, and does not say to whom or by what.

    Parameters
    ----------
    sign : with which it crosses the site's boundary; -1 for what leaves.
    """
    return _captures(kind) and sign < 0 and not (stream.receiver and stream.transfer_document)


def unproved_transfers(book: Book) -> list[tuple[Stream, StreamKind]]:
    """The streams of a site whose captured carbon dioxide is not taken off."""
    return [
        (stream, kind)
        for stream in book.site.streams
        if stream.carbon
        for kind in [_kind(book, stream)]
        if kind is not None
        and _captures(kind)
        and (crossing := book.graph.site_crossing(stream)) is not None
        and is_unproved(stream, kind, crossing.sign)
    ]


def transfer_findings(
    book: Book, amounts: Mapping[tuple[str, Any], tuple[int, int, int]]
) -> Iterator[Finding]:
    """What was passed on in the period and is not taken off, with what is lacking."""
    for stream, kind in unproved_transfers(book):
        count = sum(amounts[stream.id, s.period.from_day][0] for s in book.segments[stream.id])
        missing = [name for name in ("receiver", "transfer_document") if not getattr(stream, name)]
        numbers = {
            "count": count, "unit": book.ladder.small_unit(stream),
            "lacking": ", ".join(missing), "clause": kind.clause,
        }  # fmt: skip
        place = f"site.toml › [[stream]] {stream.id}"
        yield Finding(book.site.id, "capture_without_receiver", stream.id, place, numbers)


def _captures(kind: StreamKind) -> bool:
    """Whether a kind takes off what is recovered."""
    return any(term.equation == EQUATION for term in kind.terms)


def _kind(book: Book, stream: Stream) -> StreamKind | None:
    """The kind of a stream in the first of the site's editions that knows it."""
    by_day = book.carbon_method
    editions = by_day.methods if by_day is not None else ()
    found = (method.kinds.get(stream.carbon) for method in editions)
    return next((kind for kind in found if kind is not None), None)
