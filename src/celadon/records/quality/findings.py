"""Findings that tell of quality events and estimates, their places in the site's local time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from celadon.exact import decimal_text, parse_decimal
from celadon.records.compiled import small_units
from celadon.records.finding import Finding
from celadon.records.readers.reading_files import DECIMALS
from celadon.records.site import Meter, Site
from celadon.records.source_rows import row_place

_WITHHOLDING = frozenset({"gap", "reset", "spike", "stuck", "unknown_turns"})
"""Rules that leave intervals without an amount, which a model may then estimate."""

_FEW_STEPS = 8
"""Steps of a register over absent readings that are told one by one in a month; more in one."""

_Span = tuple[dt.datetime, dt.datetime]


def event_findings(
    events: pa.Table, sites: Mapping[str, Site], estimates: pa.Table | None = None
) -> list[Finding]:
    """Findings that tell of quality events.

    Parameters
    ----------
    estimates : what was estimated, so that it is told of intervals without an amount; None if
        nothing was.
    """
    findings = []
    filled: dict[tuple[str, str], list[_Span]] = defaultdict(list)
    for row in estimates.to_pylist() if estimates is not None else ():
        filled[row["site"], row["meter"]].append((row["from_ts"], row["to_ts"]))
    meters = {(site.id, meter.id): meter for site in sites.values() for meter in site.meters}
    told = events.to_pylist()
    steps = _longer_steps(told, sites)
    findings += [_of_steps(meters[key[:2]], key[2], found) for key, found in steps.items()]
    lumped = {id(event) for found in steps.values() for event in found}
    for event in told:
        if id(event) in lumped:
            continue
        place = _place(event["subject"], event, sites[event["site"]])
        if event["file"] is not None:
            place += f" › {event['file']}"
        if event["source_row"] is not None:
            place += f" › {row_place(event['source_row'])}"
        meter = meters.get((event["site"], event["subject"]))
        numbers = {"slots": event["slots"]} | {
            name: _as_read(event[name], meter) for name in ("before", "after")
        }
        if event["rule"] == "longer_step":
            numbers = {"slots": event["slots"]} | _steps(event, sites[event["site"]])
        if meter is not None and event["rule"] in _WITHHOLDING:
            spans = filled.get((event["site"], meter.id), ())
            numbers |= _what_was_done(event, spans, dt.timedelta(minutes=meter.minutes))
        findings.append(Finding(event["site"], event["rule"], event["subject"], place, numbers))
    return findings


def _longer_steps(
    events: Sequence[dict[str, Any]], sites: Mapping[str, Site]
) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Steps over absent readings by site, register and local month, where a month has many.

    A register that is read every hour, of a meter declared with 15 minutes, has one each hour: that
    is how it is read, and one finding tells of it.
    """
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        if event["rule"] == "gap_healed":
            zone = ZoneInfo(sites[event["site"]].zone)
            month = f"{event['from_ts'].replace(tzinfo=dt.UTC).astimezone(zone):%Y-%m}"
            found[event["site"], event["subject"], month].append(event)
    return {key: steps for key, steps in found.items() if len(steps) > _FEW_STEPS}


def _of_steps(meter: Meter, month: str, steps: Sequence[dict[str, Any]]) -> Finding:
    """What tells of a register's many steps of a month."""
    site = steps[0]["site"]
    numbers = {
        "steps": len(steps), "slots": sum(step["slots"] for step in steps),
        "declared": meter.minutes,
    }  # fmt: skip
    return Finding(site, "longer_register_steps", meter.id, f"{meter.id} › {month}", numbers)


def _steps(event: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """The declared step and the one that readings come at, in minutes, and the day it begins."""
    day = event["from_ts"].replace(tzinfo=dt.UTC).astimezone(ZoneInfo(site.zone)).date()
    return {
        "declared": event["before"] // 60, "every": event["after"] // 60, "day": day.isoformat()
    }  # fmt: skip


def _what_was_done(
    event: Mapping[str, Any], estimated: Sequence[_Span], slot: dt.timedelta
) -> dict[str, int]:
    """How many intervals of an event were estimated, and how many are missing."""
    covered = (
        min(end, event["to_ts"]) - max(start, event["from_ts"])
        for start, end in estimated
        if start < event["to_ts"] and end > event["from_ts"]
    )
    slots = min(round(sum(covered, dt.timedelta()) / slot), event["slots"])
    return {"estimated": slots, "missing": event["slots"] - slots}


def estimate_findings(estimates: pa.Table, sites: Mapping[str, Site]) -> list[Finding]:
    """Findings that say what was estimated, by which model, and how far it may be off."""
    findings = []
    meters = {(site.id, meter.id): meter for site in sites.values() for meter in site.meters}
    for row in estimates.to_pylist():
        meter = meters[row["site"], row["meter"]]
        numbers = {name: row[name] for name in ("slots", "model", "trials", "rule")} | {
            name: _amount(row[name], meter) for name in ("amount", "low", "high")
        }
        place = _place(row["meter"], row, sites[row["site"]])
        findings.append(Finding(row["site"], "estimated", row["meter"], place, numbers))
    return findings


def _place(subject: str, row: Mapping[str, dt.datetime], site: Site) -> str:
    zone = ZoneInfo(site.zone)
    start, end = (_local(row[name], zone) for name in ("from_ts", "to_ts"))
    return f"{subject} › {start}" if start == end else f"{subject} › {start} .. {end}"


def _as_read(count: int | None, meter: Meter | None) -> str | int | None:
    """A count as the meter's file shows it, with its unit."""
    if count is None or meter is None:
        return count
    resolution = parse_decimal(meter.resolution)
    decimals = next(n for n in range(DECIMALS + 1) if (resolution * 10**n).denominator == 1)
    return f"{decimal_text(count * resolution, decimals)} {meter.measure}"


def _amount(small: int, meter: Meter) -> str:
    """An amount in small units as what the meter measures, the multiplier included."""
    counts = small / small_units(meter)
    return f"{decimal_text(counts * meter.count_size, 3)} {meter.measure}"


def _local(instant: dt.datetime, zone: ZoneInfo) -> str:
    """A local time to the minute, finer where it has seconds, with its offset where it is twofold.

    Two instants never give one text: it is part of a finding's place, and so of its id.
    """
    local = instant.replace(tzinfo=dt.UTC).astimezone(zone)
    fine = "auto" if local.second or local.microsecond else "minutes"
    text = local.replace(tzinfo=None).isoformat(sep=" ", timespec=fine)
    return f"{text} ({local:%z})" if local.fold else text
