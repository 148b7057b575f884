"""Comparison of ratios in the passes, where a product may not fit into 64 bits."""

from __future__ import annotations

from celadon.compiling import compiled


@compiled
def is_less(one: int, of_one: int, other: int, of_other: int) -> bool:
    """Whether ``one / of_one < other / of_other``, for positive divisors.

    Whole parts are compared first; the divisors are numbers of rows or of seconds, whose products
    fit.
    """
    whole, second = one // of_one, other // of_other
    if whole != second:
        return whole < second
    return (one % of_one) * of_other < (other % of_other) * of_one
