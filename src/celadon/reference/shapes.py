"""The shape of every reference table: its columns, its key, and which cells are figures.

Three kinds. A *record* table has one uniform shape, one figure a row. A *wide* table has several
figures a row and coordinates of its own, such as a voltage or a route. A *plain* table (sources,
carriers, regions, ...) holds no figure that is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["record", "wide", "plain"]


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of a wide row.

    ``parameter`` is its name, or empty where the row's column ``parameter`` names it; ``column``,
    ``low`` and ``high`` are columns, empty where the table has none; ``unit`` is fixed, or empty
    where the row's ``unit_column`` says it; ``data_year`` is fixed, or empty where the row says it.
    """

    parameter: str
    column: str
    low: str = ""
    high: str = ""
    unit: str = ""
    unit_column: str = "unit"
    data_year: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table looks like.

    Attributes
    ----------
    key : columns that identify a row.
    question : columns that tell questions apart; two rows with the same ones answer the same.
    protected : columns that a user's row with the key of a shipped row must leave as they are.
    optional : columns that a user's file may lack.
    subject, area, basis, data_year : columns of a wide table that play these parts; may be empty.
    coordinates : further columns by which a wide table is asked.
    numbers : coordinates that are numbers.
    values : the figures of a wide row.
    prefix : whether a subject is a code, answered by the longest code held that it begins with.
    elsewhere : the area whose rows hold, by the table's own rule, where an area has none.
    programme : the one programme that the table serves, if it serves one.
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    key: tuple[str, ...]
    question: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    subject: str = "subject"
    area: str = "area"
    basis: str = "basis"
    data_year: str = "data_year"
    coordinates: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    prefix: bool = False
    elsewhere: str = ""
    programme: str = ""


WHOLE = Value("", "value")
"""Stands for the one figure of a row of records."""

REPLACES = "replaces"
"""Column of a user's file only: id of the shipped row that a new row takes the place of."""

_RECORD_COLUMNS = (
    "record", "subject", "subject_zh", "parameter", "set", "area", "basis", "data_year", "value",
    "value_low", "value_high", "unit", "valid_from", "valid_to", "source", "locator", "confidence",
    "note",
)  # fmt: skip


def _record(name: str, programme: str = "") -> Shape:
    return Shape(
        name,
        "record",
        _RECORD_COLUMNS,
        ("record",),
        question=("subject", "parameter", "set", "area", "basis", "data_year"),
        protected=(
            "subject", "parameter", "set", "area", "basis", "data_year", "value", "value_low",
            "value_high", "unit", "source",
        ),
        programme=programme,
    )  # fmt: skip


def _plain(
    name: str,
    columns: str,
    key: tuple[str, ...],
    optional: tuple[str, ...] = (),
    protected: str = "",
) -> Shape:
    return Shape(
        name,
        "plain",
        tuple(columns.split()),
        key,
        optional=optional,
        protected=tuple(protected.split()),
    )


_PROVENANCE = ("source", "locator", "confidence", "note")
_IN_FORCE = ("valid_from", "valid_to")

_WIDE = (
    Shape(
        "steam_enthalpy",
        "wide",
        ("state", "pressure_MPa", "temperature_C", "value", "unit", *_PROVENANCE),
        ("state", "pressure_MPa", "temperature_C", "source"),
        question=("state", "pressure_MPa", "temperature_C", "source"),
        protected=("value", "unit"),
        subject="state",
        area="",
        basis="",
        data_year="",
        coordinates=("pressure_MPa", "temperature_C"),
        numbers=("pressure_MPa", "temperature_C"),
        values=(Value("enthalpy", "value"),),
    ),
    Shape(
        "cbam_defaults",
        "wide",
        (
            "country", "sector", "cn_code", "variant", "route_indicator", "direct", "indirect",
            "total", "markup_2026", "markup_2027", "markup_2028", "unit", "period", *_IN_FORCE,
            *_PROVENANCE,
        ),
        ("country", "cn_code", "variant", "route_indicator", "source"),
        question=("country", "cn_code", "variant", "route_indicator"),
        protected=(
            "sector", "direct", "indirect", "total", "markup_2026", "markup_2027", "markup_2028",
            "unit", "period",
        ),
        subject="cn_code",
        area="country",
        basis="",
        data_year="period",
        coordinates=("variant", "route_indicator", "sector"),
        values=(
            Value("direct", "direct"),
            Value("indirect", "indirect"),
            Value("total", "total"),
            Value("markup_2026", "markup_2026", unit="1"),
            Value("markup_2027", "markup_2027", unit="1"),
            Value("markup_2028", "markup_2028", unit="1"),
        ),
        prefix=True,
        elsewhere="Other Countries and Territories",
        programme="cbam",
    ),
    Shape(
        "cbam_benchmarks",
        "wide",
        (
            "sector", "cn_code", "description", "column", "route_indicator", "value", "unit",
            "period", *_IN_FORCE, *_PROVENANCE,
        ),
        ("cn_code", "column", "route_indicator", "source"),
        question=("cn_code", "column", "route_indicator"),
        protected=("sector", "description", "value", "unit", "period"),
        subject="cn_code",
        area="",
        basis="column",
        data_year="period",
        coordinates=("route_indicator", "sector"),
        values=(Value("benchmark", "value"),),
        prefix=True,
        programme="cbam",
    ),
    Shape(
        "tariffs",
        "wide",
        (
            "kind", "province", "voltage_kV", "condition", "value", "unit", *_IN_FORCE,
            *_PROVENANCE,
        ),
        ("kind", "province", "voltage_kV", "condition", "valid_from", "source"),
        question=("kind", "province", "voltage_kV", "condition"),
        protected=("value", "unit"),
        subject="kind",
        area="province",
        basis="",
        data_year="",
        coordinates=("voltage_kV", "condition"),
        values=(Value("value", "value"),),
    ),
    Shape(
        "technologies",
        "wide",
        (
            "technology", "region", "parameter", "year", "value", "value_low", "value_high",
            "value_2030", "unit", "currency_year", *_PROVENANCE,
        ),
        ("technology", "region", "parameter", "year", "unit", "source"),
        question=("technology", "region", "parameter", "year", "unit", "source"),
        protected=("value", "value_low", "value_high", "value_2030", "currency_year"),
        subject="technology",
        area="region",
        basis="",
        data_year="year",
        coordinates=("unit", "currency_year"),
        values=(
            Value("", "value", "value_low", "value_high"),
            Value("", "value_2030", data_year="2030"),
        ),
    ),
    Shape(
        "measures",
        "wide",
        (
            "id", "system", "measure", "iac_arc", "saving_rule", "typical_saving", "saving_base",
            "saving_low", "saving_high", "saving_unit", "median_payback_y", "payback_p25_y",
            "payback_p75_y", "implementation_rate", *_PROVENANCE,
        ),
        ("id",),
        question=("id",),
        protected=(
            "system", "measure", "iac_arc", "saving_low", "saving_high", "saving_unit",
            "median_payback_y", "payback_p25_y", "payback_p75_y", "implementation_rate", "source",
        ),
        subject="id",
        area="",
        basis="saving_base",
        data_year="",
        coordinates=("system",),
        values=(
            Value("saving", "", "saving_low", "saving_high", unit_column="saving_unit"),
            Value("payback", "median_payback_y", "payback_p25_y", "payback_p75_y", unit="years"),
            Value("implementation_rate", "implementation_rate", unit="1"),
        ),
    ),
)  # fmt: skip

_PLAIN = (
    _plain(
        "sources",
        "id number title_zh title_en publisher edition force published in_force_from in_force_to "
        "superseded_by status licence confidence url note",
        ("id",),
        optional=("superseded_by",),
    ),
    _plain(
        "carriers",
        "id name_zh name_en account_unit kind coal_equivalent coal_equivalent_units "
        "coal_equivalent_steel fuel_id_GBT32151.34-2024 fuel_id_MEE-2022-2025 "
        "fuel_id_NDRC-2013-2015 carbon_origin note",
        ("id",),
        optional=("carbon_origin",),
        protected="account_unit kind coal_equivalent coal_equivalent_units coal_equivalent_steel "
        "carbon_origin",
    ),
    _plain(
        "electricity_selection",
        "programme reporting_year kind level area data_year announcement valid_for_submission_from "
        "valid_for_submission_to confidence note",
        ("programme", "reporting_year", "kind", "level", "area"),
    ),
    _plain(
        "norm_corrections",
        "standard subject product indicator grades group order variable unit kind reference_value "
        "breakpoint coefficient coefficient_unit condition floor cap formula source confidence "
        "note",
        (
            "standard", "subject", "indicator", "grades", "group", "variable", "breakpoint",
            "condition", "note",
        ),
    ),
    _plain(
        "industries",
        "code edition level name_zh name_en confidence note",
        ("edition", "code"),
        protected="level name_zh",
    ),
    _plain(
        "regions",
        "code iso name_zh name_en grid confidence note",
        ("code",),
        protected="iso name_zh",
    ),
    _plain("processes", "id name_zh name_en product", ("id",), protected="product"),
    _plain(
        "process_rules",
        "process rule table set subject indicator source fact fact_from fact_to fact_ends",
        ("process", "rule", "set", "subject"),
    ),
)  # fmt: skip

_RECORD = (
    *(
        _record(name)
        for name in (
            "fuels", "electricity", "heat", "process", "coal_equivalents", "levels_2023", "norms",
            "water_norms", "gwp", "equipment_grades", "microgrid_rules", "surcharges",
        )
    ),
    _record("ets_benchmarks", programme="national_ets"),
    _record("cbam_standard_factors", programme="cbam"),
)  # fmt: skip

TABLES: Mapping[str, Shape] = {shape.name: shape for shape in (*_PLAIN, *_RECORD, *_WIDE)}
"""Every table by name: sources and vocabularies first, then figures."""

RECORD_TABLES = tuple(shape.name for shape in _RECORD)
"""Tables of records, one uniform shape."""

WIDE_TABLES = tuple(shape.name for shape in _WIDE)
"""Tables with several figures a row."""

FIGURE_TABLES = RECORD_TABLES + WIDE_TABLES
"""All tables that a look-up can ask."""

COLUMNS: Mapping[str, tuple[str, ...]] = {name: shape.columns for name, shape in TABLES.items()}
"""Columns of every table, in order."""

KEYS: Mapping[str, tuple[str, ...]] = {name: shape.key for name, shape in TABLES.items()}
"""Columns that identify a row of each table."""


def row_id(shape: Shape, key: tuple[str, ...]) -> str:
    """The id of a row: of a record its own, of any other the table and its key.

    Examples
    --------
    >>> row_id(TABLES["tariffs"], ("demand_charge", "广东", "35", "", "2026-02", "notice"))
    'tariffs/demand_charge|广东|35|-|2026-02|notice'
    """
    if shape.kind == "record":
        return key[0]
    return f"{shape.name}/" + "|".join(cell or "-" for cell in key)
