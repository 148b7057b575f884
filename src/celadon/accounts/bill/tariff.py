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

from celadon.accounts.bill.bounds import Bounds, Refused
from celadon.accounts.bill.factor_steps import PowerFactor
from celadon.errors import DeclarationError, Fault
from celadon.exact import parse_decimal
from celadon.records.declaring import DecimalText, Declaration, Named
from celadon.records.validation import read_toml, shown, told

Day = Literal["workday", "weekend", "holiday"]
DAYS: tuple[Day, ...] = ("workday", "weekend", "holiday")
"""Kinds of day: what is no holiday is a weekend or a workday."""

PartMonth = Literal["in_full", "by_days"]
PARTS_OF_MONTHS: tuple[PartMonth, ...] = ("in_full", "by_days")
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


def _some(given: tuple[Any, ...]) -> tuple[Any, ...]:
    if not given:
        raise ValueError("one at least: what fits no time is never charged")
    return given


Months = Annotated[tuple[Annotated[int, AfterValidator(_month)], ...], AfterValidator(_some)]
"""Months of the year, January is 1; a rule without months would never apply."""

EnergyPrice = Annotated[DecimalText, Bounds("CNY/kWh", usual=("-5", "5"))]
"""A price by the kWh; below zero it is a rebate."""

_PER_KW = Bounds("CNY/kW", "0", usual=("0", "200"))
_FACTOR = Bounds("1", "0", usual=("0", "5"))


class Rate(Named):
    """A part of the price of energy.

    ``varies`` says that the ratio of the hour multiplies it; which parts vary differs by province.
    """

    price: EnergyPrice = Field(description="below zero for a rebate")
    varies: bool = Field(default=False, description="whether the ratio of the hour multiplies it")
    factor_adjusted: bool = Field(default=True, description="whether the power factor adjusts it")


class Hours(Declaration):
    """Hours of the day that belong to a band, in some months and on some kinds of day."""

    band: str = Field(description="one of `ratios`")
    months: Months = Field(tuple(range(1, 13)), description="of the year, January is 1")
    days: Annotated[tuple[Day, ...], AfterValidator(_some)] = Field(
        DAYS, description="kinds of day; a day that `holidays` lists is no workday and no weekend"
    )
    start: str = Field("00:00", pattern=_CLOCK, description="a quarter hour of the clock")
    end: str = Field(
        "24:00", pattern=_CLOCK, description="after `start`: past midnight, two entries"
    )

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

    above: Annotated[DecimalText, Bounds("kWh", "0")] = Field(description="energy of the month")
    adds: EnergyPrice = Field(
        description="to the price of what lies above, up to the next tier; below zero for a rebate"
    )


class Coincident(Declaration):
    """A charge on the highest power drawn in the hours when the whole grid is highest."""

    price: Annotated[DecimalText, _PER_KW] = Field(description="of a month")
    months: Months = Field(description="of the year, January is 1")
    start: str = Field(pattern=_CLOCK, description="a quarter hour of the clock")
    end: str = Field(pattern=_CLOCK, description="after `start`")

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

    capacity_price: Annotated[DecimalText | None, Bounds("CNY/kVA", "0", usual=("0", "200"))] = (
        Field(None, description="of a month, for the basis `capacity`")
    )
    contract_price: Annotated[DecimalText | None, _PER_KW] = Field(
        None, description="of a month, for the basis `contract`"
    )
    measured_price: Annotated[DecimalText | None, _PER_KW] = Field(
        None, description="of a month, for the basis `measured`"
    )
    contract_floor: Annotated[DecimalText, Bounds("1", "0", "1")] = Field(
        "0", description="least declared demand, as a share of capacity"
    )
    overrun_from: Annotated[DecimalText, Bounds("1", "1", usual=("1", "1.5"))] = Field(
        "1", description="times the declared demand that are free"
    )
    overrun_times: Annotated[DecimalText, Bounds("1", "0", usual=("1", "5"))] = Field(
        "2", description="price of what lies above, times `contract_price`"
    )
    discount_from: Annotated[DecimalText | None, Bounds("kWh/kVA", "0", "744")] = Field(
        None, description="energy of a month from which demand is cheaper; with `discount_times`"
    )
    discount_times: Annotated[DecimalText, Bounds("1", "0", usual=("0.5", "1"))] = Field(
        "1", description="price of demand then, times its price: 0.9 for 90 %"
    )
    ratchet_share: Annotated[DecimalText, Bounds("1", "0", "1")] = Field(
        "0", description="share of an earlier peak that is billed at least; with `ratchet_months`"
    )
    ratchet_months: int = Field(
        0, ge=0, le=24, description="months that are looked back on; with `ratchet_share`"
    )
    coincident: Coincident | None = Field(
        None, description="a charge on the peak in the hours when the whole grid is highest"
    )
    part_month: PartMonth | None = Field(
        None, description="how a part of a month is charged; not charged where it is not declared"
    )

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        halves = {
            "discount_from": self.discount_from is not None,
            "discount_times": price(self.discount_times) != 1,
        }, {
            "ratchet_share": price(self.ratchet_share) > 0,
            "ratchet_months": self.ratchet_months > 0,
        }  # fmt: skip
        for pair in halves:
            given = [name for name, is_given in pair.items() if is_given]
            if len(given) == 1:
                (lacking,) = pair.keys() - set(given)
                raise Refused(
                    f"{given[0]} does nothing without {lacking}",
                    f"give both, or leave {given[0]} out", (given[0],),
                )  # fmt: skip
        return self


class Tariff(Named):
    """What one class of users pays from a day on."""

    zone: str | None = Field(
        None, description="whose clock its hours, days and months go by, of the IANA list; the "
        "site's where it is left out"
    )  # fmt: skip
    valid_from: dt.date = Field(description="first day in force")
    valid_to: dt.date | None = Field(None, description="first day no longer in force")
    source: str = Field(min_length=1, description="the document that the figures stand in")
    confidence: Literal["A", "B", "C", "D"] = Field(
        description="A official text, B two sources, C one, D unconfirmed"
    )
    simulated: bool = Field(default=False, description="whether nobody charges these figures")
    rates: tuple[Rate, ...] = Field(description="the parts of the price of energy")
    ratios: dict[str, Annotated[DecimalText, _FACTOR]] = Field(
        default_factory=lambda: {"flat": "1"},
        description="bands, each with what multiplies the rates that vary",
    )
    hours: tuple[Hours, ...] = Field(
        (), description="of the entries that fit an hour the first gives its band; all hours of "
        "the year are covered"
    )  # fmt: skip
    holidays: tuple[dt.date, ...] = Field((), description="days of the kind `holiday`")
    tiers: tuple[Tier, ...] = Field((), description="additions above a level of the month")
    export_price: EnergyPrice = Field("0", description="paid for what is fed in")
    basic: Basic | None = Field(None, description="the second part, for capacity or demand")
    power_factor: PowerFactor | None = Field(
        None, description="what a power factor off its standard adds to the bill or takes off"
    )

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
    def _known_zone(cls, zone: str | None) -> str | None:
        try:
            ZoneInfo(zone or "UTC")
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

    def clock(self, site: str) -> ZoneInfo:
        """The time zone that its hours go by: its own, or that of the site."""
        return ZoneInfo(self.zone or site)

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
    refused, given = error.get("ctx", {}).get("error"), error["input"]
    at = tuple(error["loc"])
    if isinstance(refused, Refused):
        remedy, at = refused.remedy, (*at, *refused.at)
        for key in refused.at:
            given = given[key]
        found = shown(given)
    keys = [each for each in error["loc"] if isinstance(each, str)]
    if error["type"] == "value_error" and not isinstance(given, str | int | list | tuple):
        found = _shown_table(given)
    if rule.startswith("not a decimal number"):
        remedy = "write the number alone, in the unit of docs/tariff.md"
    elif not isinstance(refused, Refused) and error["type"] not in ("missing", "extra_forbidden"):
        remedy = _REMEDIES.get(keys[-1], remedy) if keys else remedy
    return Fault((file, ".".join(map(str, at)) or "tariff"), found, rule, remedy)


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
