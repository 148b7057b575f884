"""Provinces that a site may not name: their code was merged or replaced, or is mistyped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from celadon.records.finding import Finding
from celadon.records.site import Site
from celadon.reference import Registry


def region_findings(sites: Iterable[Site], registry: Registry) -> Iterator[Finding]:
    """A finding for each site of China whose region is in no row of the table of provinces.

    Figures of a province, such as a grid factor, cannot be looked up for it. Where the code is that
    of a division by numbers (``CN-37``, ``371200``), the present code of its province is named.
    """
    for site in sites:
        if site.country == "CN" and site.region and site.region not in registry.regions:
            known = _of_numbers(site.region, registry)
            numbers = {"region": site.region, "known": ", ".join(known)}
            yield Finding(
                site.id, "abolished_region", site.id, "site.toml › [site] region", numbers
            )


def _of_numbers(code: str, registry: Registry) -> list[str]:
    """The province that a code of numbers begins with; all of them if it begins with none."""
    digits = code.removeprefix("CN-")[:2]
    here = {region.iso for region in registry.regions.values() if region.code[:2] == digits}
    return sorted(here or {region.iso for region in registry.regions.values()})
