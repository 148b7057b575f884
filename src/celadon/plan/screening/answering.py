"""Solvers for programmes of typical days: an interior method first, whatever their size."""

from __future__ import annotations

from celadon.numerics.lp import Program, Solution, solve
from celadon.numerics.lp.interior import INTERIOR, is_installed


def answered(program: Program, method: str | None = None) -> Solution:
    """The proved solution of a programme, or why there is none.

    An interior method is several times as quick here as simplex; what it does not prove, simplex is
    asked for, whose word on impossible programmes is believed.

    Parameters
    ----------
    method : a solver of :data:`celadon.numerics.lp.METHODS`, used alone.
    """
    found = tried(program, method)
    return found if method is not None or found.status == "optimal" else solve(program)


def tried(program: Program, method: str | None = None) -> Solution:
    """The same from one solver alone: where it finds nothing, that proves nothing."""
    interior = next((name for name in INTERIOR if is_installed(name)), None)
    return solve(program, method or interior)
