"""Which limits hold for a process: the edition, the band, and the printed values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from celadon.assess.bases import Feedstock, feedstock_of
from celadon.assess.corrections import Corrected, correct, facts_asked
from celadon.assess.facts import range_fault
from celadon.assess.reasons import Reason, cited, reason
from celadon.assess.terms import AMOUNTS
from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.records.site import Unit
from celadon.reference import (
    Correction,
    ProcessRule,
    Record,
    Registry,
    Source,
    lowest_confidence,
)
from celadon.reference.validity import State
from celadon.units import conversion

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "levels-2023": ("benchmark", "baseline"),
    "norm": ("grade_1", "grade_2", "grade_3"),
}
"""Names of the limits of each rule. Levels come in pairs; a grade may be undefined."""


_BAND_UNITS: Mapping[str, str] = {"water_absorption": "%"}
"""Units of the facts that choose a band, where they have one that bounds them."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One standard that has limits for a process, and how it stands on a day.

    ``rules`` are its bands: one row, or several that a fact of the unit chooses among.
    """

    source: Source
    state: State
    rules: tuple[ProcessRule, ...]

    @property
    def name(self) -> str:
        """The standard's number; where it has none, the id of its source."""
        return self.source.number or self.source.id


@dataclass(frozen=True, slots=True)
class Limits:
    """Corrected limits by name, in the printed unit.

    Parameters
    ----------
    lacks : why there are none, or why those there are printed and not corrected.
    rows : the corrections that changed a limit, or whose condition decided that none is.
    either, doubt : as of :class:`~celadon.assess.corrections.Corrected`.
    """

    values: Mapping[str, Fraction]
    unit: str
    terms: tuple[Reason, ...] = ()
    lacks: tuple[Reason, ...] = ()
    confidence: str | None = None
    rows: tuple[Correction, ...] = ()
    either: Mapping[str, Fraction] | None = None
    doubt: tuple[Reason, ...] = ()


def editions(registry: Registry, process: str, rule: str, day: dt.date) -> list[Edition]:
    """The editions that judge a process by a rule, with their state on ``day``; drafts left out."""
    rules = _rules(registry).get((process, rule), [])
    sources = {row.source.id: row.source for row in rules}
    return [
        Edition(
            source,
            source.validity.state(day),
            tuple(row for row in rules if row.source.id == source.id),
        )
        for source in sources.values()
    ]


def records_of(registry: Registry, table: str, family: str, subject: str) -> Sequence[Record]:
    """The records of a table's set on a subject."""
    return _records(registry).get((table, family, subject), ())


@lru_cache(maxsize=4)  # a shard asks thousands of times
def _records(registry: Registry) -> Mapping[tuple[str, str, str], list[Record]]:
    found: dict[tuple[str, str, str], list[Record]] = {}
    for record in registry.records.values():
        found.setdefault((record.table, record.set, record.subject), []).append(record)
    return found


@lru_cache(maxsize=4)
def _rules(registry: Registry) -> Mapping[tuple[str, str], list[ProcessRule]]:
    """The bands of processes by rule; drafts left out."""
    found: dict[tuple[str, str], list[ProcessRule]] = {}
    for row in registry.process_rules:
        if row.source.status != "draft":
            found.setdefault((row.process, row.rule), []).append(row)
    return found


def limits_of(registry: Registry, unit: Unit, edition: Edition, shown: str) -> Limits:
    """The limits of an edition for a unit, corrected by the unit's facts.

    Parameters
    ----------
    shown : the unit that the actual value is in, such as ``kgce/t``.
    """
    facts = {name: str(value) for name, value in unit.facts.items()}
    rule, lacks = _band(edition, facts)
    if rule is None:
        return Limits({}, "", lacks=lacks)
    valued = _valued(registry, rule)
    fault = _fault(rule, valued)
    if fault is not None:
        return Limits({}, "", lacks=(fault,))
    printed, fault = printed_limits(valued, shown)
    if fault is not None:
        return Limits({}, "", lacks=(fault,))
    terms = terms_of(registry, rule.set, rule.subject, rule.indicator)
    corrected = correct(printed, terms, facts)
    return _with_letter(corrected, valued, edition.source)


@lru_cache(maxsize=1024)  # a nation asks thousands of times for the same few hundred
def terms_of(
    registry: Registry, standard: str, subject: str, indicator: str
) -> Sequence[Correction]:
    """The corrections of the limits of a subject and indicator in a standard.

    With them stand the rows of amounts that they add up, where they do.
    """
    of = [r for r in registry.corrections if (r.standard, r.indicator) == (standard, indicator)]
    own = tuple(row for row in of if row.subject == subject)
    adds = any(row.kind == "additive" and row.coefficient is None for row in own)
    return (*own, *(row for row in of if adds and row.subject == AMOUNTS))


def printed_unit(registry: Registry, unit: Unit, edition: Edition) -> str:
    """The unit that the limits of an edition for a unit are printed in; empty without any."""
    return next((record.unit for record in limit_records(registry, unit, edition)), "")


def known_facts(known: Iterable[Edition], registry: Registry) -> tuple[str, ...]:
    """The names of the facts that the limits of editions ask for, each once."""
    names: list[str] = []
    for edition in known:
        for rule in edition.rules:
            names += [rule.fact] if rule.fact else []
            terms = terms_of(registry, rule.set, rule.subject, rule.indicator)
            names += facts_asked(terms)
    return tuple(dict.fromkeys(names))


def limit_records(registry: Registry, unit: Unit, edition: Edition) -> list[Record]:
    """The records that the limits of an edition for a unit are read from; none without a band."""
    facts = {name: str(value) for name, value in unit.facts.items()}
    rule, _ = _band(edition, facts)
    return [] if rule is None else _valued(registry, rule)


def _valued(registry: Registry, rule: ProcessRule) -> list[Record]:
    """The records of a rule's limits that have a value."""
    return [
        record
        for record in records_of(registry, rule.table, rule.set, rule.subject)
        if record.basis in ("", rule.indicator)
        and record.parameter in PARAMETERS[rule.rule]
        and record.value is not None
    ]


def rule_feedstock(registry: Registry, rule: ProcessRule) -> Feedstock:
    """Whether the limits of a rule count the energy of raw material, as far as the tables state."""
    records = records_of(registry, rule.table, rule.set, rule.subject)
    return feedstock_of(rule.subject, (record.note for record in records))


def printed_limits(records: list[Record], shown: str) -> tuple[dict[str, Fraction], Reason | None]:
    """The values of records by parameter, in the unit of the figure; or why they cannot be."""
    values: dict[str, Fraction] = {}
    for record in records:
        try:
            size = Fraction(1) if record.unit == shown else conversion(record.unit, shown)
        except UnitError:
            return {}, reason(
                "limit_unit", record=record.record, printed=record.unit, wanted_unit=shown
            )
        if record.value is not None:
            values[record.parameter] = record.value * size
    return values, None


def _fault(rule: ProcessRule, valued: list[Record]) -> Reason | None:
    """Why printed limits cannot be used: none or not all loaded, or two of one name."""
    names = sorted(record.parameter for record in valued)
    if not names:
        return reason("limits_not_loaded", standard=cited(rule.source))
    if len(set(names)) < len(names):
        return reason("limits_twice", standard=cited(rule.source))
    if rule.rule == "levels-2023" and len(names) < len(PARAMETERS[rule.rule]):
        return reason("limit_alone", standard=cited(rule.source), limit=names[0])
    return None


def _with_letter(corrected: Corrected, records: list[Record], source: Source) -> Limits:
    letters = (*(record.confidence for record in records), source.confidence)
    return Limits(
        corrected.limits,
        records[0].unit,
        corrected.terms,
        corrected.lacks,
        lowest_confidence(*letters, *corrected.confidence),
        corrected.rows,
        corrected.either,
        corrected.doubt,
    )


def _band(
    edition: Edition, facts: Mapping[str, str]
) -> tuple[ProcessRule | None, tuple[Reason, ...]]:
    """The band that the unit's fact chooses, or why none can be chosen."""
    if not edition.rules[0].fact:
        return edition.rules[0], ()
    fact, standard = edition.rules[0].fact, cited(edition.source)
    text = facts.get(fact, "").strip()
    if not text:
        return None, (reason("band_fact_missing", fact=fact, standard=standard),)
    try:
        value = parse_decimal(text)
    except ValueError:
        return None, (reason("band_fact_not_number", fact=fact, text=text, standard=standard),)
    fault = range_fault(fact, value, _BAND_UNITS.get(fact, "1"))
    if fault is not None:
        return None, (fault,)
    for rule in edition.rules:
        if rule.holds(value):
            return rule, ()
    return None, (reason("no_band", fact=fact, declared=text, standard=standard),)
