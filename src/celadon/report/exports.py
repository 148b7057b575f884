"""The tables of a report as files: Parquet for programs, CSV for people."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv

from celadon.report.content import TABLES, ReportContent

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""At the head of a CSV file, so that spreadsheet programs read it as UTF-8."""


def write_tables(content: ReportContent, folder: Path) -> tuple[Path, ...]:
    """Write every table of the content as ``<table>.parquet`` and ``<table>.csv``.

    Parameters
    ----------
    folder : made if it does not exist; files of the same names are replaced.

    Returns
    -------
    The paths written, in the order of the tables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, schema in TABLES.items():
        table = schema.check(getattr(content, name))
        parquet, text = folder / f"{schema.name}.parquet", folder / f"{schema.name}.csv"
        schema.write(table, parquet)
        with text.open("wb") as stream:
            stream.write(BYTE_ORDER_MARK)
            pyarrow.csv.write_csv(table, stream)
        written += [parquet, text]
    return tuple(written)
