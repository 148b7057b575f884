"""What streams moved in a period, what was bought of them, and what lay in stock, in small units.

An amount of which a month is not known is itself not known: what the other months add up to is
kept beside it, and told, but is no figure of a form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from celadon.accounts.activity import Activity, MonthAmount, Row
from celadon.records.period import Period
from celadon.records.site import OUTSIDE, STOCK, Stream
from celadon.report.lines import Line
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.form import NOTHING, Basis

_ACCOUNTS = ("supply", "carrier", "flow", "process_energy")
"""Accounts whose leaves count a stream's activity, the plainest first."""

_LEAVING = ("sold", "out")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in small units.

    Parameters
    ----------
    count : None where any part of it is not known.
    known : what the known parts add up to.
    lacks : what is not known, in words.
    seconds_missing : meter time without a value, within what is known.
    """

    count: int | None
    known: int
    lacks: tuple[str, ...] = ()
    seconds_missing: int = 0
    basis: Basis = NOTHING

    def __add__(self, other: Amount) -> Amount:
        """Both together; not known where either is not."""
        counts = (self.count, other.count)
        return Amount(
            None if None in counts else sum(count or 0 for count in counts),
            self.known + other.known,
            tuple(dict.fromkeys((*self.lacks, *other.lacks))),
            self.seconds_missing + other.seconds_missing,
            self.basis + other.basis,
        )

    def __neg__(self) -> Amount:
        """The same with the other sign."""
        count = None if self.count is None else -self.count
        return Amount(count, -self.known, self.lacks, self.seconds_missing, self.basis)

    def __sub__(self, other: Amount) -> Amount:
        """The first less the second; not known where either is not."""
        return self + -other


ZERO = Amount(0, 0)
"""Nothing, and known to be so: the site declares no stream of that sort."""


def together(amounts: Iterable[Amount]) -> Amount:
    """The sum of several amounts."""
    whole = ZERO
    for amount in amounts:
        whole += amount
    return whole


class Amounts:
    """The amounts of one site's streams over the whole period of a form."""

    def __init__(self, content: FormContent) -> None:
        self._content = content
        self._activity: Activity = content.activity
        self._lines: dict[str, list[Line]] = {}
        for line in content.lines:
            self._lines.setdefault(line.stream, []).append(line)

    def moved(self, stream: Stream) -> Amount:
        """What a stream moved in its own direction.

        Counted by the leaves of an account where one counts it, else by its own records.
        """
        lines = self._lines.get(stream.id, [])
        for account in _ACCOUNTS:
            chosen = [line for line in lines if line.account == account]
            if chosen:
                first = chosen[0]
                alike = (first.measure, first.unit, first.scope)
                return self._of_lines(
                    [x for x in chosen if (x.measure, x.unit, x.scope) == alike],
                    _sign(first, stream),
                )
        if stream.monthly:
            return self._monthly(stream.id, stream.monthly)
        if stream.stock:
            return self._of_months(
                stream.id, "", self._activity.stock_balance(stream, self._content.period)
            )
        return self._metered(stream)

    def made(self, product: str) -> Amount:
        """What was made of a product."""
        lines = self._lines.get(product, [])
        return self._of_lines([line for line in lines if line.account == "production"], 1)

    def purchased(self, stream: Stream) -> Amount:
        """What was bought of a stream from outside: of a stock balance, the purchases."""
        if stream.stock:
            return self._monthly(stream.id, "purchase")
        return self.moved(stream)

    def stock(self, stream: Stream, day: dt.date) -> Amount:
        """What lay in stock at the first instant of a day.

        An opening stock of that day, else a closing stock of the day before, as accounts take it.
        """
        before = day - dt.timedelta(days=1)
        rows = [
            row
            for kind, on in (("opening_stock", day), ("closing_stock", before))
            for row in self._activity.rows(stream.id, kind, Period(on, on + dt.timedelta(days=1)))
            if row.instant == day
        ]
        if not rows:
            lack = self._content.tell("lack.stock", stream=self._name(stream.id), day=day)
            return Amount(None, 0, (lack,))
        return Amount(rows[0].count, rows[0].count, basis=_rows(rows[:1]))

    def _of_lines(self, lines: Sequence[Line], sign: int) -> Amount:
        known = sign * sum(line.count for line in lines)
        unknown = [line for line in lines if line.is_unknown]
        months = sorted({f"{line.month:%Y-%m}" for line in unknown})
        lacks = tuple(
            self._content.tell("lack.month", stream=self._name(unknown[0].stream), month=month)
            for month in months
        )
        lost = sum(line.seconds_missing for line in lines if not line.is_unknown)
        basis = Basis(leaves=tuple(line.leaf for line in lines))
        if not lines:
            return Amount(None, 0, (self._content.tell("lack.no_line"),))
        return Amount(None if lacks else known, known, lacks, lost, basis)

    def _monthly(self, item: str, kind: str) -> Amount:
        months = self._activity.monthly(item, kind, self._content.period)
        return self._of_months(item, kind, months)

    def _of_months(self, item: str, kind: str, months: Iterable[MonthAmount]) -> Amount:
        whole = ZERO
        for month in months:
            if month.count is None:
                text = f"{month.period.from_day:%Y-%m}"
                key = "lack.kind" if kind else "lack.month"
                word = self._content.tell(f"kind.{kind}") if kind else ""
                lack = self._content.tell(key, stream=self._name(item), month=text, kind=word)
                whole += Amount(None, 0, (lack,))
            else:
                whole += Amount(month.count, month.count, basis=_rows(month.rows))
        return whole

    def _metered(self, stream: Stream) -> Amount:
        """The sum of a stream's meters, day by day; for a stream that no account has a line of."""
        weights = {name.lstrip("-"): -1 if name.startswith("-") else 1 for name in stream.meters}
        days = [row for row in self._content.meter_days.to_pylist() if row["meter"] in weights]
        if not days:
            lack = self._content.tell("lack.readings", stream=self._name(stream.id))
            return Amount(None, 0, (lack,))
        count = sum(weights[row["meter"]] * (row["measured"] + row["estimated"]) for row in days)
        lost = sum(row["seconds_missing"] for row in days)
        return Amount(count, count, seconds_missing=lost, basis=Basis(meters=tuple(weights)))

    def _name(self, item: str) -> str:
        return self._content.names.stream(item)


def _sign(line: Line, stream: Stream) -> int:
    """The sign that turns a leaf's count into what its stream moved."""
    if line.account == "supply":
        return 1 if stream.origin in (OUTSIDE, STOCK) else -1
    return -1 if line.scope in _LEAVING else 1


def _rows(rows: Iterable[Row]) -> Basis:
    return Basis(rows=tuple(f"{row.kind} › {row.place}" for row in rows))
