"""The tables of accounts: parameters, leaf lines, and what each leaf rests on."""

from __future__ import annotations

from celadon.records.site import POLLUTANTS
from celadon.tables import Column, declare
from celadon.units import GASES

_SITE = Column("site", "text", "site", "厂区")
_STREAM = Column("stream", "text", "stream or product", "物流或产品")
_FROM = Column("from_day", "date", "first local day", "起始日")
_TO = Column("to_day", "date", "day after the last local day", "截止日（不含）")

PARAMETER = declare(
    "parameter",
    "A quantised value that a leaf was computed with, and where it comes from.",
    "计算所用的参数及其来源。",
    [
        Column("parameter", "text", "id", "编号"),
        _SITE,
        _STREAM,
        Column("account", "text", "account that it serves", "账户"),
        Column("name", "text", "such as net_calorific_value", "参数名"),
        _FROM,
        _TO,
        Column("count", "bigint", "value in counts of 10^-decimals of the unit", "整数值"),
        Column("decimals", "bigint", "decimals", "小数位数"),
        Column("unit", "text", "unit", "单位"),
        Column("rung", "text", "measured, certificate, declared, derived or default", "取值层级"),
        Column("factor", "text", "reference record, sample rows or declaration", "依据"),
        Column("confidence", "text", "A, B, C or D; empty for what the site measured or declared", "可信度", nullable=True),
    ],
    ["site", "parameter"],
)  # fmt: skip

LEAF = declare(
    "leaf",
    "The smallest line of an account: value = count x num / den, rounded once, half to even.",
    "账户的最小行：值 = 计数 × 分子 ÷ 分母，一次四舍六入五成双。",
    [
        Column("leaf", "text", "id", "编号"),
        _SITE,
        Column("unit", "text", "process unit or network that it is booked to", "工序单元"),
        _STREAM,
        Column("carrier", "text", "carrier", "能源或物料品种"),
        Column("month", "date", "first day of the month", "月份"),
        _FROM,
        _TO,
        Column("account", "text", "energy, process_energy, flow, carbon, gas, biogenic, water, supply, carrier, production, pollutant or waste", "账户"),
        Column("measure", "text", "what the value counts, with its small unit", "计量"),
        Column("scope", "text", "such as purchased, sold, direct_combustion", "范围"),
        Column("method", "text", "method and edition", "方法"),
        Column("clause", "text", "clause of the method", "条款"),
        Column("count", "bigint", "activity in small units, with its sign", "活动量（带符号）"),
        Column("num", "bigint", "numerator", "分子"),
        Column("den", "bigint", "denominator", "分母"),
        Column("value", "bigint", "value in small units of the measure", "值"),
        Column("estimated", "bigint", "part of the value that rests on estimates", "其中估计"),
        Column("seconds_missing", "bigint", "meter time without any value", "缺失时长", unit="s"),
        Column("confidence", "text", "the lowest letter of its parameters; empty: nothing but own records", "参数可信度", nullable=True),
        Column("method_confidence", "text", "letter of the equation that it was worked by; empty: a plain count of records", "公式可信度", nullable=True),
    ],
    ["site", "leaf"],
)  # fmt: skip

LEAF_INPUT = declare(
    "leaf_input",
    "One thing a leaf was computed from.",
    "一行的一个依据。",
    [
        _SITE,
        Column("leaf", "text", "leaf", "行编号"),
        Column("role", "text", "activity or the parameter's name", "角色"),
        Column("kind", "text", "meter, activity or parameter", "类别"),
        Column("ref", "text", "meter id, activity kind, or parameter id", "引用"),
        _FROM,
        _TO,
    ],
    ["site", "leaf", "role", "ref", "from_day"],
)

CERTIFICATE = declare(
    "certificate",
    "A range of certificates that a settlement used in the market view, and no earlier one did.",
    "市场法视图中一次绿电结算所用、此前未被使用的绿证区间。",
    [
        _SITE,
        Column("contract", "text", "contract of green power", "绿电合同"),
        Column("series", "text", "what stands before the digits of the serials", "编号前缀"),
        Column("first", "text", "number of the first", "起始号"),
        Column("last", "text", "number of the last", "终止号"),
        Column("size", "bigint", "electricity that one certificate stands for", "每张绿证电量", unit="Wh"),
        _FROM,
        _TO,
        Column("counted", "boolean", "whether the settlement lies in the period of the account", "结算是否在核算期内"),
        Column("recorded_at", "text", "when its file was recorded, UTC", "记入账本时间（UTC）"),
        Column("place", "text", "file, sheet and row", "文件、工作表及行"),
    ],
    ["site", "place", "first"],
)  # fmt: skip

MEASURES: dict[str, str] = {
    "calorific_value": "gce",
    "equivalent_value": "gce",
    "co2": "gCO2",
    **{gas.lower(): f"g{gas}" for gas in GASES},
    "volume": "L",
    **{name: "g" for names in POLLUTANTS.values() for name in names},
    **dict.fromkeys(("generated", "reused", "transferred", "disposed", "stored"), "kg"),
    "amount": "",
}
"""Small unit of each measure of a leaf; ``amount`` counts in the carrier's own small unit."""
