"""``celadon doctor``: is this machine, and this workspace, fit for work?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from celadon.app.doctoring import Check, examine
from celadon.app.initialising import is_workspace
from celadon.app.workspace import Workspace
from celadon.cli.terminal import Terminal
from celadon.errors import CeladonError
from celadon.languages import Language

DAMAGED = 1
"""Exit code where a ledger or a register does not verify."""


def doctor(terminal: Terminal, folder: Path, language: Language | None, *, named: bool) -> None:
    """Show every check with what to do where it is not well; end with 1 if a record is not.

    Parameters
    ----------
    named : whether the folder was asked for; else it is looked at only if it is a workspace.
    """
    there = named or is_workspace(folder)
    if there and language is None:
        terminal.language = _language_of(folder, terminal.language)
    if there:
        terminal.stand(folder)
    with terminal.working("celadon doctor"):
        checks = examine(folder if there else None, terminal.language)
    warnings = [check for check in checks if not check.is_well]
    if terminal.as_json:
        terminal.emit({"well": not warnings, "checks": [check.plain() for check in checks]})
    else:
        _show(terminal, checks, there=there)
    if any(check.kind in ("ledger", "register") for check in warnings):
        raise typer.Exit(DAMAGED)


def _show(terminal: Terminal, checks: Sequence[Check], *, there: bool) -> None:
    warnings = [check for check in checks if not check.is_well]
    for check in checks:
        state = terminal.say("doctor.ok" if check.is_well else "doctor.warn")
        style = "" if check.is_well else "yellow"
        terminal.row(state, f"{check.name}: {check.found}", style=style)
        if check.remedy:
            is_command = check.remedy.startswith("celadon ")
            remedy = terminal.command(check.remedy) if is_command else check.remedy
            terminal.row("", f"-> {remedy}")
    if not there:
        terminal.print("  " + terminal.say("doctor.no_workspace"))
    summary = terminal.say("doctor.warnings", number=len(warnings))
    terminal.heading(summary if warnings else terminal.say("doctor.fit"))


def _language_of(folder: Path, fallback: Language) -> Language:
    """The workspace's language; a workspace that cannot be opened is told of by the checks."""
    try:
        return Workspace(folder).settings.language
    except CeladonError:
        return fallback
