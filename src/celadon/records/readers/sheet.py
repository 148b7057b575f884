"""A sheet as a grid of text: what CSV and XLSX have in common once opened.

Nothing is interpreted here: every cell is text as written, empty cells are empty text, and every
row keeps its number in the file, so that a fault can name its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.errors import Fault, InputError
from celadon.records.finding import Finding
from celadon.records.readers.row_runs import rows_place, rows_told, runs_of


@dataclass(frozen=True, slots=True)
class Met:
    """What an opener met in a file: a rule, its place below the sheet, and its numbers."""

    rule: str
    place: tuple[str, ...] = ()
    numbers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: headers, the columns under them, and the file's row number of each row.

    Rows without any text are left out.

    Parameters
    ----------
    file : the file's name.
    sheet : the sheet's name; empty for CSV.
    headers : as written, blanks stripped.
    columns : one text array per header, all of one length; never null.
    rows : row numbers in the file, the first row being 1.
    ragged : row numbers that were left out because they have another number of cells.
    typed : whether the file has a type of its own for instants, which then stand as ISO 8601.
    met : what else the opener met.
    seconds : the time that each row covers, where the kind of file says it; -1 where it is silent.
    """

    file: str
    sheet: str
    headers: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: pa.Array
    ragged: tuple[int, ...] = ()
    typed: bool = False
    met: tuple[Met, ...] = ()
    seconds: pa.Array | None = None

    @property
    def where(self) -> tuple[str, ...]:
        """File and sheet, as the beginning of a place."""
        return (self.file, self.sheet) if self.sheet else (self.file,)

    def find(self, names: tuple[str, ...]) -> int | None:
        """The index of the first header that is one of ``names``; breaks of lines are blanks."""
        for index, header in enumerate(self.headers):
            if header in names or one_line(header) in names:
                return index
        return None

    def place(self, column: int, row: int) -> tuple[str, ...]:
        """Where a cell stands: file, sheet, and cell or row."""
        cell = f"{column_letter(column)}{row}" if self.sheet else f"row {row}"
        return (*self.where, cell)

    def column(self, column: int) -> str:
        """What a column is called where no cell is: its letter and its header."""
        return f"column {column_letter(column)} {self.headers[column]!r}"

    def faults(self, site: str) -> list[Finding]:
        """What is wrong with the sheet as a whole: broken rows, or no rows at all."""
        found = [
            Finding(site, met.rule, self.file, " › ".join((*self.where, *met.place)), met.numbers)
            for met in self.met
        ]
        if self.ragged:
            runs = runs_of(self.ragged)
            numbers = {"row": self.ragged[0], "rows": len(self.ragged), **rows_told(runs)}
            place = " › ".join((*self.where, rows_place(runs)))
            found.append(Finding(site, "ragged_row", self.file, place, numbers))
        if not self.headers or not len(self.rows):
            found.append(Finding(site, "empty_sheet", self.file, " › ".join(self.where)))
        return found


def column_letter(index: int) -> str:
    """The letters of a column as workbooks name them.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，＋－＃\u3000\u00a0", "0123456789.,+-#  ")


def half_width(text: str) -> str:
    """A number's text with full-width digits and signs as they are on a plain keyboard.

    Examples
    --------
    >>> half_width("１２．５")
    '12.5'
    """
    return text.translate(_HALF_WIDTH).strip()


def one_line(text: str) -> str:
    """A header with its breaks of lines and runs of blanks as single blanks.

    Examples
    --------
    >>> one_line("kiln 1\\n (kWh)")
    'kiln 1 (kWh)'
    """
    return " ".join(text.split())


def listed(names: Sequence[str], most: int = 24) -> str:
    """Names as a message lists them, the first ones and the number of the others.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a, b ... (+1)'
    """
    more = f" ... (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def filled(column: pa.Array) -> pa.Array:
    """Which cells of a column hold more than blanks."""
    return pc.not_equal(pc.binary_length(pc.utf8_trim_whitespace(column)), 0)


def filled_rows(columns: tuple[pa.Array, ...]) -> pa.Array:
    """Which rows have any text; most have it in their first column."""
    found = filled(columns[0])
    for column in columns[1:]:
        if pc.all(found).as_py():
            break
        found = pc.or_(found, filled(column))
    return found


def empty_grid(file: str, sheet: str = "", met: tuple[Met, ...] = ()) -> Grid:
    """A sheet without headers and rows."""
    return Grid(file, sheet, (), (), pa.array([], pa.int64()), met=met)


def wrong_kind(path: Path, found: str, expected: str, profile: str, remedy: str = "") -> InputError:
    """The error that a file is of another kind than it is read as.

    Parameters
    ----------
    profile : the name of the profile that reads it; empty where nobody has named one.
    remedy : where it is not to choose another profile.
    """
    named = f" with the profile {profile}" if profile else ""
    rule = f"the profile {profile} reads {expected}" if profile else expected
    remedy = remedy or "choose the profile that fits the file (--profile), or repair the file"
    return InputError(f"Cannot read {path.name}{named}", [Fault((path.name,), found, rule, remedy)])
