"""The verb ``microgrid screen``: a design file read and screened, and its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from celadon.app.designing import series_of
from celadon.app.microgrids.planning import faults_of, reason_rows
from celadon.app.microgrids.record import SCREENED
from celadon.app.microgrids.tables import (
    MICROGRID_REASON,
    MICROGRID_SCREEN,
    MICROGRID_SCREEN_SIZE,
    SCREENED_TABLES,
)
from celadon.app.workspace import Workspace
from celadon.exact import round_half_even
from celadon.plan.microgrid.assembling import assemble, oddities, read_tariffs
from celadon.plan.microgrid.declaration import DesignFile, load_design
from celadon.plan.microgrid.money import fen
from celadon.plan.microgrid.recording import SMALL
from celadon.plan.replay.replay import Replay, replay
from celadon.plan.screening import (
    DAYS,
    NoScreening,
    Screening,
    screen_design,
    split_findings,
)
from celadon.records.finding import Finding, finding_table
from celadon.records.tables import FINDING
from celadon.reference import load_registry

_SUMMARIES = {
    "infeasible": "on typical days no design keeps all demands",
    "unbounded": "no design is cheapest: the gain has no end",
    "unsolved": "no solver's answer can be proved",
}


@dataclass(frozen=True, slots=True)
class How:
    """How sites are screened.

    Parameters
    ----------
    days : how many typical days stand for a year.
    price : whether the full year of the capacities is reckoned.
    method : the solver; an interior one if not given.
    seconds : at most so long is solved for a site; None without a limit.
    """

    days: int = DAYS
    price: bool = True
    method: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, eq=False)
class Screened:
    """A design file, what its screening came to, and what was odd in its series."""

    declared: DesignFile
    outcome: Screening | NoScreening
    findings: tuple[Finding, ...]


def screen_microgrid(path: Path, how: How, workspace: Workspace | None = None) -> Screened:
    """Screen the design of a file.

    Parameters
    ----------
    workspace : whose reference tables hold and whose ledgers are read; not needed otherwise.

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
    registry = workspace.registry() if workspace else load_registry()
    read = series_of(declared, path.parent, workspace)
    series = {name: each.values for name, each in read.items()}
    design = assemble(declared, series, registry, read_tariffs(declared, path.parent))
    found = [finding for each in read.values() for finding in each.findings]
    found += oddities(declared, design)
    outcome = screen_design(
        design, how.days, price=how.price, method=how.method, seconds=how.seconds
    )
    if isinstance(outcome, Screening):
        found += split_findings(outcome, declared.head.id)
    return Screened(declared, outcome, tuple(found))


def run_again(screening: Screening) -> Replay | None:
    """The priced year run step by step without the programme; None where it was not priced."""
    plan = screening.plan
    return None if plan is None else replay(plan.design, plan.sizes, plan.flows)


def screen_rows(found: Screened, site: str, days: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of a site that could be read, by table; ``site`` stands in their column design."""
    head, outcome = found.declared.head, found.outcome
    known: dict[str, Any] = {
        "id": head.id, "name_zh": head.name("zh"), "name_en": head.name("en"), "year": head.year,
        "simulated": head.simulated, "findings": len(found.findings), "days": days,
    }  # fmt: skip
    of_site = [replace(each, site=site) for each in found.findings]
    rows = {FINDING.name: finding_table(of_site).to_pylist()}
    if isinstance(outcome, NoScreening):
        faults = faults_of(outcome.why)
        status = outcome.why.status
        reason = "; ".join([_SUMMARIES[status], *(f"{f.place}: {f.remedy}" for f in faults)])
        proved = outcome.is_proved if status == "infeasible" else None
        head_row = screen_head(site, status=status, reason=reason, proved=proved, **known)
        rows[MICROGRID_REASON.name] = reason_rows(site, faults)
    else:
        head_row = screen_head(site, status=SCREENED, **known, **_money(outcome))
        rows[MICROGRID_SCREEN_SIZE.name] = _sizes(outcome, site)
    rows[MICROGRID_SCREEN.name] = [head_row]
    return rows


def write_screening(found: Screened, days: int, folder: Path) -> list[Path]:
    """Write the rows of one design as Parquet files; those of an earlier screening are replaced."""
    rows = screen_rows(found, found.declared.head.id, days)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for schema in SCREENED_TABLES:
        path = folder / f"{schema.name}.parquet"
        schema.write(schema.from_rows(rows.get(schema.name, ())), path)
        written.append(path)
    return written


def screen_head(site: str, *, status: str, reason: str = "", **known: Any) -> dict[str, Any]:
    """The row of a site; what is not known of it is empty."""
    empty = {
        "id": "", "name_zh": "", "name_en": "", "year": None, "simulated": None, "proved": None,
        "days": None, "estimate": None, "lower": None, "cost": None, "today": None,
        "saving": None, "changed": None, "findings": 0, "took": 0,
    }  # fmt: skip
    return {**empty, "design": site, "status": status, "reason": reason, **known}


def _money(screening: Screening) -> dict[str, Any]:
    """The figures of a screening in fen; a saving is the difference of the rounded ones."""
    priced = screening.priced
    estimate, today = fen(screening.estimate), _fen(screening.today)
    cost = _fen(screening.cost)
    best = estimate if cost is None else cost
    return {
        "estimate": estimate, "lower": _fen(screening.floor), "cost": cost, "today": today,
        "saving": None if today is None else today - best,
        "changed": None if priced is None else len(priced.changed),
    }  # fmt: skip


def _fen(kcny: float | None) -> int | None:
    return None if kcny is None else fen(kcny)


def _sizes(screening: Screening, site: str) -> list[dict[str, Any]]:
    priced = screening.priced_sizes
    return [
        {
            "design": site, "block": size.block, "unit": SMALL[size.unit],
            "count": _small(screening.sizes[size.block]),
            "priced": None if priced is None else _small(priced[size.block]),
        }
        for size in screening.built.sizes
    ]  # fmt: skip


def _small(amount: float) -> int:
    """MW, MWh or t in whole W, Wh or g."""
    return round_half_even(Fraction(amount) * 10**6)
