"""Which calendar year a site's ledger last speaks of: the period of a run where none is named."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from celadon.app.workspace import Workspace
from celadon.errors import Fault, WorkspaceError
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Ledger
from celadon.records.period import Period

_INSTANT = dt.timedelta(microseconds=1)


def latest_year(workspace: Workspace, site: str, today: dt.date | None = None) -> Period:
    """The calendar year of the latest reading or row of activity in a site's ledger.

    A year that has not begun is no latest year while there is another: its date is mistyped. A
    counter read at the first midnight of a year closes the year before it.

    Parameters
    ----------
    today : the day that it is at the site; read from the clock if None.

    Raises
    ------
    WorkspaceError
        If there is no such site, or nothing has been imported for it.
    """
    days = _days(workspace, site, _today(workspace, site, today))
    if not days:
        ledger = workspace.ledger(site)
        fault = Fault(
            (str(ledger.folder),),
            "no readings and no activity",
            "the latest year of the ledger is the period where none is named",
            f"celadon import {site} FILES --profile NAME, or name a --period",
        )
        raise WorkspaceError(f"Nothing has been imported for {site} yet", [fault])
    this = _today(workspace, site, today).year
    begun = [day.year for day in days if day.year <= this]
    year = max(begun) if begun else min(day.year for day in days)
    return Period.parse(f"{year:04d}")


def beyond_today(workspace: Workspace, site: str, today: dt.date | None = None) -> dt.date | None:
    """The last day after this year that a ledger speaks of; None where there is none."""
    now = _today(workspace, site, today)
    return max((day for day in _days(workspace, site, now) if day.year > now.year), default=None)


def _today(workspace: Workspace, site: str, today: dt.date | None) -> dt.date:
    return today or dt.datetime.now(ZoneInfo(workspace.site(site).zone)).date()


def _days(workspace: Workspace, site: str, today: dt.date) -> list[dt.date]:
    """The last day of each batch, and where that is in a year to come, all days of the batch."""
    zone = ZoneInfo(workspace.site(site).zone)
    ledger = workspace.ledger(site)
    days = [
        _local(dt.datetime.fromisoformat(line["last_ts"]), zone)
        for line in ledger.lines()
        if "last_ts" in line
    ]
    if any(day.year > today.year for day in days):
        days += _days_read(ledger, zone)
    for batch in ledger.batches("activity"):
        ends = read_batch(batch, ["to_day"])["to_day"].to_pylist()
        days += [day - dt.timedelta(days=1) for day in ends]
    return days


def _days_read(ledger: Ledger, zone: ZoneInfo) -> list[dt.date]:
    instants = {
        instant
        for batch in ledger.batches("reading")
        for instant in read_batch(batch, ["ts"])["ts"].unique().to_pylist()
    }
    return [_local(instant, zone) for instant in instants]


def _local(instant: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The local day that an instant closes or lies in."""
    return (instant.replace(tzinfo=dt.UTC) - _INSTANT).astimezone(zone).date()
