"""A nation in memory: 3,572 enterprises of some kinds, 60 lines of account a month each.

Each kind of enterprise burns seven fuels, two of them by stock, and buys electricity, heat and
water. Of a share of the fuels a laboratory finds the heat value and the carbon content each month.
Every number is drawn from a seed and speaks of no real enterprise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random

from celadon.accounts.activity import Row
from celadon.accounts.samples import Sample
from celadon.records.period import Period
from celadon.records.site import Site, site_from_plain

ENTERPRISES, LINES_A_MONTH = 3_572, 60
YEAR = Period.parse("2025")
MONTHS = tuple(YEAR.months())

FUELS = (
    "anthracite", "bituminous_coal", "lignite", "cleaned_coal", "briquette", "coke", "coal_tar",
    "lng", "lpg", "fuel_oil", "gasoline", "diesel", "kerosene",
)  # fmt: skip
RARE = "crude_oil"
"""A fuel of one kind of enterprise in twelve."""

KINDS, FUELS_EACH, BY_STOCK, IN_KILN = 12, 7, 2, 3
_LABORATORY = (("net_calorific_value", "GJ/t", 1000), ("carbon_content_per_heat", "tC/TJ", 1000))


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A site with what it handed in."""

    site: Site
    rows: list[Row]
    samples: list[Sample]


def enterprises(number: int, sampled: Fraction, seed: int = 1) -> list[Enterprise]:
    """So many enterprises.

    Parameters
    ----------
    sampled : share of the fuels that a laboratory looks at.
    """
    kinds = [_kind(number) for number in range(KINDS)]
    draws = (Random(seed * 10**6 + n) for n in range(number))  # noqa: S311  no secret
    return [_enterprise(kinds[n % KINDS], n, sampled, draw) for n, draw in enumerate(draws)]


def fuels_of(kind: int) -> list[str]:
    """The fuels of a kind of enterprise."""
    chosen = [FUELS[(kind + 2 * n) % len(FUELS)] for n in range(FUELS_EACH)]
    return [*chosen[:-1], RARE] if kind == 0 else chosen


def _kind(kind: int) -> Site:
    streams = [
        {
            "id": fuel.replace("_", "-"), "carrier": fuel, "from": "outside",
            "to": "kiln" if place < IN_KILN else "plant", "carbon": "combustion",
            **({"stock": True} if place < BY_STOCK else {"monthly": "consumption"}),
        }
        for place, fuel in enumerate(fuels_of(kind))
    ]  # fmt: skip
    bought = {"from": "outside", "to": "plant", "monthly": "purchase"}
    streams += [
        {"id": "power", "carrier": "electricity", **bought, "carbon": "electricity"},
        {"id": "heat", "carrier": "heat", **bought, "carbon": "heat"},
        {"id": "water", "carrier": "fresh_water", **bought, "energy": False, "water": "intake"},
    ]
    plain = {
        "site": {
            "id": "kind", "simulated": True, "country": "CN", "zone": "Asia/Shanghai",
            "region": "CN-HE",
        },
        "owner": {"name": "模拟企业", "credit_code": "91999999MA00FAKE83"},
        "accounting": {
            "carbon_method": "general-industry-2015",
            "electricity_programme": "enterprise_gbt32150",
            "electricity_equivalent": {"value": "0.3", "unit": "kgce/kWh", "document": "simulated"},
        },
        "unit": [{"id": "plant"}, {"id": "kiln", "parent": "plant"}],
        "product": [{"id": f"goods-{kind}", "measure": "t", "monthly": "production"}],
        "stream": streams,
    }  # fmt: skip
    return site_from_plain(plain, Path("site.toml"))


def _enterprise(kind: Site, number: int, sampled: Fraction, draw: Random) -> Enterprise:
    name = f"e{number:05d}"
    rows = list(_rows(kind, name, draw))
    samples = []
    for stream in kind.streams:
        if stream.carbon == "combustion" and draw.random() < sampled:
            samples += _samples(stream.id, name, draw)
    return Enterprise(kind.model_copy(update={"id": name}), rows, samples)


def _rows(kind: Site, name: str, draw: Random) -> Iterator[Row]:
    number = 1

    def row(item: str, told: str, month: Period, count: int) -> Row:
        nonlocal number
        number += 1
        file = f"{name}-2025.xlsx"
        return Row(item, told, month.from_day, month.to_day, count, number, 1, file, "books")

    for stream in kind.streams:
        held = draw.randrange(10**6, 10**7)
        for month in MONTHS:
            used = draw.randrange(10**7, 10**9)
            if not stream.stock:
                yield row(stream.id, stream.monthly or "", month, used)
                continue
            left = draw.randrange(10**6, 10**7)
            yield row(stream.id, "opening_stock", month, held)
            yield row(stream.id, "purchase", month, used)
            yield row(stream.id, "closing_stock", month, left)
            held = left
    for product in kind.products:
        for month in MONTHS:
            yield row(product.id, "production", month, draw.randrange(10**6, 10**9))


def _samples(stream: str, name: str, draw: Random) -> Iterator[Sample]:
    for place, (parameter, unit, parts) in enumerate(_LABORATORY):
        for n, month in enumerate(MONTHS):
            value = Fraction(draw.randrange(20_000, 30_000), parts)
            yield Sample(
                stream, parameter, "", month.from_day, month.to_day, value, unit, None,
                "laboratory", f"L{n}", 2 + n + 12 * place, 2, f"{name}-laboratory.xlsx", "results",
            )  # fmt: skip
