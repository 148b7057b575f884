"""``celadon recognise``: how a file could be read, shown before it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from celadon.app.recognising import recognise_file, save_guess
from celadon.app.workspace import Workspace
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, InputError, WorkspaceError
from celadon.exact import decimal_text, parse_decimal
from celadon.languages import Language
from celadon.records.finding import Finding, rule
from celadon.records.readers.recognition import Guess, NotRecognised, Trace
from celadon.records.site import Site

_ALIKE_SHOWN = 20


def recognise(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    file: Path,
    site: str | None,
    save: str | None,
) -> None:
    """Show the guess about a file; with ``save``, write the profile that says it."""
    workspace = open_workspace(terminal, folder, language)
    declared = workspace.site(site if site is not None else _only_site(workspace))
    try:
        with terminal.working(file.name):
            guess = recognise_file(workspace, declared, file)
    except NotRecognised as refusal:
        raise _cannot(terminal, file, refusal) from None
    path = None
    if save is not None:
        path = save_guess(workspace, declared, guess, save, comments(terminal, file, guess))
    if terminal.as_json:
        saved = None if path is None else str(path)
        plain = {"file": file.name, "site": declared.id, "saved": saved}
        terminal.emit({**plain, **plain_guess(guess)})
        return
    show_guess(terminal, file.name, guess)
    _show_rows(terminal, declared, guess)
    _show_next(terminal, declared.id, file, guess, save, path)


def _only_site(workspace: Workspace) -> str:
    ids = workspace.site_ids()
    if len(ids) == 1:
        return ids[0]
    rule_ = "the sites here: " + (", ".join(ids) or "none yet")
    remedy = "say whose file it is, for example --site " + (ids[0] if ids else "works")
    raise WorkspaceError("Which site?", [Fault(("--site",), "nothing", rule_, remedy)])


def _cannot(terminal: Terminal, file: Path, refusal: NotRecognised) -> InputError:
    for trace in refusal.traces:
        if not terminal.as_json:
            terminal.note(f"  {_aspect(terminal, trace)}  {trace.value}")
    fault = Fault(
        (file.name,),
        _because(terminal, refusal.because, refusal.numbers),
        "CSV, Parquet, XLSX or Green Button, whose headers name meters or the fields of a form",
        "correct the file or the meters of site.toml, or write a profile (docs/profiles.md)",
    )
    return InputError(terminal.say("recognise.cannot", file=file.name), [fault])


def show_guess(terminal: Terminal, file: str, guess: Guess) -> None:
    """The guess as a table: what, the guess, and what it rests on."""
    say = terminal.say
    key = "recognise.known_as" if guess.known_as else "recognise.unsaved"
    terminal.heading(say(key, file=file, profile=guess.known_as))
    headers = ["", *(say(f"recognise.{name}") for name in ("what", "guess", "rests_on"))]
    seen: Counter[str] = Counter()
    shown = []
    for trace in guess.traces:
        seen[trace.aspect] += 1
        if seen[trace.aspect] <= _ALIKE_SHOWN:
            shown.append(trace)
    rows = [
        (
            "▲" if trace.doubtful else "",
            _aspect(terminal, trace),
            _value(terminal, trace),
            _because(terminal, trace.because, trace.numbers),
        )
        for trace in shown
    ]
    rows += [
        ("", say(f"recognise.aspect.{aspect}"), f"... +{number - _ALIKE_SHOWN}", "")
        for aspect, number in seen.items()
        if number > _ALIKE_SHOWN
    ]
    terminal.table(headers, rows)
    if guess.doubts:
        terminal.row("▲", say("recognise.not_sure", number=len(guess.doubts)), style="yellow")


def _aspect(terminal: Terminal, trace: Trace) -> str:
    return terminal.say(f"recognise.aspect.{trace.aspect}")


def _value(terminal: Terminal, trace: Trace) -> str:
    value = {"\t": "Tab", " ": "␣"}.get(trace.value, trace.value)
    if not trace.others:
        return value
    return terminal.say("recognise.or", value=value, others=", ".join(map(repr, trace.others)))


def _because(terminal: Terminal, because: str, numbers: dict[str, Any]) -> str:
    return terminal.say(f"recognise.because.{because}", **numbers)


def _show_rows(terminal: Terminal, site: Site, guess: Guess) -> None:
    say = terminal.say
    terminal.print()
    terminal.heading(say("recognise.first"))
    if guess.first:
        meters = {meter.id: meter for meter in site.meters}
        rows = [_shown(row, meters) if guess.profile.kind == "reading" else row
                for row in guess.first]  # fmt: skip
        names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
        cells = [["" if row[name] is None else str(row[name]) for name in names] for row in rows]
        terminal.table(names, cells)
    told = say("recognise.taken", rows=f"{guess.rows:,}", findings=len(guess.findings))
    terminal.row(say("recognise.would"), told)
    for name, number in Counter(found.rule for found in guess.findings).most_common():
        title = rule(name).title[terminal.language]
        terminal.row("", say("recognise.finding", title=title, number=number))


def _shown(row: dict[str, Any], meters: dict[str, Any]) -> dict[str, Any]:
    """A reading with its value as the meter shows it."""
    meter = meters[row["meter"]]
    step: Fraction = parse_decimal(meter.resolution)
    decimals = len(meter.resolution.partition(".")[2])
    value = decimal_text(row["count"] * step, decimals)
    return {
        "meter": row["meter"], "ts": row["ts"], "value": f"{value} {meter.measure}",
        "quality": row["quality"], "source_row": row["source_row"],
    }  # fmt: skip


def _show_next(
    terminal: Terminal, site: str, file: Path, guess: Guess, save: str | None, path: Path | None
) -> None:
    say = terminal.say
    if path is not None:
        terminal.row(say("recognise.saved"), str(path))
    name = save or guess.known_as
    if name and not (guess.doubts and path is None):
        command = terminal.command(f"celadon import {site} {file} --profile {name}")
        text = command
        if guess.doubts and path is not None:
            text = say("recognise.check_and", path=path.name, command=command)
        terminal.row(say("recognise.next"), text)
    elif path is None:
        command = terminal.command(f"celadon recognise {file} --site {site} --save NAME")
        terminal.row(say("recognise.next"), say("recognise.save_as", command=command))


def comments(terminal: Terminal, file: Path, guess: Guess) -> dict[str, list[str]]:
    """What a saved profile says above its keys: what each rests on, and what is doubtful."""
    said: dict[str, list[str]] = {"": [terminal.say("recognise.written_by", file=file.name), ""]}
    keys = {"time": "column", "value_column": "columns", "meter": "", "unread": ""}
    for trace in guess.traces:
        key = keys.get(trace.aspect, trace.aspect)
        text = _because(terminal, trace.because, trace.numbers)
        if not key:
            said.setdefault("meters", []).append(f"{trace.value}: {text}")
            continue
        lines = said.setdefault(key, [])
        lines.append(f"{_aspect(terminal, trace)} {trace.value}: {text}" if key == "step" else text)
        if trace.doubtful:
            others = ", ".join(map(repr, trace.others))
            lines.append(terminal.say("recognise.doubt_line", others=others))
    for key in ("step", "sheets"):  # of which the profile may have no key
        if key in said and (key == "step" or not guess.profile.sheets):
            said[""] += said.pop(key)
    return said


def plain_guess(guess: Guess) -> dict[str, Any]:
    """A guess as plain data, for JSON."""
    return {
        "known_as": guess.known_as or None,
        "profile": guess.profile.model_dump(mode="json"),
        "doubts": [asdict(trace) for trace in guess.doubts],
        "traces": [asdict(trace) for trace in guess.traces],
        "rows": guess.rows,
        "first": [dict(row) for row in guess.first],
        "findings": [_finding(found) for found in guess.findings],
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {"finding": found.id, "severity": rule(found.rule).severity, **asdict(found)}
