"""Form 4 of a supervision: each machine with its grade, certificate and listing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from celadon.assess.machines import Piece
from celadon.assess.names import named, outcome_name, standard_label
from celadon.assess.telling import reason_text
from celadon.exact import parse_decimal
from celadon.records.templates.words import choices
from celadon.records.templates.words import say as word_of
from celadon.report.lines import is_below_official
from celadon.report.statistics.balance import column
from celadon.report.statistics.cells import open_cell
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.printing import printed

_COLUMNS = (
    "equipment", "class", "name", "model", "process", "pieces", "power", "poles", "year",
    "efficiency", "grade", "judged", "because", "standard", "certificate", "eliminated",
    "listed_by", "hours_run",
)  # fmt: skip
_UNITS = {"power": "kW", "efficiency": "%"}
_WIDE = ("because", "standard")


def equipment_list(content: FormContent) -> Table:
    """The machines as they were judged, each with what its list and its declaration say."""
    listed = {row["equipment"]: row for row in content.equipment}
    judged = {row["subject"]: row for row in content.machines}
    rows = tuple(
        Row(tuple(_cells(content, piece, listed.get(piece.number, {}), judged.get(piece.number))))
        for piece in content.pieces
    )
    keys = ("self_check.grades", "self_check.elimination") if rows else ("annual.no_equipment",)
    columns = tuple(column(name, _UNITS.get(name, ""), wide=name in _WIDE) for name in _COLUMNS)
    notes = tuple(content.tell(key) for key in keys)
    return Table("4", WORDS["table.check_equipment"], columns, rows, notes)


def class_name(content: FormContent, name: str) -> str:
    """A class of equipment in words; another one as it was written."""
    known = name in choices("class")
    return word_of(f"word.{name}", content.language) if known else name


def _cells(
    content: FormContent, piece: Piece, row: Mapping[str, Any], verdict: Mapping[str, Any] | None
) -> Iterator[Cell]:
    form = piece.form
    units = {unit.id: unit.name(content.language) for unit in content.site.units}
    yield Cell(piece.number)
    yield Cell(class_name(content, form.class_))
    yield _text(content, row.get("name"))
    yield _text(content, row.get("model"))
    yield Cell(units.get(piece.unit or "", piece.unit or ""))
    yield Cell(value=Fraction(piece.pieces), exact=Fraction(piece.pieces), decimals=0)
    yield _number(content, None if form.power is None else Fraction(form.power, 1000), 2)
    yield _number(content, None if form.poles is None else Fraction(form.poles), 0)
    yield _text(content, str(form.year) if form.year is not None else None)
    yield _number(content, None if form.efficiency is None else parse_decimal(form.efficiency), 2)
    yield _text(content, form.label)
    yield from _judged(content, verdict)
    yield _text(content, row.get("document"), key="open.certificate")
    yield from _listing(content, piece)
    yield open_cell(content, "hours")


def _judged(content: FormContent, verdict: Mapping[str, Any] | None) -> Iterator[Cell]:
    """The grade that comes of efficiency or label, why, and by which standard."""
    if verdict is None:
        yield from (Cell(note=content.tell("lack.not_computed")), Cell(), Cell())
        return
    language, below = content.language, is_below_official(verdict["confidence"])
    if content.is_official and below:
        note = content.tell("note.kept_out", letters=verdict["confidence"])
        yield from (Cell(note=note, marked=True),) * 2
    else:
        yield Cell(outcome_name(verdict["outcome"], language), marked=below)
        yield Cell(reason_text(verdict["because"], language))
    yield Cell(standard_label(verdict["standard"], language, content.registry) or "–")


def _listing(content: FormContent, piece: Piece) -> Iterator[Cell]:
    """Whether a catalogue of eliminated equipment names it, and which document says so."""
    if not piece.listed:
        yield open_cell(content, "eliminated")
        yield open_cell(content, "eliminated")
        return
    yield Cell(named("listed", piece.listed, content.language))
    yield Cell(piece.document)


def _number(content: FormContent, value: Fraction | None, decimals: int) -> Cell:
    if value is None:
        return Cell(note=content.tell("lack.not_given"))
    return Cell(value=printed(value, decimals), exact=value, decimals=decimals)


def _text(content: FormContent, text: str | None, key: str = "lack.not_given") -> Cell:
    if text:
        return Cell(text)
    return Cell(note=content.tell(key), is_open=key.startswith("open."))
