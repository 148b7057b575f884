"""One mistaken cell is one finding: what follows from it is gathered under the cell itself.

A month that stands a power of ten from the middle month of its own year was likely written in
another unit. The account then shows it again and again: in the energy of the site and of the
product, in energy against output, in the levels and the norm. None of these is a fault of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.assess.checks.tables import CHECK_HIT

RULE = "unit_slip"
"""The rule that a mistaken cell is told under."""

MONTHS = ("month_jump", "energy_against_output", "months_swapped")
"""Rules of a month that break because one of its cells is mistaken."""

NORMS = ("norm_exceeded", "norm_exceeded_by_numbers")
"""Rules by which a norm is broken: theirs follow where the limit is kept without the cell."""

_ENERGY, _RATIO = "energy", "energy_per_output"
_POWERS = (1, 2, 3, 4, 6)
Hit = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slip:
    """A cell that is likely in another unit.

    Parameters
    ----------
    power : of ten, negative where the cell is too small.
    beyond : reported less the middle month, in the small unit of the quantity.
    excess : the same in the energy of the measure (gce of a nation); None where that is not known.
    """

    who: int
    year: int
    month: int
    quantity: str
    power: int
    beyond: int
    excess: int | None

    @property
    def factor(self) -> str:
        """How the cell is off, such as ``x1000``."""
        return f"x{10**self.power}" if self.power > 0 else f"/{10**-self.power}"

    @property
    def product(self) -> str:
        """The product whose output the cell gives; empty where it gives something else."""
        kind, _, product = self.quantity.partition(" ")
        return product if kind == "output" else ""

    def leaves(self, num: int, den: int, unit: str) -> Fraction | None:
        """What is left of a quotient without the excess of the cell; None where it has no part.

        The excess of another unit's energy is not in the sum: taken from it, nothing would remain.

        Examples
        --------
        >>> Slip(1, 2025, 7, "electricity", 3, 9_000, 900).leaves(1_000, 10, "kgce/t")
        Fraction(10, 1)
        >>> Slip(1, 2025, 7, "electricity", 3, 9_000, 900).leaves(800, 10, "kgce/t") is None
        True
        """
        if self.quantity.partition(" ")[0] == "output":
            return Fraction(num, den - self.beyond) if den > self.beyond else None
        off = self.beyond if unit.startswith("kWh") else self.excess
        return None if off is None or num - off <= 0 else Fraction(num - off, den)


def power_of(reported: int, expected: int) -> int:
    """The power of ten that two months stand in; 0 where in none.

    Ten and hundred to a quarter, since a month may truly be many times another; from thousand on
    within a factor of two.

    Examples
    --------
    >>> power_of(1_900, 1), power_of(1, 980), power_of(14, 1), power_of(11, 1)
    (3, -3, 0, 1)
    """
    if reported <= 0 or expected <= 0:
        return 0
    times = Fraction(reported, expected)
    for power in _POWERS:
        wide = Fraction(2) if power > 2 else Fraction(5, 4)
        for sign in (1, -1):
            off = times / Fraction(10) ** (sign * power)
            if 1 / wide <= off <= wide:
                return sign * power
    return 0


def gathered(hits: pa.Table) -> tuple[pa.Table, tuple[Slip, ...]]:
    """Hits with all that follows from a mistaken cell under that cell, and these cells.

    Parameters
    ----------
    hits : the table ``check_hit``.
    """
    of_months = hits.filter(pc.is_in(hits["rule"], pa.array(MONTHS)))
    months: dict[tuple[int, int, int], list[Hit]] = defaultdict(list)
    for hit in of_months.to_pylist():
        months[hit["who"], hit["year"], hit["month"]].append(hit)
    heads = {place: head for place, alike in months.items() if (head := _head(alike))}
    if not heads:
        return hits, ()
    slips = {place: _slip(head, months[place]) for place, head in heads.items()}
    concerned = pc.is_in(hits["who"], pa.array(sorted({who for who, _, _ in slips}), pa.int64()))
    kept, followers = _parted(hits.filter(concerned).to_pylist(), slips.values())
    kept += [_told(slip, heads[place], followers[slip]) for place, slip in slips.items()]
    rest = hits.filter(pc.invert(concerned))
    return pa.concat_tables([rest, CHECK_HIT.from_rows(kept)]), tuple(slips.values())


def _parted(hits: Iterable[Hit], slips: Iterable[Slip]) -> tuple[list[Hit], dict[Slip, list[str]]]:
    """The hits that follow from no cell, and the names of those that follow from each."""
    of_year: dict[tuple[int, int], list[Slip]] = defaultdict(list)
    for slip in slips:
        of_year[slip.who, slip.year].append(slip)
    followers: dict[Slip, list[str]] = defaultdict(list)
    kept = []
    for hit in hits:
        cause = _cause(hit, of_year.get((hit["who"], hit["year"]), ()))
        if cause is None:
            kept.append(hit)
        elif not _is_cell(hit, cause):
            followers[cause].append(f"{hit['quantity']} {hit['other']}".strip())
    return kept, followers


def _head(alike: Sequence[Hit]) -> Hit | None:
    """The cell among what is off in a month: what was handed in before what the account made."""
    off = [
        hit for hit in alike
        if hit["rule"] == "month_jump" and power_of(hit["reported"] or 0, hit["expected"] or 0)
    ]  # fmt: skip
    given = [hit for hit in off if hit["quantity"].partition(" ")[0] != _ENERGY]
    return min(given or off, key=lambda hit: str(hit["quantity"]), default=None)


def _slip(head: Hit, alike: Sequence[Hit]) -> Slip:
    beyond = head["reported"] - head["expected"]
    size = head["size"]
    if size is None and head["quantity"].partition(" ")[0] != "output":
        # the whole site's energy before that of one product
        same = [hit for hit in alike if hit["size"] is not None
                and (hit["pattern"] == "below") == (beyond < 0)]  # fmt: skip
        nearest = min(same, key=lambda hit: _width(hit["quantity"]), default=None)
        size = None if nearest is None else _at_most(nearest, head)
    excess = size if size is None or beyond > 0 else -size
    power = power_of(head["reported"], head["expected"])
    return Slip(
        head["who"], head["year"], head["month"], head["quantity"], power, beyond, excess
    )  # fmt: skip


def _at_most(nearest: Hit, head: Hit) -> int:
    """The excess that energy shows, and never more than the cell can have brought into it."""
    size = int(nearest["size"])
    share = 1 - Fraction(head["expected"], head["reported"])
    if nearest["rule"] != "month_jump" or share <= 0:
        return size
    return min(size, int(nearest["reported"] * share))


def _width(quantity: str) -> tuple[int, str]:
    order = {_ENERGY: 0, _RATIO: 1}
    return order.get(quantity, 2), quantity


def _cause(hit: Hit, slips: Iterable[Slip]) -> Slip | None:
    """The cell that a hit follows from."""
    for slip in slips:
        derived = hit["quantity"].partition(" ")[0] in (_ENERGY, _RATIO)
        its = derived or hit["quantity"] == slip.quantity
        if hit["month"] == slip.month and hit["rule"] in MONTHS and its:
            return slip
        if hit["rule"] in NORMS and _explained(hit, slip):
            return slip
        large = abs(slip.power) > 1 and slip.power > 0 and hit["pattern"] != "below"
        if (
            hit["rule"] == "peer_outlier"
            and large
            and (derived or hit["quantity"] == slip.quantity)
        ):
            return slip
    return None


def _explained(hit: Hit, slip: Slip) -> bool:
    """Whether a limit would be kept without the cell's excess; ``expected`` is what it allows."""
    if hit["reported"] is None or hit["expected"] is None or slip.excess is None:
        return False
    return bool(0 < hit["reported"] - slip.excess <= hit["expected"])


def _is_cell(hit: Hit, slip: Slip) -> bool:
    return (hit["rule"], hit["quantity"]) == ("month_jump", slip.quantity)


def _told(slip: Slip, head: Hit, followers: Iterable[str]) -> Hit:
    size = None if slip.excess is None else abs(slip.excess)
    named = ", ".join(sorted(set(followers)))
    return {**head, "rule": RULE, "pattern": slip.factor, "size": size, "other": named}


def explaining(row: Mapping[str, Any], limit: Fraction, slips: Iterable[Slip]) -> Slip | None:
    """The cell without whose excess a verdict's limit would be kept; None where there is none."""
    if row["num"] is None or not row["den"]:
        return None
    for slip in slips:
        left = slip.leaves(row["num"], row["den"], row["unit"])
        if left is not None and left <= limit:
            return slip
    return None
