"""The tables of this room: meters against their parts."""

from __future__ import annotations

from celadon.tables import Column, declare

_SITE = Column("site", "text", "site", "厂区")
_PARENT = Column("parent", "text", "meter that holds the others", "上级计量器具")
_FROM_DAY = Column("from_day", "date", "first local day", "起始日")
_TO_DAY = Column("to_day", "date", "day after the last local day", "截止日（不含）")

METER_FAMILY = declare(
    "meter_family",
    "A meter and another that it is a part of, both counted in one small unit.",
    "上下级计量器具，二者以同一最小单位计数。",
    [_SITE, _PARENT, Column("child", "text", "meter that is a part of it", "下级计量器具")],
    ["site", "parent", "child"],
)

METER_BALANCE = declare(
    "meter_balance",
    "A meter against the sum of its children, by local month and over the period; small units.",
    "上级计量器具与下级之和的平衡，按当地月份及整个期间，以最小单位计。",
    [
        _SITE,
        _PARENT,
        _FROM_DAY,
        _TO_DAY,
        Column(
            "parent_amount",
            "bigint",
            "amount of the parent, as far as it is known",
            "上级用量（已知部分）",
        ),
        Column(
            "children_amount",
            "bigint",
            "sum of the children, as far as they are known",
            "下级用量之和（已知部分）",
        ),
        Column(
            "difference",
            "bigint",
            "parent less children: loss, or what no child meters",
            "差额：损耗或未计量部分",
        ),
        Column("parent_estimated", "bigint", "estimated part of the parent", "上级估计量"),
        Column("children_estimated", "bigint", "estimated part of the children", "下级估计量"),
        Column(
            "seconds_missing_parent",
            "bigint",
            "time without a value of the parent",
            "上级缺失时长",
            unit="s",
        ),
        Column(
            "seconds_missing_children",
            "bigint",
            "the same, added over the children",
            "下级缺失时长合计",
            unit="s",
        ),
        Column("children", "bigint", "most children in force on a day", "单日在用下级数（最多）"),
        Column("child_days", "bigint", "days of the children in force, added", "下级在用天数合计"),
        Column(
            "days_judged",
            "bigint",
            "days of which nothing is missing on either side",
            "双方均无缺失的天数",
        ),
        Column(
            "parent_judged", "bigint", "amount of the parent on those days", "上述天数内上级用量"
        ),
        Column(
            "children_judged",
            "bigint",
            "sum of the children on those days",
            "上述天数内下级用量之和",
        ),
    ],
    ["site", "parent", "from_day", "to_day"],
)

RECONCILED = declare(
    "reconciled",
    "A parent's month shared among its children as they measured. Derived; no account reads it.",
    "将上级月用量按下级实测比例分摊的派生表，不进入任何核算。",
    [
        _SITE,
        Column("meter", "text", "child meter", "下级计量器具"),
        _FROM_DAY,
        _TO_DAY,
        _PARENT,
        Column(
            "amount",
            "bigint",
            "its share of the parent; the shares add to the parent",
            "分摊后用量",
        ),
        Column(
            "adjustment",
            "bigint",
            "that share less what the meter itself says",
            "调整量（分摊后减实测）",
        ),
    ],
    ["site", "meter", "from_day"],
)
