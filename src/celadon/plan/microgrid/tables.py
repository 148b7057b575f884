"""The tables that a plan leaves: whole small units, rounded once."""

from __future__ import annotations

from celadon.tables import Column, declare

_DESIGN = Column("design", "text", "design", "设计")

MICROGRID_SIZE = declare(
    "microgrid_size",
    "A capacity of a planned microgrid.",
    "微电网方案的容量。",
    [
        _DESIGN,
        Column("block", "text", "component and capacity", "设备与容量"),
        Column("count", "bigint", "capacity, in its unit", "容量"),
        Column("unit", "text", "W, Wh or g", "单位"),
        Column("annual", "bigint", "yearly cost of the capacity", "年化成本", unit="fen"),
    ],
    ["design", "block"],
)

MICROGRID_COST = declare(
    "microgrid_cost",
    "A part of the yearly cost of a planned microgrid; the cost is the sum of its parts.",
    "微电网方案的年成本构成；总成本为各项之和。",
    [
        _DESIGN,
        Column("part", "text", "part of the cost", "成本项"),
        Column(
            "value",
            "bigint",
            "cost in a year; below zero if earned",
            "年成本，收入为负",
            unit="fen",
        ),
    ],
    ["design", "part"],
)

MICROGRID_PEAK = declare(
    "microgrid_peak",
    "The highest power drawn in a billing month.",
    "各结算月最大需量。",
    [
        _DESIGN,
        Column("block", "text", "connection", "并网点"),
        Column("month", "text", "billing month", "结算月"),
        Column("count", "bigint", "highest mean power of a step", "最大需量", unit="W"),
    ],
    ["design", "block", "month"],
)

MICROGRID_RULE = declare(
    "microgrid_rule",
    "A rule that a microgrid was planned under, what the plan comes to, and what the rule costs.",
    "微电网方案遵循的规则、达到的数值及规则的代价。",
    [
        _DESIGN,
        Column("rule", "text", "name of the rule", "规则"),
        Column("kind", "text", "local_use, green_share, export_share or carbon_cap", "种类"),
        Column("denominator", "text", "what the share is of", "分母"),
        Column("side", "text", "at_least or at_most", "方向"),
        Column("limit", "bigint", "what the rule asks: millionths of a share, or kg CO2", "限值"),
        Column(
            "value",
            "bigint",
            "what the plan comes to; empty if there is nothing to share",
            "达到值",
            nullable=True,
        ),
        Column("outcome", "text", "yes, or cannot tell where there is nothing to share", "结论"),
        Column(
            "point",
            "bigint",
            "yearly cost of one point of the share, or of 1 t",
            "每个百分点的年代价",
            unit="fen",
        ),
        Column("clause", "text", "where the rule stands", "依据"),
        Column(
            "source",
            "text",
            "source in the reference tables; empty if it is the user's own",
            "来源",
        ),
        Column("confidence", "text", "its letter", "可信度"),
    ],
    ["design", "rule"],
)

MICROGRID_ORIGIN = declare(
    "microgrid_origin",
    "The power of a planned year by origin, where stores tell it; see microgrid-rules.md.",
    "方案全年电量按来源划分（储能分账时），见 microgrid-rules.md。",
    [
        _DESIGN,
        Column("part", "text", "what it is and where it went", "来源与去向"),
        Column("count", "bigint", "energy of the year", "全年电量", unit="Wh"),
        Column("method", "text", "how the origin of what is stored is told", "来源核算方法"),
    ],
    ["design", "part"],
)

MICROGRID_FLOW = declare(
    "microgrid_flow",
    "A flow or the content of a store in each step of a plan.",
    "方案各时段的功率或储量。",
    [
        _DESIGN,
        Column("block", "text", "component and flow", "设备与流量"),
        Column(
            "ts", "timestamp", "start of the step, local standard time", "时段起点（当地标准时）"
        ),
        Column(
            "count", "bigint", "mean power of the step, or content at its end", "平均功率或末储量"
        ),
        Column("unit", "text", "W; Wh or g for contents; 1 for machines, jobs, calls", "单位"),
    ],
    ["design", "block", "ts"],
)
