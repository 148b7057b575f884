"""What was found in a dispatch, and its tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.billing import plan_bills
from celadon.plan.microgrid.money import parts_in_fen
from celadon.plan.microgrid.plan import Plan
from celadon.plan.operation.dispatching import Dispatched
from celadon.plan.operation.tables import MICROGRID_DISPATCH, MICROGRID_DISPATCH_COST
from celadon.records.finding import Finding
from celadon.tables import Schema

_LEFT = 1e-6
"""MW, MWh or t; less is rounding."""

_ABOVE = 1.01
"""A peak above the plan's by more than a hundredth is told."""


def findings_of(name: str, plan: Plan, done: Dispatched) -> list[Finding]:
    """What a dispatch could not keep, and where it differs from its plan."""
    horizon = done.standing.design.horizon
    stamps = np.datetime_as_string(horizon.stamps(), unit="m")
    found = []
    for bus, left in done.left.items():
        for rule, amount in (("dispatch_unserved", left), ("dispatch_surplus", -left)):
            steps = np.flatnonzero(amount > _LEFT)
            if steps.size:
                told = {
                    "energy": f"{amount[steps].sum() * horizon.hours:,.3f}", "steps": len(steps),
                    "most": f"{amount.max():,.3f}",
                }  # fmt: skip
                first = str(stamps[steps[0]]).replace("T", " ")
                found.append(Finding(name, rule, bus, first, told))
    for rule_name, short_of in done.lost.items():
        if short_of > _LEFT:
            told = {"amount": f"{short_of:,.1f}"}
            found.append(Finding(name, "dispatch_rule_lost", rule_name, str(stamps[-1])[:10], told))
    for block, least in done.standing.keep.items():
        short = least - float(done.flows[block][-1])
        if short > _LEFT:
            told = {"short": f"{short:,.3f}"}
            found.append(Finding(name, "dispatch_ended_low", block, name, told))
    found += _peaks_above(name, plan, done)
    plans = -(-horizon.count // round(done.rolling.every / horizon.hours))
    for rule, windows in (
        ("dispatch_strayed", done.strayed),
        ("dispatch_stood_back", done.stood_back),
    ):
        if windows:
            told = {"windows": windows, "plans": plans}
            found.append(Finding(name, rule, name, done.rolling.forecast, told))
    return found


def peaks_of(done: Dispatched) -> dict[str, Floats]:
    """The highest power drawn in each billing month, MW, by connection."""
    horizon = done.standing.design.horizon
    found = {}
    for each in done.standing.design.components:
        if isinstance(each, Grid):
            peaks = np.zeros(len(horizon.months))
            np.maximum.at(peaks, horizon.month, done.flows[each.block("import")] * each.peak_ratio)
            found[each.id] = peaks
    return found


@dataclass(frozen=True, slots=True)
class BillsOfRun:
    """The bills of a connection as it was run, and those of its plan, in 0.01 CNY.

    Attributes
    ----------
    discount : what the bills grant a well-used capacity, on which no plan counts.
    """

    total: int
    planned: int
    months: tuple[tuple[str, int], ...]
    discount: int


def bills_of(plan: Plan, done: Dispatched) -> dict[str, BillsOfRun]:
    """By connection under a tariff, what :mod:`celadon.accounts.bill` charges."""
    standing = done.standing
    found = {}
    for each in standing.design.components:
        if not (isinstance(each, Grid) and each.tariff):
            continue
        bills, linear = (
            plan_bills(standing.design, each, standing.sizes, done.flows, linear=way)
            for way in (False, True)
        )
        planned_grid = next(e for e in plan.design.components if e.id == each.id)
        assert isinstance(planned_grid, Grid)  # noqa: S101  the same file declares both
        meant = plan_bills(plan.design, planned_grid, plan.sizes, plan.flows)
        total = sum(bill.bill.total for bill in bills)
        found[each.id] = BillsOfRun(
            total, sum(bill.bill.total for bill in meant),
            tuple((bill.month, bill.bill.total) for bill in bills),
            sum(bill.bill.total for bill in linear) - total,
        )  # fmt: skip
    return found


def _peaks_above(name: str, plan: Plan, done: Dispatched) -> list[Finding]:
    found = []
    months = done.standing.design.horizon.months
    planned_month = plan.design.horizon.month
    for each in done.standing.design.components:
        if not isinstance(each, Grid):
            continue
        planned = np.zeros(len(plan.design.horizon.months))
        drawn = plan.flows[each.block("import")] * each.peak_ratio
        np.maximum.at(planned, planned_month, drawn)
        above = [
            (peak - meant, month, peak, meant)
            for month, peak, meant in zip(months, peaks_of(done)[each.id], planned, strict=False)
            if peak > meant * _ABOVE + _LEFT
        ]
        if above:
            _, month, peak, meant = max(above)
            told = {"months": len(above), "peak": f"{peak:,.3f}", "planned": f"{meant:,.3f}"}
            found.append(Finding(name, "dispatch_peak_above_plan", each.id, month, told))
    return found


def dispatch_tables(name: str, done: Dispatched) -> list[tuple[Schema, pa.Table]]:
    """Flows, contents, what stayed unserved, and the cost by part."""
    parts = parts_in_fen(done.costs).items()
    costs = MICROGRID_DISPATCH_COST.from_rows(
        {"design": name, "part": part, "value": value} for part, value in parts
    )
    return [(MICROGRID_DISPATCH, _flows(name, done)), (MICROGRID_DISPATCH_COST, costs)]


def _flows(name: str, done: Dispatched) -> pa.Table:
    stamps = done.standing.design.horizon.stamps().astype("datetime64[us]")
    columns = {**done.flows, **{f"unserved {bus}": flow for bus, flow in done.left.items()}}
    tanks = {each.id for each in done.standing.design.components if each.kind == "hydrogen_store"}
    names = sorted(columns)
    units = [_unit(each, tanks) for each in names]
    places = pa.array(np.repeat(np.arange(len(names)), len(stamps)))
    table = pa.table({
        "design": pa.array([name] * (len(stamps) * len(names)), pa.string()),
        "block": pa.array(names, pa.string()).take(places),
        "ts": pa.array(np.tile(stamps, len(names)), pa.timestamp("us")),
        "count": np.concatenate([np.rint(columns[n] * 1e6).astype(np.int64) for n in names]),
        "unit": pa.array(units, pa.string()).take(places),
    })  # fmt: skip
    return MICROGRID_DISPATCH.check(table.cast(MICROGRID_DISPATCH.arrow()))


def _unit(block: str, tanks: set[str]) -> str:
    if block.endswith(".content"):
        return "g" if block.partition(".")[0] in tanks else "Wh"
    return "g/h" if block == "unserved hydrogen" else "W"
