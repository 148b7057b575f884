"""The parts of a workbook's archive that its reading library does not tell of.

The library gives a failed formula as an empty cell and a share shown as 12.5 % as 0.125, takes the
first of two sheets with one name, and makes room for the whole rectangle up to the farthest cell.
So the XML of a sheet is looked at as well.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Self

import numpy as np

from celadon.records.readers.limits import MOST_BYTES, MOST_CELLS, too_large

NOT_COMPUTED = "#not computed"
"""Text of a cell whose formula has no result: the file was never opened by a spreadsheet."""

BOOK = "xl/workbook.xml"
"""The part that every XLSX workbook has."""

_RELATIONS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_CELL = re.compile(r"<(?:\w+:)?(row|c)\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_VALUE = re.compile(r"<(?:\w+:)?v\b[^>]*>([^<]+)</")
_FORMULA = re.compile(r"<(?:\w+:)?f\b")
_FORMAT = re.compile(r"<(?:\w+:)?numFmt\b([^>]*)>")
_CELL_STYLES = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(r"<(?:\w+:)?xf\b([^>]*)>")
_PERCENT_FORMATS = {"9", "10"}  # those that every workbook has without declaring them
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]+)([0-9]+)[\"'](?:[^>]*[^/])?>")
_REFERENCE = b' r="'
_NEAR = (
    (26 * 10**6, re.compile(rb' r="(?:[A-Z]{2}|[A-Z]?[0-9]{7})')),
    (26 * 27 * 10**4, re.compile(rb' r="(?:[A-Z]{3}|[A-Z]*[0-9]{5})')),
)
"""The most cells that references span if none of them is as long as the pattern."""

_UNUSUAL = (b"'", b"\t", b" =")  # of other ways to write the same
_MOST_DIGITS = 8  # of a row's number; a sheet has 1,048,576 rows


@dataclass(frozen=True, slots=True)
class Parts:
    """The archive of a workbook, opened."""

    path: Path
    archive: zipfile.ZipFile
    sheets: dict[str, str]  # name -> part
    percents: frozenset[str]  # numbers of the styles that show a share

    @classmethod
    def of(cls, path: Path, archive: zipfile.ZipFile) -> Self:
        """The parts of an archive that holds a workbook.

        Raises
        ------
        InputError
            If it unpacks to more than is read at once.
        """
        size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_BYTES:
            raise too_large(path, f"an archive that unpacks to {size >> 20} MiB")
        for entry in archive.infolist():  # the check at the end of a part finds one that lies
            if entry.filename in ("xl/sharedStrings.xml", _STYLES):
                archive.read(entry)
        return cls(path, archive, _sheet_parts(archive), _percent_styles(archive))

    def replaced(self, name: str) -> Iterator[tuple[int, int, str]]:
        """Row, column (from zero) and text of the cells of a sheet that its values do not tell.

        Raises
        ------
        InputError
            If its cells lie so far apart that the rectangle around them does not fit the memory.
        """
        data = self.archive.read(self.sheets[name])
        usual = _is_usual(data)
        self._bound(name, data, usual=usual)
        if self.percents or not usual or b"<f" in data or b'"e"' in data:
            yield from _untold(data.decode("utf-8"), self.percents)

    def _bound(self, name: str, data: bytes, *, usual: bool) -> None:
        if usual and (_is_near(data) or _far_corner(data) <= MOST_CELLS):
            return
        filled = _FILLED.findall(data)  # a cell that has a style alone takes no room
        columns, rows = {column for column, _ in filled}, {row for _, row in filled}
        width = max((_column_index(column.decode()) + 1 for column in columns), default=0)
        if width * max(map(int, rows), default=0) > MOST_CELLS:
            far = max(columns, key=lambda letters: (len(letters), letters))
            place = far.decode() + max(rows, key=int).decode()
            raise too_large(self.path, f"cells as far out as {place}", (name,))


def _is_usual(data: bytes) -> bool:
    """Whether a sheet's XML is written as programs do: on one line, no prefix, double quotes."""
    lines = data.count(b"\n", 200)  # beyond the declaration of XML
    return b"<sheetData" in data and not lines and not any(way in data for way in _UNUSUAL)


def _is_near(data: bytes) -> bool:
    """Whether the lengths of all references alone show that the cells lie close enough."""
    return any(beyond.search(data) is None for cells, beyond in _NEAR if cells <= MOST_CELLS)


def _far_corner(data: bytes) -> int:
    """Cells of the rectangle around all references of a sheet's XML: at least, for huge ones."""
    byte = np.frombuffer(data + b"\0" * (_MOST_DIGITS + 4), np.uint8)
    found = np.ones(len(data), np.bool_)
    for at, wanted in enumerate(_REFERENCE):
        found &= byte[at : at + len(data)] == wanted
    place = np.flatnonzero(found) + len(_REFERENCE)
    column, row = np.zeros(len(place), np.int64), np.zeros(len(place), np.int64)
    for _ in range(4):
        letter = byte[place]
        is_letter = (letter >= ord("A")) & (letter <= ord("Z"))
        column = np.where(is_letter, column * 26 + letter - (ord("A") - 1), column)
        place = place + is_letter
    for _ in range(_MOST_DIGITS):
        digit = byte[place]
        is_digit = (digit >= ord("0")) & (digit <= ord("9"))
        row = np.where(is_digit, row * 10 + digit - ord("0"), row)
        place = place + is_digit
    return int(column.max(initial=0)) * int(row.max(initial=0))


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names with the part of the archive that holds them; of one name, the first."""
    relations = archive.read(_RELATIONS).decode("utf-8")
    targets = {
        found["Id"]: found["Target"].removeprefix("/xl/").removeprefix("xl/")
        for found in map(_attributes, _RELATION.findall(relations))
    }
    parts: dict[str, str] = {}
    for found in map(_attributes, _SHEET.findall(archive.read(BOOK).decode("utf-8"))):
        relation = next((value for key, value in found.items() if key.endswith(":id")), "")
        parts.setdefault(found["name"], f"xl/{targets[relation]}")
    return parts


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    if _STYLES not in archive.namelist():
        return frozenset()
    xml = archive.read(_STYLES).decode("utf-8")
    formats = _PERCENT_FORMATS | {
        found.get("numFmtId", "")
        for found in map(_attributes, _FORMAT.findall(xml))
        if "%" in re.sub(r'"[^"]*"|\\.', "", found.get("formatCode", ""))
    }
    block = _CELL_STYLES.search(xml)
    styles = _STYLE.findall(block[0]) if block else []
    return frozenset(
        str(n) for n, s in enumerate(styles) if _attributes(s).get("numFmtId") in formats
    )


def _untold(xml: str, percents: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """Cells that hold an error, a formula without result, or a share shown in percent."""
    row = column = -1
    tags = list(_CELL.finditer(xml))
    ends = [*(tag.start() for tag in tags[1:]), len(xml)]
    for tag, end in zip(tags, ends, strict=True):
        given = _attributes(tag[2])
        if tag[1] == "row":
            row, column = int(given.get("r", row + 2)) - 1, -1
            continue
        column = _column_index(given["r"]) if "r" in given else column + 1
        if tag[2].endswith("/"):
            continue
        content = xml[tag.end() : end]
        value, kind = _VALUE.search(content), given.get("t", "n")
        if kind == "e":
            yield row, column, html.unescape(value[1]) if value else "#error"
        elif value is None and kind not in ("str", "inlineStr") and _FORMULA.search(content):
            yield row, column, NOT_COMPUTED
        elif value is not None and kind == "n" and given.get("s") in percents:
            yield row, column, _percent(value[1])


def _percent(text: str) -> str:
    """A share as it is shown: 0.125 is 12.5%.

    Examples
    --------
    >>> _percent("0.125")
    '12.5%'
    """
    try:
        shown = Decimal(f"{float(text):.15g}") * 100
        return f"{shown.normalize():f}%"
    except (ValueError, InvalidOperation):
        return text


def _attributes(text: str) -> dict[str, str]:
    return {key: html.unescape(one or other) for key, one, other in _ATTRIBUTE.findall(text)}


def _column_index(reference: str) -> int:
    index = 0
    for letter in reference.rstrip("0123456789"):
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
