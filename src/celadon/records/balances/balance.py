"""Meters against meters: what a parent passed, what its children passed, and what lies between.

The difference is a loss, or what no child meters: it is shown, never forced to zero. Each level of
a tree of meters is balanced on its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import duckdb
import pyarrow as pa

from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.records.compiled import Compiled
from celadon.records.finding import Finding
from celadon.records.site import Meter, Site
from celadon.tables import Column, declare
from celadon.units import parse_unit

_PACKAGE = "celadon.records.balances"
_SITE = Column("site", "text", "site", "厂区")
_PARENT = Column("parent", "text", "meter that holds the others", "上级计量器具")
_FROM_DAY = Column("from_day", "date", "first local day", "起始日")
_TO_DAY = Column("to_day", "date", "day after the last local day", "截止日（不含）")

MOST_ESTIMATED = Fraction(10, 100)
"""Above this estimated share an amount is too uncertain to judge a balance by."""

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


@dataclass(frozen=True, slots=True)
class Balances:
    """The balances of a shard's families of meters, and the children that could not be compared."""

    families: pa.Table
    balances: pa.Table
    reconciled: pa.Table
    findings: tuple[Finding, ...]


def meter_balances(engine: Engine, compiled: Compiled, sites: Mapping[str, Site]) -> Balances:
    """Balance every parent meter of a shard against its children.

    Reads ``meter_day`` of the engine; leaves ``meter_family``, ``meter_balance`` and
    ``reconciled`` in it.

    Raises
    ------
    TableError
        If children together are too large for 64 bits in their small unit.
    """
    families, findings = meter_families(compiled, sites)
    engine.load(METER_FAMILY, families)
    if not families.num_rows:  # nothing to ask the database for
        nothing = METER_BALANCE.from_rows([]), RECONCILED.from_rows([])
        for schema, table in zip((METER_BALANCE, RECONCILED), nothing, strict=True):
            engine.load(schema, table)
        return Balances(families, *nothing, tuple(findings))
    try:
        engine.define(_PACKAGE, METER_BALANCE)
        engine.define(_PACKAGE, RECONCILED)
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        found = str(error).partition("\n")[0]
        rule = "amounts are integers of 64 bits of the carrier's small unit"
        remedy = "look for readings, a multiplier or a resolution that cannot be right"
        fault = Fault(("meter_balance",), found, rule, remedy)
        raise TableError("Meters together are too large to be counted", [fault]) from error
    return Balances(
        families, engine.fetch(METER_BALANCE), engine.fetch(RECONCILED), tuple(findings)
    )


def meter_families(compiled: Compiled, sites: Mapping[str, Site]) -> tuple[pa.Table, list[Finding]]:
    """The pairs of parent and child that can be compared; a finding for each that cannot."""
    if all(meter.parent is None for site in sites.values() for meter in site.meters):
        return METER_FAMILY.from_rows([]), []
    counted = {
        (row["site"], row["meter"]): (row["carrier"], row["per_count"])
        for row in compiled.meters.to_pylist()
    }
    rows: list[dict[str, str]] = []
    findings: list[Finding] = []
    for site in sites.values():
        meters = {meter.id: _Counted(meter, *counted[site.id, meter.id]) for meter in site.meters}
        for parent, child in _pairs(meters):
            why = _why_not(parent, child)
            if why:
                place = f"{parent.meter.id} › {child.meter.id}"
                finding = Finding(site.id, "family_mixed", child.meter.id, place, why)
                findings.append(finding)
            else:
                ids = {"site": site.id, "parent": parent.meter.id, "child": child.meter.id}
                rows.append(ids)
    return METER_FAMILY.from_rows(rows), findings


@dataclass(frozen=True, slots=True)
class _Counted:
    """A meter with what the compiled declaration counts it in."""

    meter: Meter
    carrier: str | None
    per_count: int

    @property
    def small_unit(self) -> tuple[str, Fraction]:
        """The dimension of its small unit and how large that is; alike if comparable."""
        unit = parse_unit(self.meter.measure)
        return unit.dimension, self.meter.count_size * unit.size / self.per_count


def _pairs(meters: Mapping[str, _Counted]) -> Iterator[tuple[_Counted, _Counted]]:
    for child in meters.values():
        if child.meter.parent is not None:
            yield meters[child.meter.parent], child


def _why_not(parent: _Counted, child: _Counted) -> dict[str, str]:
    """What keeps a child from being compared with its parent; empty if nothing does."""
    both: tuple[str, str]
    if "state" in (parent.meter.kind, child.meter.kind):
        both = (parent.meter.kind, child.meter.kind)
    elif parent.carrier and child.carrier and parent.carrier != child.carrier:
        both = (parent.carrier, child.carrier)
    elif parent.small_unit != child.small_unit:
        both = (parent.meter.measure, child.meter.measure)
    else:
        return {}
    return {"parent": parent.meter.id, "parent_is": both[0], "child_is": both[1]}
