"""A design as it is in a stage, and what a unit of each capacity costs and loses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.component import Component
from celadon.plan.components.cost import Cost
from celadon.plan.components.draft import Size
from celadon.plan.microgrid.design import Design
from celadon.plan.uncertainty.parameters import plain_name, scaled
from celadon.plan.years.declaration import TABLE
from celadon.plan.years.outlook import Outlook, Stage

_BLOCKS = {"cost": "capacity", "connection": "connection"}
"""The block that a field of cost speaks of, where it is not its own first word."""


@dataclass(frozen=True, eq=False)
class Unit:
    """A capacity that is bought over the years.

    Attributes
    ----------
    size : as the design has it: its limits and its cost in a year.
    times : of its price in each year; None where it stays.
    life : years after which it is renewed; None where it is not.
    fade : share of it that is lost in a year.
    investment : kCNY of a unit in the first year; None where only a yearly cost is known.
    """

    size: Size
    times: Floats | None
    life: float | None
    fade: float
    investment: float | None


def units_of(design: Design, sizes: tuple[Size, ...], outlook: Outlook) -> list[Unit]:
    """The capacities of a design with their money and their age.

    Raises
    ------
    DeclarationError
        If a fading is of no capacity.
    """
    costs = _costs(design)
    faded = _fading(design, sizes, outlook)
    found = []
    for size in sizes:
        name, cost = costs.get(size.block, ("", None))
        given = [outlook.times[path] for path in outlook.times if plain_name(path) in _ways(name)]
        fade = faded.get(size.block, (0.0, None))
        life = fade[1] or (cost.lifetime_years if cost else None)
        times = None if not given else np.asarray(given[0])
        found.append(Unit(size, times, life, fade[0], cost.investment if cost else None))
    return found


def stage_design(design: Design, outlook: Outlook, stage: Stage, name: str = "design") -> Design:
    """The design with what it is on the mean of a stage's years; capacities are free in it.

    Raises
    ------
    DeclarationError
        If a path is of no parameter.
    """
    of_money = {way for path, _ in _costs(design).values() for way in _ways(path)}
    found = design
    for path, times in outlook.times.items():
        if plain_name(path) in of_money:
            continue
        _refuse_rate(path, name)
        found = scaled(found, path, outlook.mean(stage, times), (name, TABLE, "path"))
    return replace(found, components=[_free(each) for each in found.components])


def refuse_zero(design: Design, outlook: Outlook, name: str) -> None:
    """Refuse a path of what is nothing: it stays nothing.

    Raises
    ------
    DeclarationError
        If the carbon price is zero and has a path.
    """
    if design.carbon_price == 0 and any(plain_name(p) == "carbon_price" for p in outlook.times):
        fault = Fault((name, TABLE, "path", "carbon_price"), "a carbon price of nothing",
                      "the price of the first year, which the path multiplies",
                      "give carbon_price in [design]")  # fmt: skip
        raise DeclarationError(f"{name} has 1 fault(s)", [fault])


def _refuse_rate(path: str, name: str) -> None:
    if plain_name(path) == "discount_rate":
        fault = Fault((name, TABLE, "path", path), "a rate that changes",
                      "one discount rate for all years",
                      "give discount_rate in [years]")  # fmt: skip
        raise DeclarationError(f"{name} has 1 fault(s)", [fault])


def _costs(design: Design) -> dict[str, tuple[str, Cost]]:
    """By block: the parameter of its cost, and the cost."""
    found = {}
    for component in design.components:
        for field in type(component).model_fields:
            cost = getattr(component, field)
            if isinstance(cost, Cost):
                block = component.block(_BLOCKS.get(field, field.removesuffix("_cost")))
                found[block] = (f"{component.id}.{field}", cost)
    return found


def _ways(name: str) -> tuple[str, ...]:
    """The names that the money of a cost goes by."""
    return (name, f"{name}.annual", f"{name}.investment")


def _fading(
    design: Design, sizes: tuple[Size, ...], outlook: Outlook
) -> Mapping[str, tuple[float, float | None]]:
    blocks = [size.block for size in sizes]
    batteries = {each.id for each in design.components if isinstance(each, Battery)}
    found: dict[str, tuple[float, float | None]] = {}
    faults = []
    for fade in outlook.years.fade:
        known = plain_name(fade.of)
        if known in batteries:
            own = [f"{known}.energy"]
        else:
            own = [block for block in blocks if known in (block, block.partition(".")[0])]
        if not own or any(block not in blocks for block in own):
            faults.append(Fault((TABLE, "fade", fade.of), "no such capacity",
                                "one of: " + ", ".join(blocks), "correct the name"))  # fmt: skip
            continue
        found |= dict.fromkeys(own, (fade.share, fade.life_years))
    if faults:
        raise DeclarationError(f"{len(faults)} fading(s) are of no capacity", faults)
    return found


def _free(component: Component) -> Component:
    """A component whose capacity is what is left of what was bought, and no less than nothing."""
    changed: dict[str, object] = {}
    fields = type(component).model_fields
    if getattr(component, "least", None):
        changed["least"] = 0.0
    if "machine" in fields and getattr(component, "machine", None) is not None:
        changed["machine"] = None
    return component.model_copy(update=changed) if changed else component
