"""Tiny sites and their accounts, made in code: what tests of the accounts build on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from celadon.accounts.account import Accounts, compute_accounts
from celadon.accounts.activity import Row
from celadon.accounts.book import Book, open_book
from celadon.accounts.samples import Sample, Samples
from celadon.accounts.settlements import Settlement
from celadon.engine import Engine
from celadon.exact import parse_decimal
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Site, site_from_plain
from celadon.records.tables import METER_DAY, SHARED_DAY
from celadon.reference import Registry, load_registry

YEAR = Period.parse("2025")
MARCH = Period.parse("2025-03")
CREDIT_CODE = "91999999MA00FAKE83"
"""A code of a division that does not exist."""

Table = Mapping[str, Any]


def make_site(
    streams: Sequence[Table] = (),
    *,
    units: Sequence[Table] = ({"id": "mill"},),
    country: str = "CN",
    name: str = "works",
    **tables: Any,
) -> Site:
    """A simulated site; ``tables`` may hold networks, meters, products, outlets..."""
    plain = {
        "site": {
            "id": name, "simulated": True, "country": country, "zone": "Asia/Shanghai",
            "region": "CN-HE" if country == "CN" else "",
        },
        "owner": {"name": "模拟企业", "credit_code": CREDIT_CODE if country == "CN" else ""},
        "accounting": tables.get("accounting", {}),
        "unit": list(units),
        "network": list(tables.get("networks", ())),
        "meter": list(tables.get("meters", ())),
        "product": list(tables.get("products", ())),
        "stream": list(streams),
        "outlet": list(tables.get("outlets", ())),
        "contract": list(tables.get("contracts", ())),
    }  # fmt: skip
    return site_from_plain(plain, Path("site.toml"))


def stream(name: str, carrier: str, origin: str, destination: str, **rest: Any) -> dict[str, Any]:
    """A stream; by its month's consumption where nothing else is said."""
    if not {"meters", "stock", "monthly"} & rest.keys():
        rest["monthly"] = "consumption"
    return {"id": name, "carrier": carrier, "from": origin, "to": destination, **rest}


def meter(name: str, measure: str = "kWh", **rest: Any) -> dict[str, Any]:
    """An interval meter."""
    return {"id": name, "kind": "interval", "measure": measure, **rest}


def row(
    item: str,
    kind: str,
    days: str,
    count: int,
    *,
    number: int = 2,
    position: int = 1,
    file: str = "books.xlsx",
) -> Row:
    """A row of activity for a period written as ``2025-03`` or ``2025-03-01/2025-03-02``."""
    period = Period.parse(days)
    return Row(item, kind, period.from_day, period.to_day, count, number, position, file)


def used(item: str, count: int, days: str = "2025-03", *, number: int = 2) -> Row:
    """A row of consumption."""
    return row(item, "consumption", days, count, number=number)


def sample(
    item: str,
    parameter: str,
    value: str,
    unit: str,
    days: str | None = "2025-03",
    *,
    origin: str = "laboratory",
    basis: str = "",
    since: dt.date | None = None,
    **rest: Any,
) -> Sample:
    """A sample of some days; with ``since`` one that holds from then on."""
    period = Period.parse(days or "2025-03")
    plain = {"weight": None, "document": "", "source_row": 2, "position": 1} | rest
    return Sample(
        stream=item, parameter=parameter, basis=basis, from_day=since or period.from_day,
        to_day=None if since else period.to_day, value=parse_decimal(value), unit=unit,
        origin=origin, source_name="laboratory.xlsx", **plain,
    )  # fmt: skip


def certificate(item: str, parameter: str, value: str, unit: str, **rest: Any) -> Sample:
    """A certificate."""
    return sample(item, parameter, value, unit, origin="certificate", **rest)


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a site's records: its book, its leaves and all findings."""

    book: Book
    accounts: Accounts
    leaves: list[dict[str, Any]]

    @property
    def findings(self) -> list[Finding]:
        return self.accounts.findings

    def rules(self) -> set[str]:
        return {found.rule for found in self.findings}

    def of(self, **wanted: Any) -> list[dict[str, Any]]:
        """The leaves whose columns hold what is wanted."""
        return [x for x in self.leaves if all(x[name] == wanted[name] for name in wanted)]

    def total(self, **wanted: Any) -> int:
        return sum(leaf["value"] for leaf in self.of(**wanted))

    def found(self, rule: str) -> list[Finding]:
        return [found for found in self.findings if found.rule == rule]

    def parameters(self, **wanted: Any) -> list[dict[str, Any]]:
        rows = self.accounts.parameters.to_pylist()
        return [x for x in rows if all(x[name] == wanted[name] for name in wanted)]


def account(
    site: Site,
    period: Period = MARCH,
    rows: Iterable[Row] = (),
    samples: Iterable[Sample] = (),
    days: Iterable[Mapping[str, Any]] = (),
    registry: Registry | None = None,
    shared: Iterable[Mapping[str, Any]] = (),
    settlements: Sequence[Settlement] = (),
) -> Made:
    """The accounts of one site from rows, samples, days of meters and settlements."""
    book = open_book(
        site, registry or load_registry(), period, list(rows), Samples(samples),
        settlements=settlements,
    )  # fmt: skip
    accounts = counted({site.id: book}, days, shared)
    return Made(book, accounts, accounts.leaves.to_pylist())


def counted(
    books: Mapping[str, Book],
    days: Iterable[Mapping[str, Any]] = (),
    shared: Iterable[Mapping[str, Any]] = (),
) -> Accounts:
    """The accounts of books from given days of meters, without any quality rule."""
    with Engine(1) as engine:
        engine.load(METER_DAY, METER_DAY.from_rows(list(days)))
        engine.load(SHARED_DAY, SHARED_DAY.from_rows(list(shared)))
        return compute_accounts(engine, books)


def meter_days(
    name: str, period: Period, daily: int, site: str = "works", **rest: int
) -> list[dict[str, Any]]:
    """A meter that passes the same amount on each day of a period."""
    plain = {"measured": daily, "estimated": 0, "seconds_missing": 0} | rest
    return [{"site": site, "meter": name, "day": day, **plain} for day in period.days]


def kgce(grams: int) -> Fraction:
    return Fraction(grams, 1000)
