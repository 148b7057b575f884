"""The verb ``judge``: every verdict on a site, or on all sites together with their peers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from celadon.accounts.tables import LEAF
from celadon.app.equipment import site_equipment
from celadon.app.national.nation import run_nation
from celadon.app.national.parts import read_parts
from celadon.app.national.tables import nation_folder
from celadon.app.running import cached_run
from celadon.app.standing import with_confirmations
from celadon.app.workspace import Workspace
from celadon.assess.among import Among, all_among, among
from celadon.assess.bulk import machine_table
from celadon.assess.citing import Told, told_of
from celadon.assess.history import figures, history_rows
from celadon.assess.machines import Piece, machine_rows, pieces_of
from celadon.assess.norms import unjudged, without_norm
from celadon.assess.peers import peer_rows, population
from celadon.assess.prices import price_rows, purchased_electricity
from celadon.assess.tables import VERDICT
from celadon.assess.verdicts import Place
from celadon.languages import Language
from celadon.records.period import Period
from celadon.records.site import Site
from celadon.report.supervision.judged import site_page, together_page
from celadon.report.supervision.page import write_page
from celadon.tables import read_parquet

Row = dict[str, Any]

FILE = "judged.parquet"
"""What ``judge --together`` leaves beside the tables of the run."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Every verdict on a site.

    Parameters
    ----------
    pieces : the machines that were judged; unjudged : products that no norm is declared for.
    no_norm : units and products of which no norm is held, or none was in force.
    peers : whether a run of all sites for the period was at hand.
    among : its figures among those of all who make the same, where there was.
    """

    site: Site
    period: Period
    verdicts: tuple[Told, ...]
    pieces: tuple[Piece, ...]
    unjudged: tuple[str, ...]
    peers: bool
    among: tuple[Among, ...] = ()
    no_norm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedTogether:
    """The verdicts on many sites: how many of each outcome, who breaks a norm, and the file.

    Parameters
    ----------
    among : each indicator of each kind of maker over all of them.
    regions : how many sites of a region have which outcome as their worst.
    """

    sites: int
    failed: int
    verdicts: int
    counts: Mapping[tuple[str, str], int]
    broken: tuple[Row, ...]
    file: Path
    among: tuple[Among, ...] = ()
    regions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    simulated: bool = False


def judge_site(workspace: Workspace, site_id: str, period: Period) -> Judged:
    """Judge a site by everything that is known to judge it by.

    Raises
    ------
    WorkspaceError
        If there is no such site.
    DeclarationError, LedgerError
        If its declaration or ledger is at fault.
    """
    registry = workspace.registry()
    result = with_confirmations(workspace, cached_run(workspace, site_id, period))
    site = result.site
    now: list[Row] = result.tables[VERDICT.name].to_pylist()
    earlier = cached_run(workspace, site_id, year_before(period)).tables[VERDICT.name].to_pylist()
    place = Place(site.id, site.id, "", period.from_day, period.to_day)
    pieces = pieces_of(site, site_equipment(workspace, site_id))
    rows = [*now, *history_rows(now, earlier)]
    makers = _makers(workspace, site, now, period)
    rows += _peer_rows(now, makers, site)
    rows += machine_rows(pieces, registry, place)
    if site.country == "CN":
        bought = purchased_electricity(result.tables[LEAF.name], registry, place)
        rows += price_rows(site, pieces, bought, now, registry, place)
    told = tuple(told_of(row, site, registry) for row in rows)
    return Judged(
        site, period, told, tuple(pieces), unjudged(site), makers is not None,
        tuple(_own_among(now, makers, site)), without_norm(now),
    )  # fmt: skip


def judge_together(
    workspace: Workspace, sites: Sequence[str], period: Period, workers: int | None = None
) -> JudgedTogether:
    """Run many sites, judge them with their machines and among each other, and keep all of it.

    Raises
    ------
    WorkspaceError
        If another run is at work, or the workspace may only be read.
    """
    registry = workspace.registry()
    run = run_nation(workspace, sites, period, workers=workers)
    failed = {each.site for each in run.failed}
    declared = {name: workspace.site(name) for name in sites if name not in failed}
    table = _nation_verdicts(run.folder, [part.name for part in run.parts])
    rows = [row for row in table.to_pylist() if row["site"] in declared]
    by_kind = _by_kind(rows, declared)
    pieces = {
        name: pieces_of(site, site_equipment(workspace, name)) for name, site in declared.items()
    }
    machines = machine_table(pieces, registry, period.from_day, period.to_day)
    whole = pa.concat_tables([VERDICT.from_rows([*rows, *_among(rows, declared)]), machines])
    path = run.folder / FILE
    VERDICT.write(whole, path)
    counts: Counter[tuple[str, str]] = Counter()
    for rule, outcome in zip(whole["rule"].to_pylist(), whole["outcome"].to_pylist(), strict=True):
        counts[rule, outcome] += 1
    over = (row for row in rows if row["outcome"] == "over_limit")
    broken = tuple(sorted(over, key=lambda row: (row["site"], row["subject"], row["indicator"])))
    return JudgedTogether(
        len(declared), len(failed), whole.num_rows, counts, broken, path,
        tuple(all_among(by_kind)), _regions(rows, declared),
        any(site.simulated for site in declared.values()),
    )  # fmt: skip


def only_subject(judged: Judged, subject: str | None) -> Judged:
    """The verdicts on one subject of a site; all where none is named."""
    if subject is None:
        return judged
    return replace(
        judged,
        verdicts=tuple(each for each in judged.verdicts if each.row["subject"] == subject),
        among=tuple(one for one in judged.among if one.subject == subject),
        unjudged=(),
    )


def save_judged(workspace: Workspace, judged: Judged, path: Path, language: Language) -> None:
    """Write the verdicts on a site as a page."""
    page = site_page(
        judged.site, str(judged.period), judged.verdicts, judged.among, judged.unjudged,
        workspace.registry(), language, peers=judged.peers,
    )  # fmt: skip
    write_page(page, path)


def save_together(
    workspace: Workspace, found: JudgedTogether, period: Period, path: Path, language: Language
) -> None:
    """Write the verdicts on many sites as a page."""
    counted = {"sites": found.sites, "failed": found.failed, "verdicts": found.verdicts}
    page = together_page(
        workspace.settings.name or str(period), str(period), counted, found.among,
        found.regions, found.broken, workspace.registry(),
        language, simulated=found.simulated,
        declared={name: workspace.site(name) for name in {row["site"] for row in found.broken}},
    )  # fmt: skip
    write_page(page, path)


def year_before(period: Period) -> Period:
    """The same days a year before; of a 29 February the 28th.

    Examples
    --------
    >>> str(year_before(Period.parse("2025")))
    '2024'
    """
    return Period(_a_year_less(period.from_day), _a_year_less(period.to_day))


def _a_year_less(day: dt.date) -> dt.date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _makers(
    workspace: Workspace, site: Site, now: Sequence[Row], period: Period
) -> dict[str, list[Row]] | None:
    """The figures of all sites of a run of the period by what they make; None without a run.

    Who makes the same is judged by the same standards, so that only their declarations are read.
    """
    folder = nation_folder(workspace, period)
    parts = read_parts(folder)
    if not parts:
        return None
    kinds = set(_kinds(site).values())
    here = set(workspace.site_ids())
    rows = _nation_verdicts(folder, [part.name for part in parts]).to_pylist()
    norms = {row["standard"] for row in now if row["rule"] == "norm"} - {""}
    alike = [row for row in rows if not norms or row["standard"] in norms]
    others = {row["site"] for row in alike} & here
    declared = {name: workspace.site(name) for name in sorted(others)}
    return {kind: found for kind, found in _by_kind(rows, declared).items() if kind in kinds}


def _peer_rows(now: Iterable[Row], makers: dict[str, list[Row]] | None, site: Site) -> list[Row]:
    """The place of each figure of a site among those of its kind."""
    if makers is None:
        return []
    kinds = _kinds(site)
    rows: list[Row] = []
    for key, row in figures(now).items():
        kind = kinds.get(row["subject"], "")
        others = [each for each in makers.get(kind, ()) if each["site"] != site.id]
        own = [each for each in figures(now).values() if kinds.get(each["subject"]) == kind]
        same = [each for each in (*others, *own) if each["indicator"] == key[2]]
        if kind:
            rows += peer_rows(row, population(same))
    return rows


def _own_among(
    now: Sequence[Row], makers: dict[str, list[Row]] | None, site: Site
) -> Iterable[Among]:
    """Each figure of a site among those of its kind."""
    kinds = _kinds(site)
    for key, row in figures(now).items():
        kind = kinds.get(row["subject"], "")
        if makers is None or not kind:
            continue
        others = [each for each in makers.get(kind, ()) if each["site"] != site.id]
        own = [each for each in now if kinds.get(each["subject"]) == kind]
        found = among(kind, key[2], [*others, *own], row)
        if found is not None:
            yield found


_WORST = ("over_limit", "below_baseline", "not_met", "cannot_tell")
"""Outcomes from the worst on; all others are kept norms."""


def _regions(rows: Sequence[Row], declared: Mapping[str, Site]) -> dict[str, dict[str, int]]:
    """How many sites of each region have which outcome as their worst; ``kept`` where none."""
    worst: dict[str, int] = {}
    for row in rows:
        place = _WORST.index(row["outcome"]) if row["outcome"] in _WORST else len(_WORST)
        worst[row["site"]] = min(place, worst.get(row["site"], len(_WORST)))
    found: dict[str, dict[str, int]] = {}
    for name, site in declared.items():
        judged = worst.get(name)
        outcome = "unjudged" if judged is None else (*_WORST, "kept")[judged]
        counts = found.setdefault(site.region, {})
        counts[outcome] = counts.get(outcome, 0) + 1
    return found


def _among(rows: Sequence[Row], declared: Mapping[str, Site]) -> list[Row]:
    """The place of every figure of a population among those of its kind."""
    found: list[Row] = []
    for of_kind in _by_kind(rows, declared).values():
        for indicator in sorted({row["indicator"] for row in of_kind}):
            same = [row for row in of_kind if row["indicator"] == indicator]
            peers = population(same)
            for row in figures(same).values():
                found += peer_rows(row, peers)
    return found


def _by_kind(rows: Iterable[Row], declared: Mapping[str, Site]) -> dict[str, list[Row]]:
    kinds = {name: _kinds(site) for name, site in declared.items()}
    found: dict[str, list[Row]] = {}
    for row in rows:
        kind = kinds.get(row["site"], {}).get(row["subject"], "")
        if kind:
            found.setdefault(kind, []).append(row)
    return found


def _kinds(site: Site) -> dict[str, str]:
    """What each judged subject of a site makes: a process, or a subject of the norms."""
    return {unit.id: unit.process for unit in site.units if unit.process} | {
        norm.product: norm.subject for norm in site.norms
    }


def _nation_verdicts(folder: Path, parts: Sequence[str]) -> pa.Table:
    tables = [read_parquet(folder / VERDICT.name / f"part-{name}.parquet") for name in parts]
    return pa.concat_tables(tables) if tables else VERDICT.from_rows([])
