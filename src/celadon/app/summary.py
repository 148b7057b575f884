"""The verb ``account``: totals of a run, exact, with what each rests on and what is lacking."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from celadon.accounts.book import FIGURES
from celadon.accounts.letters import leaf_letter
from celadon.accounts.pollutants.tables import POLLUTANT, STORED, WASTE, WASTE_MEASURES
from celadon.accounts.tables import LEAF
from celadon.accounts.views import View, views_of
from celadon.app.load import QUALITY_SHARE
from celadon.app.running import SiteRun
from celadon.records.site import POLLUTANTS
from celadon.records.tables import FINDING
from celadon.reference.confirmed import is_official
from celadon.report.lines import DAY, is_wholly_missing


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of leaves in small units, what of it is estimated, and the weight of each letter.

    ``lacking`` names the streams whose figure stays empty, or the method that is lacking: then the
    sum is not the whole. ``rules`` names the rules of the findings that say why. Where not
    ``is_known`` there is no line with any value: then there is no sum, and ``value`` is no zero.
    """

    account: str
    measure: str
    value: int
    estimated: int
    seconds_missing: int
    by_confidence: dict[str, int]
    lacking: tuple[str, ...]
    rules: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether nothing that belongs to it is lacking."""
        return not self.lacking

    @property
    def is_marked(self) -> bool:
        """Whether any of it rests on less than official text that was not confirmed."""
        return any(name != "own" and not is_official(name) for name in self.by_confidence)


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in figures: header, totals, verdicts by outcome, findings by severity, quality.

    ``views`` are emissions without and with electricity and heat, by location and by market.
    """

    header: dict[str, Any]
    totals: tuple[Total, ...]
    verdicts: dict[str, int]
    findings: dict[str, int]
    quality: dict[str, int]
    views: tuple[View, ...] = ()

    def total(self, account: str, measure: str) -> Total | None:
        """The total of an account and measure; None where the site has none."""
        for total in self.totals:
            if (total.account, total.measure) == (account, measure):
                return total
        return None

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "header": self.header,
            "totals": [
                {
                    "account": t.account, "measure": t.measure,
                    "value": t.value if t.is_known else None,
                    "estimated": t.estimated, "seconds_missing": t.seconds_missing,
                    "by_confidence": t.by_confidence, "lacking": list(t.lacking),
                    "rules": list(t.rules),
                }
                for t in self.totals
            ],
            "views": [view.plain() for view in self.views],
            "verdicts": self.verdicts, "findings": self.findings, "quality": self.quality,
        }  # fmt: skip


TOTALLED = (
    ("energy", "calorific_value"), ("energy", "equivalent_value"), ("carbon", "co2"),
    ("carbon_market", "co2"), ("water", "volume"),
    *((POLLUTANT, name) for names in POLLUTANTS.values() for name in names),
    *((WASTE, name) for name in (*WASTE_MEASURES, STORED)),
)  # fmt: skip
"""Accounts whose leaves add to one figure of the site; water's is its intake."""


def summarise(result: SiteRun) -> Summary:
    """The figures of a run."""
    leaves = result.table(LEAF).to_pylist()
    lacking = _lacking(result.table(FINDING))
    totals = []
    for account, measure in TOTALLED:
        rows = [
            row
            for row in leaves
            if (row["account"], row["measure"]) == (account, measure)
            and (account != "water" or row["scope"] == "intake")
        ]
        empty = lacking.get((account, measure), {})
        if rows or empty:
            totals.append(_total(account, measure, rows, empty))
    shares = result.table(QUALITY_SHARE).to_pylist()
    return Summary(
        result.header,
        tuple(totals),
        _counts(result.tables["verdict"], "outcome"),
        _counts(result.table(FINDING), "severity"),
        {name: value for name, value in shares[0].items() if name != "site"} if shares else {},
        tuple(views_of(row for row in leaves if not is_unknown(row))),
    )


def grouped(result: SiteRun, account: str, measure: str, by: str) -> dict[str, int]:
    """The sum of an account's leaves by one of their columns, in small units.

    A group of which nothing is known is left out: missing is never zero.

    Parameters
    ----------
    by : ``unit``, ``month``, ``carrier``, ``scope`` or ``stream``.
    """
    read: Callable[[Any], str] = (lambda m: f"{m:%Y-%m}") if by == "month" else str
    sums: dict[str, int] = defaultdict(int)
    for row in result.table(LEAF).to_pylist():
        if (row["account"], row["measure"]) == (account, measure) and not is_unknown(row):
            sums[read(row[by])] += row["value"]
    return dict(sorted(sums.items()))


def _total(
    account: str, measure: str, rows: list[dict[str, Any]], lacking: dict[str, str]
) -> Total:
    letters: dict[str, int] = defaultdict(int)
    for row in (row for row in rows if not is_unknown(row)):
        letters[leaf_letter(row) or "own"] += row["value"]
    return Total(
        account,
        measure,
        sum(row["value"] for row in rows),
        sum(row["estimated"] for row in rows),
        sum(row["seconds_missing"] for row in rows),
        dict(sorted(letters.items())),
        tuple(sorted(lacking)),
        tuple(sorted(set(lacking.values()))),
        any(not is_unknown(row) for row in rows),
    )


def is_unknown(row: Mapping[str, Any]) -> bool:
    """Whether a row of leaves stands for nothing but time without any value."""
    seconds = (row["to_day"] - row["from_day"]).days * DAY
    return is_wholly_missing(row["count"], row["value"], row["seconds_missing"], seconds)


def lacking_of(result: SiteRun, account: str) -> dict[str, tuple[str, ...]]:
    """By measure, what an account lacks: streams whose figure stays empty, or its method."""
    found = _lacking(result.table(FINDING))
    return {
        measure: tuple(sorted(names)) for (of, measure), names in found.items() if of == account
    }


def _lacking(findings: pa.Table) -> dict[tuple[str, str], dict[str, str]]:
    """What each account and measure lacks, with the rule that says so."""
    lacking: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in findings.to_pylist():
        numbers = json.loads(row["numbers"])
        if row["rule"] == "no_method":
            for account, measure in FIGURES[numbers["account"]]:
                lacking[account, measure][f"no {numbers['account']} method"] = row["rule"]
        elif row["rule"] in ("no_parameter", "method_not_in_force"):
            name = row["subject"]
            if row["rule"] == "method_not_in_force":
                name = f"{numbers['name']} ({numbers['first']} .. {numbers['last']})"
            for figure in numbers["figures"]:
                account, _, measure = figure.partition("/")
                lacking[account, measure][name] = row["rule"]
    return lacking


def _counts(table: pa.Table, column: str) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for value in table[column].to_pylist():
        counts[value] += 1
    return dict(sorted(counts.items()))
