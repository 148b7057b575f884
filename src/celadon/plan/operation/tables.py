"""The tables that a dispatch leaves: whole small units, rounded once."""

from __future__ import annotations

from celadon.tables import Column, declare

_DESIGN = Column("design", "text", "design", "设计")

MICROGRID_DISPATCH = declare(
    "microgrid_dispatch",
    "A flow or the content of a store in each step as it was run, and what stayed unserved.",
    "滚动调度各时段的功率或储量，以及未满足的负荷。",
    [
        _DESIGN,
        Column("block", "text", "component and flow", "设备与流量"),
        Column(
            "ts", "timestamp", "start of the step, local standard time", "时段起点（当地标准时）"
        ),
        Column(
            "count", "bigint", "mean power of the step, or content at its end", "平均功率或末储量"
        ),
        Column("unit", "text", "W; Wh or g for contents; g/h for hydrogen unserved", "单位"),
    ],
    ["design", "block", "ts"],
)

MICROGRID_DISPATCH_COST = declare(
    "microgrid_dispatch_cost",
    "A part of what a dispatch cost; the capacities are paid in any case and not in it.",
    "滚动调度的运行成本构成；不含容量成本。",
    [
        _DESIGN,
        Column("part", "text", "part of the cost", "成本项"),
        Column("value", "bigint", "cost; below zero if earned", "成本，收入为负", unit="fen"),
    ],
    ["design", "part"],
)
