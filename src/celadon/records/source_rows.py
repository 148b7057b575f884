"""Rows of a file by one number, the sheet of a workbook included.

The rows of the first sheet that gave readings, and those of every other file, have the number that
a person sees; those of a further sheet stand so far above it that no two sheets share a number. So
what was read of a text file, or of one sheet, is in the ledger as it ever was. The names of the
sheets stand once, in the line of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence

SHEET_STEP = 1 << 21
"""What parts the rows of one sheet from those of the next; a sheet has half as many rows."""


def sheet_and_row(number: int) -> tuple[int, int]:
    """The sheet, the first one being 0, and the row that a number stands for.

    Examples
    --------
    >>> sheet_and_row(15), sheet_and_row(SHEET_STEP + 15)
    ((0, 15), (1, 15))
    """
    return divmod(number, SHEET_STEP)


def row_place(number: int, sheets: Sequence[str] = ()) -> str:
    """A row as a place names it; with its sheet, where there are several.

    Parameters
    ----------
    sheets : the names of the sheets, where they are known.

    Examples
    --------
    >>> row_place(15), row_place(SHEET_STEP + 15), row_place(15, ("Jan", "Feb"))
    ('row 15', 'sheet 2 › row 15', 'Jan › row 15')
    """
    sheet, row = sheet_and_row(number)
    if sheet < len(sheets):
        return f"{sheets[sheet]} › row {row}"
    return f"sheet {sheet + 1} › row {row}" if sheet else f"row {row}"
