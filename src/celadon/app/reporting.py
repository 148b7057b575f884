"""The report of a run: its content gathered from the floors and handed to the report floor."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from celadon.accounts.carbon_lines import CARBON
from celadon.accounts.changes import ACCOUNT_CHANGE, waterfall
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.comparing import by_other_edition, comparison, edition_title
from celadon.app.earlier import run_year_earlier
from celadon.app.load import LOAD
from celadon.app.running import SiteRun
from celadon.app.standing import with_confirmations
from celadon.app.workspace import Workspace
from celadon.assess.tables import VERDICT
from celadon.languages import Language, Phrase
from celadon.records.balances.drift_found import METER_DRIFT
from celadon.records.balances.tables import METER_BALANCE, RECONCILED
from celadon.records.finding import rules
from celadon.records.quality.tables import STATE_DAY
from celadon.records.tables import FINDING, METER_DAY
from celadon.report.content import (
    MISSING,
    QUARTERS,
    EditionRefused,
    KnownAt,
    LoadProfile,
    OtherEdition,
    ReportContent,
    SourceFile,
    YearFigures,
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
    earlier = run_year_earlier(workspace, result)
    changes = ACCOUNT_CHANGE.from_rows([])
    before = LEAF.from_rows([])
    if earlier is not None:
        changes, before = comparison(earlier, result).changes, earlier.table(LEAF)
    edition, edition_refused = _edition(workspace, result)
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
        last_year=_last_year(changes, before),
        year_before=before,
        changes=changes,
        edition=edition,
        edition_refused=edition_refused,
    )


def _edition(
    workspace: Workspace, result: SiteRun
) -> tuple[OtherEdition | None, EditionRefused | None]:
    """The account by another edition of the carbon method, or why not; neither if there is none."""
    other = by_other_edition(workspace, result)
    if other is None:
        return None, None
    if isinstance(other, EditionRefused):
        return None, other
    found = comparison(result, other)
    method = other.site.accounting.carbon_method
    other = with_confirmations(workspace, other)
    return OtherEdition(method, edition_title(method), other.table(LEAF), found.changes), None


def _last_year(changes: pa.Table, before: pa.Table) -> YearFigures | None:
    """Totals of the year before, each where it can be compared: known, and covered in both years.

    Parameters
    ----------
    before : leaves of the year before.
    """
    if not before.num_rows:
        return None

    def total(account: str, measure: str) -> int | None:
        parts = waterfall(changes, account, measure)
        return None if parts["coverage"] else parts["before"] or None

    production: dict[str, int] = defaultdict(int)
    for row in before.to_pylist():
        if row["account"] == "production":
            production[row["stream"]] += row["value"]
    return YearFigures(
        total("energy", "calorific_value"), total(CARBON, "co2"), total("water", "volume"),
        {product: amount for product, amount in production.items() if amount},
    )  # fmt: skip


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
