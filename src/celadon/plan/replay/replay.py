"""A chronological check: the plan run hour by hour by plain arithmetic, without the programme.

Only the capacities and the flows of the plan are taken; contents of stores, balances, peaks, costs
and shares are worked out again from the declarations. It shares no code with the programme that
found the plan, so that an error in one shows against the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.design import Design


@dataclass(eq=False)
class Clock:
    """The site as it runs: what each bus received, what was paid, what was broken.

    Attributes
    ----------
    net : by bus, what was brought less what was taken, MW in each step.
    costs : kCNY a year by part.
    sums : yearly MWh (t of carbon dioxide for ``emitted``).
    lets_go : buses whose surplus may be lost.
    breaches : by what is broken, by how much at most, in MW or MWh.
    opening : contents of stores before the first step, by block; what they end with if not given.
    """

    design: Design
    sizes: Mapping[str, float]
    flows: Mapping[str, Floats]
    net: dict[str, Floats] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    breaches: dict[str, float] = field(default_factory=dict)
    opening: Mapping[str, float] = field(default_factory=dict)
    lets_go: set[str] = field(default_factory=lambda: {"heat"})

    @property
    def hours(self) -> float:
        """Length of a step."""
        return self.design.horizon.hours

    def series(self, given: float | str) -> Floats:
        """A profile, or a number in every step."""
        if isinstance(given, str):
            return self.design.series[given]
        return np.full(self.design.horizon.count, float(given))

    def size(self, block: str) -> float:
        """A capacity of the plan."""
        return self.sizes[block]

    def flow(self, block: str) -> Floats:
        """A flow of the plan."""
        return self.flows[block]

    def before(self, block: str) -> float:
        """The content of a store before the first step."""
        return self.opening.get(block, float(self.flow(block)[-1]))

    def bring(self, bus: str, flow: Floats) -> None:
        """Bring a flow to a bus, or take it where it is below zero."""
        before = self.net.get(bus)
        self.net[bus] = flow.copy() if before is None else before + flow

    def pay(self, part: str, kcny: float) -> None:
        """Add to the yearly cost."""
        self.costs[part] += kcny

    def energy(self, flow: Floats) -> float:
        """MWh of a flow over the year."""
        return float(flow.sum()) * self.hours

    def emit(self, factor: Floats, flow: Floats) -> None:
        """Count emissions at t per MWh, and pay their price."""
        tonnes = self.energy(factor * flow)
        self.sums["emitted"] += tonnes
        self.pay("carbon", tonnes * self.design.carbon_price)

    def at_most(self, what: str, flow: Floats, limit: Floats | float) -> None:
        """Note by how much a flow lies above a limit, or below zero."""
        above = float(np.max(flow - limit, initial=0.0))
        below = float(np.max(-flow, initial=0.0))
        self.breaches[what] = max(self.breaches.get(what, 0.0), above, below)

    def must_be_nothing(self, what: str, amount: float) -> None:
        """Note an amount that should be zero."""
        self.breaches[what] = max(self.breaches.get(what, 0.0), abs(amount))


@dataclass(frozen=True, eq=False)
class Replay:
    """What the chronological run came to.

    Attributes
    ----------
    cost : kCNY a year; ``costs`` by part.
    largest_breach : of any balance or limit, MW or MWh; ``worst`` names it.
    """

    cost: float
    costs: Mapping[str, float]
    sums: Mapping[str, float]
    breaches: Mapping[str, float]

    @property
    def largest_breach(self) -> float:
        """The largest breach of any balance, limit or store."""
        return max(self.breaches.values(), default=0.0)

    @property
    def worst(self) -> str:
        """What is broken most; empty if nothing is."""
        return max(self.breaches, key=self.breaches.__getitem__, default="")


def replay(
    design: Design,
    sizes: Mapping[str, float],
    flows: Mapping[str, Floats],
    opening: Mapping[str, float] | None = None,
    left: Mapping[str, Floats] | None = None,
) -> Replay:
    """Run a plan hour by hour.

    Parameters
    ----------
    sizes : MW, MWh or t by block.
    flows : MW in each step by block; contents of stores where a step has them.
    opening : contents of stores before the first step; a plan's stores are cyclic without it.
    left : by bus, what was not served less what could not be taken, MW; a plan leaves nothing.
    """
    from celadon.plan.replay.replaying import RUNS  # noqa: PLC0415  it needs the clock

    clock = Clock(design, sizes, flows, opening=opening or {})
    for bus, flow in (left or {}).items():
        clock.bring(bus, flow)
    for component in design.components:
        RUNS[component.kind](component, clock)
    for bus, net in clock.net.items():
        amiss = -net if bus in clock.lets_go else np.abs(net)
        clock.breaches[f"{bus} balance"] = float(np.max(amiss, initial=0.0))
    return Replay(sum(clock.costs.values()), dict(clock.costs), dict(clock.sums), clock.breaches)
