"""Form 5 of a supervision: the measuring instruments, and their number by level.

The level is where the streams that an instrument counts begin and end: at the fence, or at a
process unit. What GB 17167 requires of each level is not in the reference tables and stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from celadon.records.site import OUTSIDE, Meter
from celadon.report.statistics.balance import column
from celadon.report.statistics.cells import open_cell
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.printing import printed

LEVELS = ("site", "unit", "none")
"""At the fence, at a process unit, or counting no stream of the account, as a check meter does."""

_METERS = (
    "meter_of", "name", "level", "carrier", "read", "measured_share", "estimated_share",
    "missing_share", "accuracy", "calibrated", "verified",
)  # fmt: skip
_COUNTED = ("level", "required", "present", "by_system", "verified_number", "verified_rate")
_SECONDS = ("measured", "estimated", "missing")


def metering_tables(content: FormContent) -> tuple[Table, Table]:
    """Each meter with how much of its time was measured, and their number by level."""
    return _meters(content), _levels(content)


def level_of(content: FormContent, meter: Meter) -> str:
    """Where the streams that a meter counts begin and end: ``site``, ``unit`` or ``none``."""
    counted = [
        stream
        for stream in content.site.streams
        if meter.id in {name.removeprefix("-") for name in stream.meters}
    ]
    if any(OUTSIDE in (stream.origin, stream.destination) for stream in counted):
        return "site"
    return "unit" if counted else "none"


def is_verified(content: FormContent, meter: Meter) -> bool | None:
    """Whether its certificate holds to the period's end; None where no day is known."""
    until = content.meter_plans.get(meter.id)
    if until is None or until.calibrated_until is None:
        return None
    return until.calibrated_until >= content.period.days[-1]


def _meters(content: FormContent) -> Table:
    times = {row["meter"]: row for row in content.meter_times.to_pylist()}
    rows = []
    for meter in content.site.meters:
        known = times.get(meter.id)
        whole = sum(known[name] for name in _SECONDS) if known else 0
        shares = {
            f"{name}_share": Cell(note=content.tell("lack.no_time"))
            if not known or not whole
            else _percent(Fraction(100 * known[name], whole))
            for name in _SECONDS
        }
        cells = {
            "meter_of": Cell(meter.id),
            "name": Cell(meter.name(content.language)),
            "level": Cell(content.tell(f"level.{level_of(content, meter)}")),
            "carrier": Cell(content.names.carrier(meter.carrier) if meter.carrier else ""),
            "read": Cell(_read(content, meter)),
            **shares,
            **dict(zip(("accuracy", "calibrated", "verified"), _plan(content, meter), strict=True)),
        }
        rows.append(Row(tuple(cells[name] for name in _METERS)))
    units = {f"{name}_share": "%" for name in _SECONDS}
    columns = tuple(column(name, units.get(name, "")) for name in _METERS)
    notes = (content.tell("self_check.metering"),)
    return Table("5", WORDS["table.check_metering"], columns, tuple(rows), notes)


def _read(content: FormContent, meter: Meter) -> str:
    if meter.kind == "register" and meter.read_every != "slot":
        return content.tell(f"every.{meter.read_every}")
    return content.tell("self_check.minutes", minutes=meter.minutes)


def _plan(content: FormContent, meter: Meter) -> Iterator[Cell]:
    """Accuracy, last day of the certificate, and whether it holds, as ``monitoring.toml`` says."""
    plan, holds = content.meter_plans.get(meter.id), is_verified(content, meter)
    unsaid = open_cell(content, "meter_plan")
    yield Cell(plan.accuracy) if plan is not None and plan.accuracy else unsaid
    until = None if plan is None else plan.calibrated_until
    yield unsaid if until is None else Cell(until.isoformat())
    yield unsaid if holds is None else Cell(content.tell("yes" if holds else "lapsed"))


def _levels(content: FormContent) -> Table:
    """How many instruments stand at each level, and how many of them have a certificate."""
    rows = []
    for level in LEVELS:
        here = [meter for meter in content.site.meters if level_of(content, meter) == level]
        known = [each for each in (is_verified(content, meter) for meter in here)
                 if each is not None]  # fmt: skip
        holding = sum(known)
        automatic = sum(m.kind != "register" or m.read_every == "slot" for m in here)
        unsaid = Cell(note=content.tell("lack.verified", number=len(here) - len(known)))
        cells = {
            "level": Cell(content.tell(f"level.{level}")),
            "required": Cell("–") if level == "none" else open_cell(content, "required"),
            "present": _number(len(here)),
            "by_system": _number(automatic),
            "verified_number": _number(holding) if len(known) == len(here) else unsaid,
            "verified_rate": Cell("–")
            if not here
            else _percent(Fraction(100 * holding, len(here)))
            if len(known) == len(here)
            else unsaid,
        }
        rows.append(Row(tuple(cells[name] for name in _COUNTED)))
    columns = tuple(column(name, "%" if name == "verified_rate" else "") for name in _COUNTED)
    notes = (content.tell("self_check.levels"),)
    return Table("5b", WORDS["table.check_levels"], columns, tuple(rows), notes)


def _number(count: int) -> Cell:
    return Cell(value=Fraction(count), exact=Fraction(count), decimals=0)


def _percent(value: Fraction) -> Cell:
    return Cell(value=printed(value), exact=value)
