"""The kind of each stream and product of a site in its carbon method."""

from __future__ import annotations

from celadon.accounts.declared import STORED
from celadon.records.site import Site


def carbon_kinds(site: Site) -> dict[str, str]:
    """The kind of each stream and product in the site's carbon method; empty for those without."""
    kinds = {stream.id: stream.carbon for stream in site.streams}
    for product in site.products:
        kinds[product.id] = product.carbon or (STORED if product.carbon_item else "")
    return kinds
