"""Segments: the stretches of days over which the amounts of streams and products are summed.

A month is the longest. A metered stream is cut further where a certificate or a reference factor
changes; monthly rows cannot be cut.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from celadon.accounts.activity import Activity, MonthAmount
from celadon.accounts.asking import note
from celadon.accounts.parameters import Ladder
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Meter, Product, Site, Stream
from celadon.reference import Registry, Validity
from celadon.reference.families import MethodByDay
from celadon.reference.validity import partial_days

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days of a stream, with what monthly rows give for it, if they do.

    ``unmetered`` counts the seconds in which a metered stream has no meter declared.
    """

    period: Period
    given: MonthAmount | None
    unmetered: int = 0

    def cells(self) -> tuple[dt.date, dt.date, int | None, int, int]:
        """As the columns of the table ``segment`` behind site and stream."""
        period, given = self.period, self.given
        if given is None:
            return period.from_day, period.to_day, None, 0, self.unmetered
        missing = self.unmetered + given.uncovered * _DAY
        if given.count is None:
            missing = (period.to_day - period.from_day).days * _DAY
        return period.from_day, period.to_day, given.count, given.estimated, missing


@dataclass(slots=True)
class Segments:
    """Makes the segments of one site's streams and products.

    Parameters
    ----------
    changes : days on which a reference factor or a method begins or ends.
    """

    site: Site
    period: Period
    activity: Activity
    ladder: Ladder
    changes: Sequence[dt.date]
    findings: list[Finding] = field(default_factory=list)

    def of_stream(self, stream: Stream) -> list[Segment]:
        """The segments of a stream."""
        if stream.meters:
            cuts = [*self.changes, *self.ladder.cuts(stream, self.period)]
            return self._metered(stream.id, stream.meters, cuts)
        if stream.stock:
            amounts = self.activity.stock_balance(stream, self.period)
        else:
            amounts = self.activity.monthly(stream.id, stream.monthly or "", self.period)
        return [Segment(amount.period, amount) for amount in amounts]

    def of_product(self, product: Product) -> list[Segment]:
        """The segments of a product."""
        if product.meters:
            return self._metered(product.id, product.meters, self.changes)
        amounts = self.activity.monthly(product.id, "production", self.period)
        return [Segment(amount.period, amount) for amount in amounts]

    def _metered(self, item: str, names: Sequence[str], cuts: Iterable[dt.date]) -> list[Segment]:
        added = {name for name in names if not name.startswith("-")}
        meters = [m for m in self.site.meters if m.id in added]
        always = any(meter.from_day is None and meter.to_day is None for meter in meters)
        found = []
        for piece in stretches(self.period, cuts):
            bare = (
                []
                if always
                else [day for day in piece.days if not any(_runs(meter, day) for meter in meters)]
            )
            if bare:
                numbers = {"days": len(bare), "first": str(bare[0]), "last": str(bare[-1])}
                place = f"{item} › {bare[0]} .. {bare[-1]}"
                self.findings.append(Finding(self.site.id, "unmetered", item, place, numbers))
            found.append(Segment(piece, None, len(bare) * _DAY))
        return found


def stretches(period: Period, cuts: Iterable[dt.date]) -> list[Period]:
    """The months of a period, cut further at the given days.

    Examples
    --------
    >>> [str(piece) for piece in stretches(Period.parse("2025-03"), [dt.date(2025, 3, 16)])]
    ['2025-03-01/2025-03-16', '2025-03-16/2025-04-01']
    """
    days = sorted(set(cuts))
    pieces = []
    for month in period.months():
        inner = [day for day in days if month.from_day < day < month.to_day]
        pieces += [Period(a, b) for a, b in pairwise([month.from_day, *inner, month.to_day])]
    return pieces


def reference_changes(
    registry: Registry, methods: Iterable[MethodByDay | None], period: Period
) -> list[dt.date]:
    """The days within a period on which a coefficient, a default factor or a method changes."""
    named = [by_day for by_day in methods if by_day is not None]
    sources = tuple(source for by_day in named for source in by_day.dated_by)
    families = frozenset(m.factor_set for by_day in named for m in by_day.methods if m.factor_set)
    days = f"{period.from_day}/{period.to_day}"
    note("changes", " ".join(sources), " ".join(sorted(families)), days)
    return list(changes_of(registry, sources, families, period))


@lru_cache(maxsize=64)
def changes_of(
    registry: Registry, sources: tuple[str, ...], families: frozenset[str], period: Period
) -> tuple[dt.date, ...]:
    """The same for the methods' sources and sets of factors; all records are looked at."""
    validities = [registry.sources[source].validity for source in sources]
    validities += [
        record.validity
        for record in registry.records.values()
        if record.table == "coal_equivalents" or record.set in families
    ]
    days = {day for validity in set(validities) for day in _edges(validity)}
    return tuple(sorted(day for day in days if period.from_day < day < period.to_day))


def _edges(validity: Validity) -> list[dt.date]:
    """The days on which what is known of a beginning or an end changes: two of a partial date."""
    days = []
    for text in (validity.from_text, validity.to_text):
        if text:
            first, after = partial_days(text)
            days += [first] if after - first == dt.timedelta(days=1) else [first, after]
    return days


def _runs(meter: Meter, day: dt.date) -> bool:
    return (meter.from_day is None or meter.from_day <= day) and (
        meter.to_day is None or day < meter.to_day
    )
