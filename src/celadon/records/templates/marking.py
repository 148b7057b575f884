"""A copy of a returned template in which every faulty cell is coloured and says what to do.

The copy is the user's own file: it can be corrected and sent back as it is. Marks of an earlier
check are taken off first, and the sheet of results is written anew.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from celadon.languages import LANGUAGES, Language
from celadon.records.finding import Finding, rule
from celadon.records.templates.cells import ReturnedBook
from celadon.records.templates.look import (
    DEEP,
    ERROR,
    MIST,
    MUTED,
    NOTE,
    RULE,
    TYPEFACES,
    WARNING,
    lines,
)
from celadon.records.templates.words import say

AUTHOR = "celadon"
"""Who comments on a faulty cell."""

SEVERITIES = ("error", "warning", "note")
"""From the gravest; a cell shows the colour of its gravest finding."""

_COLOURS = {"error": ERROR, "warning": WARNING, "note": NOTE}
_WIDTHS = (30, 11, 58, 58)
_HEADS = ("place", "severity", "found", "remedy")
_HEAD_ROW = 4
_OURS = re.compile(rf"—— {AUTHOR} ?([0-9A-Fa-f]{{6}})? ——")
"""Parts a person's own comment from ours, and keeps the colour that the cell had."""


def write_marked(
    book: ReturnedBook, findings: Sequence[Finding], rows: int, path: Path, language: Language
) -> Path:
    """Write the marked copy.

    Parameters
    ----------
    book : the returned file as it was opened; it is changed.
    findings : what was found in it; those without a cell stand on the first sheet only.
    rows : how many rows were taken.
    """
    _clean(book.raw)
    by_cell: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for found in findings:
        cell = cell_of(book, found)
        if cell is not None:
            by_cell[cell].append(found)
    for (sheet, name), listed in by_cell.items():
        _mark(book.raw[sheet], name, listed, language)
    _results(book, findings, rows, language)
    book.raw.save(path)
    return path


def cell_of(book: ReturnedBook, found: Finding) -> tuple[str, str] | None:
    """The sheet and the cell that a finding speaks of; None where it speaks of more than one.

    A sheet's name may hold what parts a place, so the sheets of the file are tried.
    """
    for sheet in book.sheets:
        head = f"{book.file} › {sheet.name} › "
        cell = found.place.removeprefix(head)
        if found.place.startswith(head) and cell.isalnum() and cell.isascii():
            letters = cell.rstrip("0123456789")
            if letters and letters.isupper() and cell != letters:
                return sheet.name, cell
    return None


def severity_of(findings: Sequence[Finding]) -> str:
    """The gravest severity of several findings."""
    return min((rule(found.rule).severity for found in findings), key=SEVERITIES.index)


def _clean(book: Workbook) -> None:
    """Take off the marks of an earlier check, and its sheet of results."""
    titles = {say("mark.title", language) for language in LANGUAGES}
    for sheet in list(book.worksheets):
        if sheet["A1"].value in titles and len(book.worksheets) > 1:
            book.remove(sheet)
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and (found := _OURS.search(cell.comment.text)):
                    own = cell.comment.text[: found.start()].strip()
                    cell.comment = Comment(own, AUTHOR) if own else None
                    cell.fill = _fill(f"#{found[1]}") if found[1] else PatternFill()


def _mark(sheet: Worksheet, name: str, findings: Sequence[Finding], language: Language) -> None:
    cell = sheet[name]
    if isinstance(cell, MergedCell):
        span = next(s for s in sheet.merged_cells.ranges if name in s)
        cell = sheet.cell(span.min_row, span.min_col)
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None
    before = f" {fill[-6:]}" if isinstance(fill, str) else ""  # a theme's colour is no text
    cell.fill = _fill(_COLOURS[severity_of(findings)])
    own = f"{cell.comment.text}\n\n" if cell.comment is not None else ""
    said = _storable("\n\n".join(_comment(found, language) for found in findings))
    text = f"{own}—— {AUTHOR}{before} ——\n{said}"
    cell.comment = Comment(text, AUTHOR, width=360, height=40 + 18 * (len(text) // 24 + 2))


def _comment(found: Finding, language: Language) -> str:
    known = rule(found.rule)
    head = f"[{say(f'mark.{known.severity}', language)}] {known.title[language]}"
    do = f"{say('mark.do', language)} {found.remedy(language)}"
    return "\n".join((head, found.text(language), do))


def _results(
    book: ReturnedBook, findings: Sequence[Finding], rows: int, language: Language
) -> None:
    """Write the first sheet: every finding, the gravest first, each with a link to its cell."""
    taken = {sheet.title for sheet in book.raw.worksheets}
    name = say("sheet.result", language)
    while name in taken:
        name += "+"
    sheet = book.raw.create_sheet(name, 0)
    face = TYPEFACES[language]
    counts = {
        f"{severity}s": sum(rule(found.rule).severity == severity for found in findings)
        for severity in SEVERITIES
    }
    for row, height in ((1, 28), (2, 18), (3, 18), (_HEAD_ROW, 18)):
        sheet.row_dimensions[row].height = height
    counted = say("mark.counted", language, rows=rows, **counts)
    _write(sheet, 1, 1, say("mark.title", language), Font(face, 16, bold=True, color=DEEP[1:]))
    _write(sheet, 2, 1, counted, Font(face, 10, bold=True))
    key = "mark.again" if counts["errors"] or counts["warnings"] else "mark.clean"
    _write(sheet, 3, 1, say(key, language), Font(face, 10, color=MUTED[1:]))
    for column, (width, key) in enumerate(zip(_WIDTHS, _HEADS, strict=True), start=1):
        sheet.column_dimensions[chr(64 + column)].width = width
        cell = _write(
            sheet, _HEAD_ROW, column, say(f"mark.{key}", language), Font(face, 10, bold=True)
        )
        cell.fill = _fill(MIST)
    ordered = sorted(findings, key=lambda found: _order(book, found))
    for number, found in enumerate(ordered, start=_HEAD_ROW + 1):
        _result(book, sheet, number, found, language)
    sheet.freeze_panes = f"A{_HEAD_ROW + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    for other in book.raw.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.raw.active = 0


def _order(book: ReturnedBook, found: Finding) -> tuple[int, int, int, int]:
    """The gravest first, then as the sheets and their cells stand."""
    grave = SEVERITIES.index(rule(found.rule).severity)
    where = cell_of(book, found)
    if where is None:
        return grave, -1, 0, 0
    row, column = coordinate_to_tuple(where[1])
    return grave, [sheet.name for sheet in book.sheets].index(where[0]), row, column


def _result(
    book: ReturnedBook, sheet: Worksheet, number: int, found: Finding, language: Language
) -> None:
    face, known = TYPEFACES[language], rule(found.rule)
    where = cell_of(book, found)
    rest = found.place.removeprefix(book.file).removeprefix(" › ")
    place = f"{where[0]} › {where[1]}" if where else rest or say("mark.whole", language)
    severity = say(f"mark.{known.severity}", language)
    texts = (place, severity, found.text(language), found.remedy(language))
    tallest = max(lines(text, width - 2) for text, width in zip(texts, _WIDTHS, strict=True))
    sheet.row_dimensions[number].height = 15 * tallest + 4
    for column, text in enumerate(texts, start=1):
        _write(sheet, number, column, text, Font(face, 10))
    sheet.cell(number, 2).fill = _fill(_COLOURS[known.severity])
    if where:
        quoted = where[0].replace("'", "''")
        link = sheet.cell(number, 1)
        link.hyperlink = Hyperlink(link.coordinate, location=f"'{quoted}'!{where[1]}")
        link.font = Font(face, 10, color=DEEP[1:], underline="single")


def _write(sheet: Worksheet, row: int, column: int, text: str, font: Font) -> Any:
    cell = sheet.cell(row, column)
    cell.value = _storable(text)
    cell.data_type = "s"  # a text that begins with = is no formula
    cell.font = font
    cell.alignment = Alignment(vertical="top", wrap_text=row >= _HEAD_ROW)
    if row >= _HEAD_ROW:
        cell.border = Border(bottom=Side("thin", color=RULE[1:]))
    return cell


def _storable(text: str) -> str:
    """A text without the signs that no workbook can hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour[1:])
