"""The inverse by primes is the one by elimination with fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from celadon.records.balances import drift_exact
from celadon.records.balances.drift_exact import Integers, independent, inverse


def drawn(size: int, seed: int, low: int, high: int) -> Integers:
    columns = np.random.default_rng(seed).integers(low, high, (200, size))
    return columns.T @ columns


def eliminated(matrix: Integers) -> tuple[Fraction, list[list[Fraction]]]:
    """Determinant and inverse, with fractions."""
    size = len(matrix)
    rows = [
        [Fraction(int(value)) for value in row] + [Fraction(n == m) for m in range(size)]
        for n, row in enumerate(matrix)
    ]
    determinant = Fraction(1)
    for n in range(size):
        pivot = rows[n][n]
        determinant *= pivot
        rows[n] = [value / pivot for value in rows[n]]
        for m in range(size):
            if m != n:
                factor = rows[m][n]
                rows[m] = [a - factor * b for a, b in zip(rows[m], rows[n], strict=True)]
    return determinant, [row[size:] for row in rows]


@pytest.mark.parametrize("size", [1, 2, 5, 12])
@pytest.mark.parametrize(("low", "high"), [(0, 2), (0, 2**24), (-(2**24), 2**24)])
def test_the_inverse_is_that_of_fractions(size: int, low: int, high: int) -> None:
    matrix = drawn(size, size, low, high)
    determinant, adjugate = inverse(matrix)
    whole, inverted = eliminated(matrix)
    assert determinant == whole
    assert [[Fraction(v, determinant) for v in row] for row in adjugate.tolist()] == inverted


def test_many_columns_have_an_inverse_too() -> None:
    """More products in a sum than 64 bits hold, were they not reduced on the way."""
    matrix = drawn(150, 1, -(2**20), 2**20)
    determinant, adjugate = inverse(matrix)
    assert (matrix.astype(object) @ adjugate == determinant * np.eye(150, dtype=object)).all()


def test_a_prime_that_divides_a_minor_is_passed_over() -> None:
    prime = drift_exact._prime(0)
    matrix = np.array([[prime, 1], [1, 2]])
    determinant, adjugate = inverse(matrix)
    assert (determinant, adjugate.tolist()) == (2 * prime - 1, [[2, -1], [-1, prime]])
    assert independent(matrix) == [0, 1]


def test_columns_that_others_give_are_not_independent() -> None:
    columns = np.random.default_rng(2).integers(0, 2**20, (100, 4))
    given = np.column_stack([np.zeros(100, int), columns, columns @ [1, 2, 0, 5], columns[:, 0]])
    assert independent(given.T @ given) == [1, 2, 3, 4]


def test_the_primes_are_prime_and_fall() -> None:
    primes = [drift_exact._prime(n) for n in range(5)]
    assert primes == sorted(primes, reverse=True)
    assert all(p % d for p in primes for d in range(2, 1 << 14))
    assert {p.bit_length() for p in primes} == {28}
