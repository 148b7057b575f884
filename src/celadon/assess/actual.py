"""The actual value of an indicator: an exact quotient of sums of leaves, and what it lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.assess.reasons import Reason, reason
from celadon.exact import decimal_text
from celadon.records.site import Site, Unit
from celadon.units import count_unit

Leaf = dict[str, Any]

JUDGED_ACCOUNTS = ("process_energy", "production", "water")
"""The accounts whose leaves verdicts are drawn from."""


@dataclass(frozen=True, slots=True)
class Actual:
    """What a unit or site needed for each kilogram it made.

    Parameters
    ----------
    num : energy in gce or water in L; may be negative, is never clipped.
    den : production in kg; 0 where there was none.
    filled : the quotient if time without readings had run like the rest; None where a leaf has
        nothing but missing time, or where nothing was computed.
    seconds_missing : meter time without any value behind either sum.
    lacks : why there is no quotient; None where there is one.
    """

    num: int | None
    den: int | None
    filled: Fraction | None
    seconds_missing: int
    lacks: Reason | None

    @property
    def value(self) -> Fraction | None:
        """The quotient in small units (gce/kg is kgce/t, L/kg is m3/t), or None."""
        if self.lacks is not None or self.num is None or not self.den:
            return None
        return Fraction(self.num, self.den)

    @property
    def missing(self) -> tuple[Reason, ...]:
        """The meter time without any value, told in hours; empty where there is none."""
        if not self.seconds_missing:
            return ()
        return (
            reason("missing_time", hours=decimal_text(Fraction(self.seconds_missing, 3600), 1)),
        )


_COLUMNS = (
    "site", "leaf", "unit", "stream", "carrier", "account", "measure", "scope", "from_day",
    "to_day", "count", "value", "seconds_missing",
)  # fmt: skip


class Judged(list[Leaf]):
    """The leaves of one site, found by their account and a unit or stream without looking at all.

    A site with forty products is asked for the leaves of each of them. It is not changed once made.
    """

    @cached_property
    def _places(self) -> dict[tuple[str, str, str], list[int]]:
        found: dict[tuple[str, str, str], list[int]] = {}
        for place, leaf in enumerate(self):
            for column in ("unit", "stream"):
                key = (leaf["account"], column, leaf[column])
                found.setdefault(key, []).append(place)
        return found

    def of(self, account: str, column: str, names: Iterable[str]) -> list[Leaf]:
        """The leaves of an account with one of some units or streams, in their order."""
        places = (self._places.get((account, column, name), ()) for name in names)
        return [self[place] for place in sorted(place for each in places for place in each)]


def judged_rows(leaves: pa.Table) -> Judged:
    """The leaves that verdicts are drawn from, as rows of the columns that they look at."""
    looked_at = leaves.filter(pc.is_in(leaves["account"], pa.array(JUDGED_ACCOUNTS)))
    return Judged(looked_at.select(list(_COLUMNS)).to_pylist())


def leaves_of(
    leaves: Iterable[Leaf], account: str, column: str, names: Iterable[str]
) -> list[Leaf]:
    """The leaves of an account with one of some units or streams, in their order."""
    wanted = set(names)
    if isinstance(leaves, Judged):
        return leaves.of(account, column, wanted)
    return [leaf for leaf in select(leaves, account=account) if leaf[column] in wanted]


def process_energy(
    site: Site, unit: Unit, leaves: Iterable[Leaf], from_day: dt.date, to_day: dt.date
) -> Actual:
    """The process energy of a unit per kilogram of its product, at calorific value.

    ``sum(value) / sum(count)`` over its leaves ``process_energy`` (gce) and the leaves
    ``production`` of its product (kg), both of the period ``[from_day, to_day)``.
    """
    booked = leaves_of(leaves, "process_energy", "unit", (unit.id,))
    energy = select(booked, measure="calorific_value")
    if unit.product is None:
        return nothing(reason("no_product"))
    made = production(leaves, {unit.product})
    lacks = product_fault(site, {unit.product}) or _shared(site, unit)
    return quotient(energy, made, from_day, to_day, reason("no_process_energy"), lacks)


def select(leaves: Iterable[Leaf], **wanted: str) -> list[Leaf]:
    """The leaves whose columns hold the wanted texts."""
    items = wanted.items()
    return [leaf for leaf in leaves if all(leaf[column] == text for column, text in items)]


def production(leaves: Iterable[Leaf], products: set[str]) -> list[Leaf]:
    """The leaves of production of some products."""
    return leaves_of(leaves, "production", "stream", products)


def product_fault(site: Site, products: set[str]) -> Reason | None:
    """Why products cannot be counted in kg; None where they can."""
    for product in site.products:
        if product.id in products and count_unit(product.measure) != "kg":
            return reason("product_not_mass", product=product.id, measure=product.measure)
    return None


def _shared(site: Site, unit: Unit) -> Reason | None:
    """Why the product cannot divide this unit's energy alone; None where it can."""
    makers = [one.id for one in site.units if one.process and one.product == unit.product]
    if len(makers) < 2:
        return None
    return reason("shared_product", product=unit.product, units=makers)


def nothing(lacks: Reason) -> Actual:
    """No value, and why."""
    return Actual(None, None, None, 0, lacks)


def quotient(  # the two sums, the period, and the reasons for what lacks
    above: Iterable[Leaf],
    below: Iterable[Leaf],
    from_day: dt.date,
    to_day: dt.date,
    not_booked: Reason,
    lacks: Reason | None = None,
) -> Actual:
    """``sum(value) / sum(count)`` over the leaves of a period."""
    tops, crossing_tops = _of_period(above, from_day, to_day)
    bottoms, crossing_bottoms = _of_period(below, from_day, to_day)
    num, den = sum(leaf["value"] for leaf in tops), sum(leaf["count"] for leaf in bottoms)
    if lacks is not None:
        return nothing(lacks)
    if crossing_tops or crossing_bottoms:
        leaf = (crossing_tops + crossing_bottoms)[0]["leaf"]
        return nothing(reason("leaf_across_end", leaf=leaf))
    if not tops:
        return nothing(not_booked)
    if not bottoms:
        return nothing(reason("no_production"))
    missing = sum(leaf["seconds_missing"] for leaf in tops + bottoms)
    if den <= 0:
        return Actual(num, den, None, missing, reason("production_not_positive", production=den))
    filled = _filled(tops, bottoms) if missing else Fraction(num, den)
    return Actual(num, den, filled, missing, None)


def _of_period(
    leaves: Iterable[Leaf], from_day: dt.date, to_day: dt.date
) -> tuple[list[Leaf], list[Leaf]]:
    """The leaves inside the period, and those that cross one of its ends."""
    touching = [leaf for leaf in leaves if leaf["from_day"] < to_day and leaf["to_day"] > from_day]
    inside = [
        leaf for leaf in touching if from_day <= leaf["from_day"] and leaf["to_day"] <= to_day
    ]
    return inside, [leaf for leaf in touching if leaf not in inside]


def _filled(tops: list[Leaf], bottoms: list[Leaf]) -> Fraction | None:
    above = [_extended(leaf, leaf["value"]) for leaf in tops]
    below = [_extended(leaf, leaf["count"]) for leaf in bottoms]
    if None in above or None in below:
        return None
    divisor = sum(filter(None, below), Fraction(0))
    return sum(filter(None, above), Fraction(0)) / divisor if divisor > 0 else None


def _extended(leaf: Leaf, amount: int) -> Fraction | None:
    """The amount if its missing time had run like the rest; None if all of its time is missing.

    Missing time of several meters adds up, so this overstates the effect rather than hides it.
    """
    length = (leaf["to_day"] - leaf["from_day"]).days * 86_400
    known = length - leaf["seconds_missing"]
    return Fraction(amount * length, known) if known > 0 else None
