"""One row of a reference table, which notes its own faults while it is read."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from celadon.errors import Fault, UnitError
from celadon.exact import parse_decimal
from celadon.reference.facts import CONFIDENCES
from celadon.reference.validity import partial_days
from celadon.units import parse_unit

UNPARSED_UNITS = frozenset(
    {
        "kgoe/(t.factor)",
        "kgN2O/t HNO3", "kgCF4/tAl", "kgC2F6/tAl", "kgCF4/tAl per AE-min/cell-day",
        "kgSF6/t Mg", "kgCH4/t raw coal", "kgCH4/kgCOD", "tCH4/t volatile",
        "tCO2/t carbonate", "tCO2/t oxide", "tCO2e/a",
        "CNY/kW/month", "CNY/kVA/month", "kVA", "kWh/kVA/month", "x flat",
        "% of declared demand", "% of transformer and motor capacity",
        "per unit", "years", "%/year", "%/hour", "kWh per t steam",
        "EUR/kW", "EUR/kW_e", "EUR/kW_th", "EUR/MW", "EUR/kWh", "EUR/MWh", "EUR/MWh_e",
        "EUR/MWh_th", "EUR/1000m2", "USD/MW", "USD/kWh", "USD/MWh",
    }
)  # fmt: skip
"""Printed units that celadon shows and compares as text, but cannot convert."""


_LARGEST = Fraction(10**15)
"""Beyond this, and below its inverse, no table prints a figure; it is a slip of the exponent."""


def printed_number(text: str) -> Fraction:
    """The exact number that a cell of a table prints.

    Raises
    ------
    ValueError
        If it is no decimal number, or one of a size that nothing has.

    Examples
    --------
    >>> printed_number("28.435"), printed_number("-0")
    (Fraction(5687, 200), Fraction(0, 1))
    """
    number = parse_decimal(text)
    if number and not 1 / _LARGEST <= abs(number) <= _LARGEST:
        raise ValueError(f"a number of no printed size: {text!r}")
    return number


@dataclass(slots=True)
class Row:
    """One row of a file, which notes its own faults while it is read."""

    file: str
    line: int
    cells: dict[str, str]
    faults: list[Fault]

    def fault(self, column: str, rule: str, remedy: str) -> None:
        """Note that a cell breaks a rule."""
        found = repr(self.cells.get(column, "")) if column in self.cells else "no such cell"
        self.faults.append(Fault((self.file, f"row {self.line}", column), found, rule, remedy))

    def text(self, column: str) -> str:
        """The cell as it stands; empty for a column that the table does not have."""
        return self.cells.get(column, "")

    def required(self, column: str) -> str:
        """The cell, which must not be empty."""
        if not self.cells[column]:
            self.fault(column, "the cell must not be empty", "fill it")
        return self.cells[column]

    def choice(self, column: str, options: tuple[str, ...]) -> str:
        """The cell, which must be one of some words."""
        if self.cells[column] not in options:
            self.fault(column, "one of " + ", ".join(options), "write one of these words")
        return self.cells[column]

    def number(self, column: str) -> Fraction | None:
        """The exact number in the cell, or None where it is empty or there is no such column."""
        text = self.cells.get(column, "")
        if not text:
            return None
        try:
            return printed_number(text)
        except ValueError:
            self.fault(column, "a decimal number with a point, or empty", "correct the number")
            return None

    def day(self, column: str) -> str:
        """The date in the cell, which may be partial or empty."""
        text = self.cells.get(column, "")
        if text:
            try:
                partial_days(text)
            except ValueError:
                rule = "a date: YYYY, YYYY-MM or YYYY-MM-DD, or empty if not known"
                self.fault(column, rule, "correct the date, or leave the cell empty")
                return ""
        return text

    def unit(self, column: str) -> str:
        """The unit in the cell: one that celadon knows or one of those it shows as printed."""
        text = self.required(column)
        if text and text not in UNPARSED_UNITS:
            try:
                parse_unit(text)
            except UnitError:
                rule = "a unit that celadon knows; a quotient is written GJ/t"
                self.fault(column, rule, "correct the spelling")
        return text

    def confidence(self) -> str:
        """The letter in the column ``confidence``."""
        return self.choice("confidence", CONFIDENCES)
