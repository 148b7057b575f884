"""Working media that a site makes for itself: the plants' own energy per unit of what they made.

Then the users' shares add to the plants' energy, but for what was lost on the way; national
coefficients for bought media differ from this by up to forty times, so a medium that is both
bought and made is refused: its factor would mix two families.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from celadon.accounts.book import Book, rounded_value
from celadon.accounts.energy import ACCOUNT, Coefficient
from celadon.accounts.reasons import reason
from celadon.accounts.values import NoParameterError
from celadon.exact import decimal_text
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import OUTSIDE, Stream
from celadon.units import conversion


@dataclass(frozen=True, slots=True)
class Amount:
    """What a stream moved in a stretch of days, in small units, and how long nothing was known."""

    count: int
    seconds_missing: int


Amounts = Mapping[tuple[str, dt.date], Amount]
"""Amounts by stream and first day of the stretch."""


def book_own_media(book: Book, amounts: Amounts) -> None:
    """Book the energy of all own media, plant by plant, each after the media that it uses."""
    pending = {c: book.graph.outermost(plants) for c, plants in book.own_media().items()}
    for carrier in sorted(pending):
        if any(s.origin == OUTSIDE for s in _streams(book, carrier)):
            _refuse(book, carrier, reason("bought_and_made"))
            del pending[carrier]
    while pending:
        ready = [c for c in sorted(pending) if not _uses(book, pending[c], set(pending) - {c})]
        if not ready:
            names = ", ".join(sorted(pending))
            place = f"site.toml › {names}"
            book.findings.append(Finding(book.site.id, "circular_media", names, place))
            for carrier in sorted(pending):
                _refuse(book, carrier, reason("circular"))
            return
        for carrier in ready:
            _Plants(book, carrier, pending.pop(carrier), amounts).book_users()


def _refuse(book: Book, carrier: str, why: str) -> None:
    def refusal(_stream: Stream, _period: Period) -> Coefficient:
        raise NoParameterError("medium_energy", why)

    for stream in _streams(book, carrier):
        for segment in book.segments[stream.id]:
            book.book_energy(stream, segment, refusal)


def _streams(book: Book, carrier: str) -> list[Stream]:
    return [stream for stream in book.site.streams if stream.carrier == carrier]


def _uses(book: Book, plants: set[str], carriers: set[str]) -> bool:
    return any(
        crossing.place in plants and crossing.sign > 0
        for carrier in carriers
        for stream in _streams(book, carrier)
        for crossing in book.graph.unit_crossings(stream)
    )


class _Plants:
    """The plants of one medium: by month the energy that they used and what they made of it."""

    def __init__(self, book: Book, carrier: str, plants: set[str], amounts: Amounts) -> None:
        self._book, self._carrier, self._plants = book, carrier, plants
        self._used: dict[dt.date, int] = defaultdict(int)
        self._made: dict[dt.date, int] = defaultdict(int)
        self._missing: dict[dt.date, int] = defaultdict(int)
        self._unknown: dict[dt.date, set[str]] = defaultdict(set)
        self._letters: dict[dt.date, str] = {}
        for line in book.lines:
            if line.account == "process_energy" and line.unit in plants and line.carrier != carrier:
                amount = amounts[line.stream, line.period.from_day]
                month = line.period.from_day.replace(day=1)
                self._used[month] += rounded_value(line, amount.count)
                if line.confidence:
                    self._letters[month] = max(self._letters.get(month, ""), line.confidence)
        for stream in book.site.streams:
            signs = [c.sign for c in book.graph.unit_crossings(stream) if c.place in plants]
            if signs:
                self._count(stream, signs, amounts)

    def _count(self, stream: Stream, signs: Iterable[int], amounts: Amounts) -> None:
        for segment in self._book.segments[stream.id]:
            first = segment.period.from_day
            month, amount = first.replace(day=1), amounts[stream.id, first]
            self._missing[month] += amount.seconds_missing
            if stream.carrier == self._carrier:  # less what the plants used of it themselves
                self._made[month] -= sum(signs) * amount.count
            elif (stream.id, first) in self._book.without_energy:
                self._unknown[month].add(stream.id)

    def book_users(self) -> None:
        """Book the energy of every stream of the medium."""
        for month, seconds in sorted(self._missing.items()):
            if seconds:
                numbers = {
                    "month": f"{month:%Y-%m}",
                    "hours": decimal_text(Fraction(seconds, 3600), 1),
                }
                self._tell("derived_partial", month, numbers)
        for stream in _streams(self._book, self._carrier):
            for segment in self._book.segments[stream.id]:
                self._book.book_energy(stream, segment, self._coefficient)

    def _coefficient(self, stream: Stream, period: Period) -> Coefficient:
        month = period.from_day.replace(day=1)
        used, made = self._used[month], self._made[month]
        unknown, names = self._unknown[month], " and ".join(sorted(self._plants))
        if made <= 0 or used <= 0 or unknown:
            self._tell("derived_incomplete", month, {"month": f"{month:%Y-%m}"})
            why = reason("energy_missing", names=names)
            if unknown:
                why = reason("energy_unknown", names=names, unknown=", ".join(sorted(unknown)))
            raise NoParameterError("medium_energy", why)
        carrier = self._book.registry.carriers[self._carrier]
        per_unit = conversion(carrier.account_unit, carrier.count_unit)
        parameter = self._book.ladder.derived(
            stream.id, ACCOUNT, "medium_energy", period, Fraction(used, made) * per_unit / 1000,
            f"kgce/{carrier.account_unit}",
            f"energy of {names} in {month:%Y-%m} / {carrier.id} made", self._letters.get(month),
        )  # fmt: skip
        return Coefficient(parameter.value * 1000 / per_unit, (parameter,))

    def _tell(self, rule: str, month: dt.date, numbers: Mapping[str, object]) -> None:
        site = self._book.site.id
        place = f"{self._carrier} › {month:%Y-%m}"
        found = Finding(site, rule, self._carrier, place, dict(numbers))
        if found not in self._book.findings:  # each user of the medium asks anew
            self._book.findings.append(found)
