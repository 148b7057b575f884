"""A plan as tables: every number rounded once to its small unit, money to fen."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa

from celadon.exact import quantise, round_half_even
from celadon.plan.components.running import COUNTED
from celadon.plan.microgrid.money import fen, parts_in_fen
from celadon.plan.microgrid.plan import Plan, RuleKept
from celadon.plan.microgrid.tables import (
    MICROGRID_COST,
    MICROGRID_FLOW,
    MICROGRID_ORIGIN,
    MICROGRID_PEAK,
    MICROGRID_RULE,
    MICROGRID_SIZE,
)
from celadon.tables import Schema

SMALL = {"MW": "W", "MWh": "Wh", "t": "g"}
"""The small unit of each unit of the model; a million make one."""

_CONTENTS = (".content", " content")


def plan_tables(design: str, plan: Plan, *, flows: bool = True) -> list[tuple[Schema, pa.Table]]:
    """Sizes, costs, peaks, rules and flows of a plan, each with its schema.

    Parameters
    ----------
    flows : whether the flows of every step are wanted, which come last and are most of the bytes.
    """
    return [
        (MICROGRID_SIZE, _sizes(design, plan)),
        (MICROGRID_COST, _costs(design, plan)),
        (MICROGRID_PEAK, _peaks(design, plan)),
        (MICROGRID_RULE, MICROGRID_RULE.from_rows(_rule(design, kept) for kept in plan.rules)),
        (MICROGRID_ORIGIN, _origin(design, plan)),
        *([(MICROGRID_FLOW, _flows(design, plan))] if flows else ()),
    ]


def whole_cost(plan: Plan) -> int:
    """The yearly cost as a record, in fen: the sum of its rounded parts."""
    return sum(parts_in_fen(plan.costs).values())


def _sizes(design: str, plan: Plan) -> pa.Table:
    costs = parts_in_fen(plan.costs)
    return MICROGRID_SIZE.from_rows(
        {
            "design": design,
            "block": size.block,
            "count": _small(plan.value(size.block)),
            "unit": SMALL[size.unit],
            "annual": costs[size.block],
        }
        for size in plan.built.sizes
    )


def _costs(design: str, plan: Plan) -> pa.Table:
    parts = parts_in_fen(plan.costs).items()
    return MICROGRID_COST.from_rows(
        {"design": design, "part": name, "value": value} for name, value in parts
    )


def _peaks(design: str, plan: Plan) -> pa.Table:
    months = plan.design.horizon.months
    return MICROGRID_PEAK.from_rows(
        {"design": design, "block": block, "month": month, "count": _small(peak)}
        for block, of_grid in plan.peaks.items()
        for month, peak in zip(months, of_grid.tolist(), strict=True)
    )


def _rule(design: str, kept: RuleKept) -> dict[str, str | int | None]:
    rule = kept.rule
    size = 1000 if rule.denominator == "none" else 10**6
    value = None if kept.share is None else round_half_even(Fraction(kept.share) * size)
    return {
        "design": design, "rule": rule.name, "kind": rule.kind, "denominator": rule.denominator,
        "side": "at_least" if rule.measure.at_least else "at_most",
        "limit": round_half_even(Fraction(rule.limit) * size), "value": value,
        "outcome": "cannot_tell" if value is None else "yes",
        "point": fen(kept.point), "clause": rule.clause, "source": rule.source,
        "confidence": rule.confidence,
    }  # fmt: skip


def _origin(design: str, plan: Plan) -> pa.Table:
    account = plan.origin
    return MICROGRID_ORIGIN.from_rows(
        {"design": design, "part": part, "count": _small(energy), "method": account.method}
        for part, energy in account.energy.items()
    )


def _flows(design: str, plan: Plan) -> pa.Table:
    stamps = plan.design.horizon.stamps().astype("datetime64[us]")
    count, names = len(stamps), sorted(plan.flows)
    grams = {size.block.partition(".")[0] for size in plan.built.sizes if size.unit == "t"}
    units = ["1" if name.endswith(COUNTED) else "W" if not name.endswith(_CONTENTS) else
             "g" if name.partition(".")[0] in grams else "Wh" for name in names]  # fmt: skip
    sizes = [1.0 if unit == "1" else 1e6 for unit in units]
    numbers = np.concatenate(
        [np.rint(plan.flows[n] * s).astype(np.int64) for n, s in zip(names, sizes, strict=True)]
    )
    places = pa.array(np.repeat(np.arange(len(names)), count))
    table = pa.table(
        {
            "design": pa.array([design] * (count * len(names)), pa.string()),
            "block": pa.array(names).take(places),
            "ts": pa.array(np.tile(stamps, len(names)), pa.timestamp("us")),
            "count": numbers,
            "unit": pa.array(units).take(places),
        }
    )
    return MICROGRID_FLOW.check(table.cast(MICROGRID_FLOW.arrow()))


def _small(amount: float) -> int:
    return quantise(Fraction(amount), 6)
