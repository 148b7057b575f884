"""Events taken from a file: what is sound is recorded, what is not is told by line and kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celadon.app.resting import tables_of
from celadon.app.supervising import ZONE
from celadon.app.workspace import Workspace
from celadon.cases import Event, Register
from celadon.cases.events import event
from celadon.errors import Fault, InputError

_KEYS = ("case", "kind", "on", "by", "data")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken from a file of events.

    Parameters
    ----------
    repeated : lines that stand on record already, each with its position.
    refused : the reasons by line; left : the file with the refused lines, as they were given.
    """

    recorded: tuple[Event, ...]
    repeated: Mapping[int, int]
    refused: Mapping[int, tuple[Fault, ...]]
    left: Path | None


def take_events(workspace: Workspace, register: Register, path: Path, by: str) -> Taken:
    """Record the events of a file of JSON lines: ``case``, ``kind``, ``on``, ``data``, ``by``.

    A line that cannot be recorded is left out, and with it the later lines of its case, so that no
    act stands without the one before it. They are written to a file beside, to be corrected and
    taken again; what is on record already is passed over.

    Parameters
    ----------
    by : who records the lines that name nobody.

    Raises
    ------
    InputError
        If the file is no text.
    """
    lines = _lines(path)
    given: dict[int, Event] = {}
    refused: dict[int, tuple[Fault, ...]] = {}
    for number, line in lines.items():
        try:
            given[number] = _event(line, by)
        except InputError as error:
            refused[number] = tuple(
                Fault((path.name, f"line {number}", *each.where), each.found, each.rule,
                      each.remedy)
                for each in error.faults
            )  # fmt: skip
    broken = {case: number for number in refused if (case := _case_of(lines[number]))}
    done = register.record_each(
        given, broken, now=dt.datetime.now(ZONE), tables=tables_of(workspace)
    )
    for number, faults in done.refused.items():
        refused[number] = tuple(
            Fault((path.name, f"line {number}", *each.where), each.found, each.rule, each.remedy)
            for each in faults
        )
    ordered = dict(sorted(refused.items()))
    left = _left(path, [lines[number] for number in ordered]) if ordered else None
    return Taken(done.recorded, done.repeated, ordered, left)


def _lines(path: Path) -> dict[int, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        fault = Fault((path.name,), "bytes that are not UTF-8", "UTF-8", "save it as UTF-8")
        raise InputError(f"{path.name} cannot be read", [fault]) from None
    numbered = enumerate(text.split("\n"), start=1)
    return {number: line.strip() for number, line in numbered if line.strip()}


def _plain(line: str) -> dict[str, Any]:
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict):
        shown = line if len(line) <= 40 else f"{line[:40]}…"
        rule = 'a JSON object such as {"case": "e1", "kind": "noted", "data": {"text": "x"}}'
        raise InputError("A line is no event", [Fault((), repr(shown), rule, "correct the line")])
    return plain


def _case_of(line: str) -> str:
    try:
        return str(_plain(line).get("case", ""))
    except InputError:
        return ""


def _event(line: str, by: str) -> Event:
    plain = _plain(line)
    strange = sorted(plain.keys() - set(_KEYS))
    if strange:
        rule = f"the keys {', '.join(_KEYS)}"
        fault = Fault((), f"the key {strange[0]!r}", rule, "remove it, or put it under data")
        raise InputError("A line is no event", [fault])
    data, day = plain.get("data", {}), plain.get("on")
    if not isinstance(data, dict) or plain.get("kind") in ("opened", "published"):
        rule = "data as an object; a programme is opened and published by its own commands"
        raise InputError("A line is no event", [Fault((), line[:40], rule, "correct the line")])
    try:
        on = dt.date.fromisoformat(day) if day else None
    except (TypeError, ValueError):
        fault = Fault(("on",), repr(day), "a day such as 2026-03-31", "write it so")
        raise InputError("A line is no event", [fault]) from None
    who, kind, case = (str(plain.get(key) or "") for key in ("by", "kind", "case"))
    return event(who or by, kind, case, **{**data, "on": on})


def _left(path: Path, lines: list[str]) -> Path:
    left = path.with_name(f"{path.stem}.refused{path.suffix}")
    left.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    return left
