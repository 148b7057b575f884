"""The rules of the checks, the factors of mistaken units, and the words of patterns: data."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from celadon.assess.checks.tables import FACTOR
from celadon.languages import Phrases
from celadon.records.finding import rules as of_account

PACKAGE = "celadon.assess.checks"
"""The floor that holds the definitions of the checks."""

_KNOWN = {"severity", "likelihood", "factor", "title", "text", "remedy"}


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A named rule with its numbers and its words in both languages.

    Parameters
    ----------
    likelihood : chance in hundred that a place which breaks it ends in a correction; our judgement.
    factor : how closely known mistakes of units are looked for: exact, coarse or none.
    limits : its other numbers, by name.
    remedy : the question that is suggested to the enterprise.
    """

    id: str
    severity: str
    likelihood: int
    factor: str
    limits: Mapping[str, int]
    title: Mapping[str, str]
    text: Mapping[str, str]
    remedy: Mapping[str, str]


@cache
def check_rules() -> dict[str, CheckRule]:
    """All rules by id, in the order in which they stand.

    Examples
    --------
    >>> check_rules()["year_jump"].limits["up_percent"]
    200
    """
    return {
        name: CheckRule(
            name, body["severity"], body["likelihood"], body["factor"],
            {key: value for key, value in body.items() if key not in _KNOWN},
            body["title"], body["text"], body["remedy"],
        )
        for name, body in _read("rules.toml").items()
    }  # fmt: skip


def limit_columns() -> dict[str, int]:
    """The numbers of all rules as the columns of the view ``run``: ``<rule>_<number>``."""
    return {
        f"{rule.id}_{name}": value
        for rule in check_rules().values()
        for name, value in rule.limits.items()
    }


def factor_table() -> pa.Table:
    """The factors of mistaken units."""
    return FACTOR.from_rows(
        {
            "factor": name, "num": body["num"], "den": body["den"],
            "is_coarse": body.get("coarse", False),
        }
        for name, body in _read("factors.toml")["factor"].items()
    )  # fmt: skip


def benford_table() -> pa.Table:
    """Benford's law: log10(1 + 1/d) for each first digit d, in millionths."""
    millionths = [round(math.log10(1 + 1 / digit) * 1_000_000) for digit in range(1, 10)]
    digits = [str(digit) for digit in range(1, 10)]
    return pa.table({"digit": digits, "millionths": pa.array(millionths, pa.int64())})


def factor_rules() -> pa.Table:
    """The rules that look for known factors, each with how closely."""
    asked = [rule for rule in check_rules().values() if rule.factor != "none"]
    return pa.table(
        {"rule": [rule.id for rule in asked], "is_exact": [r.factor == "exact" for r in asked]}
    )


def likelihoods() -> pa.Table:
    """The chance in hundred of each rule."""
    rules = check_rules().values()
    chances = pa.array([rule.likelihood for rule in rules], pa.int64())
    return pa.table({"rule": [rule.id for rule in rules], "likelihood": chances})


_RECODED = "recoded "


def pattern_text(pattern: str, language: str) -> str:
    """A pattern in words; one that is made of the data's own codes as it is.

    Examples
    --------
    >>> pattern_text("short", "zh"), pattern_text("x1000", "en")
    ('分项合计偏小', 'x1000')
    """
    words = _patterns()
    if pattern.startswith(_RECODED):
        return words.text("recoded", language, year=pattern.removeprefix(_RECODED))
    if pattern in words:
        return words.text(pattern, language)
    if pattern in _factors() or pattern not in of_account():
        return pattern
    return of_account()[pattern].title[language]


@cache
def _factors() -> frozenset[str]:
    return frozenset(_read("factors.toml")["factor"])


@cache
def _patterns() -> Phrases:
    return Phrases.load(PACKAGE, "patterns.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(PACKAGE) / name).read_text(encoding="utf-8"))
