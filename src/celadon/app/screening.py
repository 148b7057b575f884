"""The verb ``supervise screen``: a list of returns, or a nation's, through the checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from celadon.app.national.nation import NationRun, run_nation
from celadon.app.workspace import Workspace
from celadon.assess.checks import Screening, load_check_profile, read_population, screen
from celadon.assess.checks.national import given_hits, leaf_columns, national_population
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.period import Period
from celadon.reference import load_registry
from celadon.report.supervision.page import write_page
from celadon.report.supervision.screened import screening_page
from celadon.tables import read_parquet

_ASKED = 5
"""How many sites are asked what they call a product of one id."""


def screen_file(path: Path, profile: str) -> Screening:
    """Screen a list of returns.

    Raises
    ------
    DeclarationError, InputError
        If the profile or the file cannot be read.
    """
    return screen(read_population(path, load_check_profile(profile)))


def screen_nation(workspace: Workspace, period: Period) -> Screening:
    """Screen the returns of all sites of a workspace for a calendar year; they are run first.

    Raises
    ------
    WorkspaceError
        If the period is no calendar year, or the workspace has no site.
    """
    if len(list(period.months())) != 12 or period.from_day.month != 1:
        fault = Fault(("--period",), str(period), "a calendar year", "give one, such as 2025")
        raise WorkspaceError("Returns are screened by calendar years", [fault])
    run = run_nation(workspace, workspace.site_ids(), period)
    if not run.parts:
        fault = Fault((str(workspace.folder),), "no site", "a nation has sites", "add sites first")
        raise WorkspaceError("There is nothing to screen", [fault])
    done = screen_run(run)
    runs = _rows(run.folder, "site_run", [part.name for part in run.parts])
    simulated = any(row["simulated"] for row in runs)
    return replace(done, names=_names(workspace, done), simulated=simulated)


def screen_run(run: NationRun) -> Screening:
    """Screen the returns of the sites that a national run was asked for.

    What the run's account and the norms found of them is told and ranked with the rest.
    """
    names, asked = [part.name for part in run.parts], set(run.sites)
    sites = [row for row in _rows(run.folder, "site_run", names) if row["site"] in asked]
    leaf = pa.concat_tables(
        read_parquet(run.folder / "leaf" / f"part-{name}.parquet", leaf_columns()) for name in names
    )
    population = national_population(sites, leaf)
    findings = run_findings(run)
    given = given_hits(population, findings, _rows(run.folder, "verdict", names))
    return screen(population, [given])


def _names(workspace: Workspace, done: Screening) -> dict[str, dict[str, str]]:
    """The names of products and streams of causes, where the sites that they name agree on them."""
    who = dict(zip(done.population.returned["who"].to_pylist(),
                   done.population.returned["reporter"].to_pylist(), strict=True))  # fmt: skip
    sites: dict[str, dict[str, None]] = defaultdict(dict)
    for hit in done.hits.to_pylist():
        name = hit["quantity"].partition(" ")[2]
        if name and hit["who"] and len(sites[name]) < _ASKED:
            sites[name].setdefault(who[hit["who"]])
    found: dict[str, dict[str, str]] = {"zh": {}, "en": {}}
    for name, listed in sites.items():
        things = [each for site in map(workspace.site, listed)
                  for each in (*site.products, *site.streams) if each.id == name]  # fmt: skip
        for language, known in found.items():
            told = {each.name("zh" if language == "zh" else "en") for each in things}
            if len(told) == 1:
                known[name] = told.pop()
    return found


def run_findings(run: NationRun) -> list[dict[str, Any]]:
    """What a national run found of its sites, and what only a look across them finds."""
    names = [part.name for part in run.parts]
    return [*_rows(run.folder, "finding", names), *_across(run.folder)]


def save_screening(done: Screening, path: Path, language: Language) -> None:
    """Write what the checks found as a page, in place of one of that name."""
    write_page(screening_page(done, load_registry(), language), path)


def _rows(folder: Path, table: str, names: list[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        yield from read_parquet(folder / table / f"part-{name}.parquet").to_pylist()


def _across(folder: Path) -> list[dict[str, Any]]:
    """What only a look across sites finds."""
    path = folder / "finding" / "across.parquet"
    rows: list[dict[str, Any]] = read_parquet(path).to_pylist() if path.is_file() else []
    return rows
