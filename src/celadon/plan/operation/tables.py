"""The tables that a dispatch leaves: whole small units, rounded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from celadon.accounts.bill.demand import BASES
from celadon.exact import quantise, round_half_even
from celadon.plan.operation.demand_advice import DemandAdvice
from celadon.tables import Column, declare

_DESIGN = Column("design", "text", "design", "设计")

MICROGRID_DISPATCH = declare(
    "microgrid_dispatch",
    "A flow or the content of a store in each step as it was run, and what stayed unserved.",
    "滚动调度各时段的功率或储量，以及未满足的负荷。",
    [
        _DESIGN,
        Column("block", "text", "component and flow", "设备与流量"),
        Column(
            "ts", "timestamp", "start of the step, local standard time", "时段起点（当地标准时）"
        ),
        Column(
            "count", "bigint", "mean power of the step, or content at its end", "平均功率或末储量"
        ),
        Column("unit", "text", "W; Wh or g for contents; g/h for hydrogen unserved", "单位"),
    ],
    ["design", "block", "ts"],
)

MICROGRID_DISPATCH_COST = declare(
    "microgrid_dispatch_cost",
    "A part of what a dispatch cost; the capacities are paid in any case and not in it.",
    "滚动调度的运行成本构成；不含容量成本。",
    [
        _DESIGN,
        Column("part", "text", "part of the cost", "成本项"),
        Column("value", "bigint", "cost; below zero if earned", "成本，收入为负", unit="fen"),
    ],
    ["design", "part"],
)

_KW = "0.001 kW"
_FEN = "fen"

MICROGRID_DEMAND_ADVICE = declare(
    "microgrid_demand_advice",
    "The demand to declare for a month to come, and what each basis is expected to cost.",
    "各月应申报需量与各计费方式的预期费用。",
    [
        Column("supply", "text", "supply; empty without a site", "受电点，无厂区时为空"),
        Column("month", "text", "month to come", "月份"),
        Column("contract", "bigint", "demand to declare", "应申报需量", unit=_KW, nullable=True),
        Column("peak_least", "bigint", "lowest peak of the ways", "最低需量", unit=_KW),
        Column("peak_mean", "bigint", "mean peak", "平均需量", unit=_KW),
        Column("peak_most", "bigint", "highest peak", "最高需量", unit=_KW),
        Column("overrun", "bigint", "share of the ways that overrun", "超需量可能", unit="1e-6"),
        Column("capacity_cost", "bigint", "by capacity", "按容量", unit=_FEN, nullable=True),
        Column("contract_cost", "bigint", "by the demand declared", "按合同需量", unit=_FEN,
               nullable=True),
        Column("measured_cost", "bigint", "by the measured demand", "按实际需量", unit=_FEN,
               nullable=True),
        Column("basis", "text", "basis advised for the quarter", "建议的计费方式"),
    ],
    ["supply", "month"],
)  # fmt: skip


def demand_table(found: Sequence[tuple[str, DemandAdvice]]) -> pa.Table:
    """Advice by supply as rows."""
    return MICROGRID_DEMAND_ADVICE.from_rows(
        row for supply, advice in found for row in _demand_rows(supply, advice)
    )


def _demand_rows(supply: str, advice: DemandAdvice) -> Iterator[dict[str, Any]]:
    bases = {each.quarter: each.basis for each in advice.quarters}
    for each in advice.months:
        costs = {
            f"{basis}_cost": None if cost is None else round_half_even(cost)
            for basis in BASES
            for cost in [each.expected.get(basis)]
        }
        least, mean, most = (quantise(kw, 3) for kw in each.peak)
        yield {
            "supply": supply, "month": str(each.month),
            "contract": None if each.contract is None else quantise(each.contract, 3),
            "peak_least": least, "peak_mean": mean, "peak_most": most,
            "overrun": quantise(each.overrun, 6), "basis": bases.get(each.quarter, ""), **costs,
        }  # fmt: skip
