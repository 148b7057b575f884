"""Three answers: how often a rule could be asked, and how often a fact that it needs is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.assess.checks.population import Population
from celadon.assess.checks.rules import limit_columns
from celadon.assess.checks.screening import Screening


@dataclass(frozen=True, slots=True)
class Untold:
    """Places where a rule answers neither yes nor no.

    Parameters
    ----------
    asked : places where it answered; cannot_tell : places where it could not.
    because : key of the reason, a word of ``patterns.toml``.
    """

    rule: str
    asked: int
    cannot_tell: int
    because: str


def untold(screening: Screening) -> list[Untold]:
    """The rules that could not answer everywhere, each with how often and why."""
    population, skipped = screening.population, screening.not_asked
    found: list[Untold] = []
    if "year_jump" not in skipped:
        found += _years(population)
    if "energy_against_output" not in skipped:
        found += _ratios(population)
    if "peer_outlier" not in skipped:
        found += _peers(population)
    if "parts_differ" not in skipped:
        found += _parts(population)
    return [one for one in found if one.cannot_tell]


def _years(population: Population) -> Iterator[Untold]:
    """Rows of years that have no row of the year before to be compared with."""
    rows = population.returned.filter(pc.equal(population.returned["month"], 0))
    series, year = rows["series"].to_numpy(), rows["year"].to_numpy()
    order = np.lexsort((year, series))
    series, year = series[order], year[order]
    follows = (np.diff(series) == 0) & (np.diff(year) == 1)
    asked = int(follows.sum())
    yield Untold("year_jump", asked, rows.num_rows - asked, "no_year_before")


def _peers(population: Population) -> Iterator[Untold]:
    """Rows of years without a sector, or with too few peers in it."""
    rows = population.returned.filter(pc.equal(population.returned["month"], 0))
    known = rows.filter(pc.is_valid(rows["sector"]))
    counts = known.group_by(["sector", "year"]).aggregate([("line", "count")])["line_count"]
    least = limit_columns()["peer_outlier_peers"]
    asked = int(pc.sum(counts.filter(pc.greater_equal(counts, least))).as_py() or 0)
    yield Untold("peer_outlier", asked, rows.num_rows - known.num_rows, "no_sector")
    yield Untold("peer_outlier", asked, known.num_rows - asked, "few_peers")


def _parts(population: Population) -> Iterator[Untold]:
    """Rows that lack the total which their parts should come to, or have a total and no part."""
    reported, rows = population.reported, population.returned.num_rows
    quantities = population.quantity.to_pylist()
    for group in population.part_group.to_pylist():
        parts = [row["number"] for row in quantities if row["grouping"] == group["grouping"]]
        of_parts = pc.is_in(reported["quantity"], pa.array(parts, pa.int64()))
        with_parts = pc.unique(reported["line"].filter(of_parts))
        totals = reported["line"].filter(pc.equal(reported["quantity"], group["total"]))
        both = int(pc.sum(pc.is_in(totals, with_parts)).as_py() or 0)
        yield Untold("parts_differ", both, rows - len(totals), "no_total")
        yield Untold("parts_differ", both, len(totals) - both, "no_parts")


def _ratios(population: Population) -> Iterator[Untold]:
    """Rows that have one of the two quantities of a quotient and lack the other."""
    reported = population.reported
    for row in population.ratio.to_pylist():
        one, other = (
            reported["line"].filter(pc.equal(reported["quantity"], row[name]))
            for name in ("numerator", "denominator")
        )
        both = int(pc.sum(pc.is_in(one, value_set=other.combine_chunks())).as_py() or 0)
        lacking = len(one) + len(other) - 2 * both
        yield Untold("energy_against_output", both, lacking, "one_of_two")
