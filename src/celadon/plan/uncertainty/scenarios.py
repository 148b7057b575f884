"""Futures of one design: each a design of its own with a probability, and the mean of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import BaseModel

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.microgrid.declaration import DesignFile
from celadon.plan.microgrid.design import Design
from celadon.plan.uncertainty.declaration import ScenarioDeclared
from celadon.plan.uncertainty.parameters import scaled
from celadon.units import parse_unit


@dataclass(frozen=True, eq=False)
class Scenario:
    """A future with its probability.

    Attributes
    ----------
    design : the same components under the same ids as in every other scenario.
    """

    id: str
    probability: float
    design: Design


def scenario_of(declared: ScenarioDeclared, design: Design, file: DesignFile) -> Scenario:
    """The design as it is in a scenario.

    Parameters
    ----------
    design : with the series of the scenario's own profiles, where it names some.
    file : whose scenario it is; it says what its series are of.

    Raises
    ------
    DeclarationError
        If it names a series or a parameter that is not there, or a series of something else.
    """
    place = (file.name, "scenario", declared.id)
    changed, faults = _swapped(declared, design, file, place)
    if declared.carbon_price is not None:
        changed = replace(changed, carbon_price=declared.carbon_price)
    for what, times in declared.times.items():
        try:
            changed = scaled(changed, what, times, (*place, "times"))
        except DeclarationError as error:
            faults += error.faults
    if faults:
        raise DeclarationError(f"{file.name} has {len(faults)} fault(s)", faults)
    return Scenario(declared.id, declared.probability, changed)


def _swapped(
    declared: ScenarioDeclared, design: Design, file: DesignFile, place: tuple[str, ...]
) -> tuple[Design, list[Fault]]:
    """The design with other series in the place of some; and what is amiss with these."""
    series, faults = dict(design.series), []
    rule = "one of the series: " + (", ".join(sorted(design.series)) or "there is none")
    for one, other in declared.series.items():
        here = (*place, "series", one)
        missing = next((each for each in (one, other) if each not in design.series), None)
        if missing is not None:
            remedy = "declare the series, or correct the name"
            faults.append(Fault(here, repr(missing), rule, remedy))
            continue
        mine, its = _quantity(file, one), _quantity(file, other)
        if mine != its:
            found, due = f"{other}, a series of {its}", f"a series of {mine}, as {one} is"
            faults.append(Fault(here, found, due, "correct the name"))
        series[one] = design.series[other]
    return replace(design, series=series), faults


def _quantity(file: DesignFile, name: str) -> str:
    """What a series is of; an amount in each step is a rate, such as power."""
    declared = file.series.get(name)
    if declared is None or declared.site:
        return "power"
    dimension = parse_unit(declared.unit).dimension
    return "power" if dimension == "energy" else dimension


def mean_design(scenarios: Sequence[Scenario]) -> Design | None:
    """The design of the mean scenario: every series and number the mean of what it may be.

    None where there is no mean: years of other lengths, tariffs or choices that differ.
    """
    first = scenarios[0].design
    chances = np.array([each.probability for each in scenarios])
    if len(scenarios) == 1:
        return first
    if any(each.design.horizon.count != first.horizon.count for each in scenarios):
        return None
    merger = _Mean(scenarios, chances / chances.sum())
    try:
        components = [
            merger.model([each.design.components[n] for each in scenarios], component.id)
            for n, component in enumerate(first.components)
        ]
        rules = [
            replace(rule, limit=merger.number([each.design.rules[n].limit for each in scenarios]))
            for n, rule in enumerate(first.rules)
        ]
    except _NoMeanError:
        return None
    kept: list[Component] = components
    return replace(
        first, components=kept, rules=rules, series=merger.series,
        rate=merger.number([each.design.rate for each in scenarios]),
        carbon_price=merger.number([each.design.carbon_price for each in scenarios]),
    )  # fmt: skip


class _NoMeanError(Exception):
    """Two scenarios differ in what has no mean."""


class _Mean:
    """The means of what stands at the same place in every scenario."""

    def __init__(self, scenarios: Sequence[Scenario], chances: Floats) -> None:
        self.designs = [each.design for each in scenarios]
        self.chances = chances
        self.series: dict[str, Floats] = {
            name: self._profile([name] * len(scenarios))
            for name in self.designs[0].series
            if all(name in design.series for design in self.designs)
        }

    def number(self, values: Sequence[float]) -> float:
        """The mean; the number itself where all are the same."""
        return values[0] if len(set(values)) == 1 else float(self.chances @ np.array(values))

    def model(self, models: Sequence[Any], place: str) -> Any:
        """A component, or a part of one, of means."""
        first = models[0]
        if any(type(each) is not type(first) for each in models):
            raise _NoMeanError
        changed = {}
        for name in type(first).model_fields:
            values = [getattr(each, name) for each in models]
            if any(value != values[0] for value in values) or isinstance(values[0], str):
                mean = self._value(values, f"{place}.{name}")
                if mean != values[0]:
                    changed[name] = mean
        return first.model_copy(update=changed) if changed else first

    def _value(self, values: Sequence[Any], place: str) -> Any:
        first = values[0]
        if isinstance(first, BaseModel):
            return self.model(values, place)
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
            return self.number([float(v) for v in values])
        if all(value == first for value in values):
            return first
        if any(isinstance(v, str) and any(v not in d.series for d in (design,))
               for v, design in zip(values, self.designs, strict=True)):  # fmt: skip
            raise _NoMeanError
        if not all(isinstance(v, int | float | str) for v in values):
            raise _NoMeanError
        self.series[place] = self._profile(values)
        return place

    def _profile(self, names: Sequence[float | str]) -> Floats:
        count = self.designs[0].horizon.count
        profiles = [
            design.series[name] if isinstance(name, str) else np.full(count, float(name))
            for name, design in zip(names, self.designs, strict=True)
        ]
        mean: Floats = self.chances @ np.array(profiles)
        return mean


def by_id(scenarios: Sequence[Scenario]) -> Mapping[str, Scenario]:
    """The scenarios by their ids."""
    return {each.id: each for each in scenarios}
