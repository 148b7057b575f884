"""Errors planted into the monthly books, each as a clerk makes it, and where it can be seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from celadon.simulate.nation.books import Books, Entry, stream_of
from celadon.simulate.nation.draws import draws
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.truth import Planted

_Plant = Callable[[np.random.Generator, Enterprise, Books], Planted | None]


def plant_return_error(
    seed: int, enterprise: Enterprise, books: Books, kind: str, year: int
) -> list[Planted]:
    """Change the books in place; returns what was planted, nothing where the kind does not fit.

    Parameters
    ----------
    kind : one of :data:`KINDS`; anything else plants nothing.
    """
    plant = KINDS.get(kind)
    if plant is None:
        return []
    found = plant(draws(seed, enterprise.number, f"return/{kind}"), enterprise, books)
    if found is None:
        return []
    month = int(found.first)
    return [
        Planted(
            enterprise.site,
            f"return/{kind}",
            found.place,
            f"{year}-{month + 1:02d}",
            f"{year}-{int(found.end) + 1:02d}",
            found.size,
            found.expected,
            found.why,
        )
    ]


def _told(entry: Entry, size: str, expected: str, why: str, last: int | None = None) -> Planted:
    """What was planted in an entry; months are counted from 0 until the year is known."""
    place = f"{entry.stream} › {entry.kind}"
    end = entry.month if last is None else last
    return Planted("", "", place, str(entry.month), str(end), size, expected, why)


def _entries(books: Books, kind: str, *, stocked: bool | None = None) -> list[Entry]:
    """Entries of a kind that say more than nothing; of stocked streams, or of others."""
    with_stock = {entry.stream for entry in books.entries if entry.kind == "opening_stock"}
    return [
        entry
        for entry in books.entries
        if entry.kind == kind
        and entry.count > 0
        and entry.stream not in ("water", "waste-water")
        and (stocked is None or (entry.stream in with_stock) == stocked)
    ]


def _one(generator: np.random.Generator, entries: list[Entry]) -> Entry | None:
    return entries[int(generator.integers(len(entries)))] if entries else None


def _over(enterprise: Enterprise, books: Books, entry: Entry, factor: float) -> str:
    """The verdict that an entry brings about if it counts so often instead of once."""
    return enterprise.verdict_on(
        _with_more(enterprise, books, entry.stream, entry.count * (factor - 1))
    )


def _with_more(enterprise: Enterprise, books: Books, stream: str, added: float) -> float:
    """The unit energy of the year if so much more of a stream were used, in its small unit."""
    share = next(use.share for use in enterprise.sector.uses if stream_of(use.carrier) == stream)
    used = max(sum(books.used[stream]), 1)
    return enterprise.unit_energy * (1 + share / 100 * added / used)


_UNJUDGED = "no limit can be told for it, and no rule compares a month with its neighbours"
_ALONE = "no rule compares a month with its neighbours, and the year's total stays below the limit"


def _times_1000(
    generator: np.random.Generator, enterprise: Enterprise, books: Books
) -> Planted | None:
    entry = _one(generator, _entries(books, "purchase"))
    if entry is None:
        return None
    expected = _over(enterprise, books, entry, 1000)
    entry.count *= 1000
    why = "kilograms written as tonnes, or watt hours as kilowatt hours"
    return _told(entry, "x 1000", expected, why if expected else f"{why}; {_UNJUDGED}")


def _ten_thousandth(
    generator: np.random.Generator, _enterprise: Enterprise, books: Books
) -> Planted | None:
    """10 000 t written as t; the yard then gives more than it had where it grew in the month."""
    stocks = {(e.stream, e.month, e.kind): e.count for e in books.entries}
    grown = [
        entry
        for entry in _entries(books, "purchase", stocked=True)
        if stocks[entry.stream, entry.month, "closing_stock"]
        > stocks[entry.stream, entry.month, "opening_stock"] + entry.count // 10_000
    ]
    entry = _one(generator, grown)
    if entry is None:
        return None
    entry.count //= 10_000
    return _told(entry, "/ 10000", "finding:negative_consumption", "10 000 t written as t")


def _swapped(
    generator: np.random.Generator, _enterprise: Enterprise, books: Books
) -> Planted | None:
    entries = _entries(books, "production")
    if len(entries) < 12:
        return None
    at = int(generator.integers(11))
    first, second = entries[at], entries[at + 1]
    first.count, second.count = second.count, first.count
    why = "two months of production in each other's place; the year's total is right"
    return _told(first, "two months", "", why, second.month)


def _missing(
    generator: np.random.Generator, _enterprise: Enterprise, books: Books
) -> Planted | None:
    entry = _one(generator, _entries(books, "purchase"))
    if entry is None:
        return None
    books.entries.remove(entry)
    return _told(entry, "one row", "finding:activity_missing", "the row of a month was not sent")


def _copied(generator: np.random.Generator, enterprise: Enterprise, books: Books) -> Planted | None:
    entries = _entries(books, "production")
    if len(entries) < 12:
        return None
    at = int(generator.integers(1, 12))
    entries[at].count = entries[at - 1].count
    told = sum(entry.count for entry in entries)
    expected = enterprise.verdict_on(enterprise.unit_energy * sum(books.made) / told)
    why = "the figure of the month before; no rule forbids two equal months"
    return _told(entries[at], "one month", expected, why)


def _bought_for_used(
    generator: np.random.Generator, enterprise: Enterprise, books: Books
) -> Planted | None:
    """What was used stands where what was bought belongs, all year."""
    entries = _entries(books, "purchase", stocked=True)
    if not entries:
        return None
    stream = entries[int(generator.integers(len(entries)))].stream
    own = [e for e in books.entries if (e.stream, e.kind) == (stream, "purchase")]
    stocks = {(e.month, e.kind): e.count for e in books.entries if e.stream == stream}
    drawn = []
    for entry in own:
        month = entry.month
        entry.count = books.used[stream][month]
        drawn.append(entry.count + stocks[month, "opening_stock"] - stocks[month, "closing_stock"])
    expected = enterprise.verdict_on(
        _with_more(enterprise, books, stream, sum(drawn) - sum(books.used[stream]))
    )
    if min(drawn) < 0:
        expected = "finding:negative_consumption"
    why = "the amounts used stand as purchases; the stocks then shift the year by their change only"
    return _told(own[0], "12 months", expected, why, 11)


def _heat_value(
    generator: np.random.Generator, _enterprise: Enterprise, books: Books
) -> Planted | None:
    """kcal/kg in the column of GJ/t."""
    if not books.heat_values:
        return None
    value = books.heat_values[int(generator.integers(len(books.heat_values)))]
    value.count = round(value.count / 4.1868) * 1000
    entry = Entry(value.stream, "net_calorific_value", value.month, value.weight)
    why = "kcal/kg written in the column of GJ/t"
    return _told(entry, "x 239", "finding:sample_impossible", why)


def _doubled(
    generator: np.random.Generator, _enterprise: Enterprise, books: Books
) -> Planted | None:
    entry = _one(generator, _entries(books, "purchase"))
    if entry is None:
        return None
    at = books.entries.index(entry)
    books.entries.insert(at, Entry(entry.stream, entry.kind, entry.month, entry.count))
    return _told(entry, "one delivery", "finding:repeated_row", "one delivery stands twice")


def _short_product(
    generator: np.random.Generator, enterprise: Enterprise, books: Books
) -> Planted | None:
    """Production of one month in 10 000 t in the column of t."""
    entry = _one(generator, _entries(books, "production"))
    if entry is None:
        return None
    lost = entry.count / sum(books.made)
    entry.count //= 10_000
    expected = enterprise.verdict_on(enterprise.unit_energy / (1 - lost))
    why = "10 000 t written as t"
    return _told(entry, "/ 10000", expected, why if expected else f"{why}; {_ALONE}")


KINDS: dict[str, _Plant] = {
    "x1000": _times_1000,
    "per_10000": _ten_thousandth,
    "production_per_10000": _short_product,
    "swapped_months": _swapped,
    "missing_month": _missing,
    "copied_month": _copied,
    "bought_for_used": _bought_for_used,
    "heat_value": _heat_value,
    "doubled_delivery": _doubled,
}
"""The errors of returns by kind."""
