"""Carbon and pollutants between two periods: what cut both, and what cut one at the other's cost.

The change of carbon stands beside the change of each pollutant at the same process unit, and at the
same stream where both rest on it. Where either side of a change is not known whole there is no
change to tell of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from celadon.accounts.pollutants.tables import POLLUTANT
from celadon.records.site import Site

Leaf = Mapping[str, Any]
"""A row of the table ``leaf``."""

Outcome = Literal["both", "carbon_only", "pollutant_only", "neither", "cannot_tell"]
"""What fell; ``neither`` also where both stayed as they were."""

Place = tuple[Literal["unit", "stream"], str]

_GRAMS_PER_TONNE = 1_000_000


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of leaves in grams; not whole where any of its time has no value.

    ``parts`` are the streams, scopes and months that it is made of: a stream whose
    factor is lacking has no leaf, and must not look like one that was cut.
    """

    grams: int
    is_whole: bool
    parts: frozenset[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class CoReduction:
    """The change of carbon and of one pollutant at one place; None on a side without leaves."""

    kind: Literal["unit", "stream"]
    place: str
    pollutant: str
    carbon_before: Total | None
    carbon_after: Total | None
    before: Total | None
    after: Total | None

    @property
    def carbon_change(self) -> int | None:
        """Grams of carbon dioxide, below zero where it fell; None where it cannot be told."""
        return _change(self.carbon_before, self.carbon_after)

    @property
    def change(self) -> int | None:
        """Grams of the pollutant, below zero where it fell; None where it cannot be told."""
        return _change(self.before, self.after)

    @property
    def outcome(self) -> Outcome:
        """What fell between the periods."""
        carbon, pollutant = self.carbon_change, self.change
        if carbon is None or pollutant is None:
            return "cannot_tell"
        if carbon < 0:
            return "both" if pollutant < 0 else "carbon_only"
        return "pollutant_only" if pollutant < 0 else "neither"

    @property
    def per_tonne(self) -> Fraction | None:
        """Grams of the pollutant cut with each tonne of carbon dioxide; only where both fell."""
        if self.outcome != "both":
            return None
        carbon, pollutant = self.carbon_change or 0, self.change or 0
        return Fraction(pollutant * _GRAMS_PER_TONNE, carbon)


def co_reductions(
    site: Site, before: Iterable[Leaf], after: Iterable[Leaf], months_apart: int = 12
) -> list[CoReduction]:
    """Every pollutant at every unit, and at every stream, that has carbon beside it.

    Parameters
    ----------
    before, after : leaves of two periods of the same length.
    months_apart : how many months the second begins after the first.
    """
    units = {outlet.id: outlet.unit for outlet in site.outlets}
    earlier, later = _totals(units, before, months_apart), _totals(units, after, 0)
    keys = dict.fromkeys([*later, *earlier])
    carbon = {place for place, measure in keys if not measure}
    return [
        CoReduction(
            *place, measure,
            earlier.get((place, "")), later.get((place, "")),
            earlier.get((place, measure)), later.get((place, measure)),
        )
        for place, measure in keys
        if measure and place in carbon
    ]  # fmt: skip


def _totals(
    units: Mapping[str, str], leaves: Iterable[Leaf], later: int
) -> dict[tuple[Place, str], Total]:
    """Carbon (no measure) and pollutants by unit and by stream; months are moved to the later."""
    rows: dict[tuple[Place, str], list[Leaf]] = defaultdict(list)
    for row in leaves:
        for key in _booked(units, row):
            rows[key].append(row)
    return {
        key: Total(
            sum(row["value"] for row in listed),
            not any(row["seconds_missing"] for row in listed),
            frozenset(
                (row["stream"], row["scope"], 12 * row["month"].year + row["month"].month + later)
                for row in listed
            ),
        )
        for key, listed in rows.items()
    }


def _booked(units: Mapping[str, str], row: Leaf) -> Iterator[tuple[Place, str]]:
    if row["account"] == "carbon":
        yield ("unit", row["unit"]), ""
        yield ("stream", row["stream"]), ""
    elif row["account"] == POLLUTANT:
        yield ("unit", units[row["unit"]]), row["measure"]
        yield ("stream", row["stream"]), row["measure"]


def _change(before: Total | None, after: Total | None) -> int | None:
    if before is None or after is None or before.parts != after.parts:
        return None
    if not (before.is_whole and after.is_whole):
        return None
    return after.grams - before.grams
