"""A parameter of a design by its name, and the design with that parameter times a number.

A name is a series (``load``), a field of a component (``grid.price``, ``battery.energy_cost``), a
part of one (``boiler.fuel.price``), the limit of a rule (``rule.green share``), or one of the
design itself (``carbon_price``, ``discount_rate``). ``price of grid`` and ``battery.energy cost``
are read as they are meant. A cost as a whole is its money: lives and shares of upkeep stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from celadon.errors import DeclarationError, Fault
from celadon.plan.components.component import Component
from celadon.plan.components.cost import Cost
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.design import Design
from celadon.plan.uncertainty.tariff_times import Charges, tariff_times
from celadon.records.validation import told

OF_DESIGN = {"carbon_price": "carbon_price", "discount_rate": "rate"}
"""Parameters of the design itself, and the field that holds each."""

M = TypeVar("M", bound=BaseModel)

_RULE = "rule."
_SHOWN = 40
_MONEY = ("annual", "investment")
_OF_TARIFF: dict[str, Charges] = {
    "price": "price", "demand_price": "demand_price", "tariff": "tariff",
}  # fmt: skip


def plain_name(name: str) -> str:
    """The name of a parameter as this module keeps it.

    Examples
    --------
    >>> plain_name("price of grid"), plain_name("battery.energy cost"), plain_name("series.load")
    ('grid.price', 'battery.energy_cost', 'load')
    """
    text = name.strip()
    field, of, who = text.rpartition(" of ")
    if of and "." not in text:
        text = f"{who.strip()}.{field.strip()}"
    text = text.removeprefix("series.").removeprefix("design.")
    if text.startswith(_RULE):
        return text.removesuffix(".limit")
    head, point, rest = text.partition(".")
    return f"{head}.{rest.strip().replace(' ', '_')}" if point else text.replace(" ", "_")


def parameters_of(design: Design) -> list[str]:
    """The names of all parameters that can be multiplied."""
    known = [*design.series, *OF_DESIGN, *(f"{_RULE}{rule.name}" for rule in design.rules)]
    for component in design.components:
        known += [f"{component.id}.{name}" for name in _fields(component)]
    return known


def scaled(design: Design, name: str, times: float, place: Sequence[str] = ()) -> Design:
    """The design with one parameter times a number.

    A profile that only one component reads becomes a series of its own, so that others that read
    the same stay as they are.

    Parameters
    ----------
    name : see the head of this module.
    times : of one.
    place : where the name stands, for errors.

    Raises
    ------
    DeclarationError
        If there is no such parameter, or the component would not be one any more.

    Examples
    --------
    >>> import numpy as np
    >>> from celadon.plan.components.demand import Demand
    >>> from celadon.plan.components.horizon import Horizon
    >>> day = Horizon(1.0, np.zeros(2, int), ("one",))
    >>> works = Design(day, {"load": np.array([1.0, 2.0])}, [Demand(id="works", series="load")])
    >>> scaled(works, "load", 1.5).series["load"].tolist()
    [1.5, 3.0]
    """
    path = plain_name(name)
    if path in design.series:
        return replace(design, series={**design.series, path: design.series[path] * times})
    if path in OF_DESIGN:
        field = OF_DESIGN[path]
        return replace(design, **{field: getattr(design, field) * times})
    if path.startswith(_RULE):
        return _scaled_rule(design, path, times, place)
    who, _, field = path.partition(".")
    for number, component in enumerate(design.components):
        if component.id == who and field:
            changed, design = _scaled_component(design, component, field, times, place)
            components = list(design.components)
            components[number] = changed
            return replace(design, components=components)
    raise _unknown(design, path, place)


def _scaled_rule(design: Design, path: str, times: float, place: Sequence[str]) -> Design:
    name = path.removeprefix(_RULE)
    if all(rule.name != name for rule in design.rules):
        raise _unknown(design, path, place)
    rules = [
        replace(rule, limit=rule.limit * times) if rule.name == name else rule
        for rule in design.rules
    ]
    return replace(design, rules=rules)


def _scaled_component(
    design: Design, component: Component, field: str, times: float, place: Sequence[str]
) -> tuple[Component, Design]:
    """The component with a field changed, and the design with the series that it now reads."""
    if field not in _fields(component):
        raise _unknown(design, f"{component.id}.{field}", place)
    if isinstance(component, Grid) and component.tariff and field in _OF_TARIFF:
        return _with_tariffs(design, component, _OF_TARIFF[field], times)
    first, _, rest = field.partition(".")
    value = getattr(component, first)
    if isinstance(value, str):
        own = f"{component.id}.{first}"
        design = replace(design, series={**design.series, own: design.series[value] * times})
        return _changed(component, first, own, place), design
    if isinstance(value, BaseModel):
        inner = rest or next(name for name in _MONEY if getattr(value, name) is not None)
        found = getattr(value, inner)
        if isinstance(found, str):
            own = f"{component.id}.{first}.{inner}"
            design = replace(design, series={**design.series, own: design.series[found] * times})
            return _changed(component, first, _changed(value, inner, own, place), place), design
        return _changed(
            component, first, _changed(value, inner, found * times, place), place
        ), design
    return _changed(component, first, value * times, place), design


def _changed(model: M, field: str, value: object, place: Sequence[str]) -> M:
    """The model with a field changed, held to the limits that the field has."""
    if isinstance(value, BaseModel):  # its own field has been held to its limits
        return model.model_copy(update={field: value})
    info = type(model).model_fields[field]
    kind: Any = info.annotation
    limited: TypeAdapter[Any] = TypeAdapter(
        Annotated[kind, *info.metadata] if info.metadata else kind
    )
    try:
        held = limited.validate_python(value)
    except ValidationError as error:
        who = getattr(model, "id", type(model).__name__)
        faults = [Fault((*place, f"{who}.{field}"), *told(each)) for each in error.errors()]
        raise DeclarationError(f"{who} cannot have such a {field}", faults) from None
    return model.model_copy(update={field: held})


def _fields(model: BaseModel) -> Iterator[str]:
    """The names of the numbers and profiles of a component, parts included."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Cost):
            yield name
        if isinstance(value, BaseModel):
            yield from (f"{name}.{inner}" for inner in _fields(value))
        elif _is_number(model, name, value) or (name == "tariff" and value):
            yield name


def _is_number(model: BaseModel, name: str, value: object) -> bool:
    """Whether a field holds a quantity: a number, or a profile where a number may be."""
    if isinstance(value, float):
        return True
    annotation = type(model).model_fields[name].annotation
    takes_number = "float" in str(annotation)
    if isinstance(value, int) and not isinstance(value, bool):
        return takes_number
    return isinstance(value, str) and bool(value) and takes_number


def _with_tariffs(
    design: Design, grid: Grid, charges: Charges, times: float
) -> tuple[Component, Design]:
    """The prices of a connection's tariffs times a number; those of other connections stay."""
    own = {f"{grid.id}: {name}": tariff_times(design.tariffs[name], charges, times)
           for name in grid.tariff}  # fmt: skip
    changed = grid.model_copy(update={"tariff": tuple(own)})
    return changed, replace(design, tariffs={**design.tariffs, **own})


def _unknown(design: Design, path: str, place: Sequence[str]) -> DeclarationError:
    known = parameters_of(design)
    who = path.partition(".")[0]
    near = [name for name in known if name.partition(".")[0] == who] if "." in path else []
    near = near or get_close_matches(path, known, n=5, cutoff=0.4) or known[:_SHOWN]
    fault = Fault((*place, path), "no such parameter", "one such as " + ", ".join(near),
                  "correct the name")  # fmt: skip
    return DeclarationError(f"There is no parameter {path}", [fault])
