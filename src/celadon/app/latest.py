"""Which calendar year a site's ledger last speaks of: the period of a run where none is named."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from celadon.app.workspace import Workspace
from celadon.errors import Fault, WorkspaceError
from celadon.records.period import Period
from celadon.records.tables import ACTIVITY

_INSTANT = dt.timedelta(microseconds=1)


def latest_year(workspace: Workspace, site: str) -> Period:
    """The calendar year of the latest reading or row of activity in a site's ledger.

    A counter read at the first midnight of a year closes the year before it.

    Raises
    ------
    WorkspaceError
        If there is no such site, or nothing has been imported for it.
    """
    zone = ZoneInfo(workspace.site(site).zone)
    ledger = workspace.ledger(site)
    years = [
        (dt.datetime.fromisoformat(line["last_ts"]).replace(tzinfo=dt.UTC) - _INSTANT)
        .astimezone(zone)
        .year
        for line in ledger.lines()
        if "last_ts" in line
    ]
    for batch in ledger.batches("activity"):
        ends = ACTIVITY.read(batch.path)["to_day"].to_pylist()
        years += [(day - dt.timedelta(days=1)).year for day in ends]
    if not years:
        fault = Fault(
            (str(ledger.folder),),
            "no readings and no activity",
            "the latest year of the ledger is the period where none is named",
            f"celadon import {site} FILES --profile NAME, or name a --period",
        )
        raise WorkspaceError(f"Nothing has been imported for {site} yet", [fault])
    return Period.parse(f"{max(years):04d}")
