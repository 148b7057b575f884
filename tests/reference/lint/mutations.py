"""Planted errors: each class changes one row as people and programs change rows when they copy.

This file knows nothing of the lint: it reads rows as texts, and says for each class which rows can
carry it. A row that cannot (no LNG, no second edition to take from, no digits that differ) is not
counted. The same row is always changed in the same way.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Cells = dict[str, str]
Change = Callable[["Tables", str, Cells], "Cells | None"]

VALUE_COLUMNS = {
    "cbam_defaults": ("direct", "indirect", "total"),
    "norm_corrections": ("coefficient",),
}
FIGURES = (
    "fuels", "electricity", "heat", "process", "coal_equivalents", "levels_2023", "norms",
    "water_norms", "gwp", "ets_benchmarks", "equipment_grades", "cbam_standard_factors",
    "steam_enthalpy", "cbam_defaults", "cbam_benchmarks", "tariffs",
)  # fmt: skip
"""Tables of figures that accounts and verdicts rest on."""

Tables = Mapping[str, Sequence[Cells]]


def chance(row: Cells, name: str, choices: int) -> int:
    """A number below ``choices``, the same for the same row and purpose."""
    text = "\x1f".join([name, *row.values()])
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % choices


def number_column(table: str, row: Cells) -> str | None:
    """A column of the row that holds a number other than zero."""
    columns = VALUE_COLUMNS.get(table, ("value",))
    filled = [c for c in columns if row.get(c) and Decimal(row[c]) != 0]
    return filled[chance(row, "column", len(filled))] if filled else None


def plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def scaled(row: Cells, column: str, factor: Decimal, digits: int = 4) -> Cells:
    rounded = Decimal(f"{Decimal(row[column]) * factor:.{digits - 1}E}")
    return {**row, column: plain(rounded)}


def on_number(change: Callable[[Cells, str], Cells | None]) -> Change:
    def changed(_: Tables, table: str, row: Cells) -> Cells | None:
        column = number_column(table, row) if table in FIGURES else None
        return None if column is None else change(row, column)

    return changed


def digit_repeated(row: Cells, column: str) -> Cells | None:
    text = row[column]
    places = [i for i, sign in enumerate(text) if sign.isdigit()]
    at = places[chance(row, "repeat", len(places))]
    spoilt = text[: at + 1] + text[at] + text[at + 1 :]
    return {**row, column: spoilt} if Decimal(spoilt) != Decimal(text) else None


def digits_exchanged(row: Cells, column: str) -> Cells | None:
    text = row[column]
    places = [i for i, sign in enumerate(text) if sign.isdigit()]
    pairs = [(a, b) for a, b in itertools.pairwise(places) if text[a] != text[b]]
    if not pairs:
        return None
    a, b = pairs[chance(row, "exchange", len(pairs))]
    signs = list(text)
    signs[a], signs[b] = signs[b], signs[a]
    return {**row, column: "".join(signs)}


def thousandfold(row: Cells, column: str) -> Cells | None:
    factor = Decimal(1000) if chance(row, "thousand", 2) else Decimal("0.001")
    return {**row, column: plain(Decimal(row[column]) * factor)}


def sign_changed(row: Cells, column: str) -> Cells | None:
    text = row[column]
    return {**row, column: text[1:] if text.startswith("-") else "-" + text}


def letter_for_digit(row: Cells, column: str) -> Cells | None:
    text, letters = row[column], {"0": "O", "1": "l", "5": "S", "8": "B", ".": ","}
    places = [i for i, sign in enumerate(text) if sign in letters]
    if not places:
        return None
    at = places[chance(row, "letter", len(places))]
    return {**row, column: text[:at] + letters[text[at]] + text[at + 1 :]}


def unit_of_another_kind(_: Tables, table: str, row: Cells) -> Cells | None:
    if table not in FIGURES or not row.get("unit") or number_column(table, row) is None:
        return None
    return {**row, "unit": "t/kWh" if "kWh" not in row["unit"].partition("/")[0] else "GJ/t"}


def carbon_ratio_missing(_: Tables, table: str, row: Cells) -> Cells | None:
    of_carbon = table in ("process", "cbam_standard_factors", "heat", "electricity")
    if not of_carbon or "CO2" not in row["unit"].partition("/")[0] or not number_column(table, row):
        return None
    return scaled(row, "value", Decimal(12) / Decimal(44))


def carbon_ratio_doubled(_: Tables, table: str, row: Cells) -> Cells | None:
    tables = ("fuels", "process", "cbam_standard_factors", "heat", "electricity")
    top = row.get("unit", "").partition("/")[0]
    if table not in tables or not ("CO2" in top or top == "tC") or not number_column(table, row):
        return None
    return scaled(row, "value", Decimal(44) / Decimal(12))


def lng_as_lpg(tables: Tables, table: str, row: Cells) -> Cells | None:
    if table != "fuels" or row["subject"] != "lng":
        return None
    twin = next(
        r for r in tables["fuels"]
        if (r["set"], r["subject"], r["parameter"]) == (row["set"], "lpg", row["parameter"])
    )  # fmt: skip
    changed = Decimal(twin["value"]) != Decimal(row["value"])
    return {**row, "value": twin["value"]} if changed else None


def mgo_as_cao(_: Tables, table: str, row: Cells) -> Cells | None:
    named = "mgo" in row.get("subject", "").split("/")[-1].split("_")
    return {**row, "value": "0.785714"} if named and row["unit"].startswith("tCO2/t") else None


def footprint_for_average(tables: Tables, table: str, row: Cells) -> Cells | None:
    if table != "electricity" or row["subject"].startswith("lifecycle"):
        return None
    footprints = [
        r["value"] for r in tables["electricity"] if r["subject"] == "lifecycle_footprint"
    ]
    return {**row, "value": footprints[chance(row, "footprint", len(footprints))]}


def gwp_of_another_set(tables: Tables, table: str, row: Cells) -> Cells | None:
    if table != "gwp":
        return None
    others = sorted({
        r["value"] for r in tables["gwp"]
        if r["subject"] == row["subject"] and r["set"] != row["set"]
        and Decimal(r["value"]) != Decimal(row["value"])
    })  # fmt: skip
    return {**row, "value": others[chance(row, "gwp", len(others))]} if others else None


def steam_misprinted(_: Tables, table: str, row: Cells) -> Cells | None:
    """A cell that is off by 0.4 % and at least 4 kJ/kg: the size of the known misprints."""
    if table != "steam_enthalpy" or Decimal(row["value"]) < 100:
        return None
    off = max(Decimal(row["value"]) * Decimal("0.004"), Decimal(4))
    side = 1 if chance(row, "steam", 2) else -1
    return {**row, "value": plain(Decimal(row["value"]) + side * off.quantize(Decimal("0.1")))}


def outside_its_range(_: Tables, table: str, row: Cells) -> Cells | None:
    if table not in FIGURES or not row.get("value_low") or not row.get("value_high"):
        return None
    low, high = Decimal(row["value_low"]), Decimal(row["value_high"])
    if row.get("value"):
        return {**row, "value": plain(high * 2 - low + 1)}
    return {**row, "value_low": row["value_high"], "value_high": row["value_low"]}


LADDERS = {
    "norms": ("grade_1", "grade_2", "grade_3"),
    "levels_2023": ("benchmark", "baseline"),
    "water_norms": ("advanced", "general"),
    "equipment_grades": ("grade_1", "grade_2", "grade_3"),
}


def past_its_neighbour(tables: Tables, table: str, row: Cells) -> Cells | None:
    """A limit that takes the place beyond the next one of its ladder."""
    order = LADDERS.get(table, ())
    if row.get("parameter") not in order or not row["value"]:
        return None
    beside = [
        r for r in tables[table]
        if r is not row and r["parameter"] in order and r["value"] and all(
            r[c] == row[c] for c in ("set", "subject", "basis"))
    ]  # fmt: skip
    if not beside:
        return None
    other = beside[chance(row, "beside", len(beside))]
    mine, value = order.index(row["parameter"]), Decimal(other["value"])
    stricter_first = table != "equipment_grades"
    upward = (mine < order.index(other["parameter"])) == stricter_first
    step = abs(value) * Decimal("0.03")
    return {**row, "value": plain(value + step if upward else value - step)}


def total_changed(_: Tables, table: str, row: Cells) -> Cells | None:
    if table != "cbam_defaults" or not row["total"] or not (row["direct"] or row["indirect"]):
        return None
    return {**row, "total": plain(Decimal(row["total"]) + Decimal("0.1"))}


def markup_changed(_: Tables, table: str, row: Cells) -> Cells | None:
    if table != "cbam_defaults" or not row["markup_2027"]:
        return None
    return {**row, "markup_2027": "0.02" if row["markup_2027"] != "0.02" else "0.2"}


def kgce_on_another_calorie(_: Tables, table: str, row: Cells) -> Cells | None:
    """A coal equivalent of 25 MJ, as if 6,000 kcal made a kilogram."""
    is_one = table == "coal_equivalents" and row["parameter"] == "coal_equivalent" and row["value"]
    return scaled(row, "value", Decimal("1.1667")) if is_one else None


def far_from_the_editions(tables: Tables, table: str, row: Cells) -> Cells | None:
    """Twice the figure, where another edition or year holds the same quantity."""
    if table not in ("fuels", "electricity", "gwp", "ets_benchmarks") or not number_column(
        table, row
    ):
        return None
    columns = ("subject", "parameter", "basis", "unit") + (
        ("area",) if table == "electricity" else ()
    )
    alike = [r for r in tables[table] if r is not row and r["value"]
             and all(r[c] == row[c] for c in columns)]  # fmt: skip
    return scaled(row, "value", Decimal(2), 6) if alike else None


def copied(_: Tables, table: str, row: Cells) -> Cells | None:
    return {**row, "__copy": "1"} if table in FIGURES else None


def answered_twice(_: Tables, table: str, row: Cells) -> Cells | None:
    """A second row of the same key with another figure."""
    column = number_column(table, row) if table in FIGURES else None
    return None if column is None else {**scaled(row, column, Decimal("1.05"), 6), "__copy": "1"}


def valid_twice(_: Tables, table: str, row: Cells) -> Cells | None:
    """A new edition that begins before the old one ends."""
    if "valid_from" not in row or "record" not in row or not row["value"]:
        return None
    return {**row, "record": row["record"] + "/new", "valid_from": "2024-01-01", "valid_to": "",
            "__copy": "1", "__first_from": "2020-01-01", "__first_to": "2024-07-01"}  # fmt: skip


def valid_after_a_gap(tables: Tables, table: str, row: Cells) -> Cells | None:
    found = valid_twice(tables, table, row)
    return None if found is None else {**found, "__first_to": "2023-07-01"}


CLASSES: Mapping[str, Change] = {
    "44/12 missing": carbon_ratio_missing,
    "44/12 doubled": carbon_ratio_doubled,
    "digit repeated": on_number(digit_repeated),
    "digits exchanged": on_number(digits_exchanged),
    "LNG as LPG": lng_as_lpg,
    "MgO as CaO": mgo_as_cao,
    "footprint for average": footprint_for_average,
    "GWP of another set": gwp_of_another_set,
    "thousand times off": on_number(thousandfold),
    "validity overlaps": valid_twice,
    "validity gap": valid_after_a_gap,
    "steam misprint": steam_misprinted,
    "sign": on_number(sign_changed),
    "outside low..high": outside_its_range,
    "limits out of order": past_its_neighbour,
    "CBAM total": total_changed,
    "CBAM mark-up": markup_changed,
    "kgce on another calorie": kgce_on_another_calorie,
    "far from editions": far_from_the_editions,
    "row copied": copied,
    "answered twice": answered_twice,
    "letter for digit": on_number(letter_for_digit),
    "unit of another kind": unit_of_another_kind,
}
"""Classes of planted errors by name."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A table with errors in some of its rows: the rows, and the places of those changed."""

    rows: tuple[Cells, ...]
    changed: frozenset[int]


def mutable(name: str, tables: Tables, table: str) -> list[int]:
    """Places of the rows of a table that the class can change."""
    change = CLASSES[name]
    return [i for i, row in enumerate(tables[table]) if change(tables, table, row) is not None]


def planted(name: str, tables: Tables, table: str, places: Iterable[int]) -> Planted:
    """The table with the class planted in the rows at some places."""
    rows, chosen, changed = [], set(places), set()
    for place, row in enumerate(tables[table]):
        spoilt = CLASSES[name](tables, table, row) if place in chosen else None
        if spoilt is None:
            rows.append(row)
        elif "__copy" in spoilt:
            first = (
                {"valid_from": spoilt["__first_from"], "valid_to": spoilt["__first_to"]}
                if "__first_from" in spoilt
                else {}
            )
            rows.append({**row, **first})
            changed.add(len(rows))
            rows.append({k: v for k, v in spoilt.items() if not k.startswith("__")})
        else:
            changed.add(len(rows))
            rows.append(spoilt)
    return Planted(tuple(rows), frozenset(changed))
