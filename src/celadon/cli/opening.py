"""What verbs begin with: the workspace, its language, a period, and the run that is asked about."""

from __future__ import annotations

from pathlib import Path

from celadon.app.latest import beyond_today, latest_year
from celadon.app.running import SiteRun, cached_run, run
from celadon.app.standing import with_confirmations
from celadon.app.workspace import Workspace
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.period import Period


def open_workspace(terminal: Terminal, folder: Path, language: Language | None) -> Workspace:
    """The workspace in a folder; from here on words are in its language unless one was asked for.

    Raises
    ------
    WorkspaceError
        If the folder is no workspace.
    """
    workspace = Workspace(folder)
    terminal.stand(folder)
    terminal.language = language or workspace.settings.language
    return workspace


def period_of(terminal: Terminal, workspace: Workspace, site: str, text: str | None) -> Period:
    """The period that a text names, or the latest year in the site's ledger that has begun.

    Raises
    ------
    WorkspaceError
        If the text is no period, there is no such site, or its ledger is empty.
    """
    workspace.site_file(site)
    terminal.period = text
    if text is not None:
        return Period.parse(text)
    year = latest_year(workspace, site)
    beyond = beyond_today(workspace, site)
    if beyond is not None:
        terminal.note(f"{site}: {terminal.say('run.future', day=beyond, year=year)}")
    return year


def present_run(terminal: Terminal, workspace: Workspace, site: str, text: str | None) -> SiteRun:
    """The run of a site and period as everything stands now, made anew where it is stale."""
    period = period_of(terminal, workspace, site, text)
    with terminal.working(f"{site} · {period}"):
        return with_confirmations(workspace, cached_run(workspace, site, period))


def earlier_run(
    terminal: Terminal, workspace: Workspace, site: str, text: str | None, position: int
) -> SiteRun:
    """The run of a site and period as it was known at a position of its ledger; it is not kept."""
    period = period_of(terminal, workspace, site, text)
    with terminal.working(f"{site} · {period} · {position}"):
        found = run(workspace, [site], period, known_at=position)[site]
        return with_confirmations(workspace, found)


def head(terminal: Terminal, result: SiteRun, mode: str = "") -> None:
    """The line that says which site, period and mode what follows is of."""
    read, length = result.header["read"], result.header["ledger_length"]
    position = read["position"]
    known = terminal.say("head.known_at", position=position, of=length)
    terminal.heading(
        result.site.id,
        result.site.name(terminal.language),
        str(result.period),
        terminal.say(f"mode.{mode}") if mode else "",
        known if not mode or position != length else "",
    )
    if result.site.simulated:
        terminal.row("▲", terminal.say("head.simulated"), style="yellow")


def one_of(option: str, text: str, known: list[str]) -> str:
    """The text, if it is one of the words known there.

    Raises
    ------
    WorkspaceError
        If it is not; lists those there are.
    """
    if text in known:
        return text
    rule = "one of: " + ", ".join(known) if known else "there is none here"
    fault = Fault((option,), repr(text), rule, "take one of these, or leave the option out")
    raise WorkspaceError(f"{option} {text} is not known here", [fault])
