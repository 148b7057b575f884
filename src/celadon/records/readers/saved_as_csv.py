"""Sheets of facts that were saved as CSV: read by the profile of the workbook that they came from.

A profile of facts finds its fields by their headers, so it does not matter whether a sheet of
exchanges or purchases comes as a workbook or as text. What parts the cells of the text is told by
the headers, which the profile knows; its encoding by its bytes.
"""

from __future__ import annotations

from pathlib import Path

from celadon.errors import Fault, InputError
from celadon.records.readers.csv_files import open_csv
from celadon.records.readers.guess_text import guess_encoding, split_rows
from celadon.records.readers.gzip_files import unpacked_so_far
from celadon.records.readers.profile import Profile
from celadon.records.readers.recognition import Trace
from celadon.records.readers.seeming import seeming
from celadon.records.readers.sheet import Grid, one_line, wrong_kind

_DELIMITERS = (",", ";", "\t", "|")
_FITTING = 2  # headers of the profile, at least; one alone may be a chance
_MAY_BE_TEXT = ("text, such as CSV", "bytes of a kind that is not known")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_saved_as_csv(path: Path, profile: Profile) -> bool:
    """Whether a profile of a workbook of facts meets a text, as a spreadsheet program saves it."""
    if profile.file != "xlsx" or profile.layout != "rows" or profile.sheets:
        return False
    with path.open("rb") as file:
        is_wide = file.read(2) in _WIDE_MARKS
    return is_wide or seeming(path) in _MAY_BE_TEXT


def open_saved_as_csv(path: Path, profile: Profile) -> list[Grid]:
    """The one sheet of such a text.

    Raises
    ------
    InputError
        If it has not the headers of the profile, it cannot be told in which encoding it is
        written, or it cannot be read.
    """
    data = unpacked_so_far(path, profile.id).data  # which refuses what is too large
    encoding = guess_encoding(data)
    text = data.decode(encoding.value, "replace").removeprefix("\ufeff")
    delimiter, fitting = _delimiter(text, profile)
    if fitting < _FITTING:
        raise wrong_kind(path, seeming(path), "XLSX, or CSV with the same headers", profile.id)
    if encoding.doubtful and encoding.because != "mostly":  # of which the bad lines are told
        raise _doubtful(path, encoding)
    told = {"file": "csv", "encoding": encoding.value, "delimiter": delimiter}
    return open_csv(path, profile.model_copy(update=told))


def _delimiter(text: str, profile: Profile) -> tuple[str, int]:
    """What parts the headers into most of those that the profile knows, and how many these are."""
    known = {header for headers in profile.columns.values() for header in headers}
    if profile.time is not None:
        known |= {*profile.time.column, *profile.time.clock}

    def found(delimiter: str) -> int:
        rows = split_rows(text, delimiter, profile.header_row)
        head = rows[-1] if len(rows) == profile.header_row else []
        return sum(one_line(cell) in known for cell in head)

    best = max(_DELIMITERS, key=found)
    return best, found(best)


def _doubtful(path: Path, encoding: Trace) -> InputError:
    read = " or ".join((encoding.value, *encoding.others))
    remedy = (
        "save the sheet as .xlsx or as CSV in UTF-8; or write a profile that names the encoding"
        " (docs/profiles.md)"
    )
    fault = Fault((path.name,), f"text in {read}", "text whose encoding is beyond doubt", remedy)
    return InputError(f"Not sure how {path.name} is to be read", [fault])
