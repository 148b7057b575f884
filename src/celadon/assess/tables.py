"""The table of verdicts."""

from __future__ import annotations

from celadon.tables import Column, declare

VERDICT = declare(
    "verdict",
    "How one indicator stands against one rule: yes, no, or cannot tell, because.",
    "一个指标对一条规则的判定：是、否或无法判定及原因。",
    [
        Column("site", "text", "site", "厂区"),
        Column("subject", "text", "process unit, product, machine or site judged", "对象"),
        Column("indicator", "text", "such as process_energy, comprehensive_energy, efficiency", "指标"),
        Column("rule", "text", "such as levels-2023, norm, water-norm, equipment-grade, own-history, peers, tiered-price", "规则"),
        Column("standard", "text", "number of the standard with its edition; where it has none, the id of its source", "标准号及版本；无标准号的为来源编号"),
        Column("from_day", "date", "first local day", "起始日"),
        Column("to_day", "date", "day after the last", "截止日（不含）"),
        Column("num", "bigint", "numerator of the actual value in the unit shown, a whole number; empty: not computed", "分子", nullable=True),
        Column("den", "bigint", "denominator of the actual value: numerator by denominator is in the unit shown", "分母", nullable=True),
        Column("unit", "text", "unit in which limits and value are shown", "单位"),
        Column("limits", "text", "JSON: each limit's name and its corrected decimal value; corrections: a list of reasons with their numbers", "限值（JSON）：各限值名称及修正后的十进制数值；corrections 为修正理由及其数值的列表"),
        Column("outcome", "text", "benchmark, between, below_baseline, grade_1 .. grade_3, over_limit, met, not_met, below_grades, better, worse, same, due, not_due, draft, cannot_tell, shown", "结果"),
        Column("because", "text", "JSON: the reasons in order, each with its key and its numbers; what is in the way, then the comparison", "理由（JSON）：按顺序列出各条理由的代码及其数值；先列无法判定的原因，再列比较"),
        Column("confidence", "text", "letter of the limit", "可信度", nullable=True),
    ],
    ["site", "subject", "indicator", "rule", "standard"],
)  # fmt: skip
