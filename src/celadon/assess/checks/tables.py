"""The tables of the checks: what was returned, what the checks hit, causes, and whom to ask first.

Amounts are integers of 10^-decimals of the unit of their quantity, so that a sum of parts is exact.
"""

from __future__ import annotations

from celadon.tables import Column, declare

RETURNED = declare(
    "returned",
    "One row of a population of returns: who reports, and for what time.",
    "报送总体中的一行：报送单位与所属期。",
    [
        Column("line", "bigint", "number of the row in its file, from 1", "文件中的行号，从 1 起"),
        Column("who", "bigint", "number of the reporter in this population", "报送单位在总体中的序号"),
        Column("series", "bigint", "number of the reporter and subject together", "报送单位与所指部分合并的序号"),
        Column("reporter", "text", "id under which it reports", "报送单位编号"),
        Column("subject", "text", "part of the reporter that the row speaks of; empty for the whole", "所指部分，整体为空"),
        Column("year", "bigint", "year", "年份"),
        Column("month", "bigint", "month; 0: the row is of the year", "月份，0 表示全年"),
        Column("day", "bigint", "day; 0: the row is of the month", "日，0 表示全月"),
        Column("name", "text", "its name", "名称", nullable=True),
        Column("code", "text", "its code in another register", "其他登记代码", nullable=True),
        Column("sector", "text", "code of its sector", "行业代码", nullable=True),
        Column("region", "text", "where it is", "地区", nullable=True),
        Column("tags", "text", "what else it says of itself, with commas between", "其他标签，逗号分隔", nullable=True),
        Column("excused", "text", "what the register says where there is no value", "登记注明的无数据原因", nullable=True),
        Column("latitude", "bigint", "latitude", "纬度", unit="0.00001 degree", nullable=True),
        Column("longitude", "bigint", "longitude", "经度", unit="0.00001 degree", nullable=True),
    ],
    ["line"],
)  # fmt: skip

REPORTED = declare(
    "reported",
    "One amount of one row of a population; what was not reported has no row.",
    "总体中一行的一个数值；未报送的没有记录。",
    [
        Column("quantity", "bigint", "number of the quantity", "指标序号"),
        Column("line", "bigint", "row it stands in", "所在行"),
        Column("value", "bigint", "amount in 10^-decimals of the quantity's unit", "数值（单位的 10^-小数位）"),
    ],
    ["quantity", "line"],
)  # fmt: skip

QUANTITY = declare(
    "quantity",
    "A quantity of a population, as its profile declares it.",
    "总体中的指标（由方案声明）。",
    [
        Column("number", "bigint", "number", "序号"),
        Column("quantity", "text", "id", "编号"),
        Column("unit", "text", "unit", "单位"),
        Column("decimals", "bigint", "decimals that are counted", "小数位数"),
        Column("grouping", "text", "group of parts it belongs to; empty: none", "所属分项组"),
        Column("is_required", "boolean", "whether every row must have it", "是否必填"),
        Column("is_watched", "boolean", "whether years and months are compared", "是否跨期比较"),
        Column("is_signed", "boolean", "whether it may be below zero", "是否允许负值"),
        Column("is_measure", "boolean", "whether it is the one that sizes are counted in", "是否为排序计量指标"),
        Column("is_sized", "boolean", "whether it has the measure's unit and decimals", "是否与计量指标单位和小数位相同"),
        Column("scale", "bigint", "10^decimals", "10^小数位"),
        Column("jump_least", "bigint", "amount of the year before from which a jump counts", "判断突变的上年最小值"),
        Column("low", "bigint", "least plausible amount", "合理下限", nullable=True),
        Column("high", "bigint", "largest plausible amount", "合理上限", nullable=True),
    ],
    ["number"],
)  # fmt: skip

PART_GROUP = declare(
    "part_group",
    "Parts that should add to a total.",
    "应与合计相等的一组分项。",
    [
        Column("grouping", "text", "id", "编号"),
        Column("total", "bigint", "number of the quantity that is their sum", "合计指标序号"),
        Column("tolerance", "bigint", "difference that rounding explains", "舍入可解释的差额"),
    ],
    ["grouping"],
)

PAIR = declare(
    "pair",
    "Two quantities of one row of which one tells the other: other = one x num / den.",
    "同一行中可互相推算的两个指标：其二 = 其一 x num / den。",
    [
        Column("pair", "text", "id", "编号"),
        Column("kind", "text", "units: the same in two units; invoice: bought and metered", "类型"),
        Column("one", "bigint", "number of the first", "其一"),
        Column("other", "bigint", "number of the second", "其二"),
        Column("num", "bigint", "numerator", "分子"),
        Column("den", "bigint", "denominator", "分母"),
        Column("parts_per_million", "bigint", "difference allowed, of the expected", "允许偏差（百万分之）"),
        Column("tolerance", "bigint", "difference that rounding explains", "舍入可解释的差额"),
    ],
    ["pair"],
)  # fmt: skip

RATIO = declare(
    "ratio",
    "A quotient of two quantities, such as energy for each unit of product.",
    "两个指标之比，如单位产品能耗。",
    [
        Column("ratio", "text", "id", "编号"),
        Column("numerator", "bigint", "number of the upper quantity", "分子指标"),
        Column("denominator", "bigint", "number of the lower quantity", "分母指标"),
    ],
    ["ratio"],
)

FACTOR = declare(
    "factor",
    "A factor by which a figure is off when a unit is mistaken.",
    "单位误用造成的倍数。",
    [
        Column("factor", "text", "its name, such as x1000", "名称"),
        Column("num", "bigint", "numerator", "分子"),
        Column("den", "bigint", "denominator", "分母"),
        Column("is_coarse", "boolean", "whether it is known where only the magnitude is compared", "仅比较量级时是否可辨认"),
    ],
    ["factor"],
)  # fmt: skip

HIT_COLUMNS = [
    Column("rule", "text", "id of the rule", "规则编号"),
    Column("line", "bigint", "row it stands in; 0: none", "所在行，0 表示无"),
    Column("who", "bigint", "number of the reporter; 0: the whole population", "报送单位序号，0 表示总体"),
    Column("year", "bigint", "year", "年份"),
    Column("month", "bigint", "month; 0: the year", "月份，0 表示全年"),
    Column("quantity", "text", "quantity, or group of parts", "指标或分项组"),
    Column("pattern", "text", "the way in which it is off", "偏差形态"),
    Column("reported", "bigint", "what stands there", "报送值", nullable=True),
    Column("expected", "bigint", "what it is compared with", "比较值", nullable=True),
    Column("size", "bigint", "how far off, in the unit of the measure; empty: cannot be told", "偏差量（排序计量单位），空为无法判断", nullable=True),
    Column("other", "text", "what it is compared with, in words", "比较对象"),
]  # fmt: skip

RAW_HIT = declare(
    "raw_hit",
    "One place at which a rule is not kept, as the rule's definition gives it.",
    "规则定义给出的一处不符。",
    HIT_COLUMNS,
    ["who", "year", "month", "line", "rule", "quantity", "other"],
)

CHECK_HIT = declare(
    "check_hit",
    "One place at which a rule is not kept, with the name of its pattern.",
    "一处不符及其形态名称。",
    HIT_COLUMNS,
    ["who", "year", "month", "line", "rule", "quantity", "other"],
)

CAUSE = declare(
    "cause",
    "All that is off in one way: the same rule, quantity and pattern; one finding.",
    "同一规则、同一指标、同一形态的全部不符，合为一个问题。",
    [
        Column("rule", "text", "id of the rule", "规则编号"),
        Column("quantity", "text", "quantity, or group of parts", "指标或分项组"),
        Column("pattern", "text", "the way in which it is off", "偏差形态"),
        Column("hits", "bigint", "places", "处数"),
        Column("returns", "bigint", "rows of the population concerned", "涉及行数"),
        Column("reporters", "bigint", "reporters concerned", "涉及单位数"),
        Column("first_year", "bigint", "first year", "起始年"),
        Column("last_year", "bigint", "last year", "终止年"),
        Column("size", "huge", "sum of the sizes that can be told", "偏差合计", nullable=True),
        Column("sized", "bigint", "places whose size can be told", "可计量处数"),
    ],
    ["rule", "quantity", "pattern"],
)

TRIAGE = declare(
    "triage",
    "What one reporter's figures may be off by: size x likelihood over its places.",
    "报送单位的预期更正量：各处偏差量 x 可能性之和。",
    [
        Column("who", "bigint", "number of the reporter", "报送单位序号"),
        Column("expected", "huge", "expected correction in hundredths of the measure's count", "预期更正量（计量指标计数的百分之一）"),
        Column("hits", "bigint", "places", "处数"),
        Column("unsized", "bigint", "places whose size cannot be told", "无法计量处数"),
        Column("rule", "text", "rule of the largest", "最大一处的规则"),
    ],
    ["who"],
)  # fmt: skip
