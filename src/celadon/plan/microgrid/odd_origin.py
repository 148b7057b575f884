"""What a plan owes to not asking where stored power is from: told in MWh, and as the other share.

Where no store tells its origin, what stores lose counts as use of green power, and what they export
as green export. That is the owner's reading. The careful one: as much of what was charged as the
sun and wind of the step could give was green, and what of it was lost was used by nobody.
"""

from __future__ import annotations

import numpy as np

from celadon.plan.components.battery import Battery
from celadon.plan.components.draft import CONSUMED, SELF_USED
from celadon.plan.components.grid import Grid
from celadon.plan.components.origin import FOLLOWED
from celadon.plan.components.renewable import Renewable
from celadon.plan.microgrid.plan import Plan
from celadon.records.finding import Finding

_NOTHING = 1e-3
"""MWh a year that are none."""

_KEPT = 1e-6
"""Of one; a share so near to its limit keeps it."""


def origin_findings(plan: Plan, name: str) -> list[Finding]:
    """For each rule on green power used, what it comes to if what stores lose is no use.

    Parameters
    ----------
    name : id of the design.
    """
    design = plan.design
    stores = [each for each in design.components if isinstance(each, Battery)]
    if not stores or any(each.origin in FOLLOWED for each in stores):
        return []
    lost, green, sold = _stored(plan, stores)
    found = []
    for kept in plan.rules:
        if kept.rule.measure.counted != SELF_USED or kept.share is None or lost < _NOTHING:
            continue
        whole = plan.total(kept.rule.denominator)
        if kept.rule.denominator == CONSUMED:
            whole -= lost
        otherwise = max(0.0, plan.total(SELF_USED) - green) / whole if whole > 0 else 0.0
        is_kept = otherwise >= kept.rule.limit - _KEPT
        told = {
            "lost": f"{lost:,.1f}", "green": f"{green:,.1f}", "sold": f"{sold:,.1f}",
            "share": f"{100 * kept.share:.2f}", "otherwise": f"{100 * otherwise:.2f}",
            "asked": f"{100 * kept.rule.limit:.2f}",
        }  # fmt: skip
        rule = "origin_in_favour" if is_kept else "origin_decides"
        found.append(Finding(name, rule, kept.rule.name, "origin", told))
    return found


def _stored(plan: Plan, stores: list[Battery]) -> tuple[float, float, float]:
    """MWh of the year: lost in stores, green at most of it, and exported out of stores."""
    flows, hours = plan.flows, plan.design.horizon.hours
    none = np.zeros(plan.design.horizon.count)
    into = sum((flows[each.block("charge")] for each in stores), none)
    out = sum((flows[each.block("discharge")] for each in stores), none)
    made, exported = none, none
    for each in plan.design.components:
        if isinstance(each, Renewable):
            made = made + flows[each.block("output")]
        if isinstance(each, Grid):
            exported = exported + flows[each.block("export")]
    lost = max(0.0, float((into - out).sum()) * hours)
    charged = float(into.sum()) * hours
    could_be = float(np.minimum(into, made).sum()) * hours
    green = lost * could_be / charged if charged > 0 else 0.0
    sold = float(np.minimum((exported - made).clip(0.0), out).sum()) * hours
    return lost, green, sold
