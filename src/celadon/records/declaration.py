"""What a site declares: its nodes, meters, products and streams.

A site is a graph. Its nodes are process units (a tree), networks (where one carrier is gathered and
shared: a busbar, a gas holder, a coke yard) and four built-in ends: ``outside`` (suppliers,
customers, the grid), ``stock`` (what lay in the yard before), ``flare`` (burnt or blown off without
use) and ``drain`` (water let out). Its edges are *streams*: one carrier from one node to another,
with exactly one source of activity. Energy, carbon and water accounts, process energies, carrier
balances and the flow picture are all read off this one graph.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from celadon.exact import parse_decimal
from celadon.records.contract import Contract
from celadon.records.declaring import (
    DecimalText,
    Declaration,
    Named,
    NamedQuantity,
    Slug,
    UnitText,
    either,
)
from celadon.records.judged import Machine, ProductNorm
from celadon.records.supply import Supply

OUTSIDE, STOCK, FLARE, DRAIN = "outside", "stock", "flare", "drain"
ENDS = (OUTSIDE, STOCK, FLARE, DRAIN)
"""Nodes that every site has without declaring them."""

ACTIVITY_KINDS = (
    "purchase", "opening_stock", "closing_stock", "production", "consumption",
    "recovery", "sale", "discharge",
)  # fmt: skip
"""What a row of monthly activity can speak of."""

POLLUTANTS = {
    "air": ("so2", "nox", "particulates", "voc"),
    "water": ("cod", "ammonia_nitrogen"),
}
"""Pollutants that are accounted, by the medium that they are let into."""

POLLUTANT_PARAMETERS = (
    *(f"{name}_factor" for name in POLLUTANTS["air"]),
    *(f"{name}_concentration" for name in POLLUTANTS["water"]),
    *(f"{name}_removal" for names in POLLUTANTS.values() for name in names),
)
"""What samples say of pollutants: mass per amount of a stream, and the share that is removed."""

FLOW = "flow"
"""Stands among an outlet's monitors for the meter of what flows out of it."""


def _is_multiple(text: str, step: str) -> bool:
    return (parse_decimal(text) / parse_decimal(step)).denominator == 1


class Owner(Declaration):
    """The legal entity that answers for the site."""

    name: str
    credit_code: str = ""
    credit_code_exception: str = Field("", description="why a code that fails its check is right")


class Unit(Named):
    """A process unit: a place inside the site that uses, converts or makes something."""

    parent: Slug | None = None
    process: str = Field("", description="process of the norms, such as blast_furnace")
    product: Slug | None = Field(None, description="the product its unit energy is taken per")
    makes: str = Field("", description="working medium it makes: its energy becomes the medium's")
    facts: dict[str, DecimalText | str] = Field(
        default_factory=dict, description="what corrections of norms ask for, such as feed_grade"
    )


class Network(Named):
    """A node where one carrier is gathered, stored and shared."""

    carrier: str


class Meter(Named):
    """A meter of one of three kinds: interval amount, cumulative register, or state."""

    kind: Literal["interval", "register", "state"]
    measure: UnitText = Field(description="the unit its readings are in")
    resolution: DecimalText = "1"
    multiplier: DecimalText = Field("1", description="transformer ratio and the like")
    minutes: Literal[1, 5, 10, 15, 30, 60] = 15
    carrier: str = ""
    parent: Slug | None = Field(None, description="the meter that this one is a part of")
    maximum: DecimalText | None = Field(
        None, description="the most it can physically show for one hour, before the multiplier"
    )
    modulus: DecimalText | None = Field(
        None, description="the reading at which a register starts again from zero, as it shows it"
    )
    stuck_after: int = Field(
        24, ge=0, description="equal readings in a row that are too many; 0 is off"
    )
    estimate_hours: int = Field(
        168, ge=0, le=168, description="the longest gap that is estimated, in hours; 0: none"
    )
    read_every: Literal["slot", "day", "month"] = Field(
        "slot", description="how often a register is read: each interval, or by hand"
    )
    from_day: dt.date | None = None
    to_day: dt.date | None = None

    @property
    def count_size(self) -> Fraction:
        """How many of its unit one count of its resolution is, multiplier included."""
        return parse_decimal(self.resolution) * parse_decimal(self.multiplier)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        numbers = (self.resolution, self.multiplier, self.maximum, self.modulus)
        if any(text is not None and parse_decimal(text) <= 0 for text in numbers):
            raise ValueError("resolution, multiplier, maximum and modulus must be positive")
        if not _is_multiple(self.resolution, "1e-12"):
            raise ValueError("a resolution has at most 12 decimals")
        if self.modulus is not None and self.kind != "register":
            raise ValueError("only a register has a modulus")
        if self.modulus is not None and not _is_multiple(self.modulus, self.resolution):
            raise ValueError("a modulus is a whole number of the resolution")
        if self.read_every != "slot" and self.kind != "register":
            raise ValueError("only a register is read by the day or month (read_every)")
        if self.kind == "register" and self.maximum is None:
            raise ValueError("a register needs a physical maximum, to tell a rollover from a reset")
        if self.from_day and self.to_day and self.to_day <= self.from_day:
            raise ValueError("to_day is the first day on which it is gone, after from_day")
        return self


class Product(Named):
    """What a unit makes, counted by mass or volume; its output divides energies and emissions."""

    measure: UnitText = "t"
    meters: tuple[Slug, ...] = ()
    monthly: Literal["production"] | None = None
    carbon: str = Field("", description="its source kind in the carbon method, such as calcination")
    carbon_item: str = Field("", description="subject of the carbon stored in it, in the method")
    sampled_at: Slug | None = Field(
        None, description="the stream or product whose laboratory values hold here"
    )
    basis: Literal["as_received", "dry"] = "as_received"

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.meters) == bool(self.monthly):
            raise ValueError("name exactly one source of activity: meters or monthly")
        return self


class Stream(Named):
    """One carrier from one node to another, with exactly one source of activity.

    ``meters`` sums meters (a leading ``-`` subtracts one); ``stock = true`` takes purchase plus
    opening minus closing stock; ``monthly`` takes one kind of monthly row.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    carrier: str
    origin: Slug = Field(alias="from")
    destination: Slug = Field(alias="to")
    meters: tuple[Annotated[str, StringConstraints(pattern=r"^-?[a-z0-9][a-z0-9-]*$")], ...] = ()
    stock: bool = False
    monthly: (
        Literal["purchase", "consumption", "production", "recovery", "sale", "discharge"] | None
    ) = None
    sampled_at: Slug | None = Field(
        None, description="the stream or product whose laboratory values hold here"
    )
    basis: Literal["as_received", "dry"] = "as_received"
    """Basis of its mass; a sample on another basis is not used for it."""
    energy: bool = True
    """Whether it enters energy accounts."""
    carbon: str = Field("", description="its source kind in the carbon method, such as combustion")
    carbon_item: str = Field("", description="subject of its factor where the carrier does not say")
    receiver: str = Field("", description="who takes the carbon dioxide that is passed on")
    transfer_document: str = Field("", description="agreement or receipt of what is passed on")
    water: Literal["", "intake", "reuse", "discharge"] = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = [bool(self.meters), self.stock, self.monthly is not None]
        if sum(sources) != 1:
            raise ValueError("name exactly one source of activity: meters, stock or monthly")
        if self.origin == self.destination:
            raise ValueError("a stream joins two different nodes")
        return self


class Outlet(Named):
    """A stack or a drain with what it lets out, or a kind of solid waste with where it goes.

    ``monitors`` names a state meter for each pollutant, and the meter of the ``flow``; ``factors``
    names the streams whose samples say how much of a pollutant comes with them. Solid waste has
    monthly rows under the outlet's own id: generated, and what became of it.
    """

    unit: Slug = Field(description="the process unit that it belongs to")
    medium: Literal["air", "water", "waste"]
    monitors: dict[str, Slug] = Field(
        default_factory=dict, description="meter of each pollutant, and of the flow"
    )
    wet: tuple[str, ...] = Field(
        (), description="monitors that read wet gas; the others read dry gas"
    )
    factors: dict[str, tuple[Slug, ...]] = Field(
        default_factory=dict, description="streams that a pollutant comes with, by their samples"
    )
    treated: tuple[str, ...] = Field(
        (), description="pollutants whose factor holds before treatment: a removal is asked for"
    )
    waste: Literal["", "general", "hazardous"] = ""
    code: str = Field("", description="its code in the catalogue of wastes")
    moves: tuple[Literal["reused", "transferred", "disposed"], ...] = Field(
        (), description="what becomes of the waste; each wants its monthly row"
    )
    stock: bool = Field(
        default=False, description="whether some of the waste is stored on the site"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.medium == "waste") != bool(self.waste):
            raise ValueError('say waste = "general" or "hazardous" where the medium is waste')
        if self.medium == "waste":
            if self.monitors or self.factors or self.wet or self.treated:
                raise ValueError("solid waste is weighed: it has no monitors and no factors")
            return self
        if self.moves or self.stock:
            raise ValueError("moves and stock are of solid waste")
        known = POLLUTANTS[self.medium]
        named = [*(self.monitors.keys() - {FLOW}), *self.factors, *self.treated]
        strange = sorted({*named, *(set(self.wet) - {FLOW})} - set(known))
        if strange:
            raise ValueError(
                f"{', '.join(strange)}: pollutants of {self.medium} are {', '.join(known)}"
            )
        both = sorted(self.monitors.keys() & self.factors.keys())
        if both:
            raise ValueError(f"name one source for {', '.join(both)}: a monitor or factors")
        if set(self.treated) - self.factors.keys() or set(self.wet) - self.monitors.keys():
            raise ValueError("treated names pollutants with factors, wet those with monitors")
        return self


class Accounting(Declaration):
    """The choices that an account of this site rests on."""

    energy_method: str = Field(
        "", description="id of an energy method; empty: GB/T 2589 in China, elsewhere no account"
    )
    carbon_method: str = Field("", description="id of a carbon method; empty: no carbon account")
    process_method: str = Field(
        "", description="id of a process-level carbon method, a balance of each process besides"
    )
    electricity_programme: str = ""
    electricity_level: Literal["national", "region", "province"] = "national"
    electricity_area: str = Field("", description="area code where the level is not national")
    electricity_equivalent: NamedQuantity | None = Field(
        None, description="coal equivalent of electricity that the authority gives for the year"
    )
    media: Literal["own_plant", "national", "steel"] = "national"
    steam: Literal["table", "physics"] = Field(
        "table", description="where enthalpies of purchased steam come from: print, or IAPWS-IF97"
    )


class Site(Named):
    """A whole ``site.toml``."""

    format: Literal[1] = 1
    simulated: bool = False
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    region: str = Field("", description="ISO 3166-2 code")
    industry: Annotated[str, StringConstraints(pattern=r"^(\d{2,4})?$")] = ""
    industry_edition: str = "GB/T 4754-2017"
    zone: str
    boundary_zh: str = Field("", description="what the accounts take in, in words")
    boundary_en: str = ""
    owner: Owner
    accounting: Accounting = Accounting()
    units: tuple[Unit, ...] = ()
    networks: tuple[Network, ...] = ()
    meters: tuple[Meter, ...] = ()
    products: tuple[Product, ...] = ()
    streams: tuple[Stream, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    contracts: tuple[Contract, ...] = ()
    supplies: tuple[Supply, ...] = ()
    norms: tuple[ProductNorm, ...] = ()
    machines: tuple[Machine, ...] = ()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{zone!r} is not a time zone, such as Asia/Shanghai") from None
        return zone

    def boundary(self, language: str) -> str:
        """What the accounts take in, in ``zh`` or ``en``; in the other where only that is given."""
        return either(self.boundary_zh, self.boundary_en, language)
