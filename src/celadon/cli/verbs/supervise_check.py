"""``celadon supervise check``: what verdicts and returns propose, and what neither tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from celadon.app.desk_check import Checked, desk_check, finding_events
from celadon.app.supervising import record as record_events
from celadon.assess.names import standard_label
from celadon.cases import Event, Register
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.supervise_form import day_of
from celadon.cli.verbs.supervise_telling import SHOWN, register_of
from celadon.errors import Fault, InputError
from celadon.languages import Language
from celadon.records.period import Period
from celadon.reference import Registry
from celadon.report.figures import grouped


def check(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    cases: Sequence[str], period: str | None, actor: str | None, on: str | None,
    *, show_all: bool = False,
) -> None:  # fmt: skip
    """Show what verdicts and returns propose, and what neither tells; record it where asked."""
    workspace, register = register_of(terminal, folder, language, programme)
    year = str(register.programme.year - 1)
    chosen = Period.parse(period or year)
    # what is recorded stands on papers of the authority, which are in Chinese unless asked
    words: Language = language or ("zh" if actor else terminal.language)
    with terminal.working(f"{programme} · {chosen}"):
        found = desk_check(workspace, register, cases, chosen, words)
    events, bare = finding_events(actor, found.proposed, day_of(on)) if actor else [], set[str]()
    if events:
        bare = _without_officers(register, [each.case for each in events])
        events = [each for each in events if each.case not in bare]
    recorded = record_events(workspace, register, events) if events else []
    if terminal.as_json:
        terminal.emit({**_checked(found, recorded, programme, chosen),
                       "no_officers": sorted(bare)})  # fmt: skip
        return
    terminal.heading(programme, str(chosen), terminal.say("supervise.desk_check"))
    _tell_lists(terminal, found, workspace.registry(), show_all=show_all)
    counts = {
        "proposed": len(found.proposed), "questions": len(found.questions),
        "clean": len(found.clean), "unknown": len(found.unknown),
    }  # fmt: skip
    terminal.row(terminal.say("supervise.all"), terminal.say("supervise.tally", **counts))
    if found.unknown:
        names = ", ".join(found.unknown[:SHOWN])
        terminal.row("▲", terminal.say("supervise.unknown", names=names), style="yellow")
    if bare:
        names = ", ".join(sorted(bare)[:SHOWN]) + (" …" if len(bare) > SHOWN else "")
        told = terminal.say("supervise.no_officers", number=grouped(len(bare)), names=names)
        terminal.row("▲", told, style="yellow")
    if recorded:
        terminal.row(terminal.say("supervise.recorded"), grouped(len(recorded)))
    elif found.proposed:
        command = terminal.command(f"celadon supervise check {programme} --as NAME", period=False)
        terminal.row(terminal.say("supervise.next"), command)


def _tell_lists(terminal: Terminal, found: Checked, registry: Registry, *, show_all: bool) -> None:
    proposed = [
        f"{each.case} · {standard_label(each.article, terminal.language, registry)} · {each.facts}"
        for each in found.proposed
    ]
    lists = (
        ("✗", proposed),
        ("?", [f"{name} · {ask}" for name, asks in found.questions.items() for ask in asks]),
        ("·", [f"{name} · {told}" for name, told in found.untold.items()]),
    )
    for mark, lines in lists:
        shown = lines if show_all else lines[:SHOWN]
        for line in shown:
            terminal.row(mark, line)
        if len(shown) < len(lines):
            terminal.row("", terminal.say("supervise.more_all", number=len(lines) - len(shown)))


def _without_officers(register: Register, names: Sequence[str]) -> set[str]:
    """The cases to which nobody is assigned: theirs are left, and those of others are recorded.

    Raises
    ------
    InputError
        If there is no other: said once, before each finding is refused.
    """
    cases, asked = register.state().cases, list(dict.fromkeys(names))
    bare = [name for name in asked if name in cases and not cases[name].officers]
    if len(bare) < len(asked):
        return set(bare)
    if bare:
        listed = ", ".join(bare[:SHOWN]) + (" …" if len(bare) > SHOWN else "")
        fault = Fault(
            (register.programme.id, "found"), f"no officers on {len(bare)} case(s): {listed}",
            "officers who are assigned find it",
            f"celadon supervise assign {register.programme.id} --officer ID --officer ID --as WHO",
        )  # fmt: skip
        raise InputError("What is proposed was not recorded", [fault])
    return set()


def _checked(
    found: Checked, recorded: Sequence[Event], programme: str, period: Period
) -> dict[str, Any]:
    return {
        "programme": programme,
        "period": str(period),
        "proposed": [
            {
                "case": each.case, "finding": each.finding, "article": each.article,
                "facts": each.facts, "rests_on": list(each.rests_on),
                "records": list(each.records), "ground": each.ground,
            }
            for each in found.proposed
        ],
        "questions": {name: list(asks) for name, asks in found.questions.items()},
        "untold": dict(found.untold),
        "clean": list(found.clean),
        "unknown": list(found.unknown),
        "recorded": len(recorded),
    }  # fmt: skip
