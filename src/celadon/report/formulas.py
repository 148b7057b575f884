"""How a leaf was computed, as a product that a reader can follow cell by cell.

A leaf is ``count * num / den``. Where that ratio is the product of the leaf's parameters, a known
constant and a power of ten, the product is told; else the ratio itself stands in the formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from celadon.exact import from_count
from celadon.report.lines import Line

CONSTANTS: dict[str, tuple[str, Fraction]] = {
    "none": ("", Fraction(1)),
    "carbon_to_co2": ("44/12", Fraction(44, 12)),
    "heat_to_coal": ("1/29.3076", Fraction(10_000, 293_076)),
}
"""Constants that stand in formulas: how a cell writes each, and its value."""

RATIO = "ratio"
"""What stands for the constant where no plain product makes the ratio."""

_ORDER = (
    "net_calorific_value", "carbon_content_per_heat", "carbon_content", "oxidation_rate",
    "oxidation_factor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """``value = activity x parameters x constant x scale``, all in the units shown.

    ``parameters`` are ids, in the order of the method's equation; ``constant`` is a key of
    :data:`CONSTANTS` or :data:`RATIO`, whose cell then holds ``ratio``.
    """

    activity: Fraction
    parameters: tuple[str, ...]
    constant: str
    scale: Fraction
    ratio: Fraction

    @property
    def value(self) -> Fraction:
        """The exact value in the unit shown, before the leaf was rounded."""
        return self.activity * self.ratio


def parameter_values(rows: Sequence[Mapping[str, Any]]) -> dict[str, Fraction]:
    """The exact value of each row of a table ``parameter``, by id."""
    return {row["parameter"]: from_count(row["count"], row["decimals"]) for row in rows}


def leaf_parameters(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The parameters of each leaf from the table ``leaf_input``, in the order of the equation."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for row in rows:
        if row["kind"] == "parameter":
            role = row["role"]
            rank = _ORDER.index(role) if role in _ORDER else len(_ORDER)
            found.setdefault(row["leaf"], []).append((rank, role, row["ref"]))
    return {
        leaf: tuple(dict.fromkeys(ref for _, _, ref in sorted(refs)))
        for leaf, refs in found.items()
    }


def product_of(
    line: Line,
    parameters: Sequence[str],
    values: Mapping[str, Fraction],
    activity_size: Fraction,
    value_size: Fraction,
) -> Product:
    """The product that a leaf is.

    Parameters
    ----------
    parameters : ids of the leaf's parameters.
    values : the exact value of each parameter in its own unit.
    activity_size : how many shown units one small unit of activity is.
    value_size : how many shown units one small unit of the value is.
    """
    ratio = Fraction(line.num, line.den) * value_size / activity_size
    activity = line.count * activity_size
    known = [name for name in parameters if name in values]
    plain = Fraction(1)
    for name in known:
        plain *= values[name]
    for constant, (_, size) in CONSTANTS.items():
        if plain and is_power_of_ten(scale := ratio / (plain * size)):
            return Product(activity, tuple(known), constant, scale, ratio)
    return Product(activity, (), RATIO, Fraction(1), ratio)


def is_power_of_ten(value: Fraction) -> bool:
    """Whether a number is ten to a whole power.

    Examples
    --------
    >>> is_power_of_ten(Fraction(1, 1000)), is_power_of_ten(Fraction(5))
    (True, False)
    """
    larger, smaller = (
        max(value.numerator, value.denominator),
        min(value.numerator, value.denominator),
    )
    return smaller == 1 and value > 0 and str(larger).rstrip("0") == "1"
