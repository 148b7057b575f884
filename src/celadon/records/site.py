"""The declaration of a site: ``site.toml``.

A site is a graph. Its nodes are process units (a tree), networks (where one carrier is gathered and
shared: a busbar, a gas holder, a coke yard) and four built-in ends: ``outside`` (suppliers,
customers, the grid), ``stock`` (what lay in the yard before), ``flare`` (burnt or blown off without
use) and ``drain`` (water let out). Its edges are *streams*: one carrier from one node to another,
with exactly one source of activity. Energy, carbon and water accounts, process energies, carrier
balances and the flow picture are all read off this one graph.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from celadon.chain import sha256_file
from celadon.errors import DeclarationError, Fault, UnitError
from celadon.exact import parse_decimal
from celadon.records.identity import credit_code_fault, normalise_credit_code
from celadon.units import parse_unit

OUTSIDE, STOCK, FLARE, DRAIN = "outside", "stock", "flare", "drain"
ENDS = (OUTSIDE, STOCK, FLARE, DRAIN)
"""Nodes that every site has without declaring them."""

ACTIVITY_KINDS = (
    "purchase", "opening_stock", "closing_stock", "production", "consumption",
    "recovery", "sale", "discharge",
)  # fmt: skip
"""What a row of monthly activity can speak of."""


def _decimal(text: str) -> str:
    parse_decimal(text)
    return text


def _unit(text: str) -> str:
    try:
        return parse_unit(text).name
    except UnitError as error:
        raise ValueError(error.summary) from None


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
DecimalText = Annotated[str, AfterValidator(_decimal)]
UnitText = Annotated[str, AfterValidator(_unit)]


class _Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Quantity(_Declaration):
    """A declared number with its unit and the document that it was read from."""

    value: DecimalText
    unit: UnitText
    document: str = ""

    @property
    def amount(self) -> Fraction:
        """The number, exact."""
        return parse_decimal(self.value)


class Owner(_Declaration):
    """The legal entity that answers for the site."""

    name: str
    credit_code: str = ""
    credit_code_exception: str = Field("", description="why a code that fails its check is right")


class Unit(_Declaration):
    """A process unit: a place inside the site that uses, converts or makes something."""

    id: Slug
    name_zh: str = ""
    name_en: str = ""
    parent: Slug | None = None
    process: str = Field("", description="process of the norms, such as blast_furnace")
    product: Slug | None = Field(None, description="the product its unit energy is taken per")
    makes: str = Field("", description="working medium it makes: its energy becomes the medium's")
    facts: dict[str, DecimalText | str] = Field(
        default_factory=dict, description="what corrections of norms ask for, such as feed_grade"
    )


class Network(_Declaration):
    """A node where one carrier is gathered, stored and shared."""

    id: Slug
    carrier: str
    name_zh: str = ""
    name_en: str = ""


class Meter(_Declaration):
    """A meter of one of three kinds: interval amount, cumulative register, or state."""

    id: Slug
    kind: Literal["interval", "register", "state"]
    measure: UnitText = Field(description="the unit its readings are in")
    resolution: DecimalText = "1"
    multiplier: DecimalText = Field("1", description="transformer ratio and the like")
    minutes: Literal[1, 5, 10, 15, 30, 60] = 15
    carrier: str = ""
    name_zh: str = ""
    name_en: str = ""
    parent: Slug | None = Field(None, description="the meter that this one is a part of")
    maximum: DecimalText | None = Field(
        None, description="the most it can physically pass in an hour, in its unit"
    )
    modulus: DecimalText | None = Field(
        None, description="the reading at which a register starts again from zero"
    )
    stuck_after: int = Field(
        24, ge=0, description="equal readings in a row that are too many; 0 is off"
    )
    from_day: dt.date | None = None
    to_day: dt.date | None = None

    @property
    def count_size(self) -> Fraction:
        """How many of its unit one count of its resolution is, multiplier included."""
        return parse_decimal(self.resolution) * parse_decimal(self.multiplier)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if parse_decimal(self.resolution) <= 0 or parse_decimal(self.multiplier) <= 0:
            raise ValueError("resolution and multiplier must be positive")
        if self.maximum is not None and parse_decimal(self.maximum) <= 0:
            raise ValueError("maximum must be positive")
        if self.modulus is not None and self.kind != "register":
            raise ValueError("only a register has a modulus")
        if self.kind == "register" and self.maximum is None:
            raise ValueError("a register needs a physical maximum, to tell a rollover from a reset")
        return self


class Product(_Declaration):
    """What a unit makes, counted by mass or volume; its output divides energies and emissions."""

    id: Slug
    name_zh: str = ""
    name_en: str = ""
    measure: UnitText = "t"
    meters: tuple[Slug, ...] = ()
    monthly: Literal["production"] | None = None
    carbon_item: str = Field("", description="subject of the carbon stored in it, in the method")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.meters) == bool(self.monthly):
            raise ValueError("name exactly one source of activity: meters or monthly")
        return self


class Stream(_Declaration):
    """One carrier from one node to another, with exactly one source of activity.

    ``meters`` sums meters (a leading ``-`` subtracts one); ``stock = true`` takes purchase plus
    opening minus closing stock; ``monthly`` takes one kind of monthly row.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    id: Slug
    carrier: str
    origin: Slug = Field(alias="from")
    destination: Slug = Field(alias="to")
    name_zh: str = ""
    name_en: str = ""
    meters: tuple[Annotated[str, StringConstraints(pattern=r"^-?[a-z0-9][a-z0-9-]*$")], ...] = ()
    stock: bool = False
    monthly: (
        Literal["purchase", "consumption", "production", "recovery", "sale", "discharge"] | None
    ) = None
    sampled_at: Slug | None = Field(
        None, description="the stream whose laboratory values hold here"
    )
    basis: Literal["as_received", "dry"] = "as_received"
    """Basis of its mass; a sample on another basis is not used for it."""
    energy: bool = True
    """Whether it enters energy accounts."""
    carbon: str = Field("", description="its source kind in the carbon method, such as combustion")
    carbon_item: str = Field("", description="subject of its factor where the carrier does not say")
    water: Literal["", "intake", "reuse", "discharge"] = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = [bool(self.meters), self.stock, self.monthly is not None]
        if sum(sources) != 1:
            raise ValueError("name exactly one source of activity: meters, stock or monthly")
        if self.origin == self.destination:
            raise ValueError("a stream joins two different nodes")
        return self


class Accounting(_Declaration):
    """The choices that an account of this site rests on."""

    energy_method: str = Field(
        "", description="id of an energy method; empty: GB/T 2589 in China, elsewhere no account"
    )
    carbon_method: str = Field("", description="id of a carbon method; empty: no carbon account")
    electricity_programme: str = ""
    electricity_level: Literal["national", "region", "province"] = "national"
    electricity_area: str = Field("", description="area code where the level is not national")
    electricity_equivalent: Quantity | None = Field(
        None, description="coal equivalent of electricity that the authority gives for the year"
    )
    media: Literal["own_plant", "national", "steel"] = "national"


class Site(_Declaration):
    """A whole ``site.toml``."""

    format: Literal[1] = 1
    id: Slug
    name_zh: str = ""
    name_en: str = ""
    simulated: bool = False
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    region: str = Field("", description="ISO 3166-2 code")
    industry: Annotated[str, StringConstraints(pattern=r"^(\d{2,4})?$")] = ""
    industry_edition: str = "GB/T 4754-2017"
    zone: str
    boundary: str = ""
    owner: Owner
    accounting: Accounting = Accounting()
    units: tuple[Unit, ...] = ()
    networks: tuple[Network, ...] = ()
    meters: tuple[Meter, ...] = ()
    products: tuple[Product, ...] = ()
    streams: tuple[Stream, ...] = ()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{zone!r} is not a time zone, such as Asia/Shanghai") from None
        return zone

    def name(self, language: str) -> str:
        """The site's name in ``zh`` or ``en``, or in the other where only that is given."""
        first, second = (
            (self.name_zh, self.name_en) if language == "zh" else (self.name_en, self.name_zh)
        )
        return first or second or self.id


def load_site(path: Path) -> Site:
    """Read and check a ``site.toml``.

    Raises
    ------
    DeclarationError
        With every fault of the file at once, each with its table, key and remedy.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        plain = tomllib.loads(text)
    except UnicodeDecodeError:
        raise _unreadable(path, "bytes that are not UTF-8", "save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, str(error), "correct the line named above") from None
    return site_from_plain(plain, path)


def site_from_plain(plain: dict[str, Any], path: Path) -> Site:
    """A checked site from the plain content of a ``site.toml``; faults name ``path``."""
    try:
        site = Site.model_validate(_flattened(plain))
    except ValidationError as error:
        raise DeclarationError(
            f"{path.name} breaks {error.error_count()} rule(s) of a site declaration",
            [_fault(path, plain, fault) for fault in error.errors(include_url=False)],
        ) from None
    faults = [
        Fault((str(path), place), found, rule, remedy)
        for place, found, rule, remedy in _cross_faults(site)
    ]
    if faults:
        raise DeclarationError(f"{path.name} breaks {len(faults)} rule(s)", faults)
    return site


def site_content(path: Path) -> str:
    """The hash that names this content of a declaration in the ledger."""
    return sha256_file(path)


def _unreadable(path: Path, found: str, remedy: str) -> DeclarationError:
    fault = Fault((str(path),), found, "a TOML file in UTF-8", remedy)
    return DeclarationError(f"Cannot read {path.name}", [fault])


_LISTS = {
    "unit": "units",
    "network": "networks",
    "meter": "meters",
    "product": "products",
    "stream": "streams",
}


def _flattened(plain: dict[str, Any]) -> dict[str, Any]:
    """``[site]`` and ``[[unit]]`` as TOML writes them, into the fields of Site."""
    rest = {key: value for key, value in plain.items() if key not in ("site", *_LISTS)}
    lists = {field: plain[table] for table, field in _LISTS.items() if table in plain}
    return {**rest, **plain.get("site", {}), **lists}


def _fault(path: Path, plain: dict[str, Any], fault: Any) -> Fault:
    singular = {field: table for table, field in _LISTS.items()}
    where = [str(path)]
    location = list(fault["loc"])
    if location and location[0] in singular:
        table = singular[location[0]]
        place = f"[[{table}]]"
        if len(location) > 1 and isinstance(location[1], int):
            entry = plain[table][location[1]]
            name = entry.get("id", "?") if isinstance(entry, dict) else "?"
            place = f"[[{table}]] {location[1] + 1} ({name})"
            location = location[2:]
        else:
            location = location[1:]
        where.append(place)
    where += [".".join(str(part) for part in location)] if location else []
    found = "nothing" if fault["type"] == "missing" else repr(fault.get("input"))
    if len(found) > 80:
        found = found[:77] + "..."
    remedies = {
        "missing": "add the key",
        "extra_forbidden": "remove the key or correct its spelling",
    }
    message = str(fault["msg"]).removeprefix("Value error, ")
    return Fault(tuple(where), found, message, remedies.get(fault["type"], "correct the value"))


def _cross_faults(site: Site) -> list[tuple[str, str, str, str]]:
    """Faults that only show between tables: (place, found, rule, remedy)."""
    return [
        *_identity_faults(site),
        *_duplicate_faults(site),
        *_reference_faults(site),
        *_tree_faults(site),
    ]


def _identity_faults(site: Site) -> list[tuple[str, str, str, str]]:
    if site.country != "CN":
        return []
    owner = site.owner
    if not owner.credit_code:
        rule = (
            "a Chinese enterprise is identified by its unified social credit code (GB 32100-2015)"
        )
        return [("[owner] credit_code", "nothing", rule, "add the code of the business licence")]
    fault = credit_code_fault(normalise_credit_code(owner.credit_code))
    if fault is None or owner.credit_code_exception:
        return []
    rule = f"unified social credit code, GB 32100-2015: {fault}"
    remedy = "compare with the licence; if it is printed so, say why in credit_code_exception"
    return [("[owner] credit_code", repr(owner.credit_code), rule, remedy)]


def _duplicate_faults(site: Site) -> list[tuple[str, str, str, str]]:
    faults = []
    groups: dict[str, list[str]] = {
        "meter": [meter.id for meter in site.meters],
        "unit or network": [*_node_ids(site), *ENDS],
        "stream or product": [*(s.id for s in site.streams), *(p.id for p in site.products)],
    }
    for kind, ids in groups.items():
        for twice in sorted({item for item in ids if ids.count(item) > 1}):
            rule = f"the id of a {kind} is used once"
            faults.append((kind, f"{twice!r} more than once", rule, "rename one of them"))
    return faults


def _node_ids(site: Site) -> list[str]:
    return [*(unit.id for unit in site.units), *(network.id for network in site.networks)]


def _reference_faults(site: Site) -> list[tuple[str, str, str, str]]:
    nodes = {*_node_ids(site), *ENDS}
    meters = {meter.id for meter in site.meters}
    streams = {stream.id for stream in site.streams}
    products = {product.id for product in site.products}
    units = {unit.id for unit in site.units}
    asked: list[tuple[str, str, set[str], str]] = []
    for stream in site.streams:
        place = f"[[stream]] {stream.id}"
        asked += [(f"{place} from", stream.origin, nodes, "node")]
        asked += [(f"{place} to", stream.destination, nodes, "node")]
        asked += [(f"{place} meters", m.lstrip("-"), meters, "meter") for m in stream.meters]
        if stream.sampled_at:
            asked.append((f"{place} sampled_at", stream.sampled_at, streams, "stream"))
    for product in site.products:
        asked += [(f"[[product]] {product.id} meters", m, meters, "meter") for m in product.meters]
    for unit in site.units:
        if unit.product:
            asked.append((f"[[unit]] {unit.id} product", unit.product, products, "product"))
        if unit.parent:
            asked.append((f"[[unit]] {unit.id} parent", unit.parent, units, "unit"))
    for meter in site.meters:
        if meter.parent:
            asked.append((f"[[meter]] {meter.id} parent", meter.parent, meters, "meter"))
    return [
        (
            place,
            repr(name),
            f"a {kind} that the file declares",
            f"declare the {kind} or correct the name",
        )
        for place, name, known, kind in asked
        if name not in known
    ]


def _tree_faults(site: Site) -> list[tuple[str, str, str, str]]:
    faults = []
    for kind, parents in (
        ("unit", {unit.id: unit.parent for unit in site.units}),
        ("meter", {meter.id: meter.parent for meter in site.meters}),
    ):
        for start in parents:
            seen, at = {start}, parents[start]
            while at is not None and at in parents and at not in seen:
                seen.add(at)
                at = parents[at]
            if at == start:
                rule = f"{kind}s form a tree"
                faults.append(
                    (f"[[{kind}]] {start} parent", "a circle of parents", rule, "break it")
                )
    return faults
