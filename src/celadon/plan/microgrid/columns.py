"""Columns of a CSV or Parquet file of profiles: numbers as they stand, what is empty not a number.

A profile is read for a model, not for an account: its numbers become floats. What is missing stays
missing; nothing is ever read as zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from celadon.errors import Fault, InputError
from celadon.numerics.lp.expression import Floats

_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2}):(\d{2})(?::00(?:\.0+)?)?"
)


@dataclass(frozen=True, eq=False)
class Columns:
    """A file of profiles.

    Attributes
    ----------
    name : the file as errors name it.
    """

    name: str
    table: pa.Table

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return list(self.table.column_names)

    def numbers(self, column: str) -> Floats:
        """The numbers of a column; what is empty is not a number.

        Raises
        ------
        InputError
            If there is no such column, or a cell of it holds something else.
        """
        found = self._column(column)
        if pa.types.is_boolean(found.type) or not _is_number(found.type):
            texts = found.cast(pa.string()).to_pylist()
            return _parsed(self.name, column, texts)
        numbers: Floats = np.asarray(
            pc.fill_null(found.cast(pa.float64()), float("nan")), np.float64
        )
        return numbers

    def times(self, column: str) -> NDArray[np.datetime64]:
        """The instants of a column, to the minute, as the file's clock shows them.

        Raises
        ------
        InputError
            If there is no such column, or a cell of it is no time.
        """
        found = self._column(column)
        if pa.types.is_timestamp(found.type):
            instants = np.asarray(found.cast(pa.timestamp("us")), "datetime64[us]")
            times = instants.astype("datetime64[m]")
        else:
            times = _parsed_times(found.cast(pa.string()).to_pylist())
        if np.isnat(times).any():
            row = int(np.flatnonzero(np.isnat(times))[0])
            rule = "a time such as 2025-03-01 14:15"
            fault = Fault((self.name, column, f"row {row + 2}"), repr(str(found[row].as_py())),
                          rule, "write all times alike")  # fmt: skip
            raise InputError(f"Cannot read the times of {self.name}", [fault])
        return times

    def all_numbers(self) -> Mapping[str, Floats]:
        """Every column that holds numbers."""
        return {
            name: self.numbers(name)
            for name, kind in zip(self.names, self.table.schema.types, strict=True)
            if _is_number(kind)
        }

    def _column(self, column: str) -> pa.ChunkedArray:
        if column not in self.names:
            rule = "one of its columns: " + ", ".join(self.names)
            fault = Fault((self.name, column), "no such column", rule, "correct the name")
            raise InputError(f"{self.name} has no column {column}", [fault])
        return self.table[column]


def read_columns(path: Path) -> Columns:
    """A file of profiles, CSV with a header or Parquet.

    Raises
    ------
    InputError
        If there is no such file, or it is neither.
    """
    name = path.name
    if not path.is_file():
        fault = Fault((str(path),), "no such file", "a CSV or Parquet file", "correct the path")
        raise InputError(f"Cannot read {name}", [fault])
    try:
        table = _read_csv(path) if path.suffix.lower() == ".csv" else pq.read_table(path)
        names = table.column_names
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        found = str(error).splitlines()[0]
        rule = "a Parquet file, or a CSV file in UTF-8 with a header"
        remedy = "save the table as one of these"
        raise InputError(f"Cannot read {name}", [Fault((name,), found, rule, remedy)]) from None
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        rule = "each column has a name of its own"
        faults = [Fault((name, each), "two columns", rule, "rename one") for each in twice]
        raise InputError(f"Cannot read {name}", faults)
    return Columns(name, table)


def _read_csv(path: Path) -> pa.Table:
    """A CSV file in UTF-8, or as spreadsheets in China save it."""
    data = path.read_bytes()
    try:
        data.decode()
        encoding = "utf8"
    except UnicodeDecodeError:
        encoding = "gb18030"
    options = pyarrow.csv.ReadOptions(encoding=encoding)
    return pyarrow.csv.read_csv(pa.BufferReader(data), read_options=options)


def _parsed_times(texts: list[str | None]) -> NDArray[np.datetime64]:
    """Times as people write them; what is none is not a time."""
    matches = [_TIME.fullmatch((text or "").strip()) for text in texts]
    plain = ["{}-{:0>2}-{:0>2}T{:0>2}:{}".format(*m.groups()) if m else "NaT" for m in matches]
    try:
        return np.array(plain, "datetime64[m]")
    except ValueError:  # such as 31 April
        return np.array([_time(text) for text in plain], "datetime64[m]")


def _time(text: str) -> np.datetime64:
    try:
        return np.datetime64(text, "m")
    except ValueError:
        return np.datetime64("NaT", "m")


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _parsed(name: str, column: str, texts: list[str | None]) -> Floats:
    numbers = np.full(len(texts), np.nan)
    for place, text in enumerate(texts):
        if text is None or not text.strip():
            continue
        try:
            numbers[place] = float(text)
        except ValueError:
            rule = "a number with a decimal point, or nothing"
            fault = Fault((name, column, f"row {place + 2}"), repr(text), rule, "correct the cell")
            raise InputError(f"Cannot read {name}", [fault]) from None
    return numbers
