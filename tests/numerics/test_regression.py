"""Least squares on points whose line is known in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest

from celadon.numerics.regression import fit_line


def exact(x: list[int], y: list[int]) -> tuple[Fraction, Fraction, Fraction]:
    """Intercept, slope and share explained by rationals: what the floats are held to."""
    n = len(x)
    mx, my = Fraction(sum(x), n), Fraction(sum(y), n)
    slope = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum(
        (a - mx) ** 2 for a in x
    )
    left = sum((b - my - slope * (a - mx)) ** 2 for a, b in zip(x, y, strict=True))
    return my - slope * mx, slope, 1 - left / sum((b - my) ** 2 for b in y)


def test_a_line_as_exact_arithmetic_has_it() -> None:
    x, y = [1, 2, 4, 7, 11], [3, 9, 2, 14, 20]
    line = fit_line([float(a) for a in x], [float(b) for b in y])
    assert line is not None
    got = (line.intercept, line.slope, line.r2)
    assert got == pytest.approx([float(each) for each in exact(x, y)], abs=1e-12)
    assert line.at(3.0) == pytest.approx(line.intercept + 3 * line.slope)


def test_too_few_points_and_no_spread_give_no_line() -> None:
    assert fit_line([1.0, 2.0], [1.0, 2.0]) is None
    assert fit_line([2.0] * 5, [1.0, 2.0, 3.0, 4.0, 5.0]) is None
    flat = fit_line([1.0, 2.0, 3.0], [5.0, 5.0, 5.0])
    assert flat is not None
    assert (flat.slope, flat.r2, flat.standard_error) == (0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="2 values of x and 1 of y"):
        fit_line([1.0, 2.0], [1.0])
