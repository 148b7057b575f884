"""Where a verdict is printed: the place of its limits, and the formula of each correction."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from celadon.assess.ladder import Ladder, ladder_of
from celadon.assess.limits import Edition, editions, limit_records, limits_of
from celadon.assess.products import product_editions
from celadon.assess.reasons import Reason
from celadon.records.site import Site, Unit
from celadon.reference import Correction, Record, Registry
from celadon.reference.entries import row_id

_PLACED = re.compile(r"(clause|table|annex) [A-Z\d]")
_WORDS = {"formula": "式", "table": "表", "notes": "注", "annex": "附录", " and ": "、", ", ": "，"}
_RULES = {"norm": "norm", "norm-coming": "norm", "levels-2023": "levels-2023"}


@dataclass(frozen=True, slots=True)
class Term:
    """A correction of limits: what was declared, what came of it, formula, letter and clause."""

    told: Reason
    formula: str
    confidence: str
    clause: str = ""

    def place(self, language: str) -> str:
        """Where the correction itself stands in print; empty where the tables do not say.

        Examples
        --------
        >>> Term(Reason("", {}), "", "C", "clause 5.3 formula (1)").place("zh")
        '第 5.3 条 式 (1)'
        """
        if language != "zh":
            return self.clause
        told = re.sub(r"clause ([\d.]+)", r"第 \1 条", self.clause)
        for word, other in _WORDS.items():
            told = told.replace(word, other)
        return told


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict with what shows it: its ladder, its corrections, where its limits are printed."""

    row: dict[str, Any]
    ladder: Ladder | None
    terms: tuple[Term, ...]
    printed: tuple[str, ...]


def told_of(row: dict[str, Any], site: Site, registry: Registry) -> Told:
    """A verdict with what shows it."""
    return Told(
        row, ladder_of(row), terms_of(row, site, registry), locators_of(row, site, registry)
    )


def records_behind(row: Mapping[str, Any], site: Site, registry: Registry) -> list[Record]:
    """The records that the limits of a verdict on a unit or product were read from."""
    found = _edition(row, site, registry)
    return [] if found is None else limit_records(registry, *found)


def broken_records(row: Mapping[str, Any], site: Site, registry: Registry) -> list[Record]:
    """The records of the limit that a verdict says is broken: the last of them, and no other."""
    records = records_behind(row, site, registry)
    grades = [record.parameter for record in records if record.parameter.startswith("grade_")]
    last = "baseline" if row["outcome"] == "below_baseline" else max(grades, default="")
    return [record for record in records if record.parameter == last] or records


def ground_rows(row: Mapping[str, Any], site: Site, registry: Registry) -> tuple[str, ...]:
    """Every row that a broken limit rests on: its record, and the corrections that moved it.

    Among them are the rows whose condition was asked, as that of the ratio of an ore, and rules
    that say to whom the limits apply at all.
    """
    records = broken_records(row, site, registry)
    found = _edition(row, site, registry)
    grades = {r.parameter.removeprefix("grade_") for r in records}
    used = () if found is None else limits_of(registry, *found, row["unit"]).rows
    ids = _correction_ids(registry)
    corrections = (ids[each] for each in used if grades & set(each.grades))
    return tuple(dict.fromkeys((*(record.record for record in records), *corrections)))


@lru_cache(maxsize=4)
def _correction_ids(registry: Registry) -> Mapping[Correction, str]:
    """The ids of the rows of corrections, as a confirmation names them."""
    rows = registry.rows("norm_corrections")
    names = (row_id("norm_corrections", cells) for cells in rows)
    return dict(zip(registry.corrections, names, strict=True))


def locators_of(row: Mapping[str, Any], site: Site, registry: Registry) -> tuple[str, ...]:
    """Where the limits of a verdict stand in print, each place once."""
    places = [record.locator for record in records_behind(row, site, registry) if record.locator]
    return tuple(dict.fromkeys(places))


def terms_of(row: Mapping[str, Any], site: Site, registry: Registry) -> tuple[Term, ...]:
    """The corrections of a verdict, each with the formula of its row and its letter."""
    told = json.loads(row["limits"]).get("corrections", [])
    records = records_behind(row, site, registry) if told else []
    subject = records[0].subject if records else ""
    found = []
    for each in told:
        fact = each["numbers"]["fact"]
        rows = [
            term
            for term in registry.corrections
            if term.variable == fact
            and term.subject == subject
            and term.standard == row["standard"]
        ]
        formula = next((term.formula for term in rows if term.formula), "")
        letter = max((term.confidence for term in rows), default="D")
        clause = next((place for term in rows if (place := _clause(term.note))), "")
        found.append(Term(Reason(each["reason"], each["numbers"]), formula, letter, clause))
    return tuple(found)


def _clause(note: str) -> str:
    """The clause, table or formula that the note of a correction names.

    Examples
    --------
    >>> _clause("strict inequality; clause 5.3 formula (1); read per clause")
    'clause 5.3 formula (1)'
    >>> _clause("table 2 notes a and b: an amount is added"), _clause("grade 3 only")
    ('table 2 notes a and b', '')
    """
    parts = (part.strip().partition(":")[0] for part in note.split(";"))
    return next((part for part in parts if _PLACED.match(part)), "")


def _edition(row: Mapping[str, Any], site: Site, registry: Registry) -> tuple[Unit, Edition] | None:
    rule = _RULES.get(row["rule"])
    if rule is None:
        return None
    last = row["to_day"] - dt.timedelta(days=1)
    for unit in site.units:
        if unit.id == row["subject"] and unit.process:
            known = editions(registry, unit.process, rule, last)
            return next(((unit, one) for one in known if one.name == row["standard"]), None)
    for norm in site.norms:
        if norm.product == row["subject"] and rule == "norm":
            product = Unit(id=norm.product, facts=norm.facts)
            of_norm = product_editions(registry, norm.subject, row["indicator"], last)
            found = next(((product, one) for one in of_norm if one.name == row["standard"]), None)
            if found is not None:
                return found
    return None
