"""Causes and reporters in words: what a person reads first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.assess.checks.rules import check_rules, pattern_text
from celadon.assess.checks.screening import Screening
from celadon.assess.checks.tables import CHECK_HIT
from celadon.assess.names import quantity_name, standard_label
from celadon.exact import from_count
from celadon.languages import Language
from celadon.reference import load_registry

EXAMPLES = 5
"""How many reporters a cause names."""

_TRAIT_LEAST = 10
"""Hits of a cause from which a trait that all share is worth telling."""


@dataclass(frozen=True, slots=True)
class ToldCause:
    """A cause in words.

    Parameters
    ----------
    size : sum of what is off, in ``unit``; None where none can be told.
    expected : size x likelihood of the rule, in the same unit.
    traits : what all rows concerned share, each with the share of all other rows that have it.
    examples : reporters with the largest sizes.
    """

    rule: str
    severity: str
    title: str
    text: str
    question: str
    quantity: str
    pattern: str
    hits: int
    returns: int
    reporters: int
    first_year: int
    last_year: int
    unit: str
    size: Fraction | None
    expected: Fraction
    examples: tuple[str, ...]
    traits: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldReporter:
    """A reporter of the triage in words; ``expected`` in the unit of the measure."""

    reporter: str
    name: str
    region: str
    sector: str
    expected: Fraction
    unit: str
    hits: int
    unsized: int
    title: str


def told_causes(screening: Screening, language: str) -> list[ToldCause]:
    """The causes, that with the largest expected correction first; then by severity and hits."""
    measure = _measure(screening)
    unit, decimals = measure["unit"], measure["decimals"]
    rules, who = check_rules(), _reporters(screening)
    traits = _Traits(screening)
    told = []
    for row in screening.causes.to_pylist():
        rule = rules[row["rule"]]
        size = None if row["size"] is None else from_count(int(row["size"]), decimals)
        pattern = pattern_text(row["pattern"], language)
        quantity = _quantity(row["quantity"], language, screening.names)
        numbers = {key: f"{row[key]:,}" for key in ("hits", "returns", "reporters")}
        hits = _hits_of(screening, row) if row["hits"] >= 1 else screening.hits.slice(0, 0)
        told.append(
            ToldCause(
                row["rule"], rule.severity, rule.title[language],
                rule.text[language].format(quantity=quantity, pattern=pattern, **numbers),
                rule.remedy[language], row["quantity"], row["pattern"], row["hits"],
                row["returns"], row["reporters"], row["first_year"], row["last_year"], unit, size,
                (size or Fraction(0)) * rule.likelihood / 100, _examples(hits, who),
                traits.of(hits) if row["hits"] >= _TRAIT_LEAST else {},
            )
        )  # fmt: skip
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(told, key=lambda one: (-one.expected, order[one.severity], -one.hits, one.rule,
                                         one.quantity, one.pattern))  # fmt: skip


def told_reporters(screening: Screening, language: str, number: int) -> list[ToldReporter]:
    """The reporters to ask first, as many as wanted."""
    measure = _measure(screening)
    first = screening.triage.slice(0, number).to_pylist()
    known = _rows_of(screening, [row["who"] for row in first])
    return [
        ToldReporter(
            known[row["who"]]["reporter"], known[row["who"]]["name"] or "",
            known[row["who"]]["region"] or "", known[row["who"]]["sector"] or "",
            from_count(int(row["expected"]), measure["decimals"]) / 100, measure["unit"],
            row["hits"], row["unsized"], check_rules()[row["rule"]].title[language],
        )
        for row in first
    ]  # fmt: skip


def told_needs(screening: Screening, language: str) -> dict[str, tuple[str, ...]]:
    """The rules that could not be asked, by title, each with what the population lacks for it."""
    return {
        check_rules()[rule].title[language]: tuple(
            pattern_text(f"need.{need}", language) for need in needs
        )
        for rule, needs in screening.not_asked.items()
    }


def hit_rows(screening: Screening, language: str) -> pa.Table:
    """All hits with the reporter's id and name and the rule's title, for a file."""
    who = _reporters(screening)
    names = dict(
        zip(
            screening.population.returned["who"].to_pylist(),
            screening.population.returned["name"].to_pylist(),
            strict=True,
        )
    )
    hits = screening.hits
    ids = hits["who"].to_pylist()
    titles = [check_rules()[rule].title[language] for rule in hits["rule"].to_pylist()]
    columns = {
        "reporter": [who.get(each, "") for each in ids],
        "name": [names.get(each) or "" for each in ids],
        "title": titles,
        **{name: hits[name] for name in CHECK_HIT.names if name != "who"},
    }
    return pa.table(columns)


def _quantity(quantity: str, language: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """A quantity or a standard by its name, as far as the tables or the sites have one."""
    registry = load_registry()
    told: Language = "zh" if language == "zh" else "en"
    label = quantity_name(quantity, told, registry, names.get(told))
    return standard_label(label, told, registry)


def _measure(screening: Screening) -> dict[str, Any]:
    rows: list[dict[str, Any]] = screening.population.quantity.to_pylist()
    return next(row for row in rows if row["is_measure"])


def _reporters(screening: Screening) -> dict[int, str]:
    returned = screening.population.returned
    return dict(zip(returned["who"].to_pylist(), returned["reporter"].to_pylist(), strict=True))


def _rows_of(screening: Screening, wanted: list[int]) -> dict[int, dict[str, Any]]:
    """The last row of each reporter wanted: what it says of itself now."""
    returned = screening.population.returned
    inside = pc.is_in(returned["who"], pa.array(wanted, pa.int64()))
    columns = ["who", "reporter", "name", "region", "sector", "year"]
    rows = returned.select(columns).filter(inside).sort_by("year").to_pylist()
    return {row["who"]: row for row in rows}


def _hits_of(screening: Screening, cause: Mapping[str, Any]) -> pa.Table:
    hits = screening.hits
    mask = pc.equal(hits["rule"], cause["rule"])
    for name in ("quantity", "pattern"):
        mask = pc.and_(mask, pc.equal(hits[name], cause[name]))
    return hits.filter(mask)


def _examples(hits: pa.Table, who: Mapping[int, str]) -> tuple[str, ...]:
    rows = hits.select(["who", "size"]).to_pylist()
    ordered = sorted(rows, key=lambda row: (-(row["size"] or 0), row["who"]))
    names = dict.fromkeys(who[row["who"]] for row in ordered if row["who"])
    return tuple(names)[:EXAMPLES]


class _Traits:
    """What all rows of a cause share, of the tags, sectors and regions, and few others have."""

    def __init__(self, screening: Screening) -> None:
        self._returned = screening.population.returned
        self._rows = self._returned.num_rows
        self._all: dict[str, Counter[str]] = {}

    def of(self, hits: pa.Table) -> dict[str, Fraction]:
        """The trait of each kind that all of the rows have, and the fewest of the others."""
        lines = pc.unique(hits["line"])
        lines = lines.filter(pc.greater(lines, 0))
        if len(lines) < _TRAIT_LEAST:
            return {}
        mask = pc.is_in(self._returned["line"], lines)
        found = {}
        for name in ("tags", "sector", "region"):
            inside = _counted(self._returned[name].filter(mask))
            shared = [trait for trait, count in inside.items() if count == len(lines)]
            rest = {trait: self._others(name)[trait] - len(lines) for trait in shared}
            if rest:
                rarest = min(rest, key=lambda trait: (rest[trait], trait))
                found[rarest] = Fraction(rest[rarest], max(1, self._rows - len(lines)))
        return {trait: share for trait, share in found.items() if share < Fraction(1, 2)}

    def _others(self, name: str) -> Counter[str]:
        if name not in self._all:
            self._all[name] = _counted(self._returned[name])
        return self._all[name]


def _counted(values: pa.ChunkedArray) -> Counter[str]:
    """How many rows have each trait; a cell may tell several, with commas between."""
    found: Counter[str] = Counter()
    for row in values.value_counts().to_pylist():
        for trait in {part.strip() for part in (row["values"] or "").split(",")} - {""}:
            found[trait] += row["counts"]
    return found
