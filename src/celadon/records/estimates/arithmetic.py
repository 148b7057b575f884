"""Whole numbers only: products that cannot overflow, and quotients rounded half to even.

An estimate enters the hash of an account, so it must be the same on every machine. Arrays are of 64
bits while their products fit, and of Python integers where they would not; both give one result.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
"""Whole numbers of 64 bits."""

Whole = NDArray[Any]
"""Whole numbers of 64 bits, or Python integers where those would overflow."""

Flags = NDArray[np.bool_]
"""True or false, one for each place, window or slot."""

SAFE = 2**62
"""Below this, a sum of two still fits 64 bits."""


def peak(values: Whole) -> int:
    """The greatest magnitude in an array; 0 if it is empty.

    Examples
    --------
    >>> peak(np.array([3, -5]))
    5
    """
    if not values.size:
        return 0
    # the bare reductions: this is called for every product of small arrays
    return max(
        abs(int(np.maximum.reduce(values, axis=None))),
        abs(int(np.minimum.reduce(values, axis=None))),
    )


def multiply(left: Whole, right: Whole) -> Whole:
    """The product, in Python integers if 64 bits might not hold it.

    Examples
    --------
    >>> multiply(np.array([10**12]), np.array([10**12])).tolist()
    [1000000000000000000000000]
    """
    if object not in (left.dtype, right.dtype) and peak(left) * peak(right) < SAFE:
        return np.asarray(left * right)
    return np.asarray(left.astype(object) * right.astype(object))


def divide(numerator: Whole, denominator: Whole) -> Ints:
    """The quotient rounded half to even; every denominator is positive.

    Raises
    ------
    OverflowError
        If a quotient does not fit 64 bits.

    Examples
    --------
    >>> divide(np.array([-5, -3, 3, 5]), np.array([2])).tolist()
    [-2, -2, 2, 2]
    """
    if numerator.dtype != object and peak(numerator) >= SAFE:
        numerator = numerator.astype(object)
    quotient = numerator // denominator
    twice = 2 * (numerator - quotient * denominator)
    up = (twice > denominator) | ((twice == denominator) & (quotient % 2 == 1))
    return np.asarray(quotient + up.astype(np.int64)).astype(np.int64)


def running_total(values: Whole) -> Whole:
    """What has passed before each slot, and at last before the end of all: one more than values.

    Examples
    --------
    >>> running_total(np.array([1, 2, 3])).tolist()
    [0, 1, 3, 6]
    """
    total = np.empty(values.size + 1, dtype=values.dtype)
    total[0] = 0
    np.cumsum(values, out=total[1:])
    return total


def total_of_products(left: Ints, right: Ints) -> Whole:
    """The running total of the products of two series.

    Examples
    --------
    >>> total_of_products(np.array([1, 2]), np.array([3, 4])).tolist()
    [0, 3, 11]
    """
    if peak(left) * peak(right) * max(left.size, 1) < SAFE:
        return running_total(left * right)
    return running_total(left.astype(object) * right.astype(object))
