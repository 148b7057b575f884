"""``celadon run``: one line a floor, units always, and what is open."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from celadon.accounts.tables import CERTIFICATE
from celadon.app.national.across import across_findings, identity_row
from celadon.app.national.sharding import chosen_sites
from celadon.app.reporting import write_site_report
from celadon.app.running import SiteRun
from celadon.app.running import run as compute
from celadon.app.standing import with_confirmations
from celadon.app.summary import Summary, summarise
from celadon.app.workspace import Workspace
from celadon.cli.open_items import open_items
from celadon.cli.opening import head, open_workspace, period_of
from celadon.cli.run_lines import accounts_line, quality_line, records_line, verdicts_line
from celadon.cli.terminal import Terminal
from celadon.cli.totals import show_unofficial, unofficial
from celadon.cli.verbs.run_nation import plain_across, run_together, show_across
from celadon.cli.watch import Watch
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.report.write import ReportFiles

MANY = 20
"""From so many sites on a run is told as a whole, and writes no report of each."""


def run(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    sites: Sequence[str],
    period: str | None,
    *,
    as_of: int | None,
    threads: int | None,
    report: bool,
    together: bool | None = None,
    workers: int | None = None,
    days: bool = False,
) -> None:
    """Run sites, write their reports, and show each; many of them by shards, told in short."""
    workspace = open_workspace(terminal, folder, language)
    chosen = _chosen(workspace, sites)
    if together or (together is None and as_of is None and len(chosen) >= MANY):
        if as_of is not None:
            fault = Fault(
                ("--as-of", str(as_of)), "many sites together", "a position is of one ledger",
                "leave it out, or run the one site without --together",
            )  # fmt: skip
            raise WorkspaceError("A position of the ledger is asked of one site", [fault])
        run_together(terminal, workspace, chosen, period, workers=workers, days=days)
        return
    shown = max(period_of(terminal, workspace, site, period) for site in chosen)
    watch = Watch(terminal, " ".join(chosen))
    with watch:
        results = compute(
            workspace, chosen, shown, known_at=as_of, threads=threads, progress=watch.done
        )
    documents = []
    for result in (with_confirmations(workspace, computed) for computed in results.values()):
        summary = summarise(result)
        floors = dict(watch.seconds)
        wrote = None
        if report:
            wrote, floors["report"] = write_timed(terminal, workspace, result)
        if terminal.as_json:
            documents.append(_document(terminal, workspace, result, summary, wrote, floors))
            continue
        alone = floors if len(results) == 1 else {}
        show_run(terminal, workspace, result, summary, alone)
        if report or as_of is None:  # what was known earlier is not kept
            show_wrote(terminal, workspace, result, wrote, floors.get("report"))
    across = across_findings(
        [identity_row(result.site) for result in results.values()],
        [row for result in results.values() for row in result.table(CERTIFICATE).to_pylist()],
    )
    if terminal.as_json:
        terminal.emit({"runs": documents, "across": plain_across(terminal, across)})
    elif len(results) > 1:
        show_across(terminal, across)
        sites_together = terminal.say("run.shard", number=len(results))
        spent = (f"{terminal.say(f'run.{name}')} {s:.1f} s" for name, s in watch.seconds.items())
        terminal.heading(sites_together, *spent)


def show_run(
    terminal: Terminal,
    workspace: Workspace,
    result: SiteRun,
    summary: Summary,
    seconds: dict[str, float],
) -> None:
    """The lines of a run, from records to what is open."""
    head(terminal, result, workspace.settings.mode)
    if workspace.settings.mode == "official":
        show_unofficial(terminal, summary)
    lines = {
        "records": records_line(terminal, result, summary),
        "quality": quality_line(terminal, result, summary),
        "accounts": accounts_line(terminal, summary),
        "verdicts": verdicts_line(terminal, result),
    }
    for floor, text in lines.items():
        spent = f"{seconds[floor]:.1f} s" if floor in seconds else ""
        terminal.row(terminal.say(f"run.{floor}"), text, spent)
    items = open_items(terminal, workspace, result, summary)
    for index, item in enumerate(items or [terminal.say("run.nothing_open")]):
        terminal.row(terminal.say("run.open") if index == 0 else "", item)


def show_wrote(
    terminal: Terminal,
    workspace: Workspace,
    result: SiteRun,
    wrote: ReportFiles | None,
    seconds: float | None,
) -> None:
    """What was written, as seen from where the user stands, its folder said once."""
    spent = "" if seconds is None else f"{seconds:.1f} s"
    if wrote is None:
        folder = workspace.cache(result.site.id, result.period)
        text = terminal.say("run.no_report", folder=_from_here(folder))
    else:
        names = [wrote.html.name, wrote.workbook.name, "tables/", "charts/"]
        text = f"{_from_here(wrote.html.parent)}/" + " · ".join(names)
    terminal.row(terminal.say("run.wrote"), text, spent)


def write_timed(
    terminal: Terminal, workspace: Workspace, result: SiteRun
) -> tuple[ReportFiles, float]:
    """Write the report of a run; what was written and the seconds that it took."""
    since = time.perf_counter()
    subject = f"{result.site.id} · {result.period} · {terminal.say('run.report')}"
    with terminal.working(subject):
        written = write_site_report(workspace, result, terminal.language)
    return written, time.perf_counter() - since


def written_paths(wrote: ReportFiles | None) -> dict[str, Any]:
    """What was written as plain data, for JSON."""
    if wrote is None:
        return {}
    return {
        "html": wrote.html.as_posix(),
        "workbook": wrote.workbook.as_posix(),
        "tables": [path.as_posix() for path in wrote.tables],
        "charts": [path.as_posix() for path in wrote.charts],
    }


def _from_here(path: Path) -> str:
    """A path as it can be opened from where the user stands."""
    whole, here = path.resolve(), Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


def _chosen(workspace: Workspace, sites: Sequence[str]) -> list[str]:
    known = workspace.site_ids()
    if not known:
        fault = Fault(
            (str(workspace.folder),),
            "no sites/*/site.toml",
            "a run needs at least one site",
            "celadon init --site ID writes an example to edit",
        )
        raise WorkspaceError("There is no site to run", [fault])
    if any(set(site) & set("*?[") for site in sites) or not sites:
        return chosen_sites(known, sites)
    chosen = list(dict.fromkeys(sites))
    for site in chosen:
        workspace.site_file(site)
    return chosen


def _document(
    terminal: Terminal,
    workspace: Workspace,
    result: SiteRun,
    summary: Summary,
    wrote: ReportFiles | None,
    seconds: dict[str, float],
) -> dict[str, Any]:
    is_official = workspace.settings.mode == "official"
    told = {"not_official": unofficial(terminal, summary)} if is_official else {}
    return {
        "site": result.site.id,
        "period": str(result.period),
        "summary": summary.plain(),
        **told,
        "open": open_items(terminal, workspace, result, summary),
        "wrote": written_paths(wrote),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
    }
