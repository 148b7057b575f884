"""Judging machines by the energy grades of equipment: by efficiency, else by what the label says.

A grade is a lower limit of efficiency: higher is better, and the limit itself passes. Where the
table of a standard is not loaded, the label stands as what its maker says, and that is told. No
catalogue of eliminated equipment is held; what one says of a machine is declared with its document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from celadon.assess.actual import Actual
from celadon.assess.against import Row
from celadon.assess.facts import plain_text
from celadon.assess.limits import Limits, records_of
from celadon.assess.reasons import Reason, reason
from celadon.assess.verdicts import CANNOT_TELL, Place, compared, doubts_of_force, verdict_row
from celadon.exact import parse_decimal
from celadon.records.site import Machine, Site
from celadon.reference import Record, Registry, lowest_confidence

TABLE, RULE, INDICATOR = "equipment_grades", "equipment-grade", "efficiency"
"""The reference table of grades, and what a verdict on a machine is told under."""

BELOW_GRADES = "below_grades"
"""The outcome of a machine that reaches no grade."""

_STANDARDS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("motor", "induction"): ("GB 18613-2020", "induction_motor"),
    ("motor", "permanent_magnet"): ("GB 30253", "permanent-magnet_synchronous_motors"),
    ("motor", "high_voltage"): ("GB 30254", "high-voltage_cage_motors"),
    ("fan", ""): ("GB 19761-2020", "fans"),
    ("fan", "centrifugal_blower"): ("GB 28381", "centrifugal_blowers"),
    ("pump", ""): ("GB 19762", "clear-water_centrifugal_pumps"),
    ("compressor", ""): ("GB 19153-2019", "displacement_air_compressors"),
    ("transformer", ""): ("GB 20052-2024", "power_transformers"),
    ("boiler", ""): ("GB 24500-2020", "industrial_boilers"),
    ("refrigeration", ""): ("GB 19577", "water_chillers"),
}
"""Class and kind of a machine: the standard, and the subject of its row in the table."""

_IE = re.compile(r"IE ?([1-5])")
_IE_GRADES = {
    "5": "grade_1", "4": "grade_2", "3": "grade_3", "2": BELOW_GRADES, "1": BELOW_GRADES,
}  # fmt: skip
_NUMERALS = {"一": "1", "二": "2", "三": "3", "I": "1", "II": "2", "III": "3"}
_GRADE = re.compile(r"(?:GRADE ?)?([123一二三]|I{1,3})(?: ?级(?:能效)?)?")


@dataclass(frozen=True, slots=True)
class Form:
    """What a grade of a machine depends on; machines alike in it have one verdict.

    Parameters
    ----------
    power : of one piece in W; efficiency : in percent, as decimal text.
    rated : whether the efficiency holds at rated load, as grades do; another is not compared.
    """

    class_: str
    kind: str = ""
    power: int | None = None
    poles: int | None = None
    efficiency: str | None = None
    label: str = ""
    year: int | None = None
    in_use: bool = True
    rated: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """One machine of a site, or several alike: its number, its form, and what a catalogue says."""

    number: str
    form: Form
    pieces: int = 1
    unit: str | None = None
    listed: str = ""
    document: str = ""


def pieces_of(site: Site, equipment: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """The machines of a site: the rows of its list, with what ``[[machine]]`` says beside.

    Parameters
    ----------
    equipment : rows of the table ``equipment`` that stand today.
    """
    declared = {machine.number or machine.id: machine for machine in site.machines}
    found = {row["equipment"]: _piece(row, declared.get(row["equipment"])) for row in equipment}
    alone = (m for name, m in declared.items() if name not in found)
    return [*found.values(), *(_piece({}, machine) for machine in alone)]


def machine_rows(pieces: Sequence[Piece], registry: Registry, place: Place) -> list[Row]:
    """The verdicts on machines; ``place`` says site and period, its subject is passed over."""
    rows = []
    for piece in pieces:
        here = Place(place.site, piece.number, INDICATOR, place.from_day, place.to_day)
        rows.append(form_row(piece.form, registry, here))
    return rows


def form_row(form: Form, registry: Registry, place: Place) -> Row:
    """The verdict on a machine of a form."""
    chosen = _standard(form)
    if not form.in_use:
        return _plain_row(place, "shown", reason("machine_out_of_use"))
    if chosen is None:
        unknown = reason("machine_class_unknown", **{"class": form.class_ or "-"})
        return _plain_row(place, CANNOT_TELL, unknown)
    return _graded_row(form, registry, place, *chosen)


def _plain_row(place: Place, outcome: str, because: Reason, standard: str = "") -> Row:
    return verdict_row(place, RULE, standard, _NONE, Limits({}, ""), outcome, (because,), "%")


def _graded_row(form: Form, registry: Registry, place: Place, standard: str, subject: str) -> Row:
    label, lacks = _label(form, standard, subject)
    limits, fault = _limits(form, registry, standard, subject)
    other_load = form.efficiency is not None and not form.rated
    value = None if form.efficiency is None or other_load else parse_decimal(form.efficiency)
    if value is not None and value <= 1:
        meant = reason(
            "efficiency_fraction", value=plain_text(value), meant=plain_text(100 * value)
        )
        return _plain_row(place, CANNOT_TELL, meant, standard)
    if value is None or not limits.values:
        outcome, because = _by_label(form, label, lacks, fault)
        limits = Limits({}, "%", confidence=_letter(registry, standard, subject))
        if other_load:
            because = (reason("efficiency_not_rated", value=form.efficiency or ""), *because)
    else:
        outcome, because = _by_efficiency(value, limits, label)
    if outcome == BELOW_GRADES:
        because = (*because, *_made(form, registry, standard, subject))
    doubts = _doubts(registry, standard, subject, place)
    if doubts and outcome != CANNOT_TELL:
        because = (*doubts, reason("by_numbers", outcome=outcome), *because)
        outcome = CANNOT_TELL
    actual = _NONE if value is None else _actual(value)
    return verdict_row(place, RULE, standard, actual, limits, outcome, because, "%")


def read_label(label: str, *, motor: bool) -> str:
    """The grade that a label says; empty where it says none.

    Examples
    --------
    >>> read_label("2级", motor=False), read_label("IE4", motor=True), read_label("ie2", motor=True)
    ('grade_2', 'grade_2', 'below_grades')
    >>> read_label("节能", motor=False)
    ''
    """
    text = unicodedata.normalize("NFKC", label).strip().upper()
    found = _IE.fullmatch(text) if motor else None
    if found is not None:
        return _IE_GRADES[found[1]]
    plain = _GRADE.fullmatch(text)
    return f"grade_{_NUMERALS.get(plain[1], plain[1])}" if plain else ""


_NONE = Actual(None, None, None, 0, None)


def _piece(row: Mapping[str, Any], machine: Machine | None) -> Piece:
    if machine is None:
        machine = Machine(id="x", number=row["equipment"])
    kilowatts = None if machine.power_kw is None else parse_decimal(machine.power_kw) * 1000
    power = row.get("power") if kilowatts is None else round(kilowatts)
    pieces = row.get("quantity", machine.pieces)
    form = Form(
        row.get("class") or machine.class_,
        machine.kind,
        power,
        machine.poles,
        machine.efficiency,
        machine.grade or row.get("grade") or "",
        machine.year or row.get("year"),
        pieces > 0,
        machine.measured_at == "rated",
    )
    return Piece(
        row.get("equipment") or machine.number or machine.id, form, pieces,
        machine.unit or row.get("unit"), machine.listed, machine.document,
    )  # fmt: skip


def _standard(form: Form) -> tuple[str, str] | None:
    kind = form.kind or ("induction" if _is_ie_motor(form) else "")
    return _STANDARDS.get((form.class_, kind))


def _is_ie_motor(form: Form) -> bool:
    """A motor whose kind is not said is an induction motor where its label has an IE class."""
    text = unicodedata.normalize("NFKC", form.label).strip().upper()
    return form.class_ == "motor" and _IE.fullmatch(text) is not None


def _label(form: Form, standard: str, subject: str) -> tuple[str, Reason | None]:
    if not form.label:
        return "", reason("label_missing", standard=standard)
    read = read_label(form.label, motor=subject == "induction_motor")
    if not read:
        return "", reason("label_unread", label=form.label, standard=standard)
    return read, None


def _limits(
    form: Form, registry: Registry, standard: str, subject: str
) -> tuple[Limits, Reason | None]:
    """The limits of the row that poles and power choose, or why there are none."""
    if subject != "induction_motor":
        return Limits({}, ""), reason("label_table_open", standard=standard)
    for what, value in (("poles", form.poles), ("power", form.power)):
        if value is None:
            return Limits({}, ""), reason("machine_fact_missing", what=what, standard=standard)
    power = plain_text(Fraction(form.power or 0, 1000))
    name = f"induction_motor_{form.poles}-pole_50_hz/{power}_kw"
    records = [r for r in records_of(registry, TABLE, standard, name) if r.value is not None]
    if not records:
        asked = {"poles": str(form.poles), "power": power}
        return Limits({}, ""), reason("machine_row_missing", standard=standard, **asked)
    values = {r.parameter: r.value for r in records if r.value is not None}
    letter = lowest_confidence(*(r.confidence for r in records), records[0].source.confidence)
    return Limits(values, records[0].unit, confidence=letter), None


def _by_label(
    form: Form, label: str, lacks: Reason | None, fault: Reason | None
) -> tuple[str, tuple[Reason, ...]]:
    """By what the maker says, where the efficiency or the limits are not known."""
    if lacks is not None:
        return CANNOT_TELL, _without_label(form, lacks, fault)
    told = reason("label_says", label=form.label)
    if fault is not None and fault.key == "label_table_open":
        return label, (told, fault)
    return label, (told,)


def _without_label(form: Form, lacks: Reason, fault: Reason | None) -> tuple[Reason, ...]:
    """Why neither label nor efficiency tells a grade: the label, and what the table lacks."""
    if fault is not None and fault.key == "label_table_open":
        return (lacks,)
    if lacks.key == "label_missing":
        recorded = form.efficiency is not None
        lacks = reason("label_absent") if recorded or fault else reason("efficiency_missing")
    return (lacks,) if fault is None else (lacks, fault)


def _by_efficiency(value: Fraction, limits: Limits, label: str) -> tuple[str, tuple[Reason, ...]]:
    kept = sorted(name for name, limit in limits.values.items() if value >= limit)
    outcome = kept[0] if kept else BELOW_GRADES
    because = [_reached(value, limits.values)]
    if label and label != outcome:
        because.append(reason("label_differs", outcome=label))
    return outcome, tuple(because)


def _reached(value: Fraction, limits: Mapping[str, Fraction]) -> Reason:
    """The comparison with lower limits, told by the same words as that with upper ones."""
    told = compared(value, limits)
    items = [
        {**item, "kept": value >= limits[item["name"]], "lower": True}
        for item in told.numbers["comparisons"]
    ]
    return reason("comparison", value=told.numbers["value"], comparisons=items[::-1])


def _made(form: Form, registry: Registry, standard: str, subject: str) -> tuple[Reason, ...]:
    """What the year in which it was made says of a machine below every grade."""
    records = _subject_records(registry, standard, subject)
    since = records[0].source.in_force_from if records else ""
    if not since:
        return ()
    if form.year is not None and form.year > int(since[:4]):
        return (reason("made_after", year=form.year, since=since),)
    if form.year is not None and form.year < int(since[:4]):
        return (reason("made_before", year=form.year, since=since),)
    return (reason("made_unknown", since=since),)


def _doubts(registry: Registry, standard: str, subject: str, place: Place) -> tuple[Reason, ...]:
    records = _subject_records(registry, standard, subject)
    if not records:
        return ()
    return doubts_of_force(standard, records[0].source.validity, place.last_day)


def _letter(registry: Registry, standard: str, subject: str) -> str | None:
    records = _subject_records(registry, standard, subject)
    return lowest_confidence(*(r.confidence for r in records)) if records else None


@lru_cache(maxsize=64)
def _subject_records(registry: Registry, standard: str, subject: str) -> Sequence[Record]:
    return records_of(registry, TABLE, standard, subject)


def _actual(value: Fraction) -> Actual:
    return Actual(value.numerator, value.denominator, value, 0, None)
