"""``celadon tariff``: what the tables know of a province's tariff, and a draft of its file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

from celadon.accounts.bill.draft import in_force_words
from celadon.accounts.bill.known import Part
from celadon.app.initialising import is_workspace
from celadon.app.tariffs import Known, known_tariff, write_draft
from celadon.app.workspace import Workspace
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal, phrases
from celadon.errors import Fault, InputError, LookupRefused
from celadon.languages import Language
from celadon.reference import Record, Registry, load_registry


def missing(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    province: str,
    voltage: str,
    on: str | None,
) -> None:
    """Show each part of a province's tariff with what is known of it."""
    registry, day = _registry(terminal, folder, language), _day(on)
    known = _known(terminal, registry, province, day, voltage)
    if terminal.as_json:
        parts = {part.name: [_plain(row) for row in part.records] for part in known.parts}
        rules = [_plain(row) for row in known.rules]
        terminal.emit({
            "province": province, "on": str(day), "parts": parts, "rules": rules,
            "missing": list(known.missing),
        })  # fmt: skip
        return
    terminal.heading(province, f"{voltage} kV" if voltage else "", str(day))
    for part in known.parts:
        _show(terminal, part)
    terminal.row(terminal.say("tariff.rules"), terminal.say("tariff.everywhere"))
    for rule in known.rules:
        terminal.row("", _text(rule, terminal))
    names = ", ".join(terminal.say(f"tariff.{name}") for name in known.missing)
    if names:
        terminal.row("▲", terminal.say("tariff.lacks", names=names), style="yellow")
    word = f"celadon tariff new {province} tariffs/NAME.toml"
    terminal.row(terminal.say("tariff.next"), word + (f" --voltage '{voltage}'" if voltage else ""))


def new(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    province: str,
    file: Path,
    voltage: str,
    on: str | None,
    *,
    two_part: bool,
) -> None:
    """Write a draft of a tariff file, and say what is left to fill in."""
    registry, day = _registry(terminal, folder, language), _day(on)
    known = _known(terminal, registry, province, day, voltage)
    written = write_draft(known, file, day, two_part=two_part, language=terminal.language)
    lines = written.read_text(encoding="utf-8").splitlines()
    gaps = sum('= ""' in line for line in lines if not line.startswith("#"))
    if terminal.as_json:
        terminal.emit({"wrote": written.as_posix(), "empty": gaps, "missing": list(known.missing)})
        return
    terminal.row(terminal.say("tariff.wrote"), written.as_posix())
    terminal.row("▲", terminal.say("tariff.gaps", number=gaps), style="yellow")


def _known(
    terminal: Terminal, registry: Registry, province: str, day: dt.date, voltage: str
) -> Known:
    """What is known of a tariff; where there is no such province, those there are by one name."""
    try:
        return known_tariff(registry, province, day, voltage)
    except LookupRefused as error:
        if error.faults[0].found == "no such province":
            lead, _, listed = error.faults[0].rule.partition(": ")
            pairs = [each.partition(" ") for each in listed.split(", ")]
            names = [zh if terminal.language == "zh" else en for zh, _, en in pairs]
            rule = f"{lead}: {', '.join(sorted(names))}"
            error.faults = (replace(error.faults[0], rule=rule),)
        raise


def _registry(terminal: Terminal, folder: Path, language: Language | None) -> Registry:
    """The tables of the workspace that is open, else those that are shipped."""
    if not is_workspace(folder):
        return load_registry()
    workspace: Workspace = open_workspace(terminal, folder, language)
    return workspace.registry()


def _day(text: str | None) -> dt.date:
    if text is None:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fault = Fault(("--on",), repr(text), "a day such as 2026-08-01", "write it so")
        raise InputError(f"{text!r} is not a day", [fault]) from None


def _show(terminal: Terminal, part: Part) -> None:
    name = terminal.say(f"tariff.{part.name}")
    if not part.records:
        terminal.row("—", f"{name}: {terminal.say('tariff.unknown')}", style="yellow")
        return
    terminal.row("✓", name)
    for record in part.records:
        terminal.row("", _text(record, terminal))


def _text(record: Record, terminal: Terminal) -> str:
    where = dict(record.coordinates)
    voltage = where["voltage_kV"]
    at = " · ".join(
        each for each in (
            record.area, f"{voltage} kV" if voltage != "all" else "",
            _called(terminal, where["condition"]),
        ) if each
    )  # fmt: skip
    source = record.source.number or record.source.id
    words = in_force_words(record, terminal.language)
    kind, unit = _called(terminal, record.subject), _called(terminal, record.unit)
    value = f"{kind} {record.value_text} {unit}"
    return f"{value} · {at} · {source} · {words} · {record.confidence}"


def _called(terminal: Terminal, text: str) -> str:
    """A kind of row, a unit or a condition in words; as the table has it where there are none."""
    key = f"tariff_of.{re.sub(r'[^a-z_]', '_', text)}"
    return terminal.say(key) if key in phrases() else text


def _plain(record: Record) -> dict[str, str]:
    return {
        "record": record.record, "kind": record.subject, "area": record.area,
        **dict(record.coordinates), "value": record.value_text, "unit": record.unit,
        "in_force": record.validity.words(), "source": record.source.id,
        "confidence": record.confidence,
    }  # fmt: skip
