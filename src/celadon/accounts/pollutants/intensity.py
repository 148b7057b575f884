"""Pollutants per product: what the outlets of a unit let out, over what the unit made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from celadon.accounts.pollutants.tables import POLLUTANT
from celadon.records.site import Product, Site
from celadon.units import conversion, count_unit

Leaf = Mapping[str, Any]
"""A row of the table ``leaf``."""


@dataclass(frozen=True, slots=True)
class Intensity:
    """Grams of a pollutant per unit of a product, exact.

    ``per_product`` is None where nothing was made or nothing is known of either; with any
    ``seconds_missing``, time without a value behind it, the true one is another.
    """

    unit: str
    product: str
    measure: str
    pollutant: str
    grams: int
    per_product: Fraction | None
    seconds_missing: int


def intensities(site: Site, leaves: Iterable[Leaf]) -> list[Intensity]:
    """Every pollutant of each unit that has a product, by unit and pollutant.

    An outlet counts for its own unit, and for every unit that this one is a part of.
    """
    rows = list(leaves)
    products = {product.id: product for product in site.products}
    found = []
    for unit in site.units:
        product = products.get(unit.product or "")
        if product is None:
            continue
        inside = _outlets_of(site, unit.id)
        let_out = [r for r in rows if r["account"] == POLLUTANT and r["unit"] in inside]
        made = [r for r in rows if r["account"] == "production" and r["stream"] == product.id]
        for pollutant in dict.fromkeys(row["measure"] for row in let_out):
            of_one = [row for row in let_out if row["measure"] == pollutant]
            found.append(_intensity(unit.id, product, pollutant, of_one, made))
    return found


def _intensity(
    unit: str, product: Product, pollutant: str, let_out: list[Leaf], made: list[Leaf]
) -> Intensity:
    grams = sum(row["value"] for row in let_out)
    amount = sum(row["value"] for row in made)
    size = conversion(count_unit(product.measure), product.measure)
    known = amount > 0 and (grams or not any(row["seconds_missing"] for row in let_out))
    missing = sum(row["seconds_missing"] for row in (*let_out, *made))
    return Intensity(
        unit, product.id, product.measure, pollutant, grams,
        Fraction(grams) / (amount * size) if known else None, missing,
    )  # fmt: skip


def _outlets_of(site: Site, unit: str) -> set[str]:
    parents = {each.id: each.parent for each in site.units}

    def lies_within(start: str) -> bool:
        at: str | None = start
        while at is not None and at != unit:
            at = parents[at]
        return at == unit

    return {outlet.id for outlet in site.outlets if lies_within(outlet.unit)}
