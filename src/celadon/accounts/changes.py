"""What changed between two accounts, and why: activity, factor, method, contracts, boundary, data.

Two accounts of one period (before and after a correction, by two editions, as known then and now)
or of two periods month by month. For every stream, month and measure the change is parted so that
the parts add to it exactly:

* *activity*: the change of the amount at the earlier ratio;
* *parameter*: what is left, for a factor, a heat value or a composition changed;
* *method*: the same where the method is another, and a line that only one of two methods writes;
* *green power*: in the market view, what contracts cover more or less of what was bought;
* *boundary*: a stream that only one of the two sites declares;
* *coverage*: a figure that is there in one and empty in the other, of a stream that both declare.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.engine import Engine
from celadon.records.period import Period
from celadon.tables import Column, declare

_PARTS = {
    "activity": "活动量影响", "parameter": "参数影响", "method": "方法影响",
    "green_power": "绿电及合同影响", "boundary": "边界影响", "coverage": "覆盖影响",
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

ITEM_SIDE = declare(
    "item_side",
    "Which streams and products each of two accounts knows, and of which it lacks a figure.",
    "两个账户各自包含的物流与产品，以及留空者。",
    [
        Column("site", "text", "site", "厂区"),
        Column("stream", "text", "stream or product", "物流或产品"),
        Column("known_before", "bigint", "1 if the earlier knows it", "前者包含为 1"),
        Column("known_after", "bigint", "1 if the later knows it", "后者包含为 1"),
        Column("lacks_before", "bigint", "1 if the earlier lacks a figure of it", "前者留空为 1"),
        Column("lacks_after", "bigint", "1 if the later lacks a figure of it", "后者留空为 1"),
    ],
    ["site", "stream"],
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


@dataclass(frozen=True, slots=True)
class Items:
    """What one of two accounts knows beside its leaves.

    Parameters
    ----------
    declared : streams, products and outlets that its site declares.
    lacking : of those, what a figure was left empty of.
    """

    declared: Collection[str] = ()
    lacking: Collection[str] = ()


def account_changes(
    engine: Engine, before: pa.Table, after: pa.Table, period: Period,
    earlier: Period | None = None, items: tuple[Items, Items] = (Items(), Items()),
) -> pa.Table:  # fmt: skip
    """The table ``account_change`` of two tables of leaves.

    Parameters
    ----------
    period : period of ``after``.
    earlier : period of ``before``, where it is another; then months are matched in their order.
    items : what each of the two knows beside its leaves; then all leaves are of one site.
    """
    sides = [
        _side(leaves, name, first)
        for leaves, name, first in (
            (before, "before", (earlier or period).from_day),
            (after, "after", period.from_day),
        )
    ]
    engine.load(LEAF_SIDE, pa.concat_tables(sides))
    engine.load(ITEM_SIDE, ITEM_SIDE.from_rows(_known(before, after, items)))
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


def known_sides(changes: pa.Table, account: str, measure: str) -> tuple[bool, bool]:
    """Whether anything of a measure is known before, and after: what is not is no zero."""
    mask = pc.and_(pc.equal(changes["account"], account), pc.equal(changes["measure"], measure))
    rows = changes.filter(mask)
    before, after = (rows[name].null_count < len(rows) for name in ("before", "after"))
    return before, after


def _known(
    before: pa.Table, after: pa.Table, items: tuple[Items, Items]
) -> Iterator[dict[str, Any]]:
    """The rows of ``item_side`` of all that either account has a leaf of."""
    of_leaves = [
        set(zip(side["site"].to_pylist(), side["stream"].to_pylist(), strict=True))
        for side in (before, after)
    ]
    for site, stream in sorted(of_leaves[0] | of_leaves[1]):
        declared = stream.partition(".")[0]  # an outlet's leaves name what it lets out too
        row: dict[str, Any] = {"site": site, "stream": stream}
        for name, leaves, told in zip(("before", "after"), of_leaves, items, strict=True):
            row[f"known_{name}"] = int((site, stream) in leaves or declared in told.declared)
            row[f"lacks_{name}"] = int(declared in told.lacking)
        yield row


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
