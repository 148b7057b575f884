"""Totals over sites, each with what it covers: a part is never shown as the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celadon.app.disk import put
from celadon.app.national.tables import NATION_TOTAL, TOTALS
from celadon.reference import Registry

UNITS: Mapping[str, str] = {
    "energy": "gce", "energy_equivalent": "gce", "carbon": "gCO2", "water": "L"
}  # fmt: skip
"""The totals of a site, as ``site_run`` names them, with the units they are counted in."""

FIGURES = tuple(UNITS)
"""Columns of ``site_run`` that are totals."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a total covers.

    Parameters
    ----------
    sites : that give a value, of ``of_sites`` that belong to it.
    months : of sites, in which nothing of the figure is lacking, of ``of_months``.
    """

    sites: int
    of_sites: int
    months: int
    of_months: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing that belongs to the total is lacking."""
        return self.sites == self.of_sites and self.months == self.of_months

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "sites": self.sites, "of_sites": self.of_sites,
            "months": self.months, "of_months": self.of_months, "is_whole": self.is_whole,
        }  # fmt: skip


@dataclass(slots=True)
class Group:
    """Totals of some sites in small units; ``lacking`` counts the sites whose figure is not whole.

    A figure of which no site knows anything is not among ``totals``: missing is never zero.

    Parameters
    ----------
    months : that the period touches.
    failed : sites that belong to it and could not be run.
    """

    months: int = 0
    failed: int = 0
    sites: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    lacking: dict[str, int] = field(default_factory=dict)
    _giving: dict[str, int] = field(default_factory=dict)
    _whole: dict[str, int] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a site."""
        self.sites += 1
        for name in FIGURES:
            if row[name] is not None:
                self.totals[name] = self.totals.get(name, 0) + row[name]
                self._giving[name] = self._giving.get(name, 0) + 1
                self._whole[name] = self._whole.get(name, 0) + row[f"{name}_months"]
            if row[name] is None or name in row["lacking"].split():
                self.lacking[name] = self.lacking.get(name, 0) + 1

    def cover(self, figure: str) -> Cover:
        """What the total of a figure covers."""
        asked = self.sites + self.failed
        return Cover(
            self._giving.get(figure, 0), asked, self._whole.get(figure, 0), asked * self.months
        )

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "sites": self.sites, "of_sites": self.sites + self.failed, "totals": self.totals,
            "lacking": self.lacking,
            "covers": {name: self.cover(name).plain() for name in FIGURES},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole, by province (its ISO code where it is known) and by division of industry.

    Of a site that could not be run nobody knows where it belongs: only the whole counts it.
    """

    whole: Group
    regions: dict[str, Group]
    sectors: dict[str, Group]

    def groups(self) -> Iterator[tuple[str, str, Group]]:
        """Every group with how it is grouped and its name."""
        yield "whole", "", self.whole
        for name, group in self.regions.items():
            yield "region", name, group
        for name, group in self.sectors.items():
            yield "sector", name, group


def add_up(
    rows: Sequence[Mapping[str, Any]], registry: Registry, months: int, asked: int
) -> Totals:
    """Totals of rows of ``site_run``.

    Parameters
    ----------
    months : that the period touches.
    asked : how many sites were asked for; those without a row could not be run.
    """
    whole = Group(months, asked - len(rows))
    regions = defaultdict[str, Group](lambda: Group(months))
    sectors = defaultdict[str, Group](lambda: Group(months))
    for row in rows:
        known = registry.regions.get(row["region"])
        region = known.iso if known else row["region"]
        for group in (whole, regions[region], sectors[row["industry"][:2]]):
            group.add(row)
    return Totals(whole, dict(sorted(regions.items())), dict(sorted(sectors.items())))


def write_totals(folder: Path, totals: Totals) -> None:
    """Write the table ``nation_total`` of a run."""
    rows = [
        {
            "grouping": grouping, "name": name, "figure": figure, "unit": unit,
            "value": group.totals.get(figure), "sites": cover.sites, "of_sites": cover.of_sites,
            "months": cover.months, "of_months": cover.of_months,
        }
        for grouping, name, group in totals.groups()
        for figure, unit in UNITS.items()
        for cover in (group.cover(figure),)
    ]  # fmt: skip
    put(NATION_TOTAL, NATION_TOTAL.from_rows(rows), folder / NATION_TOTAL.name / TOTALS)
