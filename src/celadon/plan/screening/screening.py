"""Is a site worth a full design, and roughly what: quickly, and with what is sure of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from celadon.errors import DeclarationError
from celadon.numerics.lp import Program, Solution
from celadon.numerics.lp.deadline import within
from celadon.plan.cash_flow.standing import standing_design
from celadon.plan.microgrid.counts import settle_counts
from celadon.plan.microgrid.design import Built, Design, build
from celadon.plan.microgrid.no_plan import NoPlan, why_infeasible, why_unbounded
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.whole_steps import relaxed, whole_components
from celadon.plan.screening.answering import answered
from celadon.plan.screening.calendar import Calendar, calendar_of
from celadon.plan.screening.day_classes import DayClasses, day_classes
from celadon.plan.screening.floor import floor_program
from celadon.plan.screening.folding import fold
from celadon.plan.screening.lower_end import cut_of, lower_end
from celadon.plan.screening.pricing import Priced, price_capacities
from celadon.records.finding import Finding

DAYS = 24
"""Typical days of a year, as measured on simulated sites: see ``docs/microgrid-screening.md``."""


@dataclass(frozen=True, eq=False)
class Screening:
    """What a design would roughly come to.

    Attributes
    ----------
    built : the programme of the year.
    typical : the plan of the typical days; an estimate, whose capacities are meant for the year.
    floor : kCNY; no design costs less, proved; None where nothing could be proved.
    priced : the full year of these capacities; None where it was not asked for or not found.
    today : yearly cost of the plant as it stands, kCNY: of the full year where that was priced,
        else of the typical days; None where what stands cannot meet the demands.
    """

    design: Design
    built: Built
    classes: DayClasses
    typical: Solution
    floor: float | None
    priced: Priced | None
    today: float | None

    @property
    def estimate(self) -> float:
        """Yearly cost by the typical days, kCNY."""
        return self.typical.objective

    @property
    def cost(self) -> float | None:
        """What the capacities cost in the full year, kCNY; the optimum is not above it."""
        return None if self.priced is None else self.priced.dispatch.objective

    @property
    def best_known(self) -> float:
        """The cost of the full year where it is known, else the estimate."""
        return self.estimate if self.cost is None else self.cost

    @property
    def saving(self) -> float | None:
        """What is saved in a year against today, kCNY."""
        return None if self.today is None else self.today - self.best_known

    @property
    def gap(self) -> float | None:
        """How far the cost can lie above the optimum, relative to it; None where not proved."""
        if self.cost is None or self.floor is None:
            return None
        return (self.cost - self.floor) / max(1.0, abs(self.cost))

    @cached_property
    def sizes(self) -> Mapping[str, float]:
        """The capacities of the typical days by block, MW, MWh or t."""
        return _sizes(self.built, self.typical)

    @cached_property
    def priced_sizes(self) -> Mapping[str, float] | None:
        """The capacities of the full year: the same, but for those that had to be changed."""
        return None if self.priced is None else _sizes(self.built, self.priced.dispatch)

    @cached_property
    def plan(self) -> Plan | None:
        """The full year of these capacities as a plan, whose bound is the floor."""
        if self.priced is None:
            return None
        bound = float("-inf") if self.floor is None else self.floor
        dispatch = self.priced.dispatch
        return Plan(dispatch, bound, self.priced.held_apart, self.design, self.built)

    @cached_property
    def costs(self) -> Mapping[str, float]:
        """The parts of the yearly cost, kCNY: of the full year where it is known."""
        return (self.typical if self.priced is None else self.priced.dispatch).charges()


@dataclass(frozen=True, eq=False)
class NoScreening:
    """Why there is nothing to tell.

    Attributes
    ----------
    why : what cannot be kept, or grows without end, on typical days.
    is_proved : whether it is proved of the full year too.
    """

    why: NoPlan
    is_proved: bool


def screen_design(
    design: Design,
    days: int = DAYS,
    *,
    price: bool = True,
    method: str | None = None,
    seconds: float | None = None,
) -> Screening | NoScreening:
    """Capacities and cost by typical days, what these cost in the year, and what is proved.

    Parameters
    ----------
    days : how many typical days stand for the year.
    price : whether the full year of the capacities is reckoned, which takes most of the time.
    method : a solver of :data:`celadon.numerics.lp.METHODS`; an interior one if not given.
    seconds : at most so long is solved.

    Raises
    ------
    DeclarationError
        If the design does not hang together, or its steps make no whole days.
    """
    built = build(design)
    calendar = calendar_of(relaxed(built).program, design.horizon)
    classes = day_classes(calendar, days)
    with within(seconds):
        typical = _typical(design, relaxed(built), calendar, classes, method)
        if isinstance(typical, NoScreening):
            return typical
        priced = None
        if price:
            sizes = typical.values[_folded_places(built, typical)]
            priced = price_capacities(design, built, sizes, method)
        floor = _floor(relaxed(built), floor_program(calendar, classes), priced, method)
        today = _today(design, classes, method, in_full=priced is not None)
    return Screening(design, built, classes, typical, floor, priced, today)


def _typical(
    design: Design, built: Built, calendar: Calendar, classes: DayClasses, method: str | None
) -> Solution | NoScreening:
    """The plan of the typical days, machines whole where they are bought whole."""
    folded = fold(built, calendar, classes)
    found = answered(folded.program, method)
    if found.status != "optimal":
        return _why_not(design, folded, found, floor_program(calendar, classes))
    settled = settle_counts(folded, found, found.method)
    if settled is None:
        sizes = frozenset(size.block for size in built.sizes if size.step)
        return NoScreening(NoPlan("infeasible", conflicts=(sizes,)), is_proved=False)
    return settled.found


def _why_not(design: Design, folded: Built, found: Solution, floor: Program | None) -> NoScreening:
    if found.status == "infeasible":
        why = why_infeasible(design, folded, alternatives=False) or NoPlan("unsolved")
        proved = floor is not None and answered(floor).status == "infeasible"
        return NoScreening(why, proved and why.status == "infeasible")
    why = (why_unbounded(folded) if found.status == "unbounded" else None) or NoPlan("unsolved")
    return NoScreening(why, is_proved=False)


def _folded_places(built: Built, typical: Solution) -> list[int]:
    return [typical.program.columns[size.block].start for size in built.sizes]


def _floor(
    built: Built, floor: Program | None, priced: Priced | None, method: str | None
) -> float | None:
    if floor is None:
        return None
    if priced is not None:
        cut = cut_of(built, priced.split)
        found = lower_end(built, floor, cut, priced.split.objective, method)
        if found is not None:
            return found
    alone = answered(floor, method)
    return alone.bound if alone.status == "optimal" else None


def _today(
    design: Design, classes: DayClasses, method: str | None, *, in_full: bool
) -> float | None:
    """The plant as it stands, reckoned as the design is."""
    try:
        built = relaxed(build(standing_design(design)))
    except DeclarationError:  # what is left does not hang together: nothing stands
        return None
    if not in_full:
        built = fold(built, calendar_of(built.program, design.horizon), classes)
    found = answered(built.program, method)
    return found.objective if found.status == "optimal" else None


def _sizes(built: Built, found: Solution) -> dict[str, float]:
    return {size.block: max(0.0, float(found.value(size.block)[0])) for size in built.sizes}


def split_findings(screening: Screening, name: str) -> list[Finding]:
    """What a screening lets be split that a design has whole, by component.

    Parameters
    ----------
    name : id of the design.
    """
    rule = "screened_whole" if screening.priced is not None else "screened_split"
    return [Finding(name, rule, who, name)
            for who in whole_components(screening.built.program)]  # fmt: skip
