"""From the ledger's readings to intervals and days: the quality rules, run in their order.

Each rule is one SQL definition in ``sql/``; this module only says what feeds what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.exact import decimal_text, parse_decimal
from celadon.records.compiled import METER, SITE_CLOCK, Compiled
from celadon.records.finding import Finding
from celadon.records.ledger.ledger import Batch
from celadon.records.period import Period, midnight_utc
from celadon.records.quality.redeclared import REDECLARED, redeclared_meters
from celadon.records.readers.reading_files import DECIMALS
from celadon.records.site import Meter, Site
from celadon.records.tables import INTERVAL, METER_DAY, QUALITY_EVENT, SITE_DAY
from celadon.tables import Column, declare

_PACKAGE = "celadon.records.quality"

RECORDED = declare(
    "recorded",
    "A reading with the file that it came from.",
    "附来源的读数。",
    [
        Column("site", "text", "site", "厂区"),
        Column("channel", "bigint", "number of the meter within the run", "计量器具序号"),
        Column("delivery", "bigint", "number of the file, later ones higher", "来源序号"),
        Column("ts", "timestamp", "start or instant, UTC", "时刻（UTC）"),
        Column("count", "bigint", "counts of the resolution", "读数"),
        Column("source_row", "bigint", "row of the source file", "源文件行号"),
    ],
    ["channel", "delivery", "source_row", "ts"],
)  # fmt: skip

LEDGER_BATCH = declare(
    "ledger_batch",
    "A committed batch that is in force.",
    "有效的已提交批次。",
    [
        Column("site", "text", "site", "厂区"),
        Column("position", "bigint", "position in the chain", "账本位置"),
        Column("arrived", "bigint", "position at which its file first arrived", "来源首次位置"),
        Column("kind", "text", "reading, activity or sample", "类别"),
        Column("source", "text", "SHA-256 of the source file", "源文件哈希"),
        Column("source_name", "text", "name of the source file", "源文件名"),
        Column("profile", "text", "SHA-256 of the profile that read it", "读取配置的哈希"),
        Column("declaration", "text", "SHA-256 of its declaration", "声明的哈希", nullable=True),
        Column("rows", "bigint", "rows", "行数"),
        Column("recorded_at", "text", "recorded time, UTC", "记录时间（UTC）"),
    ],
    ["site", "position"],
)  # fmt: skip

_KNOWN = ("channel", "delivery", "recount")
_STEPS = (
    "disordered", "stamped", "contested", "slot", "standing", "register_step", "near", "withheld",
    "uncovered", "placed", "row_event", "silent_slot", "meter_event",
)  # fmt: skip
_DEFINED = (INTERVAL, METER_DAY, QUALITY_EVENT)
_MARGIN = dt.timedelta(days=2)
_BEGINNING, _END = "0001-01-01T00:00:00", "9999-12-31T00:00:00"


@dataclass(frozen=True, slots=True)
class Quality:
    """What the rules made of the readings; intervals stay in the engine."""

    readings: int
    meter_days: pa.Table
    events: pa.Table


def judge_readings(
    engine: Engine,
    compiled: Compiled,
    batches: Mapping[str, Iterable[Batch]],
    sites: Mapping[str, Site],
    period: Period,
) -> Quality:
    """Run all quality rules over the readings of a shard.

    Leaves the tables ``interval`` and ``meter_day`` in the engine.

    Parameters
    ----------
    batches : per site, the batches of the ledger in force, in its order.

    Raises
    ------
    TableError
        If an amount is too large for 64 bits in its small unit.
    DeclarationError
        If a meter measures something else than when its readings were recorded.
    """
    engine.load(METER, compiled.meters)
    engine.load(SITE_DAY, compiled.site_days)
    engine.load(SITE_CLOCK, compiled.site_clocks)
    listed = {site: list(found) for site, found in batches.items()}
    try:
        _load_batches(engine, listed, sites, period)
        readings = engine.count(RECORDED)
        for name in _STEPS:
            engine.step(_PACKAGE, name)
        engine.execute(_PACKAGE, "forget", {})
        engine.step(_PACKAGE, "part")
        for schema in _DEFINED:
            engine.define(_PACKAGE, schema)
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        found = str(error).partition("\n")[0]
        rule = "amounts are integers of 64 bits of the carrier's small unit"
        remedy = "look for readings, a multiplier or a resolution that cannot be right"
        fault = Fault(("quality",), found, rule, remedy)
        raise TableError("A meter's amount is too large to be counted", [fault]) from error
    return Quality(readings, engine.fetch(METER_DAY), engine.fetch(QUALITY_EVENT))


def event_findings(events: pa.Table, sites: Mapping[str, Site]) -> list[Finding]:
    """Findings that tell of quality events, their places in the site's local time."""
    findings = []
    meters = {(site.id, meter.id): meter for site in sites.values() for meter in site.meters}
    for event in events.to_pylist():
        zone = ZoneInfo(sites[event["site"]].zone)
        start, end = (_local(event[name], zone) for name in ("from_ts", "to_ts"))
        place = f"{event['subject']} › {start} .. {end}"
        if event["source_row"] is not None:
            place += f" › row {event['source_row']}"
        meter = meters.get((event["site"], event["subject"]))
        numbers = {"slots": event["slots"]} | {
            name: _as_read(event[name], meter) for name in ("before", "after")
        }
        findings.append(Finding(event["site"], event["rule"], event["subject"], place, numbers))
    return findings


def _as_read(count: int | None, meter: Meter | None) -> str | int | None:
    """A count as the meter's file shows it, with its unit."""
    if count is None or meter is None:
        return count
    resolution = parse_decimal(meter.resolution)
    decimals = next(n for n in range(DECIMALS + 1) if (resolution * 10**n).denominator == 1)
    return f"{decimal_text(count * resolution, decimals)} {meter.measure}"


def _load_batches(
    engine: Engine,
    batches: Mapping[str, list[Batch]],
    sites: Mapping[str, Site],
    period: Period,
) -> None:
    engine.load(RECORDED, RECORDED.from_rows([]))
    engine.load(REDECLARED, redeclared_meters(sites, batches))
    rows = [_batch_row(site, batch) for site, listed in batches.items() for batch in listed]
    engine.load(LEDGER_BATCH, LEDGER_BATCH.from_rows(rows))
    for name in _KNOWN:
        engine.step(_PACKAGE, name)
    windows = {site: _window(sites[site], period) for site in batches}
    _load_window(engine, batches, windows)
    engine.step(_PACKAGE, "unanchored")
    _load_anchors(engine, batches, windows)


def _batch_row(site: str, batch: Batch) -> dict[str, Any]:
    plain = ("position", "kind", "source", "source_name", "profile", "rows", "recorded_at")
    return {
        "site": site,
        "arrived": batch.arrived or batch.position,
        "declaration": batch.declaration.name if batch.declaration else None,
        **{name: getattr(batch, name) for name in plain},
    }


def _window(site: Site, period: Period) -> tuple[dt.datetime, dt.datetime]:
    """The time whose readings matter: the period, and as much around it as the rules look at."""
    zone = ZoneInfo(site.zone)
    runs = (dt.timedelta(minutes=meter.minutes * meter.stuck_after) for meter in site.meters)
    margin = max(_MARGIN, *runs, _MARGIN)
    return (
        midnight_utc(period.from_day, zone) - margin,
        midnight_utc(period.to_day, zone) + margin,
    )


def _load_window(
    engine: Engine,
    batches: Mapping[str, list[Batch]],
    windows: Mapping[str, tuple[dt.datetime, dt.datetime]],
) -> None:
    for site, listed in batches.items():
        start, end = windows[site]
        for batch in listed:
            if batch.kind == "reading" and not _outside(batch, start, end):
                limits = {"from_ts": start.isoformat(), "to_ts": end.isoformat()}
                engine.execute(_PACKAGE, "recorded_batch", _named(site, batch) | limits)


def _load_anchors(
    engine: Engine,
    batches: Mapping[str, list[Batch]],
    windows: Mapping[str, tuple[dt.datetime, dt.datetime]],
) -> None:
    """The nearest readings beyond the window of registers that have none on one side of it."""
    for site, listed in batches.items():
        start, end = windows[site]
        for batch in listed:
            if batch.kind != "reading":
                continue
            if batch.first_ts is None or batch.first_ts < start:
                limits = {"from_ts": _BEGINNING, "to_ts": start.isoformat(), "before": True}
                engine.execute(_PACKAGE, "anchor", _named(site, batch) | limits)
            if batch.last_ts is None or batch.last_ts >= end:
                limits = {"from_ts": end.isoformat(), "to_ts": _END, "before": False}
                engine.execute(_PACKAGE, "anchor", _named(site, batch) | limits)


def _outside(batch: Batch, start: dt.datetime, end: dt.datetime) -> bool:
    if batch.first_ts is None or batch.last_ts is None:
        return False
    return batch.last_ts < start or batch.first_ts >= end


def _named(site: str, batch: Batch) -> dict[str, object]:
    return {
        "site": site,
        "source": batch.source,
        "profile": batch.profile,
        "path": str(batch.path),
    }


def _local(instant: dt.datetime, zone: ZoneInfo) -> str:
    """A local time to the minute, finer where it has seconds, with its offset where it is twofold.

    Two instants never give one text: it is part of a finding's place, and so of its id.
    """
    local = instant.replace(tzinfo=dt.UTC).astimezone(zone)
    fine = "auto" if local.second or local.microsecond else "minutes"
    text = local.replace(tzinfo=None).isoformat(sep=" ", timespec=fine)
    return f"{text} ({local:%z})" if local.fold else text
