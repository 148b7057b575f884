"""Where a verdict is printed: the place of its limits, and the formula of each correction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celadon.assess.ladder import Ladder, ladder_of
from celadon.assess.limits import Edition, editions, limit_records
from celadon.assess.products import product_editions
from celadon.assess.reasons import Reason
from celadon.records.site import Site, Unit
from celadon.reference import Record, Registry

_RULES = {"norm": "norm", "norm-coming": "norm", "levels-2023": "levels-2023"}


@dataclass(frozen=True, slots=True)
class Term:
    """A correction of limits: what was declared, what came of it, its formula and letter."""

    told: Reason
    formula: str
    confidence: str


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
        found.append(Term(Reason(each["reason"], each["numbers"]), formula, letter))
    return tuple(found)


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
