"""Units of measure: parsed at the edges, exact within.

Each dimension has one base unit; every unit is an exact rational number of it. Kilojoule and coal
equivalent are separate dimensions and are never converted into each other here: the coefficient
between them is a dated fact, not a unit. The same holds for actual and normal cubic metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from celadon.errors import Fault, UnitError

GASES = (
    "CH4", "N2O", "SF6", "NF3", "CF4", "C2F6", "C3F8", "cC4F8",
    "HFC23", "HFC32", "HFC41", "HFC125", "HFC134a", "HFC143a", "HFC152a", "HFC227ea", "HFC236fa",
    "HFC245fa", "HCFC22",
)  # fmt: skip
"""Greenhouse gases other than carbon dioxide, each a dimension of its own: never added by mass."""

_PREFIXES = (("g", 0), ("kg", 3), ("t", 6))

_TABLE: dict[str, tuple[str, tuple[tuple[str, Fraction, tuple[str, ...]], ...]]] = {
    # dimension: (base unit, ((unit, base units in it, other spellings), ...))
    "energy": (
        "kJ",
        (
            ("J", Fraction(1, 1000), ("焦", "焦耳")),
            ("kJ", Fraction(1), ("千焦",)),
            ("MJ", Fraction(10**3), ("兆焦",)),
            ("GJ", Fraction(10**6), ("吉焦", "百万千焦")),
            ("TJ", Fraction(10**9), ("太焦",)),
            ("Wh", Fraction(36, 10), ("瓦时",)),
            ("kWh", Fraction(3600), ("千瓦时", "度", "kwh", "KWH")),
            ("MWh", Fraction(3_600_000), ("兆瓦时", "mwh", "千千瓦时")),
            ("1e4kWh", Fraction(36_000_000), ("万kWh", "万千瓦时", "万度")),
            ("GWh", Fraction(3_600_000_000), ("吉瓦时",)),
            ("kcalIT", Fraction("4.1868"), ("kcal_IT", "国际千卡", "国际大卡")),
            ("kcal20", Fraction("4.1816"), ("kcal_20", "20℃千卡", "20℃大卡")),
        ),
    ),
    "coal_equivalent": (
        "gce",
        (
            ("gce", Fraction(1), ("克标准煤",)),
            ("kgce", Fraction(10**3), ("千克标准煤", "kg标煤", "千克标煤")),
            ("tce", Fraction(10**6), ("吨标准煤", "吨标煤")),
            ("1e4tce", Fraction(10**10), ("万tce", "万吨标准煤")),
        ),
    ),
    "oil_equivalent": (
        "goe",
        (
            ("goe", Fraction(1), ("克标准油",)),
            ("kgoe", Fraction(10**3), ("千克标准油", "kg标油")),
            ("toe", Fraction(10**6), ("吨标准油", "吨标油")),
        ),
    ),
    "mass": (
        "g",
        (
            ("mg", Fraction(1, 1000), ("毫克",)),
            ("g", Fraction(1), ("克",)),
            ("kg", Fraction(10**3), ("千克", "公斤")),
            ("t", Fraction(10**6), ("吨", "公吨")),
            ("1e4t", Fraction(10**10), ("万t", "万吨")),
            ("weight case", Fraction(50_000), ("重量箱",)),
            ("Adt", Fraction(10**6), ("风干吨",)),
        ),
    ),
    "normal_volume": (
        "NL",
        (
            ("NL", Fraction(1), ("标升",)),
            ("Nm3", Fraction(10**3), ("Nm³", "标立方米", "标方", "NM3", "m3N")),
            ("kNm3", Fraction(10**6), ("kNm³", "千标立方米", "km3N")),
            ("1e4Nm3", Fraction(10**7), ("万Nm3", "万Nm³", "万标立方米", "万标方")),
        ),
    ),
    "volume": (
        "L",
        (
            ("L", Fraction(1), ("升", "l")),
            ("m3", Fraction(10**3), ("m³", "立方米", "方")),
            ("1e4m3", Fraction(10**7), ("万m3", "万m³", "万立方米")),
        ),
    ),
    "area": (
        "cm2",
        (
            ("cm2", Fraction(1), ("cm²", "平方厘米")),
            ("m2", Fraction(10**4), ("m²", "平方米")),
            ("1e4m2", Fraction(10**8), ("万m2", "万m²", "万平方米")),
        ),
    ),
    "co2": (
        "gCO2",
        (
            ("gCO2", Fraction(1), ("gCO2e",)),
            ("kgCO2", Fraction(10**3), ("kgCO2e",)),
            ("tCO2", Fraction(10**6), ("tCO2e", "吨二氧化碳", "吨二氧化碳当量")),
        ),
    ),
    "carbon": (
        "gC",
        (("gC", Fraction(1), ()), ("kgC", Fraction(10**3), ()), ("tC", Fraction(10**6), ("吨碳",))),
    ),
    **{
        gas.lower(): (f"g{gas}", tuple((f"{p}{gas}", Fraction(10**n), ()) for p, n in _PREFIXES))
        for gas in GASES
    },
    "money": (
        "fen",
        (
            ("fen", Fraction(1), ("分",)),
            ("CNY", Fraction(100), ("元", "RMB")),
            ("1e4CNY", Fraction(10**6), ("万元",)),
        ),
    ),
    "reactive_energy": (
        "varh",
        (
            ("varh", Fraction(1), ()),
            ("kvarh", Fraction(10**3), ("kVarh", "kVArh", "千乏时")),
            ("Mvarh", Fraction(10**6), ("兆乏时",)),
        ),
    ),
    "power": (
        "W",
        (
            ("W", Fraction(1), ("瓦",)),
            ("kW", Fraction(10**3), ("千瓦",)),
            ("MW", Fraction(10**6), ("兆瓦",)),
        ),
    ),
    "time": ("s", (("s", Fraction(1), ("秒",)), ("h", Fraction(3600), ("小时", "时")))),
    "pressure": (
        "Pa",
        (
            ("Pa", Fraction(1), ("帕",)),
            ("kPa", Fraction(10**3), ("千帕",)),
            ("bar", Fraction(10**5), ("巴",)),
            ("MPa", Fraction(10**6), ("兆帕",)),
        ),
    ),
    "temperature": ("degC", (("degC", Fraction(1), ("℃", "°C", "C")),)),
    "ratio": ("1", (("1", Fraction(1), ("",)), ("%", Fraction(1, 100), ("％", "percent")))),
}


_CALORIE = (
    "the calorie of steam tables (4.1868 kJ) or of coal laboratories (4.1816 kJ): 0.12 % apart",
    "write kcalIT or kcal20, as the laboratory says, for example kcal20/kg; or convert to kJ",
)
_KELVIN = ("a temperature from absolute zero", "take 273.15 off and write °C")
_GAUGE = (
    "a gauge pressure: tables of steam ask for the absolute one",
    "add the pressure of the air, about 0.1 MPa, and write MPa",
)
_AMBIGUOUS = {
    **dict.fromkeys(("cal", "kcal", "Kcal", "KCAL", "Mcal", "卡", "千卡", "大卡"), _CALORIE),
    **dict.fromkeys(("K", "开", "开尔文"), _KELVIN),
    **dict.fromkeys(("MPa(g)", "MPaG", "MPag", "barg", "bar(g)", "表压"), _GAUGE),
}
"""Units that are known, and say too little to be converted: what is meant, and what to write."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its canonical spelling, its dimension, and how many base units it holds."""

    name: str
    dimension: str
    size: Fraction


def _by_spelling() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for dimension, (_, rows) in _TABLE.items():
        for name, size, others in rows:
            unit = Unit(name, dimension, size)
            for spelling in (name, *others):
                found[spelling] = unit
    return found


_SPELLINGS = _by_spelling()
_COUNT_UNITS = {"mass": "kg", "reactive_energy": "varh"}


def count_unit(account_unit: str) -> str:
    """The small unit in which amounts kept in ``account_unit`` are counted as integers.

    Wh for electricity, kJ for heat, kg for mass, NL (0.001 Nm3) for gas, L for liquids.

    Raises
    ------
    UnitError
        If the unit is unknown, or a quotient: only amounts are counted.

    Examples
    --------
    >>> count_unit("t"), count_unit("kWh"), count_unit("Nm3")
    ('kg', 'Wh', 'NL')
    """
    unit = parse_unit(account_unit)
    if unit.dimension not in _TABLE:
        fault = Fault(
            (f"unit {account_unit!r}",),
            f"{unit.name}, a quotient of {unit.dimension}",
            "an amount is counted in a plain unit, such as kWh, t or Nm3",
            "give the unit of the amount itself",
        )
        raise UnitError(f"Amounts are not counted in {account_unit!r}", [fault])
    if unit.dimension == "energy" and unit.name.endswith("Wh"):
        return "Wh"
    return _COUNT_UNITS.get(unit.dimension, _TABLE[unit.dimension][0])


def dimensions() -> tuple[str, ...]:
    """The names of all plain dimensions."""
    return tuple(_TABLE)


def spellings(dimension: str) -> dict[Unit, tuple[str, ...]]:
    """The units of a plain dimension, the base unit among them, each with its other spellings.

    Examples
    --------
    >>> [unit.name for unit in spellings("power")]
    ['W', 'kW', 'MW']
    """
    _, rows = _TABLE[dimension]
    return {Unit(name, dimension, size): others for name, size, others in rows}


@cache
def parse_unit(text: str) -> Unit:
    """The unit that a text names, in any of its spellings; quotients are written ``GJ/t``.

    Raises
    ------
    UnitError
        If the text, or a part of the quotient, is not a known unit.

    Examples
    --------
    >>> parse_unit("万千瓦时").name
    '1e4kWh'
    >>> parse_unit("GJ/1e4Nm3").size
    Fraction(1, 10)
    """
    spelling = text.strip()
    if spelling in _SPELLINGS:
        return _SPELLINGS[spelling]
    if spelling in _AMBIGUOUS:
        meant, remedy = _AMBIGUOUS[spelling]
        fault = Fault((f"unit {text!r}",), f"{text!r}: {meant}", "one unit has one size", remedy)
        raise UnitError(f"The unit {text!r} says too little", [fault])
    parts = spelling.split("/")
    if len(parts) == 2 and all(parts):
        top, bottom = (parse_unit(part) for part in parts)
        return Unit(
            f"{top.name}/{bottom.name}",
            f"{top.dimension}/{bottom.dimension}",
            top.size / bottom.size,
        )
    raise UnitError(
        f"Unknown unit {text!r}",
        [
            Fault(
                (f"unit {text!r}",),
                f"{text!r}",
                "a unit that celadon knows (docs/units.md lists them)",
                "correct the spelling; for a quotient write one top/bottom, for example GJ/t",
            )
        ],
    )


def conversion(source: str, target: str) -> Fraction:
    """How many ``target`` units one ``source`` unit is, exactly.

    Raises
    ------
    UnitError
        If either is unknown or they measure different dimensions.

    Examples
    --------
    >>> conversion("MWh", "GJ")
    Fraction(18, 5)
    """
    one, other = parse_unit(source), parse_unit(target)
    if one.dimension != other.dimension:
        raise UnitError(
            f"Cannot convert {source} to {target}",
            [
                Fault(
                    (f"{source} -> {target}",),
                    f"{one.dimension} against {other.dimension}",
                    "units convert only within one dimension",
                    "check the unit in the header; between m3 and Nm3, or between heat and coal "
                    "equivalent, a measured or tabled factor is needed",
                )
            ],
        )
    return one.size / other.size
