"""``celadon reference load``, ``confirm`` and ``verify``: who brought what, and who vouches."""

from __future__ import annotations

from pathlib import Path

from celadon.app.referencing import (
    confirm_reference,
    list_confirmations,
    load_reference,
    verify_reference,
    withdraw_reference,
)
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.reference import shell_word
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.reference.confirmed import Confirmation, letter_of
from celadon.reference.entries import column_name
from celadon.reference.lint import rules
from celadon.reference.load import Load
from celadon.reference.shapes import TABLES

_SHOWN = 12


def load(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    file: Path,
    table: str | None,
    by: str,
    *,
    check: bool,
) -> None:
    """Take a user's table, or only say what it would do."""
    workspace = open_workspace(terminal, folder, language)
    asked = "" if table is None else one_of("--table", table, list(TABLES))
    with terminal.working(file.name):
        done = load_reference(workspace, file, asked, by, check=check)
    if terminal.as_json:
        terminal.emit(
            {
                "file": file.name,
                "loaded": done.done,
                "tables": list(done.files),
                "rows": [row.plain() for row in done.rows],
                "doubts": [finding.plain(terminal.language) for finding in done.doubts],
                "unknown": [one.plain() for one in done.unknown],
            }
        )
        return
    _show_rows(terminal, done)
    _show_doubts(terminal, done)
    _show_unknown(terminal, done)
    say, number = terminal.say, sum(row.kind != "same" for row in done.rows)
    if not done.changes:
        terminal.print("  " + say("load.nothing", file=file.name))
    elif check:
        terminal.print("  " + say("load.checked", file=file.name, rows=len(done.rows)))
    else:
        tables = say("list.and").join(done.files)
        terminal.print("  " + say("load.done", file=file.name, rows=number, tables=tables))
        _show_next(terminal, done)


def confirm(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    row: str,
    by: str,
    page: str,
    value: str,
    document: Path | None,
) -> None:
    """Record that a person compared a row with print."""
    workspace = open_workspace(terminal, folder, language)
    found, is_new = confirm_reference(workspace, row, by, page, value, document)
    if terminal.as_json:
        terminal.emit({"confirmation": found.plain(), "new": is_new})
        return
    letter = letter_of(found.row, found.letter, {found.row})
    told = {"row": found.row, "by": found.by, "page": found.page}
    if is_new:
        terminal.print(terminal.say("confirm.done", letter=letter, **told))
    else:
        terminal.print(terminal.say("confirm.known", **told))


def withdraw(
    terminal: Terminal, folder: Path, language: Language | None, row: str, by: str, because: str
) -> None:
    """Take back the confirmations of a row."""
    workspace = open_workspace(terminal, folder, language)
    line = withdraw_reference(workspace, row, by, because)
    if terminal.as_json:
        terminal.emit({"withdrawn": line})
        return
    terminal.print(terminal.say("confirm.withdrawn", row=row, by=line["by"]))


def confirmations(terminal: Terminal, folder: Path, language: Language | None) -> None:
    """List every confirmation, with how it stands."""
    workspace = open_workspace(terminal, folder, language)
    found = list_confirmations(workspace)
    if terminal.as_json:
        terminal.emit({"confirmations": [one.plain() for one in found]})
        return
    say = terminal.say
    if not found:
        terminal.print(say("confirm.none"))
        return
    columns = ("row", "by", "page", "document", "when", "state")
    rows = [_confirmation(terminal, one) for one in found]
    terminal.table([say(f"confirm.{name}") for name in columns], rows)


def verify(terminal: Terminal, folder: Path, language: Language | None) -> None:
    """Check the audit file, all that it keeps, and the tables that were loaded."""
    workspace = open_workspace(terminal, folder, language)
    found = verify_reference(workspace)
    if terminal.as_json:
        terminal.emit(
            {
                "lines": found.lines, "head": found.head, "counts": found.counts,
                "tables": found.tables,
            }
        )  # fmt: skip
        return
    say = terminal.say
    terminal.heading(say("verify.sound", lines=found.lines))
    terminal.row(say("verify.head"), found.head or say("verify.none"))
    if found.head:
        terminal.row("", say("verify.keep"))
    for kind, number in found.counts.items():
        terminal.row(say(f"verify.{kind}"), f"{number:,}")
    for position, (name, state) in enumerate(found.tables.items()):
        told = f"{name}.csv · {say(f'verify.{state}')}"
        terminal.row(say("verify.tables") if position == 0 else "", told)


def demand_row(row: str | None) -> str:
    """The row that a command names.

    Raises
    ------
    WorkspaceError
        If it names none.
    """
    if row:
        return row
    rule = "the id of a row, or --list"
    fault = Fault(("RECORD",), "nothing", rule, "celadon reference search WORDS finds ids")
    raise WorkspaceError("Which row is confirmed?", [fault])


def _confirmation(terminal: Terminal, one: Confirmation) -> tuple[str, ...]:
    state = terminal.say(f"confirmation.{one.state}")
    when = one.recorded_at[:16].replace("T", " ")
    return one.row, one.by, one.page, one.document, when, state


def _show_rows(terminal: Terminal, done: Load) -> None:
    say = terminal.say
    columns = ("row", "does", "letter", "before", "after")
    rows = [
        (row.row, say(f"load.{row.kind}"), row.letter, row.before, row.after)
        for row in done.rows[:_SHOWN]
    ]
    terminal.table([say(f"load.{name}") for name in columns], rows)
    if len(done.rows) > _SHOWN:
        terminal.print("  " + say("load.more", number=len(done.rows) - _SHOWN))


def _show_doubts(terminal: Terminal, done: Load) -> None:
    """What the lint says of the rows, each with its place in the user's file."""
    say, language = terminal.say, terminal.language
    for finding in done.doubts[:_SHOWN]:
        severity, title = say(f"lint_severity.{finding.severity}"), rules()[finding.rule].title
        terminal.print(f"  ▲ {severity} · {title[language]} · {finding.row.id}")
        place = say("load.place", file=finding.row.file, row=finding.row.line)
        terminal.row(say("error.found"), f"{finding.found(language)}  ({place})")
        terminal.row(say("error.rule"), finding.expected(language))
        terminal.row(say("error.do"), finding.remedy(language))
    if len(done.doubts) > _SHOWN:
        terminal.print("  " + say("lint.more", number=len(done.doubts) - _SHOWN))


def _show_unknown(terminal: Terminal, done: Load) -> None:
    """Subjects and parameters that are new to the table, with what they may have been meant for."""
    say = terminal.say
    for one in done.unknown[:_SHOWN]:
        column = column_name(one.column, terminal.language)
        terminal.print(f"  ▲ {say('load.unknown', column=column, text=one.text)}  ({one.place})")
        near = say("load.near", near=one.near) if one.near else say("load.nothing_near")
        terminal.row(say("error.rule"), near)
        terminal.row(say("error.do"), say("load.if_new"))
    if len(done.unknown) > _SHOWN:
        terminal.print("  " + say("load.more_unknown", number=len(done.unknown) - _SHOWN))


def _show_next(terminal: Terminal, done: Load) -> None:
    """The first row that is not official yet, as a command that confirms it."""
    waiting = [row.row for row in done.rows if row.kind != "same" and row.letter not in ("", "A")]
    if waiting:
        say = terminal.say
        command = f"celadon reference confirm {shell_word(waiting[0])}"
        command += f" --by {say('reference.who')} --page {say('reference.page')}"
        told = say("load.confirm", command=terminal.command(command, period=False))
        terminal.print(f"  {told}")
