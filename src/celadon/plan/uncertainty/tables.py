"""The tables that a look at what may come leaves: whole small units, rounded once."""

from __future__ import annotations

from celadon.plan.microgrid.tables import MICROGRID_SIZE
from celadon.tables import Column, declare

_DESIGN = Column("design", "text", "design", "设计")
_WHAT = Column("what", "text", "name of the parameter", "参数")
_TIMES = Column("times", "bigint", "multiplier, in millionths", "倍数（百万分之一）")

MICROGRID_SCENARIO = declare(
    "microgrid_scenario",
    "A future that a microgrid was planned for, and what the plan costs in it.",
    "方案所考虑的情景及方案在该情景下的成本。",
    [
        _DESIGN,
        Column("scenario", "text", "scenario", "情景"),
        Column("probability", "bigint", "in millionths", "概率（百万分之一）"),
        Column("cost", "bigint", "yearly cost, capacities included", "年成本，含容量", unit="fen"),
        Column(
            "best",
            "bigint",
            "yearly cost of the design made for this scenario alone; empty if not looked at",
            "仅为该情景设计时的年成本，未计算时为空",
            unit="fen",
            nullable=True,
        ),
    ],
    ["design", "scenario"],
)

MICROGRID_ALTERNATIVE = declare(
    "microgrid_alternative",
    "A design made for the mean scenario or for a single one, run through every scenario.",
    "为平均情景或单一情景所作的设计在各情景下的运行结果。",
    [
        _DESIGN,
        Column("alternative", "text", "what it was made for", "针对的情景"),
        Column("scenario", "text", "scenario it is run in", "运行情景"),
        Column(
            "cost",
            "bigint",
            "yearly cost; empty where it cannot serve the scenario",
            "年成本，无法供应时为空",
            unit="fen",
            nullable=True,
        ),
        Column(
            "regret",
            "bigint",
            "what it costs more than the design made for the scenario; empty where it cannot serve",
            "比该情景专门设计多出的成本，无法供应时为空",
            unit="fen",
            nullable=True,
        ),
    ],
    ["design", "alternative", "scenario"],
)

MICROGRID_DRAW = declare(
    "microgrid_draw",
    "A bought microgrid in one draw of what is not known.",
    "既定方案在一次随机抽样下的结果。",
    [
        _DESIGN,
        Column("draw", "bigint", "number of the draw, from 1", "抽样序号"),
        Column(
            "least",
            "bigint",
            "proved lower bound of the yearly cost; empty where the draw cannot be served",
            "年成本下界，无法供应时为空",
            unit="fen",
            nullable=True,
        ),
        Column(
            "most",
            "bigint",
            "yearly cost that is reached for certain; empty where the draw cannot be served",
            "可达到的年成本，无法供应时为空",
            unit="fen",
            nullable=True,
        ),
        Column(
            "saving",
            "bigint",
            "against the plant as it stands, in the middle of the bounds; empty where not known",
            "相对现状的年节约，未知时为空",
            unit="fen",
            nullable=True,
        ),
        Column(
            "payback",
            "bigint",
            "simple payback in thousandths of a year; empty where it is not paid back",
            "简单回收期（千分之一年），无法回收时为空",
            nullable=True,
        ),
    ],
    ["design", "draw"],
)

MICROGRID_DRAWN = declare(
    "microgrid_drawn",
    "A parameter in one draw.",
    "一次抽样中的参数。",
    [_DESIGN, Column("draw", "bigint", "number of the draw, from 1", "抽样序号"), _WHAT, _TIMES],
    ["design", "draw", "what"],
)

MICROGRID_PERCENTILE = declare(
    "microgrid_percentile",
    "A percentile over the draws, with the interval that holds the true one with 95 % confidence.",
    "抽样结果的分位数及其 95 % 置信区间。",
    [
        _DESIGN,
        Column(
            "measure", "text", "cost or saving in fen, payback in thousandths of a year", "指标"
        ),
        Column("rank", "bigint", "of the percentile, in millionths", "分位（百万分之一）"),
        Column("value", "bigint", "empty where the draw has none", "数值", nullable=True),
        Column("low", "bigint", "empty where draws are too few", "区间下限", nullable=True),
        Column("high", "bigint", "empty where draws are too few", "区间上限", nullable=True),
    ],
    ["design", "measure", "rank"],
)

MICROGRID_SENSITIVITY = declare(
    "microgrid_sensitivity",
    "The best design where one parameter is multiplied: its cost.",
    "单一参数变动时最优方案的成本。",
    [
        _DESIGN,
        _WHAT,
        _TIMES,
        Column("status", "text", "planned, or why there is no plan", "状态"),
        Column(
            "cost",
            "bigint",
            "yearly cost; empty without a plan",
            "年成本，无方案时为空",
            unit="fen",
            nullable=True,
        ),
    ],
    ["design", "what", "times"],
)

MICROGRID_SENSITIVITY_SIZE = declare(
    "microgrid_sensitivity_size",
    "The best design where one parameter is multiplied: its capacities.",
    "单一参数变动时最优方案的容量。",
    [
        _DESIGN,
        _WHAT,
        _TIMES,
        Column("block", "text", "component and capacity", "设备与容量"),
        Column("count", "bigint", "capacity, in its unit", "容量"),
        Column("unit", "text", "W, Wh or g", "单位"),
    ],
    ["design", "what", "times", "block"],
)

MICROGRID_BREAK_EVEN = declare(
    "microgrid_break_even",
    "Where a parameter makes a component enter or leave, or a saving begin or end.",
    "参数使设备进入或退出、节约出现或消失的临界值。",
    [
        _DESIGN,
        _WHAT,
        Column("until", "text", "a capacity, or saving", "判据"),
        Column(
            "low", "bigint", "multiplier below the change, in millionths", "临界下限（百万分之一）"
        ),
        Column(
            "high", "bigint", "multiplier above the change, in millionths", "临界上限（百万分之一）"
        ),
        Column(
            "holds_below", "boolean", "whether it is there below the change", "临界值以下是否成立"
        ),
    ],
    ["design", "what", "until", "low"],
)

OF_SCENARIOS = (MICROGRID_SIZE, MICROGRID_SCENARIO, MICROGRID_ALTERNATIVE)
"""The tables of a plan for scenarios; the yearly cost of a capacity there is the expected one."""
