"""Flows that no machine has at once, kept apart where wasting energy pays.

Charging while discharging, buying while selling: a linear programme does both where that wastes
what costs less than nothing. Three things are done about it, and only at the steps where it was
done, so that a year in which nothing is wasted costs nothing more:

* rows that every plan keeps in which the two are apart (``Built.hulls``) are added. They describe
  the smallest convex set around "only the one" and "only the other" of a step; what is found with
  them is a better bound;
* which of the two runs in a store is searched span by span, as whole numbers are, as one step leads
  to the next: in a long time of negative prices a battery charges and discharges in turn. Of
  buying and selling, the one is taken that runs when their shares of a step add up to one;
* the other is held at zero, and the year solved again with its capacities free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from celadon.numerics.lp import Program, Solution, solve
from celadon.numerics.lp.deadline import is_late
from celadon.numerics.lp.expression import Floats, Index
from celadon.numerics.lp.stacking import NewColumns, NewRows, bordered
from celadon.plan.microgrid.design import Built, Pair
from celadon.plan.microgrid.plan import at_once
from celadon.plan.microgrid.spans import whole_by_spans

_ROUNDS = 4
"""After each, what runs at once elsewhere is held too; the last holds one flow of every pair in
every step, the one that is the weaker there, so that none is left but where that cannot be kept."""

_HULLS = 3
"""Rounds of rows: what they keep out of one step may turn up in the next."""

_UNDECIDED = 0.01
"""A step in which both run counts as split at least by so much, however small the lesser is."""

_LITTLE = 1e-2
"""MW; a flow is taken for able of so much at least."""


@dataclass(frozen=True, eq=False)
class Apart:
    """A solution with its flows apart, as far as that could be done.

    Attributes
    ----------
    bound : kCNY; nothing costs less in which the flows are apart, at the whole numbers and
        capacities that are held already.
    held : the steps in which each pair had to be held; those with none left out.
    """

    found: Solution
    bound: float
    held: Mapping[Pair, int]


def kept_apart(built: Built, program: Program, found: Solution, method: str) -> Apart:
    """The solution of a year with its flows kept apart, and the better bound.

    Parameters
    ----------
    program : of the design, its whole numbers held where they are.
    found : its solution, in which flows may run at once.
    method : the solver of the year.
    """
    if not _together(found, built.exclusives):
        return Apart(found, found.bound, {})
    program, hull, seen = _within_hulls(built, program, found, method)
    bound = max(found.bound, hull.bound)
    decided = hull
    if not is_late():
        upper = _decided(built, program, hull, method)
        again = solve(program.with_(upper=upper), method)
        if again.status == "optimal":
            program, decided = program.with_(upper=upper), again
    settled, more = held_apart(program, decided, built.exclusives, method)
    if settled is found:
        return Apart(found, bound, {})
    left = {pair: len(steps) for pair, steps in _together(settled, built.exclusives).items()}
    held = {
        pair: max(0, seen.get(pair, 0) + more.get(pair, 0) - left.get(pair, 0))
        for pair in built.exclusives
    }
    return Apart(settled, bound, {pair: steps for pair, steps in held.items() if steps})


def held_apart(
    program: Program, found: Solution, pairs: Sequence[Pair], method: str
) -> tuple[Solution, dict[Pair, int]]:
    """The solution in which the weaker of two opposed flows is held at zero, step by step.

    Parameters
    ----------
    pairs : the blocks that exclude each other, such as charge and discharge.

    Returns
    -------
    The solution, and the steps in which each pair had to be held; those with none left out.
    """
    held = dict.fromkeys(pairs, 0)
    for number in range(1, _ROUNDS + 1):
        both = _together(found, pairs)
        if not both:
            break
        upper = program.upper.copy()
        for pair in pairs if number == _ROUNDS else both:
            every = np.arange(len(found.value(pair[0])))
            _hold_weaker(program, upper, found, pair, every if number == _ROUNDS else both[pair])
        again = solve(program.with_(upper=upper), method)
        if again.status != "optimal":
            break
        program, found = program.with_(upper=upper), again
        held = {pair: held[pair] + len(both.get(pair, ())) for pair in held}
    return found, {pair: steps for pair, steps in held.items() if steps}


def _together(found: Solution, pairs: Sequence[Pair]) -> dict[Pair, Index]:
    """The steps in which both flows of a pair run; pairs with none left out.

    An interior point may share what costs nothing; only more than rounding counts.
    """
    steps = {
        (one, other): np.flatnonzero(at_once(found.value(one), found.value(other)))
        for one, other in pairs
    }
    return {pair: at for pair, at in steps.items() if len(at)}


def _hold(program: Program, upper: Floats, block: str, steps: Index) -> None:
    upper[program.columns[block].start + steps] = 0.0


def _hold_weaker(
    program: Program, upper: Floats, found: Solution, pair: Pair, steps: Index
) -> None:
    """The flow that prevails keeps its step."""
    one, other = pair
    is_first = found.value(one)[steps] >= found.value(other)[steps]
    _hold(program, upper, other, steps[is_first])
    _hold(program, upper, one, steps[~is_first])


def _within_hulls(
    built: Built, program: Program, found: Solution, method: str
) -> tuple[Program, Solution, dict[Pair, int]]:
    """The programme with rows where flows ran at once, its solution, and how many steps each."""
    seen: dict[Pair, Index] = {}
    for number in range(1, _HULLS + 1):
        rows: list[NewRows] = []
        for pair, both in _together(found, built.exclusives).items():
            steps = np.setdiff1d(both, seen.get(pair, ()))
            seen[pair] = np.union1d(both, seen.get(pair, np.zeros(0, np.int64)))
            rows += [
                NewRows.of(f"{pair[0]} or {pair[1]}, {number}.{each}", requirement, steps)
                for each, requirement in enumerate(built.hulls.get(pair, ()), start=1)
                if len(steps)
            ]
        if not rows or is_late():
            break
        wider = bordered(program, (), rows)
        again = solve(wider, method)
        if again.status != "optimal":
            break
        program, found = wider, again
    return program, found, {pair: len(steps) for pair, steps in seen.items()}


def _decided(built: Built, program: Program, found: Solution, method: str) -> Floats:
    """Upper bounds in which one of two flows is held at zero wherever both ran."""
    upper = program.upper.copy()
    together = _together(found, built.exclusives)
    stored = {pair: at for pair, at in together.items() if built.hulls.get(pair)}
    if len({len(found.value(one)) for one, _ in stored}) > 1:
        stored = {}  # scenarios of years of other lengths have no spans in common
    others = {pair: at for pair, at in together.items() if pair not in stored}
    if others:
        _decide_by_shares(program, upper, found, others, method)
    if stored and not is_late():
        _decide_by_spans(program, upper, _Stored(stored, found, built.hours))
    return upper


def _decide_by_shares(
    program: Program, upper: Floats, found: Solution, pairs: Mapping[Pair, Index], method: str
) -> None:
    """One flow of a step for each pair that leads to no other step, such as buying and selling.

    What one comes to while both run, and the other less that, are taken for their most, and the
    year is solved with the shares of these adding up to no more than one: a guess, which decides
    and proves nothing.
    """
    rows = []
    for (one, other), at in pairs.items():
        first = found.value(one)[at]
        second = np.maximum(found.value(other)[at] - first, _LITTLE)
        places = np.concatenate([program.columns[each].start + at for each in (one, other)])
        rows.append(
            NewRows(f"shares of {one} and {other}", np.tile(np.arange(len(at)), 2), places,
                    1 / np.concatenate([first, second]), np.full(len(at), -np.inf),
                    np.ones(len(at)))
        )  # fmt: skip
    guided = solve(bordered(program, (), rows), method)
    guide = guided if guided.status == "optimal" else found
    for pair, at in pairs.items():
        _hold_weaker(program, upper, guide, pair, at)


@dataclass(frozen=True, eq=False)
class _Stored:
    """The steps to decide for each store; steps are so many hours long."""

    steps: Mapping[Pair, Index]
    found: Solution
    hours: float

    def most(self, pair: Pair) -> float:
        """MW that one of both comes to where it runs alone: they share one power."""
        return float((self.found.value(pair[0]) + self.found.value(pair[1])).max())


def _decide_by_spans(program: Program, upper: Floats, stored: _Stored) -> None:
    """One flow of a step for each store, as a search over spans of the year chooses.

    For each step in which both run a whole number is added: one where the first of them runs,
    zero where the other does. Neither exceeds what both come to in any step of the year.
    """
    pairs, found = stored.steps, stored.found
    count = len(found.value(next(iter(pairs))[0]))
    columns: list[NewColumns] = []
    rows: list[NewRows] = []
    guesses: list[Floats] = []
    for pair, at in pairs.items():
        first = len(program.cost) + len(columns) * count
        choice, held = _choice(program, stored, pair, first)
        columns.append(choice)
        rows += held
        guess = np.zeros(count)
        share = found.value(pair[0])[at] / stored.most(pair)
        guess[at] = np.clip(share, _UNDECIDED, 1 - _UNDECIDED)
        guesses.append(guess)
    wide = bordered(program.with_(upper=upper), columns, rows)
    whole = np.zeros(len(wide.cost), bool)
    for choice in columns:
        whole[wide.columns[choice.name]] = choice.upper > 0
    nothing = np.zeros(wide.matrix.shape[0] - program.matrix.shape[0])
    split = replace(found, program=wide, values=np.concatenate([found.values, *guesses]),
                    prices=np.concatenate([found.prices, nothing]))  # fmt: skip
    values = whole_by_spans(wide.with_(whole=whole), split, count, stored.hours)
    for (one, other), choice in zip(pairs, columns, strict=True):
        at = pairs[one, other]
        is_first = values[wide.columns[choice.name]][at] > 0.5
        _hold(program, upper, other, at[is_first])
        _hold(program, upper, one, at[~is_first])


def _choice(
    program: Program, stored: _Stored, pair: Pair, first: int
) -> tuple[NewColumns, list[NewRows]]:
    """The whole numbers of a pair from the column ``first`` on, and the rows that they rule."""
    at, (one, other) = stored.steps[pair], pair
    may = np.zeros(len(stored.found.value(one)))
    may[at] = 1.0
    rows = np.tile(np.arange(len(at)), 2)
    ones, free = np.ones(len(at)), np.full(len(at), -np.inf)
    both = [np.concatenate([program.columns[each].start + at, first + at]) for each in pair]
    most = stored.most(pair) * ones
    held = [
        NewRows(f"{one}, where chosen", rows, both[0], np.concatenate([ones, -most]),
                free, 0.0 * ones),
        NewRows(f"{other}, where not {one}", rows, both[1],
                np.concatenate([ones, most]), free, most),
    ]  # fmt: skip
    return NewColumns(f"{one} or {other}", 0.0 * may, may), held
