"""Where a parameter makes a component enter or leave the best design, or a saving begin or end.

A capacity never grows with its own cost, for the least cost is concave in it: one change is all
there is, and prices of plans without the capacity lead to it from above. Of other parameters that
is not so: the range is looked through in steps, every change between two of them is closed in by
halving, and changes that lie within one step are not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from celadon.errors import Fault, InputError
from celadon.plan.cash_flow import standing_design
from celadon.plan.components.cost import Cost
from celadon.plan.microgrid.design import Design, build
from celadon.plan.microgrid.fixed import dispatch_fixed
from celadon.plan.microgrid.no_plan import NoPlan
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.uncertainty.entry import enters_below
from celadon.plan.uncertainty.parameters import plain_name, scaled
from celadon.plan.uncertainty.sensitivity import asked

SAVING = "saving"
"""What is asked of a bought system: whether it costs less than the plant as it stands."""

PRESENT = 0.0005
"""MW, MWh or t from which on a capacity is one."""

_CLOSE = 1e-3
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Change:
    """A multiplier at which something changes, closed in between two that were solved for.

    Attributes
    ----------
    holds_below : whether it is there, or saves, below the change.
    """

    low: float
    high: float
    holds_below: bool


@dataclass(frozen=True, eq=False)
class BreakEven:
    """Where one parameter changes the answer.

    Attributes
    ----------
    until : a capacity, or :data:`SAVING`.
    holds : whether it is there, or saves, at the multipliers that were looked at; None where there
        is no plan.
    is_monotone : whether theory says that there is one change at most.
    proved_above : a multiplier of the component's own cost at and above which prices prove that it
        does not enter; None where that was not asked or proves nothing.
    """

    what: str
    until: str
    changes: tuple[Change, ...]
    holds: tuple[tuple[float, bool | None], ...]
    is_monotone: bool
    proved_above: float | None = None


def capacity_break_even(
    plan: Plan, what: str, block: str, multipliers: Sequence[float], method: str | None = None
) -> BreakEven:
    """Where a capacity enters or leaves the best design.

    Parameters
    ----------
    block : the capacity, such as ``battery.energy``.
    multipliers : rising; what lies between them is closed in.

    Raises
    ------
    DeclarationError
        If there is no such parameter.
    InputError
        If there is no such capacity.
    """
    known = [size.block for size in plan.built.sizes]
    if block not in known:
        fault = Fault(("--until",), repr(block), f"one of: {', '.join(known)}, or {SAVING}",
                      "correct the name")  # fmt: skip
        raise InputError("There is no such capacity", [fault])
    name = plain_name(what)

    if is_own_cost(plan.design, name, block):
        return _Search(plan, name, block, method).between(multipliers[0], multipliers[-1])

    def is_there(times: float) -> bool | None:
        found = asked(plan.design, name, times, method)
        return None if found.cost is None else found.sizes[block] > PRESENT

    return _looked_through(name, block, multipliers, is_there)


def saving_break_even(
    plan: Plan, what: str, multipliers: Sequence[float], standing: Sequence[str] = ()
) -> BreakEven:
    """Where the system of a plan, once bought, costs as much as the plant as it stands.

    Both years are run anew at every multiplier, the capacities of the plan being bought.

    Parameters
    ----------
    standing : as for :func:`celadon.plan.cash_flow.standing_design`.
    """
    name = plain_name(what)

    def saves(times: float) -> bool | None:
        found = saving_at(plan, name, times, standing)
        return None if found is None else found > 0

    return _looked_through(name, SAVING, multipliers, saves)


def saving_at(plan: Plan, what: str, times: float, standing: Sequence[str] = ()) -> float | None:
    """What a bought system saves against the plant as it stands, kCNY a year; None if not known."""
    design = scaled(plan.design, what, times)
    after = dispatch_fixed(build(design), plan.sizes, horizon=design.horizon)
    today = asked(standing_design(design, standing), "carbon_price", 1.0)
    if after.status != "optimal" or today.cost is None:
        return None
    return today.cost - after.objective


def is_own_cost(design: Design, what: str, block: str) -> bool:
    """Whether a parameter is the yearly cost of a capacity, and of nothing else."""
    who, _, field = what.partition(".")
    first = field.partition(".")[0]
    stem = first.removesuffix("_cost")
    own = {"cost": "capacity", "connection": "connection"}.get(first, stem)
    component = next((each for each in design.components if each.id == who), None)
    cost = getattr(component, first, None) if first else None
    is_money = field in (first, f"{first}.annual", f"{first}.investment")
    return isinstance(cost, Cost) and is_money and block == f"{who}.{own}"


class _Search:
    """Where a capacity enters as its own cost falls."""

    def __init__(self, plan: Plan, what: str, block: str, method: str | None) -> None:
        self.plan, self.what, self.block, self.method = plan, what, block, method
        self.known: dict[float, bool | None] = {}

    def between(self, low: float, high: float) -> BreakEven:
        """The change in a range, if there is one; prices are asked wherever it is not there."""
        proved = self._proved(self.plan, 1.0) if not self._is_in(self.plan) else None
        at = self._at(high)
        if at is None or self._is_in(at):
            return self._answer((), proved)
        if proved is None or proved > high:
            proved = self._proved(at, high)
        there: float | None = None
        above = high
        for _ in range(_HALVINGS):
            told = self._proved(at, above) if at is not None else None
            above = above if told is None else min(above, told)
            if above <= low:
                return self._answer((), proved)
            if there is not None and above - there <= _CLOSE * above:
                break
            near = max(low, above * (1 - _CLOSE))
            probe = near if told is not None else (max(there or low, low) + above) / 2
            at = self._at(probe)
            if at is None:
                return self._answer((), proved)
            if self._is_in(at):
                there, at = probe, None
            else:
                above = probe
            if probe == low and not self.known[low]:
                return self._answer((), proved)
        changes = (Change(there, above, holds_below=True),) if there is not None else ()
        return self._answer(changes, proved)

    def _at(self, times: float) -> Plan | None:
        if times == 1:
            found: Plan | NoPlan = self.plan
        else:
            design = scaled(self.plan.design, self.what, times)
            found = plan_design(design, self.method, alternatives=False)
        self.known[times] = self._is_in(found) if isinstance(found, Plan) else None
        return found if isinstance(found, Plan) else None

    def _is_in(self, plan: Plan) -> bool:
        return plan.sizes[self.block] > PRESENT

    def _proved(self, plan: Plan, times: float) -> float | None:
        if self._is_in(plan):
            return None
        found = enters_below(plan, self.what, self.block)
        return None if found is None else times * found

    def _answer(self, changes: tuple[Change, ...], proved: float | None) -> BreakEven:
        known = tuple(sorted(self.known.items()))
        return BreakEven(self.what, self.block, changes, known, is_monotone=True,
                         proved_above=proved)  # fmt: skip


def _looked_through(
    what: str,
    until: str,
    multipliers: Sequence[float],
    holds_at: Callable[[float], bool | None],
) -> BreakEven:
    """Every change between two neighbours, halved until they are close."""
    known = [(times, holds_at(times)) for times in multipliers]
    changes = [
        _halved(low, high, holds_at, below=below)
        for (low, below), (high, above) in pairwise(known)
        if below is not None and above is not None and below != above
    ]
    return BreakEven(what, until, tuple(changes), tuple(known), is_monotone=False)


def _halved(
    low: float, high: float, holds_at: Callable[[float], bool | None], *, below: bool
) -> Change:
    for _ in range(_HALVINGS):
        if high - low <= _CLOSE * max(high, _CLOSE):
            break
        middle = (low + high) / 2
        if holds_at(middle) == below:
            low = middle
        else:
            high = middle
    return Change(low, high, below)
