"""Plants made up by hypothesis: units within units, networks, streams that come back, and records.

Everything is drawn: which places there are, what flows between them and how it is counted, the
method and the kinds of its streams, what was sampled and certified. A plant need not make sense as
a works; it need only be one that a declaration allows: the accounts owe it their identities.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st
from tests.accounts.tiny import make_site, meter, row, sample, stream

from celadon.accounts.activity import Row
from celadon.accounts.declared import kind_faults
from celadon.accounts.samples import Sample
from celadon.accounts.settlements import Settlement
from celadon.records.period import Period
from celadon.records.serials import Serials
from celadon.records.site import DRAIN, FLARE, OUTSIDE, STOCK, Site, Stream
from celadon.reference import load_registry
from celadon.reference.equations import parameter_kinds
from celadon.reference.families import find_method_by_day
from celadon.reference.methods import methods
from celadon.units import GASES as KINDS_OF_GAS

BEYOND = (OUTSIDE, STOCK)
GASES = ("blast_furnace_gas", "coke_oven_gas", "converter_gas", "natural_gas")
SOLIDS = ("coke", "bituminous_coal", "pulverised_coal", "limestone", "dolomite", "pig_iron",
          "crude_steel", "anthracite", "diesel", "fuel_oil", "lpg", "coal_tar")  # fmt: skip
OTHERS = ("electricity", "electricity", "steam_low_pressure", "chemical_feedstock", "process_gas",
          "waste_water", "carbon_waste", "fluorinated_gas")  # fmt: skip
PROCESS = "iron-and-steel-process"
FAMILIES = ("chemicals", "cement", "power", "iron-and-steel", "electrolytic-aluminium",
            "independent-coking")  # fmt: skip
METHODS = tuple(
    method.id
    for method in methods().values()
    if method.account == "carbon" and method.level == "enterprise"
)
"""Every enterprise form that is loaded."""

Units = tuple[tuple[str, int], ...]
"""Units, and how many of each make the first."""

_TOPS = {"energy": ("GJ", "MJ"), "carbon": ("tC", "kgC"), "co2": ("tCO2", "kgCO2"),
         "mass": ("t", "kg")}  # fmt: skip
_BOTTOMS = {"mass": ("t", "kg"), "normal_volume": ("1e4Nm3", "1e4Nm3"), "volume": ("m3", "m3"),
            "energy": ("GJ", "GJ")}  # fmt: skip
_GAS_NAMES = {gas.lower(): gas for gas in KINDS_OF_GAS}


@dataclass
class Plant:
    """A generated plant with its records, and what the records say was moved.

    Parameters
    ----------
    plain : the site's tables, as :func:`tests.accounts.tiny.make_site` takes them.
    moved : amount by item and first day of the month, of items with monthly rows; None: missing.
    daily : measured and estimated amounts by meter and day.
    twins : the samples once more, each value told in another unit.
    """

    period: Period
    plain: dict[str, Any]
    rows: list[Row] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    twins: list[Sample] = field(default_factory=list)
    days: list[dict[str, Any]] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    moved: dict[tuple[str, dt.date], int | None] = field(default_factory=dict)
    daily: dict[str, dict[dt.date, tuple[int, int]]] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        """The declaration."""
        return make_site(**self.plain)

    def told(self) -> str:
        """What hypothesis shows of it when an identity breaks."""
        return f"{self.period} {self.plain} {self.rows} {self.samples}"


@st.composite
def plants(draw: st.DrawFn) -> Plant:
    """Any plant."""
    return _Builder(draw(st.randoms(use_true_random=False))).build()


class _Builder:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.carriers = load_registry().carriers

    def build(self) -> Plant:
        random = self.random
        year, month = random.randint(2016, 2026), random.randint(1, 12)
        first = dt.date(year, month, 1)
        after = first
        for _ in range(random.choice((1, 1, 2, 3))):
            after = (after + dt.timedelta(days=31)).replace(day=1)
        self.method = random.choice((*METHODS, *METHODS, *FAMILIES))
        self.plant = Plant(Period(first, after), {})
        self.units = [
            {"id": f"u{i}"}
            | ({"parent": f"u{random.randrange(i)}"} if i and self.likely(1, 2) else {})
            for i in range(random.randint(1, 5))
        ]
        self.networks = [
            {
                "id": f"n{i}",
                "carrier": random.choice((*GASES, "coke", "electricity", "steam_low_pressure")),
            }
            for i in range(random.randint(0, 3))
        ]
        self.meters: list[dict[str, Any]] = []
        self.streams = [self.stream(f"s{i}") for i in range(random.randint(1, 8))]
        self.streams += self.recycle()
        self.products = [self.product(f"p{i}") for i in range(random.randint(0, 2))]
        contracts = list(self.contracts())
        accounting = {
            "carbon_method": self.method, "electricity_programme": "enterprise_gbt32150",
        } | ({"process_method": PROCESS} if self.likely(2, 3) else {})  # fmt: skip
        self.plant.plain = {
            "streams": self.streams, "units": self.units, "networks": self.networks,
            "products": self.products, "meters": self.meters, "contracts": contracts,
            "accounting": accounting,
        }  # fmt: skip
        return self.plant

    def likely(self, of: int, out_of: int) -> bool:
        return self.random.randrange(out_of) < of

    def stream(self, name: str) -> dict[str, Any]:
        random = self.random
        of_networks = [network["carrier"] for network in self.networks]
        wanted = random.choice((of_networks or SOLIDS, SOLIDS, GASES, OTHERS))
        carrier = random.choice(tuple(wanted))
        inner = [unit["id"] for unit in self.units]
        inner += [n["id"] for n in self.networks if n["carrier"] == carrier]
        return self.flow(name, carrier, self.ends(inner, carrier))

    def ends(self, inner: list[str], carrier: str) -> tuple[str, str]:
        random = self.random
        origin = random.choice((*inner, OUTSIDE, OUTSIDE, STOCK))
        last = FLARE if carrier in GASES else DRAIN
        left = [end for end in (*inner, OUTSIDE, STOCK, last) if end != origin]
        return origin, random.choice(left)

    def recycle(self) -> Iterator[dict[str, Any]]:
        """A gas that a unit gives to its network and takes back, in part flared, in part sold."""
        for network in self.networks:
            if network["carrier"] not in GASES or self.likely(1, 3):
                continue
            unit = self.random.choice(self.units)["id"]
            name, carrier = network["id"], network["carrier"]
            ends = [(unit, name), (name, unit), (name, FLARE), (name, OUTSIDE), (OUTSIDE, name)]
            for number, pair in enumerate(ends[: self.random.randint(2, 5)]):
                yield self.flow(f"{name}-r{number}", carrier, pair)

    def flow(self, name: str, carrier: str, ends: tuple[str, str]) -> dict[str, Any]:
        small = self.carriers[carrier].count_unit
        source = self.activity(name, small, ends)
        crosses = (ends[0] in BEYOND) != (ends[1] in BEYOND)
        kinds = kinds_for(self.method, carrier, crosses)
        more: dict[str, Any] = {}
        if kinds and self.likely(3, 4):
            more["carbon"] = self.random.choice(kinds)
            if self.likely(1, 2):
                more |= {"receiver": "模拟接收方", "transfer_document": "T-1"}
            self.sample(name, more["carbon"], small)
        if self.likely(1, 3):
            self.one_sample(name, "net_calorific_value", _amount_of(small), "", (100, 50_000))
        if self.likely(1, 2):
            self.one_sample(name, "carbon_content", _amount_of(small), "", (0, 1000))
        return stream(name, carrier, *ends, **source, **more)

    def activity(self, name: str, small: str, ends: tuple[str, str] | None) -> dict[str, Any]:
        """How an item is counted, with its records; a product where it has no ends."""
        way = self.random.choice(("monthly", "monthly", "stock", "meters"))
        if way == "meters":
            return {"meters": self.metered(name, small, 2 if ends is not None else 1)}
        if way == "stock" and ends is not None:
            self.stock(name)
            return {"stock": True}
        kind = "consumption" if ends is not None else "production"
        for month in self.plant.period.months():
            self.plant.moved[name, month.from_day] = None
            if self.likely(9, 10):
                count = self.random.choice((0, 1, self.random.randint(0, 10**9)))
                self.plant.rows.append(row(name, kind, _text(month), count))
                self.plant.moved[name, month.from_day] = count
        return {"monthly": kind}

    def stock(self, name: str) -> None:
        plant, months = self.plant, list(self.plant.period.months())
        level = self.random.randint(0, 10**8)
        plant.rows.append(row(name, "opening_stock", _text(months[0]), level))
        for month in months:
            bought = self.random.randint(0, 10**8)
            plant.rows.append(row(name, "purchase", _text(month), bought))
            closing = self.random.randint(0, level + bought)
            plant.rows.append(row(name, "closing_stock", _text(month), closing))
            plant.moved[name, month.from_day] = level + bought - closing
            level = closing

    def metered(self, name: str, small: str, most: int) -> list[str]:
        """One meter, or two of which the second is taken off."""
        ids = [f"m-{name}", f"less-{name}"][: self.random.choice((1, 1, most))]
        for one in ids:
            self.meters.append(meter(one, small, carrier=""))
            daily = self.plant.daily[one] = {}
            size = self.random.randint(0, 10**7)
            for day in self.plant.period.days:
                measured = size + day.day if self.likely(19, 20) else 0
                estimated = day.month if self.likely(1, 20) else 0
                daily[day] = measured, estimated
                self.plant.days.append({
                    "site": "works", "meter": one, "day": day, "measured": measured,
                    "estimated": estimated, "seconds_missing": 0 if measured else 3600,
                })  # fmt: skip
        return [ids[0], *(f"-{other}" for other in ids[1:])]

    def product(self, name: str) -> dict[str, Any]:
        plain: dict[str, Any] = {"id": name} | self.activity(name, "kg", None)
        kinds = product_kinds(self.method)
        if kinds and self.likely(2, 3):
            plain["carbon"] = self.random.choice(kinds)
            self.sample(name, plain["carbon"], "kg")
        return plain

    def sample(self, item: str, kind: str, small: str) -> None:
        """Samples of what the equations of a kind ask for; most of it."""
        amount = _amount_of(small)
        for name, gas in asked_of(self.method, kind):
            if self.likely(4, 5):
                self.one_sample(item, name, amount, gas, (1, 1000))

    def one_sample(
        self, item: str, name: str, amount: str, gas: str, within: tuple[int, int]
    ) -> None:
        units = units_of(name, amount, gas)
        if not units or any(s.stream == item and s.parameter == name for s in self.plant.samples):
            return
        period = self.plant.period
        first, after = period.from_day, period.to_day
        if self.likely(1, 4):
            day = first + dt.timedelta(days=self.random.randrange(1, 28))
            for since in (first, day):
                self.tell(item, name, units, within, days=None, origin="certificate", since=since)
            return
        for number in range(self.random.choice((1, 1, 2, 3))):
            weight, days = self.random.randint(1, 10**6), f"{first}/{after}"
            self.tell(item, name, units, within, days=days, weight=weight, source_row=2 + number)

    def tell(
        self, item: str, name: str, units: Units, within: tuple[int, int], **rest: Any
    ) -> None:
        """A sample, and its twin: the same value in whichever units."""
        thousandths = self.random.randint(*within)
        for told in (self.plant.samples, self.plant.twins):
            unit, factor = self.random.choice(units)
            whole, part = divmod(thousandths * factor, 1000)
            told.append(sample(item, name, f"{whole}.{part:03}", unit, **rest))

    def contracts(self) -> Iterator[dict[str, Any]]:
        bought = [
            s for s in self.streams
            if s.get("carbon") == "electricity" and s["from"] in BEYOND and s["to"] not in BEYOND
            and s["carrier"] == "electricity"
        ]  # fmt: skip
        if not bought or self.likely(1, 3):
            return
        kind = self.random.choice(("green_power", "own_use", "fossil_supply"))
        plain = {
            "id": "c1", "kind": kind, "stream": bought[0]["id"], "document": "K-1",
            "from_day": dt.date(2015, 1, 1),
        }  # fmt: skip
        if kind == "green_power":
            plain["certificate"] = {"value": "1", "unit": "MWh", "document": "R-1"}
        yield plain
        for number, month in enumerate(self.plant.period.months()):
            if self.likely(1, 4):
                continue
            certificates = self.random.randint(1, 2000)
            serials = Serials("GEC-", 1 + 5000 * number, certificates + 5000 * number)
            self.plant.settlements.append(Settlement(
                "c1", month.from_day, month.to_day, self.random.randint(0, 2 * 10**9),
                f"S-{number}",
                serials if kind == "green_power" else None, (month.from_day, month.to_day),
                f"green.xlsx › row {number}", (number, "", 2), "",
            ))  # fmt: skip


@cache
def kinds_for(method: str, carrier: str, crosses: bool) -> tuple[str, ...]:
    """The kinds of a method, or of a family's editions, that a stream of a carrier may name."""
    registry = load_registry()
    found: dict[str, None] = {}
    for one in find_method_by_day(method, "carbon", registry.sources).methods:
        for name, kind in one.kinds.items():
            plain = stream("x", carrier, "a", "b", carbon=name)
            suits = not list(kind_faults(registry, Stream.model_validate(plain), kind))
            if suits and (crosses or kind.counted == "inside"):
                found[name] = None
    return tuple(found)


@cache
def product_kinds(method: str) -> tuple[str, ...]:
    """The kinds that a product counted by mass may name, in every edition."""
    registry = load_registry()
    return tuple(dict.fromkeys(
        name
        for one in find_method_by_day(method, "carbon", registry.sources).methods
        for name, kind in one.kinds.items()
        if all("mass" in term.worked_by.activity for term in kind.terms_of("")) and name != "heat"
    ))  # fmt: skip


@cache
def asked_of(method: str, kind: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a kind's equations, each with the gas that it is of."""
    sources = load_registry().sources
    asked: dict[str, str] = {}
    for one in find_method_by_day(method, "carbon", sources).methods:
        for term in one.kinds[kind].terms_of("") if kind in one.kinds else ():
            for form in term.worked_by.forms:
                asked |= dict.fromkeys(re.findall(r"[a-z]\w*", form), term.gas.lower())
    asked.pop("carbon_to_co2", None)
    return tuple(asked.items())


@cache
def units_of(name: str, amount: str, gas: str) -> Units:
    """Units in which a parameter can be told, the largest first, and how many of each make it."""
    kind = parameter_kinds()[name]
    if kind.is_share and ("share" in kind.dimensions or amount == "mass"):
        return (("1", 1), ("%", 100))
    if "number" in kind.dimensions:
        return (("1", 1),)
    dimension = kind.dimensions[0].format(amount=amount, gas=gas)
    top, bottom = dimension.split("/")
    tops = _TOPS.get(top) or (f"t{_GAS_NAMES[top]}", f"kg{_GAS_NAMES[top]}")
    bottoms = _BOTTOMS.get(bottom)
    if bottoms is None:
        return ()
    whole = f"{tops[0]}/{bottoms[0]}"
    if bottom == "mass":
        return ((whole, 1), (f"{tops[1]}/{bottoms[0]}", 1000), (f"{tops[1]}/{bottoms[1]}", 1))
    return ((whole, 1), (f"{tops[1]}/{bottoms[0]}", 1000))


def _amount_of(small: str) -> str:
    return {"kg": "mass", "NL": "normal_volume", "L": "volume", "Wh": "energy", "kJ": "energy",
            "g": "mass"}.get(small, "mass")  # fmt: skip


def _text(month: Period) -> str:
    return f"{month.from_day:%Y-%m}"
