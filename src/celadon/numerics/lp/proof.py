"""What an answer is worth, computed from the programme and the numbers alone.

A solver that says "optimal" proves nothing. Here the rows are multiplied out again, and the prices
of the rows give a bound that no solution can beat (weak duality); the distance between the two is
the gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.numerics.lp.program import Program


@dataclass(frozen=True, slots=True)
class Proof:
    """Residuals and bound of an answer.

    Parameters
    ----------
    violation : how far the worst row or bound is broken, in its own unit.
    relative_violation : the same, divided by the size of the terms of that row (1 at least).
    worst : the block and place of the worst row or column.
    fraction : how far the worst whole number is from one.
    price_violation : how far the worst reduced cost has a sign that no bound explains, relative to
        the size of its terms (1 at least).
    bound : no solution costs less; minus infinity if the prices prove nothing.
    gap : objective less bound, relative to the objective (1 at least).
    """

    objective: float
    violation: float
    relative_violation: float
    worst: tuple[str, int] | None
    fraction: float
    price_violation: float
    bound: float
    gap: float

    def holds(self, tolerance: float, gap: float) -> bool:
        """Whether the answer keeps all requirements and is proved as good as any, within these."""
        return (
            self.relative_violation <= tolerance
            and self.fraction <= max(tolerance, 1e-6)
            and self.price_violation <= 10 * tolerance
            and self.gap <= gap
        )


def prove(program: Program, values: Floats, prices: Floats, bound: float | None = None) -> Proof:
    """Residuals and bound of an answer to a programme.

    Parameters
    ----------
    values : one per column.
    prices : one per row: by how much the objective grows with the row's bound.
    bound : the bound that a search over whole numbers reports; prices cannot give it.
    """
    objective = float(program.cost @ values) + program.offset
    violation, relative, worst = _violation(program, values)
    whole = values[program.whole]
    fraction = float(np.abs(whole - np.round(whole)).max()) if whole.size else 0.0
    if bound is None:
        price_violation, known = _bound(program, values, prices)
    else:
        price_violation, known = 0.0, bound
    return Proof(
        objective, violation, relative, worst, fraction, price_violation, known,
        (objective - known) / max(1.0, abs(objective)),
    )  # fmt: skip


def _violation(program: Program, values: Floats) -> tuple[float, float, tuple[str, int] | None]:
    matrix = program.matrix
    activity = matrix @ values
    size = np.maximum(1.0, abs(matrix) @ np.abs(values))
    rows = np.maximum(program.row_lower - activity, activity - program.row_upper)
    columns = np.maximum(program.lower - values, values - program.upper)
    broken = np.concatenate([np.maximum(rows, 0.0), np.maximum(columns, 0.0)])
    if not broken.size:
        return 0.0, 0.0, None
    relative = broken / np.concatenate([size, np.maximum(1.0, np.abs(values))])
    at = int(relative.argmax())
    height = len(rows)
    worst = program.row_block(at) if at < height else program.column_block(at - height)
    return float(broken.max()), float(relative[at]), worst if broken[at] > 0 else None


def _bound(program: Program, values: Floats, prices: Floats) -> tuple[float, float]:
    """How far prices are from proving, and the bound that they prove.

    A reduced cost that only an infinite bound could pay for proves nothing by itself; it is counted
    at the value that the answer has there, and its size told.
    """
    priced = np.where(
        prices > 0, np.where(np.isfinite(program.row_lower), prices, 0.0),
        np.where(np.isfinite(program.row_upper), prices, 0.0),
    )  # fmt: skip
    transposed = program.matrix.T
    reduced = program.cost - transposed @ priced
    size = np.maximum(1.0, np.abs(program.cost) + abs(transposed) @ np.abs(priced))
    held = np.where(reduced > 0, program.lower, program.upper)
    free = ~np.isfinite(held)
    unpaid = np.where(free, np.abs(reduced) / size, 0.0)
    rows = np.where(priced > 0, program.row_lower, program.row_upper)
    with np.errstate(invalid="ignore"):
        of_rows = np.where(priced != 0, priced * rows, 0.0).sum()
        of_columns = np.where(free, reduced * values, reduced * held)
    of_columns = np.where(reduced == 0, 0.0, of_columns).sum()
    return float(unpaid.max(initial=0.0)), float(of_rows + of_columns) + program.offset
