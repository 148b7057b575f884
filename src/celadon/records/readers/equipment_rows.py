"""The equipment of a site: rows of a list into the table ``equipment``, and what stands today."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from celadon.errors import UnitError
from celadon.exact import parse_decimal, round_half_even
from celadon.records.finding import Finding
from celadon.records.readers.profile import Profile
from celadon.records.readers.rows import Refusal, Row, taken_rows
from celadon.records.readers.sheet import Grid, half_width
from celadon.records.site import Site
from celadon.records.tables import EQUIPMENT
from celadon.units import conversion

CLASSES = (
    "motor", "transformer", "pump", "fan", "compressor", "refrigeration", "boiler", "furnace",
    "turbine", "lighting", "vehicle", "other",
)  # fmt: skip
"""Classes of equipment; another word is recorded as written, and told of."""

POWER_UNIT = "kW"
"""Unit of a rated power where neither its heading nor its cell says another."""

_MOST_POWER = 10**10
"""Watts from which a rated power is taken for a slip of its unit."""

NEEDED = ("equipment", "class", "pieces")
"""The columns without which a list of equipment is not read."""

_FIRST_YEAR = 1900
_TEXTS = ("name", "maker", "model", "grade", "document")
_MOST_PIECES = 10**6
_WRITTEN = re.compile(r"([-+0-9.eE\s]*)([^-+0-9.\s].*)?", re.DOTALL)
_YEAR = re.compile(r"(\d{4})(?:\.0*|年|-\d\d-\d\d)?")
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]\s*$")


def read_equipment(grid: Grid, profile: Profile, site: Site) -> tuple[pa.Table, list[Finding]]:
    """The equipment of one sheet as rows of ``equipment``, and what could not be taken.

    An id that stands twice is taken where it stands first. A process unit may be named by its id
    or by its name in either language. Rated power is in the unit of its cell, else of its heading,
    else in kW.
    """
    seen: dict[str, int] = {}
    power_unit = _power_unit(grid, profile)

    def take(row: Row) -> dict[str, Any]:
        name = row.text("equipment")
        if not name:
            raise Refusal("nameless_equipment", "equipment")
        if name in seen:
            raise Refusal("repeated_equipment", "equipment", text=name, row=seen[name])
        taken = {
            "equipment": name,
            "class": _class(row),
            **{field: row.text(field) or None for field in _TEXTS},
            "unit": _process_unit(row, site),
            "quantity": _whole(row, "pieces", 0, _MOST_PIECES),
            "power": _power(row, power_unit),
            "year": _year(row),
            "sheet": grid.sheet or None,
            "source_row": row.row,
        }
        seen[name] = row.row
        return taken

    rows, findings = taken_rows(grid, profile, site, NEEDED, take)
    return EQUIPMENT.from_rows(rows), findings


def standing_equipment(tables: Iterable[pa.Table]) -> list[dict[str, Any]]:
    """What stands today: of every piece its latest row, without those put out of use for good.

    Parameters
    ----------
    tables : of schema ``equipment``, in the order of the ledger.
    """
    latest: dict[str, dict[str, Any]] = {}
    for table in tables:
        latest |= {row["equipment"]: row for row in table.to_pylist()}
    return [latest[name] for name in sorted(latest) if latest[name]["quantity"]]


def _class(row: Row) -> str:
    value = row.word("class").lower()
    if value in CLASSES:
        return value
    text = row.text("class")
    place, numbers = row.place("class"), {"text": text}
    row.notes.append(Finding(row.site, "unknown_class", row.text("equipment"), place, numbers))
    return text


def _process_unit(row: Row, site: Site) -> str | None:
    text = row.text("process_unit")
    known = [unit.id for unit in site.units if text in (unit.id, unit.name_zh, unit.name_en)]
    if not text:
        return None
    if text in known:
        return text
    if len(known) != 1:
        listed = ", ".join(unit.id for unit in site.units) or "-"
        raise Refusal("unknown_process_unit", "process_unit", text=text, known=listed)
    return known[0]


def _whole(row: Row, name: str, least: int, most: int) -> int:
    value = row.number(name)
    if value.denominator != 1 or not least <= value <= most:
        text = row.text(name)
        raise Refusal("impossible_number", name, text=text, least=least, most=most)
    return int(value)


def _year(row: Row) -> int | None:
    text = half_width(row.text("year"))
    if not text:
        return None
    last = dt.datetime.now(dt.UTC).year + 1
    found = _YEAR.fullmatch(text)
    if found is None or not _FIRST_YEAR <= int(found[1]) <= last:
        numbers = {"text": row.text("year"), "least": _FIRST_YEAR, "most": last}
        raise Refusal("impossible_number", "year", **numbers)
    return int(found[1])


def _power(row: Row, power_unit: str) -> int | None:
    text = row.text("power")
    if not text:
        return None
    if text.startswith("#"):
        raise Refusal("formula_error", "power", text=text, rows=1)
    found = _WRITTEN.fullmatch(half_width(text))
    number, unit = (found[1], found[2]) if found else (text, "")
    unit = unit or power_unit
    try:
        watts = parse_decimal(number) * conversion(unit, "W")
    except UnitError:
        raise Refusal("wrong_unit", "power", unit=unit, expected="kW", rows=1) from None
    except ValueError:
        raise Refusal("unreadable_number", "power", text=text, rows=1) from None
    if not 0 < watts < _MOST_POWER:
        raise Refusal("impossible_power", "power", text=f"{number.strip()} {unit}")
    return max(1, round_half_even(watts))


def _power_unit(grid: Grid, profile: Profile) -> str:
    column = grid.find(profile.columns.get("power", ()))
    header = "" if column is None else grid.headers[column]
    found = _BRACKET.search(header)
    return profile.units.get(header) or (found[1].strip() if found else "") or POWER_UNIT
