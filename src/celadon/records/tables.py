"""The tables of records: what is committed to the ledger, and what is derived from it.

Days are local days of the site's zone; timestamps are naive UTC in microseconds; a period is
half-open. Counts are integers: of the meter's resolution in readings, of the carrier's small unit
(Wh, kJ, kg, NL, L) everywhere else.
"""

from __future__ import annotations

from celadon.tables import Column, declare

_SITE = Column("site", "text", "site", "厂区")
_METER = Column("meter", "text", "meter", "计量器具")
_FROM_DAY = Column("from_day", "date", "first local day", "起始日")
_SOURCE_ROW = Column(
    "source_row",
    "bigint",
    "row of the source file, its first line being 1",
    "源文件行号（首行为 1）",
)
_SHEET = Column(
    "sheet",
    "text",
    "sheet of the workbook, empty for a text file",
    "工作表，文本文件为空",
    nullable=True,
)

READING = declare(
    "reading",
    "One reading of one meter, as a source file gave it.",
    "一条原始读数。",
    [
        _METER,
        Column("ts", "timestamp", "start of the interval, or instant of a register or state, UTC",
               "区间起点，或累计量、状态量的时刻（UTC）"),
        Column("count", "bigint", "reading in counts of the meter's resolution", "以分辨力为单位的整数读数"),
        Column("quality", "text", "mark that the source gave, empty if none", "来源给出的质量标记", nullable=True),
        _SOURCE_ROW,
    ],
    ["meter", "ts", "source_row"],
)  # fmt: skip

ACTIVITY = declare(
    "activity",
    "One row of monthly activity: a purchase, a stock, a production, a sale.",
    "一条月度活动数据：购入、库存、产量、外销等。",
    [
        Column("stream", "text", "stream or product that it speaks of", "物流或产品"),
        Column("kind", "text", "purchase, opening_stock, closing_stock, production, ...", "类别"),
        _FROM_DAY,
        Column("to_day", "date", "day after the last local day", "截止日（不含）"),
        Column("count", "bigint", "amount in small units", "以最小单位计的数量"),
        _SHEET,
        _SOURCE_ROW,
    ],
    ["stream", "kind", "from_day", "to_day", "source_row"],
)

SAMPLE = declare(
    "sample",
    "One measured or certified value of a stream's quality.",
    "一条实测或证书给出的品质参数。",
    [
        Column("stream", "text", "stream that was sampled", "取样物流"),
        Column("parameter", "text", "such as net_calorific_value", "参数，如低位发热量"),
        Column("basis", "text", "as_received, air_dried, dry, or empty", "基准：收到基、空干基、干基", nullable=True),
        _FROM_DAY,
        Column("to_day", "date", "day after the last; empty where open", "截止日（不含），空为未定", nullable=True),
        Column("count", "bigint", "value in counts of 10^-decimals of the unit", "整数值"),
        Column("decimals", "bigint", "decimals of the count", "小数位数"),
        Column("unit", "text", "unit of the value", "单位"),
        Column("weight", "bigint", "amount that the sample stands for; empty: equal weights", "代表量", nullable=True),
        Column("origin", "text", "laboratory or certificate", "来源：化验或证书"),
        Column("document", "text", "report or certificate number", "报告或证书编号", nullable=True),
        _SHEET,
        _SOURCE_ROW,
    ],
    ["stream", "parameter", "from_day", "origin", "source_row"],
)  # fmt: skip

EXCHANGE = declare(
    "exchange",
    "An instant at which a register was exchanged: what the old one closed at, the new opened at.",
    "换表记录：旧表止数、新表起数。",
    [
        _METER,
        Column("ts", "timestamp", "instant, UTC", "时刻（UTC）"),
        Column("closing", "bigint", "last reading of the old register, in counts of the resolution", "旧表止数"),
        Column("opening", "bigint", "first reading of the new register, in counts of the resolution", "新表起数"),
        Column("document", "text", "report or work order number", "凭证编号", nullable=True),
        _SHEET,
        _SOURCE_ROW,
    ],
    ["meter", "ts", "source_row"],
)  # fmt: skip

EQUIPMENT = declare(
    "equipment",
    "One kind of equipment at one place of the site, as a list of equipment gives it.",
    "一处一种用能设备，取自设备清单。",
    [
        Column("equipment", "text", "the site's own number of it", "设备编号"),
        Column("class", "text", "motor, transformer, pump, fan, ...", "设备类型"),
        Column("name", "text", "name", "名称", nullable=True),
        Column("maker", "text", "maker", "制造商", nullable=True),
        Column("model", "text", "model", "型号", nullable=True),
        Column("unit", "text", "process unit in which it stands", "所在工序单元", nullable=True),
        Column("quantity", "bigint", "pieces; 0 where out of use for good", "台数，永久停用为 0"),
        Column("power", "bigint", "rated power of one piece", "单台额定功率", unit="W", nullable=True),
        Column("year", "bigint", "year in which it was made", "制造年份", nullable=True),
        Column("grade", "text", "energy grade as its label says it", "能效等级", nullable=True),
        Column("document", "text", "report or certificate number", "凭证编号", nullable=True),
        _SHEET,
        _SOURCE_ROW,
    ],
    ["equipment"],
)  # fmt: skip

MONITORING = declare(
    "monitoring",
    "What a site's monitoring plan says as a whole, of a meter, or of a parameter.",
    "监测计划的总体内容，或对一台计量器具、一个参数的规定。",
    [
        Column("about", "text", "plan, meter or parameter", "对象类别"),
        Column("item", "text", "meter, stream or product; empty for the plan itself", "对象"),
        Column("name", "text", "parameter; empty for a meter", "参数"),
        Column("says", "text", "all that is said of it, as JSON", "内容（JSON）"),
        _SOURCE_ROW,
    ],
    ["about", "item", "name"],
)

SETTLEMENT = declare(
    "settlement",
    "Electricity of one contract settled for days of one month, or used from an own plant, and the "
    "certificates that came with it.",
    "一份电力合同在某月的结算（或自发自用）电量及对应的绿证。",
    [
        Column("contract", "text", "contract that the site declares", "合同"),
        _FROM_DAY,
        Column("to_day", "date", "day after the last", "截止日（不含）"),
        Column("count", "bigint", "electricity", "电量", unit="Wh"),
        Column("document", "text", "settlement sheet, or record of own use", "结算单或自用记录", nullable=True),
        Column("first_serial", "text", "first certificate", "绿证起始编号", nullable=True),
        Column("last_serial", "text", "last certificate", "绿证终止编号", nullable=True),
        Column("certified_from", "date", "first day of the power of the certificates", "绿证对应电量起始日", nullable=True),
        Column("certified_to", "date", "day after its last", "绿证对应电量截止日（不含）", nullable=True),
        _SHEET,
        _SOURCE_ROW,
    ],
    ["contract", "from_day", "source_row"],
)  # fmt: skip

SITE_DAY = declare(
    "site_day",
    "The instants between which a site's local day lies.",
    "厂区当地一日的起止时刻。",
    [
        _SITE,
        Column("day", "date", "local day", "当地日"),
        Column("from_ts", "timestamp", "its first instant, UTC", "起（UTC）"),
        Column("to_ts", "timestamp", "the first instant of the next, UTC", "止（UTC，不含）"),
    ],
    ["site", "day"],
)

INTERVAL = declare(
    "interval",
    "What a meter passed in an interval, after repair; counted in small units.",
    "修复后的区间用量。",
    [
        _SITE,
        _METER,
        Column("ts", "timestamp", "start, UTC", "起点（UTC）"),
        Column("seconds", "bigint", "length", "时长", unit="s"),
        Column(
            "count",
            "bigint",
            "amount in small units; empty where missing",
            "用量，缺失为空",
            nullable=True,
        ),
        Column("state", "text", "measured, estimated or missing", "状态：实测、估计、缺失"),
        Column(
            "rule",
            "text",
            "rule that repaired or withheld it, empty if none",
            "所用规则",
            nullable=True,
        ),
    ],
    ["site", "meter", "ts"],
)

METER_DAY = declare(
    "meter_day",
    "What a meter passed in a local day; in small units.",
    "计量器具日用量。",
    [
        _SITE,
        _METER,
        Column("day", "date", "local day", "当地日"),
        Column("measured", "bigint", "measured amount", "实测量"),
        Column("estimated", "bigint", "estimated amount", "估计量"),
        Column("seconds_missing", "bigint", "time without any value", "缺失时长", unit="s"),
    ],
    ["site", "meter", "day"],
)

SHARED_DAY = declare(
    "shared_day",
    "A measured amount that is shared by time among the local days that it spans: what it is as a "
    "whole is exact, its split is an estimate.",
    "跨越数日、按时间分摊至各日的实测量：合计精确，按日分摊为估计。",
    [
        _SITE,
        _METER,
        Column("day", "date", "local day", "当地日"),
        Column("from_day", "date", "first local day of the whole", "整段起始日"),
        Column("to_day", "date", "day after its last", "整段截止日（不含）"),
        Column(
            "amount",
            "bigint",
            "share of the day in small units, part of what meter_day calls estimated",
            "当日分摊量，计入 meter_day 的估计量",
        ),
    ],
    ["site", "meter", "day", "from_day", "to_day"],
)

QUALITY_EVENT = declare(
    "quality_event",
    "One thing a quality rule saw in readings, and what it did about it.",
    "质量规则发现的一处异常及处理。",
    [
        _SITE,
        Column(
            "subject",
            "text",
            "meter, or the file where whole rows are concerned",
            "计量器具，或涉及整行时的文件",
        ),
        Column(
            "source",
            "text",
            "SHA-256 of the file, where whole rows are concerned",
            "涉及整行时源文件的哈希",
            nullable=True,
        ),
        Column(
            "profile",
            "text",
            "SHA-256 of the profile that read it",
            "读取配置的哈希",
            nullable=True,
        ),
        Column("rule", "text", "rule", "规则"),
        Column("from_ts", "timestamp", "first instant concerned, UTC", "起（UTC）"),
        Column("to_ts", "timestamp", "first instant no longer concerned, UTC", "止（UTC，不含）"),
        Column("slots", "bigint", "rows, readings or intervals concerned", "涉及条数"),
        Column("before", "bigint", "value before, in the meter's counts", "处理前", nullable=True),
        Column(
            "after",
            "bigint",
            "value after, in the meter's counts; empty if withheld",
            "处理后",
            nullable=True,
        ),
        Column(
            "file",
            "text",
            "file of that row, where the subject is a meter",
            "该行所在文件（对象为计量器具时）",
            nullable=True,
        ),
        Column(
            "source_row",
            "bigint",
            "row of the source file where it starts",
            "源文件行号",
            nullable=True,
        ),
    ],
    ["site", "subject", "rule", "from_ts"],
)

FINDING = declare(
    "finding",
    "One fault in data, or one thing that is lacking; its id is stable from run to run.",
    "一条发现：数据缺陷或缺失的依据；编号在多次运行间不变。",
    [
        Column("finding", "text", "hash of rule, subject and place", "编号"),
        _SITE,
        Column("severity", "text", "error, warning or note", "级别"),
        Column("rule", "text", "rule that it breaks", "规则"),
        Column("subject", "text", "meter, stream, file, figure", "对象"),
        Column("place", "text", "file, sheet, row or interval", "位置"),
        Column(
            "numbers", "text", "JSON of the numbers that the text of the rule names", "数值（JSON）"
        ),
        Column("remedy", "text", "what to do, in English; the rule holds the Chinese", "处置建议"),
    ],
    ["site", "finding"],
)
