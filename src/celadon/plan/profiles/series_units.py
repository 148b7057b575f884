"""Whether each series has the unit that is asked of it where it is used.

A price is no power: the same numbers would be planned with, a thousand times off, and nothing in
the plan would show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from celadon.errors import Fault
from celadon.plan.components.component import Component
from celadon.plan.components.demand import Demand
from celadon.plan.components.draft import HYDROGEN
from celadon.plan.components.quantities import InUnit
from celadon.plan.profiles.series import SeriesDeclared
from celadon.units import parse_unit

_ALSO = {"power": ("energy",)}
"""Dimensions that become another one where they are read: an energy in each step is a power."""

_WORDS = {
    "power": "power", "money/energy": "price of energy", "ratio": "ratio", "mass": "mass",
    "co2/energy": "factor of carbon dioxide", "temperature": "temperature", "energy": "energy",
}  # fmt: skip

_WRITTEN = {
    "power": "kW, kWh", "money/energy": "CNY/kWh", "ratio": "1, %",
    "co2/energy": "tCO2/MWh", "temperature": "degC", "mass": "kg, t",
}  # fmt: skip


def unit_faults(
    name: str, components: Iterable[Component], series: Mapping[str, SeriesDeclared]
) -> list[Fault]:
    """Every series that is used where another dimension is asked for.

    Parameters
    ----------
    name : the design file, for errors.
    """
    found = []
    for component in components:
        for field, given, unit in _named(component):
            declared = series.get(given)
            asked = _asked(component, field, unit)
            if declared is None or _dimension(declared) in (asked, *_ALSO.get(asked, ())):
                continue
            told = f"the series {given!r}, which is {_told(declared)}"
            rule = f"{field} is a {_WORDS[asked]} ({_WRITTEN[asked]})"
            remedy = f"name another series, or correct the unit in [series.{given}]"
            found.append(Fault((name, f"{component.kind} {component.id}.{field}"), told, rule,
                               remedy))  # fmt: skip
    return found


def in_unit(field: FieldInfo) -> InUnit | None:
    """What a field is counted in; None of one that is no quantity."""
    return next((each for each in (*field.metadata, *_nested(field.annotation))
                 if isinstance(each, InUnit)), None)  # fmt: skip


def _nested(annotation: Any) -> Iterator[Any]:
    """What stands with the parts of a union, such as a quantity or nothing."""
    for part in get_args(annotation):
        yield from getattr(part, "__metadata__", ())
        yield from _nested(part)


def _named(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Each field that names a series: its path, the name, and the unit that is asked for."""
    for key, field in type(model).model_fields.items():
        value = getattr(model, key)
        if isinstance(value, BaseModel):
            yield from _named(value, f"{prefix}{key}.")
            continue
        quantity = in_unit(field)
        if quantity is not None and quantity.is_series and isinstance(value, str):
            yield prefix + key, value, quantity.unit


def _asked(component: Component, field: str, unit: str) -> str:
    """The dimension that is asked for; a load of hydrogen is in tonnes."""
    if isinstance(component, Demand) and component.bus == HYDROGEN and field == "series":
        return "mass"
    return parse_unit(unit).dimension


def _dimension(declared: SeriesDeclared) -> str:
    return "power" if declared.site else parse_unit(declared.unit).dimension


def _article(dimension: str) -> str:
    return f"{'an' if dimension == 'energy' else 'a'} {_WORDS[dimension]}"


def _told(declared: SeriesDeclared) -> str:
    if declared.pv is not None:
        return "a yield of panels, a ratio"
    if declared.wind is not None:
        return "a yield of a turbine, a ratio"
    if "unit" not in declared.model_fields_set:
        return "a ratio, since it has no unit"
    return f"in {declared.unit}, {_article(_dimension(declared))}"
