"""``celadon form``: a form for an authority, filled from the ledger."""

from __future__ import annotations

from pathlib import Path

from celadon.app.filing import KINDS, fill_form, save_form
from celadon.app.monitoring import commit_plan
from celadon.cli.opening import earlier_run, head, one_of, open_workspace, present_run
from celadon.cli.terminal import Terminal
from celadon.languages import Language
from celadon.records.finding import rule
from celadon.report.monitoring.plan import MONITORING_PLAN
from celadon.report.statistics.form import Form

_SHOWN = 8


def form(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    kind: str,
    site: str,
    period: str | None,
    out: Path | None,
    *,
    replace: bool,
    as_of: int | None = None,
) -> None:
    """Fill a form, write it, and say how much of it is there and how sure it is."""
    workspace = open_workspace(terminal, folder, language)
    one_of("FORM", kind, list(KINDS))
    if kind == MONITORING_PLAN and as_of is None:
        commit_plan(workspace, workspace.site(site))  # before the run: it is of what is known then
    result = (
        present_run(terminal, workspace, site, period)
        if as_of is None
        else earlier_run(terminal, workspace, site, period, as_of)
    )
    filled, content = fill_form(workspace, result, kind, terminal.language)
    path = out or workspace.out(result.site.id, result.period) / "forms" / f"{kind}.xlsx"
    save_form(filled, content, path, replace=replace or out is None)
    if terminal.as_json:
        terminal.emit({"site": site, "wrote": path.as_posix(), **filled.plain()})
        return
    head(terminal, result, workspace.settings.mode)
    say = terminal.say
    terminal.row(say("form.form"), filled.title.text(terminal.language))
    told = say("form.counts", figures=filled.printed_figures, empty=filled.empty)
    terminal.row(say("form.figures"), told)
    if filled.marked:
        terminal.row("▲", say("form.marked", number=filled.marked), style="yellow")
    _findings(terminal, filled)
    terminal.row(say("form.wrote"), path.as_posix())


def _findings(terminal: Terminal, filled: Form) -> None:
    """What the form found, the gravest first; the rest stands in the file."""
    found = sorted(filled.findings, key=lambda one: rule(one.rule).severity == "note")
    for one in found[:_SHOWN]:
        severity = terminal.word("severity", rule(one.rule).severity)
        terminal.row(severity, one.text(terminal.language))
    if len(found) > _SHOWN:
        terminal.row("", terminal.say("form.more", number=len(found) - _SHOWN))
