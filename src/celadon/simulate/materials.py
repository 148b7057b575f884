"""The month's books behind the workbooks: deliveries, stocks, output, sales and consumption in t.

Every stock closes: opening + received - used = closing, to the hundredth of a tonne.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from celadon.simulate.clock import Clock
from celadon.simulate.production import Production
from celadon.simulate.typical import typical

MonthlyAmounts = dict[str, list[float]]
"""Twelve amounts in t, by stream or product."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a book: a stream or product, the kind of entry, its days (both included), t."""

    stream: str
    kind: str
    first: dt.date
    last: dt.date
    quantity: float


@dataclass(slots=True)
class _Book:
    clock: Clock
    entries: list[Entry]

    def days(self, month: int) -> tuple[dt.date, dt.date]:
        window = self.clock.months()[month]
        return self.clock.instant(window.start).date(), self.clock.instant(window.stop - 1).date()

    def monthly(self, stream: str, kind: str, quantities: list[float]) -> None:
        """One entry per month."""
        for month, quantity in enumerate(quantities):
            self.entries.append(Entry(stream, kind, *self.days(month), round(quantity, 2)))

    def lots(self, stream: str, kind: str, month: int, quantity: float, number: int) -> float:
        """Split a month's quantity into dated lots; returns what the lots add to."""
        draws = self.clock.draws(f"lots/{stream}/{month}")
        first, last = self.days(month)
        offsets = np.sort(draws.choice(last.day, number, replace=False))
        shares = draws.uniform(0.8, 1.2, number)
        sizes = [round(float(size), 2) for size in quantity * shares / shares.sum()]
        for offset, size in zip(offsets, sizes, strict=True):
            day = first + dt.timedelta(days=int(offset))
            self.entries.append(Entry(stream, kind, day, day, size))
        return sum(sizes)

    def stock(self, stream: str, opening: float, changes: list[float]) -> None:
        """Opening and closing stock of each month, from what each month added."""
        level = round(opening, 2)
        for month, change in enumerate(changes):
            first, last = self.days(month)
            self.entries.append(Entry(stream, "期初库存", first, first, level))
            level = round(level + change, 2)
            self.entries.append(Entry(stream, "期末库存", last, last, level))

    def bought(self, stream: str, use: list[float], cover_days: float, number: int) -> None:
        """Deliveries that cover the use and keep about ``cover_days`` of it in stock."""
        draws = self.clock.draws(f"stock/{stream}")
        daily = sum(use) / self.clock.days
        aims = cover_days * daily * (1 + np.clip(draws.normal(0, 0.12, 13), -0.3, 0.3))
        level = round(float(aims[0]), 2)
        changes = []
        for month, used in enumerate(use):
            wanted = max(used + float(aims[month + 1]) - level, 0.1 * used)
            received = self.lots(stream, "购入", month, wanted, number)
            changes.append(round(received - round(used, 2), 2))
            level = round(level + changes[-1], 2)
        self.stock(stream, float(aims[0]), changes)


def simulate_use(clock: Clock, made: Production) -> MonthlyAmounts:
    """What was used or made of each stream and product kept in books, in t as received."""
    sinter = clock.by_month(made.sinter)
    steel = made.steel_by_month
    lime = clock.by_month(made.lime)
    breeze = clock.by_month(made.breeze)
    coal = clock.by_month(made.coal_dry)
    charged = clock.by_month(made.coke_charged)
    hot_metal = clock.by_month(made.hot_metal)
    dry = 1 - typical("coking", "charge_moisture") / 100
    solid_fuel = typical("sintering", "solid_fuel") / 1000
    scrap = (
        typical("converter", "metallic_charge")
        - typical("converter", "hot_metal_ratio")
        - typical("converter", "pig_iron")
    )
    return {
        "coking-coal": [c / dry for c in coal],
        "injection-coal": clock.by_month(made.coal_injected),
        "anthracite": [s * solid_fuel - b for s, b in zip(sinter, breeze, strict=True)],
        "coke-made": clock.by_month(made.coke - made.breeze),
        "coke-breeze": breeze,
        "coke-charged": charged,
        "coke-sold": _times(charged, typical("coking", "coke_sold_share")),
        "tar-made": _times(coal, typical("coking", "tar_yield")),
        "benzol-made": _times(coal, typical("coking", "crude_benzol_yield")),
        "hot-metal": hot_metal,
        "crude-steel": steel,
        "lime-made": lime,
        "scrap-purchased": _times(steel, scrap),
        "pig-iron-purchased": _times(steel, typical("converter", "pig_iron")),
        "diesel": _times(steel, typical("works_total", "diesel") / 1000),
        "electrodes": _times(steel, typical("secondary_refining", "electrode") / 1000),
        "limestone-kiln": _times(lime, typical("lime_kiln", "limestone")),
        "limestone-sinter": _times(sinter, typical("sintering", "limestone") / 1000),
        "dolomite-sinter": _times(sinter, typical("sintering", "dolomite") / 1000),
        "lime-to-sintering": _times(sinter, typical("sintering", "quicklime") / 1000),
        "lime-to-converter": _times(steel, typical("converter", "lime") / 1000),
    }


def keep_books(clock: Clock, amounts: MonthlyAmounts) -> list[Entry]:
    """All entries of the year's books, from the monthly amounts."""
    book = _Book(clock, [])
    book.bought("coking-coal", amounts["coking-coal"], 12, 8)
    book.bought("injection-coal", amounts["injection-coal"], 10, 6)
    book.bought("anthracite", amounts["anthracite"], 14, 3)
    book.bought("electrodes", amounts["electrodes"], 25, 1)
    _coke_yard(book, amounts)
    for product, cover in (("tar", 20), ("benzol", 20)):
        _tank(book, product, amounts[f"{product}-made"], cover)
    for stream, number in (("scrap-purchased", 5), ("pig-iron-purchased", 2), ("diesel", 2)):
        for month, quantity in enumerate(amounts[stream]):
            book.lots(stream, "购入", month, quantity, number)
    for product in ("hot-metal", "crude-steel", "lime-made"):
        book.monthly(product, "产量", amounts[product])
    book.monthly("hot-metal-charged", "消耗", amounts["hot-metal"])
    for stream in (
        "limestone-kiln", "limestone-sinter", "dolomite-sinter", "lime-to-sintering",
        "lime-to-converter",
    ):  # fmt: skip
        book.monthly(stream, "消耗", amounts[stream])
    return book.entries


def _coke_yard(book: _Book, amounts: MonthlyAmounts) -> None:
    """Bought coke comes evenly over the year; the stock of own coke takes the difference."""
    made, charged = amounts["coke-made"], amounts["coke-charged"]
    sold = [round(quantity, 2) for quantity in amounts["coke-sold"]]
    lacking = sum(charged) + sum(sold) - sum(made)
    lengths = [window.stop - window.start for window in book.clock.months()]
    drawn = [round(lacking * length / book.clock.slots, 2) for length in lengths]
    book.bought("coke-purchased", drawn, 15, 4)
    book.monthly("coke-sold", "外销", sold)
    changes = [made[month] + drawn[month] - charged[month] - sold[month] for month in range(12)]
    book.stock("coke-stock", 14 * sum(charged) / book.clock.days, changes)


def _tank(book: _Book, product: str, made: list[float], cover_days: float) -> None:
    """A by-product is made steadily and sold in lots; its tank takes the difference."""
    book.monthly(f"{product}-made", "产量", made)
    draws = book.clock.draws(f"sales/{product}")
    level = opening = cover_days * sum(made) / book.clock.days
    changes = []
    for month, quantity in enumerate(made):
        aim = opening * float(draws.uniform(0.6, 1.4))
        sold = book.lots(f"{product}-sold", "外销", month, quantity + level - aim, 4)
        changes.append(round(quantity, 2) - sold)
        level += changes[-1]
    book.stock(f"{product}-stock", opening, changes)


def _times(quantities: list[float], factor: float) -> list[float]:
    return [quantity * factor for quantity in quantities]
