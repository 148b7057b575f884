"""``celadon supervise verify``: the register of a programme looked through to the last byte."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from celadon.app.supervising import ZONE
from celadon.cases.verifying import verify as looked_through
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.supervise_telling import register_of, tell
from celadon.errors import ChainBroken
from celadon.languages import Language
from celadon.report.figures import grouped


def verify(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, mend: str
) -> None:
    """Tell whether events, head, documents and papers are as they were recorded.

    Raises
    ------
    ChainBroken
        If anything is not, with everything that is not.
    """
    _, register = register_of(terminal, folder, language, programme)
    if mend:
        tell(terminal, register.mend(mend, now=dt.datetime.now(ZONE)))
        return
    done = looked_through(register)
    if terminal.as_json and not done.faults:
        terminal.emit({
            "programme": programme, "events": done.events, "head": done.head,
            "documents": done.documents, "papers": done.papers, "torn": done.torn,
        })  # fmt: skip
        return
    if done.faults:
        raise ChainBroken("The register is not as it was recorded", list(done.faults))
    counts = {
        "events": grouped(done.events), "documents": grouped(done.documents),
        "papers": grouped(done.papers),
    }  # fmt: skip
    terminal.row("✓", terminal.say("supervise.verified", **counts))
    terminal.row(terminal.say("supervise.head"), done.head or terminal.say("supervise.no_head"))
    if done.torn:
        terminal.row("▲", terminal.say("supervise.torn", number=done.torn), style="yellow")
