"""Cells of readings to counts of a meter's resolution: exact, the plain ones in bulk.

``sql/parsed_cell.sql`` says what a cell means. A cell of few digits with nothing but a sign and a
decimal mark is counted here with 64-bit integers, many at a time; all others go to the SQL. A test
holds the two equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from celadon.engine import definition
from celadon.exact import parse_decimal
from celadon.records.readers.clock import Longs
from celadon.records.readers.row_runs import Runs
from celadon.records.site import Meter
from celadon.units import conversion

DECIMALS = 12
"""Decimals to which a cell is read; a resolution is never finer."""

_PACKAGE = "celadon.records.readers"
_MOST_COUNTS = 10**18  # what is more is no reading; it leaves room in 64 bits for sums
_MOST_WRITTEN = 10**24  # what a decimal of 38 digits holds before its point
_SAFE = 2**62
_PLAIN = {
    ".": r"^[+-]?[0-9]{1,11}(\.[0-9]{1,6})?$",
    ",": r"^[+-]?[0-9]{1,11}(,[0-9]{1,6})?$",
}
_GROUPED = {
    "": "",
    ",": r"^\s*[+-]?\d{1,3}(,\d{3})+(\.\d*)?\s*$",
    ".": r"^\s*[+-]?\d{1,3}(\.\d{3})+(,\d*)?\s*$",
    "'": r"^\s*[+-]?\d{1,3}(['’]\d{3})+([.,]\d*)?\s*$",
    " ": "^\\s*[+-]?\\d{1,3}([ \u00a0\u202f]\\d{3})+([.,]\\d*)?\\s*$",
}
_SEPARATORS = {"": "", ",": ",", ".": r"\.", "'": "['’]", " ": "[ \u00a0\u202f]"}


@dataclass(frozen=True, slots=True)
class MeterColumn:
    """A column of readings: the meter, and the unit in which its cells are written."""

    meter: Meter
    unit: str

    @property
    def counts_per_written(self) -> Fraction:
        """The exact step from what is written to counts."""
        return conversion(self.unit, self.meter.measure) / parse_decimal(self.meter.resolution)

    @property
    def most_written(self) -> int:
        """The most that a cell can say and still be a reading."""
        ratio = self.counts_per_written
        return min(int(_MOST_COUNTS / ratio), _MOST_WRITTEN // ratio.numerator + 1)

    @property
    def way(self) -> tuple[Fraction, bool]:
        """What decides how a cell counts: columns of one way are counted together."""
        return self.counts_per_written, self.meter.kind == "state"


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of readings.

    Parameters
    ----------
    text : as written, never null.
    number : per cell, which column of the sheet's columns it is of.
    row : per cell, its row in the file.
    micros : per cell, its instant, UTC.
    mark : per cell, the mark that the source gave it; None where it gives none.
    """

    text: pa.Array
    number: Longs
    row: Longs
    micros: Longs
    mark: pa.Array | None = None

    def take(self, places: Longs) -> Cells:
        """The cells at some places."""
        at = pa.array(places)
        mark = None if self.mark is None else self.mark.take(at)
        return Cells(
            self.text.take(at), self.number[places], self.row[places], self.micros[places], mark
        )

    def __len__(self) -> int:
        return len(self.text)

    def table(self) -> pa.Table:
        """The cells as the input of the definition."""
        mark = pa.nulls(len(self), pa.string()) if self.mark is None else self.mark
        return pa.table(
            {
                "source_row": pa.array(self.row),
                "number": pa.array(self.number),
                "micros": pa.array(self.micros),
                "text": self.text,
                "mark": mark,
            }
        )


def ungrouped(text: pa.Array, separator: str) -> pa.Array:
    """Numbers without their separators of thousands, where those stand at every third digit.

    A cell in which they stand elsewhere is left as it is, and is no number.
    """
    if not separator:
        return text
    grouped = pc.match_substring_regex(text, _GROUPED[separator])
    plain = pc.replace_substring_regex(text, _SEPARATORS[separator], "")
    return pc.if_else(grouped, plain, text)


def count_cells(
    parts: Sequence[Cells], columns: Sequence[MeterColumn], decimal: str, *, in_bulk: bool = True
) -> pa.Table:
    """Counts of cells, and the rule that stands against a cell, if one does.

    Parameters
    ----------
    parts : each of cells whose columns count in one way.
    in_bulk : False leaves all to the definition.

    Returns
    -------
    The columns of ``parsed_cell.sql``; empty cells are no rows of it.
    """
    done: list[pa.Table] = []
    left: list[pa.Table] = []
    for part in parts:
        if not len(part):
            continue
        plain = _Plain.of(part, columns, decimal) if in_bulk else None
        if plain is None:
            left.append(part.table())
            continue
        done.append(plain.table(part))
        if not plain.everywhere:
            left.append(part.take(plain.others).table())
    return pa.concat_tables([_defined(left, columns, decimal), *done])


@dataclass(frozen=True, slots=True)
class _Plain:
    """The plain cells of a part, counted."""

    places: Longs | None  # None: all cells
    others: Longs
    counts: Longs
    finer: npt.NDArray[np.bool_]
    negative: npt.NDArray[np.bool_]

    @property
    def everywhere(self) -> bool:
        return len(self.others) == 0

    @classmethod
    def of(cls, part: Cells, columns: Sequence[MeterColumn], decimal: str) -> _Plain | None:
        """None where no cell is plain, or 64 bits are too few to be sure."""
        column = columns[int(part.number[0])]
        plain = pc.match_substring_regex(part.text, _PLAIN[decimal])
        if pc.all(plain).as_py():
            places, others, chosen = None, np.empty(0, np.int64), part.text
        else:
            flags = plain.to_numpy(zero_copy_only=False)
            blank = pc.equal(pc.binary_length(part.text), 0).to_numpy(zero_copy_only=False)
            places, others = np.flatnonzero(flags), np.flatnonzero(~(flags | blank))
            chosen = part.text.take(pa.array(places))
        counted = _exact(chosen, column, decimal)
        if counted is None:
            return None
        counts, finer, below = counted
        is_state = column.meter.kind == "state"
        return cls(places, others, counts, finer, below & (not is_state))

    def table(self, part: Cells) -> pa.Table:
        """The plain cells with their counts and rules."""
        cells = (part if self.places is None else part.take(self.places)).table()
        rule = pa.nulls(len(self.counts), pa.string())
        if self.finer.any() or self.negative.any():
            below = pa.scalar("negative_reading")
            finer = pc.if_else(pa.array(self.finer), pa.scalar("finer_than_resolution"), rule)
            rule = pc.if_else(pa.array(self.negative), below, finer)
        return cells.append_column("count", pa.array(self.counts)).append_column("rule", rule)


def _exact(
    texts: pa.Array, column: MeterColumn, decimal: str
) -> tuple[Longs, npt.NDArray[np.bool_], npt.NDArray[np.bool_]] | None:
    """Counts, which are rounded, and which are below zero; None if 64 bits may be too few."""
    if not len(texts):
        none = np.zeros(0, np.bool_)
        return np.zeros(0, np.int64), none, none
    at = pc.find_substring(texts, decimal)
    behind = pc.subtract(pc.subtract(pc.binary_length(texts), at), 1)
    decimals = pc.max(pc.if_else(pc.less(at, 0), 0, behind)).as_py()
    if decimal == ",":
        texts = pc.replace_substring(texts, ",", ".")
    written = texts.cast(pa.decimal64(18, decimals))
    mantissa = np.frombuffer(written.buffers()[1], np.int64)[written.offset :][: len(written)]
    step = column.counts_per_written / 10**decimals
    largest = max(int(mantissa.max()), -int(mantissa.min()))
    too_many = largest * step.numerator >= _SAFE or 2 * step.denominator >= _SAFE
    if too_many or largest > column.most_written * 10**decimals:
        return None
    if step.denominator == 1:
        counts = mantissa * step.numerator
        return counts, np.zeros(len(counts), np.bool_), mantissa < 0
    size = np.abs(mantissa) * step.numerator
    quotient = size // step.denominator
    remainder = size - quotient * step.denominator
    twice = 2 * remainder
    up = (twice > step.denominator) | ((twice == step.denominator) & (quotient % 2 == 1))
    below = mantissa < 0
    counts = np.where(below, -(quotient + up), quotient + up)
    return counts, remainder != 0, below & (size > 0)


def _defined(left: list[pa.Table], columns: Sequence[MeterColumn], decimal: str) -> pa.Table:
    cells = pa.concat_tables([_NO_CELLS.table(), *left])
    if not cells.num_rows:
        return _NO_COUNTS
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.register("cell", cells)
        connection.register("meter_column", _meter_columns(columns))
        connection.execute("SET VARIABLE decimal_mark = ?", [decimal])
        found = connection.sql(definition(_PACKAGE, "parsed_cell")).to_arrow_table()
    return found.cast(_NO_COUNTS.schema)


_NONE = np.empty(0, np.int64)
_NO_CELLS = Cells(pa.array([], pa.string()), _NONE, _NONE, _NONE)
_NO_COUNTS = (
    _NO_CELLS.table()
    .append_column("count", pa.array([], pa.int64()))
    .append_column("rule", pa.array([], pa.string()))
)


def _meter_columns(columns: Sequence[MeterColumn]) -> pa.Table:
    ratios = [column.counts_per_written for column in columns]
    huge = pa.decimal128(38, 0)
    return pa.table(
        {
            "number": pa.array(range(len(columns)), pa.int64()),
            "num": pa.array([ratio.numerator for ratio in ratios], huge),
            "den": pa.array([ratio.denominator * 10**DECIMALS for ratio in ratios], huge),
            "is_signed": pa.array([column.meter.kind == "state" for column in columns], pa.bool_()),
            "most_written": pa.array([column.most_written for column in columns], huge),
        }
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """Cells of one column that one rule stands against: how many, the first text, all rows."""

    number: int
    rule: str
    cells: int
    text: str
    runs: Runs


def refusals(counted: pa.Table) -> list[Refused]:
    """What stands against cells, by column and rule."""
    faulty = counted.filter(pc.is_valid(counted["rule"]))
    if not faulty.num_rows:
        return []
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.register("parsed_cell", faulty)
        found = connection.sql(definition(_PACKAGE, "refused_cell")).fetchall()
    return [
        Refused(number, rule, cells, text, list(zip(firsts, lasts, strict=True)))
        for number, rule, cells, text, firsts, lasts in found
    ]
