"""Whether the bills of a plan are what the plan paid, month by month."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.tariff_terms import TariffTerms, tariff_terms, tariffs_of
from celadon.plan.microgrid.billing import PlanBill, plan_bills
from celadon.plan.microgrid.plan import Plan
from celadon.records.finding import Finding

AGREE = 0.01
"""CNY a month by which plan and bill may differ before a line is rounded."""


def bill_findings(plan: Plan, design: str) -> list[Finding]:
    """What the bills of a plan come to beside the plan, and why where they differ.

    Parameters
    ----------
    design : id of the design, for its findings.
    """
    found = []
    for grid in plan.design.components:
        if isinstance(grid, Grid) and grid.tariff:
            found += _of_grid(plan, grid, design)
    return found


def _of_grid(plan: Plan, grid: Grid, design: str) -> list[Finding]:
    bills = plan_bills(plan.design, grid, plan.sizes, plan.flows)
    paid = months_paid(plan, grid)
    apart = np.array([float(each.exact) - cny for each, cny in zip(bills, paid, strict=True)])
    total = f"{sum(each.bill.total for each in bills) / 100:,.2f}"
    told = {"total": total, "months": len(bills), "apart": f"{np.abs(apart).max():.4f}"}
    mixed = mixed_findings(bills, plan.design.horizon, grid.id, design)
    if np.abs(apart).max() <= AGREE:
        return [Finding(design, "bills_agree", grid.id, "accounts.bill", told), *mixed]
    granted = _discounted(plan, grid, bills)
    if granted:
        told = {"total": total, "months": granted, "less": f"{-apart.sum():,.2f}"}
        return [Finding(design, "discount_not_planned", grid.id, "accounts.bill", told), *mixed]
    return [Finding(design, "bills_apart", grid.id, "accounts.bill", told), *mixed]


def mixed_findings(
    bills: Sequence[PlanBill], horizon: Horizon, grid: str, design: str
) -> list[Finding]:
    """What stands in steps that a tariff sees in two bands: bill and plan split it alike."""
    mixed = [each.bill.drawn.mixed for each in bills]
    energy = sum(each.amount for each in mixed)
    minutes = round(horizon.hours * 60)
    found = []
    if energy:
        told = {
            "energy": f"{energy / 1e6:,.3f}", "minutes": minutes,
            "less": f"{float(sum(each.less for each in mixed)):,.2f}",
            "more": f"{float(sum(each.more for each in mixed)):,.2f}",
        }  # fmt: skip
        found.append(Finding(design, "steps_in_two_bands", grid, "tariff", told))
    steps = sum(each.bill.drawn.coincident_mixed for each in bills)
    if steps:
        told = {"steps": str(steps), "minutes": minutes}
        found.append(Finding(design, "steps_partly_coincident", grid, "tariff", told))
    return found


def _discounted(plan: Plan, grid: Grid, bills: list[PlanBill]) -> int:
    """Months in which the bill grants what the plan could not."""
    without = plan_bills(plan.design, grid, plan.sizes, plan.flows, linear=True)
    return sum(one.exact != other.exact for one, other in zip(bills, without, strict=True))


def months_paid(plan: Plan, grid: Grid) -> Floats:
    """CNY of each month that the plan itself counts for a connection under its tariffs."""
    horizon = plan.design.horizon
    tariffs = tariffs_of(grid.tariff, plan.design.tariffs, grid.id)
    terms = tariff_terms(tariffs, horizon, grid.basis, grid.id)
    bought, sold = (plan.flows[grid.block(way)] for way in ("import", "export"))
    paid = terms.price * bought
    if "export_price" not in grid.model_fields_set:
        paid = paid - terms.export_price * sold
    months = len(horizon.months)
    kcny: Floats = np.bincount(horizon.month, paid * horizon.hours, months).astype(np.float64)
    if terms.tiers:
        adds = np.array([tier.adds for tier in terms.tiers]) * _block(plan, grid, "above tier")
        kcny += np.bincount([tier.month for tier in terms.tiers], adds, months)
    return 1000 * (kcny + _demand(plan, grid, terms))


def _demand(plan: Plan, grid: Grid, terms: TariffTerms) -> Floats:
    """kCNY of the second part, from the blocks of the programme."""
    if grid.basis is None:
        return np.zeros(len(plan.design.horizon.months))
    if grid.basis == "capacity":
        given = grid.capacity_kva
        capacity = plan.sizes[grid.block("connection")] if given is None else float(given) / 1000
        paid: Floats = terms.demand_price * capacity
    elif grid.basis == "contract":
        over = terms.overrun_times * _block(plan, grid, "overrun")
        paid = terms.demand_price * (_block(plan, grid, "contract") + over)
    else:
        paid = terms.demand_price * _block(plan, grid, "billed" if terms.ratchet else "peak")
    if len(terms.coincident):
        paid = paid + terms.coincident_price * _block(plan, grid, "coincident")
    return paid


def _block(plan: Plan, grid: Grid, name: str) -> Floats:
    return plan.solution.value(grid.block(name))
