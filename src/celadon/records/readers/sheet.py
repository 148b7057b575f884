"""A sheet as a grid of text: what CSV and XLSX have in common once opened.

Nothing is interpreted here: every cell is text as written, empty cells are empty text, and every
row keeps its number in the file, so that a fault can name its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from celadon.errors import Fault, InputError
from celadon.records.finding import Finding
from celadon.records.readers.profile import Profile


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
    """

    file: str
    sheet: str
    headers: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: pa.Array
    ragged: tuple[int, ...] = ()

    @property
    def where(self) -> tuple[str, ...]:
        """File and sheet, as the beginning of a place."""
        return (self.file, self.sheet) if self.sheet else (self.file,)

    def find(self, names: tuple[str, ...]) -> int | None:
        """The index of the first header that is one of ``names``."""
        for index, header in enumerate(self.headers):
            if header in names:
                return index
        return None

    def place(self, column: int, row: int) -> tuple[str, ...]:
        """Where a cell stands: file, sheet, and cell or row."""
        cell = f"{column_letter(column)}{row}" if self.sheet else f"row {row}"
        return (*self.where, cell)

    def faults(self, site: str) -> list[Finding]:
        """What is wrong with the sheet as a whole: broken rows, or no rows at all."""
        found = []
        if self.ragged:
            first = self.ragged[0]
            numbers = {"row": first, "rows": len(self.ragged)}
            place = " › ".join((*self.where, f"row {first}"))
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


def empty_grid(file: str, sheet: str = "") -> Grid:
    """A sheet without headers and rows."""
    return Grid(file, sheet, (), (), pa.array([], pa.int64()))


def wrong_kind(path: Path, found: str, expected: str, profile: Profile) -> InputError:
    """The error that a file is of another kind than its profile reads."""
    return InputError(
        f"Cannot read {path.name} with the profile {profile.id}",
        [
            Fault(
                (path.name,),
                found,
                f"the profile {profile.id} reads {expected}",
                "choose the profile that fits the file (--profile), or repair the file",
            )
        ],
    )
