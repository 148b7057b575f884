"""Files as grids of text, by the kind that their profile reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from celadon.records.readers.csv_files import open_csv
from celadon.records.readers.green_button import open_green_button
from celadon.records.readers.parquet_files import open_parquet
from celadon.records.readers.profile import Profile
from celadon.records.readers.saved_as_csv import is_saved_as_csv, open_saved_as_csv
from celadon.records.readers.sheet import Grid, column_letter
from celadon.records.readers.workbook_files import open_workbook

__all__ = ["Grid", "column_letter", "open_grids"]

_OPENERS: dict[str, Callable[[Path, Profile], list[Grid]]] = {
    "csv": open_csv,
    "xlsx": open_workbook,
    "parquet": open_parquet,
    "green-button": open_green_button,
}


def open_grids(path: Path, profile: Profile) -> list[Grid]:
    """The sheets of a file that a profile asks for.

    A sheet of facts that a profile expects in a workbook may also have been saved as CSV.

    Raises
    ------
    InputError
        If the file is of another kind than the profile says, is not in its encoding, or lacks a
        sheet that the profile names.
    """
    if is_saved_as_csv(path, profile):
        return open_saved_as_csv(path, profile)
    return _OPENERS[profile.file](path, profile)
