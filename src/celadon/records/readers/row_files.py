"""Files with a row per fact: monthly activity, and laboratory results and certificates.

Fields are found by their headers in either language. A row that cannot be taken becomes a finding
that names its cell; the other rows are taken.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa

from celadon.errors import UnitError
from celadon.exact import quantise
from celadon.records.finding import Finding
from celadon.records.readers.profile import Profile
from celadon.records.readers.rows import Refusal, Row, taken_rows, unit_of
from celadon.records.readers.sheet import Grid
from celadon.records.site import ACTIVITY_KINDS, POLLUTANT_PARAMETERS, Named, Site
from celadon.records.tables import ACTIVITY, SAMPLE
from celadon.reference import Carrier
from celadon.reference.equations import parameter_kinds
from celadon.units import conversion, count_unit, parse_unit

ORIGINS = ("laboratory", "certificate")
"""Where a sample's value can come from; the order is the order of precedence."""

PARAMETERS = (
    "net_calorific_value", "carbon_content", "carbon_content_per_heat", "oxidation_rate",
    "co2_factor", "specific_enthalpy", "moisture",
)  # fmt: skip
"""What a sample can speak of; another parameter is recorded, and told of."""

KNOWN_PARAMETERS = tuple(dict.fromkeys((*PARAMETERS, *POLLUTANT_PARAMETERS, *parameter_kinds())))
"""The same with what equations of sectors and of pollutants ask for, which no template does."""

_NAMED = {kind.zh: name for name, kind in parameter_kinds().items()}

LEAST_DECIMALS, MOST_DECIMALS = 6, 12
"""Decimals to which a sample's value is kept: as many as it is written with, within these."""


def read_activity(
    grid: Grid, profile: Profile, site: Site, carriers: dict[str, Carrier]
) -> tuple[pa.Table, list[Finding]]:
    """Monthly activity of one sheet as rows of ``activity``, and what could not be taken."""
    units = {s.id: carriers[s.carrier].account_unit for s in site.streams if s.carrier in carriers}
    units |= {p.id: p.measure for p in site.products}
    waste = [outlet for outlet in site.outlets if outlet.medium == "waste"]
    units |= {outlet.id: "t" for outlet in waste}
    names = _names([*site.streams, *site.products, *waste])

    def take(row: Row) -> dict[str, Any]:
        stream = _known_stream(row, names)
        kind = row.word("kind")
        if kind not in ACTIVITY_KINDS:
            raise Refusal(
                "unknown_kind", "kind", text=row.text("kind"), known=", ".join(ACTIVITY_KINDS)
            )
        first, end = row.period()
        amount = row.amount("quantity", kind)
        unit = row.text("unit") or units[stream]
        target = count_unit(units[stream])
        exact = amount * _ratio(unit, target)
        if exact.denominator != 1:
            numbers = {"text": f"{row.text('quantity')} {unit}", "unit": target}
            row.notes.append(
                Finding(site.id, "finer_than_count", stream, row.place("quantity"), numbers)
            )
        return {
            "stream": stream, "kind": kind, "from_day": first, "to_day": end,
            "count": row.count("quantity", exact), "sheet": grid.sheet or None,
            "source_row": row.row,
        }  # fmt: skip

    def about(row: Row) -> dict[str, Any]:
        return _about(row, names)

    required = ("stream", "kind", "quantity")
    rows, findings = taken_rows(grid, profile, site, required, take, about)
    return ACTIVITY.from_rows(rows), findings


def read_samples(grid: Grid, profile: Profile, site: Site) -> tuple[pa.Table, list[Finding]]:
    """Laboratory results and certificates of one sheet as rows of ``sample``."""
    names = _names([*site.streams, *site.products])

    def take(row: Row) -> dict[str, Any]:
        origin = row.word("origin") or ORIGINS[0]
        if origin not in ORIGINS:
            raise Refusal(
                "unknown_origin", "origin", text=row.text("origin"), known=", ".join(ORIGINS)
            )
        open_ended = origin == "certificate" and not row.text("to") and not row.text("month")
        first, end = (row.day("from"), None) if open_ended else row.period()
        value = row.amount("value", "value", unit_of(row))
        parameter = row.word("parameter")
        parameter = _NAMED.get(parameter, parameter)
        _refuse_impossible(row, parameter, value)
        if parameter not in KNOWN_PARAMETERS:
            numbers = {"text": parameter, "known": ", ".join(_near(parameter))}
            place = row.place("parameter")
            row.notes.append(Finding(site.id, "unknown_parameter", grid.file, place, numbers))
        decimals = _decimals(value)
        if quantise(value, decimals) != value * 10**decimals:
            numbers = {"text": row.text("value"), "unit": f"10^-{decimals} {row.text('unit')}"}
            place = row.place("value")
            row.notes.append(Finding(site.id, "finer_than_count", grid.file, place, numbers))
        weight = row.amount("weight", "weight") if row.text("weight") else None
        return {
            "stream": _known_stream(row, names), "parameter": parameter,
            "basis": row.word("basis") or None, "from_day": first, "to_day": end,
            "count": row.count("value", value, decimals), "decimals": decimals,
            "unit": unit_of(row),
            "weight": None if weight is None else row.count("weight", weight, 3),
            "origin": origin, "document": row.text("document") or None, "sheet": grid.sheet or None,
            "source_row": row.row,
        }  # fmt: skip

    rows, findings = taken_rows(grid, profile, site, ("stream", "parameter", "value", "unit"), take)
    return SAMPLE.from_rows(rows), findings


def _refuse_impossible(row: Row, parameter: str, value: Fraction) -> None:
    """Refuse what no sample can be: a share above the whole, a fuel hotter than hydrogen or of 0.

    The lower heating value of hydrogen, about 120 GJ/t, is above that of any other fuel.
    """
    unit = unit_of(row)
    size = value * parse_unit(unit).size
    limit = {"ratio": Fraction(1), "energy/mass": parse_unit("GJ/t").size * 125}
    dimension = parse_unit(unit).dimension
    kind = parameter_kinds().get(parameter)
    if dimension == "ratio" and kind is not None and not kind.is_share:
        return  # a number, such as minutes
    is_none = kind is not None and kind.above_least and not value
    is_beyond = parameter in KNOWN_PARAMETERS and dimension in limit and size > limit[dimension]
    if is_none or is_beyond:
        raise Refusal("impossible_value", "value", text=f"{parameter} {row.text('value')} {unit}")


def _near(parameter: str) -> Sequence[str]:
    """The parameters whose names are like what was written; the common ones where none is."""
    return difflib.get_close_matches(parameter, KNOWN_PARAMETERS, n=5) or PARAMETERS


def _names(items: Sequence[Named]) -> dict[str, set[str]]:
    """Ids by all names that a sheet may call them by; an id is always itself."""
    ids: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for name in (item.name_zh, item.name_en):
            if name:
                ids[name].add(item.id)
    return ids | {item.id: {item.id} for item in items}


def _about(row: Row, names: dict[str, set[str]]) -> dict[str, str]:
    """What a refused row speaks of; what cannot be read of it is empty."""
    known = names.get(row.text("stream"), set())
    kind = row.word("kind")
    try:
        first, end = (day.isoformat() for day in row.period())
    except Refusal:
        first = end = ""
    return {
        "stream": next(iter(known)) if len(known) == 1 else "",
        "kind": kind if kind in ACTIVITY_KINDS else "", "from_day": first, "to_day": end,
    }  # fmt: skip


def _known_stream(row: Row, names: dict[str, set[str]]) -> str:
    text = row.text("stream")
    known = names.get(text, set())
    if not known:
        raise Refusal("unknown_stream", "stream", text=text)
    if len(known) > 1:
        raise Refusal("ambiguous_stream", "stream", text=text, known=", ".join(sorted(known)))
    return next(iter(known))


def _decimals(value: Fraction) -> int:
    """The decimals that a written value has, within the limits."""
    for decimals in range(LEAST_DECIMALS, MOST_DECIMALS):
        if (value * 10**decimals).denominator == 1:
            return decimals
    return MOST_DECIMALS


def _ratio(unit: str, target: str) -> Fraction:
    try:
        return conversion(unit, target)
    except UnitError:
        raise Refusal("wrong_unit", "unit", unit=unit, expected=target, rows=1) from None
