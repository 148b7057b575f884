"""``celadon calc``: one registered model on one set of arguments."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import celadon.accounts.calculating
import celadon.accounts.calculators
import celadon.accounts.pollutants.calculators
import celadon.assess.calculators
import celadon.plan.microgrid.calculators  # noqa: F401  register their models
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, InputError, ModelError
from celadon.models import Model, all_models, calculate, find_model


def calc(
    terminal: Terminal, name: str | None, values: Sequence[str], file: str | None, *, schema: bool
) -> None:
    """List the models, show one's schema, or run it."""
    if name is None:
        _list(terminal)
        return
    model = find_model(name)
    if schema:
        _show_schema(terminal, model)
        return
    arguments = {**_from_file(file), **_from_words(model, values)}
    results = calculate(name, arguments)
    if terminal.as_json:
        terminal.emit({"model": name, "arguments": arguments, "results": results})
        return
    terminal.heading(name, model.summary)
    for key, value in results.items():
        entries = _entries(value)
        for number, entry in enumerate(entries):
            terminal.print(f"  {'' if number else key:<28} {entry}")
    terminal.print(f"  {terminal.say('calc.clause')}: {model.clause}")


def _entries(value: object) -> list[str]:
    """A result line by line: a list or a mapping has several."""
    if isinstance(value, list):
        return [_told(each) for each in value]
    if isinstance(value, dict):
        return [f"{name:<28} {each}" for name, each in value.items()] or ["-"]
    return [str(value)]


def _told(entry: object) -> str:
    """An entry of a list of results on one line."""
    return (
        " · ".join(str(v) for v in entry.values() if v) if isinstance(entry, dict) else str(entry)
    )


def _list(terminal: Terminal) -> None:
    models = all_models()
    if terminal.as_json:
        rows = [{"name": m.name, "summary": m.summary, "clause": m.clause} for m in models]
        terminal.emit({"models": rows})
        return
    headers = [terminal.say(f"calc.{name}") for name in ("model", "summary", "clause")]
    terminal.table(headers, [(m.name, m.summary, m.clause) for m in models])
    terminal.print("  " + terminal.say("calc.how"))


def _show_schema(terminal: Terminal, model: Model) -> None:
    if terminal.as_json:
        terminal.emit(model.schema())
        return
    terminal.heading(model.name, model.summary)
    terminal.print(f"  {terminal.say('calc.clause')}: {model.clause}")
    for title, fields in (
        ("arguments", model.arguments.model_fields),
        ("results", model.results.model_fields),
    ):
        terminal.print()
        terminal.heading(terminal.say(f"calc.{title}"))
        for key, field in fields.items():
            note = field.description or ""
            if title == "arguments":
                needed = terminal.say("calc.required")
                if not field.is_required():
                    needed = terminal.say("calc.default", value=field.get_default())
                note = ", ".join(part for part in (needed, note) if part)
            terminal.print(f"  {key:<28} {note}".rstrip())


def _from_words(model: Model, values: Sequence[str]) -> dict[str, Any]:
    """``key=value`` words; a key whose field is a list may come more than once.

    Raises
    ------
    ModelError
        If a word has no ``=``, or a plain key comes twice; all at once.
    """
    lists = {
        name
        for name, field in model.arguments.model_json_schema().get("properties", {}).items()
        if field.get("type") == "array"
    }
    found: dict[str, Any] = {}
    faults = []
    for word in values:
        key, equals, value = word.partition("=")
        if not equals:
            fault = Fault(("calc", model.name), repr(word), "key=value", f"write {word}=...")
            faults.append(fault)
        elif key in lists:
            found.setdefault(key, []).append(value)
        elif key in found:
            rule = "a key has one value"
            faults.append(Fault(("calc", model.name, key), "twice", rule, "leave one out"))
        else:
            found[key] = value
    if faults:
        raise ModelError(f"Cannot read the arguments of {model.name}", faults)
    return found


def _from_file(file: str | None) -> dict[str, Any]:
    """The arguments of a JSON file, its numbers kept as they are written, to the last digit.

    Raises
    ------
    InputError
        If the file is absent, is not UTF-8, or does not hold one JSON object.
    """
    if file is None:
        return {}
    place = "standard input" if file == "-" else file
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        plain = json.loads(text, parse_float=str, parse_int=str)
    except FileNotFoundError:
        raise _unreadable(place, "no such file", "correct the path") from None
    except UnicodeDecodeError:
        raise _unreadable(place, "bytes that are not UTF-8", "save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise _unreadable(place, str(error), "correct the place named") from None
    if not isinstance(plain, dict):
        found = f"a JSON {type(plain).__name__}"
        raise _unreadable(place, found, 'write {"key": "value", ...}')
    return plain


def _unreadable(place: str, found: str, remedy: str) -> InputError:
    fault = Fault((place,), found, "one JSON object of arguments, in UTF-8", remedy)
    return InputError(f"Cannot read {place}", [fault])
