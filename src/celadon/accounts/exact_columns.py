"""Columns of exact products: count x num / den for millions of rows, rounded once, half to even.

What ``sql/leaf.sql`` computes in 128 bits is computed here in 64 wherever no step can leave them,
and in integers of any size for the few rows where one might.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from celadon.errors import Fault, TableError

Integers = npt.NDArray[np.int64]

_SAFE = float(2**62)


def rounded_products(counts: Integers, num: Integers, den: Integers) -> Integers:
    """``counts * num / den`` of each row, rounded half to even; ``den`` is above zero.

    Raises
    ------
    TableError
        If a value needs more than 64 bits.
    """
    size, top = np.abs(counts), np.abs(num)
    whole, rest = np.divmod(size, den)
    # in floats, whose error is far smaller than the bit that is left free
    fits = (den * top.astype(float) < _SAFE) & ((whole + 1.0) * top < _SAFE)
    fits &= (den < _SAFE) & (size >= 0) & (top >= 0)
    with np.errstate(over="ignore"):  # of rows that do not fit, which are done again
        more, left = np.divmod(rest * top, den)
        value = whole * top + more
        value += (2 * left > den) | ((2 * left == den) & (value % 2 == 1))
    value[(counts < 0) != (num < 0)] *= -1
    rows = np.flatnonzero(~fits)
    if len(rows):
        plain = zip(counts[rows].tolist(), num[rows].tolist(), den[rows].tolist(), strict=True)
        value[rows] = _stored([_rounded(*row) for row in plain])
    return value


def _rounded(count: int, num: int, den: int) -> int:
    product = count * num
    quotient, rest = divmod(abs(product), den)
    quotient += 2 * rest > den or (2 * rest == den and quotient % 2 == 1)
    return quotient if product >= 0 else -quotient


def _stored(values: list[int]) -> Integers:
    try:
        return np.array(values, np.int64)
    except OverflowError as error:
        rule = "amounts are integers of 64 bits of the carrier's small unit"
        remedy = "look for readings, monthly rows or factors that cannot be right"
        fault = Fault(("leaf",), str(error), rule, remedy)
        raise TableError("An amount is too large to be counted", [fault]) from None


def spans(first: Integers, last: Integers) -> Integers:
    """The numbers from each first up to its last, not included, one after the other.

    Examples
    --------
    >>> spans(np.array([3, 7]), np.array([5, 8])).tolist()
    [3, 4, 7]
    """
    lengths = last - first
    ends = np.cumsum(lengths)
    offsets: Integers = np.repeat(first - (ends - lengths), lengths)
    return np.arange(len(offsets)) + offsets
