"""How the best design answers to one parameter: costs and capacities over a range of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from celadon.errors import Fault, InputError
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.no_plan import NoPlan
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.uncertainty.parameters import plain_name, scaled


@dataclass(frozen=True, eq=False)
class Answer:
    """The best design at one multiplier of one parameter.

    Attributes
    ----------
    cost : kCNY a year; None without a plan. ``bound`` is what no design beats there.
    why : the reason where there is no plan.
    """

    what: str
    times: float
    cost: float | None
    bound: float | None
    sizes: Mapping[str, float]
    units: Mapping[str, str]
    why: NoPlan | None = None


@dataclass(frozen=True, eq=False)
class Swing:
    """The answers to one parameter, by rising multiplier.

    Attributes
    ----------
    base : kCNY a year at a multiplier of one.
    """

    what: str
    base: float
    answers: tuple[Answer, ...]

    @property
    def width(self) -> float:
        """How far the cost swings over the range, kCNY a year; of what could be planned."""
        costs = [each.cost for each in self.answers if each.cost is not None]
        return max(costs) - min(costs) if costs else 0.0


def sensitivity(
    plan: Plan, of: Sequence[str], multipliers: Sequence[float], method: str | None = None
) -> tuple[Swing, ...]:
    """The best design anew at every multiplier of each parameter; the widest swing first.

    Raises
    ------
    DeclarationError
        If there is no such parameter, or a component would be none any more.
    """
    swings = []
    for what in dict.fromkeys(plain_name(name) for name in of):
        answers = [
            answered(plan, what, times) if times == 1 else asked(plan.design, what, times, method)
            for times in multipliers
        ]
        swings.append(Swing(what, plan.objective, tuple(answers)))
    return tuple(sorted(swings, key=lambda swing: -swing.width))


def answered(plan: Plan, what: str, times: float) -> Answer:
    """A plan as an answer."""
    units = {size.block: size.unit for size in plan.built.sizes}
    return Answer(what, times, plan.objective, plan.bound, plan.sizes, units)


def asked(design: Design, what: str, times: float, method: str | None = None) -> Answer:
    """The best design at a multiplier of a parameter."""
    found = plan_design(scaled(design, what, times), method, alternatives=False)
    if isinstance(found, NoPlan):
        return Answer(what, times, None, None, {}, {}, found)
    return answered(found, what, times)


def multipliers_between(low: float, high: float, steps: int) -> list[float]:
    """Multipliers at equal distances, ends included, and one if it lies between.

    Raises
    ------
    InputError
        If they are not in order, below zero, or fewer than two.

    Examples
    --------
    >>> multipliers_between(0.5, 2.0, 3)
    [0.5, 1.0, 1.25, 2.0]
    """
    if not 0 <= low < high or not np.isfinite(high):
        fault = Fault(("--from", "--to"), f"{low:g} to {high:g}", "a range from zero up, rising",
                      "give the lower multiplier first")  # fmt: skip
        raise InputError("There is no such range", [fault])
    if steps < 2:
        fault = Fault(("--steps",), str(steps), "two at least: the ends", "give more steps")
        raise InputError("There is no such range", [fault])
    found = {round(float(each), 12) for each in np.linspace(low, high, steps)}
    if low < 1 < high:
        found.add(1.0)
    return sorted(found)
