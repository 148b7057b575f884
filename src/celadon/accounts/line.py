"""Lines: what the leaves of an account will be, before the amounts are counted.

A line says which stream, which days, which place and sign, and the exact ratio from small units of
activity to small units of the measure. SQL multiplies and rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa

from celadon.accounts.parameters import Parameter
from celadon.accounts.values import stretch_text
from celadon.errors import Fault, TableError
from celadon.exact import is_storable
from celadon.records.period import Period
from celadon.tables import Column, declare

LINE = declare(
    "line",
    "A leaf before its activity is counted.",
    "尚未计入活动量的账户行。",
    [
        Column("leaf", "text", "id", "编号"),
        Column("site", "text", "site", "厂区"),
        Column("unit", "text", "place it is booked to", "工序单元"),
        Column("stream", "text", "stream or product", "物流或产品"),
        Column("carrier", "text", "carrier", "品种"),
        Column("month", "date", "first day of the month", "月份"),
        Column("from_day", "date", "first local day", "起始日"),
        Column("to_day", "date", "day after the last", "截止日（不含）"),
        Column("account", "text", "account", "账户"),
        Column("measure", "text", "measure", "计量"),
        Column("scope", "text", "scope", "范围"),
        Column("method", "text", "method", "方法"),
        Column("clause", "text", "clause", "条款"),
        Column("sign", "bigint", "+1 or -1", "符号"),
        Column("num", "bigint", "numerator", "分子"),
        Column("den", "bigint", "denominator", "分母"),
        Column("confidence", "text", "lowest letter", "可信度", nullable=True),
        Column("method_confidence", "text", "letter of its equation", "公式可信度", nullable=True),
    ],
    ["site", "leaf"],
)

SEGMENT = declare(
    "segment",
    "A stretch of days of a stream over which its amount is summed.",
    "物流活动量的汇总时段。",
    [
        Column("site", "text", "site", "厂区"),
        Column("stream", "text", "stream or product", "物流或产品"),
        Column("from_day", "date", "first local day", "起始日"),
        Column("to_day", "date", "day after the last", "截止日（不含）"),
        Column("given", "bigint", "amount that monthly rows give; empty for metered streams", "月度数据给出的量", nullable=True),
        Column("given_estimated", "bigint", "part of it that is estimated", "其中估计"),
        Column("given_missing", "bigint", "time without monthly rows", "缺失时长", unit="s"),
    ],
    ["site", "stream", "from_day", "to_day"],
)  # fmt: skip

STREAM_METER = declare(
    "stream_meter",
    "A meter that gives a stream's activity.",
    "提供物流活动量的计量器具。",
    [
        Column("site", "text", "site", "厂区"),
        Column("stream", "text", "stream or product", "物流或产品"),
        Column("meter", "text", "meter", "计量器具"),
        Column("weight", "bigint", "+1, or -1 where the meter is subtracted", "权重"),
    ],
    ["site", "stream", "meter"],
)

STREAM_AMOUNT = declare(
    "stream_amount",
    "What a stream moved in a stretch of days, in small units.",
    "物流在一段时间内的活动量。",
    [
        Column("site", "text", "site", "厂区"),
        Column("stream", "text", "stream or product", "物流或产品"),
        Column("from_day", "date", "first local day", "起始日"),
        Column("to_day", "date", "day after the last", "截止日（不含）"),
        Column("count", "bigint", "amount", "活动量"),
        Column("estimated", "bigint", "part that is estimated", "其中估计"),
        Column("seconds_missing", "bigint", "meter time without any value", "缺失时长", unit="s"),
    ],
    ["site", "stream", "from_day", "to_day"],
)


@dataclass(frozen=True, slots=True)
class Line:
    """One leaf to be: where it is booked, what it counts, and the ratio with its parameters."""

    site: str
    unit: str
    stream: str
    carrier: str
    period: Period
    account: str
    measure: str
    scope: str
    method: str
    clause: str
    sign: int
    ratio: Fraction
    parameters: Sequence[Parameter] = ()
    method_confidence: str | None = None

    @property
    def leaf(self) -> str:
        """Readable and unique within the site; names the month, or the days of a part of one."""
        when = stretch_text(self.period)
        short = {"calorific_value": "cal", "equivalent_value": "eqv"}.get(
            self.measure, self.measure
        )
        return f"{self.account}/{self.unit}/{self.stream}/{self.scope}/{short}/{when}"

    @property
    def confidence(self) -> str | None:
        """The lowest letter among its parameters; None if all are the site's own."""
        return max((p.confidence for p in self.parameters if p.confidence), default=None)

    def row(self) -> dict[str, Any]:
        """As a row of the table ``line``."""
        return {
            "leaf": self.leaf, "site": self.site, "unit": self.unit, "stream": self.stream,
            "carrier": self.carrier, "month": self.period.from_day.replace(day=1),
            "from_day": self.period.from_day, "to_day": self.period.to_day,
            "account": self.account, "measure": self.measure, "scope": self.scope,
            "method": self.method, "clause": self.clause, "sign": self.sign,
            "num": self.ratio.numerator, "den": self.ratio.denominator,
            "confidence": self.confidence, "method_confidence": self.method_confidence,
        }  # fmt: skip


def line_table(lines: Iterable[Line]) -> pa.Table:
    """Lines as the table ``line``.

    Raises
    ------
    TableError
        If a ratio does not fit 64-bit integers or two lines share an id.
    """
    return LINE.from_rows(line_rows(lines))


def line_rows(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as rows, in their order.

    Raises
    ------
    TableError
        If a ratio does not fit 64-bit integers or two lines share an id.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        key = (line.site, line.leaf)
        if key in rows or not is_storable(line.ratio):
            found = "the same leaf twice" if key in rows else f"the ratio {line.ratio}"
            rule = "a leaf is unique and its ratio fits 64-bit integers"
            fault = Fault(
                (line.site, line.leaf), found, rule, "report this: the method is at fault"
            )
            raise TableError("The lines of an account are at fault", [fault])
        rows[key] = line.row()
    return list(rows.values())
