"""The facts that the reference tables hold: sources, records, carriers and the rest.

Every figure carries its source and a letter of confidence: A official text, B two independent
sources, C one, D unconfirmed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from celadon.reference.validity import Validity

CONFIDENCES = ("A", "B", "C", "D")
"""Letters of confidence, best first."""


def lowest_confidence(*letters: str) -> str:
    """The weakest of several letters; an empty one counts as unconfirmed (D).

    Examples
    --------
    >>> lowest_confidence("A", "C")
    'C'
    """
    return max(letter or "D" for letter in letters)


@dataclass(frozen=True, slots=True)
class Source:
    """A document that figures come from, with its edition and its time in force.

    ``force`` is ``dated`` for what enters into force on a day, ``none`` for a compilation, a book
    or an identity. ``in_force_to`` is the first day no longer in force. Dates may be partial.
    ``superseded_by`` is the id of the edition that takes its place, where that is known.
    """

    id: str
    number: str
    title_zh: str
    title_en: str
    publisher: str
    edition: str
    force: str
    published: str
    in_force_from: str
    in_force_to: str
    superseded_by: str
    status: str
    licence: str
    confidence: str
    url: str
    note: str

    @property
    def label(self) -> str:
        """How the source is cited: its number, or its title where it has none."""
        return self.number or self.title_en or self.title_zh or self.id

    def cited(self, language: str) -> str:
        """Number and title, in ``zh`` or ``en``; in the other where only that is known."""
        titles = (self.title_zh, self.title_en)
        first, second = titles if language == "zh" else reversed(titles)
        return " ".join(part for part in (self.number, first or second) if part) or self.id

    @property
    def validity(self) -> Validity:
        """Its time in force."""
        return Validity(self.in_force_from, self.in_force_to, self.force == "dated")


@dataclass(frozen=True, slots=True)
class Record:
    """One figure of one table.

    ``value`` is exact; it is None where only a range is printed or the number is not known.
    ``valid_from`` and ``valid_to`` bound the days on which it is certainly valid; ``validity`` also
    knows the uncertain ones. ``coordinates`` are what else its table is asked by, such as a voltage
    or a route, each with its name; of a table of several figures a row, ``set`` is the source's id.
    """

    record: str
    table: str
    subject: str
    subject_zh: str
    parameter: str
    set: str
    area: str
    basis: str
    data_year: str
    value: Fraction | None
    value_text: str
    value_low: Fraction | None
    value_high: Fraction | None
    unit: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    source: Source
    locator: str
    confidence: str
    note: str
    validity: Validity
    coordinates: tuple[tuple[str, str], ...] = ()

    def cite(self, language: str = "en") -> str:
        """The source with its title and the locator, as shown beside the figure."""
        return ", ".join(part for part in (self.source.cited(language), self.locator) if part)


@dataclass(frozen=True, slots=True)
class Carrier:
    """An energy carrier or material: its unit, and the rows of other tables that speak of it.

    ``coal_equivalent`` is a subject of the table ``coal_equivalents``, ``coal_equivalent_units``
    how many of that row's units one account unit holds, ``coal_equivalent_steel`` the subject in
    steel process practice where that differs. ``fuel_ids`` gives the subject in ``fuels`` by set.
    ``carbon_origin`` is ``biogenic``, ``carbon_free`` or ``mixed``, or empty for what is fossil.
    """

    id: str
    name_zh: str
    name_en: str
    account_unit: str
    count_unit: str
    kind: str
    coal_equivalent: str
    coal_equivalent_units: Fraction | None
    coal_equivalent_steel: str
    fuel_ids: Mapping[str, str]
    carbon_origin: str
    note: str

    def name(self, language: str) -> str:
        """The carrier's name in ``zh`` or ``en``."""
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True, slots=True)
class Selection:
    """Which electricity factor a programme takes for a reporting year; empty kind: not known.

    The days of submission are as announced, the last one included.
    """

    programme: str
    reporting_year: str
    kind: str
    level: str
    area: str
    data_year: str
    announcement: str
    valid_for_submission_from: str
    valid_for_submission_to: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class ElectricityChoice:
    """The factor that a programme takes: the rule, the figure, and the lower of both letters."""

    selection: Selection
    record: Record
    confidence: str

    @property
    def because(self) -> str:
        """Whose letter the choice has: the rule's, where that is weaker than the figure's."""
        rule, figure = self.selection.confidence or "D", self.record.confidence
        if rule <= figure:
            return f"letter {figure} of the figure {self.record.record}"
        told = f"{self.selection.programme} {self.selection.reporting_year}".strip()
        return f"letter {rule} of the rule by which {told} chooses; the figure itself has {figure}"

    @property
    def chosen(self) -> Record:
        """The figure as the choice gives it: with the letter of the choice, and why in its note."""
        if self.confidence == self.record.confidence:
            return self.record
        note = "; ".join(part for part in (self.record.note, self.because) if part)
        return replace(self.record, confidence=self.confidence, note=note)


@dataclass(frozen=True, slots=True)
class Correction:
    """One term by which a standard corrects its limits; ``order`` says which terms come first."""

    standard: str
    subject: str
    product: str
    indicator: str
    grades: tuple[str, ...]
    group: str
    order: int
    variable: str
    unit: str
    kind: str
    reference_value: str
    breakpoint: str
    coefficient: Fraction | None
    coefficient_unit: str
    condition: str
    floor: Fraction | None
    cap: Fraction | None
    formula: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Industry:
    """A division or class of the industrial classification."""

    code: str
    edition: str
    level: str
    name_zh: str
    name_en: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Region:
    """A province: its GB/T 2260 code, ISO 3166-2 code, names, and regional grid."""

    code: str
    iso: str
    name_zh: str
    name_en: str
    grid: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Process:
    """A process that norms speak of, and the carrier it makes."""

    id: str
    name_zh: str
    name_en: str
    product: str


@dataclass(frozen=True, slots=True)
class ProcessRule:
    """A set of limits that a process is judged by.

    Where a standard has bands, ``fact`` names the fact of the unit that chooses among them, from
    ``fact_from`` to ``fact_to``. ``fact_ends`` says which end is in the band: ``from``, or ``to``
    where the standard writes "up to" and "above".
    """

    process: str
    rule: str
    table: str
    set: str
    subject: str
    indicator: str
    source: Source
    fact: str
    fact_from: Fraction | None
    fact_to: Fraction | None
    fact_ends: str = "from"

    def holds(self, value: Fraction) -> bool:
        """Whether a value of the fact lies in the band."""
        low, high = self.fact_from, self.fact_to
        if self.fact_ends == "to":
            return (low is None or value > low) and (high is None or value <= high)
        return (low is None or value >= low) and (high is None or value < high)
