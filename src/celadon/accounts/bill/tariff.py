"""A tariff as dated data: what is charged for energy, for demand and for a poor power factor.

Provincial tables are published piece by piece and complete ones are rare; a tariff is declared in a
file of its own, with its source and letter, and a contract between two parties is one too.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from celadon.errors import DeclarationError, Fault
from celadon.exact import parse_decimal
from celadon.records.declaring import DecimalText, Declaration, Named
from celadon.records.validation import read_toml, told

Day = Literal["workday", "weekend", "holiday"]
DAYS: tuple[Day, ...] = ("workday", "weekend", "holiday")
"""Kinds of day: what is no holiday is a weekend or a workday."""

PartMonth = Literal["in_full", "by_days"]
"""How the second part is charged where only a part of a month is billed."""

_CLOCK = r"^([01]\d|2[0-3]):(00|15|30|45)$|^24:00$"

_REMEDIES = {
    "months": "write months as numbers, January is 1: months = [7, 8]",
    "days": 'write kinds of day: days = ["workday", "weekend", "holiday"]',
    "start": "write a quarter hour of the day, such as 08:15",
    "end": "write a quarter hour of the day, such as 08:15, or 24:00",
    "zone": 'write a zone of the IANA list: zone = "Asia/Shanghai"',
    "part_month": 'write part_month = "in_full" or "by_days", or leave it out',
}
"""What to write in a key, where its rule alone does not say it."""


def _month(number: int) -> int:
    if not 1 <= number <= 12:
        raise ValueError("a month of the year, from 1 to 12")
    return number


def _not_below_zero(text: str) -> str:
    if parse_decimal(text) < 0:
        raise ValueError("zero or above")
    return text


def _above_zero(text: str) -> str:
    if parse_decimal(text) <= 0:
        raise ValueError("above zero")
    return text


def _up_to_one(text: str) -> str:
    if not 0 <= parse_decimal(text) <= 1:
        raise ValueError("from 0 to 1")
    return text


def _some(given: tuple[Any, ...]) -> tuple[Any, ...]:
    if not given:
        raise ValueError("one at least: what fits no time is never charged")
    return given


Months = Annotated[tuple[Annotated[int, AfterValidator(_month)], ...], AfterValidator(_some)]
"""Months of the year, January is 1; a rule without months would never apply."""

NotBelowZero = Annotated[DecimalText, AfterValidator(_not_below_zero)]
AboveZero = Annotated[DecimalText, AfterValidator(_above_zero)]
Share = Annotated[DecimalText, AfterValidator(_up_to_one)]
"""Decimals that make sense only within such bounds: a charge, a divisor, a power factor."""


class Rate(Named):
    """A part of the price of energy.

    ``varies`` says that the ratio of the hour multiplies it; which parts vary differs by province.
    """

    price: DecimalText = Field(description="CNY/kWh; below zero for a rebate")
    varies: bool = False
    factor_adjusted: bool = Field(default=True, description="whether the power factor adjusts it")


class Hours(Declaration):
    """Hours of the day that belong to a band, in some months and on some kinds of day."""

    band: str
    months: Months = tuple(range(1, 13))
    days: Annotated[tuple[Day, ...], AfterValidator(_some)] = DAYS
    start: str = Field("00:00", pattern=_CLOCK)
    end: str = Field("24:00", pattern=_CLOCK)

    @property
    def quarters(self) -> range:
        """The quarter hours of the day that it covers; hours past midnight are two entries."""
        return range(quarter_of(self.start), quarter_of(self.end))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _later(self.start, self.end, ": write two entries")
        return self


class Tier(Declaration):
    """A surcharge or rebate on the energy of a month above a level."""

    above: NotBelowZero = Field(description="kWh of the month")
    adds: DecimalText = Field(description="CNY/kWh; below zero for a rebate")


class Coincident(Declaration):
    """A charge on the highest power drawn in the hours when the whole grid is highest."""

    price: NotBelowZero = Field(description="CNY/kW and month")
    months: Months
    start: str = Field(pattern=_CLOCK)
    end: str = Field(pattern=_CLOCK)

    @property
    def quarters(self) -> range:
        """The quarter hours of the day that it covers."""
        return range(quarter_of(self.start), quarter_of(self.end))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _later(self.start, self.end)
        return self


class Basic(Declaration):
    """The second part of a two-part tariff: for capacity, or for demand, contracted or measured."""

    capacity_price: NotBelowZero | None = Field(None, description="CNY/kVA and month")
    contract_price: NotBelowZero | None = Field(None, description="CNY/kW and month")
    measured_price: NotBelowZero | None = Field(None, description="CNY/kW and month")
    contract_floor: NotBelowZero = Field("0", description="least contract, share of capacity")
    overrun_from: AboveZero = Field("1", description="times the contract that are free")
    overrun_times: NotBelowZero = Field("2", description="price of the excess, times the price")
    discount_from: NotBelowZero | None = Field(None, description="kWh a month per kVA")
    discount_times: NotBelowZero = Field("1", description="price then, times the price")
    ratchet_share: NotBelowZero = Field("0", description="share of an earlier peak that is billed")
    ratchet_months: int = Field(0, ge=0, description="months that are looked back on")
    coincident: Coincident | None = None
    part_month: PartMonth | None = Field(
        None, description="how a part of a month is charged; not charged where it is not declared"
    )


class FactorStep(Declaration):
    """How much the bill changes for each 0.01 of the power factor between two values."""

    start: Share
    end: Share
    percent: DecimalText = Field(description="of the bill for each 0.01; below zero for a reward")


class PowerFactor(Declaration):
    """The standard power factor, and steps away from it."""

    standard: Share
    steps: tuple[FactorStep, ...]


class Tariff(Named):
    """What one class of users pays from a day on."""

    zone: str = "Asia/Shanghai"
    valid_from: dt.date
    valid_to: dt.date | None = None
    source: str = Field(min_length=1)
    confidence: Literal["A", "B", "C", "D"]
    simulated: bool = False
    rates: tuple[Rate, ...]
    ratios: dict[str, DecimalText] = Field(default_factory=lambda: {"flat": "1"})
    hours: tuple[Hours, ...] = ()
    holidays: tuple[dt.date, ...] = ()
    tiers: tuple[Tier, ...] = ()
    export_price: DecimalText = Field("0", description="CNY/kWh paid for what is fed in")
    basic: Basic | None = None
    power_factor: PowerFactor | None = None

    @field_validator("rates")
    @classmethod
    def _once(cls, rates: tuple[Rate, ...]) -> tuple[Rate, ...]:
        names = [rate.id for rate in rates]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"declared twice: {', '.join(twice)}")
        return rates

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("a zone of the clock that is known") from None
        return zone

    @field_validator("tiers")
    @classmethod
    def _levels(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        levels = [price(tier.above) for tier in tiers]
        if len(set(levels)) != len(levels):
            raise ValueError("each tier begins at a level of its own")
        return tiers

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is not after valid_from {self.valid_from}")
        return self

    @model_validator(mode="after")
    def _bands(self) -> Self:
        unknown = sorted({h.band for h in self.hours} - self.ratios.keys())
        if unknown:
            raise ValueError(f"hours name bands without a ratio: {', '.join(unknown)}")
        if not self.hours and list(self.ratios) != ["flat"]:
            raise ValueError("ratios are declared, and no hours that belong to them")
        open_hours = _uncovered(self.hours) if self.hours else None
        if open_hours:
            month, day, quarter = open_hours
            at = f"{quarter // 4:02}:{quarter % 4 * 15:02}"
            raise ValueError(f"no band for month {month}, {day}, {at}: cover every hour")
        idle = sorted(self.ratios.keys() - {h.band for h in self.hours}) if self.hours else []
        if idle:
            raise ValueError(f"ratios name bands that no hours have: {', '.join(idle)}")
        return self

    @property
    def bands(self) -> tuple[str, ...]:
        """The names of the bands, in their order."""
        return tuple(self.ratios)

    def in_force(self, day: dt.date) -> bool:
        """Whether the tariff is in force on a local day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def load_tariff(path: Path) -> Tariff:
    """The tariff of a TOML file.

    Raises
    ------
    DeclarationError
        With every fault of the file.
    """
    plain = read_toml(path.read_bytes(), path.name)
    try:
        return Tariff.model_validate(plain)
    except ValidationError as error:
        faults = [_fault(path.name, each) for each in error.errors()]
        raise DeclarationError(f"{path.name} has {len(faults)} fault(s)", faults) from None


def _fault(file: str, error: Any) -> Fault:
    """A fault of the file, with what to write where the key alone tells it."""
    found, rule, remedy = told(error)
    keys = [each for each in error["loc"] if isinstance(each, str)]
    if error["type"] == "value_error" and not isinstance(error["input"], str | int | list | tuple):
        found = _shown_table(error["input"])
    known = error["type"] not in ("missing", "extra_forbidden") and keys and _REMEDIES.get(keys[-1])
    return Fault((file, ".".join(map(str, error["loc"])) or "tariff"), found, rule, known or remedy)


def _shown_table(table: Any) -> str:
    """A table at fault as a whole: its id, band or hours, not all of its text."""
    given = table if isinstance(table, dict) else {}
    named = [f"{key} = {given[key]}" for key in ("id", "band", "start", "end") if key in given]
    return ", ".join(named) or "these tables"


def price(text: str) -> Fraction:
    """A declared decimal, exact."""
    return parse_decimal(text)


def quarter_of(clock: str) -> int:
    """The number of the quarter hour of the day that begins at a time such as ``07:15``."""
    hour, minute = clock.split(":")
    return int(hour) * 4 + int(minute) // 15


def _later(start: str, end: str, advice: str = "") -> None:
    if quarter_of(end) <= quarter_of(start):
        raise ValueError(f"ends at {end}, not after {start}{advice}")


def _uncovered(hours: tuple[Hours, ...]) -> tuple[int, str, int] | None:
    covered = {
        (month, day, quarter)
        for each in hours
        for month in each.months
        for day in each.days
        for quarter in each.quarters
    }
    places = ((m, d, q) for m in range(1, 13) for d in DAYS for q in range(96))
    return next((place for place in places if place not in covered), None)
