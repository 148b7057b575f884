"""A tariff as dated data: what is charged for energy, for demand and for a poor power factor.

Provincial tables are published piece by piece and complete ones are rare; a tariff is declared in a
file of its own, with its source and letter, and a contract between two parties is one too.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from celadon.errors import DeclarationError, Fault
from celadon.exact import parse_decimal
from celadon.records.declaring import DecimalText, Declaration, Named
from celadon.records.validation import read_toml, told

Day = Literal["workday", "weekend", "holiday"]
DAYS: tuple[Day, ...] = ("workday", "weekend", "holiday")
"""Kinds of day: what is no holiday is a weekend or a workday."""

_CLOCK = r"^([01]\d|2[0-3]):(00|15|30|45)$|^24:00$"


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
    months: tuple[int, ...] = tuple(range(1, 13))
    days: tuple[Day, ...] = DAYS
    start: str = Field("00:00", pattern=_CLOCK)
    end: str = Field("24:00", pattern=_CLOCK)

    @property
    def quarters(self) -> range:
        """The quarter hours of the day that it covers; hours past midnight are two entries."""
        return range(quarter_of(self.start), quarter_of(self.end))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.quarters:
            raise ValueError(f"ends at {self.end}, not after {self.start}: write two entries")
        return self


class Tier(Declaration):
    """A surcharge or rebate on the energy of a month above a level."""

    above: DecimalText = Field(description="kWh of the month")
    adds: DecimalText = Field(description="CNY/kWh; below zero for a rebate")


class Coincident(Declaration):
    """A charge on the highest power drawn in the hours when the whole grid is highest."""

    price: DecimalText = Field(description="CNY/kW and month")
    months: tuple[int, ...]
    start: str = Field(pattern=_CLOCK)
    end: str = Field(pattern=_CLOCK)

    @property
    def quarters(self) -> range:
        """The quarter hours of the day that it covers."""
        return range(quarter_of(self.start), quarter_of(self.end))


class Basic(Declaration):
    """The second part of a two-part tariff: for capacity, or for demand, contracted or measured."""

    capacity_price: DecimalText | None = Field(None, description="CNY/kVA and month")
    contract_price: DecimalText | None = Field(None, description="CNY/kW and month")
    measured_price: DecimalText | None = Field(None, description="CNY/kW and month")
    contract_floor: DecimalText = Field("0", description="least contract, share of capacity")
    overrun_from: DecimalText = Field("1", description="times the contract that are free")
    overrun_times: DecimalText = Field("2", description="price of the excess, times the price")
    discount_from: DecimalText | None = Field(None, description="kWh a month per kVA")
    discount_times: DecimalText = Field("1", description="price then, times the price")
    ratchet_share: DecimalText = Field("0", description="share of an earlier peak that is billed")
    ratchet_months: int = Field(0, ge=0, description="months that are looked back on")
    coincident: Coincident | None = None


class FactorStep(Declaration):
    """How much the bill changes for each 0.01 of the power factor between two values."""

    start: DecimalText
    end: DecimalText
    percent: DecimalText = Field(description="of the bill for each 0.01; below zero for a reward")


class PowerFactor(Declaration):
    """The standard power factor, and steps away from it."""

    standard: DecimalText
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
        faults = [
            Fault((path.name, ".".join(map(str, each["loc"])) or "tariff"), *told(each))
            for each in error.errors()
        ]
        raise DeclarationError(f"{path.name} has {len(faults)} fault(s)", faults) from None


def price(text: str) -> Fraction:
    """A declared decimal, exact."""
    return parse_decimal(text)


def quarter_of(clock: str) -> int:
    """The number of the quarter hour of the day that begins at a time such as ``07:15``."""
    hour, minute = clock.split(":")
    return int(hour) * 4 + int(minute) // 15


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
