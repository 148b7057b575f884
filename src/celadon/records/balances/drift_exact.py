"""The exact inverse of a matrix of whole numbers, by remainders of many primes.

Determinant and adjugate of a family's products have hundreds of digits. Instead of eliminating with
such numbers, the matrix is inverted modulo primes of 28 bits, as many as the largest possible value
needs, and what has these remainders is put together once at the end.
"""

from __future__ import annotations

from functools import cache
from itertools import count
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from celadon.compiling import compiled_free

Integers = NDArray[np.int64]
Exact = NDArray[np.object_]
"""Python's own integers, which know no overflow."""

_PRIME_BITS: Final = 28
_TERMS: Final = 64
"""Products of two remainders that 64 bits hold the sum of."""


def independent(products: Integers) -> list[int]:
    """The columns that those before them do not give, by the products of each two.

    Examples
    --------
    >>> independent(np.array([[4, 8, 2], [8, 16, 4], [2, 4, 5]]))
    [0, 2]
    """
    _, is_regular = _modular(products, _prime(0))
    return list(range(len(products))) if is_regular else _eliminated(products.tolist())


def inverse(products: Integers) -> tuple[int, Exact]:
    """Determinant and adjugate of a positive definite matrix of whole numbers.

    Examples
    --------
    >>> inverse(np.array([[2, 1], [1, 3]]))
    (5, array([[3, -1],
           [-1, 2]], dtype=object))
    """
    size = len(products)
    # no minor of a positive definite matrix is above the product of its diagonal; twice for signs
    bound = 2 * prod(max(int(value), 1) for value in products.diagonal()) + 1
    wanted = -(-bound.bit_length() // (_PRIME_BITS - 1))
    primes: list[int] = []
    remainders: list[Integers] = []
    for place in count():
        prime = _prime(place)
        found, is_regular = _modular(products, prime)
        if is_regular:  # a prime that divides a minor is passed over: hardly ever
            primes.append(prime)
            remainders.append(found)
        if len(primes) == wanted:
            break
    modulus, weights = _weights(tuple(primes))
    joined = np.stack(remainders, axis=1).astype(object) @ weights % modulus
    values = [each - modulus if 2 * each > modulus else each for each in joined]
    adjugate = np.empty((size, size), dtype=object)
    upper = np.triu_indices(size)
    adjugate[upper] = values[1:]
    adjugate.T[upper] = values[1:]
    return values[0], adjugate


@cache
def _prime(place: int) -> int:
    """The largest prime of so many bits, or the one that is so many places below it."""
    divisors = np.arange(3, 1 << _PRIME_BITS // 2, 2)
    number = (1 << _PRIME_BITS) - 1 if place == 0 else _prime(place - 1) - 2
    while not (number % divisors).all():
        number -= 2
    return number


@cache
def _weights(primes: tuple[int, ...]) -> tuple[int, Exact]:
    """The product of primes, and what each remainder is worth in the number that has them all."""
    modulus = prod(primes)
    parts = [modulus // prime for prime in primes]
    return modulus, np.array(
        [part * pow(part, -1, prime) for part, prime in zip(parts, primes, strict=True)], object
    )


@compiled_free
def _modular(products: Integers, prime: int) -> tuple[Integers, bool]:
    """Determinant and upper triangle of the adjugate modulo a prime; whether it divides no minor.

    The matrix is taken apart into ``L D L'``, and its inverse put together from that of ``L``.
    """
    size = len(products)
    found = np.zeros(1 + size * (size + 1) // 2, np.int64)
    lower, pivots, is_regular = _taken_apart(products, prime)
    if not is_regular:
        return found, False
    turned = _inverted(lower, prime)
    found[0] = 1
    for k in range(size):
        found[0] = found[0] * pivots[k] % prime
        reciprocal = _reciprocal(pivots[k], prime)
        for i in range(k + 1):
            lower[k, i] = turned[k, i] * reciprocal % prime
    place = 1
    for i in range(size):
        for j in range(i, size):
            total = 0
            for k in range(j, size):
                total += lower[k, i] * turned[k, j]
                if k % _TERMS == 0:
                    total %= prime
            found[place] = total % prime * found[0] % prime
            place += 1
    return found, True


@compiled_free
def _taken_apart(products: Integers, prime: int) -> tuple[Integers, Integers, bool]:
    """``L`` with ones on its diagonal and the diagonal of ``D``; whether none of that is zero."""
    size = len(products)
    lower = np.zeros((size, size), np.int64)
    scaled = np.zeros((size, size), np.int64)
    pivots = np.zeros(size, np.int64)
    for j in range(size):
        for i in range(j, size):
            total = 0
            for k in range(j):
                total += scaled[i, k] * lower[j, k]
                if k % _TERMS == 0:
                    total %= prime
            scaled[i, j] = (products[i, j] - total) % prime
        pivots[j] = scaled[j, j]
        if pivots[j] == 0:
            return lower, pivots, False
        reciprocal = _reciprocal(pivots[j], prime)
        for i in range(j, size):
            lower[i, j] = scaled[i, j] * reciprocal % prime
    return lower, pivots, True


@compiled_free
def _inverted(lower: Integers, prime: int) -> Integers:
    """The inverse of a triangle with ones on its diagonal."""
    size = len(lower)
    turned = np.zeros((size, size), np.int64)
    for j in range(size):
        turned[j, j] = 1
        for i in range(j + 1, size):
            total = 0
            for k in range(j, i):
                total += lower[i, k] * turned[k, j]
                if k % _TERMS == 0:
                    total %= prime
            turned[i, j] = -total % prime
    return turned


@compiled_free
def _reciprocal(value: int, prime: int) -> int:
    """What gives one with a value, modulo a prime: its power by two less than the prime."""
    found, power = 1, prime - 2
    while power:
        if power & 1:
            found = found * value % prime
        value = value * value % prime
        power >>= 1
    return found


def _eliminated(products: list[list[int]]) -> list[int]:
    """The independent columns by elimination without fractions, where primes do not decide."""
    size = len(products)
    kept: list[int] = []
    previous = 1
    for place in range(size):
        pivot = products[place][place]
        if pivot == 0:
            continue
        kept.append(place)
        for row in range(place + 1, size):
            for column in range(size - 1, place, -1):
                products[row][column] = (
                    products[row][column] * pivot - products[row][place] * products[place][column]
                ) // previous
        previous = pivot
    return kept
