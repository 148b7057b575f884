"""``celadon supervise new``, ``select`` and ``assign``: a programme begun, who is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from celadon.app.drawing import with_risk
from celadon.app.qualifying import select_by_criterion
from celadon.app.supervising import (
    ZONE,
    Choice,
    enterprises_from,
    enterprises_of,
    new_programme,
    open_register,
    select_enterprises,
)
from celadon.cases import Event, Register
from celadon.cases.criteria import UNTOLD
from celadon.cases.doubtful import doubts
from celadon.cases.events import SelectedBy, event
from celadon.cases.programme import Kind
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.supervise_form import day_of
from celadon.cli.verbs.supervise_list import no_numbers, qualified, tell_untold
from celadon.cli.verbs.supervise_telling import SHOWN, record_and_tell, register_of, tell
from celadon.languages import Language
from celadon.records.period import Period
from celadon.report.figures import grouped


def new(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, kind: str,
    authority: str, region: str, year: int | None,
) -> None:  # fmt: skip
    """Write the file of a programme."""
    workspace = open_workspace(terminal, folder, language)
    known = list(get_args(Kind))
    one_of("--kind", kind, known)
    chosen: Kind = kind  # type: ignore[assignment]
    path = new_programme(
        workspace, programme, chosen, authority, region, year or dt.datetime.now(ZONE).year
    )
    if terminal.as_json:
        terminal.emit({"programme": programme, "wrote": path.as_posix()})
        return
    terminal.row(terminal.say("supervise.wrote"), path.as_posix())
    terminal.row(terminal.say("supervise.next"), terminal.say("supervise.complete"))


def select(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, actor: str,
    by: str, reason: str, names: Sequence[str], from_file: Path | None, number: int, seed: str,
    previous: str, criterion: str, period: str | None, on: str | None,
) -> None:  # fmt: skip
    """Take enterprises into a programme."""
    if by == "criteria":
        workspace, register = register_of(terminal, folder, language, programme)
        found, known = qualified(terminal, workspace, register, criterion, from_file, period)
        events = select_by_criterion(
            workspace, programme, known, found, reason, actor, number, day_of(on)
        )
        if terminal.as_json:
            plain = [{"position": each.position, **each.body()} for each in events]
            untold = {name: list(found.answers[name].because) for name in found.names(UNTOLD)}
            terminal.emit({"recorded": plain, UNTOLD: untold, "no": len(found.names("no")),
                           "refused": no_numbers(found)})  # fmt: skip
            return
        tell(terminal, events)
        _tell_doubts(terminal, register, events)
        tell_untold(terminal, found)
        return
    workspace = open_workspace(terminal, folder, language)
    one_of("--by", by, list(get_args(SelectedBy)))
    listed = enterprises_of(workspace) if from_file is None else enterprises_from(from_file)
    if by == "risk" and from_file is None:
        year = open_register(workspace, programme).programme.year - 1
        with terminal.working(f"{programme} · {year}"):
            listed = with_risk(workspace, listed, Period.parse(str(year)))
    chosen: SelectedBy = by  # type: ignore[assignment]
    choice = Choice(chosen, reason, tuple(names), number, seed, previous, day_of(on))
    done = select_enterprises(workspace, programme, listed, choice, actor)
    tell(terminal, done)
    if not terminal.as_json:
        if by == "risk" and sum(each.kind == "selected" for each in done) < number:
            words = terminal.say("supervise.no_other_risk", number=grouped(number))
            terminal.row("▲", words, style="yellow")
        _tell_doubts(terminal, open_register(workspace, programme), done)


def _tell_doubts(terminal: Terminal, register: Register, done: Sequence[Event]) -> None:
    """Say which of those selected share a name or a code, or bear a code that is none."""
    told = list(doubts(register.state().cases, {each.case for each in done}))
    for each in told[:SHOWN]:
        words = terminal.say(f"supervise.{each.doubt}", text=each.text)
        terminal.row("▲", f"{', '.join(each.cases)} · {words}", style="yellow")
    if len(told) > SHOWN:
        terminal.row("", terminal.say("supervise.more_doubts", number=len(told) - SHOWN))


def assign(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    cases: Sequence[str], officers: Sequence[str], actor: str, on: str | None,
) -> None:  # fmt: skip
    """Assign officers to cases; to all that are open if none is named."""
    workspace, register = register_of(terminal, folder, language, programme)
    named = list(cases) or _open_cases(register)
    day = day_of(on)
    events = [event(actor, "assigned", name, on=day, officers=list(officers)) for name in named]
    record_and_tell(terminal, workspace, register, events)


def _open_cases(register: Register) -> list[str]:
    cases = register.state().cases.values()
    return [each.case for each in cases if not each.withdrawn and not each.result]
