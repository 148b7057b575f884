"""A site's declaration compiled to tables: its meters in integers, its days, its epochs.

Checks that need the reference tables happen here: carriers must be known, and a meter's unit must
measure what its carrier is counted in.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa

from celadon.errors import DeclarationError, Fault, UnitError
from celadon.exact import parse_decimal
from celadon.records.period import Period, midnight_utc, offset_spans
from celadon.records.site import Meter, Product, Site, Stream
from celadon.records.tables import SITE_DAY
from celadon.reference import Carrier
from celadon.tables import Column, Schema, declare
from celadon.units import conversion, count_unit

METER = declare(
    "meter",
    "A declared meter in integers.",
    "计量器具声明（整数形式）。",
    [
        Column("site", "text", "site", "厂区"),
        Column("meter", "text", "meter", "计量器具"),
        Column("kind", "text", "interval, register or state", "类型"),
        Column("carrier", "text", "carrier, empty for a state", "品种", nullable=True),
        Column("seconds", "bigint", "length of its intervals", "区间时长", unit="s"),
        Column("per_count", "bigint", "small units in one count of its resolution", "每计数的最小单位数"),
        Column("maximum", "bigint", "most counts that can pass in an hour", "每小时物理上限", nullable=True),
        Column("modulus", "bigint", "counts at which a register starts again", "翻转模数", nullable=True),
        Column("stuck_after", "bigint", "equal counts in a row that are too many", "停滞判定数"),
        Column("estimate_seconds", "bigint", "longest gap that is estimated", "可估计的最长缺口", unit="s"),
        Column("read_seconds", "bigint", "time from one reading of a register to the next", "累计量抄读间隔", unit="s"),
        Column("quiet_seconds", "bigint", "longest step of a register that is not told as a gap", "不作缺口提示的最长间隔", unit="s"),
        Column("from_ts", "timestamp", "first instant expected, UTC", "起（UTC）"),
        Column("to_ts", "timestamp", "first instant no longer expected, UTC", "止（UTC，不含）"),
        Column("life_from", "timestamp", "first instant of its life; empty where open, UTC", "启用（UTC），空为不限", nullable=True),
        Column("life_to", "timestamp", "first instant after its life; empty where open, UTC", "停用（UTC，不含），空为不限", nullable=True),
    ],
    ["site", "meter"],
)  # fmt: skip

SITE_CLOCK = declare(
    "site_clock",
    "Stretches of time in which a zone's distance from UTC does not change.",
    "时区偏移不变的时段。",
    [
        Column("site", "text", "site", "厂区"),
        Column("from_ts", "timestamp", "first instant, UTC", "起（UTC）"),
        Column("to_ts", "timestamp", "first instant after, UTC", "止（UTC，不含）"),
        Column("offset_seconds", "bigint", "local time minus UTC", "与 UTC 之差", unit="s"),
    ],
    ["site", "from_ts"],
)

SITE_MONTH = declare(
    "site_month",
    "The instants between which a site's local month lies.",
    "厂区当地一月的起止时刻。",
    [
        Column("site", "text", "site", "厂区"),
        Column("month", "bigint", "number of the month, counted from year 0", "月序号"),
        Column("from_ts", "timestamp", "first instant, UTC", "起（UTC）"),
        Column("to_ts", "timestamp", "first instant after, UTC", "止（UTC，不含）"),
    ],
    ["site", "month"],
)

_HAND_READ_DAYS = {"day": 1, "month": 31}
"""How many days lie between two readings by hand."""

_GRACE_DAYS = 3
"""How much later a reading by hand may come."""

_MARGIN = dt.timedelta(days=2)
_MONTHS_AROUND = 3
_BEGINNING, _END = dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)  # noqa: DTZ001  naive UTC


@dataclass(frozen=True, slots=True)
class Compiled:
    """The tables of one or more sites' declarations for one period."""

    meters: pa.Table
    site_days: pa.Table
    site_clocks: pa.Table
    site_months: pa.Table


def compile_sites(
    sites: Mapping[str, Site], period: Period, carriers: Mapping[str, Carrier]
) -> Compiled:
    """Compile the declarations of a shard.

    Raises
    ------
    DeclarationError
        If a carrier is unknown, a meter's unit does not measure its carrier, or its resolution is
        finer than the carrier's small unit; all such faults of a site at once.
    """
    meters: list[dict[str, Any]] = []
    times: dict[str, _Times] = {}
    for site in sites.values():
        check_carriers(site, carriers)
        zone = ZoneInfo(site.zone)
        if site.zone not in times:
            times[site.zone] = _times(period, zone)
        used = _Used(site, carriers)
        meters += [_meter_row(used, meter, period, zone) for meter in site.meters]
    of_sites = [(site.id, times[site.zone]) for site in sites.values()]
    return Compiled(
        METER.from_rows(meters),
        _of_sites(SITE_DAY, [(site, found.days) for site, found in of_sites]),
        _of_sites(SITE_CLOCK, [(site, found.clocks) for site, found in of_sites]),
        _of_sites(SITE_MONTH, [(site, found.months) for site, found in of_sites]),
    )


class _Times(NamedTuple):
    """The rows of one zone, under no site."""

    days: pa.Table
    clocks: pa.Table
    months: pa.Table


def _times(period: Period, zone: ZoneInfo) -> _Times:
    """What all sites of a zone have in common."""
    instants = [midnight_utc(day, zone) for day in [*period.days, period.to_day]]
    days = [
        {"site": "", "day": day, "from_ts": start, "to_ts": end}
        for day, start, end in zip(period.days, instants, instants[1:], strict=False)
    ]
    around = period.widened(_MONTHS_AROUND)
    begin, end = (midnight_utc(day, zone) for day in (around.from_day, around.to_day))
    return _Times(
        SITE_DAY.from_rows(days),
        SITE_CLOCK.from_rows(_clock_rows("", begin - _MARGIN, end + _MARGIN, zone)),
        SITE_MONTH.from_rows(_month_rows("", period, zone)),
    )


def _of_sites(schema: Schema, parts: Sequence[tuple[str, pa.Table]]) -> pa.Table:
    """The rows of zones, put under the sites that lie in them."""
    if not parts:
        return schema.from_rows([])
    sites = [pa.repeat(pa.scalar(site, pa.string()), len(part)) for site, part in parts]
    whole = pa.concat_tables([part for _, part in parts])
    return schema.check(whole.set_column(0, "site", pa.chunked_array(sites)))


class _Used:
    """The streams and products of a site by the meters that they sum up."""

    def __init__(self, site: Site, carriers: Mapping[str, Carrier]) -> None:
        self.site, self._carriers = site, carriers
        self.streams: dict[str, list[Stream]] = defaultdict(list)
        self._products: dict[str, list[Product]] = defaultdict(list)
        for stream in site.streams:
            for meter in {name.lstrip("-") for name in stream.meters}:
                self.streams[meter].append(stream)
        for product in site.products:
            for meter in set(product.meters):
                self._products[meter].append(product)

    def of(self, meter: Meter) -> dict[str, str]:
        """What sums a meter up, each with the small unit that it counts in."""
        uses: dict[str, str] = {}
        if meter.carrier in self._carriers:
            uses["its carrier"] = self._carriers[meter.carrier].count_unit
        for stream in self.streams.get(meter.id, ()):
            if stream.carrier in self._carriers:
                uses[f"stream {stream.id}"] = self._carriers[stream.carrier].count_unit
        for product in self._products.get(meter.id, ()):
            uses[f"product {product.id}"] = count_unit(product.measure)
        return uses


def check_carriers(site: Site, carriers: Mapping[str, Carrier]) -> None:
    """Refuse unknown carriers and meters whose unit does not measure what they meter.

    Raises
    ------
    DeclarationError
        With every such fault.
    """
    faults: list[Fault] = []
    for table, items in (
        ("stream", site.streams),
        ("network", site.networks),
        ("meter", site.meters),
    ):
        for item in items:
            if item.carrier and item.carrier not in carriers:
                place = ("site.toml", f"[[{table}]] {item.id} carrier")
                rule = "a carrier of the reference tables (docs/carriers.md lists them)"
                faults.append(Fault(place, repr(item.carrier), rule, "correct the carrier"))
    used = _Used(site, carriers)
    for meter in site.meters:
        faults += _meter_faults(meter, used.of(meter))
    if faults:
        raise DeclarationError(f"site.toml of {site.id} does not fit the reference tables", faults)


def small_units(meter: Meter, target: str = "") -> Fraction:
    """How many small units, of its own measure if no ``target`` is given, one count is."""
    if meter.kind == "state":
        return Fraction(1)
    target = target or count_unit(meter.measure)
    return _small_units(meter.resolution, meter.multiplier, meter.measure, target)


@lru_cache(maxsize=4096)  # hundreds of meters are declared alike
def _small_units(resolution: str, multiplier: str, measure: str, target: str) -> Fraction:
    count_size = parse_decimal(resolution) * parse_decimal(multiplier)
    return count_size * conversion(measure, target)


def _meter_faults(meter: Meter, uses: Mapping[str, str]) -> list[Fault]:
    place = ("site.toml", f"[[meter]] {meter.id}")
    if meter.kind == "state":
        sums = [use for use in uses if use != "its carrier"]
        rule = "what is summed is an amount, from an interval meter or a register"
        found = f"a state meter, summed by {', '.join(sums)}"
        return [Fault(place, found, rule, "name another meter")] if sums else []
    if len(set(uses.values())) > 1:
        found = ", ".join(f"{use} counts in {unit}" for use, unit in uses.items())
        rule = "what one meter reads is counted in one small unit"
        return [Fault(place, found, rule, "meter each in its own unit")]
    target = next(iter(uses.values()), "")
    try:
        size = small_units(meter, target)
    except UnitError:
        rule = f"{next(iter(uses), 'an amount')} is counted in {target or 'a plain unit'}"
        remedy = "correct measure, or meter the carrier in its own unit"
        return [Fault(place, f"measure {meter.measure!r}", rule, remedy)]
    if size.denominator != 1:
        rule = f"one count is a whole number of {target or count_unit(meter.measure)}"
        found = f"resolution {meter.resolution} {meter.measure} x {meter.multiplier}"
        return [Fault(place, found, rule, "declare a coarser resolution")]
    return []


def _read_seconds(meter: Meter, grace_days: int = 0) -> int:
    """From one reading to the next; by hand it may come some days later."""
    days = _HAND_READ_DAYS.get(meter.read_every)
    return meter.minutes * 60 if days is None else (days + grace_days) * 86_400


def _meter_row(used: _Used, meter: Meter, period: Period, zone: ZoneInfo) -> dict[str, Any]:
    stream_carriers = [stream.carrier for stream in used.streams.get(meter.id, ())]
    target = next(iter(used.of(meter).values()), "")
    first = max(period.from_day, meter.from_day or period.from_day)
    last = min(period.to_day, meter.to_day or period.to_day)
    return {
        "site": used.site.id,
        "meter": meter.id,
        "kind": meter.kind,
        "carrier": meter.carrier or next(iter(stream_carriers), None),
        "seconds": meter.minutes * 60,
        "per_count": int(small_units(meter, target)),
        "maximum": _counts(meter.maximum, meter.resolution),
        "modulus": _counts(meter.modulus, meter.resolution),
        "stuck_after": meter.stuck_after,
        "estimate_seconds": meter.estimate_hours * 3600,
        "read_seconds": _read_seconds(meter),
        "quiet_seconds": _read_seconds(meter, _GRACE_DAYS),
        "from_ts": midnight_utc(first, zone),
        "to_ts": midnight_utc(max(first, last), zone),
        "life_from": midnight_utc(meter.from_day, zone) if meter.from_day else None,
        "life_to": midnight_utc(meter.to_day, zone) if meter.to_day else None,
    }


@lru_cache(maxsize=4096)
def _counts(amount: str | None, resolution: str) -> int | None:
    """An amount in counts, rounded up: a limit is never drawn tighter than it was declared."""
    return None if amount is None else ceil(parse_decimal(amount) / parse_decimal(resolution))


def _month_rows(site: str, period: Period, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Local months around a period; the first and the last take in all that lies beyond."""
    rows = [
        {
            "site": site,
            "month": month.from_day.year * 12 + month.from_day.month - 1,
            "from_ts": midnight_utc(month.from_day, zone),
            "to_ts": midnight_utc(month.to_day, zone),
        }
        for month in period.widened(_MONTHS_AROUND).months()
    ]
    rows[0]["from_ts"], rows[-1]["to_ts"] = _BEGINNING, _END
    return rows


def _clock_rows(
    site: str, start: dt.datetime, end: dt.datetime, zone: ZoneInfo
) -> list[dict[str, Any]]:
    return [
        {"site": site, "from_ts": begin, "to_ts": after, "offset_seconds": offset}
        for begin, after, offset in offset_spans(start, end, zone)
    ]
