"""Two small tables for the report: the electricity drawn, and how much of the time is measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyarrow as pa

from celadon.records.site import OUTSIDE, Site, Stream
from celadon.reference import Carrier
from celadon.tables import Column, declare

LOAD = declare(
    "load",
    "Electricity that a site drew: what came into its networks less what it sent out of the site.",
    "厂区用电负荷：进入电网节点的电量减去外送电量。",
    [
        Column("site", "text", "site", "厂区"),
        Column("ts", "timestamp", "start of the quarter hour, UTC", "起点（UTC）"),
        Column("count", "bigint", "electricity; empty if a meter is missing", "电量", unit="Wh", nullable=True),
    ],
    ["site", "ts"],
)  # fmt: skip

LOAD_METER = declare(
    "load_meter",
    "A meter that counts for or against a site's electricity drawn.",
    "参与用电负荷计算的计量器具。",
    [
        Column("site", "text", "site", "厂区"),
        Column("meter", "text", "meter", "计量器具"),
        Column("weight", "bigint", "+1, or -1 where it is taken off", "权重"),
    ],
    ["site", "meter"],
)

QUALITY_SHARE = declare(
    "quality_share",
    "Meter time by state.",
    "按状态统计的计量时间。",
    [
        Column("site", "text", "site", "厂区"),
        Column("readings", "bigint", "readings in the period", "读数条数"),
        Column("measured", "bigint", "measured meter time", "实测时长", unit="s"),
        Column("estimated", "bigint", "estimated meter time", "估计时长", unit="s"),
        Column("missing", "bigint", "missing meter time", "缺失时长", unit="s"),
    ],
    ["site"],
)


def load_meters(sites: Iterable[Site], carriers: Mapping[str, Carrier]) -> pa.Table:
    """The meters of electricity that comes into a site's networks, less what they send outside.

    A site without a network for its power counts what it buys. What passes from one network to
    another has been counted once already.
    """
    rows = []
    for site in sites:
        networks = {network.id for network in site.networks}
        weights: dict[str, int] = defaultdict(int)
        for stream in site.streams:
            if carriers[stream.carrier].kind == "electricity":
                for name in stream.meters:
                    sign = _sign(stream, networks)
                    weights[name.lstrip("-")] += -sign if name.startswith("-") else sign
        rows += [
            {"site": site.id, "meter": meter, "weight": weight}
            for meter, weight in weights.items()
            if weight
        ]
    return LOAD_METER.from_rows(rows)


def quality_shares(meter_times: pa.Table) -> pa.Table:
    """The meter time of each site by state: rows of ``meter_time`` added up."""
    names = [column.name for column in QUALITY_SHARE.columns if column.name != "site"]
    sums = meter_times.group_by("site", use_threads=False).aggregate([(n, "sum") for n in names])
    return QUALITY_SHARE.check(
        pa.table([sums["site"], *(sums[f"{name}_sum"] for name in names)], QUALITY_SHARE.names)
    )


def _sign(stream: Stream, networks: set[str]) -> int:
    if stream.origin in networks:
        return -1 if stream.destination == OUTSIDE else 0
    return 1 if stream.destination in networks or stream.origin == OUTSIDE else 0
