"""``celadon supervise form``: the findings of a programme and its summary as a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from celadon.app.supervising import ZONE, open_register, save_programme
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, InputError
from celadon.languages import Language


def form(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    programme: str,
    out: Path | None,
    on: str | None,
) -> None:
    """Write the form, and say how much it holds."""
    workspace = open_workspace(terminal, folder, language)
    register = open_register(workspace, programme)
    day = day_of(on) or dt.datetime.now(ZONE).date()
    path = out or workspace.folder / "out" / "cases" / f"{programme}-{day}.xlsx"
    filled = save_programme(register, path, day, terminal.language, replace=out is None)
    rows = len(filled.tables[0].rows)
    if terminal.as_json:
        terminal.emit({"programme": programme, "wrote": path.as_posix(), **filled.plain()})
        return
    terminal.row(terminal.say("supervise.findings"), str(rows))
    terminal.row(terminal.say("supervise.wrote"), path.as_posix())


def day_of(text: str | None) -> dt.date | None:
    """The day that an option names.

    Raises
    ------
    InputError
        If it is none.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fault = Fault(("--on",), repr(text), "a day such as 2026-03-31", "write it so")
        raise InputError(f"{text!r} is not a day", [fault]) from None
