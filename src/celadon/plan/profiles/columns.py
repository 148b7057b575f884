"""Columns of a CSV or Parquet file of profiles: numbers as they stand, what is empty not a number.

A profile is read for a model, not for an account: its numbers become floats. What is missing stays
missing; nothing is ever read as zero.
"""

from __future__ import annotations

import math
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
from celadon.plan.profiles.stamps import Stamps

_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2}):(\d{2})(?::00(?:\.0+)?)?"
    r"\s*(Z|[+-]\d{2}(?::?\d{2})?)?"
)

_ORDER = "write year, month and day in this order, as in 2025-01-31 14:15"


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
        return self.stamps(column).shown

    def stamps(self, column: str) -> Stamps:
        """The times of a column, and how far from UTC the clock is that shows them.

        Raises
        ------
        InputError
            If there is no such column, a cell of it is no time, or only some say their distance
            from UTC.
        """
        found = self._column(column)
        if pa.types.is_timestamp(found.type):
            times, ahead = _typed_times(found)
        else:
            times, ahead = _parsed_times(found.cast(pa.string()).to_pylist())
        if np.isnat(times).any():
            row = int(np.flatnonzero(np.isnat(times))[0])
            self._refuse_time(column, row, repr(str(found[row].as_py())),
                              "a time such as 2025-03-01 14:15", _ORDER)  # fmt: skip
        said = np.isfinite(ahead)
        if said.any() and not said.all():
            row = int(np.flatnonzero(said != said[0])[0])
            self._refuse_time(column, row, repr(str(found[row].as_py())),
                              "all times with their distance from UTC, or none of them",
                              "write all times alike")  # fmt: skip
        return Stamps(times, ahead.astype(np.int64) if said.any() else None, self.name, column)

    def _refuse_time(self, column: str, row: int, told: str, rule: str, remedy: str) -> None:
        fault = Fault((self.name, column, f"row {row + 2}"), told, rule, remedy)
        raise InputError(f"Cannot read the times of {self.name}", [fault])

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
    reading = pyarrow.csv.ReadOptions(encoding=encoding)
    # a file of one column has its gaps as empty lines; those at its very end are none
    is_one = _is_one_column(data, encoding)
    parsing = pyarrow.csv.ParseOptions(ignore_empty_lines=not is_one)
    data = data.rstrip(b"\r\n") if is_one else data
    table = pyarrow.csv.read_csv(pa.BufferReader(data), reading, parsing)
    kinds = {field.name: pa.string() for field in table.schema
             if pa.types.is_timestamp(field.type) and field.type.tz}  # fmt: skip
    if not kinds:
        return table
    # read as instants they would have lost the clock that the file shows
    as_texts = pyarrow.csv.ConvertOptions(column_types=kinds)
    return pyarrow.csv.read_csv(pa.BufferReader(data), reading, parsing, as_texts)


def _is_one_column(data: bytes, encoding: str) -> bool:
    header = data.partition(b"\n")[0].decode(encoding, "replace")
    return bool(header.strip()) and "," not in header


def _typed_times(found: pa.ChunkedArray) -> tuple[NDArray[np.datetime64], Floats]:
    """Instants of a typed column as its zone shows them, and minutes of that zone ahead of UTC."""
    shown = pc.local_timestamp(found) if found.type.tz else found
    times = np.asarray(shown.cast(pa.timestamp("us")), "datetime64[us]").astype("datetime64[m]")
    if not found.type.tz:
        return times, np.full(len(times), np.nan)
    utc = np.asarray(found.cast(pa.timestamp("us", found.type.tz)), "datetime64[us]")
    return times, _minutes(times, utc.astype("datetime64[m]"))


def _minutes(times: NDArray[np.datetime64], utc: NDArray[np.datetime64]) -> Floats:
    ahead = (times - utc).astype("timedelta64[m]")
    minutes: Floats = np.where(np.isnat(ahead), np.nan, ahead.astype(np.int64).astype(np.float64))
    return minutes


def _parsed_times(texts: list[str | None]) -> tuple[NDArray[np.datetime64], Floats]:
    """Times as people write them, and minutes ahead of UTC; what is none is not a time."""
    matches = [_TIME.fullmatch((text or "").strip()) for text in texts]
    plain = ["{}-{:0>2}-{:0>2}T{:0>2}:{}".format(*m.groups()) if m else "NaT" for m in matches]
    ahead = np.array([_ahead(match[6]) if match else np.nan for match in matches], np.float64)
    try:
        return np.array(plain, "datetime64[m]"), ahead
    except ValueError:  # such as 31 April
        return np.array([_time(text) for text in plain], "datetime64[m]"), ahead


def _ahead(written: str | None) -> float:
    """Minutes of a distance from UTC as it is written; not a number where none is."""
    if not written:
        return math.nan
    digits = written.replace(":", "").strip("Z+-")
    minutes = 60 * int(digits[:2] or 0) + int(digits[2:] or 0)
    return float(-minutes if written.startswith("-") else minutes)


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
