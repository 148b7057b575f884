"""Working media that a site makes for itself: the plant's own energy per unit of what it made.

Then the users' shares add to the plant's energy, but for what was lost on the way; national
coefficients for bought media differ from this by up to forty times.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from celadon.accounts.book import Book, rounded_value
from celadon.accounts.energy import ACCOUNT, Coefficient
from celadon.accounts.parameters import NoParameterError
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Stream
from celadon.units import conversion

Amounts = Mapping[tuple[str, dt.date], int]
"""What each stream moved, in small units, by stream and first day of the stretch."""


def book_own_media(book: Book, amounts: Amounts) -> None:
    """Book the energy of all own media, plant by plant, each after the media that it uses."""
    pending = book.own_media()
    while pending:
        ready = {
            c: plant for c, plant in pending.items() if not _uses(book, plant, set(pending) - {c})
        }
        if not ready:
            names = ", ".join(sorted(pending))
            place = f"site.toml › {names}"
            book.findings.append(Finding(book.site.id, "circular_media", names, place))
            return
        for carrier, plant in sorted(ready.items()):
            _book_medium(book, carrier, plant, amounts)
            del pending[carrier]


def _uses(book: Book, plant: str, carriers: set[str]) -> bool:
    return any(
        crossing.place == plant and crossing.sign > 0
        for stream in book.site.streams
        if stream.carrier in carriers
        for crossing in book.graph.unit_crossings(stream)
    )


def _book_medium(book: Book, carrier: str, plant: str, amounts: Amounts) -> None:
    used: dict[dt.date, int] = defaultdict(int)
    for line in book.lines:
        if line.account == "process_energy" and line.unit == plant and line.carrier != carrier:
            count = amounts[line.stream, line.period.from_day]
            used[line.period.from_day.replace(day=1)] += rounded_value(line, count)
    streams = [stream for stream in book.site.streams if stream.carrier == carrier]
    made: dict[dt.date, int] = defaultdict(int)
    for stream in streams:
        if any(c.place == plant and c.sign < 0 for c in book.graph.unit_crossings(stream)):
            for segment in book.segments[stream.id]:
                first = segment.period.from_day
                made[first.replace(day=1)] += amounts[stream.id, first]

    def coefficient(stream: Stream, period: Period) -> Coefficient:
        month = period.from_day.replace(day=1)
        if made[month] <= 0 or used[month] <= 0:
            numbers = {"month": f"{month:%Y-%m}"}
            place = f"{carrier} › {month:%Y-%m}"
            book.findings.append(
                Finding(book.site.id, "derived_incomplete", carrier, place, numbers)
            )
            raise NoParameterError("medium_energy", f"the energy or output of {plant} is missing")
        unit = book.registry.carriers[carrier]
        per_unit = conversion(unit.account_unit, unit.count_unit)
        value = Fraction(used[month], made[month]) * per_unit / 1000
        parameter = book.ladder.derived(
            stream.id, ACCOUNT, "medium_energy", period, value, f"kgce/{unit.account_unit}",
            f"energy of {plant} in {month:%Y-%m} / {carrier} made",
        )  # fmt: skip
        return Coefficient(parameter.value * 1000 / per_unit, (parameter,))

    for stream in streams:
        for segment in book.segments[stream.id]:
            book.book_energy(stream, segment, coefficient)
