"""The report of a run: its content gathered from the floors and handed to the report floor."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from celadon.accounts.pollutants.tables import POLLUTANT
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.load import LOAD
from celadon.app.running import SiteRun, cached_run, run
from celadon.app.standing import with_confirmations
from celadon.app.summary import is_unknown
from celadon.app.workspace import Workspace
from celadon.assess.tables import VERDICT
from celadon.languages import Language, Phrase
from celadon.records.balances.balance import METER_BALANCE, RECONCILED
from celadon.records.balances.drift import METER_DRIFT
from celadon.records.finding import rules
from celadon.records.period import Period
from celadon.records.quality.state import STATE_DAY
from celadon.records.tables import FINDING, METER_DAY
from celadon.report.content import (
    MISSING,
    QUARTERS,
    KnownAt,
    LoadProfile,
    ReportContent,
    SourceFile,
)
from celadon.report.tables import FLOW
from celadon.report.write import ReportFiles, write_report

_QUARTER_SECONDS = 900


def write_site_report(workspace: Workspace, result: SiteRun, language: Language) -> ReportFiles:
    """Write a run's report, workbook, tables and charts into the workspace's ``out`` folder."""
    folder: Path = workspace.out(result.site.id, result.period)
    return write_report(report_content(workspace, result), folder, language)


def report_content(workspace: Workspace, result: SiteRun) -> ReportContent:
    """Everything that a report of a run shows."""
    result = with_confirmations(workspace, result)
    header = result.header
    return ReportContent(
        site=result.site,
        period_from=result.period.from_day,
        period_to=result.period.to_day,
        mode=workspace.settings.mode,
        known_at=KnownAt(header["read"]["position"], header["ledger_length"]),
        account_hash=header["hash"],
        methods={
            name: Phrase(en=method["en"], zh=method["zh"])
            for name, method in header["methods"].items()
        },
        leaves=result.table(LEAF),
        leaf_inputs=result.table(LEAF_INPUT),
        parameters=result.table(PARAMETER),
        findings=result.table(FINDING),
        verdicts=result.table(VERDICT),
        meter_days=result.table(METER_DAY),
        flows=FLOW.from_rows(_flows(result)),
        load=_load_profile(result),
        rules=rules(),
        registry=workspace.registry(),
        files=tuple(
            SourceFile(
                batch["file"],
                batch["sha256"],
                batch["rows"],
                dt.datetime.fromisoformat(batch["recorded_at"]),
            )
            for batch in sorted(header["batches"], key=lambda batch: batch["position"])
        ),
        code_version=header["read"]["code"],
        balances=result.table(METER_BALANCE),
        reconciled=result.table(RECONCILED),
        drifts=result.table(METER_DRIFT),
        state_days=result.table(STATE_DAY),
        year_before=_year_before(workspace, result),
    )


def _year_before(workspace: Workspace, result: SiteRun) -> pa.Table:
    """Leaves of the same period a year earlier; none where the site lets out nothing that counts.

    They are had as known at the position of the ledger that the run knows.
    """
    nothing = LEAF.from_rows([])
    if not any(row["account"] == POLLUTANT for row in result.table(LEAF).to_pylist()):
        return nothing
    period, site = _year_earlier(result.period), result.site.id
    known, length = result.header["read"]["position"], result.header["ledger_length"]
    earlier = (
        cached_run(workspace, site, period)
        if known == length
        else run(workspace, [site], period, known_at=known)[site]
    )
    leaves = earlier.table(LEAF)
    is_known = any(
        row["account"] == POLLUTANT and not is_unknown(row) for row in leaves.to_pylist()
    )
    return leaves if is_known else nothing


def _year_earlier(period: Period) -> Period:
    """The same days of the year before; of the 29th of February, the 28th."""
    days = (period.from_day, period.to_day)
    return Period(*(
        dt.date(d.year - 1, d.month, min(d.day, 28) if d.month == 2 else d.day) for d in days
    ))  # fmt: skip


def _flows(result: SiteRun) -> list[dict[str, object]]:
    """Energy between nodes, summed over the period."""
    streams = {stream.id: stream for stream in result.site.streams}
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in result.table(LEAF).to_pylist():
        if row["account"] == "flow":
            stream = streams[row["stream"]]
            sums[stream.origin, stream.destination, row["carrier"]] += row["value"]
    return [
        {"origin": origin, "destination": destination, "carrier": carrier, "gce": gce}
        for (origin, destination, carrier), gce in sorted(sums.items())
    ]


def _load_profile(result: SiteRun) -> LoadProfile | None:
    """Electricity drawn, laid out by local day and quarter hour; None where it is not metered.

    In a zone that changes its clock, the hour that comes twice is shown by its last value.
    """
    table = result.table(LOAD)
    if table["count"].null_count == table.num_rows:
        return None
    days = result.period.days
    drawn = np.full((len(days), QUARTERS), MISSING, dtype=np.int64)
    zone = ZoneInfo(result.site.zone)
    for row in table.to_pylist():
        local = row["ts"].replace(tzinfo=dt.UTC).astimezone(zone)
        index = (local.date() - days[0]).days
        quarter = (local.hour * 3600 + local.minute * 60) // _QUARTER_SECONDS
        if row["count"] is not None and 0 <= index < len(days):
            drawn[index, quarter] = row["count"]
    return LoadProfile(tuple(days), drawn)
