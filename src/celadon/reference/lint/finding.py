"""What the lint says of a row: found, expected and why, what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from celadon.chain import canonical_json, sha256_text
from celadon.reference.lint.rows import Row

SEVERITIES = ("error", "doubt")
"""An error breaks an identity, a law or the table's own rules; a doubt asks for a look at print."""


@dataclass(frozen=True, slots=True)
class LintRule:
    """A rule of the lint with its severity and its words in both languages."""

    id: str
    severity: str
    title: Mapping[str, str]
    found: Mapping[str, str]
    expected: Mapping[str, str]
    remedy: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing wrong, or doubtful, in one cell of one row.

    ``related`` names the rows it was compared with; ``known`` is the reason why the row is left as
    printed, empty where it is no known peculiarity.
    """

    rule: str
    row: Row
    column: str
    numbers: Mapping[str, str] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """``error`` or ``doubt``; what is known to be printed so is a doubt."""
        return "doubt" if self.known else rules()[self.rule].severity

    @property
    def id(self) -> str:
        """Stable from run to run: a hash of rule, table, row and column."""
        place = [self.rule, self.row.table, self.row.id, self.column]
        return "L-" + sha256_text(canonical_json(place))[:10]

    def found(self, language: str) -> str:
        """What stands in the cell, in ``zh`` or ``en``."""
        return self._filled(rules()[self.rule].found[language])

    def expected(self, language: str) -> str:
        """What was expected, and why."""
        return self._filled(rules()[self.rule].expected[language])

    def remedy(self, language: str) -> str:
        """What to do next."""
        return self._filled(rules()[self.rule].remedy[language])

    def plain(self, language: str) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "finding": self.id,
            "severity": self.severity,
            "rule": self.rule,
            "table": self.row.table,
            "file": self.row.file,
            "line": self.row.line,
            "row": self.row.id,
            "column": self.column,
            "found": self.found(language),
            "expected": self.expected(language),
            "remedy": self.remedy(language),
            "related": list(self.related),
            "known": self.known.get(language, ""),
        }

    def _filled(self, words: str) -> str:
        cell = self.row.text(self.column)
        return words.format(cell=cell, unit=self.row.text("unit"), **self.numbers)


@cache
def rules() -> Mapping[str, LintRule]:
    """All rules of the lint by id."""
    text = (files("celadon.reference.lint") / "rules.toml").read_text(encoding="utf-8")
    return {
        name: LintRule(
            name, body["severity"], body["title"], body["found"], body["expected"], body["remedy"]
        )
        for name, body in tomllib.loads(text).items()
    }


def shown(value: object) -> str:
    """A number as it is read: five significant digits, no needless zeros.

    Examples
    --------
    >>> from fractions import Fraction
    >>> shown(Fraction(2, 3)), shown(12950), shown(0.1)
    ('0.66667', '12950', '0.1')
    """
    return f"{float(value):.5g}" if abs(float(value)) < 1e5 else f"{float(value):,.0f}"  # type: ignore[arg-type]
