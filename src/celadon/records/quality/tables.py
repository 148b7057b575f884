"""The tables of this room beside those that records declares for all."""

from __future__ import annotations

from celadon.tables import Column, declare

_SITE = Column("site", "text", "site", "厂区")
_METER = Column("meter", "text", "meter", "计量器具")

LEDGER_BATCH = declare(
    "ledger_batch",
    "A committed batch that is in force.",
    "有效的已提交批次。",
    [
        _SITE,
        Column("position", "bigint", "position in the chain", "账本位置"),
        Column("arrived", "bigint", "position at which its file first arrived", "来源首次位置"),
        Column("kind", "text", "reading, activity, sample ...", "类别"),
        Column("source", "text", "SHA-256 of the source file", "源文件哈希"),
        Column("source_name", "text", "name of the source file", "源文件名"),
        Column("profile", "text", "SHA-256 of the profile that read it", "读取配置的哈希"),
        Column("declaration", "text", "SHA-256 of its declaration", "声明的哈希", nullable=True),
        Column("rows", "bigint", "rows", "行数"),
        Column("recorded_at", "text", "recorded time, UTC", "记录时间（UTC）"),
    ],
    ["site", "position"],
)

METER_TIME = declare(
    "meter_time",
    "The time of a period in which a meter was measured, estimated or missing.",
    "报告期内计量器具实测、估计、缺失的时长。",
    [
        _SITE,
        _METER,
        Column("readings", "bigint", "readings in the period", "读数条数"),
        Column("measured", "bigint", "measured time", "实测时长", unit="s"),
        Column("estimated", "bigint", "estimated time", "估计时长", unit="s"),
        Column("missing", "bigint", "missing time", "缺失时长", unit="s"),
    ],
    ["site", "meter"],
)

ESTIMATE = declare(
    "estimate",
    "A stretch of a meter that was missing and is estimated, with its 95 % interval.",
    "缺失后经估计的一段计量，附 95 % 区间。",
    [
        _SITE,
        _METER,
        Column("from_ts", "timestamp", "first instant, UTC", "起（UTC）"),
        Column("to_ts", "timestamp", "first instant after, UTC", "止（UTC，不含）"),
        Column("slots", "bigint", "intervals estimated", "区间数"),
        Column("rule", "text", "rule that left it missing", "缺失所依规则"),
        Column("model", "text", "model that gave the estimate", "估计模型"),
        Column("amount", "bigint", "estimate in small units", "估计量"),
        Column("low", "bigint", "lower end of the 95 % interval", "95 % 区间下限"),
        Column("high", "bigint", "upper end of the 95 % interval", "95 % 区间上限"),
        Column(
            "trials", "bigint", "places of the same meter that the model was tried on", "回测次数"
        ),
    ],
    ["site", "meter", "from_ts"],
)

REPAIR = declare(
    "repair",
    "An interval whose amount was changed or given by a rule: before and after.",
    "被规则修改或补充的区间：处理前与处理后。",
    [
        _SITE,
        _METER,
        Column("ts", "timestamp", "start, UTC", "起点（UTC）"),
        Column("seconds", "bigint", "length", "时长", unit="s"),
        Column("rule", "text", "rule", "规则"),
        Column("before", "bigint", "as read, in small units; empty where nothing was read or two values", "处理前，无读数或冲突为空", nullable=True),
        Column("after", "bigint", "amount used, in small units; empty where it stays missing", "处理后，仍缺失为空", nullable=True),
        Column("low", "bigint", "lower end of the 95 % interval, where estimated", "95 % 区间下限", nullable=True),
        Column("high", "bigint", "upper end of the 95 % interval, where estimated", "95 % 区间上限", nullable=True),
    ],
    ["site", "meter", "ts", "rule"],
)  # fmt: skip

STATE_DAY = declare(
    "state_day",
    "What a state meter showed in a local day; its average is weighted / seconds.",
    "状态量计量器具的日统计；平均值 = weighted / seconds。",
    [
        Column("site", "text", "site", "厂区"),
        Column("meter", "text", "meter", "计量器具"),
        Column("day", "date", "local day", "当地日"),
        Column(
            "weighted",
            "huge",
            "sum of each count of the resolution times the seconds that it held",
            "读数与持续秒数乘积之和",
        ),
        Column("seconds", "bigint", "time with a value", "有值时长", unit="s"),
        Column(
            "low",
            "bigint",
            "lowest count; empty where there is no value",
            "最低读数，无值为空",
            nullable=True,
        ),
        Column(
            "high",
            "bigint",
            "highest count; empty where there is no value",
            "最高读数，无值为空",
            nullable=True,
        ),
        Column("seconds_missing", "bigint", "expected time without a value", "缺失时长", unit="s"),
    ],
    ["site", "meter", "day"],
)
