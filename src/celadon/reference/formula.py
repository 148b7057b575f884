"""Formulas as text: sums, differences, products and quotients of named values, exact.

The equations of accounting methods are data. A formula is read once, refuses whatever is not plain
arithmetic, and is then worked out in fractions.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from celadon.exact import parse_decimal

Values = Mapping[str, Fraction]
_Work = Callable[[Values], Fraction]

_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, the names it needs in the order in which they first stand in it, and its work."""

    text: str
    names: tuple[str, ...]
    _work: _Work

    def value(self, given: Values) -> Fraction:
        """What the formula gives for a value of each of its names.

        Raises
        ------
        KeyError
            If a name has no value.
        ZeroDivisionError
            If it divides by a value that is zero.

        Examples
        --------
        >>> from fractions import Fraction
        >>> parse_formula("share * 44/12").value({"share": Fraction(3, 10)})
        Fraction(11, 10)
        """
        return self._work(given)


@cache
def parse_formula(text: str) -> Formula:
    """The formula that a text states: names, plain decimals, ``+ - * /`` and parentheses.

    Raises
    ------
    ValueError
        If the text is anything else; says what is not arithmetic.

    Examples
    --------
    >>> parse_formula("(cao - cao_other) * 44/56").names
    ('cao', 'cao_other')
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"{text!r} is no formula: {error.msg}") from None
    names: dict[str, None] = {}
    work = _work_of(tree.body, text.strip(), names)
    return Formula(text, tuple(names), work)


def _work_of(node: ast.expr, text: str, names: dict[str, None]) -> _Work:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = (_work_of(side, text, names) for side in (node.left, node.right))
        work = _OPERATORS[type(node.op)]
        return lambda given: work(left(given), right(given))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _work_of(node.operand, text, names)
        return lambda given: -inner(given)
    if isinstance(node, ast.Name):
        name = node.id
        names[name] = None
        return lambda given: given[name]
    part = ast.get_source_segment(text, node) or ""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        number = parse_decimal(part)  # as written: never through binary
        return lambda _given: number
    raise ValueError(f"{part!r} in {text!r} is neither a number, a name nor + - * /")
