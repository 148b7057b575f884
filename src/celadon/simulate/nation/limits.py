"""What the tables say about a process: the grades of its norm, and what a run can judge by.

Limits are never typed into the simulation: they come from the registry, in kgce for each unit of
product.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.reference import ProcessRule, Registry
from celadon.units import conversion

GRADES = ("grade_1", "grade_2", "grade_3")
"""Names of the limits of a norm, strictest first."""

LEVELS = ("benchmark", "baseline")
"""Names of the levels of 2023."""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """The limits of a process.

    Parameters
    ----------
    grades : grades 1 to 3 of its newest norm, in kgce/t; None where it has no three of them.
    bars : what a run over the year judges by, each with the verdict on more than that:
        ``over_limit`` of the norm, ``below_baseline`` of the levels of 2023.
    """

    grades: tuple[float, ...] | None = None
    bars: tuple[tuple[float, str], ...] = ()

    @property
    def ceiling(self) -> float | None:
        """The lowest of the limits, below which a good enterprise stays; None without any."""
        known = [*(self.grades[-1:] if self.grades else ()), *(limit for limit, _ in self.bars)]
        return min(known, default=None)


def process_limits(
    registry: Registry, process: str, facts: Mapping[str, str], year: int
) -> ProcessLimits:
    """The limits of a process, of which the enterprises declare these facts.

    A norm whose day in force is not known, or that is corrected by a fact that they do not declare,
    is no bar: a run cannot tell.
    """
    rules = [r for r in registry.process_rules if r.process == process and _is_band(r, facts)]
    norms = sorted(
        (rule for rule in rules if rule.rule == "norm"),
        key=lambda rule: rule.source.edition,
        reverse=True,
    )
    graded = [(rule, found) for rule in norms if (found := _limits(registry, rule, GRADES))]
    bars = [
        (found[-1], "over_limit")
        for rule, found in graded
        if _in_force(rule, year) and _corrected(registry, rule) <= facts.keys()
    ][:1]
    bars += [
        (found[-1], "below_baseline")
        for rule in rules
        if rule.rule == "levels-2023" and _in_force(rule, year)
        if (found := _limits(registry, rule, LEVELS))
    ]
    return ProcessLimits(graded[0][1] if graded else None, tuple(bars))


def _is_band(rule: ProcessRule, facts: Mapping[str, str]) -> bool:
    """Whether a rule has no bands, or is the one that the facts choose."""
    if not rule.fact:
        return True
    return rule.fact in facts and rule.holds(parse_decimal(facts[rule.fact]))


def _limits(
    registry: Registry, rule: ProcessRule, names: tuple[str, ...]
) -> tuple[float, ...] | None:
    values: dict[str, float] = {}
    for record in registry.records.values():
        same = (record.table, record.set, record.subject) == (rule.table, rule.set, rule.subject)
        if same and record.basis in ("", rule.indicator) and record.value is not None:
            try:
                values[record.parameter] = float(record.value * conversion(record.unit, "kgce/t"))
            except UnitError:
                return None
    return tuple(values[name] for name in names) if values.keys() >= set(names) else None


def _in_force(rule: ProcessRule, year: int) -> bool:
    last = dt.date(year, 12, 31)
    return rule.source.status != "draft" and rule.source.validity.state(last) == "in_force"


def _corrected(registry: Registry, rule: ProcessRule) -> set[str]:
    """The facts that corrections of the limits ask for at ordinary altitude."""
    return {
        term.condition.split()[0] if term.kind == "altitude formula" else term.variable
        for term in registry.corrections
        if (term.standard, term.subject, term.indicator) == (rule.set, rule.subject, rule.indicator)
    }
