"""A microgrid while its programme is written: buses, sizes, tallies, costs.

Every component adds its own named blocks of variables and rows, and says what it brings to a bus or
takes from it. When all have spoken, the balances of the buses are closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from celadon.accounts.bill import Tariff
from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp import Expression, Model
from celadon.numerics.lp.expression import Floats, Requirement
from celadon.plan.components.cost import Cost
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.levels import Levels
from celadon.plan.components.tariff_terms import TariffTerms

POWER: Final = "power"
HEAT: Final = "heat"
HYDROGEN: Final = "hydrogen"
"""The buses that every site may have; a by-product gas has one of its own name."""

AVAILABLE: Final = "available"
GENERATED: Final = "generated"
EXPORTED: Final = "exported"
IMPORTED: Final = "imported"
CONSUMED: Final = "consumed"
EMITTED: Final = "emitted"
"""Yearly sums that rules and shares speak of: MWh, and t of carbon dioxide for what is emitted."""

SELF_USED: Final = "self-used"
"""Green power used on the site; generated less exported where nobody follows its origin."""

OriginName = Literal["green", "engine", "import", "export"]


@dataclass(frozen=True, slots=True)
class Size:
    """A capacity that is chosen: its block, its unit, its yearly cost and its limits.

    ``step`` is the size of one machine where only whole machines are bought, else zero.
    """

    block: str
    unit: str
    annual: float
    least: float
    most: float
    step: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Backup:
    """What a machine could give beyond what it gives, in each step.

    Attributes
    ----------
    headroom : MW more at once; None where it follows the weather and promises none.
    alone : MW that it could give if the grid were gone; None for a store.
    power, content : MW, and MWh at the end of each step, of a store; ``efficiency`` and ``kept`` in
        a step of what is in it.
    """

    who: str
    headroom: Expression | None = None
    alone: Expression | None = None
    power: Expression | None = None
    content: Expression | None = None
    efficiency: float = 1.0
    kept: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What goes through a store of power, and the green part of it, MW in each step.

    Attributes
    ----------
    method : how its origin is told; a value of :data:`celadon.plan.components.origin.Origin`.
    counts_losses : whether what it loses, green or other, counts as used.
    charge, discharge : of green power; ``other`` is what is discharged of other power, less what
        is charged of it, None where nothing else is stored.
    """

    who: str
    method: str
    counts_losses: bool
    charge: Expression
    discharge: Expression
    other: Expression | None = None


@dataclass(eq=False)
class Draft:
    """What is known of a microgrid so far.

    Parameters
    ----------
    series : profiles by name, one value a step, in MW, CNY/kWh or as ratios.
    rate : discount rate of investments, of one.
    carbon_price : kCNY per t of carbon dioxide.
    tariffs : of the bill, by the name that a connection gives.
    terms : by connection, what its tariffs come to on these steps; worked out where not given.
    levels : the heat levels of the site; without any, all heat is on one bus.
    lets_go : buses whose surplus may be let go; elsewhere letting go is a flow of its own, such as
        a flare.
    asked : by bus of heat, what is asked of it: by demands, stores, pumps and turbines; ``led`` by
        machine the bus and the heat of what follows it; ``claims`` what is taken of a level or a
        waste heat, and by which way.
    """

    horizon: Horizon
    series: Mapping[str, Floats]
    rate: float = 0.0
    carbon_price: float = 0.0
    tariffs: Mapping[str, Tariff] = field(default_factory=dict)
    levels: Levels = field(default_factory=Levels)
    model: Model = field(default_factory=Model)
    sizes: list[Size] = field(default_factory=list)
    exclusives: list[tuple[str, str]] = field(default_factory=list)
    hulls: dict[tuple[str, str], tuple[Requirement, ...]] = field(default_factory=dict)
    gases: set[str] = field(default_factory=set)
    burners: dict[str, str] = field(default_factory=dict)
    lets_go: set[str] = field(default_factory=lambda: {HEAT})
    asked: dict[str, Expression] = field(default_factory=dict)
    claims: dict[tuple[str, str], Expression] = field(default_factory=dict)
    led: dict[str, tuple[str, Expression]] = field(default_factory=dict)
    backups: list[Backup] = field(default_factory=list)
    traces: dict[OriginName, list[Expression]] = field(default_factory=dict)
    stored: list[Stored] = field(default_factory=list)
    tallies: dict[str, Expression] = field(default_factory=dict)
    terms: Mapping[str, TariffTerms] = field(default_factory=dict)
    _buses: dict[str, Expression] = field(default_factory=dict)
    _costs: dict[str, Expression] = field(default_factory=dict)

    def profile(self, given: float | str, who: str) -> Floats:
        """One value a step: a number stands for every step, a name for its series.

        Raises
        ------
        DeclarationError
            If there is no series of that name; lists those there are.
        """
        if not isinstance(given, str):
            return np.full(self.horizon.count, float(given))
        if given not in self.series:
            rule = "one of the series: " + (", ".join(sorted(self.series)) or "there is none")
            fault = Fault((who,), repr(given), rule, "declare the series, or correct the name")
            raise DeclarationError(f"{who} names a series that is not there", [fault])
        return self.series[given]

    def flow(self, block: str, *, upper: ArrayLike = np.inf) -> Expression:
        """A new flow or content: one variable a step, not below zero."""
        return self.model.variables(block, self.horizon.count, upper=upper)

    def size(
        self,
        block: str,
        cost: Cost,
        unit: str,
        most: float | None = None,
        least: float = 0.0,
        step: float | None = None,
    ) -> Expression:
        """A new capacity to choose between two limits, and its yearly cost."""
        highest = np.inf if most is None else most
        size = self.model.variables(block, lower=least, upper=highest)
        annual = cost.yearly(self.rate)
        self.sizes.append(Size(block, unit, annual, least, highest, step or 0.0))
        self.cost(block, annual * size)
        return size

    def feed(self, bus: str, flow: Expression) -> None:
        """Bring a flow to a bus."""
        self._buses[bus] = self._buses[bus] + flow if bus in self._buses else flow

    def draw(self, bus: str, flow: Expression | Floats) -> None:
        """Take a flow from a bus."""
        taken = flow if isinstance(flow, Expression) else constant(flow)
        self.feed(bus, -taken)

    def ask(self, bus: str, flow: Expression) -> None:
        """Note heat that is asked of a bus, which machines that are led by heat follow."""
        self.asked[bus] = self.asked[bus] + flow if bus in self.asked else flow

    def claim(self, source: str, way: str, flow: Expression) -> None:
        """Take heat from a level or a waste heat: by a ``pump``, or as ``power``."""
        self.draw(source, flow)
        self.ask(source, flow)
        key = (source, way)
        self.claims[key] = self.claims[key] + flow if key in self.claims else flow

    def cost(self, name: str, cost: Expression) -> None:
        """Add to a named part of the yearly cost, in kCNY."""
        total = cost.sum()
        self._costs[name] = self._costs[name] + total if name in self._costs else total

    def energy_cost(self, name: str, price: float | Floats, flow: Expression) -> None:
        """Charge a price in CNY/kWh on a flow in MW, step by step."""
        self.cost(name, (np.asarray(price) * self.horizon.hours) * flow)

    def tally(self, name: str, flow: Expression, times: float | Floats = 1.0) -> None:
        """Add the energy of a flow to a yearly sum."""
        total = ((np.asarray(times) * self.horizon.hours) * flow).sum()
        self.tallies[name] = self.tallies[name] + total if name in self.tallies else total

    def trace(self, origin: OriginName, flow: Expression) -> None:
        """Note power that is made, drawn or exported; what is held of it comes with stores."""
        self.traces.setdefault(origin, []).append(flow)

    def traced(self, origin: OriginName) -> Expression:
        """All power of an origin in each step, MW."""
        return sum(self.traces.get(origin, []), constant(np.zeros(self.horizon.count)))

    def emit(self, factor: float | Floats, flow: Expression) -> None:
        """Count emissions of a flow at t of carbon dioxide per MWh, and charge their price."""
        self.tally(EMITTED, flow, factor)
        if self.carbon_price:
            self.energy_cost("carbon", self.carbon_price * np.asarray(factor), flow)

    def total(self, name: str) -> Expression:
        """A yearly sum; zero if nothing has been added to it."""
        return self.tallies.get(name, constant(np.zeros(1)))

    def exclusive(self, one: str, other: str, *hull: Requirement) -> None:
        """Two flows that no machine has at once: looked at after solving.

        Parameters
        ----------
        hull : a row for each step, kept wherever only one of them runs; held where both did.
        """
        self.exclusives.append((one, other))
        self.hulls[one, other] = hull

    def close(self) -> None:
        """Hold every bus in balance and charge all costs; nothing is added afterwards.

        Raises
        ------
        DeclarationError
            If a gas is burnt that no component is the source of.
        """
        rule = "the id of a by-product gas: " + (", ".join(sorted(self.gases)) or "there is none")
        faults = [
            Fault((who, "fuel.gas"), repr(gas), rule, "correct the id, or declare the gas")
            for gas, who in self.burners.items()
            if gas not in self.gases
        ]
        if faults:
            raise DeclarationError("A gas is burnt that does not arise", faults)
        for bus, net in self._buses.items():
            free = bus in self.lets_go
            self.model.require(f"{bus} balance", net >= 0.0 if free else net == 0.0)
        for name, cost in self._costs.items():
            self.model.charge(name, cost)


def constant(numbers: Floats) -> Expression:
    """An expression without variables."""
    return Expression(len(numbers), (), np.asarray(numbers, np.float64))
