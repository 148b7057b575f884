"""Typing a command in a test: what it printed, as text or as the one document."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner, Result

from celadon.cli.application import application
from celadon.cli.terminal import FAILED

RUNNER = CliRunner()


def typed(*words: object, given: str | None = None) -> Result:
    """Run the words as typed after ``celadon``; an exception that is none of ours is raised."""
    done = RUNNER.invoke(application, [str(word) for word in words], input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def document(*words: object, given: str | None = None) -> dict[str, Any]:
    """The one JSON document of a verb that did what was asked."""
    done = typed(*words, "--json", given=given)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refused(*words: object) -> dict[str, Any]:
    """The error of a verb that could not, the same in JSON and in text."""
    shown = typed(*words, "--lang", "en")
    assert shown.exit_code == FAILED, shown.output
    assert shown.stdout == ""
    assert "Traceback" not in shown.stderr
    done = typed(*words, "--json")
    assert done.exit_code == FAILED
    error: dict[str, Any] = json.loads(done.stdout)["error"]
    assert error["summary"] in shown.stderr
    for fault in error["faults"]:
        for label, key in (("found", "found"), ("rule", "rule"), ("do", "remedy")):
            assert f"  {label:<9} {fault[key]}" in shown.stderr
    return error
