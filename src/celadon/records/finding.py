"""Findings: faults in data as rows, each with a rule, a place and a remedy.

Rules are declared in ``rules.toml`` of each floor: severity, and title, text and remedy in both
languages. A finding's id is a hash of rule, subject and place, so it is the same in every run.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Self

import pyarrow as pa

from celadon.chain import canonical_json, sha256_text
from celadon.records.finding_words import named_in
from celadon.records.tables import FINDING

_PACKAGES = (
    "celadon.records", "celadon.records.readers", "celadon.records.templates",
    "celadon.records.quality", "celadon.records.balances", "celadon.accounts",
    "celadon.plan.microgrid",
    "celadon.plan.profiles",
)  # fmt: skip


_UNTIL_GIVEN = {
    "en": "; {kind} of {stream} in {month} ({first} .. {last}) is unknown, not zero, until the row "
    "is given",
    "zh": "；{stream} 的 {kind} 在 {month}（{first} 至 {last}）按缺失处理，不计为零，直至补报该行",
}
_ANY_MONTH = {
    "en": "; which stream, kind or days it speaks of cannot be read: any month may lack it",
    "zh": "；无法辨认该行的物流、类别或日期：任何月份都可能缺少它",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule with its severity and its words in both languages."""

    id: str
    severity: str
    title: dict[str, str]
    text: dict[str, str]
    remedy: dict[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in data, or one thing lacking, before it becomes a row."""

    site: str
    rule: str
    subject: str
    place: str
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Stable from run to run: a hash of rule, subject and place."""
        return (
            "F-"
            + sha256_text(canonical_json([self.site, self.rule, self.subject, self.place]))[:10]
        )

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """The finding that a row of the table ``finding`` tells of."""
        numbers = json.loads(row["numbers"])
        return cls(row["site"], row["rule"], row["subject"], row["place"], numbers)

    def text(self, language: str, subject: str = "", of: Rule | None = None) -> str:
        """What the rule says of it, with its numbers, and the clause that it speaks to.

        Parameters
        ----------
        subject : how the subject is called there, where not by its id.
        of : the rule, where it is not looked up by its id.
        """
        words = (of or rule(self.rule)).text[language]
        told = self._filled(words, language, subject) + self._of_row(language)
        clause = self.numbers.get("clause", "")
        if not clause or "{clause" in words:
            return told
        return f"{told}（{clause}）" if language == "zh" else f"{told} ({clause})"

    def _of_row(self, language: str) -> str:
        """What a refused row of activity leaves unknown; nothing of other findings."""
        about = [self.numbers.get(name) for name in ("stream", "kind", "from_day", "to_day")]
        if not all(isinstance(each, str) for each in about):
            return ""
        if not all(about):
            return _ANY_MONTH[language]
        last = dt.date.fromisoformat(str(about[3])) - dt.timedelta(days=1)
        return _UNTIL_GIVEN[language].format(
            stream=about[0], kind=about[1], first=about[2], last=last, month=str(about[2])[:7]
        )

    def remedy(self, language: str, subject: str = "", of: Rule | None = None) -> str:
        """What the rule says to do about it."""
        return self._filled((of or rule(self.rule)).remedy[language], language, subject)

    def _filled(self, words: str, language: str, subject: str) -> str:
        """Words with the numbers in them, those that are words themselves in this language."""
        numbers = named_in(self.numbers, language)
        return words.format(subject=subject or self.subject, place=self.place, **numbers)


@cache
def rules() -> dict[str, Rule]:
    """All declared rules by id."""
    found: dict[str, Rule] = {}
    for package in _PACKAGES:
        plain = tomllib.loads((files(package) / "rules.toml").read_text(encoding="utf-8"))
        for name, body in plain.items():
            found[name] = Rule(name, body["severity"], body["title"], body["text"], body["remedy"])
    return found


def rule(name: str) -> Rule:
    """The rule of that id; asking for one that is not declared is a programming error."""
    return rules()[name]


def finding_table(findings: Iterable[Finding]) -> pa.Table:
    """Findings as rows; the same fault reported twice is one row.

    Two faults of one rule at one place that differ in their numbers are both told: the place of the
    second is marked ``(2)``, in the order of the numbers.
    """
    at: dict[str, dict[str, Finding]] = defaultdict(dict)
    for found in findings:
        at[found.id].setdefault(canonical_json(found.numbers), found)
    rows = [
        _row(found if number == 1 else replace(found, place=f"{found.place} ({number})"))
        for alike in at.values()
        for number, (_, found) in enumerate(sorted(alike.items()), start=1)
    ]
    return FINDING.from_rows(rows)


def _row(found: Finding) -> dict[str, Any]:
    return {
        "finding": found.id,
        "site": found.site,
        "severity": rule(found.rule).severity,
        "rule": found.rule,
        "subject": found.subject,
        "place": found.place,
        "numbers": canonical_json(found.numbers),
        "remedy": found.remedy("en"),
    }
