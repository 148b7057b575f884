"""The calculation sheets: activity x parameters x constant = value, live, checked by the leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from celadon.report.figures import amount, unit_text
from celadon.report.formulas import (
    CONSTANTS,
    RATIO,
    Product,
    leaf_parameters,
    parameter_values,
    product_of,
)
from celadon.report.lines import Line, Lines, is_below_official
from celadon.report.workbook.sheet import FAULT, Book, Formula, Sheet
from celadon.units import conversion

FIRST_ROW = 4
"""The first row of lines, after title, note and heads."""

_PARAMETERS = 3
_KIND, _MONTH, _CARRIER = 2, 3, 1
_ACTIVITY, _FIRST_PARAMETER = 4, 6
_CONSTANT = _FIRST_PARAMETER + 2 * _PARAMETERS
_SCALE, _VALUE = _CONSTANT + 1, _CONSTANT + 2
_EXACT, _DIFFERENCE, _CHECK, _LETTER, _LEAF = (_VALUE + n for n in range(1, 6))
_A3 = 8
_TOLERANCE = "0.00000051"


@dataclass(frozen=True, slots=True)
class Calculation:
    """A finished calculation sheet: where its columns are, for the sums of other sheets.

    ``values`` are the exact leaf values, so that sums of other sheets are those of the account.
    """

    sheet: Sheet
    lines: Lines
    last_row: int

    @property
    def values(self) -> str:
        """The column of exact leaf values."""
        return self._span(_EXACT)

    @property
    def months(self) -> str:
        """The column of months."""
        return self._span(_MONTH)

    @property
    def kinds(self) -> str:
        """The column of kinds."""
        return self._span(_KIND)

    @property
    def carriers(self) -> str:
        """The column of carriers."""
        return self._span(_CARRIER)

    def _span(self, column: int) -> str:
        return self.sheet.span(column, FIRST_ROW, self.last_row)

    @property
    def exact_total(self) -> str:
        """The cell in which the exact leaf values are added up."""
        return self.sheet.cell(self.last_row + 1, _EXACT)


def calculation_sheet(
    book: Book,
    name: str,
    lines: Lines,
    unit: str,
    places: Mapping[str, str],
    kind_of: Mapping[str, str],
) -> Calculation:
    """Write one line for each leaf, a total, and the check against the exact leaves.

    Parameters
    ----------
    name : of the sheet.
    lines : the leaves, all of one small unit.
    unit : the unit of the values, ``tCO2`` or ``tce``.
    places : the cell of each parameter's value on the sheet of parameters.
    kind_of : the word for each leaf's kind.
    """
    say = book.draft.say
    sheet = book.sheet(name, name)
    is_carbon = unit == "tCO2"
    sheet.note(1, say("workbook.check_note" if is_carbon else "workbook.energy_check_note"))
    sheet.note(2, say("report.mark"))
    _heads(book, sheet, unit)
    content = book.draft.content
    inputs = leaf_parameters(content.leaf_inputs.to_pylist())
    rows = {row["parameter"]: row for row in content.parameters.to_pylist()}
    values = parameter_values(list(rows.values()))
    units = {key: unit_text(row["unit"], book.draft.language) for key, row in rows.items()}
    ordered = sorted(lines, key=lambda line: (line.stream, line.month, line.leaf))
    writer = _Writer(book, sheet, unit, places, values, units)
    for number, line in enumerate(ordered):
        writer.line(FIRST_ROW + number, line, inputs.get(line.leaf, ()), kind_of[line.leaf])
    last = FIRST_ROW + len(ordered) - 1
    writer.total(last)
    sheet.raw.freeze_panes(FIRST_ROW, 1)
    sheet.raw.autofilter(FIRST_ROW - 1, 0, last, _LEAF)
    sheet.raw.set_paper(_A3)  # nineteen columns on A4 could not be read
    sheet.raw.print_area(0, 0, last + 1, _LETTER)
    sheet.raw.repeat_rows(FIRST_ROW - 1)
    return Calculation(sheet, Lines(ordered), last)


def _heads(book: Book, sheet: Sheet, unit: str) -> None:
    say = book.draft.say
    parameters = [
        title
        for number in range(1, _PARAMETERS + 1)
        for title in (
            say("workbook.parameter_n", number=number),
            say("workbook.parameter_unit", number=number),
        )
    ]
    shown = unit_text(unit, book.draft.language)
    heads = [
        say("carbon.source" if unit == "tCO2" else "sources.stream"), say("energy.carrier"),
        say("carbon.scope"), say("report.month"),
        say("carbon.activity"), say("report.unit"), *parameters, say("workbook.constant"),
        say("workbook.scale"), f"{say('leaves.value')} {shown}",
        f"{say('workbook.exact')} {shown}", say("workbook.difference"), say("workbook.check"),
        say("carbon.letter"), say("workbook.leaf"),
    ]  # fmt: skip
    figures = [_ACTIVITY, *range(_FIRST_PARAMETER, _CONSTANT, 2), *range(_CONSTANT, _CHECK)]
    sheet.header(FIRST_ROW - 1, heads, figures=figures)
    sheet.widths(22, 16, 18, 10, 15, 9, *[10, 11] * _PARAMETERS, 12, 10, 16, 18, 12, 7, 7, 44)


class _Writer:
    """Writes the lines of one sheet."""

    def __init__(
        self,
        book: Book,
        sheet: Sheet,
        unit: str,
        places: Mapping[str, str],
        values: Mapping[str, Fraction],
        units: Mapping[str, str],
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._unit = unit
        self._places = places
        self._values = values
        self._units = units
        self._sum = Fraction(0)
        self._exact = Fraction(0)

    def line(self, row: int, line: Line, inputs: tuple[str, ...], kind: str) -> None:
        names, write = self._book.draft.names, self._sheet.write
        small, shown = names.small_unit(line.carrier), names.amount_unit(line.carrier)
        for column, words in enumerate(
            (names.stream(line.stream), names.carrier(line.carrier), kind)
        ):
            write(row, column, words)
        write(row, _MONTH, line.month, "yyyy-mm")
        write(row, _ACTIVITY + 1, unit_text(shown, self._book.draft.language), indent=1)
        write(row, _LEAF, line.leaf)
        if line.is_unknown:  # missing is never zero
            return
        value_small = "gCO2" if self._unit == "tCO2" else "gce"
        exact = amount(line.value, value_small, self._unit).value
        size = conversion(value_small, self._unit)
        product = product_of(line, inputs, self._values, conversion(small, shown), size)
        if len(product.parameters) > _PARAMETERS:
            product = Product(product.activity, (), RATIO, Fraction(1), product.ratio)
        write(row, _ACTIVITY, product.activity, "#,##0.000")
        factors = [*self._parameters(row, product), *self._constants(row, product)]
        formula = "=" + "*".join([_at(row, _ACTIVITY), *factors])
        write(row, _VALUE, Formula(formula, product.value), "#,##0.000000")
        write(row, _EXACT, exact, "#,##0.000000")
        difference = f"={_at(row, _VALUE)}-{_at(row, _EXACT)}"
        write(row, _DIFFERENCE, Formula(difference, product.value - exact), "0.000000")
        test = f'=IF(ABS({_at(row, _DIFFERENCE)})<={_TOLERANCE},"✓","✗")'
        held = abs(product.value - exact) <= Fraction(_TOLERANCE)
        write(row, _CHECK, Formula(test, "✓" if held else "✗"), align="center")
        marked = is_below_official(line.confidence)
        letter = f"{line.confidence or '–'}{' ▲' if marked else ''}"
        write(row, _LETTER, letter, **(FAULT if marked else {}))
        self._sum += product.value
        self._exact += exact

    def _parameters(self, row: int, product: Product) -> list[str]:
        factors = []
        for number, parameter in enumerate(product.parameters):
            column = _FIRST_PARAMETER + 2 * number
            linked = Formula(f"={self._places[parameter]}", self._values[parameter])
            self._sheet.write(row, column, linked, "General")
            self._sheet.write(row, column + 1, self._units[parameter], indent=1)
            factors.append(_at(row, column))
        return factors

    def _constants(self, row: int, product: Product) -> list[str]:
        factors = []
        if product.constant == RATIO:
            text = f"={product.ratio.numerator}/{product.ratio.denominator}"
            self._sheet.write(row, _CONSTANT, Formula(text, product.ratio), "0.00000000")
            factors.append(_at(row, _CONSTANT))
        elif product.constant != "none":
            text, value = CONSTANTS[product.constant]
            self._sheet.write(row, _CONSTANT, Formula(f"={text}", value), "0.000000")
            factors.append(_at(row, _CONSTANT))
        if product.scale != 1:
            self._sheet.write(row, _SCALE, product.scale, "General")
            factors.append(_at(row, _SCALE))
        return factors

    def total(self, last: int) -> None:
        row = last + 1
        style: dict[str, Any] = {"bold": True, "top": 1}
        write = self._sheet.write
        write(row, 0, self._book.draft.say("report.total"), **style)
        for column in range(1, _VALUE):
            write(row, column, None, top=1)
        for column, value in ((_VALUE, self._sum), (_EXACT, self._exact)):
            letter = xl_col_to_name(column)
            text = f"=SUM({letter}{FIRST_ROW + 1}:{letter}{last + 1})"
            write(row, column, Formula(text, value), "#,##0.000000", **style)
        difference = f"={_at(row, _VALUE)}-{_at(row, _EXACT)}"
        write(row, _DIFFERENCE, Formula(difference, self._sum - self._exact), "0.000000", **style)


def _at(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column))
