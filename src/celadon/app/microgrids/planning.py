"""One site of a batch planned: its record, whatever came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from celadon.app.designing import Designed, design_microgrid
from celadon.app.disk import FULL, disk_full, put
from celadon.app.microgrids.record import ENDED, PLANNED, Record, flow_path, write_record
from celadon.app.microgrids.sites import Site
from celadon.app.microgrids.tables import FLOW, MICROGRID_REASON, MICROGRID_SITE
from celadon.app.workspace import Workspace
from celadon.errors import CeladonError, Fault
from celadon.exact import round_half_even
from celadon.plan.microgrid.no_plan import Concession, NoPlan
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.recording import plan_tables, whole_cost
from celadon.records.finding import finding_table
from celadon.records.tables import FINDING

OF_A_SITE = (CeladonError, duckdb.Error, pa.ArrowException, OSError, ValueError, MemoryError)
"""What the files of a site can bring about; it ends that site and no other."""

_SUMMARIES = {
    "infeasible": "no design keeps all demands",
    "unbounded": "no design is cheapest: the gain has no end",
    "unsolved": "no solver's answer can be proved",
}
_ASKED = "all demands are kept together"


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to know of a batch.

    Parameters
    ----------
    folder : where its records and tables go.
    workspace : the folder of the workspace; None without one.
    seconds : the most that is solved for one site; None without a limit.
    flows : whether flows are left too.
    """

    folder: Path
    workspace: Path | None
    method: str | None
    seconds: float | None
    flows: bool

    def done(self, asked: Asked, workspace: Workspace | None) -> Record:
        """Plan a site, and leave its record."""
        return plan_site(self, asked, workspace)

    def ended(self, asked: Asked) -> Record:
        """Leave the record of a site whose process was ended from outside."""
        return ended(self, asked)


@dataclass(frozen=True, slots=True)
class Asked:
    """A site to be planned, and the digest of what it rests on."""

    site: Site
    state: str


def plan_site(task: Task, asked: Asked, workspace: Workspace | None) -> Record:
    """Plan a site and write its record; a site at fault is a record as well.

    Raises
    ------
    DiskFullError
        If there is no room left.
    """
    since = time.perf_counter()
    flows = flow_path(task.folder, asked.site.name)
    try:
        found = design_microgrid(
            asked.site.path, workspace, task.method, alternatives=False, seconds=task.seconds
        )
        rows = _rows_of(found, asked.site.name)
        if isinstance(found.outcome, Plan) and task.flows:
            put(FLOW, plan_tables(asked.site.name, found.outcome)[-1][1], flows)
        else:
            flows.unlink(missing_ok=True)  # of an earlier plan
    except OF_A_SITE as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise disk_full(task.folder, "site") from error
        rows = _refused(asked.site.name, error)
    rows[MICROGRID_SITE.name][0]["took"] = round(1000 * (time.perf_counter() - since))
    record = Record(asked.site.name, asked.state, task.seconds, task.flows, rows)
    write_record(task.folder, record)
    return record


def ended(task: Task, asked: Asked) -> Record:
    """The record of a site whose process was ended from outside, alone as well."""
    fault = Fault(
        (asked.site.path.name,), "a process that was ended from outside, twice",
        "each site is planned by a process of its own",
        "see that memory suffices: plan it alone, with shorter series or longer steps",
    )  # fmt: skip
    head = _head(asked.site.name, status=ENDED, reason="its process was ended from outside")
    rows = {MICROGRID_SITE.name: [head],
            MICROGRID_REASON.name: reason_rows(asked.site.name, [fault])}  # fmt: skip
    record = Record(asked.site.name, asked.state, task.seconds, task.flows, rows)
    write_record(task.folder, record)
    return record


def _rows_of(found: Designed, site: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a site that could be read."""
    head, outcome = found.declared.head, found.outcome
    known: dict[str, Any] = {
        "id": head.id, "name_zh": head.name("zh"), "name_en": head.name("en"), "year": head.year,
        "simulated": head.simulated, "findings": len(found.findings),
    }  # fmt: skip
    findings = [replace(each, site=site) for each in found.findings]
    rows = {FINDING.name: finding_table(findings).to_pylist()}
    if isinstance(outcome, NoPlan):
        faults = faults_of(outcome)
        reason = _SUMMARIES[outcome.status]
        if faults and outcome.concessions:
            reason += ": " + "; ".join(f"{f.place}: {f.found}, {f.remedy}" for f in faults)
        rows[MICROGRID_SITE.name] = [_head(site, status=outcome.status, reason=reason, **known)]
        rows[MICROGRID_REASON.name] = reason_rows(site, faults)
        return rows
    tables = plan_tables(site, outcome, flows=False)
    rows |= {schema.name: table.to_pylist() for schema, table in tables}
    gap = outcome.gap
    is_finite = abs(gap) < float("inf")
    rows[MICROGRID_SITE.name] = [
        _head(
            site, status=PLANNED, cost=whole_cost(outcome),
            gap=round_half_even(Fraction(gap) * 10**12) if is_finite else None, **known,
        )
    ]  # fmt: skip
    return rows


def _refused(site: str, error: Exception) -> dict[str, list[dict[str, Any]]]:
    """The rows of a site whose files cannot be read or planned."""
    reason, faults = refusal_of(error, site)
    head = _head(site, status="refused", reason=reason)
    return {MICROGRID_SITE.name: [head], MICROGRID_REASON.name: reason_rows(site, faults)}


def refusal_of(error: Exception, site: str) -> tuple[str, list[Fault]]:
    """Why a site is refused: in one line, and each fault."""
    if isinstance(error, CeladonError):
        summary, faults = error.summary, list(error.faults)
    else:
        summary, place = "the site could not be planned", getattr(error, "filename", None) or site
        found = f"{type(error).__name__}: {error}".partition("\n")[0]
        remedy = "plan it alone with celadon microgrid design, and check its files"
        faults = [Fault((str(place),), found, "files that can be read and planned", remedy)]
    first = f": {faults[0].place}: {faults[0].found}" if faults else ""
    return summary + first, faults


def faults_of(none: NoPlan) -> list[Fault]:
    """Why there is no plan: each demand that must give way, or what has no end."""
    if none.status == "unbounded":
        remedy = "give it a limit or a cost, or correct the price that pays for it"
        return [Fault((each,), "a gain without end", "a cheapest design", remedy)
                for each in none.endless]  # fmt: skip
    if none.status == "unsolved":
        remedy = "give it more --seconds, try another --solver, or look for numbers far too large"
        return [Fault(("solver",), "no answer that can be proved", "a proof", remedy)]
    if none.concessions:
        return [_conceded(each) for each in none.concessions]
    remedy = "plan it alone with celadon microgrid design, and let one of these give way"
    return [Fault((" + ".join(sorted(core)),), "a conflict", _ASKED, remedy)
            for core in none.conflicts]  # fmt: skip


def _conceded(each: Concession) -> Fault:
    """A demand that must give way, and how far that is enough."""
    place = f"{each.demand} ({each.steps} steps)" if each.steps else each.demand
    asked, enough = (_amount(number, each.unit) for number in (each.asked, each.enough))
    return Fault((place,), asked, _ASKED, f"{enough} would be enough")


def _amount(number: float, unit: str) -> str:
    return f"{100 * number:.2f} %" if unit == "1" else f"{_figure(number)} {unit}"


def _figure(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def reason_rows(site: str, faults: list[Fault]) -> list[dict[str, Any]]:
    """The rows of the reasons of a site."""
    return [
        {"design": site, "number": number, "place": fault.place, "found": fault.found,
         "rule": fault.rule, "remedy": fault.remedy}
        for number, fault in enumerate(faults, start=1)
    ]  # fmt: skip


def _head(site: str, *, status: str, reason: str = "", **known: Any) -> dict[str, Any]:
    """The row of a site; what is not known of it is empty."""
    empty = {"id": "", "name_zh": "", "name_en": "", "year": None, "simulated": None,
             "cost": None, "gap": None, "findings": 0, "took": 0}  # fmt: skip
    return {**empty, "design": site, "status": status, "reason": reason, **known}
