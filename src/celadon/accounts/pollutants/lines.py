"""The lines of outlets: monitored masses, and amounts of streams times their sampled factors.

A factor is the site's own: how much of a pollutant comes with one unit of a stream, from samples or
certificates, or what a laboratory found in a litre of waste water. There is no table to fall back
on; without a value the figure stays empty and says so.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from celadon.accounts.energy import Coefficient
from celadon.accounts.graph import Crossing
from celadon.accounts.lacking import Lack
from celadon.accounts.parameters import Parameter
from celadon.accounts.pollutants.monitors import monitor_findings, monitored
from celadon.accounts.pollutants.tables import MONITORED_UNIT, POLLUTANT, SOLID_WASTE
from celadon.accounts.pollutants.waste import book_waste, waste_items
from celadon.accounts.reasons import reason
from celadon.accounts.segment import Segment, stretches
from celadon.accounts.values import NoParameterError
from celadon.exact import is_storable
from celadon.records.period import Period
from celadon.records.site import Outlet, Site, Stream
from celadon.units import conversion, parse_unit

if TYPE_CHECKING:
    from celadon.accounts.book import Book

_NO_FACTOR, _NO_REMOVAL = reason("no_pollutant_factor"), reason("no_removal")


def outlet_meters(site: Site) -> dict[str, tuple[str, ...]]:
    """The meters behind everything that outlets are counted from; none for weighed waste."""
    found: dict[str, tuple[str, ...]] = {each.item: each.meters for each in monitored(site)}
    return found | dict.fromkeys(waste_items(site), ())


def outlet_carriers(site: Site) -> dict[str, str]:
    """What stands as the carrier of everything that outlets are counted from."""
    found = {each.item: each.pollutant for each in monitored(site)}
    return found | dict.fromkeys(waste_items(site), SOLID_WASTE)


def outlet_rows(site: Site) -> list[tuple[str, str]]:
    """The monitored items of a site, each with the meter whose days count it."""
    return [(each.item, each.item) for each in monitored(site)]


def book_outlets(book: Book) -> None:
    """Book what every outlet of a site lets out, and what becomes of its waste."""
    if not book.site.outlets:
        return
    streams = {stream.id: stream for stream in book.site.streams}
    book.findings += monitor_findings(book.site)
    ratio = Coefficient(conversion(MONITORED_UNIT, "g"), ())
    for each in monitored(book.site):
        segments = [Segment(month, None) for month in stretches(book.period, ())]
        book.segments[each.item] = segments
        crossing = Crossing(each.outlet, 1, _medium(book.site, each.outlet))
        for segment in segments:
            book.line(
                each.item, each.pollutant, segment, POLLUTANT, each.pollutant, crossing, ratio
            )
    for outlet in book.site.outlets:
        for pollutant, names in outlet.factors.items():
            for name in names:
                _book_factor(book, outlet, pollutant, streams[name])
        if outlet.medium == "waste":
            book_waste(book, outlet)


def _medium(site: Site, outlet: str) -> str:
    return next(each.medium for each in site.outlets if each.id == outlet)


def _book_factor(book: Book, outlet: Outlet, pollutant: str, stream: Stream) -> None:
    crossing = Crossing(outlet.id, 1, outlet.medium)
    for segment in book.segments[stream.id]:
        try:
            found = _coefficient(book, outlet, pollutant, stream, segment.period)
        except NoParameterError as error:
            figure = (POLLUTANT, pollutant)
            lack = Lack("no_parameter", stream.id, error.name, error.why, (figure,))
            book.lacking.note(lack, segment.period)
            continue
        book.line(stream.id, stream.carrier, segment, POLLUTANT, pollutant, crossing, found)


def _coefficient(
    book: Book, outlet: Outlet, pollutant: str, stream: Stream, period: Period
) -> Coefficient:
    """Grams of a pollutant that leave the outlet with one small unit of a stream."""
    factor = _observed(book, stream, f"{pollutant}_{_KIND[outlet.medium]}", period, _NO_FACTOR)
    small = parse_unit(book.ladder.small_unit(stream))
    ratio, parameters = factor.size * small.size, [factor]
    if pollutant in outlet.treated:
        removal = _observed(book, stream, f"{pollutant}_removal", period, _NO_REMOVAL)
        parameters.append(removal)
        ratio *= Fraction(1) - removal.size
    if not is_storable(ratio):
        why = reason("too_long", value=ratio)
        raise NoParameterError(factor.name, why)
    return Coefficient(ratio, tuple(parameters))


_KIND = {"air": "factor", "water": "concentration"}


def _observed(book: Book, stream: Stream, name: str, period: Period, why: str) -> Parameter:
    found = book.ladder.observed(stream, POLLUTANT, name, period)
    if found is None:
        raise NoParameterError(name, why)
    return found
