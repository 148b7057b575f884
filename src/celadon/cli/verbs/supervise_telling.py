"""What the verbs of ``supervise`` share: the register meant, and events as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from celadon.app.supervising import open_register, record
from celadon.app.workspace import Workspace
from celadon.cases import Event, Register
from celadon.cases.fold import CaseState
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.report.figures import grouped

SHOWN = 20
"""How many lines of a kind are shown."""


def register_of(
    terminal: Terminal, folder: Path, language: Language | None, programme: str
) -> tuple[Workspace, Register]:
    """The workspace, and the register of a programme in it."""
    workspace = open_workspace(terminal, folder, language)
    return workspace, open_register(workspace, programme)


def record_and_tell(
    terminal: Terminal, workspace: Workspace, register: Register, events: Sequence[Event],
    documents: Sequence[Path] = (),
) -> None:  # fmt: skip
    """Record events, with the documents that they name, and tell them."""
    tell(terminal, record(workspace, register, events, documents))


def tell(terminal: Terminal, events: Sequence[Event], wrote: Path | None = None) -> None:
    """Tell events that were recorded, and the file that was written with them."""
    if terminal.as_json:
        plain = [{"position": each.position, **each.body()} for each in events]
        file = {} if wrote is None else {"wrote": wrote.as_posix()}
        terminal.emit({"recorded": plain, **file})
        return
    for each in events[:SHOWN]:
        kind = terminal.say(f"supervise.kind_{each.kind}")
        terminal.row(grouped(each.position), " · ".join(x for x in (each.case, kind) if x))
    tell_more(terminal, len(events))
    if wrote is not None:
        terminal.row(terminal.say("supervise.wrote"), wrote.as_posix())


def tell_more(terminal: Terminal, number: int) -> None:
    """Say how many lines were not shown."""
    if number > SHOWN:
        terminal.row("", terminal.say("supervise.more", number=number - SHOWN))


def case_of(register: Register, name: str) -> CaseState:
    """A case by its id.

    Raises
    ------
    WorkspaceError
        If there is none; tells the ids of those that bear the name, or of ids that are like it.
    """
    found = register.case(name)
    if found is not None and found.name:
        return found
    cases = register.state().cases
    named = [f"{each.case} ({each.code or each.region})" for each in cases.values()
             if each.name == name]  # fmt: skip
    near = named or get_close_matches(name, cases, 3, 0.5)
    rule = "the id of an enterprise that was selected"
    if len(named) > 1:
        rule = f"an id: {len(named)} enterprises bear this name"
    remedy = f"take one of: {', '.join(near)}" if near else "correct it, or select it first"
    fault = Fault((name,), "no such case", rule, remedy)
    raise WorkspaceError(f"There is no case {name!r} in {register.programme.id}", [fault])


def stage_name(terminal: Terminal, register: Register, name: str) -> str:
    """A stage by its name."""
    found = register.programme.stage(name)
    return found.name(terminal.language) if found is not None else name
