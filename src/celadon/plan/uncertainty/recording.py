"""What was found of scenarios and draws as tables: every number rounded once to its small unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pyarrow as pa

from celadon.exact import quantise, round_half_even
from celadon.plan.microgrid.money import fen
from celadon.plan.microgrid.recording import SMALL
from celadon.plan.microgrid.tables import MICROGRID_SIZE
from celadon.plan.uncertainty.break_even import BreakEven
from celadon.plan.uncertainty.living import PAYBACK, Lived
from celadon.plan.uncertainty.planning import ScenarioPlan
from celadon.plan.uncertainty.regret import STOCHASTIC, Worth
from celadon.plan.uncertainty.sensitivity import Swing
from celadon.plan.uncertainty.tables import (
    MICROGRID_ALTERNATIVE,
    MICROGRID_BREAK_EVEN,
    MICROGRID_DRAW,
    MICROGRID_DRAWN,
    MICROGRID_PERCENTILE,
    MICROGRID_SCENARIO,
    MICROGRID_SENSITIVITY,
    MICROGRID_SENSITIVITY_SIZE,
)
from celadon.tables import Schema


def scenario_tables(
    design: str, plan: ScenarioPlan, worth: Worth | None
) -> list[tuple[Schema, pa.Table]]:
    """Capacities, scenarios and the other designs, each with its schema."""
    return [
        (MICROGRID_SIZE, _sizes(design, plan)),
        (MICROGRID_SCENARIO, _scenarios(design, plan, worth)),
        (MICROGRID_ALTERNATIVE, _alternatives(design, plan, worth)),
    ]


def ppm(share: float) -> int:
    """A share or multiplier in millionths."""
    return round_half_even(Fraction(share) * 10**6)


def some_fen(kcny: float | None) -> int | None:
    """An amount in fen; None where there is none, or it has no end."""
    return None if kcny is None or not np.isfinite(kcny) else fen(kcny)


def _sizes(design: str, plan: ScenarioPlan) -> pa.Table:
    charged = {size.block: 0.0 for size in plan.stack.built.sizes}
    for part in plan.stack.parts:
        values = part.values(plan.solution.values)
        for block in charged:
            cost, offset = part.built.program.charges[block]
            charged[block] += part.probability * (float(cost @ values) + offset)
    return MICROGRID_SIZE.from_rows(
        {
            "design": design,
            "block": size.block,
            "count": quantise(Fraction(plan.sizes[size.block]), 6),
            "unit": SMALL[size.unit],
            "annual": fen(charged[size.block]),
        }
        for size in plan.stack.built.sizes
    )


def _scenarios(design: str, plan: ScenarioPlan, worth: Worth | None) -> pa.Table:
    best: Mapping[str, float] = worth.best if worth else {}
    return MICROGRID_SCENARIO.from_rows(
        {
            "design": design,
            "scenario": each.id,
            "probability": ppm(each.probability),
            "cost": fen(plan.costs[each.id]),
            "best": some_fen(best.get(each.id)),
        }
        for each in plan.scenarios
    )


def _alternatives(design: str, plan: ScenarioPlan, worth: Worth | None) -> pa.Table:
    if worth is None:
        return MICROGRID_ALTERNATIVE.from_rows([])
    designs: Sequence[tuple[str, Mapping[str, float | None]]] = [
        (STOCHASTIC, dict(plan.costs)),
        *((each.name, each.costs) for each in worth.alternatives),
    ]
    rows = []
    for name, costs in designs:
        regret = worth.regret(costs)
        rows += [
            {"design": design, "alternative": name, "scenario": scenario, "cost": some_fen(cost),
             "regret": some_fen(regret[scenario])}
            for scenario, cost in costs.items()
        ]  # fmt: skip
    return MICROGRID_ALTERNATIVE.from_rows(rows)


def lived_tables(design: str, lived: Lived) -> list[tuple[Schema, pa.Table]]:
    """Draws, what was drawn, and percentiles, each with its schema."""
    return [
        (MICROGRID_DRAW, MICROGRID_DRAW.from_rows(_draws(design, lived))),
        (MICROGRID_DRAWN, MICROGRID_DRAWN.from_rows(
            {"design": design, "draw": number, "what": what, "times": ppm(times)}
            for number, row in enumerate(lived.times.tolist(), start=1)
            for what, times in zip(lived.what, row, strict=True)
        )),
        (MICROGRID_PERCENTILE, MICROGRID_PERCENTILE.from_rows(
            {"design": design, "measure": measure, "rank": ppm(each.rank),
             "value": _small(measure, each.value), "low": _small(measure, each.low),
             "high": _small(measure, each.high)}
            for measure in lived.measures for each in lived.percentiles(measure)
        )),
    ]  # fmt: skip


def _draws(design: str, lived: Lived) -> list[dict[str, str | int | None]]:
    savings, paybacks = lived.savings, lived.paybacks
    return [
        {
            "design": design, "draw": n + 1,
            "least": some_fen(float(lived.system.low[n])),
            "most": some_fen(float(lived.system.high[n])),
            "saving": None if savings is None else some_fen(float(savings[n])),
            "payback": None if paybacks is None else _small(PAYBACK, float(paybacks[n])),
        }
        for n in range(len(lived.times))
    ]  # fmt: skip


def _small(measure: str, value: float | None) -> int | None:
    """A measure in its small unit: fen, or thousandths of a year."""
    if measure != PAYBACK:
        return some_fen(value)
    return None if value is None or not np.isfinite(value) else quantise(Fraction(value), 3)


def swing_tables(design: str, swings: Sequence[Swing]) -> list[tuple[Schema, pa.Table]]:
    """Costs and capacities at every multiplier, each with its schema."""
    answers = [answer for swing in swings for answer in swing.answers]
    return [
        (MICROGRID_SENSITIVITY, MICROGRID_SENSITIVITY.from_rows(
            {"design": design, "what": each.what, "times": ppm(each.times),
             "status": each.why.status if each.why else "planned", "cost": some_fen(each.cost)}
            for each in answers
        )),
        (MICROGRID_SENSITIVITY_SIZE, MICROGRID_SENSITIVITY_SIZE.from_rows(
            {"design": design, "what": each.what, "times": ppm(each.times), "block": block,
             "count": quantise(Fraction(size), 6), "unit": SMALL[each.units[block]]}
            for each in answers for block, size in each.sizes.items()
        )),
    ]  # fmt: skip


def break_even_table(design: str, found: BreakEven) -> tuple[Schema, pa.Table]:
    """The changes that were found, with their schema."""
    return MICROGRID_BREAK_EVEN, MICROGRID_BREAK_EVEN.from_rows(
        {"design": design, "what": found.what, "until": found.until, "low": ppm(each.low),
         "high": ppm(each.high), "holds_below": each.holds_below} for each in found.changes
    )  # fmt: skip
