"""Money of a plan as a record: fen, rounded once and half to even; parts add to the whole."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from celadon.exact import decimal_text, from_count, quantise


def fen(kcny: float) -> int:
    """An amount of the model in fen.

    Parameters
    ----------
    kcny : kCNY, as a solver found it.

    Examples
    --------
    >>> fen(12.3456789)
    1234568
    """
    return quantise(Fraction(kcny) * 1000, 2)


def cny_text(amount: int) -> str:
    """An amount in fen, in CNY with two decimals.

    Examples
    --------
    >>> cny_text(1234568)
    '12345.68'
    """
    return decimal_text(from_count(amount, 2), 2)


def parts_in_fen(parts: Mapping[str, float]) -> dict[str, int]:
    """The parts of a yearly cost in fen; the cost as a record is their sum."""
    return {name: fen(kcny) for name, kcny in parts.items()}
