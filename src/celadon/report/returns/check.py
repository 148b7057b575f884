"""A check of a return: yes, no, or cannot tell; its words in both languages stand in checks.toml.

All checks are made and all their answers told at once. A check whose ``no`` keeps a return from
being accepted is marked ``refuses`` in that file; the others inform.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import pyarrow as pa

from celadon.chain import canonical_json
from celadon.languages import Phrases
from celadon.report.plurals import counted
from celadon.report.returns.tables import RETURN_CHECK

UNREAD = "unread"
"""Why a check cannot be told where what it asks of could not be read."""

Outcome = Literal["yes", "no", "cannot_tell"]

_PACKAGE, _FILE = "celadon.report.returns", "checks.toml"


@dataclass(frozen=True, slots=True)
class Check:
    """One check with its answer.

    Parameters
    ----------
    name : a table of checks.toml, such as ``account_hash``.
    because : which of the answers that the table words; the outcome where it has only one.
    place : the file, row or figure that it speaks of; empty for the return as a whole.
    numbers : what the words of the answer name.
    """

    name: str
    outcome: Outcome
    because: str = ""
    place: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def refuses(self) -> bool:
        """Whether the return is not accepted because of it."""
        return self.outcome == "no" and (self.name in refusing() or self.answer in refusing())

    @property
    def is_unread(self) -> bool:
        """Whether it cannot be told because another check says that a part cannot be read."""
        return self.because == UNREAD

    @property
    def answer(self) -> str:
        """The key of its words."""
        return f"{self.name}.{self.because or self.outcome}"

    def title(self, language: str) -> str:
        """What is asked."""
        return words().text(f"{self.name}.title", language)

    def text(self, language: str) -> str:
        """The answer, with its numbers."""
        numbers = {name: _in_words(value, language) for name, value in self.numbers.items()}
        return counted(words().text(self.answer, language, **numbers), language)

    def remedy(self, language: str) -> str:
        """What to do about it; empty where another check says it, or there is nothing."""
        if self.outcome == "yes" or self.is_unread:
            return ""
        known = words()
        own = f"{self.answer}_remedy"
        key = own if own in known else f"{self.name}.remedy"
        return known.text(key, language) if key in known else ""

    def plain(self, language: str) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "check": self.name, "outcome": self.outcome, "because": self.because or self.outcome,
            "refuses": self.refuses, "place": self.place, "numbers": self.numbers,
            "text": self.text(language), "remedy": self.remedy(language),
        }  # fmt: skip


def _in_words(value: object, language: str) -> object:
    """A number of an answer; shares of totals and names of parameters in the words of reports."""
    if not isinstance(value, list):
        return value
    between = "；" if language == "zh" else "; "
    return between.join(_named(each, language) for each in value)


def _named(told: Mapping[str, str], language: str) -> str:
    if "read" in told:
        return words().text(f"read.{told['read']}", language)
    if "parameter" in told:
        name = _word("parameters", told["parameter"], language)
        return f"{told['stream']} {name if language == 'zh' else name.lower()}"
    account, measure = (_word(f"{n}s", told[n], language) for n in ("account", "measure"))
    of = f"{account}（{measure}）" if language == "zh" else f"{account} ({measure})"
    return f"{of} {told['share']}" if language == "en" else f"{of}{told['share']}"


def _word(group: str, name: str, language: str) -> str:
    key = f"{group}.{name}"
    known = _report_words()
    return known.text(key, language) if key in known else name.replace("_", " ")


@cache
def _report_words() -> Phrases:
    return Phrases.load("celadon.report", "phrases.toml")


def yes(name: str, because: str = "", place: str = "", /, **numbers: Any) -> Check:
    """A check that is answered with yes."""
    return Check(name, "yes", because, place, numbers)


def no(name: str, because: str = "", place: str = "", /, **numbers: Any) -> Check:
    """A check that is answered with no."""
    return Check(name, "no", because, place, numbers)


def cannot_tell(name: str, because: str = "", place: str = "", /, **numbers: Any) -> Check:
    """A check that cannot be answered, because of something that is not known here."""
    return Check(name, "cannot_tell", because, place, numbers)


def is_acceptable(checks: Iterable[Check]) -> bool:
    """Whether nothing keeps the return from being accepted."""
    return not any(check.refuses for check in checks)


def check_table(checks: Iterable[Check]) -> pa.Table:
    """Checks as rows of the table ``return_check``, in their order."""
    return RETURN_CHECK.from_rows(
        {
            "number": number, "check": check.name, "outcome": check.outcome,
            "because": check.because or check.outcome, "place": check.place,
            "numbers": canonical_json(check.numbers), "refuses": check.refuses,
        }
        for number, check in enumerate(checks, start=1)
    )  # fmt: skip


@cache
def words() -> Phrases:
    """The words of all checks and of their answers."""
    return Phrases.load(_PACKAGE, _FILE)


@cache
def refusing() -> frozenset[str]:
    """The checks, and single answers ``check.answer``, whose no keeps a return out."""
    plain = tomllib.loads(files(_PACKAGE).joinpath(_FILE).read_text(encoding="utf-8"))
    whole = {name for name, body in plain.items() if body.get("refuses") is True}
    single = {
        f"{name}.{answer}"
        for name, body in plain.items()
        for answer in (body["refuses"] if isinstance(body.get("refuses"), list) else ())
    }
    return frozenset(whole | single)
