"""A site read as a graph: which boundaries a stream crosses, and with which sign.

Energy that enters a unit counts for it and energy that leaves counts against it; what flows between
two places inside the same unit crosses no boundary of it and is counted on neither side. The same
holds for the site as a whole: its boundary is crossed from outside or from stock, and to outside or
into stock. What is flared or drained has been used up inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celadon.records.site import ENDS, OUTSIDE, STOCK, Site, Stream

_BEYOND = (OUTSIDE, STOCK)
_SCOPES = {OUTSIDE: ("purchased", "sold"), STOCK: ("stock", "stock")}


@dataclass(frozen=True, slots=True)
class Crossing:
    """A stream crossing the boundary of a place: the place, the sign, and what it is there."""

    place: str
    sign: int
    scope: str


class Graph:
    """The nodes of a site with their ancestors."""

    def __init__(self, site: Site) -> None:
        parents = {unit.id: unit.parent for unit in site.units}
        self._inside: dict[str, frozenset[str]] = {}
        for unit in parents:
            chain = []
            at: str | None = unit
            while at is not None:
                chain.append(at)
                at = parents[at]
            self._inside[unit] = frozenset(chain)
        self._networks = {network.id for network in site.networks}
        self._units = [unit.id for unit in site.units]
        self._site = site.id

    def home(self, stream: Stream) -> str:
        """The place inside the site that a stream is booked to; the site itself where none is."""
        inner = [end for end in (stream.destination, stream.origin) if end not in ENDS]
        return inner[0] if inner else self._site

    def site_crossing(self, stream: Stream) -> Crossing | None:
        """How a stream crosses the site's boundary, if it does.

        What goes from outside into stock, or from stock to outside, only passes by: a stock counts
        when something is drawn from it, or put into it, by a place inside.
        """
        entering, leaving = stream.origin in _BEYOND, stream.destination in _BEYOND
        if entering == leaving:
            return None
        if entering:
            return Crossing(self.home(stream), 1, _SCOPES[stream.origin][0])
        return Crossing(self.home(stream), -1, _SCOPES[stream.destination][1])

    def unit_crossings(self, stream: Stream) -> Iterator[Crossing]:
        """The units whose boundary a stream crosses, parents included."""
        into = self._inside.get(stream.destination, frozenset())
        out = self._inside.get(stream.origin, frozenset())
        for unit in self._units:
            if unit in into and unit not in out:
                yield Crossing(unit, 1, "in")
            elif unit in out and unit not in into:
                yield Crossing(unit, -1, "out")

    def outermost(self, units: Iterable[str]) -> set[str]:
        """Those of some units that do not lie within another of them."""
        named = set(units)
        return {unit for unit in named if not named & (self._inside[unit] - {unit})}

    def network_crossings(self, stream: Stream) -> Iterator[Crossing]:
        """The networks that a stream enters or leaves."""
        if stream.destination in self._networks:
            yield Crossing(stream.destination, 1, "in")
        if stream.origin in self._networks:
            yield Crossing(stream.origin, -1, "out")
