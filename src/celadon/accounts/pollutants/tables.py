"""Names of the accounts of pollutants and waste, and the tables that monitors are counted with."""

from __future__ import annotations

from celadon.records.site import POLLUTANTS
from celadon.tables import Column, declare

POLLUTANT, WASTE = "pollutant", "waste"
"""The two accounts: grams let out, and kilograms of solid waste."""

SOLID_WASTE = "solid_waste"
"""Stands as the carrier of lines of waste."""

WASTE_MEASURES = {
    "generated": "production",
    "reused": "recovery",
    "transferred": "sale",
    "disposed": "discharge",
}
"""The kind of monthly row that gives each measure of waste; ``stored`` is the change of stock."""

STORED = "stored"
"""The measure of waste by which its stock grew; below zero where it was drawn on."""

MONITORED_UNIT = "mg"
"""The small unit in which a monitored mass is counted, rounded half to even once a day."""

COUNTED_IN = {
    **{name: MONITORED_UNIT for names in POLLUTANTS.values() for name in names},
    SOLID_WASTE: "kg",
}
"""Small unit of the activity of a line whose carrier stands in no reference table."""

_SITE = Column("site", "text", "site", "厂区")
_ITEM = Column("stream", "text", "outlet and pollutant, as in stack-1.so2", "排放口与污染物")

MONITOR = declare(
    "monitor",
    "A pollutant monitored at an outlet: its meters, and what one product of counts stands for.",
    "排放口在线监测的污染物：浓度与流量仪表及换算比率。",
    [
        _SITE,
        _ITEM,
        Column("concentration", "text", "state meter of its concentration", "浓度仪表"),
        Column("flow", "text", "meter of the flow", "流量仪表"),
        Column("num", "bigint", "numerator: mg for counts times counts (times seconds of a rate)", "分子"),
        Column("den", "bigint", "denominator", "分母"),
    ],
    ["site", "stream"],
)  # fmt: skip

MONITORED_DAY = declare(
    "monitored_day",
    "What an outlet let out of a pollutant in a local day, as its monitors show it.",
    "在线监测的污染物日排放量。",
    [
        _SITE,
        _ITEM,
        Column("day", "date", "local day", "当地日"),
        Column("measured", "bigint", "mass where both meters were measured", "实测质量", unit="mg"),
        Column("estimated", "bigint", "mass where the flow is estimated", "估计质量", unit="mg"),
        Column("seconds_missing", "bigint", "time without a usable value of both", "缺失时长", unit="s"),
        Column("seconds_negative", "bigint", "part of it in which a concentration below zero was read", "其中浓度为负的时长", unit="s"),
    ],
    ["site", "stream", "day"],
)  # fmt: skip


def item_of(outlet: str, measure: str) -> str:
    """The name of what an outlet's lines are counted from; no declared id has a point in it.

    Examples
    --------
    >>> item_of("stack-1", "so2")
    'stack-1.so2'
    """
    return f"{outlet}.{measure}"
