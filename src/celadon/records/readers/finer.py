"""What rounding to a meter's resolution takes from the sum of a column of readings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from celadon.exact import decimal_text, parse_decimal
from celadon.records.readers.counts import DECIMALS, MeterColumn
from celadon.records.readers.sheet import half_width

FINER = "finer_than_resolution"
"""The rule of a cell that was rounded; it is taken."""

LOST = "lost_to_resolution"
"""The rule of a column of amounts of which rounding takes whole readings, or of the sum."""

_MOST = 1000  # of the sum, the part that rounding may take: one in so many


@dataclass(frozen=True, slots=True)
class Rounded:
    """A column's sum in counts of the meter, as written and as kept, and cells that became 0."""

    written: Fraction
    kept: int
    zeros: int

    @classmethod
    def of(cls, counted: pa.Table, number: int, column: MeterColumn, decimal: str) -> Rounded:
        """The sums of a column in a table of ``parsed_cell``."""
        cells = counted.filter(pc.equal(counted["number"], number))
        finer = cells.filter(pc.fill_null(pc.equal(cells["rule"], FINER), fill_value=False))
        whole = cells.filter(pc.is_null(cells["rule"]))
        rounded = _sum(finer["count"])
        kept = _sum(whole["count"]) + rounded
        zeros = int(pc.sum(pc.equal(finer["count"], 0)).as_py() or 0)
        written = _written(finer["text"], decimal) * column.counts_per_written
        return cls(written + kept - rounded, kept, zeros)

    def rule(self, kind: str) -> str:
        """The rule that tells of it: only amounts of intervals are lost for good."""
        off = abs(self.written - self.kept) * _MOST > self.written
        return LOST if kind == "interval" and (self.zeros or off) else FINER

    def numbers(self, column: MeterColumn) -> dict[str, object]:
        """The sums as the meter measures."""
        size = parse_decimal(column.meter.resolution)
        written, kept = (_plain(count * size) for count in (self.written, self.kept))
        measure = column.meter.measure
        return {
            "written": f"{written} {measure}", "kept": f"{kept} {measure}", "zeros": self.zeros,
        }  # fmt: skip


def _sum(counts: pa.ChunkedArray) -> int:
    """The sum of counts, which may be more than 64 bits hold."""
    huge = counts.cast(pa.decimal128(38, 0))
    return int(pc.sum(huge).as_py() or 0)


def _written(texts: pa.ChunkedArray, decimal: str) -> Fraction:
    total = Fraction(0)
    for each in pc.value_counts(texts).to_pylist():
        plain, times = half_width(each["values"]), each["counts"]
        total += Fraction(Decimal(plain.replace(",", ".") if decimal == "," else plain)) * times
    return total


def _plain(value: Fraction) -> str:
    """An amount with the decimals that it needs."""
    text = decimal_text(value, DECIMALS)
    return text.rstrip("0").rstrip(".") if "." in text else text
