"""What the things of a site are called in a language; an id without a name stands for itself."""

from __future__ import annotations

from celadon.records.site import ENDS, Site
from celadon.reference import Registry


class Names:
    """Names by id: units, networks, streams, products, meters, and the carriers of the tables."""

    def __init__(self, site: Site, registry: Registry, language: str) -> None:
        self._names: dict[str, str] = {
            name: carrier.name(language) for name, carrier in registry.carriers.items()
        }
        for thing in (*site.meters, *site.streams, *site.products, *site.networks, *site.units):
            both = (thing.name_zh, thing.name_en)
            first, second = both if language == "zh" else both[::-1]
            if first or second:
                self._names[thing.id] = first or second
        self._names[site.id] = site.name(language)

    def of(self, name: str) -> str:
        """The name of an id."""
        return name if name in ENDS else self._names.get(name, name)
