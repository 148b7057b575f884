"""Why there is no plan: demands that contradict each other, or a gain without end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, vstack

from celadon.numerics.lp import Program, Relaxation, least_relaxation, minimal_core, solve
from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.solving import chosen
from celadon.plan.components.draft import HYDROGEN, SELF_USED
from celadon.plan.components.heat_level import levels_of
from celadon.plan.microgrid.design import Built, Design
from celadon.plan.microgrid.rules import Rule

_LIMITS = (
    "import limit", "export limit", "cycles", "calls", "delivery", "source", "owed", "least load",
    "reserve", "critical", "let-down limit", "ramp up", "ramp down",
)  # fmt: skip
_UNITS = {"delivery": "t", "owed": "MWh", "cycles": "MWh", "calls": "MWh"}
"""Of limits that are no powers."""

_DIGITS = 1e-6


@dataclass(frozen=True, slots=True)
class Concession:
    """A demand that would have to give way.

    Attributes
    ----------
    demand : the rule, the limit of a capacity, or the row.
    asked, enough : the limit as it is, and one that would be enough; in ``unit``.
    steps : of how many steps it is, where it is a row of each step; then ``enough`` is the most by
        which any of them must give way.
    """

    demand: str
    asked: float
    enough: float
    unit: str
    steps: int = 0


@dataclass(frozen=True, eq=False)
class NoPlan:
    """No design keeps all demands, or none is cheapest.

    Attributes
    ----------
    status : ``infeasible``, ``unbounded``, or ``unsolved`` where no solver's answer can be proved.
    concessions : the fewest demands that must give way, and by how much.
    conflicts : sets of demands that cannot all hold.
    innocent : rules that are no part of any conflict.
    endless : blocks that would grow without end, for an unbounded design.
    alternatives : other single demands, any one of which would be enough instead.
    """

    status: str
    concessions: tuple[Concession, ...] = ()
    conflicts: tuple[frozenset[str], ...] = ()
    innocent: tuple[str, ...] = ()
    endless: tuple[str, ...] = ()
    alternatives: tuple[Concession, ...] = ()


def why_infeasible(design: Design, built: Built, *, alternatives: bool = True) -> NoPlan | None:
    """The fewest demands to relax and by how much; None if a solution exists after all.

    Rules, limits of capacities and limits of connections may give way; the laws of nature and the
    demands of the works do not, unless without that there is no way out.
    """
    program, levels = _with_limits(built), levels_of(design.components)
    of_rules = [rule.name for rule in design.rules]
    names = of_rules + [name for name in program.rows if name.rpartition(".")[2] in _LIMITS]
    names += [name for name in program.rows if name.startswith(_CAPACITY)]
    found = least_relaxation(program, names)
    if not found.is_possible:
        names = [name for name in program.rows if name.endswith(" balance")]
        found = least_relaxation(program, names)
    if not found.amounts:
        return None if found.is_possible else NoPlan("infeasible")
    if alternatives:
        quickest = chosen(program)[0]
        cores = tuple(minimal_core(program, names, core, quickest) for core in found.cores)
        found = replace(found, cores=tuple(dict.fromkeys(cores)))
    words = {
        f"{name} balance": f"{name} ({level.supply:.0f} °C) balance"
        for name, level in levels.of.items()
    }
    asked = _Asked(built, program, {rule.name: rule for rule in design.rules}, words)
    concessions = tuple(
        asked.concession(name, amounts, found.values, alone=len(found.amounts) == 1)
        for name, amounts in found.amounts.items()
    )
    guilty = {name for core in found.cores for name in core} | found.amounts.keys()
    return NoPlan(
        "infeasible",
        concessions,
        tuple(frozenset(words.get(name, _told(name)) for name in core) for core in found.cores),
        tuple(name for name in of_rules if name not in guilty),
        alternatives=_alternatives(asked, found) if alternatives else (),
    )


def _alternatives(asked: _Asked, found: Relaxation) -> tuple[Concession, ...]:
    """Other single demands of which one would be enough, where one is enough."""
    if len(found.amounts) != 1:
        return ()
    in_every_core = frozenset.intersection(*found.cores) - found.amounts.keys()
    other = []
    for name in sorted(in_every_core)[:_ALTERNATIVES]:
        quickest = chosen(asked.program)[0]  # what it cannot tell is not worth minutes
        alone = least_relaxation(asked.program, [name], quickest)
        if alone.is_possible and alone.amounts:
            amounts = alone.amounts[name]
            other.append(asked.concession(name, amounts, alone.values, alone=True))
    return tuple(other)


def why_unbounded(built: Built) -> NoPlan | None:
    """Which blocks grow without end if nothing holds them; None if they do not."""
    program = built.program
    finite = np.concatenate(
        [b[np.isfinite(b)] for b in (program.row_lower, program.row_upper)] or [np.zeros(0)]
    )
    box = 1e4 * max(1.0, float(np.abs(finite).max(initial=0.0)))
    boxed = program.with_(upper=np.minimum(program.upper, box))
    found = solve(boxed)
    if found.status != "optimal":
        return None
    at_box = (found.values >= box * (1 - 1e-4)) & ~np.isfinite(program.upper)
    endless = tuple(name for name, span in program.columns.items() if at_box[span].any())
    return NoPlan("unbounded", endless=endless) if endless else None


_CAPACITY = "limit of "


def _told(row: str) -> str:
    return row.removeprefix(_CAPACITY) if row.startswith(_CAPACITY) else row


def _with_limits(built: Built) -> Program:
    """The programme with the limits of its capacities as rows, which may give way."""
    program = built.program
    limited = [size for size in built.sizes if np.isfinite(size.most)]
    columns = np.array([program.columns[size.block].start for size in limited], np.int64)
    count, (height, width) = len(limited), program.matrix.shape
    unit = csc_array((np.ones(count), (np.arange(count), columns)), shape=(count, width))
    upper = program.upper.copy()
    upper[columns] = np.inf
    rows = {
        f"{_CAPACITY}{size.block}": slice(height + n, height + n + 1)
        for n, size in enumerate(limited)
    }
    return replace(
        program,
        matrix=csc_array(vstack([program.matrix, unit])),
        upper=upper,
        row_lower=np.concatenate([program.row_lower, np.full(count, -np.inf)]),
        row_upper=np.concatenate([program.row_upper, [size.most for size in limited]]),
        rows={**program.rows, **rows},
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is asked for: the programme with its limits as rows, its rules by name, and words for
    the balances of heat levels."""

    built: Built
    program: Program
    rules: Mapping[str, Rule]
    words: Mapping[str, str]

    def concession(self, name: str, amounts: Floats, values: Floats, *, alone: bool) -> Concession:
        """How a demand would have to give way."""
        if name in self.rules:
            rule = self.rules[name]
            enough = _enough(self.built, self.program, rule, values, alone=alone)
            unit = "tCO2" if rule.denominator == "none" else "1"
            return Concession(name, rule.limit, enough, unit)
        most = float(np.abs(amounts).max())
        if name.startswith(_CAPACITY):
            block = _told(name)
            size = next(size for size in self.built.sizes if size.block == block)
            return Concession(block, size.most, size.most + most, size.unit)
        span, at = self.program.rows[name], int(np.abs(amounts).argmax())
        low, high = self.program.row_lower[span][at], self.program.row_upper[span][at]
        unit, times = self._counted(name)
        asked = times * float(high if np.isfinite(high) else low)
        enough = asked - times * float(amounts[at])
        if abs(enough) < _DIGITS:  # never a nothing below zero
            enough = 0.0
        steps = int((np.abs(amounts) > _DIGITS).sum()) if span.stop - span.start > 1 else 0
        return Concession(self.words.get(name, name), asked, enough, unit, steps)

    def _counted(self, row: str) -> tuple[str, float]:
        """The unit of a row, and what one in it comes to there."""
        if row == f"{HYDROGEN} balance":
            return "t/h", 1.0
        limit = row.rpartition(".")[2]
        # what is owed is a sum over steps of the power in each
        return _UNITS.get(limit, "MW"), self.built.hours if limit == "owed" else 1.0


def _enough(built: Built, program: Program, rule: Rule, values: Floats, *, alone: bool) -> float:
    """The strictest limit of a rule that can be kept, if the rest stays as it is.

    The best share is the quotient of two sums: Dinkelbach's method asks for the largest surplus of
    one over the share of the other reached so far, until there is none.
    """
    what = _sum(built.tallies, rule.measure.counted, len(values))
    if rule.denominator == "none":
        return _worth(what, values)
    whole = _sum(built.tallies, rule.denominator, len(values))
    share = _worth(what, values) / max(_worth(whole, values), _DIGITS)
    if not alone:
        return share
    sign = 1.0 if rule.measure.at_least else -1.0
    free = _without(program, rule.name)
    for _ in range(_ROUNDS):
        surplus = sign * (what[0] - share * whole[0])
        found = solve(free.with_(cost=-surplus, offset=0.0, charges={}))
        if found.status != "optimal" or _worth(whole, found.values) <= _DIGITS:
            break
        better = _worth(what, found.values) / _worth(whole, found.values)
        if sign * (better - share) <= _DIGITS:
            break
        share = better
    return share


_ROUNDS, _ALTERNATIVES = 6, 3


def _without(program: Program, row: str) -> Program:
    low, high = program.row_lower.copy(), program.row_upper.copy()
    low[program.rows[row]], high[program.rows[row]] = -np.inf, np.inf
    return program.with_(row_lower=low, row_upper=high)


def _sum(
    tallies: Mapping[str, tuple[Floats, float]], name: str, width: int
) -> tuple[Floats, float]:
    if name == SELF_USED and name not in tallies:
        made, sold = (_sum(tallies, each, width) for each in ("generated", "exported"))
        return made[0] - sold[0], made[1] - sold[1]
    return tallies.get(name, (np.zeros(width), 0.0))


def _worth(total: tuple[Floats, float], values: Floats) -> float:
    return float(total[0] @ values[: len(total[0])]) + total[1]
