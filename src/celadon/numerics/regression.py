"""Plain least squares: one line through points, with what says how well it fits.

``y = a + b x``, ``b = sum((x - mean x)(y - mean y)) / sum((x - mean x)^2)``, ``a = mean y - b mean
x``. The share explained is ``R^2 = 1 - sum(residual^2) / sum((y - mean y)^2)``, the standard error
``sqrt(sum(residual^2) / (n - 2))``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST_POINTS = 3
"""Points that a line with an error needs."""


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted line ``y = intercept + slope x``, in the units of x and y.

    Parameters
    ----------
    r2 : share of the spread of y that it explains; 0 where y does not spread.
    standard_error : of one point about the line, in the unit of y.
    """

    intercept: float
    slope: float
    r2: float
    standard_error: float
    points: int

    def at(self, x: float) -> float:
        """What the line gives at x."""
        return self.intercept + self.slope * x


def fit_line(x: Sequence[float], y: Sequence[float]) -> Line | None:
    """The least-squares line through points; None where they are too few or x does not spread.

    Raises
    ------
    ValueError
        If x and y are not of the same length.

    Examples
    --------
    >>> line = fit_line([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    >>> round(line.intercept, 9), round(line.slope, 9), round(line.r2, 9)
    (1.0, 2.0, 1.0)
    >>> fit_line([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None
    True
    """
    across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if across.shape != up.shape:
        raise ValueError(f"{len(across)} values of x and {len(up)} of y")
    if len(across) < LEAST_POINTS:
        return None
    from_x, from_y = across - across.mean(), up - up.mean()
    spread = float(from_x @ from_x)
    if spread == 0:
        return None
    slope = float(from_x @ from_y) / spread
    intercept = float(up.mean()) - slope * float(across.mean())
    left = from_y - slope * from_x
    unexplained, whole = float(left @ left), float(from_y @ from_y)
    r2 = 1 - unexplained / whole if whole > 0 else 0.0
    error = float(np.sqrt(unexplained / (len(across) - 2)))
    return Line(intercept, slope, r2, error, len(across))
