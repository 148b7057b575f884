"""How a leaf was computed, as a product that a reader can follow cell by cell.

A leaf is ``count * num / den``. Where that ratio is the product of the leaf's parameters, a known
constant and a power of ten, the product is told; where its method works a formula, such as a sum of
two oxides or one less a share, that formula is, over the same parameters. Only where neither is
known does the ratio itself stand there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from celadon.accounts.rungs import POTENTIAL, scope_and_gas
from celadon.accounts.steam import ENTHALPY
from celadon.exact import from_count, parse_decimal
from celadon.reference.equations import CARBON_TO_CO2
from celadon.reference.formula import Formula, parse_formula
from celadon.reference.methods import Method, methods
from celadon.report.lines import Line
from celadon.units import parse_unit

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
    :data:`CONSTANTS` or :data:`RATIO`, whose cell then holds ``ratio``. Where ``formula`` is not
    empty, it stands in place of parameters and constant: ``{0}`` is the cell of the first
    parameter, ``{1}`` that of the second.
    """

    activity: Fraction
    parameters: tuple[str, ...]
    constant: str
    scale: Fraction
    ratio: Fraction
    formula: str = ""

    @property
    def value(self) -> Fraction:
        """The exact value in the unit shown, before the leaf was rounded."""
        return self.activity * self.ratio


def parameter_values(rows: Sequence[Mapping[str, Any]]) -> dict[str, Fraction]:
    """The exact value of each row of a table ``parameter``, by id."""
    return {row["parameter"]: from_count(row["count"], row["decimals"]) for row in rows}


def leaf_roles(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """The names of the parameters of each leaf and their ids, from the table ``leaf_input``."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["kind"] == "parameter":
            found.setdefault(row["leaf"], {})[row["role"]] = row["ref"]
    return found


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


@dataclass(frozen=True, slots=True)
class Working:
    """The formula by which a method worked a line, and the values in it that are the method's own.

    ``own`` gives each such name as a cell writes it, in base units.
    """

    formula: Formula
    own: Mapping[str, str]

    @property
    def is_product(self) -> bool:
        """Whether it is a plain product, as :func:`product_of` tells it."""
        return not any(sign in self.formula.text for sign in "+-/()")


_ABOVE_FEED = "(specific_enthalpy - feed_water) * co2_factor"
_NAME = re.compile(r"[a-z]\w*")


def working_of(line: Line, roles: Mapping[str, str], kind: str) -> Working | None:
    """How a method worked a line; None where no loaded method names such a formula.

    Parameters
    ----------
    roles : names of the line's parameters, and their ids.
    kind : the kind of its stream or product in the method.
    """
    method = methods().get(line.method)
    if method is None or method.account != "carbon":
        return None
    names = {role for role in roles if not role.startswith(POTENTIAL)}
    if names == {ENTHALPY, "co2_factor"}:
        return _steam(method)
    if line.account == "process_carbon":
        kind, scope = method.carriers.get(line.carrier, ""), ""
    else:
        scope = scope_and_gas(line.scope)[0]
    formula = method.formula_of(kind, scope, names)
    if formula is None and len(names) == 1:  # such as the factor of green power, which may be zero
        formula = parse_formula(*names)
    return None if formula is None else Working(formula, {CARBON_TO_CO2: method.carbon_to_co2})


def _steam(method: Method) -> Working:
    """Steam by its mass: the heat above the feed water's, times the factor of heat."""
    size = _written(parse_unit("kJ/kg").size)
    feed = f"{method.feed_water_enthalpy}*{size}" if size != "1" else method.feed_water_enthalpy
    return Working(parse_formula(_ABOVE_FEED), {"feed_water": feed})


def worked_product(
    line: Line,
    working: Working,
    roles: Mapping[str, str],
    values: Mapping[str, Fraction],
    units: Mapping[str, str],
    small: str,
    sizes: tuple[Fraction, Fraction],
) -> Product | None:
    """A line as its method's formula over its parameters; None where that does not give its ratio.

    Parameters
    ----------
    roles : names of the line's parameters, and their ids.
    values, units : of each parameter.
    small : the small unit of activity.
    sizes : how many shown units one small unit of activity is, and one of the value.
    """
    names = [name for name in working.formula.names if name not in working.own]
    names += [role for role in roles if role.startswith(POTENTIAL)]
    if not all(roles.get(name) in values for name in names):
        return None
    ids = [roles[name] for name in names]
    size_of = {name: parse_unit(units[roles[name]]).size for name in names}
    given = {name: values[roles[name]] * size_of[name] for name in names}
    given |= {name: _value_of(text) for name, text in working.own.items()}
    worked = working.formula.value(given)
    for name in names:
        worked *= given[name] if name.startswith(POTENTIAL) else 1
    ratio = Fraction(line.num, line.den) * sizes[1] / sizes[0]
    scale = parse_unit(small).size * sizes[1] / sizes[0]
    if worked * scale != ratio:
        return None
    cells = {
        name: f"{{{place}}}" if size_of[name] == 1 else f"({{{place}}}*{_written(size_of[name])})"
        for place, name in enumerate(names)
    }
    cells |= {name: f"({text})" for name, text in working.own.items()}
    text = _NAME.sub(lambda found: cells[found[0]], working.formula.text.replace(" ", ""))
    told = "*".join([f"({text})", *(cells[n] for n in names if n.startswith(POTENTIAL))])
    return Product(line.count * sizes[0], tuple(ids), "none", scale, ratio, told)


def _written(size: Fraction) -> str:
    """A size as a cell writes it."""
    if size.denominator == 1:
        return str(size.numerator)
    return f"({size.numerator}/{size.denominator})"


def _value_of(text: str) -> Fraction:
    """The value of numbers joined by ``*`` and ``/``, as :class:`Working` writes them."""
    value = Fraction(1)
    for part in text.replace("(", "").replace(")", "").split("*"):
        top, _, bottom = part.partition("/")
        value *= parse_decimal(top) / parse_decimal(bottom or "1")
    return value


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
