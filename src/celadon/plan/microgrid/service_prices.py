"""What security of supply costs: the growth of the yearly cost by one more point of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from celadon.plan.components.security import CriticalLoad, Reserve
from celadon.plan.microgrid.plan import Plan
from celadon.records.finding import Finding


def service_prices(plan: Plan) -> Mapping[str, float]:
    """kCNY a year for one point more of each reserve or critical load, by id.

    A point of a reserve is one per cent of the load that it is a share of; a point of a critical
    load is one per cent of it. Prices of rows are those of a small change.
    """
    found = {}
    horizon, series = plan.design.horizon, plan.design.series
    for each in plan.design.components:
        if isinstance(each, Reserve):
            load, row = each.load, each.block("reserve")
        elif isinstance(each, CriticalLoad):
            load, row = each.series, each.block("critical")
        else:
            continue
        asked = series[load] if isinstance(load, str) else np.full(horizon.count, load)
        found[each.id] = float(plan.solution.price(row) @ asked) / 100
    return found


def service_findings(plan: Plan, design: str) -> list[Finding]:
    """The prices, told to a reader.

    Parameters
    ----------
    design : id of the design, for its findings.
    """
    return [
        Finding(design, "service_price", name, "plan", {"point": f"{price * 1000:,.0f}"})
        for name, price in service_prices(plan).items()
    ]
