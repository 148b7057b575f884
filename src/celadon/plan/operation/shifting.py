"""Moving load between hours, for a plant as it stands: the best schedule, and what it saves.

What is metered is billed as it was, by :mod:`celadon.accounts.bill`; the best schedule within the
limits given is found by a linear programme under the same tariff, proved, and billed again. The
saving is the difference of two bills, to 0.01 CNY; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from celadon.errors import Fault, InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.components.demand import Demand
from celadon.plan.components.flexible_load import ShiftableLoad
from celadon.plan.components.grid import Grid
from celadon.plan.components.movable_load import MovableLoad
from celadon.plan.microgrid.billing import PlanBill, plan_bills
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.money import fen
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.replay.replay import Replay, replay

_FED_IN = "fed in as metered"
_ROUNDING = 1e-6
Movable = MovableLoad | ShiftableLoad


@dataclass(frozen=True, slots=True)
class Alone:
    """What moving one load alone would save in the year.

    Attributes
    ----------
    saved : of the bills, 0.01 CNY; ``moving`` what moving itself costs.
    moved : MWh drawn in another hour than before.
    power : MW that can be moved at most.
    """

    load: str
    saved: int
    moving: int
    moved: float
    power: float

    @property
    def net(self) -> int:
        """What remains of the saving, in 0.01 CNY."""
        return self.saved - self.moving


@dataclass(frozen=True, eq=False)
class Shifted:
    """A plant as it stands, beside its best schedule.

    Attributes
    ----------
    design : the load, the connection and what can be moved, and nothing else.
    left_out : components of the file that were not looked at.
    before, after : the bills, month by month.
    load : MW drawn by the plant as metered, less what it made itself.
    check : the schedule run again by plain arithmetic.
    alone : what each load would save alone, the best first.
    """

    design: Design
    grid: Grid
    loads: tuple[Movable, ...]
    left_out: tuple[str, ...]
    load: Floats
    plan: Plan
    before: tuple[PlanBill, ...]
    after: tuple[PlanBill, ...]
    check: Replay
    alone: tuple[Alone, ...]

    @cached_property
    def moves(self) -> Mapping[str, Floats]:
        """By load, MW drawn in addition in each step; below zero what is taken out."""
        return {each.id: _move(self.plan, each) for each in self.loads}

    @property
    def saved(self) -> int:
        """What the bills of the year are less, in 0.01 CNY."""
        return _total(self.before) - _total(self.after)

    @property
    def moving(self) -> int:
        """What moving costs, in 0.01 CNY."""
        return fen(self.plan.costs.get("moving", 0.0))

    @property
    def net(self) -> int:
        """What remains of the saving, in 0.01 CNY."""
        return self.saved - self.moving

    def by_hour(self) -> list[tuple[float, float, float]]:
        """By hour of the day: MWh of the year as metered, taken out, and drawn in addition."""
        horizon = self.design.horizon
        hour = (np.arange(horizon.count) * horizon.hours % 24).astype(np.int64)
        sums = [
            np.bincount(hour, flow * horizon.hours, 24)
            for flow in (
                self.load,
                sum((-move.clip(max=0) for move in self.moves.values()), 0 * self.load),
                sum((move.clip(min=0) for move in self.moves.values()), 0 * self.load),
            )
        ]
        return [(float(a), float(b), float(c)) for a, b, c in zip(*sums, strict=True)]

    def by_band(self) -> dict[str, tuple[int, int, int, int]]:
        """By band: Wh before and after, and what is charged for its energy, in 0.01 CNY."""
        found: dict[str, list[int]] = {}
        for offset, bills in ((0, self.before), (1, self.after)):
            for each in bills:
                for band, amount in each.bill.drawn.by_band.items():
                    found.setdefault(band, [0] * 4)[offset] += int(amount)
                for line in each.bill.lines:
                    if line.part == "energy" and line.band:
                        found.setdefault(line.band, [0] * 4)[2 + offset] += line.amount
        return {band: (a, b, c, d) for band, (a, b, c, d) in found.items()}

    def by_part(self) -> dict[str, tuple[int, int]]:
        """By part of the bill: before and after, in 0.01 CNY."""
        parts = {
            line.part: None for each in (*self.before, *self.after) for line in each.bill.lines
        }
        return {
            part: (
                sum(each.bill.part(part) for each in self.before),
                sum(each.bill.part(part) for each in self.after),
            )
            for part in parts
        }


def shift_loads(design: Design) -> Shifted:
    """The best schedule of the loads that can be moved, under the tariff of the connection.

    Parameters
    ----------
    design : with demands of power, one connection with a tariff, and ``movable_load`` or
        ``shiftable_load``; all else is left out, for the plant is looked at as its meter saw it.

    Raises
    ------
    InputError
        If there is no connection with a tariff, nothing to move, or the load as metered breaks a
        limit of the connection.
    """
    grid, loads = _parts(design)
    stands, load = _as_it_stands(design, grid, loads)
    _refuse_limits(design, grid, load)
    sold = (-load).clip(min=0.0)
    flows = {grid.block("import"): load.clip(min=0.0), grid.block("export"): sold}
    before = tuple(plan_bills(stands, _grid_of(stands), {}, flows))
    plan, after = _best(stands)
    ranked = _ranked(stands, loads, before) if len(loads) > 1 else [
        _alone(loads[0], plan, stands, before, after)]  # fmt: skip
    kept = {each.id for each in stands.components}
    return Shifted(
        stands, _grid_of(stands), loads,
        tuple(each.id for each in design.components if each.id not in kept), load, plan, before,
        after, replay(stands, {}, plan.flows),
        tuple(sorted(ranked, key=lambda each: -each.net)),
    )  # fmt: skip


def _parts(design: Design) -> tuple[Grid, tuple[Movable, ...]]:
    grids = [each for each in design.components if isinstance(each, Grid)]
    loads = tuple(each for each in design.components if isinstance(each, Movable))
    faults = []
    if len(grids) != 1:
        faults.append(Fault(("grid",), f"{len(grids)} connections",
                            "one connection, whose bill is looked at",
                            "declare one [[grid]]"))  # fmt: skip
    elif not grids[0].tariff:
        faults.append(Fault((grids[0].id, "tariff"), "prices by the hour",
                            "a tariff, by which the plant is billed before and after",
                            "give tariff in place of price (docs/microgrid.md)"))  # fmt: skip
    elif grids[0].basis in ("capacity", "contract") and grids[0].capacity_kva is None:
        faults.append(Fault((grids[0].id, "capacity_kva"), "nothing",
                            "the capacity that stands: none is chosen here",
                            "give it, in kVA"))  # fmt: skip
    if not loads:
        faults.append(Fault(("movable_load",), "nothing that can be moved",
                            "the MW that can be moved, and within which hours",
                            "declare [[movable_load]], or give --move and --within"))  # fmt: skip
    if faults:
        raise InputError("No load can be shifted", faults)
    return grids[0], loads


def _as_it_stands(design: Design, grid: Grid, loads: Sequence[Movable]) -> tuple[Design, Floats]:
    """The plant as its meter saw it: demands, the connection without decisions, what can move."""
    horizon = design.horizon
    load = np.zeros(horizon.count)
    kept: list[Component] = []
    for each in design.components:
        if isinstance(each, Demand) and each.bus == "power":
            kept.append(each)
            load = load + _profile(design, each.series)
        elif isinstance(each, ShiftableLoad):
            load = load + _profile(design, each.series)
    series = {**design.series, _FED_IN: (-load).clip(min=0.0)}
    changed = {"connection": None, "connection_at_most": None, "export_at_most": _FED_IN}
    # one net flow: what is fed in today may become less, and no more
    kept = [*kept, grid.model_copy(update=changed), *loads]
    stands = replace(design, components=kept, series=series, rules=(), carbon_price=0.0)
    return stands, load


def _refuse_limits(design: Design, grid: Grid, load: Floats) -> None:
    if grid.import_at_most is None:
        return
    over = load - _profile(design, grid.import_at_most)
    if over.max() > _ROUNDING:
        at = str(design.horizon.stamps()[int(over.argmax())]).replace("T", " ")
        fault = Fault(
            (grid.id, "import_at_most", at), f"{load[int(over.argmax())]:g} MW as metered",
            f"at most {load[int(over.argmax())] - over.max():g} MW",
            "correct the limit, or the readings",
        )  # fmt: skip
        raise InputError("The load as metered breaks the limit of its connection", [fault])


def _best(stands: Design) -> tuple[Plan, tuple[PlanBill, ...]]:
    plan = plan_design(stands)
    if not isinstance(plan, Plan):
        fault = Fault(("schedule",), plan.status, "windows in which what is owed can be drawn",
                      "look at at_most of the loads, and at the limits of the "
                      "connection")  # fmt: skip
        raise InputError("The loads cannot be scheduled", [fault])
    grid = _grid_of(stands)
    return plan, tuple(plan_bills(stands, grid, {}, plan.flows))


def _ranked(stands: Design, loads: Sequence[Movable], before: Sequence[PlanBill]) -> list[Alone]:
    """Each load moved alone, the others as metered."""
    found = []
    for one in loads:
        others: list[Component] = []
        for each in stands.components:
            if isinstance(each, ShiftableLoad) and each is not one:
                others.append(Demand(id=each.id, series=each.series))
            elif not isinstance(each, MovableLoad) or each is one:
                others.append(each)
        design = replace(stands, components=others)
        plan, after = _best(design)
        found.append(_alone(one, plan, design, before, after))
    return found


def _alone(
    one: Movable, plan: Plan, design: Design, before: Sequence[PlanBill], after: Sequence[PlanBill]
) -> Alone:
    asked = _profile(design, one.series)
    most = np.minimum(_profile(design, one.at_most), asked) if isinstance(one, MovableLoad) else (
        asked)  # fmt: skip
    return Alone(
        one.id, _total(before) - _total(after), fen(plan.costs.get("moving", 0.0)),
        float((-_move(plan, one)).clip(min=0.0).sum()) * design.horizon.hours,
        float(most.max(initial=0.0)),
    )  # fmt: skip


def _move(plan: Plan, load: Movable) -> Floats:
    if isinstance(load, MovableLoad):
        return plan.flows[load.block("into")] - plan.flows[load.block("out")]
    return plan.flows[load.block("drawn")] - _profile(plan.design, load.series)


def _profile(design: Design, given: float | str) -> Floats:
    if isinstance(given, str):
        return design.series[given]
    return np.full(design.horizon.count, float(given))


def _grid_of(design: Design) -> Grid:
    (grid,) = (each for each in design.components if isinstance(each, Grid))
    return grid


def _total(bills: Sequence[PlanBill]) -> int:
    return sum(each.bill.total for each in bills)
