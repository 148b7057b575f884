"""A national run in figures: totals by province and sector, verdicts, findings, what failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from celadon.app.national.across import site_run_rows
from celadon.app.national.nation import NationRun
from celadon.app.national.totals import Group, Totals, add_up
from celadon.assess.tables import VERDICT
from celadon.records.tables import FINDING
from celadon.reference import Registry

_JUDGED = ("rule", "outcome")


@dataclass(frozen=True, slots=True)
class NationSummary:
    """The figures of a national run.

    Parameters
    ----------
    totals : of the whole, of provinces and of industries, each with what it covers.
    verdicts : by rule and outcome; findings : by rule.
    quality : readings, and seconds of meter time by state.
    """

    totals: Totals
    verdicts: dict[str, dict[str, int]]
    findings: dict[str, int]
    quality: dict[str, int]

    @property
    def whole(self) -> Group:
        """All sites that were asked for."""
        return self.totals.whole

    @property
    def regions(self) -> dict[str, Group]:
        """By province, by its ISO code where it is known."""
        return self.totals.regions

    @property
    def sectors(self) -> dict[str, Group]:
        """By division of industry."""
        return self.totals.sectors

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
    totals = add_up(rows, registry, sum(1 for _ in done.period.months()), len(asked))
    quality = {
        name: sum(row[name] for row in rows)
        for name in ("readings", "measured", "estimated", "missing")
    }
    verdicts: dict[str, dict[str, int]] = defaultdict(dict)
    for (rule, outcome), number in sorted(_counts(done, VERDICT.name, _JUDGED, asked).items()):
        verdicts[rule][outcome] = number
    found = _counts(done, FINDING.name, ("rule",), asked)
    findings = {key[0]: n for key, n in sorted(found.items(), key=lambda each: (-each[1], each[0]))}
    return NationSummary(totals, dict(verdicts), findings, quality)


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
