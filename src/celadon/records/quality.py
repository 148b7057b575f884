"""From the ledger's readings to intervals and days: the quality rules, run in their order.

Each rule is one SQL definition in ``sql/``; this module only says what feeds what.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa

from celadon.engine import Engine
from celadon.records.compiled import METER, SITE_CLOCK, Compiled
from celadon.records.finding import Finding
from celadon.records.ledger import Batch
from celadon.records.period import Period, midnight_utc
from celadon.records.site import Site
from celadon.records.tables import INTERVAL, METER_DAY, QUALITY_EVENT, SITE_DAY
from celadon.tables import Column, declare

_PACKAGE = "celadon.records"

RECORDED = declare(
    "recorded",
    "A reading with its place in the chain and its source.",
    "附账本位置与来源的读数。",
    [
        Column("site", "text", "site", "厂区"),
        Column("meter", "text", "meter", "计量器具"),
        Column("ts", "timestamp", "start or instant, UTC", "时刻（UTC）"),
        Column("count", "bigint", "counts of the resolution", "读数"),
        Column("source_row", "bigint", "row of the source file", "源文件行号"),
        Column("source", "text", "SHA-256 of the source file", "源文件哈希"),
        Column("position", "bigint", "position in the chain", "账本位置"),
    ],
    ["site", "meter", "position", "source_row"],
)

LEDGER_BATCH = declare(
    "ledger_batch",
    "A committed batch.",
    "已提交批次。",
    [
        Column("site", "text", "site", "厂区"),
        Column("position", "bigint", "position in the chain", "账本位置"),
        Column("kind", "text", "reading, activity or sample", "类别"),
        Column("source", "text", "SHA-256 of the source file", "源文件哈希"),
        Column("source_name", "text", "name of the source file", "源文件名"),
        Column("rows", "bigint", "rows", "行数"),
        Column("recorded_at", "text", "recorded time, UTC", "记录时间（UTC）"),
    ],
    ["site", "position"],
)

_STEPS = ("stamped", "slot", "register_reading", "step", "near_step", "withheld", "placed")
_MARGIN = dt.timedelta(days=2)


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
    batches : per site, the batches of the ledger in chain order.
    """
    engine.load(METER, compiled.meters)
    engine.load(SITE_DAY, compiled.site_days)
    engine.load(SITE_CLOCK, compiled.site_clocks)
    _load_batches(engine, batches, sites, period)
    readings = engine.count(RECORDED)
    for name in _STEPS:
        engine.step(_PACKAGE, name)
    engine.define(_PACKAGE, INTERVAL)
    engine.define(_PACKAGE, METER_DAY)
    engine.define(_PACKAGE, QUALITY_EVENT)
    return Quality(readings, engine.fetch(METER_DAY), engine.fetch(QUALITY_EVENT))


def event_findings(events: pa.Table, sites: Mapping[str, Site]) -> list[Finding]:
    """Findings that tell of quality events, their places in the site's local time."""
    findings = []
    for event in events.to_pylist():
        zone = ZoneInfo(sites[event["site"]].zone)
        start, end = (_local(event[name], zone) for name in ("from_ts", "to_ts"))
        place = f"{event['subject']} › {start} .. {end}"
        if event["source_row"] is not None:
            place += f" › row {event['source_row']}"
        numbers = {name: event[name] for name in ("slots", "before", "after")}
        findings.append(Finding(event["site"], event["rule"], event["subject"], place, numbers))
    return findings


def numbers_of(row: Mapping[str, str]) -> dict[str, object]:
    """The numbers of a finding's row, as its rule's text asks for them."""
    numbers: dict[str, object] = json.loads(row["numbers"])
    return numbers


def _load_batches(
    engine: Engine,
    batches: Mapping[str, Iterable[Batch]],
    sites: Mapping[str, Site],
    period: Period,
) -> None:
    engine.load(RECORDED, RECORDED.from_rows([]))
    rows = []
    for site_id, listed in batches.items():
        zone = ZoneInfo(sites[site_id].zone)
        limits = {
            "from_ts": (midnight_utc(period.from_day, zone) - _MARGIN).isoformat(),
            "to_ts": (midnight_utc(period.to_day, zone) + _MARGIN).isoformat(),
        }
        for batch in listed:
            rows.append({"site": site_id, **{n: getattr(batch, n) for n in LEDGER_BATCH.names[1:]}})
            if batch.kind == "reading":
                named = {"site": site_id, "source": batch.source, "position": batch.position}
                values = {**named, **limits, "path": str(batch.path)}
                engine.execute(_PACKAGE, "recorded_batch", values)
    engine.load(LEDGER_BATCH, LEDGER_BATCH.from_rows(rows))


def _local(instant: dt.datetime, zone: ZoneInfo) -> str:
    return instant.replace(tzinfo=dt.UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")
