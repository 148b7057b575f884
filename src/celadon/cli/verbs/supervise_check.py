"""``celadon supervise check``: what verdicts and returns propose, and what neither tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from celadon.app.desk_check import Checked, desk_check, finding_events
from celadon.app.supervising import record as record_events
from celadon.cases import Event
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.supervise_form import day_of
from celadon.cli.verbs.supervise_telling import SHOWN, register_of, tell_more
from celadon.languages import Language
from celadon.records.period import Period
from celadon.report.figures import grouped


def check(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    cases: Sequence[str], period: str | None, actor: str | None, on: str | None,
) -> None:  # fmt: skip
    """Show what verdicts and returns propose, and what neither tells; record it where asked."""
    workspace, register = register_of(terminal, folder, language, programme)
    year = str(register.programme.year - 1)
    chosen = Period.parse(period or year)
    with terminal.working(f"{programme} · {chosen}"):
        found = desk_check(workspace, register, cases, chosen, terminal.language)
    events = finding_events(actor, found.proposed, day_of(on)) if actor else []
    recorded = record_events(workspace, register, events) if events else []
    if terminal.as_json:
        terminal.emit(_checked(found, recorded, programme, chosen))
        return
    terminal.heading(programme, str(chosen), terminal.say("supervise.desk_check"))
    for each in found.proposed[:SHOWN]:
        terminal.row("✗", f"{each.case} · {each.article} · {each.facts}")
    tell_more(terminal, len(found.proposed))
    for name, asks in list(found.questions.items())[:SHOWN]:
        for ask in asks:
            terminal.row("?", f"{name} · {ask}")
    tell_more(terminal, len(found.questions))
    for name, told in list(found.untold.items())[:SHOWN]:
        terminal.row("·", f"{name} · {told}")
    tell_more(terminal, len(found.untold))
    counts = {
        "proposed": len(found.proposed), "questions": len(found.questions),
        "clean": len(found.clean), "unknown": len(found.unknown),
    }  # fmt: skip
    terminal.row(terminal.say("supervise.all"), terminal.say("supervise.tally", **counts))
    if found.unknown:
        names = ", ".join(found.unknown[:SHOWN])
        terminal.row("▲", terminal.say("supervise.unknown", names=names), style="yellow")
    if recorded:
        terminal.row(terminal.say("supervise.recorded"), grouped(len(recorded)))
    elif found.proposed:
        command = terminal.command(f"celadon supervise check {programme} --as NAME", period=False)
        terminal.row(terminal.say("supervise.next"), command)


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
            }
            for each in found.proposed
        ],
        "questions": {name: list(asks) for name, asks in found.questions.items()},
        "untold": dict(found.untold),
        "clean": list(found.clean),
        "unknown": list(found.unknown),
        "recorded": len(recorded),
    }  # fmt: skip
