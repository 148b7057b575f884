"""Heat by its levels over a year: what is made, falls and is used; and what waste heat is worth.

A level's price is that of the plan itself: by how much the yearly cost falls when a MWh less is
asked for there, hour by hour. Recovered heat is worth what it replaces at these prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.heat_level import HeatLevel, levels_of
from celadon.plan.components.waste_heat import WasteHeat
from celadon.plan.microgrid.plan import Plan
from celadon.report.microgrid.energies import Energies


@dataclass(frozen=True, slots=True)
class LevelYear:
    """A heat level in a year, MWh.

    Attributes
    ----------
    temperature : degrees Celsius of supply.
    made : by machines and waste heat at the level; ``fallen`` from hotter levels.
    used : by demands, pumps and turbines, and lost in stores; ``passed`` down to colder levels.
    let_go : what is left over and lost.
    price : CNY/kWh, the mean by what is used; None where a plan has no prices.
    """

    level: str
    temperature: float
    made: float
    fallen: float
    used: float
    passed: float
    let_go: float
    price: float | None


@dataclass(frozen=True, slots=True)
class WasteYear:
    """A waste heat in a year, MWh.

    Attributes
    ----------
    temperature : degrees Celsius at which it arises.
    direct : by level; ``lifted`` by heat pumps; ``turned`` into power, as heat; ``unused`` is left.
    worth : kCNY a year of what it replaces: heat at the price of its level, less the power that
        lifts it, and power; None where a plan has no prices.
    exchanger : kCNY a year that recovery costs.
    """

    waste: str
    temperature: float
    available: float
    direct: Mapping[str, float]
    lifted: float
    turned: float
    unused: float
    worth: float | None
    exchanger: float


def level_years(plan: Plan, energies: Energies) -> list[LevelYear]:
    """Every heat level of a plan, the hottest first."""
    levels = levels_of(plan.design.components)
    return [_level_year(plan, energies, name, levels.of[name].supply) for name in levels.names]


def _level_year(plan: Plan, energies: Energies, name: str, supply: float) -> LevelYear:
    made = fallen = used = passed = 0.0
    asked: Floats = np.zeros(plan.design.horizon.count)
    for who, flow in energies.of_bus(name).items():
        amount = energies.total(flow)
        if energies.kinds[who] == "heat_level":
            fallen, passed = fallen + max(amount, 0.0), passed + max(-amount, 0.0)
        else:
            made, used = made + max(amount, 0.0), used + max(-amount, 0.0)
            asked = asked + np.maximum(-flow, 0.0)
    price = prices_of(plan, name)
    if price is None or not asked.any():
        mean = None
    else:
        mean = float(price @ asked) / float(asked.sum()) / plan.design.horizon.hours
    left = made + fallen - used - passed
    return LevelYear(name, supply, made, fallen, used, passed, max(left, 0.0), mean)


def waste_years(plan: Plan, energies: Energies) -> list[WasteYear]:
    """Every waste heat of a plan, as declared."""
    return [
        _waste_year(plan, energies, waste)
        for waste in plan.design.components
        if isinstance(waste, WasteHeat)
    ]


def _waste_year(plan: Plan, energies: Energies, waste: WasteHeat) -> WasteYear:
    levels = levels_of(plan.design.components)
    direct, worth = {}, 0.0
    for level in waste.reaches(levels):
        flow = plan.flows[f"{waste.id}.to {level}"]
        direct[level] = energies.total(flow)
        worth += _worth(plan, level, flow)
    taken = {"heat_pump": 0.0, "waste_heat_power": 0.0}
    for who, flow in energies.of_bus(waste.id).items():
        if energies.kinds[who] in taken:
            taken[energies.kinds[who]] -= energies.total(flow)
            for (other, bus), moved in energies.moved.items():
                if other == who and bus != waste.id:
                    worth += _worth(plan, bus, moved)
    left = energies.total(np.asarray(sum(energies.of_bus(waste.id).values())))
    lifted, turned = taken["heat_pump"], taken["waste_heat_power"]
    has_prices = prices_of(plan, waste.id) is not None
    return WasteYear(
        waste.id, waste.temperature, sum(direct.values()) + lifted + turned + left, direct, lifted,
        turned, max(left, 0.0), worth if has_prices else None,
        plan.costs.get(f"{waste.id}.capacity", 0.0),
    )  # fmt: skip


def recovered(energies: Energies, waste: str) -> float:
    """MWh of a year that go through the exchanger of a waste heat: to levels and to pumps."""
    direct = sum(
        energies.total(flow)
        for (who, bus), flow in energies.moved.items()
        if who == waste and bus != waste
    )
    lifted = sum(
        energies.total(flow)
        for who, flow in energies.of_bus(waste).items()
        if energies.kinds[who] == "heat_pump"
    )
    return direct - lifted


def _worth(plan: Plan, bus: str, flow: Floats) -> float:
    """kCNY a year of a flow to a bus at the bus's own prices; what is taken costs."""
    price = prices_of(plan, bus)
    return 0.0 if price is None else float(price @ flow)


def prices_of(plan: Plan, bus: str) -> Floats | None:
    """kCNY for a MW more in each step; None where a plan has no prices."""
    if not plan.solution.prices.size:
        return None
    return plan.solution.price(f"{bus} balance")


def has_levels(plan: Plan) -> bool:
    """Whether the heat of a design has levels."""
    return any(isinstance(each, HeatLevel) for each in plan.design.components)
