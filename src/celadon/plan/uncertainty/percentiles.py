"""Percentiles of what was drawn, each with the error of having drawn no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

PERCENTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Those that are told."""

_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Percentile:
    """A percentile as drawn, and the interval that holds the true one with 95 % confidence.

    Parameters
    ----------
    rank : of one.
    value : the drawn value at that rank; infinite where draws have none.
    low, high : drawn values too; None where there are too few draws to say.
    """

    rank: float
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean as drawn, and by how much it may be off with 95 % confidence.

    Parameters
    ----------
    count : of the draws that it is of.
    error : None of a single draw.
    """

    value: float
    error: float | None
    count: int


def percentile(values: Sequence[float], rank: float) -> Percentile:
    """A percentile with its interval, which assumes nothing of the distribution.

    The number of draws below the true percentile is binomial: two order statistics hold it between
    them with at least 95 %.

    Examples
    --------
    >>> percentile(range(1, 101), 0.5)
    Percentile(rank=0.5, value=50, low=40, high=61)
    """
    ordered = sorted(values)
    count = len(ordered)
    at = min(count - 1, max(0, int(np.ceil(rank * count - 1e-9)) - 1))
    outside = (1 - _SURE) / 2
    first = int(binom.ppf(outside, count, rank))  # so many below it, or fewer, is rarer than that
    last = int(binom.ppf(1 - outside, count, rank)) + 1
    return Percentile(
        rank, ordered[at],
        ordered[first - 1] if first >= 1 else None, ordered[last - 1] if last <= count else None,
    )  # fmt: skip


def mean(values: Sequence[float]) -> Mean | None:
    """The mean of the finite values; None where there is none."""
    known = np.array([value for value in values if np.isfinite(value)])
    if not known.size:
        return None
    error = None
    if known.size > 1:
        error = 1.96 * float(known.std(ddof=1)) / float(np.sqrt(known.size))
    return Mean(float(known.mean()), error, int(known.size))
