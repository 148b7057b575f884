"""The vocabulary of the template workbook: sheets, fields, and their words in both languages.

A sheet is read by its headings, in either language; its name, its place and the order of its
columns are the user's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from celadon.languages import LANGUAGES, Language, Phrases
from celadon.records.readers.equipment_rows import CLASSES
from celadon.records.readers.profile import load_profile
from celadon.records.readers.row_files import KNOWN_PARAMETERS, ORIGINS
from celadon.records.readers.sheet import half_width
from celadon.records.site import ACTIVITY_KINDS
from celadon.reference.equations import parameter_kinds
from celadon.units import parse_unit

VERSION = 2
"""Edition of the template: it grows when a sheet is added, or a field changes its meaning."""

SINCE = {"green_power": 2, "waste": 2}
"""The edition with which a sheet came; the others were in the first."""

BASES = ("as_received", "air_dried", "dry")
"""The bases of a laboratory value."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What sheets of one kind have in common.

    Parameters
    ----------
    id : its name; also the kind of ledger batch, but for readings.
    fields : in the order of the columns.
    needed : the fields by which such a sheet is known; without one of them it is not read.
    answers : the fields that a person types numbers into; the first says whether a row is filled.
    keys : the fields that tell rows apart.
    """

    id: str
    fields: tuple[str, ...]
    needed: tuple[str, ...]
    answers: tuple[str, ...]
    keys: tuple[str, ...]


SHAPES = {
    shape.id: shape
    for shape in (
        Shape(
            "reading",
            ("name", "id", "instant", "reading", "unit", "multiplier", "read_every",
             "passed", "remark"),
            ("instant", "reading"),
            ("reading",),
            ("id", "instant"),
        ),
        Shape(
            "exchange",
            ("name", "id", "exchanged", "closing", "opening", "unit", "document", "remark"),
            ("exchanged", "closing", "opening"),
            ("closing", "opening"),
            ("id", "exchanged"),
        ),
        Shape(
            "activity",
            ("name", "id", "kind", "month", "quantity", "unit", "remark"),
            ("kind", "month", "quantity"),
            ("quantity",),
            ("id", "kind", "month"),
        ),
        Shape(
            "sample",
            (
                "name", "id", "parameter", "basis", "from", "to", "value", "unit", "weight",
                "origin", "document", "remark",
            ),
            ("parameter", "from", "value", "unit"),
            ("value", "weight"),
            ("id", "parameter", "basis", "from"),
        ),
        Shape(
            "settlement",
            (
                "name", "id", "month", "quantity", "unit", "document", "first_serial",
                "last_serial", "certified", "remark",
            ),
            ("month", "quantity", "first_serial"),
            ("quantity",),
            ("id", "month"),
        ),
        Shape(
            "equipment",
            (
                "equipment", "name", "class", "maker", "model", "process_unit", "pieces", "power",
                "year", "grade", "remark",
            ),
            ("equipment", "class", "pieces"),
            ("pieces", "power", "year"),
            ("equipment",),
        ),
    )
}  # fmt: skip
"""The shapes of sheets, by the kind of row that they give."""

SHEETS = {
    "meters": "reading",
    "exchanges": "exchange",
    "purchases": "activity",
    "stocks": "activity",
    "production": "activity",
    "use": "activity",
    "laboratory": "sample",
    "green_power": "settlement",
    "water": "activity",
    "waste": "activity",
    "equipment": "equipment",
}
"""The sheets of a template in their order, each with its shape."""

_ALIASES = {
    "id": ("物流", "品种", "表号", "stream", "meter"),
    "equipment": ("设备编号", "equipment"),
    "quantity": ("数量",),
}
_CHINESE_UNITS = {
    "m3": "m³", "Nm3": "Nm³", "1e4m3": "万m³", "1e4Nm3": "万Nm³", "kNm3": "kNm³",
    "1e4kWh": "万kWh", "1e4t": "万t",
}  # fmt: skip
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]")


@cache
def words() -> Phrases:
    """All words of the template."""
    return Phrases.load("celadon.records.templates", "words.toml")


def say(key: str, language: Language, **values: object) -> str:
    """A phrase of the template in one language."""
    return words().text(key, language, **values)


def shown_unit(unit: str, language: Language) -> str:
    """A unit as a sheet writes it: in Chinese with the sign for ten thousand.

    Examples
    --------
    >>> shown_unit("MJ/Nm3", "zh"), shown_unit("1e4kWh", "en")
    ('MJ/Nm³', '1e4kWh')
    """
    if language == "en":
        return unit
    return "/".join(_CHINESE_UNITS.get(part, part) for part in unit.split("/"))


def field_of(text: str) -> str | None:
    """The field that a heading names, in either language; brackets and blanks do not matter.

    Examples
    --------
    >>> field_of("额定功率（千瓦）"), field_of(" read  AT "), field_of("甲")
    ('power', 'instant', None)
    """
    return _headings().get(_plain(text))


def meaning(text: str) -> str:
    """The word of celadon that a cell's word stands for; the text itself if there is none.

    Examples
    --------
    >>> meaning("期末库存"), meaning("closing stock"), meaning("干燥基"), meaning("甲")
    ('closing_stock', 'closing_stock', 'dry', '甲')
    """
    return _meanings().get(half_width(text).lower(), text)


def choices(group: str) -> tuple[str, ...]:
    """The words of celadon that a list of the template offers."""
    return _CHOICES[group]


_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": ACTIVITY_KINDS,
    "parameter": KNOWN_PARAMETERS,
    "basis": BASES,
    "origin": ORIGINS,
    "class": CLASSES,
}


WORDS = frozenset(_CHOICES)
"""The fields whose cells hold words of celadon."""


@cache
def _headings() -> dict[str, str]:
    found = {
        _plain(alias): field for field, aliases in _ALIASES.items() for alias in aliases
    }  # what a plant's own sheets call it
    fields = dict.fromkeys(field for shape in SHAPES.values() for field in shape.fields)
    for field in fields:
        found |= {_plain(say(f"field.{field}", language)): field for language in LANGUAGES}
    return found


@cache
def _meanings() -> dict[str, str]:
    """The words of celadon by the words of sheets, in small letters, in either language."""
    found = {
        word.lower(): value
        for profile in ("activity", "samples")
        for word, value in load_profile(profile).words.items()
    }
    for value in _values(_CHOICES.values()):
        found |= {word_of(value, language).lower(): value for language in LANGUAGES}
        found[value] = value
    for value in ACTIVITY_KINDS:
        if f"word.waste_{value}" in words():
            found |= {say(f"word.waste_{value}", one).lower(): value for one in LANGUAGES}
    return found


def word_of(value: str, language: Language, sheet: str = "") -> str:
    """What a sheet calls a word of celadon: a kind of row, a parameter, a class of equipment.

    Parameters
    ----------
    sheet : some sheets have words of their own.

    Examples
    --------
    >>> word_of("production", "zh"), word_of("production", "zh", "waste")
    ('产量', '产生量')
    >>> word_of("cao_content", "zh"), meaning("氧化钙含量")
    ('氧化钙含量', 'cao_content')
    """
    for key in (f"word.{sheet}_{value}", f"word.{value}"):
        if key in words():
            return say(key, language)
    name = parameter_kinds()[value].name
    return name.zh if language == "zh" else name.en


def _values(groups: Iterable[tuple[str, ...]]) -> list[str]:
    return [value for group in groups for value in group]


def _plain(text: str) -> str:
    return "".join(_BRACKET.sub("", half_width(text)).split()).lower()


def offered_units(dimension: str) -> tuple[str, ...]:
    """The units of a plain dimension that a list offers; other spellings are read as well.

    Examples
    --------
    >>> offered_units("mass")
    ('kg', 't', '1e4t')
    """
    return _OFFERED.get(dimension, ())


_OFFERED = {
    "mass": ("kg", "t", "1e4t"),
    "normal_volume": ("Nm3", "kNm3", "1e4Nm3"),
    "volume": ("L", "m3", "1e4m3"),
    "energy": ("kWh", "MWh", "1e4kWh", "MJ", "GJ", "TJ"),
    "coal_equivalent": ("kgce", "tce"),
    "money": ("CNY", "1e4CNY"),
    "reactive_energy": ("kvarh", "Mvarh"),
}


def units_for(unit: str) -> tuple[str, ...]:
    """The units that an amount or a laboratory value in ``unit`` may be given in, its own first.

    Electricity is offered in watt-hours, heat in joules; a quotient in its usual forms.

    Examples
    --------
    >>> units_for("GJ/t")
    ('GJ/t', 'MJ/kg', 'kJ/kg')
    """
    parsed = parse_unit(unit)
    offered = _QUOTIENTS.get(parsed.dimension, offered_units(parsed.dimension))
    if parsed.dimension == "energy":
        electric = parsed.name.endswith("Wh")
        offered = tuple(name for name in offered if name.endswith("Wh") == electric)
    return (parsed.name, *(name for name in offered if name != parsed.name))


_QUOTIENTS = {
    "energy/mass": ("GJ/t", "MJ/kg", "kJ/kg"),
    "energy/normal_volume": ("MJ/Nm3", "GJ/1e4Nm3", "kJ/Nm3"),
    "carbon/normal_volume": ("tC/1e4Nm3", "kgC/Nm3"),
    "ratio": ("%", "1"),
    "mass/volume": ("mg/L", "g/L", "kg/m3"),
    "mass/normal_volume": ("mg/Nm3", "g/Nm3"),
    "mass/mass": ("kg/t", "g/t"),
    "co2/mass": ("tCO2/t", "kgCO2/t"),
    "carbon/energy": ("tC/TJ", "tC/GJ"),
    "co2/energy": ("tCO2/GJ", "tCO2/TJ"),
}
