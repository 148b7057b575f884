"""The table of verdicts."""

from __future__ import annotations

from celadon.tables import Column, declare

VERDICT = declare(
    "verdict",
    "How one indicator stands against one rule: yes, no, or cannot tell, because.",
    "一个指标对一条规则的判定：是、否或无法判定及原因。",
    [
        Column("site", "text", "site", "厂区"),
        Column("subject", "text", "process unit, product or site judged", "对象"),
        Column("indicator", "text", "such as process_energy", "指标"),
        Column("rule", "text", "such as levels-2023, norm, water-norm", "规则"),
        Column("standard", "text", "standard and edition", "标准及版本"),
        Column("from_day", "date", "first local day", "起始日"),
        Column("to_day", "date", "day after the last", "截止日（不含）"),
        Column("num", "bigint", "numerator of the actual value, in small units; empty: not computed", "分子", nullable=True),
        Column("den", "bigint", "denominator of the actual value, in small units", "分母", nullable=True),
        Column("unit", "text", "unit in which limits and value are shown", "单位"),
        Column("limits", "text", "JSON: each limit's name and its corrected decimal value, and its corrections", "限值（JSON）"),
        Column("outcome", "text", "benchmark, between, below_baseline, grade_1 .. grade_3, over_limit, met, not_met, cannot_tell, shown", "结果"),
        Column("because", "text", "why, where it cannot tell; else the deciding comparison", "原因"),
        Column("confidence", "text", "letter of the limit", "可信度", nullable=True),
    ],
    ["site", "subject", "indicator", "rule", "standard"],
)  # fmt: skip
