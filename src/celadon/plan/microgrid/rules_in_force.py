"""Rules taken from the reference tables: their figure, their document, their letter."""

from __future__ import annotations

import re

from celadon.errors import DeclarationError, Fault
from celadon.plan.microgrid.declaration import RuleDeclared
from celadon.plan.microgrid.rules import MEASURES, Rule
from celadon.reference import Record, Registry

TABLE = "microgrid_rules"
"""The reference table of the rules."""

_NEW_FROM = re.compile(r"_new_from_(?P<year>\d{4})")
"""How a parameter says that it is for projects new from a year on."""


def rule_in_force(
    registry: Registry,
    declared: RuleDeclared,
    name: str,
    place: tuple[str, ...],
    year: int,
) -> Rule:
    """A rule with the figure and source of a document.

    Parameters
    ----------
    year : in which the project is new; the green share of projects new from 2030 is larger.

    Raises
    ------
    DeclarationError
        If the document holds no such rule with that denominator, or is not in force in that year.
    """
    rows = [
        record
        for record in registry.of_table(TABLE)
        if (record.set, record.subject) == (declared.set, declared.kind)
    ]
    wanted = (declared.of,) if declared.of else MEASURES[declared.kind].denominators
    denominator = next((d for d in wanted if any(r.basis == d for r in rows)), wanted[0])
    record = _of_year([r for r in rows if r.basis == denominator], declared, year)
    if record is None:
        there = ", ".join(f"{r.subject} of {r.basis}" for r in rows) or "no rule of this kind"
        rule = f"a rule of {declared.set} in the table {TABLE}"
        fault = Fault(place, f"{declared.kind} of {denominator}; held: {there}", rule,
                      f"correct set or of; celadon reference search {TABLE}")  # fmt: skip
        raise DeclarationError(f"{place[0]} names a rule that is not held", [fault])
    _refuse_out_of_force(record, place, year)
    assert record.value is not None  # noqa: S101  every row of the table has its figure
    share = float(record.value) / 100
    clause = declared.clause or record.cite()
    clause_zh = record.cite("zh") if record.source.title_zh else record.source.number
    return Rule(
        name, declared.kind, share, denominator, clause,
        record.source.id, record.confidence, declared.clause or clause_zh,
    )  # fmt: skip


def _of_year(records: list[Record], declared: RuleDeclared, year: int) -> Record | None:
    """The figure for projects new in a year: the latest that has begun by then."""
    parameter = "minimum_share" if MEASURES[declared.kind].at_least else "maximum_share"
    begun = {}
    for record in records:
        later = _NEW_FROM.fullmatch(record.parameter.removeprefix(parameter))
        since = 0 if record.parameter == parameter else int(later["year"]) if later else year + 1
        if since <= year:
            begun[since] = record
    return begun[max(begun)] if begun else None


def _refuse_out_of_force(record: Record, place: tuple[str, ...], year: int) -> None:
    """A rule is held on some day of the year at least."""
    since, until = record.valid_from, record.valid_to
    early, late = since and since.year > year, until and until.year < year
    if early or late:
        when = f"in force from {since}" if early else f"in force until {until}"
        fault = Fault((*place, "set"), f"{record.set}, {when}, for a project of {year}",
                      "a rule in force in the year in which the project is new",
                      "give project_year in [design] if the project is of another year than its "
                      "series, or limit and clause instead of set")  # fmt: skip
        raise DeclarationError(f"{place[0]} names a rule that is not in force", [fault])
