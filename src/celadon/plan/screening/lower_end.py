"""What no design of the year costs less than, proved from typical days and from one priced year.

The prices of a dispatched year prove for every choice of capacities that its cost is at least
``constant + slopes @ capacities`` (a cut of Benders). The programme of :mod:`floor` proves a cost
for every design as well, and holds its capacities together. Both at once are one small programme:
the least cost that contradicts neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, hstack, vstack

from celadon.numerics.lp import Program, Solution
from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.design import Built
from celadon.plan.screening.answering import answered
from celadon.plan.screening.pricing import size_columns


@dataclass(frozen=True, eq=False)
class Cut:
    """What any design costs at least: ``constant + slopes @ capacities``, kCNY a year.

    Attributes
    ----------
    slopes : in the order of the sizes of the design.
    """

    constant: float
    slopes: Floats


def cut_of(built: Built, dispatched: Solution) -> Cut:
    """What the prices of a dispatched year prove for all capacities.

    The Lagrangian of the whole programme at these prices, its capacities left open. A reduced cost
    that only an infinite limit could pay for is counted at the value found, as in every proof; the
    answer's proof has told how small it is.
    """
    program, prices = built.program, dispatched.prices
    bound = np.where(prices > 0, program.row_lower, program.row_upper)
    priced = np.where(np.isfinite(bound), prices, 0.0)
    reduced = program.cost - program.matrix.T @ priced
    held = np.where(reduced > 0, program.lower, program.upper)
    held = np.where(np.isfinite(held), held, dispatched.values)
    columns = size_columns(built)
    others = np.ones(len(reduced), bool)
    others[columns] = False
    of_rows = float((priced * np.where(priced != 0, bound, 0.0)).sum())
    of_columns = float((reduced * held)[others].sum())
    return Cut(program.offset + of_rows + of_columns, reduced[columns])


def lower_end(
    built: Built, floor: Program, cut: Cut, near: float, method: str | None = None
) -> float | None:
    """The least cost that contradicts neither the typical days nor the cut, kCNY; proved.

    Parameters
    ----------
    floor : the programme of typical days that no design can beat.
    near : a cost of the same size, by which the programme is scaled.

    Returns
    -------
    None where no solver's answer is proved.
    """
    found = answered(_both(built, floor, cut, max(1.0, abs(near))), method)
    return found.bound if found.status == "optimal" else None


def _both(built: Built, floor: Program, cut: Cut, unit: float) -> Program:
    height, width = floor.matrix.shape
    slopes = np.zeros(width)
    for size, slope in zip(built.sizes, cut.slopes, strict=True):
        slopes[floor.columns[size.block].start] = slope
    rows = np.vstack([-floor.cost / unit, -slopes / unit])
    least = csc_array(np.ones((2, 1)))
    matrix = vstack(
        [hstack([floor.matrix, csc_array((height, 1))]), hstack([csc_array(rows), least])]
    )
    return replace(
        floor,
        cost=np.append(np.zeros(width), unit),
        offset=0.0,
        matrix=csc_array(matrix),
        lower=np.append(floor.lower, -np.inf),
        upper=np.append(floor.upper, np.inf),
        row_lower=np.append(floor.row_lower, [floor.offset / unit, cut.constant / unit]),
        row_upper=np.append(floor.row_upper, [np.inf, np.inf]),
        whole=np.zeros(width + 1, bool),
        columns={**floor.columns, "cost": slice(width, width + 1)},
        rows={**floor.rows, "cost": slice(height, height + 2)},
    )
