"""The verb ``microgrid``: from a design file to a proved plan and its tables."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from celadon.accounts.bill.oddities import zone_findings
from celadon.app.load import LOAD
from celadon.app.running import cached_run
from celadon.app.workspace import Workspace
from celadon.errors import Fault, WorkspaceError
from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.assembling import (
    assemble,
    horizon_of,
    oddities,
    read_tariffs,
    shortcomings,
)
from celadon.plan.microgrid.declaration import DesignFile, load_design
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.no_plan import NoPlan
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.microgrid.recording import plan_tables
from celadon.plan.profiles.columns import read_columns
from celadon.plan.profiles.series import (
    Read,
    SeriesDeclared,
    laid,
    placed,
    read_series,
    yielded,
)
from celadon.plan.profiles.stamps import Clock
from celadon.plan.replay.replay import Replay, replay
from celadon.records.finding import Finding, finding_table
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.reference import Registry, load_registry
from celadon.simulate.microgrid import microgrid_profiles

DESIGN_FILE, PROFILES_FILE = "design.toml", "profiles.csv"
"""The files that ``init`` writes."""

_YEAR = 2025


@dataclass(frozen=True, eq=False)
class Designed:
    """A design, its plan or the reason why there is none, and what was found on the way.

    Attributes
    ----------
    check : the plan run hour by hour without the programme; None without a plan.
    """

    declared: DesignFile
    design: Design
    outcome: Plan | NoPlan
    findings: tuple[Finding, ...]
    check: Replay | None


def initialise_design(folder: Path) -> tuple[Path, Path]:
    """A commented design of a simulated works, and its profiles; never overwrites.

    Raises
    ------
    WorkspaceError
        If either file is there already.
    """
    design, profiles = folder / DESIGN_FILE, folder / PROFILES_FILE
    for path in (design, profiles):
        if path.exists():
            fault = Fault((str(path),), "a file", "init never overwrites", "choose another folder")
            raise WorkspaceError(f"There is a {path.name} already", [fault])
    folder.mkdir(parents=True, exist_ok=True)
    shipped = files("celadon.app").joinpath("data", "microgrid.toml").read_text(encoding="utf-8")
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "microgrid"
    text = shipped.replace("{{id}}", name).replace("{{file}}", design.as_posix())
    design.write_text(text, encoding="utf-8", newline="\n")
    profiles.write_text(microgrid_profiles(_YEAR), encoding="utf-8", newline="\n")
    return design, profiles


def design_microgrid(
    path: Path,
    workspace: Workspace | None = None,
    method: str | None = None,
    *,
    alternatives: bool = True,
    seconds: float | None = None,
) -> Designed:
    """Plan the design of a file.

    Parameters
    ----------
    workspace : whose reference tables hold and whose ledgers are read; not needed otherwise.
    method : the solver; chosen by size if not given.
    alternatives, seconds : as for :func:`celadon.plan.microgrid.planning.plan_design`.

    Raises
    ------
    DeclarationError
        If the design file is at fault.
    InputError
        If a series is not that of the year, or has gaps.
    WorkspaceError
        If a series is of a site, and there is no workspace.
    """
    declared = load_design(path)
    registry: Registry = workspace.registry() if workspace else load_registry()
    read = series_of(declared, path.parent, workspace)
    series = {name: each.values for name, each in read.items()}
    design = assemble(declared, series, registry, read_tariffs(declared, path.parent))
    found = [finding for each in read.values() for finding in each.findings]
    found += oddities(declared, design)
    outcome = plan_design(design, method, alternatives=alternatives, seconds=seconds)
    check = None
    if isinstance(outcome, Plan):
        found += shortcomings(declared, outcome)
        check = replay(design, outcome.sizes, outcome.flows)
    return Designed(declared, design, outcome, tuple(found), check)


def write_tables(designed: Designed, folder: Path) -> list[Path]:
    """Write the tables of a plan as Parquet files; those of an earlier plan are replaced."""
    if isinstance(designed.outcome, NoPlan):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    tables = plan_tables(designed.declared.head.id, designed.outcome)
    written = []
    for schema, table in (*tables, (FINDING, finding_table(designed.findings))):
        path = folder / f"{schema.name}.parquet"
        schema.write(table, path)
        written.append(path)
    return written


def series_of(declared: DesignFile, folder: Path, workspace: Workspace | None) -> dict[str, Read]:
    """The series of a design on the steps of its year, with what was found in them."""
    horizon, profiles = horizon_of(declared), declared.profiles
    columns, read, told = None, dict[str, Read](), set[str]()
    tariffs = read_tariffs(declared, folder).values()
    zones = [declared.head.zone, *(tariff.zone or "" for tariff in tariffs)]
    clock = Clock.of(zones, declared.head.year)
    for name, each in declared.series.items():
        if each.site:
            read[name] = _of_ledger(declared, name, each, workspace, folder)
            continue
        if each.is_yield:
            read[name] = yielded(name, each, folder, horizon, declared.head.id)
            continue
        if columns is None:
            if profiles is None:
                found, rule = "a column, and no [profiles]", "columns stand in a file"
                place = (declared.name, f"series.{name}")
                fault = Fault(place, found, rule, "name the file in [profiles]")
                raise WorkspaceError(f"{declared.name} names no file of profiles", [fault])
            columns = read_columns(folder / profiles.file)
        time = profiles.time if profiles else ""
        given = read_series(name, each, columns, time, horizon, declared.head.id, clock)
        new = tuple(found for found in given.findings if found.id not in told)
        told.update(found.id for found in new)  # what a file is like is told once
        read[name] = replace(given, findings=new)
    return read


def _of_ledger(
    declared: DesignFile, name: str, series: SeriesDeclared, workspace: Workspace | None,
    folder: Path,
) -> Read:  # fmt: skip
    """The power that a site drew, from the interval readings of its ledger."""
    if workspace is None:
        fault = Fault((declared.name, f"series.{name}.site"), series.site, "a site of a workspace",
                      "run it in a workspace, or name one with --workspace")  # fmt: skip
        raise WorkspaceError("A ledger is read in a workspace", [fault])
    year = Period.parse(str(declared.head.year))
    run = cached_run(workspace, series.site, year)
    counts: Floats = np.asarray(
        run.table(LOAD)["count"].cast(pa.float64()).fill_null(float("nan")), np.float64
    )
    start = dt.datetime(declared.head.year, 1, 1, tzinfo=ZoneInfo(run.site.zone))
    offset = np.timedelta64(start.utcoffset() or dt.timedelta(0))
    times = np.asarray(run.table(LOAD)["ts"], "datetime64[us]") + offset
    horizon, place = horizon_of(declared), f"ledger of {series.site}"
    numbers, hours = placed(counts / 1000, times.astype("datetime64[m]"), horizon, place)
    kwh = series.model_copy(update={"unit": "kWh"})
    odd = [
        finding
        for tariff in read_tariffs(declared, folder).values()
        for finding in zone_findings(tariff, declared.head.id, run.site.zone, year)
    ]
    return laid(name, kwh, numbers, hours, horizon, declared.head.id, odd, place)
