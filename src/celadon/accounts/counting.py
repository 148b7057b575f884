"""Amounts and leaves of few lines, counted one by one.

``sql/stream_amount.sql`` and ``sql/leaf.sql`` define them. To plan those takes an engine longer
than it takes to count a few thousand lines here; a test holds both ways equal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.line import STREAM_AMOUNT
from celadon.accounts.tables import LEAF
from celadon.errors import Fault, TableError
from celadon.records.quality.readings import runs_of
from celadon.tables import ARROW_TYPES, Schema

FEW = 5_000
"""Lines that are counted here; of more the engine is the faster."""

_TOGETHER = " "  # stands in no id


@dataclass(slots=True)
class _Days:
    """The days of one meter in order, counted from 1970, with what each adds to.

    ``shared``: of each day, parts of its estimate that are exact over all days from one to another.
    """

    day: list[int]
    measured: list[int]
    estimated: list[int]
    missing: list[int]
    shared: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    def within(self, from_day: int, to_day: int) -> tuple[int, int, int]:
        """Amount, part of it that is estimated, and seconds missing of a stretch of days."""
        first, end = bisect_left(self.day, from_day), bisect_left(self.day, to_day)
        estimated = self.estimated[first:end]
        amount = sum(self.measured[first:end]) + sum(estimated)
        for day in self.shared.keys() & self.day[first:end] if self.shared else ():
            estimated[bisect_left(self.day, day) - first] -= sum(
                part for begun, after, part in self.shared[day]
                if begun >= from_day and after <= to_day
            )  # fmt: skip
        return amount, sum(map(abs, estimated)), sum(self.missing[first:end])


def stream_amounts(
    segments: pa.Table, stream_meters: pa.Table, meter_days: pa.Table, shared_days: pa.Table
) -> pa.Table:
    """The table ``stream_amount``, of the tables that its definition names.

    Raises
    ------
    TableError
        If an amount is too large for 64 bits in its small unit.
    """
    days = _days_of(meter_days, shared_days)
    metered: dict[tuple[str, str], list[tuple[_Days, int]]] = defaultdict(list)
    for row in stream_meters.to_pylist():
        of_meter = days.get(_TOGETHER.join((row["site"], row["meter"])))
        if of_meter is not None:
            metered[row["site"], row["stream"]].append((of_meter, row["weight"]))
    keys = [segments[name].to_pylist() for name in ("site", "stream")]
    stretch = [_numbers(segments[name]) for name in ("from_day", "to_day")]
    given = [segments[name].to_pylist() for name in ("given", "given_estimated", "given_missing")]
    rows = []
    for site, stream, first, after, *of_rows in zip(*keys, *stretch, *given, strict=True):
        parts = [(of_rows[0] or 0, *of_rows[1:])]
        for of_meter, weight in metered.get((site, stream), ()):
            amount, estimated, missing = of_meter.within(first, after)
            parts.append((weight * amount, estimated, missing))
        rows.append([sum(part) for part in zip(*parts, strict=True)])
    counted = _integers(STREAM_AMOUNT, STREAM_AMOUNT.names[4:], rows)
    known = segments.select(STREAM_AMOUNT.names[:4]).columns
    return pa.table([*known, *counted], STREAM_AMOUNT.arrow())


def leaf_table(lines: pa.Table, amounts: pa.Table) -> pa.Table:
    """The table ``leaf``, of the tables ``line`` and ``stream_amount``.

    Raises
    ------
    TableError
        If a value is too large for 64 bits in its small unit.
    """
    told = zip(*(_numbers(amounts[name]) for name in STREAM_AMOUNT.names[4:]), strict=True)
    moved = dict(zip(_keys(amounts), told, strict=True))
    found = [moved.get(key) for key in _keys(lines)]
    if None in found:
        lines = lines.filter(pa.array([amount is not None for amount in found]))
    ratios = zip(*(_numbers(lines[name]) for name in ("sign", "num", "den")), strict=True)
    rows = []
    for (count, estimated, missing), (sign, num, den) in zip(
        filter(None, found), ratios, strict=True
    ):
        product = count * num
        value = _rounded(abs(product), den)
        row = sign * count, sign * (value if product >= 0 else -value)
        rows.append((*row, _rounded(abs(estimated * num), den), missing))
    names = ("count", "value", "estimated", "seconds_missing")
    counted = dict(zip(names, _integers(LEAF, names, rows), strict=True))
    columns = [counted[name] if name in counted else lines[name] for name in LEAF.names]
    return LEAF.check(pa.table(columns, LEAF.names))


def _rounded(product: int, den: int) -> int:
    """A quotient that is not negative, half to even."""
    quotient, rest = divmod(product, den)
    return quotient + (2 * rest > den or (2 * rest == den and quotient % 2 == 1))


def _days_of(meter_days: pa.Table, shared_days: pa.Table) -> dict[str, _Days]:
    """The days of each meter, by its site and name."""
    names = pc.binary_join_element_wise(meter_days["site"], meter_days["meter"], _TOGETHER)
    day, measured, estimated, missing = (
        _numbers(meter_days[name]) for name in ("day", "measured", "estimated", "seconds_missing")
    )
    days = {
        name: _Days(day[a:b], measured[a:b], estimated[a:b], missing[a:b])
        for name, a, b in runs_of(names)
    }
    parts = (_numbers(shared_days[name]) for name in ("day", "from_day", "to_day", "amount"))
    names = pc.binary_join_element_wise(shared_days["site"], shared_days["meter"], _TOGETHER)
    for name, of_day, begun, after, amount in zip(names.to_pylist(), *parts, strict=True):
        if name in days:
            days[name].shared.setdefault(of_day, []).append((begun, after, amount))
    return days


def _keys(table: pa.Table) -> list[tuple[str, str, int, int]]:
    """Site, stream and stretch of days of each row."""
    names = (table[name].to_pylist() for name in ("site", "stream"))
    return list(zip(*names, _numbers(table["from_day"]), _numbers(table["to_day"]), strict=True))


def _numbers(column: pa.ChunkedArray) -> list[int]:
    """A column of integers, or of days as their number since 1970; none is empty."""
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    found: list[int] = column.to_numpy().tolist()
    return found


def _integers(
    schema: Schema, names: Sequence[str], rows: Sequence[Sequence[int]]
) -> list[pa.Array]:
    """Columns of integers from rows of them."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    try:
        return [pa.array(column, ARROW_TYPES["bigint"]) for column in columns]
    except (pa.ArrowInvalid, OverflowError) as error:
        rule = "amounts are integers of 64 bits of the carrier's small unit"
        remedy = "look for readings, monthly rows or factors that cannot be right"
        fault = Fault((schema.name,), str(error), rule, remedy)
        raise TableError("An amount is too large to be counted", [fault]) from None
