"""Rolling dispatch: plan a window, do its first steps, see what came, plan again.

What is done meets the load that came, never the one that was thought of. Stores keep to their
plan; what was thought wrong is made good by the grid and the other machines. Batteries leave their
plan where a new peak of the month would come of it, all stores where something would else stay
unserved. All that is done is run again by plain arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from celadon.errors import Fault, InputError
from celadon.numerics.lp import Solution, solve
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.component import Component
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.design import Design
from celadon.plan.operation.forecast import FORECASTS, Forecast, announced, expected
from celadon.plan.operation.holding import held_back, is_needed, planned_of, room_below
from celadon.plan.operation.refusing import refuse
from celadon.plan.operation.rolling import Roller
from celadon.plan.operation.window import (
    OF_HYDROGEN,
    SHORT,
    Standing,
    State,
    Window,
    lost,
    rule_price,
    unserved_price,
    window,
)
from celadon.plan.replay.replay import Replay, replay

_LEFT = 1e-6
"""MW; less is rounding."""


@dataclass(frozen=True, slots=True)
class Rolling:
    """How a dispatch rolls.

    Attributes
    ----------
    hours : that each plan looks ahead.
    every : hours after which it is made anew.
    """

    hours: float = 48.0
    every: float = 24.0
    forecast: Forecast = "yesterday"


@dataclass(eq=False)
class Dispatched:
    """What was done, what it cost, and what it would have cost in hindsight.

    Attributes
    ----------
    flows : MW in each step, contents at its end.
    left : by bus, MW not served, and below zero what could not be taken.
    check : the arithmetic over all steps; its cost is what was paid.
    bound : kCNY; no way to run costs less, amounts lost at their price included.
    priced : by what was lost (a load, a rule, a store that ended low), kCNY at which it counts.
    strayed : windows in which stores had to leave their plan, as something stayed unserved else.
    stood_back : windows in which batteries left their plan, as they had set a new peak else.
    """

    standing: Standing
    rolling: Rolling
    opening: Mapping[str, float]
    flows: Mapping[str, Floats]
    left: Mapping[str, Floats]
    check: Replay
    bound: float
    gap: float
    hindsight: Solution
    priced: Mapping[str, float]
    strayed: int
    stood_back: int
    plans: int
    went_on: int
    lost: Mapping[str, float] = field(default_factory=dict)

    @property
    def cost(self) -> float:
        """What running cost, kCNY; the yearly cost of the capacities is not in it."""
        return sum(self.costs.values())

    @property
    def costs(self) -> Mapping[str, float]:
        """The parts of it."""
        paid = self.standing.sizes
        return {name: part for name, part in self.check.costs.items() if name not in paid}

    @property
    def regret(self) -> float:
        """What not knowing and looking ahead only so far cost at most, kCNY; never below zero."""
        return self.cost + sum(self.priced.values()) - self.bound

    @property
    def unserved(self) -> Mapping[str, float]:
        """MWh (t of hydrogen) not served, by bus; those of which there is any."""
        hours = self.standing.design.horizon.hours
        sums = {bus: float(flow.clip(0).sum()) * hours for bus, flow in self.left.items()}
        return {bus: amount for bus, amount in sums.items() if amount > _LEFT}


def dispatch(
    standing: Standing,
    rolling: Rolling,
    opening: Mapping[str, float],
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Dispatched:
    """Run a system through all steps of its series.

    Parameters
    ----------
    opening : contents of the stores before the first step, MWh or t by block.
    told : hears after every window how many of how many steps are done.

    Raises
    ------
    InputError
        If the window is longer than the data, a content is above its capacity, or a step cannot
        be run at all.
    """
    run = _Run(standing, rolling, dict(opening))
    refuse(standing, rolling.hours, rolling.every, run.state.contents)
    run.through(told)
    return run.ended(opening)


class _Run:
    """A run in progress."""

    def __init__(self, standing: Standing, rolling: Rolling, contents: dict[str, float]) -> None:
        design = standing.design
        self.standing, self.rolling = standing, rolling
        self.count = design.horizon.count
        self.ahead = round(rolling.hours / design.horizon.hours)
        self.step = round(rolling.every / design.horizon.hours)
        self.state = _begun(standing, contents)
        self.flows: dict[str, list[Floats]] = {}
        self.left: dict[str, list[Floats]] = {}
        self.strayed = self.stood_back = self.plans = 0
        self.planner, self.doer = Roller(), Roller()
        self.known = announced(design)

    def through(self, told: Callable[[int, int], None]) -> None:
        """All windows, one after the other."""
        starts = list(range(0, self.count, self.step))
        if len(starts) > 1 and self.count - starts[-1] == 1:  # a window has two steps at least
            starts.pop()
        for first, end in zip(starts, [*starts[1:], self.count], strict=True):
            stop = min(self.count, max(first + self.ahead, end))
            if self.rolling.forecast == "perfect":
                now = self._window(self._series(first, stop, stop), first, stop)
                found = self._solved(self.planner, now, first)
            else:
                now, found = self._planned_and_done(first, end, stop)
            self._do(now, found, first, end)
            told(end, self.count)

    def _planned_and_done(self, first: int, end: int, stop: int) -> tuple[Window, Solution]:
        """What is done until the next plan, and the window that it is read by."""
        if end - first == 1:  # the step at hand is measured: nothing is done before it is known
            return self._as_it_came(first, end, stop)
        plan = self._window(self._series(first, first, stop), first, stop)
        planned = self._solved(self.planner, plan, first)
        padded = max(end, min(first + 2, self.count))
        now = self._window(self._series(first, end, padded), first, padded)
        kept = {b: planned.value(b)[: padded - first] for b in self.state.contents}
        found = self._kept(now, kept)
        if found.status != "optimal" or _amiss(found, end - first):
            self.strayed += 1
            return self._as_it_came(first, end, stop)
        back = self._stood_back(now, plan, planned, found)
        if back:
            other = self._kept(now, {**kept, **back})
            if other.status == "optimal" and not _amiss(other, end - first):
                self.stood_back += 1
                found = other
        return now, found

    def _as_it_came(self, first: int, end: int, stop: int) -> tuple[Window, Solution]:
        """All stores free, with what came until ``end`` and what is thought of the rest.

        The window is seen to its end: stores made to lead back to their plan by the next one would
        be filled again at once, and set a new peak by that.
        """
        now = self._window(self._series(first, end, stop), first, stop)
        return now, self._solved(self.doer, now, first)

    def _kept(self, now: Window, contents: Mapping[str, Floats]) -> Solution:
        """The cheapest way to meet what came, with stores that hold given contents."""
        held = now.program
        lower, upper = held.lower.copy(), held.upper.copy()
        for block, path in contents.items():
            if block.endswith(".green.content"):  # follows what the sun really gave
                continue
            span = held.columns[block]
            lower[span] = upper[span] = np.clip(path, lower[span], upper[span])
        self.plans += 1
        return self.doer.solve(held.with_(lower=lower, upper=upper), now.built.exclusives)

    def _stood_back(
        self, now: Window, plan: Window, planned: Solution, found: Solution
    ) -> dict[str, Floats]:
        """The contents of batteries that set no new peak; empty where none comes."""
        grids = self.standing.grids_paid_by_peak
        batteries = [each for each in now.design.components if isinstance(each, Battery)]
        if not (grids and batteries):
            return {}
        peaks = {grid.id: _peaks_meant(plan, planned, grid) for grid in grids}
        flows = {name: found.value(name) for name in now.built.program.columns}
        room = room_below(now.design, grids, flows, peaks)
        if not is_needed(room):
            return {}
        sizes, hours = self.standing.sizes, now.design.horizon.hours
        doing = {each.block("content"): planned_of(each, sizes, hours, flows)
                 for each in batteries}  # fmt: skip
        return held_back(doing, {name: self.state.contents[name] for name in doing}, room, hours)

    def _series(self, first: int, seen: int, stop: int) -> dict[str, Floats]:
        """The truth up to a step, and what is thought of those after it."""
        back = round(FORECASTS[self.rolling.forecast] / self.standing.design.horizon.hours)
        found = {}
        for name, series in self.standing.design.series.items():
            if name in self.known or seen >= stop:
                found[name] = series[first:stop]
            else:
                later = expected(series, seen, stop, back)
                found[name] = np.concatenate([series[first:seen], later])
        return found

    def _window(self, series: Mapping[str, Floats], first: int, stop: int) -> Window:
        return window(self.standing, series, first, stop, self.state)

    def _solved(self, roller: Roller, now: Window, first: int) -> Solution:
        self.plans += 1
        found = roller.solve(now.program, now.built.exclusives)
        if found.status == "optimal":
            return found
        when = str(self.standing.design.horizon.stamps()[first]).replace("T", " ")
        fault = Fault(
            (f"window from {when}",), found.status, "flows that keep all limits of the machines",
            "look at least loads, holder levels and loads that are owed within a window",
        )  # fmt: skip
        raise InputError("A window cannot be run", [fault])

    def _do(self, now: Window, found: Solution, first: int, end: int) -> None:
        """Keep the first steps of an answer, and work out by arithmetic where they lead."""
        steps, state = end - first, self.state
        width = now.design.horizon.count
        flows = {
            name: found.value(name)[:steps]
            for name, span in now.built.program.columns.items()
            if span.stop - span.start == width and name not in self.standing.sizes
        }
        flows = {name: flow for name, flow in flows.items() if not name.endswith(".peak")}
        left = _left(found, steps)
        series = {name: each[first:end] for name, each in self.standing.design.series.items()}
        from_state = now.design
        months = from_state.horizon.month[:steps]
        design = replace(
            from_state, series=series, horizon=replace(from_state.horizon, month=months),
            components=[_unbilled(each) for each in from_state.components],
        )  # fmt: skip
        done = replay(design, self.standing.sizes, flows, state.contents, left)
        for name, amount in done.sums.items():
            state.sums[name] = state.sums.get(name, 0.0) + amount
        hours = design.horizon.hours
        for name, flow in flows.items():
            who, _, what = name.partition(".")
            if what in ("discharge", "given up"):
                state.through[who] = state.through.get(who, 0.0) + float(flow.sum()) * hours
            if name.endswith(".content"):
                state.contents[name] = max(0.0, float(flow[-1]))
        self._meter(flows, first, end)
        for kept, new in ((self.flows, flows), (self.left, left)):
            for name, flow in new.items():
                kept.setdefault(name, []).append(flow)

    def _meter(self, flows: Mapping[str, Floats], first: int, end: int) -> None:
        design = self.standing.design
        for each in design.components:
            if isinstance(each, Grid):
                month = design.horizon.month[first:end]
                bought = flows[each.block("import")]
                drawn = bought * each.peak_ratio
                np.maximum.at(self.state.peaks[each.id], month, drawn)
                terms = self.standing.terms.get(each.id)
                if terms is not None:
                    self.state.drawn[each.id] += np.bincount(
                        month, bought * design.horizon.hours, len(design.horizon.months)
                    )
                    at = terms.coincident[(terms.coincident >= first) & (terms.coincident < end)]
                    highest = self.state.coincident[each.id]
                    np.maximum.at(highest, design.horizon.month[at], drawn[at - first])

    def ended(self, opening: Mapping[str, float]) -> Dispatched:
        """What came of it, beside the best in hindsight."""
        standing = self.standing
        flows = {name: np.concatenate(parts) for name, parts in self.flows.items()}
        left = {bus: np.concatenate(parts) for bus, parts in self.left.items()}
        check = replay(standing.design, standing.sizes, flows, opening, left)
        begun = _begun(standing, dict(opening))
        unled = replace(standing, peaks_meant={})  # in hindsight nothing is meant: all is known
        whole = window(unled, standing.design.series, 0, self.count, begun)
        best = solve(whole.program)
        proof = best.proof
        broken, priced = self._priced(flows, left, check)
        return Dispatched(
            standing, self.rolling, opening, flows, left, check,
            proof.bound if proof else -np.inf, proof.gap if proof else np.inf, best, priced,
            self.strayed, self.stood_back, self.plans,
            self.planner.went_on + self.doer.went_on, broken,
        )  # fmt: skip

    def _priced(
        self, flows: Mapping[str, Floats], left: Mapping[str, Floats], check: Replay
    ) -> tuple[dict[str, float], dict[str, float]]:
        """What was lost of rules, and all that was lost at its price."""
        standing, priced, broken = self.standing, {}, {}
        for bus, flow in left.items():
            priced[bus] = float(np.abs(flow).sum()) * unserved_price(standing, bus)
        share = min(1.0, self.count / standing.year)
        for rule in standing.design.rules:
            broken[rule.name] = lost(rule, check.sums, share)
            priced[rule.name] = broken[rule.name] * rule_price(standing, rule)
        tanks = {each.id for each in standing.design.components if each.kind == "hydrogen_store"}
        for block, least in standing.keep.items():
            weight = OF_HYDROGEN if block.partition(".")[0] in tanks else 1.0
            priced[block] = max(0.0, least - float(flows[block][-1])) * SHORT * weight
        return broken, {name: amount for name, amount in priced.items() if amount > _LEFT}


def _peaks_meant(plan: Window, planned: Solution, grid: Grid) -> Floats:
    """MW by month of a window: what is metered or meant for the month, or the window plans."""
    (held,) = (e for e in plan.design.components if isinstance(e, Grid) and e.id == grid.id)
    horizon = plan.design.horizon
    peaks = np.zeros(len(horizon.months))
    peaks[: len(held.peak_so_far)] = held.peak_so_far
    np.maximum.at(peaks, horizon.month, planned.value(grid.block("import")) * grid.peak_ratio)
    return peaks


def _left(found: Solution, steps: int) -> dict[str, Floats]:
    """By bus, what stayed unserved less what could not be taken."""
    names = [name for name in found.program.columns if name.startswith("unserved ")]
    left = {}
    for name in names:
        bus = name.removeprefix("unserved ")
        left[bus] = (found.value(name) - found.value(f"spilled {bus}"))[:steps]
    return left


def _amiss(found: Solution, steps: int) -> bool:
    return any((np.abs(flow) > _LEFT).any() for flow in _left(found, steps).values())


def _begun(standing: Standing, contents: dict[str, float]) -> State:
    """What is known before the first step."""
    months = len(standing.design.horizon.months)
    return State(
        contents, _peaks(standing.design),
        drawn={who: np.zeros(months) for who in standing.terms},
        coincident={who: np.zeros(months) for who in standing.terms},
    )  # fmt: skip


def _unbilled(each: Component) -> Component:
    """A connection without its tariff: a window is no month, and has no bill of its own."""
    if isinstance(each, Grid) and each.tariff:
        without = {"tariff": (), "price": 0.0, "basis": None}
        return each.model_copy(update=without)
    return each


def _peaks(design: Design) -> dict[str, Floats]:
    """The peaks that are metered before the first step."""
    found = {}
    for each in design.components:
        if isinstance(each, Grid):
            months = len(design.horizon.months)
            found[each.id] = np.zeros(months)
            found[each.id][: len(each.peak_so_far)] = each.peak_so_far[:months]
    return found
