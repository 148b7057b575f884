"""A national run in figures: totals by province and sector, verdicts, findings, what failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from celadon.app.national.across import site_run_rows
from celadon.app.national.nation import NationRun
from celadon.assess.tables import VERDICT
from celadon.records.tables import FINDING
from celadon.reference import Registry

FIGURES = ("energy", "energy_equivalent", "carbon", "water")
"""Columns of ``site_run`` that are totals."""

_JUDGED = ("rule", "outcome")


@dataclass(slots=True)
class Group:
    """Totals of some sites in small units; ``lacking`` counts the sites whose figure is not whole.

    A figure of which no site knows anything is not among ``totals``: missing is never zero.
    """

    sites: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    lacking: dict[str, int] = field(default_factory=dict)

    def add(self, row: dict[str, Any]) -> None:
        """Add a site."""
        self.sites += 1
        for name in FIGURES:
            if row[name] is not None:
                self.totals[name] = self.totals.get(name, 0) + row[name]
            if row[name] is None or name in row["lacking"].split():
                self.lacking[name] = self.lacking.get(name, 0) + 1

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {"sites": self.sites, "totals": self.totals, "lacking": self.lacking}


@dataclass(frozen=True, slots=True)
class NationSummary:
    """The figures of a national run.

    Parameters
    ----------
    regions, sectors : by province (its ISO code where it is known) and by division of industry.
    verdicts : by rule and outcome; findings : by rule.
    quality : readings, and seconds of meter time by state.
    """

    whole: Group
    regions: dict[str, Group]
    sectors: dict[str, Group]
    verdicts: dict[str, dict[str, int]]
    findings: dict[str, int]
    quality: dict[str, int]

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "whole": self.whole.plain(),
            "regions": {name: group.plain() for name, group in self.regions.items()},
            "sectors": {name: group.plain() for name, group in self.sectors.items()},
            "verdicts": self.verdicts,
            "findings": self.findings,
            "quality": self.quality,
        }


def summarise_nation(done: NationRun, registry: Registry) -> NationSummary:
    """The figures of the sites that a national run was asked for."""
    asked = set(done.sites)
    rows = [row for row in site_run_rows(done.folder, done.parts) if row["site"] in asked]
    whole, regions, sectors = (
        Group(),
        defaultdict[str, Group](Group),
        defaultdict[str, Group](Group),
    )
    quality = dict.fromkeys(("readings", "measured", "estimated", "missing"), 0)
    for row in rows:
        known = registry.regions.get(row["region"])
        for group in (whole, regions[known.iso if known else row["region"]],
                      sectors[row["industry"][:2]]):  # fmt: skip
            group.add(row)
        for name in quality:
            quality[name] += row[name]
    verdicts: dict[str, dict[str, int]] = defaultdict(dict)
    for (rule, outcome), number in sorted(_counts(done, VERDICT.name, _JUDGED, asked).items()):
        verdicts[rule][outcome] = number
    found = _counts(done, FINDING.name, ("rule",), asked)
    findings = {key[0]: n for key, n in sorted(found.items(), key=lambda each: (-each[1], each[0]))}
    return NationSummary(
        whole, dict(sorted(regions.items())), dict(sorted(sectors.items())),
        dict(verdicts), findings, quality,
    )  # fmt: skip


def _counts(
    done: NationRun, table: str, columns: tuple[str, ...], asked: set[str]
) -> Counter[tuple[str, ...]]:
    """How many rows of a table have which values, of the sites asked for."""
    counts: Counter[tuple[str, ...]] = Counter()
    sites = pa.array(sorted(asked))
    for rows in _read(done, table, ["site", *columns]):
        chosen = rows.filter(pc.is_in(rows["site"], sites))
        grouped = chosen.group_by(list(columns), use_threads=False).aggregate([([], "count_all")])
        for row in grouped.to_pylist():
            counts[tuple(row[name] for name in columns)] += row["count_all"]
    return counts


def _read(done: NationRun, table: str, columns: Iterable[str]) -> Iterator[pa.Table]:
    paths = [part.path(done.folder, table) for part in done.parts]
    across = done.folder / table / "across.parquet"
    for path in [*paths, *([across] if across.is_file() else [])]:
        with pq.ParquetFile(path) as opened:
            yield opened.read(columns=list(columns), use_threads=False)
