"""The same days a year earlier: whether a ledger speaks of them, and what was computed of them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from celadon.accounts.tables import LEAF
from celadon.app.running import SiteRun, cached_run, run
from celadon.app.summary import is_unknown
from celadon.app.workspace import Workspace
from celadon.records.ledger.batches import read_batch
from celadon.records.period import Period


def year_earlier(period: Period) -> Period:
    """The same days of the year before; of the 29th of February, the 28th.

    Examples
    --------
    >>> str(year_earlier(Period.parse("2025-02")))
    '2024-02'
    """
    last_year = period.from_day.year - 1
    if (period.from_day.day, period.to_day.day) == (1, 1):  # whole months stay whole
        return Period(
            period.from_day.replace(year=last_year),
            period.to_day.replace(year=period.to_day.year - 1),
        )
    days = (period.from_day, period.to_day)
    return Period(*(
        dt.date(d.year - 1, d.month, min(d.day, 28) if d.month == 2 else d.day) for d in days
    ))  # fmt: skip


def run_year_earlier(workspace: Workspace, result: SiteRun) -> SiteRun | None:
    """The run of the same days a year earlier; None where the ledger says nothing of them.

    It is had as known at the position of the ledger that the run knows.
    """
    period, site = year_earlier(result.period), result.site.id
    if not _speaks_of(workspace, result, period):
        return None
    known, length = result.header["read"]["position"], result.header["ledger_length"]
    earlier = (
        cached_run(workspace, site, period)
        if known == length
        else run(workspace, [site], period, known_at=known)[site]
    )
    leaves = earlier.table(LEAF).to_pylist()
    return earlier if any(not is_unknown(row) for row in leaves) else None


def _speaks_of(workspace: Workspace, result: SiteRun, period: Period) -> bool:
    """Whether readings or monthly rows of a ledger lie in a period; cheaper than to compute it."""
    ledger, zone = workspace.ledger(result.site.id), ZoneInfo(result.site.zone)
    first, end = (
        dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC).replace(tzinfo=None)
        for day in (period.from_day, period.to_day)
    )
    for line in ledger.lines():
        if "first_ts" in line and "last_ts" in line:
            start, last = (
                dt.datetime.fromisoformat(line[name]) for name in ("first_ts", "last_ts")
            )
            if start < end and last >= first:
                return True
    for batch in ledger.batches("activity"):
        days = read_batch(batch, ["from_day", "to_day"])
        pairs = zip(days["from_day"].to_pylist(), days["to_day"].to_pylist(), strict=True)
        if any(start < period.to_day and last > period.from_day for start, last in pairs):
            return True
    return False
