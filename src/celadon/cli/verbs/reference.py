"""``celadon reference search``, ``show`` and ``diff``: what the tables say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from celadon.app.initialising import is_workspace
from celadon.app.referencing import (
    Shown,
    diff_reference,
    search_reference,
    show_reference,
)
from celadon.app.workspace import Workspace
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import Terminal
from celadon.languages import Language
from celadon.reference.confirmed import Confirmation, letter_of
from celadon.reference.difference import Change
from celadon.reference.entries import Entry, column_name, parameter_name, table_name
from celadon.reference.shapes import TABLES
from celadon.reference.validity import Validity
from celadon.report.figures import unit_text

_MOST_CELLS = 3
_WIDEST = 40
_BESIDE = frozenset({"record", "subject", "subject_zh", "parameter", "value", "value_low",
                     "value_high", "unit", "valid_from", "valid_to", "source", "locator",
                     "confidence", "note", "title_zh", "title_en"})  # fmt: skip
_ORDER = ("changed", "other_unit", "added", "removed")


def nearest(terminal: Terminal, folder: Path, language: Language | None) -> Workspace | None:
    """The workspace in a folder, if it is one; else the shipped tables are asked."""
    return open_workspace(terminal, folder, language) if is_workspace(folder) else None


def search(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    words: list[str],
    table: str | None,
    limit: int,
) -> None:
    """Show the rows that hold all words."""
    workspace = nearest(terminal, folder, language)
    asked = " ".join(words)
    within = "" if table is None else one_of("--table", table, list(TABLES))
    found, number = search_reference(workspace, asked, within, limit)
    if terminal.as_json:
        plain = [plain_entry(entry) for entry in found]
        terminal.emit({"words": asked, "found": number, "rows": plain})
        return
    say = terminal.say
    if not found:
        terminal.print(say("reference.nothing", words=asked))
        terminal.print("  " + say("reference.fewer_words"))
        return
    terminal.heading(say("reference.found", words=asked, shown=len(found), number=f"{number:,}"))
    for line in _lines(terminal, found):
        terminal.print(line)
    command = f"celadon reference show {shell_word(found[0].id)}"
    terminal.print("  " + say("reference.in_full", command=terminal.command(command, period=False)))
    if number > len(found):
        told = say("reference.more", number=f"{number - len(found):,}", limit=limit * 5)
        terminal.print("  " + told)


def show(terminal: Terminal, folder: Path, language: Language | None, row: str) -> None:
    """Show everything on one row."""
    workspace = nearest(terminal, folder, language)
    shown = show_reference(workspace, row)
    if terminal.as_json:
        terminal.emit(
            {
                **plain_entry(shown.row),
                "cells": dict(shown.row.cells),
                "confirmations": [one.plain() for one in shown.confirmations],
                "used": [use.plain() for use in shown.used],
            }
        )
        return
    _show_figure(terminal, shown)
    _show_source(terminal, shown.row)
    _show_confirmations(terminal, shown)
    if workspace is not None:
        _show_uses(terminal, shown)


def diff(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    sides: tuple[str, str],
    table: str | None,
    limit: int,
) -> None:
    """Show what differs between two sets, or two registries."""
    workspace = nearest(terminal, folder, language)
    within = "" if table is None else one_of("--table", table, list(TABLES))
    found = diff_reference(workspace, *sides, within)
    kinds = ("changed", "added", "removed", "same", "other_unit")
    counts = dict.fromkeys(kinds, 0) | Counter(change.kind for change in found)
    if terminal.as_json:
        changes = [change.plain() for change in found if change.kind != "same"]
        terminal.emit({"first": sides[0], "second": sides[1], "counts": counts, "rows": changes})
        return
    say = terminal.say
    terminal.heading(say("diff.head", first=sides[0], second=sides[1]))
    terminal.print("  " + say("diff.counts", **counts))
    told = sorted(
        (change for change in found if change.kind != "same"), key=lambda c: _ORDER.index(c.kind)
    )
    if not told:
        terminal.print("  " + say("diff.nothing"))
        return
    columns = ("kind", "what", "before", "after", "percent")
    rows = [_change(terminal, change) for change in told[:limit]]
    terminal.table([say(f"diff.{name}") for name in columns], rows, numbers=3)
    if len(told) > limit:
        terminal.print("  " + say("diff.more", number=len(told) - limit, limit=len(told)))


def plain_entry(entry: Entry) -> dict[str, Any]:
    """A row as plain data, for JSON; numbers as printed."""
    record, source, validity = entry.record, entry.source, entry.validity
    return {
        "id": entry.id,
        "table": entry.table,
        "name_zh": _first(entry, "subject_zh", "name_zh", "title_zh"),
        "name_en": _first(entry, "subject", "name_en", "title_en"),
        "parameter": record.parameter if record else entry.cells.get("parameter", ""),
        "value": record.value_text if record else entry.cells.get("value", ""),
        "low": entry.cells.get("value_low", ""),
        "high": entry.cells.get("value_high", ""),
        "unit": record.unit if record else entry.cells.get("unit", ""),
        "set": entry.cells.get("set", ""),
        "area": record.area if record else entry.cells.get("area", ""),
        "basis": record.basis if record else entry.cells.get("basis", ""),
        "data_year": record.data_year if record else entry.cells.get("data_year", ""),
        "valid_from": validity.from_text if validity else "",
        "valid_to": validity.to_text if validity else "",
        "source": None
        if source is None
        else {
            "id": source.id, "number": source.number, "title_zh": source.title_zh,
            "title_en": source.title_en, "publisher": source.publisher, "edition": source.edition,
            "status": source.status, "licence": source.licence, "url": source.url,
        },
        "locator": entry.locator,
        "confidence": entry.confidence,
        "note": entry.cells.get("note", ""),
    }  # fmt: skip


def shell_word(text: str) -> str:
    """A word of a command as a shell takes it: quoted where it holds blanks or strokes."""
    return f'"{text}"' if set(text) & set(" |<>&()%;") else text


def validity_text(terminal: Terminal, validity: Validity | None) -> str:
    """From when to when something is in force, in words."""
    if validity is None:
        return ""
    first, last = validity.from_text, validity.to_text
    if first and last:
        return terminal.say("validity.between", first=first, last=last)
    if first:
        return terminal.say("validity.from", first=first)
    if last:
        return terminal.say("validity.to", last=last)
    return terminal.say("validity.unknown" if validity.dated else "validity.every_day")


def _first(entry: Entry, *columns: str) -> str:
    return next((entry.cells[name] for name in columns if entry.cells.get(name)), "")


def _value(terminal: Terminal, entry: Entry) -> tuple[str, str]:
    """Value as printed and its unit; of a row that holds several, the first of them."""
    record, cells = entry.record, entry.cells
    unit = record.unit if record else cells.get("unit", "")
    value = record.value_text if record else cells.get("value", "")
    ends = cells.get("value_low", ""), cells.get("value_high", "")
    if not value and any(ends):
        value = terminal.say("reference.range", low=ends[0] or "–", high=ends[1] or "–")
    if not value and entry.table in TABLES and TABLES[entry.table].kind == "wide":
        named = [v.column for v in TABLES[entry.table].values if cells.get(v.column)]
        texts = [f"{name} {cells[name]}" for name in named[:_MOST_CELLS]]
        value = ", ".join(texts)
    return value or "–", unit_text(unit, terminal.language) if unit else ""


def _lines(terminal: Terminal, found: list[Entry]) -> Iterator[str]:
    """Value and letter before the id of each row, and under it what it is; ids are never cut."""
    told = [" ".join(_value(terminal, entry)).strip() for entry in found]
    width = min(max(cell_len(text) for text in told), _WIDEST)
    for entry, text in zip(found, told, strict=True):
        letter = entry.confidence + ("" if entry.confidence in ("", "A") else " ▲")
        blank = " " * max(0, width - cell_len(text))
        yield f"  {blank}{text}  {letter:<3}  {entry.id}"
        beside = " · ".join(part for part in _beside(terminal, entry) if part)
        if beside:
            yield f"  {'':{width}}  {'':3}  {beside}"


def _beside(terminal: Terminal, entry: Entry) -> tuple[str, ...]:
    """What a row is of: names, set, area, time in force, and the source where there is no set."""
    zh = terminal.language == "zh"
    name = _first(entry, "subject_zh", "name_zh", "title_zh")
    if not zh:
        name = _first(entry, "name_en", "title_en") or name
    area = entry.record.area if entry.record else entry.cells.get("area", "")
    held = entry.cells.get("set", "") or (entry.source.label if entry.source else "")
    parameter = entry.cells.get("parameter", "")
    told = parameter_name(parameter, terminal.language) if parameter else ""
    return name, told, held, area, validity_text(terminal, entry.validity)


def _show_figure(terminal: Terminal, shown: Shown) -> None:
    say, entry = terminal.say, shown.row
    value, unit = _value(terminal, entry)
    confirmed = {one.row for one in shown.confirmations if one.in_force}
    letter = letter_of(entry.id, entry.confidence, confirmed)
    if entry.record is not None and value == "–":
        value = say("reference.no_value")
    terminal.heading(entry.id, f"{value} {unit}".strip(), letter)
    titles = [table_name(entry.table, terminal.language)]
    titles += [_first(entry, "subject_zh", "name_zh"), _first(entry, "subject", "name_en")]
    if entry.record is not None:
        titles.append(parameter_name(entry.record.parameter, terminal.language))
    terminal.row(say("reference.states"), " · ".join(text for text in titles if text))
    ends = [entry.cells.get(name, "") for name in ("value_low", "value_high")]
    if any(ends) and entry.cells.get("value"):
        low, high = (end or "–" for end in ends)
        terminal.row("", say("reference.range", low=low, high=high))
    for column, text in entry.cells.items():
        if text and column not in _BESIDE:
            terminal.row("", f"{column_name(column, terminal.language)}  {text}")
    terminal.row(say("reference.valid"), validity_text(terminal, entry.validity) or "–")


def _show_source(terminal: Terminal, entry: Entry) -> None:
    say, source = terminal.say, entry.source
    if source is not None:
        other: Language = "en" if terminal.language == "zh" else "zh"
        title = source.title_en if other == "en" else source.title_zh
        terminal.row(say("reference.source"), source.cited(terminal.language))
        if title and title not in source.cited(terminal.language):
            terminal.row("", title)
        told = {
            "edition": source.edition, "status": source.status, "licence": source.licence,
            "address": source.url,
        }  # fmt: skip
        for name, text in told.items():
            terminal.row(say(f"reference.{name}"), text or say("reference.not_stated"))
    if entry.table != "sources":
        terminal.row(say("reference.place"), entry.locator or say("reference.no_place"))
    if entry.cells.get("note"):
        terminal.row(say("reference.note"), entry.cells["note"])


def _show_confirmations(terminal: Terminal, shown: Shown) -> None:
    say = terminal.say
    for one in shown.confirmations:
        terminal.row(say("reference.confirmed"), confirmation_text(terminal, one))
    if not shown.confirmations and shown.row.confidence not in ("", "A"):
        terminal.row(say("reference.confirmed"), say("reference.unconfirmed"))
        command = f"celadon reference confirm {shell_word(shown.row.id)}"
        command += f" --by {say('reference.who')} --page {say('reference.page')}"
        told = say("reference.confirm_it", command=terminal.command(command, period=False))
        terminal.print(f"            {told}")


def confirmation_text(terminal: Terminal, one: Confirmation) -> str:
    """Who compared a row with which page, when, and how it stands."""
    told = terminal.say("reference.by", by=one.by, page=one.page, when=one.recorded_at[:16])
    state = terminal.say(f"confirmation.{one.state}")
    if one.state == "withdrawn":
        because = one.because or "–"
        state = terminal.say("reference.withdrawn_by", by=one.withdrawn_by, because=because)
    return f"{told} · {state}"


def _show_uses(terminal: Terminal, shown: Shown) -> None:
    say = terminal.say
    if not shown.used:
        terminal.row(say("reference.used"), say("reference.no_use"))
    for number, use in enumerate(shown.used):
        told = say("reference.use", site=use.site, period=use.period, account=use.account[:16])
        parts = [told, say(f"use.{use.role}")]
        parts += [] if use.is_present else [say("reference.earlier")]
        terminal.row(say("reference.used") if number == 0 else "", " · ".join(parts))


def _change(terminal: Terminal, change: Change) -> tuple[str, ...]:
    values = [
        f"{text} {unit_text(unit, terminal.language) if unit else ''}".strip()
        for text, unit in ((change.before, change.unit_before), (change.after, change.unit_after))
    ]
    return terminal.say(f"change.{change.kind}"), change.what, *values, change.percent
