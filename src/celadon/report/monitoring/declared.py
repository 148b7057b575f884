"""What a site says of its monitoring beyond ``site.toml``: the file ``monitoring.toml`` beside it.

Meters have an accuracy, a calibration and someone who reads them; parameters are measured by
someone, by a standard, so often. None of this changes a figure: the plan shows it, and checks what
arrived against it. Without the file, the plan is what the template asks and the method takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from celadon.errors import DeclarationError, Fault
from celadon.records.declaring import Declaration, Slug
from celadon.records.site import Site
from celadon.records.validation import keys_of, read_toml, told
from celadon.reference.equations import parameter_kinds

PLAN_FILE = "monitoring.toml"
"""Name of the file, beside ``site.toml``."""

Rung = Literal["measured", "certificate", "default"]
Every = Literal["day", "week", "batch", "month", "quarter", "year"]


class MeterPlan(Declaration):
    """What is known of a meter beyond its readings."""

    id: Slug
    accuracy: str = Field("", description="class as on its plate, such as 0.5S")
    calibrated_until: dt.date | None = Field(None, description="last day of its certificate")
    place: str = ""
    read_by: str = ""


class ParameterPlan(Declaration):
    """How a parameter of a stream or product is to be had."""

    item: Slug
    name: str
    rung: Rung
    every: Every = "month"
    by: str = ""
    standard: str = Field("", description="by which it is sampled and analysed")


class MonitoringPlan(Declaration):
    """A whole ``monitoring.toml``."""

    format: Literal[1] = 1
    version: str = ""
    responsible: str = ""
    meter: tuple[MeterPlan, ...] = ()
    parameter: tuple[ParameterPlan, ...] = ()


def load_plan(path: Path, site: Site) -> MonitoringPlan:
    """Read and check a ``monitoring.toml``; an empty plan where there is none.

    Raises
    ------
    DeclarationError
        With every fault of the file at once, each with its table, key and remedy.
    """
    if not path.is_file():
        return MonitoringPlan()
    plain = read_toml(path.read_bytes(), str(path))
    try:
        plan = MonitoringPlan.model_validate(plain)
    except ValidationError as error:
        faults = [_fault(path, fault) for fault in error.errors(include_url=False)]
    else:
        faults = list(_cross_faults(path, plan, site))
        if not faults:
            return plan
    summary = f"{path.name} breaks {len(faults)} rule(s) of a monitoring plan"
    raise DeclarationError(summary, faults)


_TABLES: dict[str, type[Declaration]] = {"meter": MeterPlan, "parameter": ParameterPlan}


def _fault(path: Path, fault: object) -> Fault:
    location = list(fault["loc"])  # type: ignore[index]
    model = _TABLES.get(str(location[0])) if location else None
    keys = keys_of(model or MonitoringPlan)
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
    return Fault((str(path), place), *told(fault, keys))


def _cross_faults(path: Path, plan: MonitoringPlan, site: Site) -> Iterator[Fault]:
    meters = {meter.id for meter in site.meters}
    items = {item.id for item in (*site.streams, *site.products)}
    seen: set[tuple[str, str]] = set()
    for meter in plan.meter:
        place = (str(path), f"[[meter]] {meter.id}")
        if meter.id not in meters:
            rule = "a meter of site.toml"
            yield Fault((*place, "id"), repr(meter.id), rule, "correct the id, or declare it")
        if ("", meter.id) in seen:
            yield Fault(place, "the same meter twice", "one table for each", "remove one of them")
        seen.add(("", meter.id))
    for one in plan.parameter:
        place = (str(path), f"[[parameter]] {one.item} {one.name}")
        if one.item not in items:
            rule = "a stream or product of site.toml"
            yield Fault((*place, "item"), repr(one.item), rule, "correct the id, or declare it")
        if one.name not in parameter_kinds():
            rule = "a parameter of an equation: " + ", ".join(parameter_kinds())
            yield Fault((*place, "name"), repr(one.name), rule, "correct the name")
        if (one.item, one.name) in seen:
            yield Fault(place, "the same twice", "one table for each", "remove one of them")
        seen.add((one.item, one.name))
