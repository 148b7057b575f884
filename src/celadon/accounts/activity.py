"""Monthly activity made unambiguous, and what a stream moved in each month.

Rows of a later source replace the rows of earlier ones that they overlap; within one source equal
rows count once, and two values for one stock are a conflict. A month without its rows is missing,
never zero.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import OUTSIDE, Site, Stream

_STOCKS = ("opening_stock", "closing_stock")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of monthly activity with the place in the chain and the file that gave it."""

    stream: str
    kind: str
    from_day: dt.date
    to_day: dt.date
    count: int
    source_row: int
    position: int
    source_name: str

    @property
    def place(self) -> str:
        """Where it stands: file and row."""
        return f"{self.source_name} › row {self.source_row}"


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """What a stream moved in a month: the amount, how much of it is estimated, what gave it.

    ``count`` is None where the month is missing.
    """

    period: Period
    count: int | None
    estimated: int
    rows: tuple[Row, ...]


class Activity:
    """All rows of monthly activity of a site, without overlaps and repeats."""

    def __init__(self, site: Site, rows: Iterable[Row]) -> None:
        self._site = site
        self.findings: list[Finding] = []
        by_key: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            by_key[row.stream, row.kind].append(row)
        self._rows = {key: self._current(group) for key, group in by_key.items()}

    def rows(self, stream: str, kind: str, period: Period) -> list[Row]:
        """The rows of a kind that touch a period, in order of time."""
        return [
            r for r in self._rows.get((stream, kind), []) if period.overlaps(r.from_day, r.to_day)
        ]

    def monthly(self, stream: str, kind: str, period: Period) -> list[MonthAmount]:
        """The sum of one kind of row by month."""
        amounts = []
        for month in period.months():
            rows = self.rows(stream, kind, month)
            if not rows:
                self._lacks(stream, kind, month)
                amounts.append(MonthAmount(month, None, 0, ()))
                continue
            whole = sum(_share(row, month) for row in rows)
            estimated = sum(_share(row, month) for row in rows if not _lies_in(row, month))
            amounts.append(MonthAmount(month, whole, estimated, tuple(rows)))
        return amounts

    def stock_balance(self, stream: Stream, period: Period) -> list[MonthAmount]:
        """Purchase plus opening less closing stock, by month."""
        amounts = []
        for month in period.months():
            opening = self._stock(stream.id, month.from_day)
            closing = self._stock(stream.id, month.to_day)
            if opening is None or closing is None:
                self._lacks(stream.id, "closing_stock" if opening else "opening_stock", month)
                amounts.append(MonthAmount(month, None, 0, ()))
                continue
            purchases = self.rows(stream.id, "purchase", month)
            bought = sum(_share(row, month) for row in purchases)
            estimated = sum(_share(row, month) for row in purchases if not _lies_in(row, month))
            count = bought + opening.count - closing.count
            if count < 0 and stream.origin == OUTSIDE:
                numbers = {"month": f"{month.from_day:%Y-%m}", "count": count}
                place = f"{stream.id} › {month.from_day:%Y-%m}"
                found = Finding(self._site.id, "negative_consumption", stream.id, place, numbers)
                self.findings.append(found)
            amounts.append(MonthAmount(month, count, estimated, (opening, *purchases, closing)))
        return amounts

    def deliveries(self, stream: str, period: Period) -> list[tuple[dt.date, int]]:
        """The dated purchases of a stream in a period: first day and amount of each."""
        rows = self.rows(stream, "purchase", period)
        return [(max(row.from_day, period.from_day), _share(row, period)) for row in rows]

    def _stock(self, stream: str, day: dt.date) -> Row | None:
        """The stock at a day's first instant: its opening, or the closing of the day before."""
        opening = [r for r in self._rows.get((stream, "opening_stock"), []) if r.from_day == day]
        closing = [r for r in self._rows.get((stream, "closing_stock"), []) if r.to_day == day]
        if opening and closing and opening[0].count != closing[0].count:
            numbers = {"opening": opening[0].count, "closing": closing[0].count, "day": str(day)}
            found = Finding(self._site.id, "stock_break", stream, f"{stream} › {day}", numbers)
            self.findings.append(found)
        known = opening or closing
        return known[0] if known else None

    def _lacks(self, stream: str, kind: str, month: Period) -> None:
        numbers = {"kind": kind, "month": f"{month.from_day:%Y-%m}"}
        place = f"{stream} › {month.from_day:%Y-%m} › {kind}"
        self.findings.append(Finding(self._site.id, "activity_missing", stream, place, numbers))

    def _current(self, rows: list[Row]) -> list[Row]:
        by_position: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            by_position[row.position].append(row)
        kept: list[Row] = []
        for position in sorted(by_position):
            newer = self._within_source(by_position[position])
            older = [r for r in kept if not any(_overlap(r, n) for n in newer)]
            replaced = [r for r in kept if any(_overlap(r, n) for n in newer)]
            told = {(r.from_day, r.to_day, r.count) for r in newer}
            changed = [r for r in replaced if (r.from_day, r.to_day, r.count) not in told]
            if changed:
                self._tell(changed[0], "overlapping_rows", {"rows": len(changed)})
            kept = older + newer
        return sorted(kept, key=lambda r: (r.from_day, r.to_day, r.source_row))

    def _within_source(self, rows: list[Row]) -> list[Row]:
        seen = Counter((r.from_day, r.to_day, r.count) for r in rows)
        first: dict[tuple[dt.date, dt.date, int], Row] = {}
        for row in sorted(rows, key=lambda r: r.source_row):
            first.setdefault((row.from_day, row.to_day, row.count), row)
        for key, copies in seen.items():
            if copies > 1:
                self._tell(first[key], "repeated_row", {"rows": copies})
        distinct = list(first.values())
        if rows[0].kind not in _STOCKS:
            return distinct
        days = Counter(r.from_day if r.kind == "opening_stock" else r.to_day for r in distinct)
        kept = []
        for row in distinct:
            if days[row.from_day if row.kind == "opening_stock" else row.to_day] == 1:
                kept.append(row)
            else:
                text = f"{row.from_day} .. {row.to_day}: {row.count}"
                self._tell(row, "conflicting_rows", {"kind": row.kind, "text": text})
        return kept

    def _tell(self, row: Row, rule: str, numbers: Mapping[str, object]) -> None:
        self.findings.append(Finding(self._site.id, rule, row.stream, row.place, dict(numbers)))


def _overlap(one: Row, other: Row) -> bool:
    if one.kind in _STOCKS:
        return (one.from_day, one.to_day) == (other.from_day, other.to_day)
    return one.from_day < other.to_day and other.from_day < one.to_day


def _lies_in(row: Row, month: Period) -> bool:
    return month.from_day <= row.from_day and row.to_day <= month.to_day


def _share(row: Row, month: Period) -> int:
    """The part of a row that falls in a month, by days; the parts of all months add to the row."""
    days = (row.to_day - row.from_day).days
    before = (max(row.from_day, month.from_day) - row.from_day).days
    through = (min(row.to_day, month.to_day) - row.from_day).days
    return row.count * through // days - row.count * before // days
