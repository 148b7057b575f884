"""What a site says of its monitoring beyond ``site.toml``: the file ``monitoring.toml`` beside it.

Meters have an accuracy, a calibration and someone who reads them; parameters are measured by
someone, by a standard, so often. None of this changes a figure: the plan shows it, and checks what
arrived against it. Without the file, the plan is what the template asks and the method takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from celadon.chain import canonical_json
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
    return parse_plan(path.read_bytes(), str(path), site) if path.is_file() else MonitoringPlan()


def parse_plan(data: bytes, name: str, site: Site) -> MonitoringPlan:
    """A plan from the bytes of its file, checked against the site.

    Parameters
    ----------
    name : of the file, for its faults.

    Raises
    ------
    DeclarationError
        With every fault of the file at once.
    """
    plain = read_toml(data, name)
    try:
        plan = MonitoringPlan.model_validate(plain)
    except ValidationError as error:
        faults = [_fault(name, fault) for fault in error.errors(include_url=False)]
    else:
        faults = list(_cross_faults(name, plan, site))
        if not faults:
            return plan
    summary = f"{PLAN_FILE} breaks {len(faults)} rule(s) of a monitoring plan"
    raise DeclarationError(summary, faults)


def plan_rows(plan: MonitoringPlan) -> list[dict[str, Any]]:
    """A plan as rows of the table ``monitoring``, numbered as its tables stand."""
    whole = plan.model_dump(mode="json", exclude={"meter", "parameter"})
    told = [("plan", "", "", whole)]
    told += [("meter", one.id, "", one.model_dump(mode="json")) for one in plan.meter]
    told += [("parameter", one.item, one.name, one.model_dump(mode="json"))
             for one in plan.parameter]  # fmt: skip
    return [
        {"about": about, "item": item, "name": name, "says": canonical_json(says),
         "source_row": number}
        for number, (about, item, name, says) in enumerate(told, start=1)
    ]  # fmt: skip


_TABLES: dict[str, type[Declaration]] = {"meter": MeterPlan, "parameter": ParameterPlan}


def _fault(name: str, fault: object) -> Fault:
    location = list(fault["loc"])  # type: ignore[index]
    model = _TABLES.get(str(location[0])) if location else None
    keys = keys_of(model or MonitoringPlan)
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in location)
    return Fault((name, place), *told(fault, keys))


def _cross_faults(name: str, plan: MonitoringPlan, site: Site) -> Iterator[Fault]:
    meters = {meter.id for meter in site.meters}
    items = {item.id for item in (*site.streams, *site.products)}
    seen: set[tuple[str, str]] = set()
    for meter in plan.meter:
        place = (name, f"[[meter]] {meter.id}")
        if meter.id not in meters:
            rule = "a meter of site.toml"
            yield Fault((*place, "id"), repr(meter.id), rule, "correct the id, or declare it")
        if ("", meter.id) in seen:
            yield Fault(place, "the same meter twice", "one table for each", "remove one of them")
        seen.add(("", meter.id))
    for one in plan.parameter:
        place = (name, f"[[parameter]] {one.item} {one.name}")
        if one.item not in items:
            rule = "a stream or product of site.toml"
            yield Fault((*place, "item"), repr(one.item), rule, "correct the id, or declare it")
        if one.name not in parameter_kinds():
            rule = "a parameter of an equation: " + ", ".join(parameter_kinds())
            yield Fault((*place, "name"), repr(one.name), rule, "correct the name")
        if (one.item, one.name) in seen:
            yield Fault(place, "the same twice", "one table for each", "remove one of them")
        seen.add((one.item, one.name))
