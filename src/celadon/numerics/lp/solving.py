"""One call to solve a linear programme: which solver, and whether to believe it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from celadon.errors import Fault, RequirementMissing
from celadon.numerics.lp import highs
from celadon.numerics.lp.answer import Answer, no_values
from celadon.numerics.lp.deadline import seconds_left
from celadon.numerics.lp.interior import INTERIOR, is_installed
from celadon.numerics.lp.program import Program
from celadon.numerics.lp.proof import Proof, prove
from celadon.numerics.lp.solution import Attempt, Solution, nothing

METHODS = ("simplex", "ipx", "piqp", "clarabel")
"""The solvers: the first two are HiGHS; the others are optional."""

TOLERANCE = 1e-6
"""A row may be broken by so much, relative to its terms."""

GAP = 1e-6
"""Objective and proved bound may differ by so much, relative."""

_LARGE = 60_000
"""Terms above which an interior-point method is quicker than simplex on models of many hours."""


def solve(
    program: Program,
    method: str | None = None,
    *,
    tolerance: float = TOLERANCE,
    gap: float = GAP,
    seconds: float | None = None,
) -> Solution:
    """The cheapest solution of a programme, proved, or why there is none.

    Parameters
    ----------
    method : one of :data:`METHODS`, used alone; by default one is chosen by the programme's size
        and kind, and the next one tried where the proof of its answer fails.
    tolerance, gap : what the proof must keep.
    seconds : at most so long for one solver; HiGHS keeps to it, and to the time that
        :func:`celadon.numerics.lp.deadline.within` leaves.

    Raises
    ------
    RequirementMissing
        If the method asked for is not installed.
    """
    contradicted = without_solving(program)
    if contradicted is not None:
        return contradicted
    attempts: list[Attempt] = []
    best: tuple[Proof, Answer] | None = None
    for name in [_installed(method)] if method else chosen(program):
        since = time.perf_counter()
        answer = ask(program, name, tolerance, gap, seconds)
        proof = _proof(program, answer)
        believed = _is_believed(answer, proof, name, tolerance, gap)
        took = time.perf_counter() - since
        attempts.append(Attempt(name, answer.said, took, answer.steps, believed))
        if believed:
            if proof is None:
                return nothing(program, answer.claim, tuple(attempts))
            return _solution(program, answer, proof, attempts)
        if proof is not None and (
            best is None or proof.relative_violation < best[0].relative_violation
        ):
            best = proof, answer
    if best is None:
        return nothing(program, "failed", tuple(attempts))
    proof, answer = best
    feasible = proof.relative_violation <= tolerance and proof.fraction <= tolerance
    return Solution(
        program, "limit" if feasible else "failed", answer.values, answer.prices, proof,
        tuple(attempts),
    )  # fmt: skip


def without_solving(program: Program) -> Solution | None:
    """What is known before any solver is asked: bounds that contradict each other, by name."""
    for name, place in program.contradictions():
        said = f"bounds of {name!r} contradict each other at place {place}"
        return nothing(program, "infeasible", (Attempt("bounds", said, 0.0, 0, accepted=True),))
    return None


def chosen(program: Program) -> Sequence[str]:
    """The methods worth trying, best first, as measured on models of plants and years.

    Simplex gives the cleanest prices on small programmes; a year of hours is a band with a dense
    border of capacities and peaks, which a quasi-definite factorisation keeps cheap.
    """
    if program.has_whole or program.matrix.nnz <= _LARGE:
        return ["simplex"] if program.has_whole else ["simplex", "ipx"]
    return [*(name for name in INTERIOR if is_installed(name)), "ipx", "simplex"]


def ask(
    program: Program, method: str, tolerance: float, gap: float, seconds: float | None
) -> Answer:
    """What one solver says; none is asked when the time is up."""
    left = seconds_left()
    if left == 0.0:
        return no_values("limit", "no time was left", 0)
    seconds = left if seconds is None else seconds if left is None else min(left, seconds)
    if method in INTERIOR:
        return INTERIOR[method](program, min(tolerance, gap))
    return highs.run(highs.opened(program, method, seconds, gap), program)


def _installed(method: str) -> str:
    if method not in METHODS:
        raise ValueError(f"no method {method!r}; there are {', '.join(METHODS)}")
    if method in INTERIOR and not is_installed(method):
        fault = Fault(
            (method,), "not installed", "an optional solver",
            f"pip install {method}, or ask for simplex or ipx",
        )  # fmt: skip
        raise RequirementMissing(f"The solver {method} is not installed", [fault])
    return method


def _proof(program: Program, answer: Answer) -> Proof | None:
    if not answer.values.size and program.matrix.shape[1]:
        return None
    return prove(program, answer.values, answer.prices, answer.bound)


def _is_believed(
    answer: Answer, proof: Proof | None, method: str, tolerance: float, gap: float
) -> bool:
    """Whether an answer ends the search: proved, or a refusal of HiGHS by a vertex method."""
    if proof is None:
        return answer.claim in ("infeasible", "unbounded") and method not in INTERIOR
    return answer.claim == "optimal" and proof.holds(tolerance, gap)


def _solution(program: Program, answer: Answer, proof: Proof, attempts: list[Attempt]) -> Solution:
    return Solution(program, "optimal", answer.values, answer.prices, proof, tuple(attempts))
