"""The calculation sheets: activity x parameters x constant = value, live, checked by the leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from celadon.accounts.kinds import carbon_kinds
from celadon.report.figures import amount, unit_text
from celadon.report.formulas import (
    CONSTANTS,
    RATIO,
    Product,
    leaf_parameters,
    leaf_roles,
    parameter_values,
    product_of,
    worked_product,
    working_of,
)
from celadon.report.lines import Line, Lines, is_below_official
from celadon.report.workbook.sheet import FAULT, Book, Formula, Sheet
from celadon.units import conversion

FIRST_ROW = 4
"""The first row of lines, after title, note and heads."""

MOST_PARAMETERS = 8
"""How many parameters a line may show; one with more shows its ratio."""

_LEAST_PARAMETERS = 3
_KIND, _MONTH, _CARRIER = 2, 3, 1
_ACTIVITY, _FIRST_PARAMETER = 4, 6
_A3 = 8
_TOLERANCE = "0.00000051"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns behind the parameters are; the sheet has as many as a line needs."""

    parameters: int

    @property
    def constant(self) -> int:
        return _FIRST_PARAMETER + 2 * self.parameters

    @property
    def scale(self) -> int:
        return self.constant + 1

    @property
    def value(self) -> int:
        return self.constant + 2

    @property
    def exact(self) -> int:
        return self.constant + 3

    @property
    def difference(self) -> int:
        return self.constant + 4

    @property
    def check(self) -> int:
        return self.constant + 5

    @property
    def letter(self) -> int:
        return self.constant + 6

    @property
    def leaf(self) -> int:
        return self.constant + 7


@dataclass(frozen=True, slots=True)
class Calculation:
    """A finished calculation sheet: where its columns are, for the sums of other sheets.

    ``values`` are the exact leaf values, so that sums of other sheets are those of the account.
    """

    sheet: Sheet
    lines: Lines
    last_row: int
    exact_column: int

    @property
    def values(self) -> str:
        """The column of exact leaf values."""
        return self._span(self.exact_column)

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
        return self.sheet.cell(self.last_row + 1, self.exact_column)


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
    unit : the unit of the values: ``tce``, ``tCO2``, or tonnes of another gas.
    places : the cell of each parameter's value on the sheet of parameters.
    kind_of : the word for each leaf's kind.
    """
    say = book.draft.say
    sheet = book.sheet(name, name)
    is_carbon = unit != "tce"
    sheet.note(1, say("workbook.check_note" if is_carbon else "workbook.energy_check_note"))
    sheet.note(2, say("report.mark"))
    content = book.draft.content
    told = leaf_parameters(content.leaf_inputs.to_pylist())
    known = _Known(
        told, leaf_roles(content.leaf_inputs.to_pylist()),
        parameter_values(content.parameters.to_pylist()),
        {row["parameter"]: row["unit"] for row in content.parameters.to_pylist()},
        carbon_kinds(content.site), book,
        _small(unit), unit,
    )  # fmt: skip
    ordered = sorted(lines, key=lambda line: (line.stream, line.month, line.leaf))
    products = {line.leaf: known.product(line) for line in ordered if not line.is_unknown}
    most = max((len(product.parameters) for product in products.values()), default=0)
    columns = _Columns(max(most, _LEAST_PARAMETERS))
    _heads(book, sheet, unit, columns)
    writer = _Writer(book, sheet, unit, places, known, columns)
    for number, line in enumerate(ordered):
        writer.line(FIRST_ROW + number, line, products.get(line.leaf), kind_of[line.leaf])
    last = FIRST_ROW + len(ordered) - 1
    writer.total(last)
    sheet.raw.freeze_panes(FIRST_ROW, 1)
    sheet.raw.autofilter(FIRST_ROW - 1, 0, last, columns.leaf)
    sheet.raw.set_paper(_A3)  # nineteen columns on A4 could not be read
    sheet.raw.print_area(0, 0, last + 1, columns.letter)
    sheet.raw.repeat_rows(FIRST_ROW - 1)
    return Calculation(sheet, Lines(ordered), last, columns.exact)


@dataclass(frozen=True, slots=True)
class _Known:
    """What lines are told by: their parameters, and the kinds of their streams in the method."""

    parameters: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Fraction]
    units: Mapping[str, str]
    kinds: Mapping[str, str]
    book: Book
    small: str
    unit: str

    def product(self, line: Line) -> Product:
        """A line as a product, or as its method's formula; its ratio where neither is known."""
        names = self.book.draft.names
        small = names.small_unit(line.carrier)
        activity = conversion(small, names.amount_unit(line.carrier))
        sizes = (activity, conversion(self.small, self.unit))
        roles = self.roles.get(line.leaf, {})
        working = working_of(line, roles, self.kinds.get(line.stream, ""))
        worked = None
        if working is not None and not working.is_product:
            worked = worked_product(line, working, roles, self.values, self.units, small, sizes)
        product = worked or product_of(
            line, self.parameters.get(line.leaf, ()), self.values, *sizes
        )
        if product.constant == RATIO and worked is None and working is not None:
            worked = worked_product(line, working, roles, self.values, self.units, small, sizes)
            product = worked or product
        if len(product.parameters) > MOST_PARAMETERS:
            return Product(product.activity, (), RATIO, Fraction(1), product.ratio)
        return product


def _heads(book: Book, sheet: Sheet, unit: str, columns: _Columns) -> None:
    say = book.draft.say
    parameters = [
        title
        for number in range(1, columns.parameters + 1)
        for title in (
            say("workbook.parameter_n", number=number),
            say("workbook.parameter_unit", number=number),
        )
    ]
    shown = unit_text(unit, book.draft.language)
    heads = [
        say("carbon.source" if unit != "tce" else "sources.stream"), say("energy.carrier"),
        say("carbon.scope"), say("report.month"),
        say("carbon.activity"), say("report.unit"), *parameters, say("workbook.constant"),
        say("workbook.scale"), f"{say('leaves.value')} {shown}",
        f"{say('workbook.exact')} {shown}", say("workbook.difference"), say("workbook.check"),
        say("carbon.letter"), say("workbook.leaf"),
    ]  # fmt: skip
    figures = [
        _ACTIVITY, *range(_FIRST_PARAMETER, columns.constant, 2),
        *range(columns.constant, columns.check),
    ]  # fmt: skip
    sheet.header(FIRST_ROW - 1, heads, figures=figures)
    sheet.widths(
        22, 16, 18, 10, 15, 9, *[10, 11] * columns.parameters, 12, 10, 16, 18, 12, 7, 7, 44
    )


class _Writer:
    """Writes the lines of one sheet."""

    def __init__(
        self,
        book: Book,
        sheet: Sheet,
        unit: str,
        places: Mapping[str, str],
        known: _Known,
        columns: _Columns,
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._unit = unit
        self._places = places
        self._known = known
        self._columns = columns
        self._sum = Fraction(0)
        self._exact = Fraction(0)

    def line(self, row: int, line: Line, product: Product | None, kind: str) -> None:
        names, write = self._book.draft.names, self._sheet.write
        shown, at = names.amount_unit(line.carrier), self._columns
        for column, words in enumerate(
            (names.stream(line.stream), names.carrier(line.carrier), kind)
        ):
            write(row, column, words)
        write(row, _MONTH, line.month, "yyyy-mm")
        write(row, _ACTIVITY + 1, unit_text(shown, self._book.draft.language), indent=1)
        write(row, at.leaf, line.leaf)
        if product is None:  # missing is never zero
            return
        value_small = _small(self._unit)
        exact = amount(line.value, value_small, self._unit).value
        write(row, _ACTIVITY, product.activity, "#,##0.000")
        factors = [*self._parameters(row, product), *self._constants(row, product)]
        formula = "=" + "*".join([_at(row, _ACTIVITY), *factors])
        write(row, at.value, Formula(formula, product.value), "#,##0.000000")
        write(row, at.exact, exact, "#,##0.000000")
        difference = f"={_at(row, at.value)}-{_at(row, at.exact)}"
        write(row, at.difference, Formula(difference, product.value - exact), "0.000000")
        test = f'=IF(ABS({_at(row, at.difference)})<={_TOLERANCE},"✓","✗")'
        held = abs(product.value - exact) <= Fraction(_TOLERANCE)
        write(row, at.check, Formula(test, "✓" if held else "✗"), align="center")
        marked = is_below_official(line.letter)
        letter = f"{line.letter or '–'}{' ▲' if marked else ''}"
        write(row, at.letter, letter, **(FAULT if marked else {}))
        self._sum += product.value
        self._exact += exact

    def _parameters(self, row: int, product: Product) -> list[str]:
        factors = []
        for number, parameter in enumerate(product.parameters):
            column = _FIRST_PARAMETER + 2 * number
            linked = Formula(f"={self._places[parameter]}", self._known.values[parameter])
            self._sheet.write(row, column, linked, "General")
            unit = unit_text(self._known.units[parameter], self._book.draft.language)
            self._sheet.write(row, column + 1, unit, indent=1)
            factors.append(_at(row, column))
        return [product.formula.format(*factors)] if product.formula else factors

    def _constants(self, row: int, product: Product) -> list[str]:
        factors, at = [], self._columns
        if product.constant == RATIO:
            text = f"={product.ratio.numerator}/{product.ratio.denominator}"
            self._sheet.write(row, at.constant, Formula(text, product.ratio), "0.00000000")
            factors.append(_at(row, at.constant))
        elif product.constant != "none":
            text, value = CONSTANTS[product.constant]
            self._sheet.write(row, at.constant, Formula(f"={text}", value), "0.000000")
            factors.append(_at(row, at.constant))
        if product.scale != 1:
            self._sheet.write(row, at.scale, product.scale, "General")
            factors.append(_at(row, at.scale))
        return factors

    def total(self, last: int) -> None:
        row, at = last + 1, self._columns
        style: dict[str, Any] = {"bold": True, "top": 1}
        write = self._sheet.write
        write(row, 0, self._book.draft.say("report.total"), **style)
        for column in range(1, at.value):
            write(row, column, None, top=1)
        for column, value in ((at.value, self._sum), (at.exact, self._exact)):
            letter = xl_col_to_name(column)
            text = f"=SUM({letter}{FIRST_ROW + 1}:{letter}{last + 1})"
            write(row, column, Formula(text, value), "#,##0.000000", **style)
        difference = f"={_at(row, at.value)}-{_at(row, at.exact)}"
        write(row, at.difference, Formula(difference, self._sum - self._exact), "0.000000", **style)


def _at(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column))


def _small(unit: str) -> str:
    """The gram of a tonne: ``gCO2`` of ``tCO2``."""
    return f"g{unit.removeprefix('t')}"
