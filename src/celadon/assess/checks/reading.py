"""A file of returns as columns: text, whole numbers, and amounts as integer counts.

A cell that cannot be read is refused with its place; the rest is taken.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from celadon.assess.checks.profile import CheckProfile
from celadon.errors import Fault, InputError
from celadon.exact import parse_decimal, quantise

LARGEST = 10**15
"""The largest count that is taken: sums of a thousand of them are still exact in 64 bits."""

_TRUE = pa.scalar(value=True)


class ReturnsFile:
    """A file's columns as Arrow, and what could not be read of them.

    Raises
    ------
    InputError
        If it is neither Parquet nor CSV, or lacks a column that the profile requires.
    """

    def __init__(self, path: Path, profile: CheckProfile) -> None:
        self.path, self.profile = path, profile
        self.refused: list[Fault] = []
        self._skipped: list[int] = []
        self._text = path.suffix.lower() != ".parquet"
        table = self._csv() if self._text else self._parquet()
        self.names = table.column_names
        twice = sorted({name for name in self.names if self.names.count(name) > 1})
        if twice:
            rule = "each heading stands once"
            faults = [Fault((path.name, name), "twice", rule, "rename one") for name in twice]
            raise InputError(f"{path.name} has a heading twice", faults)
        self.rows = table.num_rows
        self._table = table
        lacking = [
            name
            for name in (profile.columns.reporter, profile.columns.year)
            if name not in self.names
        ]
        lacking += [
            each.column
            for each in profile.quantity
            if each.required and each.column not in self.names
        ]
        if lacking:
            rule = f"profile {profile.id}: the file has {', '.join(self.names) or 'no columns'}"
            faults = [
                Fault((path.name, name), "no such column", rule, "correct the file or the profile")
                for name in lacking
            ]
            raise InputError(f"{path.name} does not fit the profile {profile.id}", faults)

    def column(self, name: str) -> pa.ChunkedArray | None:
        """A column, or None where the file or the profile has none."""
        return self._table[name] if name and name in self.names else None

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """A column that the file has."""
        return self._table[name]

    def refuse(self, line: int, column: str, found: object, rule: str) -> None:
        """Remember a cell that is not taken; lines are counted as a person sees them."""
        row = line + (1 if self._text else 0)
        for skipped in self._skipped:  # rows that never became lines
            row += skipped <= row
        place = (self.path.name, f"row {row}", column)
        self.refused.append(Fault(place, repr(found), rule, "correct the cell; the rest was taken"))

    def _parquet(self) -> pa.Table:
        try:
            with pq.ParquetFile(self.path) as file:
                columns = file.schema_arrow.names
                wanted = [name for name in columns if _is_wanted(name, self.profile)]
                table = file.read(wanted, use_threads=False)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._unreadable(str(error).partition("\n")[0]) from None
        columns = [self._plain(name, table[n]) for n, name in enumerate(table.column_names)]
        return pa.table(columns, names=table.column_names)

    def _plain(self, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
        """A column as text or numbers; decimals as text, which is read exactly."""
        kind = column.type
        if pa.types.is_string(kind) or pa.types.is_null(kind) or pa.types.is_floating(kind):
            return column
        try:
            if pa.types.is_integer(kind):
                return column.cast(pa.int64())
            if not (pa.types.is_nested(kind) and not pa.types.is_dictionary(kind)):
                return column.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            pass  # told below like any other type that says no amount
        rule = "text or numbers"
        fault = Fault((self.path.name, name), str(kind), rule, "write the column as one of these")
        raise InputError(f"Cannot read {self.path.name}", [fault])

    def _csv(self) -> pa.Table:
        try:
            data = self.path.read_bytes()
            text = data.decode("utf-8-sig")
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from None
        except UnicodeDecodeError:
            raise self._unreadable("bytes that are no UTF-8") from None
        if not text.strip():
            return pa.table({})
        try:
            names = next(csv.reader(io.StringIO(text)))
            kinds = pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True,
                null_values=[""], quoted_strings_can_be_null=True,
            )  # fmt: skip
            rows = pa.csv.ParseOptions(invalid_row_handler=self._ragged)
            once = pa.csv.ReadOptions(use_threads=False)  # so that rows know their numbers
            source = pa.BufferReader(text.encode())
            table = pa.csv.read_csv(source, once, rows, kinds)
        except pa.ArrowInvalid as error:
            raise self._unreadable(str(error).partition("\n")[0]) from None
        return self._trimmed(table)

    def _ragged(self, row: pa.csv.InvalidRow) -> str:
        """Refuse a row with more or fewer cells than headings; the rest is taken."""
        place = (self.path.name, f"row {row.number}")
        found, rule = f"{row.actual_columns} cells", f"{row.expected_columns} headings"
        remedy = "correct the row, quoting cells that hold a comma; the rest was taken"
        self.refused.append(Fault(place, found, rule, remedy))
        self._skipped.append(row.number)
        return "skip"

    def _trimmed(self, table: pa.Table) -> pa.Table:
        """Cells without blanks around; what is blank then is empty."""
        trimmed = [pc.utf8_trim_whitespace(column) for column in table.columns]
        nothing = pa.scalar(None, pa.string())
        columns = [pc.if_else(pc.equal(column, ""), nothing, column) for column in trimmed]
        return pa.table(columns, names=[name.strip() for name in table.column_names])

    def _unreadable(self, found: str) -> InputError:
        rule = "a Parquet file, or CSV in UTF-8 with headings in its first row"
        fault = Fault((self.path.name,), found, rule, "name another file, or save it so")
        return InputError(f"Cannot read {self.path.name}", [fault])


def _is_wanted(name: str, profile: CheckProfile) -> bool:
    columns = profile.columns
    own = {value for key, value in columns if key != "subject"} | set(columns.subject)
    return (
        name in own
        or any(name == each.column for each in profile.quantity)
        or any(fnmatchcase(name, one) for each in profile.parts for one in each.columns)
    )


def ordinals(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Numbers from 1 for equal texts, in the order in which they are first met."""
    whole = one_piece(values) if isinstance(values, pa.ChunkedArray) else values
    return pc.add(pc.cast(whole.dictionary_encode().indices, pa.int64()), 1)


def text(values: pa.ChunkedArray | None, rows: int) -> pa.Array:
    """A column as text; null where there is none."""
    if values is None:
        return pa.nulls(rows, pa.string())
    whole = one_piece(values)
    if not pa.types.is_string(whole.type):
        return pc.cast(whole, pa.string())
    return whole


def whole_numbers(
    file: ReturnsFile, name: str, within: tuple[int, int], empty: int | None = None
) -> pa.Array:
    """A column of whole numbers; what is none is refused and null."""
    column = file.column(name)
    if column is None:
        return pa.repeat(pa.scalar(empty or 0, pa.int64()), file.rows)
    found = counted(file, name, 1)
    if empty is not None:
        blank = pc.is_null(column)
        found = pc.if_else(blank, pa.scalar(empty, pa.int64()), found)
    low, high = within
    inside = pc.and_(pc.greater_equal(found, low), pc.less_equal(found, high))
    for line in lines_of(pc.invert(pc.fill_null(inside, _TRUE))):
        file.refuse(line, name, found[line - 1].as_py(), f"a whole number from {low} to {high}")
    if empty is None:
        for line in lines_of(pc.is_null(column)):
            file.refuse(line, name, "", "every row says its year")
    return pc.if_else(inside, found, pa.scalar(None, pa.int64()))


def counted(file: ReturnsFile, name: str, scale: int) -> pa.Array:
    """A whole column of amounts as integer counts of 1/scale; null where there is none."""
    column = file.column(name)
    if column is None:
        return pa.nulls(file.rows, pa.int64())
    return as_counts(file, name, one_piece(column), numbered(file.rows), scale)


def as_counts(
    file: ReturnsFile, name: str, cells: pa.Array, lines: pa.Array, scale: int
) -> pa.Array:
    """Cells as integer counts of 1/scale, half to even; what is no number is refused and null."""
    if pa.types.is_string(cells.type):
        return pa.array(_parsed(file, name, cells, lines, scale), pa.int64())
    if pa.types.is_null(cells.type):
        return pa.nulls(len(cells), pa.int64())
    whole = pa.types.is_integer(cells.type)
    bound = LARGEST // scale
    sound = pc.and_(pc.greater_equal(cells, -bound), pc.less_equal(cells, bound))
    if pc.all(sound).as_py() is False:  # which a number that is none is not either
        for place in lines_of(pc.invert(pc.fill_null(sound, _TRUE))):
            found = cells[place - 1].as_py()
            file.refuse(lines[place - 1].as_py(), name, found, f"a number up to {bound:,}")
        cells = pc.if_else(sound, cells, pa.scalar(None, cells.type))
    if whole:
        return cells if scale == 1 else pc.multiply(cells, scale)
    scaled = pc.multiply(pc.cast(cells, pa.float64()), float(scale))
    return pc.cast(pc.round(scaled, round_mode="half_to_even"), pa.int64())


def numbered(rows: int) -> pa.Array:
    """The numbers from 1 to ``rows``."""
    return pa.array(np.arange(1, rows + 1))


def one_piece(values: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    whole = values.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _parsed(
    file: ReturnsFile, name: str, cells: pa.Array, lines: pa.Array, scale: int
) -> Iterator[int | None]:
    decimals = len(str(scale)) - 1
    for line, cell in zip(lines.to_pylist(), cells.to_pylist(), strict=True):
        if cell is None or not cell.strip():
            yield None
            continue
        try:
            count = quantise(parse_decimal(cell.strip()), decimals)
        except ValueError:
            file.refuse(line, name, cell, "a number such as 1234.5")
            yield None
            continue
        if abs(count) > LARGEST:
            file.refuse(line, name, cell, f"a number below {LARGEST // scale:,}")
            yield None
            continue
        yield count


def lines_of(mask: pa.Array | pa.ChunkedArray) -> list[int]:
    """The numbers, from 1, of the rows where a mask holds."""
    found: list[int] = pc.add(pc.indices_nonzero(mask), 1).to_pylist()
    return found
