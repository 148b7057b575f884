"""The tables of a schedule of moved loads: whole small units, rounded once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from celadon.exact import quantise
from celadon.plan.microgrid.billing import PlanBill
from celadon.plan.operation.shifting import Shifted
from celadon.tables import Column, Schema, declare

_DESIGN = Column("design", "text", "design", "设计")

MICROGRID_SHIFT = declare(
    "microgrid_shift",
    "What a load that is moved draws more in a step, or less.",
    "可移峰负荷各时段的增减功率。",
    [
        _DESIGN,
        Column("load", "text", "load that is moved", "移动的负荷"),
        Column(
            "ts", "timestamp", "start of the step, local standard time", "时段起点（当地标准时）"
        ),
        Column("count", "bigint", "drawn more; below zero less", "增加的功率，减少为负", unit="W"),
    ],
    ["design", "load", "ts"],
)

MICROGRID_SHIFT_BILL = declare(
    "microgrid_shift_bill",
    "A line of the bill of a month, before and after loads are moved.",
    "移峰前后各月电费逐项对比。",
    [
        _DESIGN,
        Column("month", "text", "month", "月份"),
        Column("number", "bigint", "place in the bill", "序号"),
        Column("part", "text", "part of the bill", "电费组成"),
        Column("line", "text", "rate or charge", "电价项目"),
        Column("band", "text", "band of hours; empty for all", "时段，空为全部"),
        Column("unit", "text", "of the quantities", "数量单位"),
        Column("quantity_before", "bigint", "as metered", "移峰前数量", unit="0.001 of the unit"),
        Column("quantity_after", "bigint", "once moved", "移峰后数量", unit="0.001 of the unit"),
        Column("before", "bigint", "charged as metered", "移峰前金额", unit="fen"),
        Column("after", "bigint", "charged once moved", "移峰后金额", unit="fen"),
    ],
    ["design", "month", "number"],
)


def shift_tables(name: str, found: Shifted) -> list[tuple[Schema, pa.Table]]:
    """The schedule of each load, and the bills before and after line by line."""
    rows = MICROGRID_SHIFT_BILL.from_rows(
        row
        for before, after in zip(found.before, found.after, strict=True)
        for row in _lines(name, before, after)
    )
    return [(MICROGRID_SHIFT, _schedule(name, found)), (MICROGRID_SHIFT_BILL, rows)]


def _schedule(name: str, found: Shifted) -> pa.Table:
    stamps = found.design.horizon.stamps().astype("datetime64[us]")
    loads = sorted(found.moves)
    table = pa.table({
        "design": pa.array([name] * (len(stamps) * len(loads)), pa.string()),
        "load": pa.array(np.repeat(loads, len(stamps)), pa.string()),
        "ts": pa.array(np.tile(stamps, len(loads)), pa.timestamp("us")),
        "count": np.concatenate([
            np.rint(found.moves[each] * 1e6).astype(np.int64) for each in loads
        ]),
    })  # fmt: skip
    return MICROGRID_SHIFT.check(table.cast(MICROGRID_SHIFT.arrow()))


def _lines(name: str, before: PlanBill, after: PlanBill) -> Iterator[dict[str, Any]]:
    sides = [{(line.part, line.id, line.band): line for line in each.bill.lines}
             for each in (before, after)]  # fmt: skip
    for number, key in enumerate(dict.fromkeys([*sides[0], *sides[1]]), start=1):
        one, other = (side.get(key) for side in sides)
        known = one or other
        yield {
            "design": name, "month": before.month, "number": number, "part": key[0],
            "line": key[1], "band": key[2], "unit": known.unit if known else "",
            "quantity_before": quantise(one.quantity, 3) if one else 0,
            "quantity_after": quantise(other.quantity, 3) if other else 0,
            "before": one.amount if one else 0, "after": other.amount if other else 0,
        }  # fmt: skip
