"""The tables of a plan over years: whole small units, rounded once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from celadon.plan.microgrid.money import fen
from celadon.plan.years.planning import YearsPlan
from celadon.tables import Column, Schema, declare

_DESIGN = Column("design", "text", "design", "设计")

MICROGRID_STAGE = declare(
    "microgrid_stage",
    "A capacity in a stage of the years: what is bought, what has been bought, what is left of it.",
    "分阶段容量：新增、累计与有效容量。",
    [
        _DESIGN,
        Column("block", "text", "component and capacity", "设备与容量"),
        Column("begins", "bigint", "first year of the stage", "阶段首年"),
        Column("ends", "bigint", "last year of it", "阶段末年"),
        Column("unit", "text", "W, Wh or g", "单位"),
        Column("bought", "bigint", "bought as the stage begins", "新增"),
        Column("standing", "bigint", "bought until then", "累计"),
        Column("effective", "bigint", "left of it, as a mean of the stage", "有效容量均值"),
    ],
    ["design", "block", "begins"],
)

MICROGRID_YEAR = declare(
    "microgrid_year",
    "A part of what a year costs; each purchase is paid in level amounts over its life.",
    "逐年费用构成；投资按寿命等额分摊。",
    [
        _DESIGN,
        Column("year", "bigint", "year", "年份"),
        Column(
            "part", "text", "running (at prices of its year), a capacity, or investment", "费用项"
        ),
        Column("value", "bigint", "not discounted", "未折现金额", unit="fen"),
    ],
    ["design", "year", "part"],
)

RUNNING, MEAN = "running", "running, mean of the stage"
"""What a part of running is called: at the prices of its year, or as the mean of its stage."""

INVESTED = "invested"
"""The part that tells what is paid out for investments, which the capacities' parts spread."""


def years_tables(name: str, plan: YearsPlan) -> list[tuple[Schema, pa.Table]]:
    """Capacities by stage, and costs by year."""
    return [
        (MICROGRID_STAGE, MICROGRID_STAGE.from_rows(_stages(name, plan))),
        (MICROGRID_YEAR, MICROGRID_YEAR.from_rows(_years(name, plan))),
    ]


def _stages(name: str, plan: YearsPlan) -> Iterator[dict[str, Any]]:
    units = {"MW": "W", "MWh": "Wh", "t": "g"}
    for unit in plan.units:
        block = unit.size.block
        for each in plan.stages:
            amounts = {
                "bought": each.bought[block], "standing": each.standing[block],
                "effective": each.effective[block],
            }  # fmt: skip
            yield {
                "design": name, "block": block, "begins": each.stage.begins,
                "ends": each.stage.ends, "unit": units[unit.size.unit],
                **{key: round(amount * 1e6) for key, amount in amounts.items()},
            }  # fmt: skip


def _years(name: str, plan: YearsPlan) -> Iterator[dict[str, Any]]:
    first = plan.outlook.years.first
    for staged in plan.stages:
        for year in range(staged.stage.begins, staged.stage.ends + 1):
            at = year - first
            within = year - staged.stage.begins
            parts = {
                f"{MEAN if part in staged.means else RUNNING}: {part}": float(cost[within])
                for part, cost in staged.yearly.items()
            }
            parts |= {block: float(paid[at]) for block, paid in plan.capacity_costs.items()}
            parts[INVESTED] = float(plan.invested[at])
            for part, cost in parts.items():
                yield {"design": name, "year": year, "part": part, "value": fen(cost)}
