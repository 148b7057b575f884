"""Which meters of a site can tell of another: its parent, its siblings, its unit's."""

from __future__ import annotations

from celadon.records.site import Site

MOST = 8
"""As many relatives as are asked; the nearest first."""


def relatives_of(site: Site, meter: str) -> list[str]:
    """The meters that rise and fall with one: parent, siblings, children, those of its units."""
    parents = {each.id: each.parent for each in site.meters}
    parent = parents.get(meter)
    found = [parent] if parent else []
    found += [other for other, above in parents.items() if above == parent and parent]
    found += [other for other, above in parents.items() if above == meter]
    units = {unit for unit, meters in _unit_meters(site) if meter in meters}
    for unit, meters in _unit_meters(site):
        if unit in units:
            found += meters
    return [other for other in dict.fromkeys(found) if other != meter][:MOST]


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
