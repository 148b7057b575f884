"""The plan of all years together: what is bought in which stage, and how each stage runs.

One programme holds every stage. Its columns are the flows of each stage and what is bought in each;
what a stage has of a capacity is what is left of all that was bought until then. Money is level:
each purchase is paid in equal amounts over its life, so that what outlasts the years is not paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp import Program, Solution, solve
from celadon.numerics.lp.expression import Floats, Requirement
from celadon.numerics.lp.solving import chosen
from celadon.numerics.lp.stacking import Layer, NewColumns, NewRows, bordered, places, stacked
from celadon.plan.components.draft import Size
from celadon.plan.microgrid.apart import kept_apart
from celadon.plan.microgrid.counts import settle_counts
from celadon.plan.microgrid.design import Built, Design, Pair, build, is_in_wholes
from celadon.plan.microgrid.no_plan import NoPlan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.microgrid.proved import Proved
from celadon.plan.microgrid.whole_steps import whole_components
from celadon.plan.replay.replay import Replay, replay
from celadon.plan.years.declaration import TABLE, Years
from celadon.plan.years.outlook import Outlook, Stage
from celadon.plan.years.running import running_by_year
from celadon.plan.years.staging import Unit, refuse_zero, stage_design, units_of


@dataclass(frozen=True, eq=False)
class Staged:
    """A stage of the plan.

    Attributes
    ----------
    bought : by block, MW (MWh, t) bought as it begins.
    standing : by block, all that has been bought until then.
    effective : by block, what is left of it on the mean of the stage.
    running : kCNY a year by part, as a mean of the stage; capacities are not in it.
    yearly : the same in each year of the stage, at the prices of that year and the flows of the
        stage; in present value their sum is that of the means.
    means : parts of which every year shows the mean of the stage, as no price alone changes them.
    check : a year of the stage run again by plain arithmetic.
    """

    stage: Stage
    design: Design
    bought: Mapping[str, float]
    standing: Mapping[str, float]
    effective: Mapping[str, float]
    running: Mapping[str, float]
    yearly: Mapping[str, Floats]
    means: frozenset[str]
    flows: Mapping[str, Floats]
    check: Replay


@dataclass(frozen=True, eq=False)
class YearsPlan(Proved):
    """What is bought when, and what all years cost, with the proof of the whole.

    Its objective is what all years cost, kCNY at the beginning of the first.
    """

    outlook: Outlook
    units: tuple[Unit, ...]
    stages: tuple[Staged, ...]

    @cached_property
    def capacity_costs(self) -> Mapping[str, Floats]:
        """By block, what is paid for it in each year, kCNY."""
        found = {}
        for unit in self.units:
            block = unit.size.block
            yearly = np.zeros(self.outlook.years.count)
            for staged in self.stages:
                each = self.outlook.paid(staged.stage, unit.size.annual, unit.times, unit.life)
                yearly = yearly + staged.bought[block] * each
            found[block] = yearly
        return found

    @cached_property
    def running(self) -> Floats:
        """What running costs in each year, kCNY: at its prices, with the flows of its stage."""
        yearly = np.zeros(self.outlook.years.count)
        for staged in self.stages:
            yearly[self.outlook.span(staged.stage)] = sum(staged.yearly.values())
        return yearly

    @property
    def yearly(self) -> Floats:
        """What each year costs, kCNY, not discounted."""
        return self.running + sum(self.capacity_costs.values(), np.zeros(len(self.running)))

    @property
    def replayed(self) -> float:
        """The objective worked out again: years run by plain arithmetic, purchases year by year."""
        total = sum(self.outlook.weight(staged.stage) * _run_cost(staged) for staged in self.stages)
        paid = sum(float(self.outlook.discount @ each) for each in self.capacity_costs.values())
        return total + paid

    @property
    def invested(self) -> Floats:
        """What is invested in each year, renewals included, kCNY; of costs that tell it."""
        yearly = np.zeros(self.outlook.years.count)
        first = self.outlook.years.first
        for unit in self.units:
            if unit.investment is None:
                continue
            for staged in self.stages:
                at = staged.stage.begins - first
                while at < len(yearly):
                    price = 1.0 if unit.times is None else float(unit.times[at])
                    yearly[at] += staged.bought[unit.size.block] * unit.investment * price
                    at += int(np.ceil(unit.life or len(yearly)))
        return yearly


@dataclass(frozen=True, eq=False)
class NoYearsPlan:
    """No purchases serve all stages.

    Attributes
    ----------
    alone : by stage, why it has no design even alone.
    """

    status: str
    alone: Mapping[str, NoPlan]


def plan_years(
    design: Design, years: Years, method: str | None = None, name: str = "design"
) -> YearsPlan | NoYearsPlan:
    """The purchases and the running of all years that cost least together, proved.

    Parameters
    ----------
    design : as it is in the first year.
    method : a solver of :data:`celadon.numerics.lp.METHODS`; chosen by size if not given.
    name : the file, for errors.

    Raises
    ------
    DeclarationError
        If a path or a fading names nothing, or the design has steps that are whole.
    """
    rate = design.rate if years.discount_rate is None else years.discount_rate
    outlook = Outlook(years, rate)
    refuse_zero(design, outlook, name)
    sizes = build(design).sizes
    units = units_of(design, sizes, outlook)
    designs = [stage_design(design, outlook, stage, name) for stage in outlook.stages]
    built = [build(each) for each in designs]
    whole = whole_components(built[0].program)
    if whole:
        remedy = (
            'plan one year with microgrid design, or let them be split: on_off = "units" in '
            'place of "machine", jobs and calls as loads with a series'
        )
        faults = [
            Fault((name, TABLE, who), "machines that are whole in each step",
                  "flows that are continuous", remedy)
            for who in whole
        ]  # fmt: skip
        raise DeclarationError("Whole steps cannot be planned over years", faults)
    together = _together(outlook, units, built)
    program = together.program
    quickest = method or chosen(program)[0]
    found = solve(program, quickest)
    if found.status != "optimal":
        found = solve(program)
    if found.status != "optimal":
        return _why(found.status, outlook.stages, designs)
    settled = settle_counts(together, found, quickest)
    if settled is None:
        return NoYearsPlan("infeasible", {})
    apart = kept_apart(together, settled.program, settled.found, quickest)
    # of whole machines it is a bound of what is held there only
    bound = settled.bound if is_in_wholes(together) else max(settled.bound, apart.bound)
    stages = _staged(design, outlook, units, designs, built, apart.found)
    return YearsPlan(apart.found, bound, apart.held, outlook, tuple(units), stages)


def _together(outlook: Outlook, units: Sequence[Unit], built: Sequence[Built]) -> Built:
    """All stages side by side, what is bought, and what of it each stage has."""
    stages = outlook.stages
    layers = [
        Layer(stage.id, outlook.weight(stage), _without_capacity_cost(each))
        for stage, each in zip(stages, built, strict=True)
    ]
    program = stacked(layers)
    width = program.matrix.shape[1]
    columns: list[NewColumns] = []
    rows: list[NewRows] = []
    sizes: list[Size] = []
    for unit in units:
        block, size = unit.size.block, unit.size
        at = width + len(columns) + np.arange(len(stages))
        for number, stage in enumerate(stages):
            paid = outlook.discount @ outlook.paid(stage, size.annual, unit.times, unit.life)
            least = size.least if number == 0 else 0.0
            name = bought_name(block, stage)
            columns.append(NewColumns(name, np.array([least]), np.array([size.most]),
                                      {block: np.array([paid])}))  # fmt: skip
            sizes.append(Size(name, size.unit, float(paid), least, size.most, size.step))
        rows += [
            _has(unit, stage, layer, program, outlook, at)
            for stage, layer in zip(stages, layers, strict=True)
        ]
        if np.isfinite(size.most) and len(stages) > 1:
            none = np.zeros(len(stages), np.int64)
            rows.append(NewRows(f"{block} in all", none, at, np.ones(len(stages)),
                                np.array([-np.inf]), np.array([size.most])))  # fmt: skip
    opposed: dict[Pair, tuple[Requirement, ...]] = {}
    for each, layer in zip(built, layers, strict=True):
        opposed |= each.opposed_in(layer.name, places(program.columns, layer))
    whole = bordered(program, columns, rows)
    return Built(whole, tuple(sizes), {}, tuple(opposed), opposed, built[0].hours)


def _has(
    unit: Unit, stage: Stage, layer: Layer, program: Program, outlook: Outlook, at: Floats
) -> NewRows:
    """What a stage has of a capacity is what is left of all that was bought."""
    left = [outlook.left(stage, other, unit.fade, unit.life) for other in outlook.stages]
    own = program.columns[layer.block(unit.size.block)].start
    columns = np.concatenate([[own], at]).astype(np.int64)
    values = np.concatenate([[1.0], -np.array(left)])
    return NewRows(
        layer.block(f"{unit.size.block} left"), np.zeros(len(columns), np.int64), columns, values,
        np.array([0.0]), np.array([0.0]),
    )  # fmt: skip


def bought_name(block: str, stage: Stage) -> str:
    """The column of what is bought of a capacity in a stage."""
    return f"{block} bought in {stage.id}"


def _without_capacity_cost(built: Built) -> Program:
    """The programme of a stage without what its capacities cost: purchases are paid elsewhere."""
    program = built.program
    charges = dict(program.charges)
    cost = program.cost.copy()
    lower = program.lower.copy()
    for size in built.sizes:
        own, _ = charges.pop(size.block)
        cost -= own
        lower[program.columns[size.block]] = 0.0
    return program.with_(cost=cost, lower=lower, charges=charges)


def _staged(
    plain: Design,
    outlook: Outlook,
    units: Sequence[Unit],
    designs: Sequence[Design],
    built: Sequence[Built],
    found: Solution,
) -> tuple[Staged, ...]:
    stages = []
    standing = dict.fromkeys((unit.size.block for unit in units), 0.0)
    for stage, design, each in zip(outlook.stages, designs, built, strict=True):
        bought = {b: max(0.0, float(found.value(bought_name(b, stage))[0])) for b in standing}
        standing = {block: standing[block] + bought[block] for block in standing}
        count, prefix = design.horizon.count, f"{stage.id}: "
        flows = {
            name: found.value(prefix + name)
            for name, span in each.program.columns.items()
            if span.stop - span.start == count
        }
        effective = {b: max(0.0, float(found.value(prefix + b)[0])) for b in standing}
        weight = outlook.weight(stage)
        running = {
            name.removeprefix(prefix): cost / weight
            for name, cost in found.charges().items()
            if name.startswith(prefix)
        }
        check = replay(design, effective, flows)
        yearly, means = running_by_year(plain, outlook, stage, running, effective, flows)
        stages.append(
            Staged(stage, design, bought, standing, effective, running, yearly, means, flows, check)
        )
    return tuple(stages)


def _run_cost(staged: Staged) -> float:
    """A year of a stage by plain arithmetic, without what its capacities cost."""
    costs = staged.check.costs
    return sum(cost for name, cost in costs.items() if name not in staged.effective)


def _why(status: str, stages: Sequence[Stage], designs: Sequence[Design]) -> NoYearsPlan:
    """Which stage has no design even alone, with what would have to give way."""
    alone = {}
    for stage, design in zip(stages, designs, strict=True):
        reason = plan_design(design, alternatives=False)
        if isinstance(reason, NoPlan):
            alone[stage.id] = reason
    if any(each.status == "infeasible" for each in alone.values()):
        return NoYearsPlan("infeasible", alone)
    return NoYearsPlan(status if status in ("infeasible", "unbounded") else "unsolved", alone)
