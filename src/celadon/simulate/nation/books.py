"""The monthly books of an enterprise: purchases, stocks, production, laboratory values.

The energy of a month is its part of the year's, split by the sector's mix; the amount of each
carrier follows from its coal equivalent, or from the heat value that the laboratory reports.
Amounts are integers of small units, so that what is booked is what the account will see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from celadon.records.period import Period
from celadon.reference import Registry
from celadon.simulate.nation.days import Days
from celadon.simulate.nation.draws import draws
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.figures import Use, assumed
from celadon.units import conversion, parse_unit

HEAT_SET = "NDRC-2013-2015"
"""The set of fuels whose default heat values the simulated laboratories lie around."""

KJ_PER_KGCE = 29307.6
"""1 kgce, GB/T 2589-2020."""

WATER, WASTE_WATER = "water", "waste-water"
"""Streams of water, and of what is let out again."""

Months = list[int]
"""Twelve amounts in small units."""


@dataclass(slots=True)
class Entry:
    """One row of the books: an amount of a stream in a month, counted from 0."""

    stream: str
    kind: str
    month: int
    count: int


@dataclass(slots=True)
class HeatValue:
    """One laboratory value: the month's net calorific value in 0.001 GJ/t."""

    stream: str
    month: int
    count: int
    weight: int


@dataclass(slots=True)
class Books:
    """What an enterprise hands in for a year.

    Parameters
    ----------
    used : what was truly used of each stream by month, in small units, before any reporting error.
    made : what was made by month, in small units of the product.
    """

    used: dict[str, Months]
    made: Months
    entries: list[Entry] = field(default_factory=list)
    heat_values: list[HeatValue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What a small unit of each carrier is in gce, and the default heat value of each fuel.

    ``heat`` is in GJ/t, for the fuels whose heat value a laboratory measures.
    """

    gce: dict[str, float]
    heat: dict[str, float]


def coefficients(registry: Registry, carriers: Iterator[str]) -> Coefficients:
    """The coefficients of carriers from the reference tables."""
    gce: dict[str, float] = {}
    heat: dict[str, float] = {}
    for name in carriers:
        carrier = registry.carriers[name]
        gce[name] = _gce_per_count(registry, name)
        value = _record(registry, "fuels", carrier.fuel_ids.get(HEAT_SET, ""), HEAT_SET)
        if value is not None:
            heat[name] = value
    return Coefficients(gce, heat)


def _gce_per_count(registry: Registry, name: str) -> float:
    carrier = registry.carriers[name]
    for record in registry.records.values():
        if (record.table, record.set, record.subject, record.parameter) == (
            "coal_equivalents", "national", carrier.coal_equivalent, "coal_equivalent",
        ) and record.value is not None:  # fmt: skip
            top, _, bottom = record.unit.partition("/")
            gce = record.value * parse_unit(top).size
            if parse_unit(bottom).dimension == parse_unit(carrier.count_unit).dimension:
                return float(gce * conversion(carrier.count_unit, bottom))
    raise KeyError(name)


def _record(registry: Registry, table: str, subject: str, edition: str) -> float | None:
    for record in registry.records.values():
        if (record.table, record.set, record.subject, record.parameter) == (
            table, edition, subject, "net_calorific_value",
        ) and record.value is not None and record.unit == "GJ/t":  # fmt: skip
            return float(record.value)
    return None


def stream_of(carrier: str) -> str:
    """The id of the stream of a carrier.

    Examples
    --------
    >>> stream_of("natural_gas")
    'natural-gas'
    """
    return carrier.replace("_", "-")


def simulate_books(
    seed: int, enterprise: Enterprise, days: Days, known: Coefficients, *, metered: bool
) -> Books:
    """The books of a year without any error.

    Parameters
    ----------
    metered : whether meters count electricity, gas, steam and water, so that no row speaks of them.
    """
    size = 1000.0  # kg in a t, L in a m3: products are counted in either
    made = [round(share * enterprise.production * size) for share in days.by_month(days.made)]
    books = Books({}, made)
    energy = days.by_month(days.drawn) * enterprise.production * enterprise.unit_energy * 1000
    for use in enterprise.sector.uses:
        _book_energy(seed, enterprise, use, energy, known, books, metered=metered)
    water = days.by_month(days.made) * enterprise.production * enterprise.sector.water * 1000
    books.used[WATER] = [round(amount) for amount in water]
    books.used[WASTE_WATER] = [round(a * assumed("waste_water_share")) for a in books.used[WATER]]
    if not metered:
        books.entries += _monthly(WATER, "purchase", books.used[WATER])
    books.entries += _monthly(WASTE_WATER, "discharge", books.used[WASTE_WATER])
    books.entries += _monthly(enterprise.sector.product, "production", made)
    return books


def _monthly(stream: str, kind: str, amounts: Months) -> Iterator[Entry]:
    return (Entry(stream, kind, month, amount) for month, amount in enumerate(amounts))


def _book_energy(
    seed: int,
    enterprise: Enterprise,
    use: Use,
    energy: np.ndarray[tuple[int], np.dtype[np.float64]],
    known: Coefficients,
    books: Books,
    *,
    metered: bool,
) -> None:
    stream = stream_of(use.carrier)
    gce = energy * use.share / 100
    generator = draws(seed, enterprise.number, f"books/{use.carrier}")
    if use.source == "stock" and use.carrier in known.heat:
        values = _heat_values(generator, known.heat[use.carrier])
        kilojoules = gce / 1000 * KJ_PER_KGCE
        used = [round(kj / value) for kj, value in zip(kilojoules, values, strict=True)]
        books.heat_values += [
            HeatValue(stream, month, value, used[month]) for month, value in enumerate(values)
        ]
    else:
        used = [round(amount / known.gce[use.carrier]) for amount in gce]
    books.used[stream] = used
    if use.source == "stock":
        books.entries += _stocks(generator, stream, used)
    elif use.source == "purchase" or not metered:
        books.entries += _monthly(stream, "purchase", used)


def _heat_values(generator: np.random.Generator, default: float) -> Months:
    """Monthly heat values in 0.001 GJ/t, which is kJ/kg."""
    own = default * (1 + assumed("heat_value_site") * float(np.clip(generator.normal(), -2, 2)))
    scatter = np.clip(generator.standard_normal(12), -2, 2) * assumed("heat_value_month")
    return [round(own * (1 + part) * 1000) for part in scatter]


def _stocks(generator: np.random.Generator, stream: str, used: Months) -> Iterator[Entry]:
    """Opening and closing stocks of some days of use, and the purchases that balance them."""
    low, high = assumed("stock_days_low"), assumed("stock_days_high")
    daily = sum(used) / 365
    stocks = [round(daily * generator.uniform(low, high), -3) for _ in range(13)]
    for month, amount in enumerate(used):
        opening, closing = int(stocks[month]), int(stocks[month + 1])
        if amount + closing - opening < 0:  # nothing is bought in a month of repair
            closing = stocks[month + 1] = opening - amount
        yield Entry(stream, "purchase", month, amount + int(closing) - opening)
        yield Entry(stream, "opening_stock", month, opening)
        yield Entry(stream, "closing_stock", month, int(closing))


def month_period(year: int, month: int) -> Period:
    """The period of a month, counted from 0."""
    first = dt.date(year, month + 1, 1)
    after = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return Period(first, after)
