"""Who brought what to which bus: the plan run once more by plain arithmetic, and noted.

The notes are of the chronological check, so that a kind of component that runs there is shown here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.heat_level import levels_of
from celadon.plan.microgrid.design import Design
from celadon.plan.replay.replay import Clock, Replay
from celadon.plan.replay.replaying import RUNS

BUSES = ("power", "heat", "hydrogen")
"""The buses that every site may have; a by-product gas has one of its own name."""


@dataclass(eq=False)
class _Noting(Clock):
    """A clock that also notes which component speaks."""

    speaker: str = ""
    moved: dict[tuple[str, str], Floats] = field(default_factory=dict)
    burnt: dict[str, Floats] = field(default_factory=dict)

    def bring(self, bus: str, flow: Floats) -> None:
        super().bring(bus, flow)
        before = self.moved.get((self.speaker, bus))
        self.moved[self.speaker, bus] = flow.copy() if before is None else before + flow

    def emit(self, factor: Floats, flow: Floats) -> None:
        super().emit(factor, flow)
        self.burnt[self.speaker] = flow


@dataclass(frozen=True, eq=False)
class Energies:
    """A year of a plan, seen from its buses.

    Attributes
    ----------
    moved : MW in each step (t an hour of hydrogen) by component and bus; above zero brings.
    bought_fuel : MW in each step by the component that burns it.
    kinds : the kind of each component.
    levels : the heat levels, the hottest first.
    """

    hours: float
    moved: Mapping[tuple[str, str], Floats]
    bought_fuel: Mapping[str, Floats]
    kinds: Mapping[str, str]
    ran: Replay
    levels: tuple[str, ...] = ()

    def of_bus(self, bus: str) -> dict[str, Floats]:
        """What each component brings to a bus, or takes."""
        return {who: flow for (who, at), flow in self.moved.items() if at == bus}

    def total(self, flow: Floats) -> float:
        """MWh of the year."""
        return float(flow.sum()) * self.hours

    @property
    def buses(self) -> list[str]:
        """The buses of the site, power first."""
        found = dict.fromkeys(bus for _, bus in self.moved)
        return [*(b for b in BUSES if b in found), *sorted(b for b in found if b not in BUSES)]

    @property
    def heat_buses(self) -> list[str]:
        """The buses of heat at a level, or the one of all heat."""
        levels = [name for name in self.levels if name in self.buses]
        return ["heat", *levels] if "heat" in self.buses else levels

    @property
    def used(self) -> Floats:
        """MW of power that the site itself uses in each step; stores are not use."""
        taken = [
            np.maximum(-flow, 0.0)
            for who, flow in self.of_bus("power").items()
            if self.kinds[who] not in ("grid", "battery")
        ]
        whole: Floats = np.sum(taken, axis=0)
        return whole


def energies_of(
    design: Design, sizes: Mapping[str, float], flows: Mapping[str, Floats]
) -> Energies:
    """The energies of a plan, by component and bus."""
    clock = _Noting(design, sizes, flows)
    for component in design.components:
        clock.speaker = component.id
        RUNS[component.kind](component, clock)
    for bus, net in clock.net.items():
        amiss = -net if bus in clock.lets_go else np.abs(net)
        clock.breaches[f"{bus} balance"] = float(np.max(amiss, initial=0.0))
    kinds = {component.id: component.kind for component in design.components}
    fuel = {who: flow for who, flow in clock.burnt.items() if kinds[who] != "grid"}
    ran = Replay(sum(clock.costs.values()), dict(clock.costs), dict(clock.sums), clock.breaches)
    levels = tuple(levels_of(design.components).names)
    return Energies(design.horizon.hours, clock.moved, fuel, kinds, ran, levels)


STORES = ("battery", "thermal_store", "hydrogen_store")
"""Kinds that give back what they take, less what they lose."""

SOLD = "sold"
"""The node of power that is fed in: the grid as a buyer, apart from the grid as a source."""


def sankey_flows(energies: Energies) -> list[tuple[str, str, str, float]]:
    """The year as bands: origin, destination, carrier, MWh.

    A bus is ``bus:NAME``; ``ambient`` gives what a heat pump lifts, ``fuel`` what is bought;
    ``sold`` takes what is fed in, ``dumped`` surplus heat, ``unused`` waste heat that nobody takes.
    Hydrogen is told as the power that it was made of. A store gives back what it takes: it is told
    by what it loses of that in the year.
    """
    found: list[tuple[str, str, str, float]] = []
    scale = dict.fromkeys(energies.buses, 1.0) | {"hydrogen": _power_of_hydrogen(energies)}
    for (who, bus), moved in energies.moved.items():
        kind = energies.kinds[who]
        if kind == "heat_level" or (who == bus and kind == "waste_heat"):
            continue  # a waste heat is a node of its own; levels pass heat straight on
        at, carrier = _node_of(energies, bus)
        flow = np.array([moved.sum()]) if kind in STORES else moved  # of a store what it lost
        for here, there, part in (
            (who, at, np.maximum(flow, 0.0)),
            (at, SOLD if kind == "grid" else who, np.maximum(-flow, 0.0)),
        ):
            amount = energies.total(part) * scale[bus]
            if amount > _NOTHING and here != there:
                found.append((here, there, carrier, amount))
    for who, flow in energies.bought_fuel.items():
        if energies.total(flow) > _NOTHING:
            found.append(("fuel", who, "fuel", energies.total(flow)))
    return found + _passed(energies) + _ambient(energies, found) + _let_go(energies)


def _node_of(energies: Energies, bus: str) -> tuple[str, str]:
    """The node that stands for a bus, and the carrier of its bands."""
    kind = energies.kinds.get(bus)
    if kind == "waste_heat":
        return bus, "ambient"
    return f"bus:{bus}", "heat" if kind == "heat_level" else bus


def _passed(energies: Energies) -> list[tuple[str, str, str, float]]:
    """What each heat level passes to the next colder one."""
    return [
        (f"bus:{who}", f"bus:{bus}", "heat", energies.total(flow))
        for (who, bus), flow in energies.moved.items()
        if energies.kinds[who] == "heat_level" and who != bus and energies.total(flow) > _NOTHING
    ]


def _let_go(energies: Energies) -> list[tuple[str, str, str, float]]:
    """Heat that is left over, of a bus or of a waste heat."""
    found = []
    for bus in energies.buses:
        kind = energies.kinds.get(bus)
        left = sum(energies.total(flow) for flow in energies.of_bus(bus).values())
        if left <= _NOTHING or not (bus == "heat" or kind in ("heat_level", "waste_heat")):
            continue
        node, carrier = _node_of(energies, bus)
        found.append((node, "unused" if kind == "waste_heat" else "dumped", carrier, left))
    return found


_NOTHING = 1e-3
"""MWh of a year."""


def _ambient(
    energies: Energies, flows: list[tuple[str, str, str, float]]
) -> list[tuple[str, str, str, float]]:
    """What a heat pump takes from its source: its heat less its power."""
    lifted = [
        ("ambient", who, "ambient", sum(f[3] for f in flows if f[0] == who)
         - sum(f[3] for f in flows if f[1] == who))
        for who, kind in energies.kinds.items()
        if kind == "heat_pump" and any(f[0] == who for f in flows)
    ]  # fmt: skip
    return [each for each in lifted if each[3] > _NOTHING]  # none where it lifts from a level


def _power_of_hydrogen(energies: Energies) -> float:
    """MWh of power for a tonne made; one where none is made."""
    makers = [who for who, kind in energies.kinds.items() if kind == "electrolyser"]
    made = sum(energies.total(energies.moved[who, "hydrogen"]) for who in makers)
    drawn = -sum(energies.total(energies.moved[who, "power"]) for who in makers)
    return drawn / made if made > 0 else 1.0
