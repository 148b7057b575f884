"""Sites screened together: what is done is kept, the rest is screened on several processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from celadon.app.caching import code_state
from celadon.app.disk import FULL, disk_full
from celadon.app.microgrids.batch import Told, Without, held, work_through
from celadon.app.microgrids.gathering import gather
from celadon.app.microgrids.planning import OF_A_SITE, Asked, reason_rows, refusal_of
from celadon.app.microgrids.record import ENDED, SCREENED, Record, read_record, write_record
from celadon.app.microgrids.screening import How, screen_head, screen_microgrid, screen_rows
from celadon.app.microgrids.sites import Site, sites_below
from celadon.app.microgrids.state import state_of
from celadon.app.microgrids.tables import MICROGRID_REASON, MICROGRID_SCREEN, SCREENED_TABLES
from celadon.app.workspace import Workspace
from celadon.chain import canonical_json, sha256_text
from celadon.errors import Fault
from celadon.reference import load_registry


@dataclass(frozen=True, slots=True)
class ScreeningTask:
    """What a worker needs to know of a screening.

    Parameters
    ----------
    folder : where its records and tables go.
    workspace : the folder of the workspace; None without one.
    """

    folder: Path
    workspace: Path | None
    how: How

    def done(self, asked: Asked, workspace: Workspace | None) -> Record:
        """Screen a site and leave its record; a site at fault is a record as well.

        Raises
        ------
        DiskFullError
            If there is no room left.
        """
        since = time.perf_counter()
        try:
            found = screen_microgrid(asked.site.path, self.how, workspace)
            rows = screen_rows(found, asked.site.name, self.how.days)
        except OF_A_SITE as error:
            if isinstance(error, OSError) and error.errno in FULL:
                raise disk_full(self.folder, "site") from error
            reason, faults = refusal_of(error, asked.site.name)
            rows = _without_figures(asked.site.name, "refused", reason, faults)
        rows[MICROGRID_SCREEN.name][0]["took"] = round(1000 * (time.perf_counter() - since))
        return self._kept(asked, rows)

    def ended(self, asked: Asked) -> Record:
        """Leave the record of a site whose process was ended from outside."""
        fault = Fault(
            (asked.site.path.name,), "a process that was ended from outside, twice",
            "each site is screened by a process of its own",
            "see that memory suffices: screen it alone, with fewer --days or longer steps",
        )  # fmt: skip
        reason = "its process was ended from outside"
        return self._kept(asked, _without_figures(asked.site.name, ENDED, reason, [fault]))

    def _kept(self, asked: Asked, rows: Mapping[str, list[dict[str, Any]]]) -> Record:
        record = Record(
            asked.site.name, asked.state, self.how.seconds, flows=False, rows=rows,
            of=MICROGRID_SCREEN.name,
        )  # fmt: skip
        write_record(self.folder, record)
        return record


@dataclass(frozen=True, slots=True)
class RankedSite:
    """A screened site in the order of what it would save; money in fen.

    Attributes
    ----------
    cost : of the full year where it was reckoned, else the estimate.
    saving : against today; None where there is no today.
    """

    site: str
    cost: int
    lower: int | None
    saving: int | None


@dataclass(frozen=True, slots=True)
class ScreenedBatch:
    """What the screening of a folder comes to.

    Attributes
    ----------
    folder : where its tables lie.
    run, kept : how many sites were screened now, and how many an earlier run had done.
    statuses : how many sites are of each status.
    ranked : by what they would save in a year, most first; then those without a today, by cost.
    without : the sites without figures.
    simulated : how many sites have invented figures.
    """

    folder: Path
    sites: int
    run: int
    kept: int
    statuses: Mapping[str, int]
    ranked: tuple[RankedSite, ...]
    without: tuple[Without, ...]
    simulated: int
    seconds: float


def screen_sites(
    folder: Path,
    out: Path,
    how: How,
    workspace: Workspace | None = None,
    *,
    workers: int | None = None,
    told: Told = lambda _stand: None,
) -> ScreenedBatch:
    """Screen every design below a folder, and leave the tables of all.

    What is kept, and when a site is screened again, is as for
    :func:`celadon.app.microgrids.batch.plan_batch`.

    Parameters
    ----------
    out : where records and tables go.
    workers : processes; one a core if not given. No digit depends on it.
    told : called when a site is done.

    Raises
    ------
    WorkspaceError
        If there is no design, another batch is at work in ``out``, or the disk is full.
    """
    began = time.perf_counter()
    sites = sites_below(folder)
    place = None if workspace is None else workspace.folder.resolve()
    task = ScreeningTask(out.resolve(), place, how)
    with held(out):
        basis = _basis(workspace, how)
        asked = [Asked(site, state_of(site, basis, workspace)) for site in sites]
        rest = [each for each in asked if not _holds(out, each, how)]
        work_through(task, out, asked, rest, workers, told, SCREENED_TABLES)
        gather(out, [site.name for site in sites], SCREENED_TABLES)
        return _summary(out, sites, len(rest), began)


def _basis(workspace: Workspace | None, how: How) -> str:
    """What all figures rest on beside their own files; the time given is looked at apart."""
    registry = workspace.registry() if workspace else load_registry()
    plain = {**asdict(how), "seconds": None}
    return sha256_text(canonical_json([code_state(), registry.digest, plain]))


def _holds(out: Path, asked: Asked, how: How) -> bool:
    record = read_record(out, asked.site.name)
    return record is not None and record.holds(asked.state, how.seconds, flows=False)


def _without_figures(
    site: str, status: str, reason: str, faults: list[Fault]
) -> dict[str, list[dict[str, Any]]]:
    head = screen_head(site, status=status, reason=reason)
    return {MICROGRID_SCREEN.name: [head], MICROGRID_REASON.name: reason_rows(site, faults)}


def _summary(out: Path, sites: Sequence[Site], run: int, began: float) -> ScreenedBatch:
    """The whole in short, from one record after the other."""
    statuses: Counter[str] = Counter()
    without, ranked, simulated = [], [], 0
    for site in sites:
        record = read_record(out, site.name)
        if record is None:
            continue
        head = record.head
        statuses[record.status] += 1
        simulated += bool(head["simulated"])
        if record.status == SCREENED:
            cost = head["estimate"] if head["cost"] is None else head["cost"]
            ranked.append(RankedSite(site.name, cost, head["lower"], head["saving"]))
            continue
        faults = tuple(
            Fault((row["place"],), row["found"], row["rule"], row["remedy"])
            for row in record.rows.get(MICROGRID_REASON.name, ())
        )
        without.append(Without(site.name, record.status, head["reason"], faults))
    ranked.sort(key=lambda each: (each.saving is None, -(each.saving or 0), each.cost, each.site))
    return ScreenedBatch(
        out, len(sites), run, len(sites) - run, dict(statuses), tuple(ranked), tuple(without),
        simulated, time.perf_counter() - began,
    )  # fmt: skip
