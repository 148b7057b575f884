"""Rules taken from the reference tables: their figure, their document, their letter."""

from __future__ import annotations

from celadon.errors import DeclarationError, Fault
from celadon.plan.microgrid.declaration import RuleDeclared
from celadon.plan.microgrid.rules import MEASURES, Rule
from celadon.reference import Registry

TABLE = "microgrid_rules"
"""The reference table of the rules."""

_STRICTER_FROM = 2030
"""The year from which new projects owe a larger green share."""


def rule_in_force(
    registry: Registry,
    declared: RuleDeclared,
    name: str,
    limit: float | None,
    place: tuple[str, ...],
    year: int,
) -> Rule:
    """A rule with the figure and source of a document; a limit that is given takes its place.

    Parameters
    ----------
    year : of the design; the green share of projects new from 2030 is larger.

    Raises
    ------
    DeclarationError
        If the document holds no such rule with that denominator.
    """
    parameter = "minimum_share" if MEASURES[declared.kind].at_least else "maximum_share"
    rows = [
        record
        for record in registry.of_table(TABLE)
        if (record.set, record.subject) == (declared.set, declared.kind)
    ]
    wanted = (declared.of,) if declared.of else MEASURES[declared.kind].denominators
    denominator = next((d for d in wanted if any(r.basis == d for r in rows)), wanted[0])
    known = [record for record in rows if record.basis == denominator]
    stricter = f"{parameter}_new_from_{_STRICTER_FROM}"
    names = {record.parameter: record for record in known}
    chosen = names.get(stricter) if year >= _STRICTER_FROM else None
    record = chosen or names.get(parameter)
    if record is None:
        there = ", ".join(f"{r.subject} of {r.basis}" for r in rows) or "no rule of this kind"
        rule = f"a rule of {declared.set} in the table {TABLE}"
        fault = Fault(place, f"{declared.kind} of {denominator}; held: {there}", rule,
                      f"correct set or of; celadon reference search {TABLE}")  # fmt: skip
        raise DeclarationError(f"{place[0]} names a rule that is not held", [fault])
    share = float(record.value) / 100 if record.value is not None else limit
    assert share is not None  # noqa: S101  every row of the table has its figure
    clause = declared.clause or record.cite()
    return Rule(
        name, declared.kind, share if limit is None else limit, denominator, clause,
        record.source.id, record.confidence,
    )  # fmt: skip
