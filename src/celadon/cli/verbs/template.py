"""``celadon template``: the workbook that an enterprise fills in, its return, its equipment."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from celadon.app.equipment import site_equipment
from celadon.app.templating import (
    Returned,
    plain_finding,
    take_template,
    write_template,
)
from celadon.app.workspace import Workspace
from celadon.cli.finding_lines import show_briefly
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal, quoted
from celadon.errors import Fault, WorkspaceError
from celadon.exact import decimal_text
from celadon.languages import Language
from celadon.records.finding import Finding, rule
from celadon.records.period import Period
from celadon.records.templates.words import choices
from celadon.records.templates.words import say as say_word

_SHOWN = 8
_GRAVITY = ("error", "warning", "note")


def write(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    out: Path,
    period: str | None,
    until: str | None,
) -> None:
    """Write a template and say what to do with it."""
    workspace = open_workspace(terminal, folder, language)
    asked = Period.parse(period) if period is not None else _last_year(workspace, site)
    due = None if until is None else _day(until)
    done = write_template(workspace, site, out, asked, terminal.language, due)
    if terminal.as_json:
        terminal.emit(
            {
                "site": site,
                "wrote": out.as_posix(),
                "template": asdict(done.stamp),
                "asked": done.asked,
            }
        )
        return
    say = terminal.say
    rows = sum(done.asked.values())
    told = say("template.site", period=asked, sheets=len(done.asked), rows=f"{rows:,}")
    terminal.row(say("template.wrote"), f"{out.as_posix()} · {told}")
    command = f"celadon template read {site} {say('template.file')}"
    then = say("template.then", command=terminal.command(command, period=False))
    terminal.row(say("template.next"), then)


def read(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    file: Path,
    marked: Path | None,
    *,
    show_all: bool = False,
) -> None:
    """Take a returned template and show what was taken and what is to be corrected.

    Parameters
    ----------
    show_all : whether every finding is shown, however many there are.
    """
    workspace = open_workspace(terminal, folder, language)
    with terminal.working(file.name):
        done = take_template(workspace, site, file, terminal.language, marked)
    if terminal.as_json:
        terminal.emit(
            {
                "site": site,
                "file": done.file,
                "template": None if done.stamp is None else asdict(done.stamp),
                "sheets": [asdict(sheet) for sheet in done.sheets],
                "taken": [kind.plain() for kind in done.taken],
                "findings": [plain_finding(found) for found in done.findings],
                "marked": None if done.marked is None else done.marked.as_posix(),
            }
        )
        return
    _show(terminal, site, done, show_all=show_all)


def equipment(terminal: Terminal, folder: Path, language: Language | None, site: str) -> None:
    """Show the equipment that the ledger has."""
    workspace = open_workspace(terminal, folder, language)
    found = site_equipment(workspace, site)
    if terminal.as_json:
        terminal.emit({"site": site, "equipment": found})
        return
    say = terminal.say
    if not found:
        terminal.print(say("template.no_equipment"))
        return
    columns = ("id", "class", "name", "unit", "grade", "year", "pieces", "power")
    rows = [
        (
            row["equipment"],
            _class(row["class"], terminal.language),
            row["name"] or "",
            row["unit"] or "",
            row["grade"] or "",
            str(row["year"] or ""),
            f"{row['quantity']:,}",
            "" if row["power"] is None else _kilowatts(row["power"]),
        )
        for row in found
    ]
    terminal.table([say(f"template.{name}") for name in columns], rows, numbers=3)


def _show(terminal: Terminal, site: str, done: Returned, *, show_all: bool) -> None:
    say, stamp = terminal.say, done.stamp
    words = (
        say("template.unstamped")
        if stamp is None
        else say("template.stamp", version=stamp.version, period=stamp.period, made=stamp.made)
    )
    terminal.heading(site, done.file, words)
    headers = [say(f"template.{name}") for name in ("sheet", "kind", "filled", "taken")]
    rows = [
        (item.sheet, say(f"batch.{item.kind}"), f"{item.filled:,}", f"{item.taken:,}")
        for item in done.sheets
    ]
    terminal.table(headers, rows, numbers=2)
    for item in done.taken:
        key = "template.replayed" if item.replayed else "template.position"
        kind = say(f"batch.{item.kind}")
        text = say(key, kind=kind, rows=f"{item.rows:,}", position=item.position)
        terminal.row(say("template.committed"), text)
    if not done.taken:
        terminal.row(say("template.committed"), say("template.nothing"))
    _show_findings(terminal, done, show_all=show_all)
    if done.marked is not None:
        terminal.row(say("template.marked"), quoted(done.marked.as_posix()))


def _show_findings(terminal: Terminal, done: Returned, *, show_all: bool) -> None:
    say = terminal.say
    if not done.findings:
        terminal.print("  " + say("template.clean"))
        return
    terminal.print()
    terminal.heading(say("template.faults"))
    ordered = sorted(done.findings, key=lambda found: _GRAVITY.index(rule(found.rule).severity))
    shown = len(ordered) if show_all or len(ordered) <= _SHOWN + 1 else _SHOWN
    for found in ordered[:shown]:
        show_briefly(terminal, found)
    if shown < len(ordered):
        number = len(ordered) - shown
        terminal.print("  " + say("template.more", number=number))
        for sheet, cells in _places(ordered[shown:]).items():
            terminal.row("", f"{sheet}  {terminal.say('list.and').join(cells)}")
        terminal.print("  " + say("template.all"))
    if done.marked is None:
        terminal.print("  " + say("template.mark"))


def _places(findings: Sequence[Finding]) -> dict[str, list[str]]:
    """Where findings are: their cells by sheet, each with how many stand there if several do."""
    cells: dict[str, Counter[str]] = {}
    for found in findings:
        _, sheet, *cell = [*found.place.split(" › "), ""]
        cells.setdefault(sheet or found.place, Counter())[cell[0] if cell else ""] += 1
    return {
        sheet: [f"{cell} ×{times}".strip() if times > 1 else cell for cell, times in of.items()]
        for sheet, of in cells.items()
    }


def _class(name: str, language: Language) -> str:
    """A class of equipment in words; one that celadon does not know as it was written."""
    return say_word(f"word.{name}", language) if name in choices("class") else name


def _kilowatts(watts: int) -> str:
    return decimal_text(Fraction(watts, 1000), 3).rstrip("0").rstrip(".")


def _last_year(workspace: Workspace, site: str) -> Period:
    """The calendar year before the one that it is at the site."""
    zone = ZoneInfo(workspace.site(site).zone)
    return Period.parse(f"{dt.datetime.now(zone).year - 1:04d}")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        rule_told = "a day, such as 2026-02-28"
        fault = Fault(("--until",), repr(text), rule_told, "write the day so")
        raise WorkspaceError(f"{text!r} is not a day", [fault]) from None
