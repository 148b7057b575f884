"""A window of steps of a system that stands: its programme, from what is known as it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from celadon.numerics.lp import Program
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.component import Component
from celadon.plan.components.draft import SELF_USED
from celadon.plan.components.flexible_load import InterruptibleLoad
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.tariff_terms import TariffTerms, tariff_terms, tariffs_of
from celadon.plan.microgrid.design import Built, Design, build
from celadon.plan.microgrid.rules import Rule
from celadon.plan.operation.folding import (
    Slack,
    opened_with,
    with_sizes,
    with_slack,
    without_single_rows,
)
from celadon.plan.operation.underway import Meant, Metered, peaks_in_sight, underway

UNSERVED = 100.0
"""kCNY/MWh (CNY/kWh) at which a load stays unserved, or a surplus without a way out, above what a
month's highest power costs: beyond all prices, so that it happens only where nothing else can."""

SHORT = 10.0
"""kCNY/MWh by which a store may end a window below what it should keep: beyond all prices too, yet
a load is served first."""

LEAST_PRICE = 0.01
"""kCNY per MWh or t by which a rule may be lost, above the price that it has in the plan: what a
rule is worth is known from the year, not from a window."""

OF_HYDROGEN = 100.0
"""A tonne of hydrogen weighs so many MWh in the prices above; it holds 33 and takes 55 to make."""


@dataclass(eq=False)
class State:
    """What is known of a system that runs, before a step.

    Attributes
    ----------
    contents : of stores by block, MWh or t.
    peaks : by connection, MW already metered, month by month of the year.
    sums : yearly sums so far, by the names of the tallies, MWh or t.
    through : by battery or interruptible load, MWh discharged or given up so far.
    drawn : by connection with a tariff, MWh metered in each month of the year.
    coincident : likewise, the highest MW metered in the coincident hours of each month.
    """

    contents: dict[str, float]
    peaks: dict[str, Floats]
    sums: dict[str, float] = field(default_factory=dict)
    through: dict[str, float] = field(default_factory=dict)
    drawn: dict[str, Floats] = field(default_factory=dict)
    coincident: dict[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Standing:
    """A system that stands, and what it is held to.

    Attributes
    ----------
    design : with the true series of the steps that it runs through.
    sizes : its capacities by block, MW, MWh or t.
    keep : what each store should hold at the end of a window, at least.
    rule_prices : what a MWh (or t) of each rule is worth in the plan, kCNY.
    year : how many steps a year has; budgets of a year are spent in proportion.
    meant : by connection with a tariff, what the plan draws in the months that are to come.
    peaks_meant : by connection, the peak that the plan means for each month, MW: up to it, drawing
        costs no more demand.
    """

    design: Design
    sizes: Mapping[str, float]
    keep: Mapping[str, float]
    rule_prices: Mapping[str, float]
    year: int
    meant: Mapping[str, Meant] = field(default_factory=dict)
    peaks_meant: Mapping[str, Floats] = field(default_factory=dict)

    @cached_property
    def terms(self) -> dict[str, TariffTerms]:
        """By connection, what its tariffs come to on all steps."""
        return {
            each.id: tariff_terms(
                tariffs_of(each.tariff, self.design.tariffs, each.id), self.design.horizon,
                each.basis, each.id,
            )
            for each in self.design.components
            if isinstance(each, Grid) and each.tariff
        }  # fmt: skip

    @cached_property
    def grids_paid_by_peak(self) -> list[Grid]:
        """The connections whose highest power of a month is paid for."""
        return [
            each for each in self.design.components
            if isinstance(each, Grid) and (
                each.demand_price or each.basis in ("contract", "measured")
            )
        ]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Window:
    """The programme of some steps, and how its answer is read."""

    design: Design
    built: Built
    program: Program


def window(
    standing: Standing, series: Mapping[str, Floats], first: int, stop: int, state: State
) -> Window:
    """The programme of the steps from ``first`` to ``stop``.

    Parameters
    ----------
    series : what is thought of these steps, one value each.
    """
    design = design_of(standing, series, first, stop, state)
    built = build(design)
    program = with_sizes(built.program, {s.block: standing.sizes[s.block] for s in built.sizes})
    steps = stop - first
    program = opened_with(program, state.contents, steps)
    program = _budgets(standing, program, design, stop, state)
    ends = {
        block: (least, SHORT * (OF_HYDROGEN if block in _tanks(built) else 1.0))
        for block, least in standing.keep.items()
    }
    program = with_slack(program, _slacks(standing, program, design), ends)
    return Window(design, built, without_single_rows(program))


def design_of(
    standing: Standing, series: Mapping[str, Floats], first: int, stop: int, state: State
) -> Design:
    """The design over some of its steps; peaks that are metered are spent.

    Under a tariff all months of the year stay in sight: an earlier peak may be billed again.
    """
    design = standing.design
    months, terms = design.horizon.month[first:stop], {}
    known, place = np.unique(months, return_inverse=True)
    if standing.terms:
        known, place = np.arange(len(design.horizon.months)), months
    horizon = Horizon(
        design.horizon.hours, place.astype(np.int64),
        tuple(design.horizon.months[month] for month in known),
    )  # fmt: skip
    components: list[Component] = []
    for each in design.components:
        if isinstance(each, Grid):
            peaks = state.peaks[each.id]
            if each.id in standing.peaks_meant:
                peaks = np.maximum(peaks, standing.peaks_meant[each.id])
            peaks = peaks[known]
            if each.id in standing.terms:
                whole = standing.terms[each.id]
                meant = standing.meant.get(each.id)
                terms[each.id] = underway(
                    whole,
                    design.horizon,
                    (first, stop),
                    Metered(state.drawn[each.id], state.coincident[each.id]),
                    meant,
                )
                peaks = peaks_in_sight(whole, peaks, int(months[-1]), meant)
            each = each.model_copy(update={"peak_so_far": tuple(peaks.tolist())})  # noqa: PLW2901
        components.append(each)
    return replace(design, horizon=horizon, series=series, components=components, terms=terms)


def behind(rule: Rule, sums: Mapping[str, float]) -> float:
    """What has been counted towards a rule less what it asks for, MWh; for a cap, t emitted."""
    counted = (
        sums.get("generated", 0.0) - sums.get("exported", 0.0)
        if rule.measure.counted == SELF_USED and SELF_USED not in sums
        else sums.get(rule.measure.counted, 0.0)
    )
    if rule.denominator == "none":
        return counted
    return counted - rule.limit * sums.get(rule.denominator, 0.0)


def lost(rule: Rule, sums: Mapping[str, float], share_of_year: float = 1.0) -> float:
    """By how much a rule is broken, MWh or t; zero where it is kept."""
    found = behind(rule, sums)
    if rule.denominator == "none":
        found -= rule.limit * share_of_year
    return max(0.0, -found if rule.measure.at_least else found)


def rule_price(standing: Standing, rule: Rule) -> float:
    """The price at which a rule may be lost: a little above what it is worth in the plan."""
    return 1.05 * standing.rule_prices.get(rule.name, 0.0) + LEAST_PRICE


def unserved_price(standing: Standing, bus: str) -> float:
    """kCNY at which a MW (t an hour) stays unserved for a step."""
    design = standing.design
    price = UNSERVED * design.horizon.hours * (OF_HYDROGEN if bus == "hydrogen" else 1.0)
    grids = [each for each in design.components if isinstance(each, Grid)]
    return price + max((_demand_price(standing, grid) for grid in grids), default=0.0)


def _demand_price(standing: Standing, grid: Grid) -> float:
    """The most that a MW more costs if a month's highest power is made of it, kCNY."""
    terms = standing.terms.get(grid.id)
    if terms is None:
        return grid.demand_price * grid.peak_ratio
    shares = np.zeros(len(terms.numbers))
    for _, earlier, share in terms.ratchet:
        shares[earlier] += share
    times = np.maximum(1.0, terms.overrun_times)
    dearest = (terms.demand_price * times).max() * (1 + shares.max(initial=0.0))
    return float(dearest + terms.coincident_price.max()) * grid.peak_ratio


def _budgets(
    standing: Standing, program: Program, design: Design, stop: int, state: State
) -> Program:
    """Sums so far on the bounds of the rules; budgets of a year in proportion to its steps."""
    low, high = program.row_lower.copy(), program.row_upper.copy()
    share = min(1.0, stop / standing.year)
    for rule in design.rules:
        row = program.rows[rule.name].start
        shift = behind(rule, state.sums)
        if rule.denominator == "none":
            shift += rule.limit * (1.0 - share)
        low[row] -= shift
        high[row] -= shift
    for each in design.components:
        if isinstance(each, Battery) and each.cycles_at_most is not None:
            row = program.rows[each.block("cycles")].start
            high[row] = max(0.0, high[row] * share - state.through.get(each.id, 0.0))
        if isinstance(each, InterruptibleLoad):
            row = program.rows[each.block("calls")].start
            high[row] = max(0.0, high[row] - state.through.get(each.id, 0.0))
    return program.with_(row_lower=low, row_upper=high)


def _slacks(standing: Standing, program: Program, design: Design) -> list[Slack]:
    """The ways in which balances and rules give way."""
    found = []
    for row in program.rows:
        bus, is_balance, _ = row.partition(" balance")
        if is_balance and "." not in row:
            price = unserved_price(standing, bus)
            found.append(Slack(f"unserved {bus}", row, 1.0, price))
            found.append(Slack(f"spilled {bus}", row, -1.0, price))
    for rule in design.rules:
        sign = 1.0 if rule.measure.at_least else -1.0
        found.append(Slack(f"lost {rule.name}", rule.name, sign, rule_price(standing, rule)))
    return found


def _tanks(built: Built) -> set[str]:
    """The contents that are counted in t."""
    return {f"{s.block.partition('.')[0]}.content" for s in built.sizes if s.unit == "t"}
