"""What a connection costs by its capacity, and what a MW more of it would save."""

from __future__ import annotations

from celadon.plan.components.grid import Grid
from celadon.plan.components.nearby_consumption import CLAUSE, FEE, LETTER
from celadon.plan.microgrid.plan import Plan
from celadon.records.finding import Finding


def connection_price(plan: Plan, grid: Grid) -> float:
    """kCNY a year that the flows would save with one MW more connected; the cost not counted.

    Where the capacity is chosen between its limits, it is what a MW costs.
    """
    rows = (grid.block("import by connection"), grid.block("export by connection"))
    return max(0.0, -sum(float(plan.solution.price(row).sum()) for row in rows))


def connection_findings(plan: Plan, design: str) -> list[Finding]:
    """The fee by capacity, with its letter, and the price of what is connected.

    Parameters
    ----------
    design : id of the design, for its findings.
    """
    found = []
    for grid in plan.design.components:
        if not isinstance(grid, Grid) or grid.nearby_consumption is None:
            continue
        size = plan.sizes[grid.block("connection")]
        told = {
            "fee": f"{plan.costs[FEE] * 1000:,.0f}", "size": f"{size:,.3f}",
            "monthly": f"{grid.nearby_consumption.monthly:,.2f}",
            "price": f"{connection_price(plan, grid) * 1000:,.0f}",
            "clause": CLAUSE, "letter": LETTER,
        }  # fmt: skip
        found.append(Finding(design, "fee_is_draft", grid.id, "nearby_consumption", told))
    return found
