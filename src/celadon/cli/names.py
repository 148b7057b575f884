"""What the things of a site are called in a language; an id without a name stands for itself."""

from __future__ import annotations

from celadon.records.site import Site
from celadon.reference import Registry


class Names:
    """Names by id, in one language."""

    def __init__(self, site: Site, registry: Registry, language: str) -> None:
        self._registry = registry
        self._language = language
        self._names: dict[str, str] = {}
        things = (*site.meters, *site.streams, *site.products, *site.networks, *site.units)
        for thing in (*things, *site.outlets):
            both = (thing.name_zh, thing.name_en)
            first, second = both if language == "zh" else both[::-1]
            if first or second:
                self._names[thing.id] = first or second
        self._names[site.id] = site.name(language)

    def of(self, name: str) -> str:
        """The name of a unit, network, product, stream, meter, or of the site itself."""
        return self._names.get(name, name)

    def carrier(self, name: str) -> str:
        """The name of a carrier, or of a product that is booked as one."""
        known = self._registry.carriers.get(name)
        return self.of(name) if known is None else known.name(self._language)
