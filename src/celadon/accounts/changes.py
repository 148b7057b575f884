"""What changed between two accounts, and why: activity, parameter, method, boundary, coverage.

Two accounts of one period (before and after a correction, by two editions, as known then and now)
or of two periods month by month. For every stream, month and measure the change is parted so that
the parts add to it exactly:

* *activity*: the change of the amount at the earlier ratio;
* *method*: what is left where the method is another;
* *parameter*: what is left otherwise, for a factor, a heat value or a composition changed;
* *boundary*: a stream that only one of the two knows at all;
* *coverage*: a figure that is there in one and empty in the other, of a stream that both know.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from celadon.engine import Engine
from celadon.records.period import Period
from celadon.tables import Column, declare

_PARTS = {
    "activity": "活动量影响", "parameter": "参数影响", "method": "方法影响",
    "boundary": "边界影响", "coverage": "覆盖影响",
}  # fmt: skip

CAUSES = tuple(_PARTS)
"""Why a figure changed, in the order in which a waterfall shows it."""

_KEY = [
    Column("site", "text", "site", "厂区"),
    Column("account", "text", "account", "账户"),
    Column("measure", "text", "measure", "计量"),
    Column("unit", "text", "place it is booked to", "工序单元"),
    Column("stream", "text", "stream or product", "物流或产品"),
    Column("scope", "text", "scope", "范围"),
    Column("slot", "bigint", "months from the first of the period", "月序"),
]

_DAY, _CLOCK_CHANGE = 86_400, 3_600

LEAF_SIDE = declare(
    "leaf_side",
    "The leaves of two accounts that are compared.",
    "进行对比的两个账户的行。",
    [
        *_KEY,
        Column("leaf", "text", "leaf", "行编号"),
        Column("side", "text", "before or after", "前后"),
        Column("method", "text", "method", "方法"),
        Column("count", "bigint", "activity; empty if unknown", "活动量", nullable=True),
        Column("num", "bigint", "numerator", "分子"),
        Column("den", "bigint", "denominator", "分母"),
        Column("value", "bigint", "value; empty if unknown", "值", nullable=True),
    ],
    ["side", "site", "leaf"],
)

ACCOUNT_CHANGE = declare(
    "account_change",
    "What changed between two accounts by stream and month, parted by cause without a rest.",
    "两个账户之间按物流、月份的变化及原因分解，各部分之和等于变化。",
    [
        *_KEY,
        Column("before", "bigint", "earlier value; empty without one", "变化前", nullable=True),
        Column("after", "bigint", "later value; empty without one", "变化后", nullable=True),
        *(Column(f"by_{cause}", "bigint", f"part by {cause}", zh) for cause, zh in _PARTS.items()),
    ],
    ["site", "account", "measure", "unit", "stream", "scope", "slot"],
)  # fmt: skip


def account_changes(
    engine: Engine, before: pa.Table, after: pa.Table, period: Period, earlier: Period | None = None
) -> pa.Table:
    """The table ``account_change`` of two tables of leaves.

    Parameters
    ----------
    period : period of ``after``.
    earlier : period of ``before``, where it is another; then months are matched in their order.
    """
    sides = [
        _side(leaves, name, first)
        for leaves, name, first in (
            (before, "before", (earlier or period).from_day),
            (after, "after", period.from_day),
        )
    ]
    engine.load(LEAF_SIDE, pa.concat_tables(sides))
    engine.define("celadon.accounts", ACCOUNT_CHANGE)
    return engine.fetch(ACCOUNT_CHANGE)


def waterfall(
    changes: pa.Table, account: str, measure: str, site: str | None = None
) -> dict[str, int]:
    """The whole change of a measure: ``before``, each cause, and ``after``; zeros without rows."""
    mask = pc.and_(pc.equal(changes["account"], account), pc.equal(changes["measure"], measure))
    if site is not None:
        mask = pc.and_(mask, pc.equal(changes["site"], site))
    rows = changes.filter(mask)
    names = ("before", *(f"by_{cause}" for cause in CAUSES), "after")
    return {name.removeprefix("by_"): pc.sum(rows[name], min_count=0).as_py() for name in names}


def _side(leaves: pa.Table, name: str, first: dt.date) -> pa.Table:
    months = leaves["month"]
    slot = pc.add(
        pc.multiply(pc.subtract(pc.year(months), first.year), 12),
        pc.subtract(pc.month(months), first.month),
    )
    columns = {
        column: leaves[column] for column in LEAF_SIDE.names if column in leaves.column_names
    }
    unknown = _stands_for_nothing(leaves)
    columns |= {
        name: pc.if_else(unknown, pa.scalar(None, pa.int64()), leaves[name])
        for name in ("count", "value")
    }
    columns |= {
        "slot": pc.cast(slot, pa.int64()),
        "side": pa.array([name] * len(leaves), pa.string()),
    }
    return pa.table([columns[column] for column in LEAF_SIDE.names], schema=LEAF_SIDE.arrow())


def _stands_for_nothing(leaves: pa.Table) -> pa.ChunkedArray:
    """Which leaves stand for nothing but time without a value: their nought is no amount.

    A month in which the clock goes forward is an hour shorter than its days.
    """
    days = pc.days_between(leaves["from_day"], leaves["to_day"])
    whole = pc.subtract(pc.multiply(days, _DAY), _CLOCK_CHANGE)
    missing = leaves["seconds_missing"]
    nothing = pc.and_(pc.equal(leaves["count"], 0), pc.equal(leaves["value"], 0))
    return pc.and_(nothing, pc.and_(pc.greater(missing, 0), pc.greater_equal(missing, whole)))
