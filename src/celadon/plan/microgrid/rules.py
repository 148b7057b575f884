"""Rules as named rows of the programme, each with its clause, its denominator and its price.

A share over a year is one row: what is counted, less the share of what it is counted by. Its price
says at what rate the yearly cost falls as the row is let off, by MWh; times the denominator and a
hundredth, by point of the share. Let off by a whole point, the cost can fall by less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from celadon.numerics.lp import Expression
from celadon.plan.components.draft import (
    AVAILABLE,
    CONSUMED,
    EMITTED,
    EXPORTED,
    GENERATED,
    SELF_USED,
    Draft,
)

RuleKind = Literal["local_use", "green_share", "export_share", "carbon_cap"]
Denominator = Literal["available", "generated", "consumed", "none"]


@dataclass(frozen=True, slots=True)
class Measure:
    """How a kind of rule counts: what is counted, by which denominators, and from which side."""

    counted: str
    denominators: tuple[Denominator, ...]
    at_least: bool


MEASURES: dict[RuleKind, Measure] = {
    "local_use": Measure(SELF_USED, (AVAILABLE, GENERATED), at_least=True),
    "green_share": Measure(SELF_USED, (CONSUMED,), at_least=True),
    "export_share": Measure(EXPORTED, (AVAILABLE, GENERATED), at_least=False),
    "carbon_cap": Measure(EMITTED, ("none",), at_least=False),
}
"""Every kind: self-used is what is generated less what is exported. Where stores tell the origin of
their power it is less what is exported of that, and what they lose of it unless that is use; what
they lose of other power is then no use either."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One demand on a year, under a name.

    Parameters
    ----------
    limit : of one for a share; t of carbon dioxide for a cap.
    denominator : what the share is of; *available* is energy before any is curtailed.
    clause : where the rule stands; ``source`` is the id of its source, ``confidence`` its letter.
    clause_zh : the same in Chinese, where the tables have it.

    Examples
    --------
    >>> Rule("local use", "local_use", 0.6, "available").measure.at_least
    True
    """

    name: str
    kind: RuleKind
    limit: float
    denominator: Denominator
    clause: str = ""
    source: str = ""
    confidence: str = ""
    clause_zh: str = ""

    def cited(self, language: str) -> str:
        """Where the rule stands, in ``zh`` or ``en``; in the other where only that is known."""
        return self.clause_zh if language == "zh" and self.clause_zh else self.clause

    @property
    def measure(self) -> Measure:
        """How it counts."""
        return MEASURES[self.kind]

    def counted(self, draft: Draft) -> Expression:
        """What the rule counts over the year, MWh or t."""
        return counted(draft, self.measure.counted)

    def add(self, draft: Draft) -> None:
        """Hold the rule, as a row of its own name; formulation, rows ``export`` and ``self``."""
        what = self.counted(draft)
        if self.denominator == "none":
            draft.model.require(self.name, what <= self.limit)
            return
        share = what - self.limit * draft.total(self.denominator)
        held = share >= 0.0 if self.measure.at_least else share <= 0.0
        draft.model.require(self.name, held)


def counted(draft: Draft, what: str) -> Expression:
    """A yearly sum by name; what is self-used is generated and not exported, if not followed."""
    if what == SELF_USED and what not in draft.tallies:
        return draft.total(GENERATED) - draft.total(EXPORTED)
    return draft.total(what)
