"""From checked rows to facts: each function makes one kind of fact of one row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from celadon.errors import UnitError
from celadon.reference.cells import Row
from celadon.reference.facts import (
    Carrier,
    Correction,
    Industry,
    Process,
    ProcessRule,
    Record,
    Region,
    Selection,
    Source,
)
from celadon.reference.shapes import RECORD_TABLES, Shape, Value, row_id
from celadon.reference.shared_kinds import ORIGINS
from celadon.reference.validity import Validity
from celadon.units import count_unit

_FUEL_SET = "fuel_id_"


def source_of(row: Row) -> Source:
    """A source; its dates may be partial or empty, its status is final, draft or unknown."""
    row.choice("force", ("dated", "none"))
    row.choice("status", ("final", "draft", "unknown"))
    row.confidence()
    # a date that is none is noted as a fault; the rows that rest on the source are read without it
    days = {name: row.day(name) for name in ("published", "in_force_from", "in_force_to")}
    row.required("id")
    return Source(**{**row.cells, **days})


def record_of(table: str, row: Row, sources: Mapping[str, Source]) -> Record | None:
    """A record of ``table``; None, with a fault, where its source is not known."""
    if not row.required("record").startswith(f"{table}/"):
        row.fault("record", f"an id that begins with {table}/", "correct the id")
    value, low, high = (row.number(name) for name in ("value", "value_low", "value_high"))
    common = _common(row, sources)
    unit = row.unit("unit") if value is not None or row.text("unit") else ""
    subject, parameter = row.required("subject"), row.required("parameter")
    if common is None:
        return None
    return Record(
        record=row.text("record"),
        table=table,
        subject=subject,
        subject_zh=row.text("subject_zh"),
        parameter=parameter,
        set=row.text("set"),
        area=row.text("area"),
        basis=row.text("basis"),
        data_year=row.text("data_year"),
        value=value,
        value_text=row.text("value"),
        value_low=low,
        value_high=high,
        unit=unit,
        **common,
    )


def figure_of(
    shape: Shape, figure: Value, row: Row, sources: Mapping[str, Source]
) -> Record | None:
    """One figure of a wide row; None, with a fault, where its source is not known.

    Its id is that of the row, the parameter, and the year where the figure has one of its own.
    """
    value, low, high = (row.number(name) for name in (figure.column, figure.low, figure.high))
    common = _common(row, sources)
    subject = row.required(shape.subject)
    parameter = figure.parameter or row.required("parameter")
    printed = any(number is not None for number in (value, low, high))
    unit = figure.unit or (
        row.unit(figure.unit_column) if printed else row.text(figure.unit_column)
    )
    if common is None:
        return None
    name = f"{row_id(shape, key_of(shape, row))}/{parameter}"
    return Record(
        record=f"{name}/{figure.data_year}" if figure.data_year else name,
        table=shape.name,
        subject=subject,
        subject_zh="",
        parameter=parameter,
        set=row.text("source"),
        area=row.text(shape.area),
        basis=row.text(shape.basis),
        data_year=figure.data_year or row.text(shape.data_year),
        value=value,
        value_text=row.text(figure.column),
        value_low=low,
        value_high=high,
        unit=unit,
        coordinates=tuple([(column, row.text(column)) for column in shape.coordinates]),
        **common,
    )


def key_of(shape: Shape, row: Row) -> tuple[str, ...]:
    """The cells that identify a row."""
    return tuple([row.cells[column] for column in shape.key])


def _common(row: Row, sources: Mapping[str, Source]) -> dict[str, Any] | None:
    """What every figure has: source, days in force, locator, letter, note."""
    source = _known_source(row, sources)
    start, end = row.day("valid_from"), row.day("valid_to")
    confidence = row.confidence()
    if source is None:
        return None
    own = source.validity
    validity = Validity(start or own.from_text, end or own.to_text, own.dated)
    return {
        "valid_from": validity.certain_from,
        "valid_to": validity.certain_to,
        "source": source,
        "locator": row.text("locator"),
        "confidence": confidence,
        "note": row.text("note"),
        "validity": validity,
    }


def carrier_of(row: Row) -> Carrier:
    """A carrier; its account unit must be one that celadon counts in."""
    unit = row.unit("account_unit")
    try:
        small = count_unit(unit)
    except (UnitError, KeyError):
        row.fault("account_unit", "a plain unit such as t, Nm3 or kWh", "correct the unit")
        small = ""
    origin = row.text("carbon_origin")
    if origin and origin not in ORIGINS:
        row.fault("carbon_origin", f"nothing, or one of {', '.join(ORIGINS)}", "correct the origin")
    fuel_ids = {
        column.removeprefix(_FUEL_SET): cell
        for column, cell in row.cells.items()
        if column.startswith(_FUEL_SET) and cell
    }
    return Carrier(
        id=row.required("id"),
        name_zh=row.required("name_zh"),
        name_en=row.required("name_en"),
        account_unit=unit,
        count_unit=small,
        kind=row.required("kind"),
        coal_equivalent=row.text("coal_equivalent"),
        coal_equivalent_units=row.number("coal_equivalent_units"),
        coal_equivalent_steel=row.text("coal_equivalent_steel"),
        fuel_ids=fuel_ids,
        carbon_origin=origin,
        note=row.text("note"),
    )


def selection_of(row: Row) -> Selection:
    """A row of the programmes' choice of electricity factors."""
    if row.required("programme") and row.text("confidence"):
        row.confidence()
    return Selection(**row.cells)


def correction_of(row: Row) -> Correction:
    """A term of a correction of limits."""
    order = row.number("order")
    row.confidence()
    if order is None or order.denominator != 1:
        row.fault("order", "a whole number", "say which terms come first")
        order = Fraction(0)
    changed = {
        "grades": tuple(row.required("grades").split(";")),
        "order": int(order),
        **{name: row.number(name) for name in ("coefficient", "floor", "cap")},
    }
    return Correction(**{**row.cells, **changed})  # type: ignore[arg-type]  # columns are fields


def industry_of(row: Row) -> Industry:
    """A division or class of the industrial classification."""
    row.confidence()
    return Industry(**row.cells)


def region_of(row: Row) -> Region:
    """A province; its codes are of six digits, and of ISO 3166-2."""
    row.confidence()
    for column, pattern in (("code", r"\d{6}"), ("iso", r"CN-[A-Z]{2}")):
        if not re.fullmatch(pattern, row.text(column)):
            rule = "a code of six digits and an ISO code that begins with CN-"
            row.fault(column, rule, "correct the id")
    return Region(**row.cells)


def process_of(row: Row) -> Process:
    """A process that norms speak of."""
    return Process(**{**row.cells, "id": row.required("id")})


def process_rule_of(row: Row, sources: Mapping[str, Source]) -> ProcessRule | None:
    """A set of limits that a process is judged by; None, with a fault, without a known source."""
    source = _known_source(row, sources)
    row.choice("table", RECORD_TABLES)
    if row.text("fact_ends"):
        row.choice("fact_ends", ("from", "to"))
    low, high = row.number("fact_from"), row.number("fact_to")
    if source is None:
        return None
    return ProcessRule(
        process=row.required("process"),
        rule=row.required("rule"),
        table=row.text("table"),
        set=row.required("set"),
        subject=row.required("subject"),
        indicator=row.required("indicator"),
        source=source,
        fact=row.text("fact"),
        fact_from=low,
        fact_to=high,
        fact_ends=row.text("fact_ends") or "from",
    )


def _known_source(row: Row, sources: Mapping[str, Source]) -> Source | None:
    source = sources.get(row.text("source"))
    if source is None:
        row.fault("source", "the id of a source in sources.csv", "add the source or correct the id")
    return source
