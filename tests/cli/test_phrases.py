"""The words of the command line: every one that is asked for is there, and none is idle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import celadon.cli
from celadon.app import doctoring
from celadon.cli.terminal import phrases
from celadon.languages import Phrases

SOURCES = sorted(Path(celadon.cli.__file__).parent.rglob("*.py"))
GROUPS_OF_VALUES = ("accounts", "bands", "faults", "results", "why")
"""Looked up by a value of the data; reports have the other words of that kind."""


def spoken(paths: list[Path]) -> Iterator[str]:
    """Keys that the sources say, and of a key with a part left open what stands before it."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                yield f"{node.values[0].value}*"


def idle(words: Phrases, said: set[str]) -> list[str]:
    opened = tuple(text.removesuffix("*") for text in said if text.endswith(".*"))
    return [
        key
        for key in words
        if key not in said
        and not key.startswith(opened)
        and key.partition(".")[0] not in GROUPS_OF_VALUES
    ]


def test_every_key_that_is_said_is_there() -> None:
    groups = {key.partition(".")[0] for key in phrases()}
    calls = (
        node.args[0].value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", "") == "say" or getattr(node.func, "id", "") == "say")
        and isinstance(node.args[0], ast.Constant)
    )
    absent = {str(key) for key in calls} - set(phrases())
    assert absent == set()
    assert {"error", "run", "demo"} <= groups


def test_no_phrase_is_idle() -> None:
    assert idle(phrases(), set(spoken(SOURCES))) == []


def test_the_doctor_says_what_it_has() -> None:
    words = Phrases.load("celadon.app", "data/doctoring.toml")
    assert idle(words, set(spoken([Path(doctoring.__file__)]))) == []
