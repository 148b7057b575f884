"""Why there is no solution: the fewest requirements to relax, and by how much.

Some requirements that cannot all hold are a *core*. Whatever is relaxed must take one from every
core, so the fewest to relax are a smallest set that meets them all. Cores are found one by one:
what is chosen to be relaxed is let go, the rest is asked for at the least breach, and the prices of
that breach name the next core (Farkas). When nothing is left to breach, the choice is the smallest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from scipy.sparse import csc_array, hstack

from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.program import Program
from celadon.numerics.lp.solution import Solution
from celadon.numerics.lp.solving import solve

_BREACH = 1e-7
_WEIGHT = 10.0
"""Of a breach as large as its row: interior methods are up to four times as quick as with one, for
the whole is then well above the absolute tolerance of their gap."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The fewest requirements that must give way.

    Attributes
    ----------
    amounts : by name, how far each row of a requirement is let off: positive where its lower bound
        falls, negative where its upper bound rises, in the row's unit. Empty if nothing need give.
    cores : sets of requirements that cannot all hold.
    is_possible : False where even without any of the requirements there is no solution; what is
        left (bounds of variables, other rows) then contradicts itself.
    values : a solution of what is left when these have given way; empty if nothing need give.
    """

    amounts: Mapping[str, Floats]
    cores: tuple[frozenset[str], ...]
    is_possible: bool
    values: Floats = field(default_factory=lambda: np.zeros(0))


def least_relaxation(
    program: Program, requirements: Sequence[str] | None = None, method: str | None = None
) -> Relaxation:
    """The fewest requirements to relax so that there is a solution, and the least that is enough.

    Parameters
    ----------
    requirements : names of the blocks of rows that may give way; all by default. The others, such
        as balances of nature, stay. Whole numbers are let be fractions here.
    method : as for :func:`solve`; where it finds no answer, nothing is held possible.

    Examples
    --------
    >>> from celadon.numerics.lp import Model
    >>> model = Model()
    >>> sun = model.variables("sun", upper=4)
    >>> grid = model.variables("grid")
    >>> model.require("demand", sun + grid >= 10)
    >>> model.require("green share", sun >= 6)
    >>> model.require("connection", grid <= 8)
    >>> found = least_relaxation(model.program())
    >>> {name: by.tolist() for name, by in found.amounts.items()}
    {'green share': [2.0]}
    """
    names = list(program.rows) if requirements is None else list(requirements)
    plain = replace(program, whole=np.zeros_like(program.whole))
    scale = _scales(plain, names)
    cores: list[frozenset[str]] = []
    whole: tuple[Solution, dict[str, Floats]] | None = None
    while True:
        given = _smallest_meeting(cores)
        rest = [name for name in names if name not in given]
        found, slack = _least_breach(plain, rest, given, scale, method)
        whole = whole or (found, slack)
        if found.status != "optimal":
            return Relaxation({}, tuple(cores), is_possible=False)
        core = frozenset(
            name
            for name in names
            if name not in given and _most(found.price(name) * scale[name]) > _WEIGHT * _BREACH
        )
        if _total(slack, scale) <= _BREACH * max(1, len(names)) or not core:
            break
        cores.append(core)
        amounts = {name: by for name, by in whole[1].items() if _most(by) > 0}
        if amounts.keys() == _smallest_meeting(cores):  # the least breach is already of the fewest
            return Relaxation(
                amounts, tuple(cores), is_possible=True,
                values=whole[0].values[: program.matrix.shape[1]],
            )  # fmt: skip
    if not given:
        return Relaxation({}, (), is_possible=True)
    found, slack = whole  # of all: the same where there is but one
    if set(given) != set(names):
        found, slack = _least_breach(plain, sorted(given), (), scale, method)
    amounts = {name: by for name, by in slack.items() if _most(by) > 0}
    values = found.values[: program.matrix.shape[1]]
    return Relaxation(amounts, tuple(cores), is_possible=True, values=values)


def minimal_core(
    program: Program, requirements: Sequence[str], core: Collection[str], method: str | None = None
) -> frozenset[str]:
    """A core of which no member can be left out: prices of a breach may name one too many.

    Parameters
    ----------
    requirements : all that may give way; those outside the core do not count here.

    Examples
    --------
    >>> from celadon.numerics.lp import Model
    >>> model = Model()
    >>> sun = model.variables("sun")
    >>> grid = model.variables("grid")
    >>> model.require("demand", sun + grid >= 10)
    >>> model.require("roof", sun <= 4)
    >>> model.require("cap", sun + grid <= 8)
    >>> sorted(minimal_core(model.program(), ["demand", "roof", "cap"], ["demand", "roof", "cap"]))
    ['cap', 'demand']
    """
    plain = replace(program, whole=np.zeros_like(program.whole))
    scale = _scales(plain, list(requirements))
    kept = sorted(core)
    for name in sorted(core):
        rest = [other for other in kept if other != name]
        dropped = [other for other in requirements if other not in rest]
        found, slack = _least_breach(plain, rest, dropped, scale, method)
        if rest and found.status == "optimal" and _total(slack, scale) > _BREACH * len(rest):
            kept = rest
    return frozenset(kept)


def _smallest_meeting(cores: Sequence[Collection[str]]) -> frozenset[str]:
    """A smallest set with a member of every core."""
    names = sorted({name for core in cores for name in core})
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            if all(set(core) & set(chosen) for core in cores):
                return frozenset(chosen)
    return frozenset(names)


def _least_breach(
    program: Program,
    breached: Sequence[str],
    dropped: Collection[str],
    scale: Mapping[str, Floats],
    method: str | None,
) -> tuple[Solution, dict[str, Floats]]:
    """The least breach of some requirements while others do not count at all."""
    low, high = program.row_lower.copy(), program.row_upper.copy()
    for name in dropped:
        low[program.rows[name]], high[program.rows[name]] = -np.inf, np.inf
    rows = np.concatenate(
        [np.arange(program.rows[n].start, program.rows[n].stop) for n in breached]
        or [np.zeros(0, np.int64)]
    )
    weights = np.concatenate([_WEIGHT / scale[name] for name in breached] or [np.zeros(0)])
    height, count = program.matrix.shape[0], len(rows)
    unit = csc_array((np.ones(count), (rows, np.arange(count))), shape=(height, count))
    width = program.matrix.shape[1]
    elastic = replace(
        program,
        cost=np.concatenate([np.zeros(width), weights, weights]),
        offset=0.0,
        matrix=csc_array(hstack([program.matrix, unit, -unit])),
        lower=np.concatenate([program.lower, np.zeros(2 * count)]),
        upper=np.concatenate([program.upper, np.full(2 * count, np.inf)]),
        row_lower=low,
        row_upper=high,
        whole=np.zeros(width + 2 * count, bool),
        columns={**program.columns, _UP: slice(width, width + count),
                 _DOWN: slice(width + count, width + 2 * count)},
        charges={},
    )  # fmt: skip
    found = solve(elastic, method)
    if found.status != "optimal":
        return found, {}
    net = found.value(_UP) - found.value(_DOWN)
    slack, at = {}, 0
    for name in breached:
        span = program.rows[name]
        part = net[at : at + span.stop - span.start]
        slack[name] = np.where(np.abs(part) > _BREACH * scale[name], part, 0.0)
        at += span.stop - span.start
    return found, slack


_UP, _DOWN = "\x00up", "\x00down"


def _scales(program: Program, names: Sequence[str]) -> dict[str, Floats]:
    """The size of each row, so that a breach of MW and one of a share weigh alike."""
    bounds = np.maximum(
        np.where(np.isfinite(program.row_lower), np.abs(program.row_lower), 0),
        np.where(np.isfinite(program.row_upper), np.abs(program.row_upper), 0),
    )
    terms = abs(program.matrix).max(axis=1).toarray().ravel()
    size = np.where(bounds > 0, bounds, np.where(terms > 0, terms, 1.0))
    return {name: size[program.rows[name]] for name in names}


def _most(numbers: Floats) -> float:
    return float(np.abs(numbers).max(initial=0.0))


def _total(slack: Mapping[str, Floats], scale: Mapping[str, Floats]) -> float:
    return sum(float(np.abs(by / scale[name]).sum()) for name, by in slack.items())
