"""Which meters of a site can tell of another: its parent, its siblings, its unit's."""

from __future__ import annotations

from collections import defaultdict

from celadon.records.site import Site

MOST = 8
"""As many relatives as are asked; the nearest first."""


class Relatives:
    """The meters of a site that rise and fall together."""

    def __init__(self, site: Site) -> None:
        self._parents = {each.id: each.parent for each in site.meters}
        self._below: dict[str, list[str]] = defaultdict(list)
        for meter, parent in self._parents.items():
            if parent:
                self._below[parent].append(meter)
        self._listed = _unit_meters(site)
        self._units: dict[str, set[str]] = defaultdict(set)
        for unit, meters in self._listed:
            for meter in meters:
                self._units[meter].add(unit)

    def of(self, meter: str) -> list[str]:
        """The relatives of a meter: parent, siblings, children, those of its units."""
        parent = self._parents.get(meter)
        found = [parent, *self._below[parent]] if parent else []
        found += self._below.get(meter, [])
        units = self._units.get(meter, set())
        for unit, meters in self._listed:
            if unit in units:
                found += meters
        return [other for other in dict.fromkeys(found) if other != meter][:MOST]


def relatives_of(site: Site, meter: str) -> list[str]:
    """The relatives of one meter of a site."""
    return Relatives(site).of(meter)


def _unit_meters(site: Site) -> list[tuple[str, list[str]]]:
    """Units with the meters of their streams and products."""
    units = {unit.id for unit in site.units}
    listed = [
        (end, [name.lstrip("-") for name in stream.meters])
        for stream in site.streams
        for end in (stream.origin, stream.destination)
        if end in units
    ]
    made = {product.id: list(product.meters) for product in site.products}
    return listed + [(unit.id, made[unit.product]) for unit in site.units if unit.product in made]
