"""Monthly activity made unambiguous, and what a stream moved in each month.

Rows of a later source replace the rows of earlier ones that they overlap; within one source equal
rows count once, and two values for one stock are a conflict of which neither is used. A month
without its rows is missing, never zero; so is one of which a row was refused, until a later source
gives that row. Of a month that rows of consumption or production cover in part, the other days are
missing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from celadon.records.finding import Finding
from celadon.records.ledger.refused_rows import RefusedRow
from celadon.records.period import Period
from celadon.records.site import OUTSIDE, STOCK, Site, Stream

_STOCKS = ("opening_stock", "closing_stock")
_DELIVERIES = ("purchase", "sale")
_RUNNING = ("consumption", "production")
"""Kinds that go on day by day: days without a row are unknown, where a day without a delivery or a
discharge by the load is one like many."""
_ONE_DAY = dt.timedelta(days=1)
_NAMED = 3  # stretches of days that a finding names; it counts the others


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
    sheet: str | None = None

    @property
    def place(self) -> str:
        """Where it stands: file, sheet and row."""
        sheet = f" › {self.sheet}" if self.sheet else ""
        return f"{self.source_name}{sheet} › row {self.source_row}"

    @property
    def instant(self) -> dt.date:
        """The day at whose first instant a stock was so: an opening's first, a closing's end."""
        return self.from_day if self.kind == "opening_stock" else self.to_day


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """What a stream moved in a month: the amount, how much of it is estimated, what gave it.

    ``count`` is None where the month is missing; ``uncovered`` counts the days of a month that its
    rows do not speak of though they should.
    """

    period: Period
    count: int | None
    estimated: int
    rows: tuple[Row, ...]
    uncovered: int = 0


class Activity:
    """All rows of monthly activity of a site, without overlaps and repeats."""

    def __init__(self, site: Site, rows: Iterable[Row], refused: Iterable[RefusedRow] = ()) -> None:
        self._site = site
        self.findings: list[Finding] = []
        self._withheld: dict[tuple[str, str], list[RefusedRow | Row]] = defaultdict(list)
        self._clashed: list[Row] = []
        by_key: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            by_key[row.stream, row.kind].append(row)
        self._rows = {key: self._current(group) for key, group in sorted(by_key.items())}
        withheld: list[RefusedRow | Row] = [*refused, *self._clashed]
        for gone in withheld:
            told = by_key.get((gone.stream, gone.kind), ())
            if not any(row.position > gone.position and _overlap(row, gone) for row in told):
                self._withhold(gone)
        self._stocks: dict[tuple[str, str], dict[dt.date, Row]] = {}

    def rows(self, stream: str, kind: str, period: Period) -> list[Row]:
        """The rows of a kind that touch a period, in order of time."""
        first, after = period.from_day, period.to_day
        known = self._rows.get((stream, kind), ())
        return [row for row in known if row.from_day < after and row.to_day > first]

    def is_withheld(self, stream: str, kind: str, period: Period) -> bool:
        """Whether a row of a period was refused or clashed, and no later source gave it."""
        first, after = period.from_day, period.to_day
        known = self._withheld.get((stream, kind), ())
        return any(row.from_day < after and row.to_day > first for row in known)

    def monthly(self, stream: str, kind: str, period: Period) -> list[MonthAmount]:
        """The sum of one kind of row by month."""
        amounts = []
        for month in _months(period):
            rows = self.rows(stream, kind, month)
            if not rows or self.is_withheld(stream, kind, month):
                amounts.append(self._missing(stream, kind, month))
                continue
            whole, estimated = _sums(rows, month)
            bare = 0
            if kind in _RUNNING and not (
                rows[0].from_day <= month.from_day and rows[0].to_day >= month.to_day
            ):
                bare = self._uncovered(stream, kind, rows, month)
            amounts.append(MonthAmount(month, whole, estimated, tuple(rows), bare))
        return amounts

    def stock_balance(self, stream: Stream, period: Period) -> list[MonthAmount]:
        """Purchase plus opening less closing stock, by month.

        A stream that draws on the stock alone has no purchases; any other needs its row of
        purchase, a zero if there was none.
        """
        return [self._balance(stream, month) for month in _months(period)]

    def deliveries(self, stream: str, period: Period) -> list[tuple[dt.date, Fraction]]:
        """What was purchased on each day of a period; a row of several days is spread evenly.

        Examples
        --------
        A row of 30 t for 1 to 3 March gives 10 t for each of the three days.
        """
        by_day: dict[dt.date, Fraction] = defaultdict(Fraction)
        for row in self.rows(stream, "purchase", period):
            daily = Fraction(row.count, (row.to_day - row.from_day).days)
            inside = Period(max(row.from_day, period.from_day), min(row.to_day, period.to_day))
            for day in inside.days:
                by_day[day] += daily
        return sorted(by_day.items())

    def _balance(self, stream: Stream, month: Period) -> MonthAmount:
        opening = self._stock(stream.id, month.from_day)
        closing = self._stock(stream.id, month.to_day)
        purchases = self.rows(stream.id, "purchase", month)
        if opening is None:
            return self._missing(stream.id, "opening_stock", month)
        if closing is None:
            return self._missing(stream.id, "closing_stock", month)
        unknown = self.is_withheld(stream.id, "purchase", month)
        if unknown or (not purchases and stream.origin != STOCK):
            return self._missing(stream.id, "purchase", month)
        bought, estimated = _sums(purchases, month)
        count = bought + opening.count - closing.count
        if count < 0 and stream.origin == OUTSIDE:
            numbers = {"month": f"{month.from_day:%Y-%m}", "count": count}
            place = f"{stream.id} › {month.from_day:%Y-%m}"
            found = Finding(self._site.id, "negative_consumption", stream.id, place, numbers)
            self.findings.append(found)
        return MonthAmount(month, count, estimated, (opening, *purchases, closing))

    def _stock(self, stream: str, day: dt.date) -> Row | None:
        """The stock at a day's first instant: its opening, or the closing of the day before."""
        opening = self._told_at(stream, "opening_stock").get(day)
        closing = self._told_at(stream, "closing_stock").get(day)
        if opening and closing and opening.count != closing.count:
            numbers = {"opening": opening.count, "closing": closing.count, "day": str(day)}
            found = Finding(self._site.id, "stock_break", stream, f"{stream} › {day}", numbers)
            self.findings.append(found)
        return opening or closing

    def _told_at(self, stream: str, kind: str) -> dict[dt.date, Row]:
        """The first row of a stock for each instant that one tells of."""
        known = self._stocks.get((stream, kind))
        if known is None:
            known = self._stocks[stream, kind] = {}
            for row in self._rows.get((stream, kind), ()):
                known.setdefault(row.instant, row)
        return known

    def _withhold(self, gone: RefusedRow | Row) -> None:
        """Hold what a refused row speaks of as unknown; a stock of its instant is not used."""
        key = gone.stream, gone.kind
        self._withheld[key].append(gone)
        if gone.kind in _STOCKS and key in self._rows:
            self._rows[key] = [row for row in self._rows[key] if not _overlap(row, gone)]

    def _missing(self, stream: str, kind: str, month: Period) -> MonthAmount:
        numbers = {"kind": kind, "month": f"{month.from_day:%Y-%m}"}
        place = f"{stream} › {month.from_day:%Y-%m} › {kind}"
        self.findings.append(Finding(self._site.id, "activity_missing", stream, place, numbers))
        return MonthAmount(month, None, 0, ())

    def _uncovered(self, stream: str, kind: str, rows: list[Row], month: Period) -> int:
        """How many days of a month no row speaks of, told if there are any."""
        gaps = list(_gaps(rows, month))
        days = sum((gap.to_day - gap.from_day).days for gap in gaps)
        if days:
            named = ", ".join(f"{gap.from_day} .. {gap.to_day - _ONE_DAY}" for gap in gaps[:_NAMED])
            more = f", +{len(gaps) - _NAMED}" if len(gaps) > _NAMED else ""
            of = (month.to_day - month.from_day).days
            numbers = {
                "kind": kind, "month": f"{month.from_day:%Y-%m}", "days": days, "of": of,
                "covered": of - days, "gaps": named + more,
            }  # fmt: skip
            place = f"{rows[0].place} › {stream} › {month.from_day:%Y-%m} › {kind}"
            self.findings.append(Finding(self._site.id, "activity_partial", stream, place, numbers))
        return days

    def _current(self, rows: list[Row]) -> list[Row]:
        by_position: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            by_position[row.position].append(row)
        kept: list[Row] = []
        for position in sorted(by_position):
            told = by_position[position]
            newer = self._within_source(told)
            replaced = [r for r in kept if any(_overlap(r, n) for n in told)]
            said = {(r.from_day, r.to_day, r.count) for r in told}
            changed = [r for r in replaced if (r.from_day, r.to_day, r.count) not in said]
            if changed:
                self._tell(changed[0], "overlapping_rows", {"rows": len(changed)})
            kept = [r for r in kept if r not in replaced] + newer
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
        if rows[0].kind in _STOCKS:
            return self._single_stocks(distinct)
        return distinct if rows[0].kind in _DELIVERIES else self._single_amounts(distinct)

    def _single_amounts(self, rows: list[Row]) -> list[Row]:
        """Rows that share no day; of those that do, none. Only deliveries may share their days."""
        in_order = sorted(rows, key=lambda r: (r.from_day, r.to_day))
        if all(one.to_day <= other.from_day for one, other in pairwise(in_order)):
            return rows  # as nearly always
        clashing = [r for r in rows if any(_overlap(r, o) for o in rows if o is not r)]
        self._clashed += clashing  # what they speak of is unknown, and not what is left of it
        for row in clashing:
            last = row.to_day - _ONE_DAY
            text = f"{row.from_day} .. {last}: {row.count}"
            self._tell(row, "conflicting_rows", {"kind": row.kind, "text": text})
        return [row for row in rows if row not in clashing]

    def _single_stocks(self, rows: list[Row]) -> list[Row]:
        """One row for each instant; where one file tells two amounts, none."""
        by_instant: dict[dt.date, list[Row]] = defaultdict(list)
        for row in rows:
            by_instant[row.instant].append(row)
        kept = []
        for same in by_instant.values():
            if len({row.count for row in same}) == 1:
                kept.append(same[0])
                continue
            for row in same:
                last = row.to_day - _ONE_DAY
                text = f"{row.from_day} .. {last}: {row.count}"
                self._tell(row, "conflicting_rows", {"kind": row.kind, "text": text})
        return kept

    def _tell(self, row: Row, rule: str, numbers: Mapping[str, object]) -> None:
        self.findings.append(Finding(self._site.id, rule, row.stream, row.place, dict(numbers)))


def _gaps(rows: Iterable[Row], month: Period) -> Iterator[Period]:
    """The stretches of a month's days that no row speaks of; rows are in order of time."""
    reached = month.from_day
    for row in rows:
        if row.from_day > reached:
            yield Period(reached, row.from_day)
        reached = max(reached, row.to_day)
    if reached < month.to_day:
        yield Period(reached, month.to_day)


@lru_cache(maxsize=64)
def _months(period: Period) -> tuple[Period, ...]:
    return tuple(period.months())


def _overlap(one: Row, other: Row | RefusedRow) -> bool:
    if one.kind in _STOCKS:
        return one.instant == other.instant
    return one.from_day < other.to_day and other.from_day < one.to_day


def _sums(rows: Iterable[Row], month: Period) -> tuple[int, int]:
    """What rows give for a month, and the part of it that is a share of a longer row."""
    whole = estimated = 0
    for row in rows:
        share = _share(row, month)
        whole += share
        if not (month.from_day <= row.from_day and row.to_day <= month.to_day):
            estimated += share
    return whole, estimated


def _share(row: Row, month: Period) -> int:
    """The part of a row that falls in a month, by days; the parts of all months add to the row."""
    if month.from_day <= row.from_day and row.to_day <= month.to_day:
        return row.count
    days = (row.to_day - row.from_day).days
    before = (max(row.from_day, month.from_day) - row.from_day).days
    through = (min(row.to_day, month.to_day) - row.from_day).days
    return row.count * through // days - row.count * before // days
