"""Guesses about text: its encoding, what parts its cells, and how its numbers are written."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from celadon.records.readers.recognition import Trace

_SAMPLE = 1 << 18
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_DELIMITERS = (",", ";", "\t", "|")
_MONTH = re.compile(r"(19|20)\d\d[-/.年](0?[1-9]|1[0-2])月?")
_CLOCK = r"\d{1,2}[:时]\d{2}(:\d{2}([.,]\d+)?)?分?\s*([AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?"
_TIME = re.compile(rf"\d{{1,4}}[-/.年]\d{{1,2}}[-/.月]\d{{1,4}}日?([ T]?{_CLOCK})?|\d{{8,14}}")
_NUMBER = re.compile(r"[+-]?[\d ',.]*\d[\d ',.]*([eE][+-]?\d+)?%?")
_COMMON = 0.8  # share of common characters in a Chinese text of an old encoding
_CLOSE = 0.05


def guess_encoding(data: bytes) -> Trace:
    """The encoding of a text by its marks, by what decodes, and by what then makes sense."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Trace("encoding", name, "mark")
    wide = _wide(data[:_SAMPLE])
    if wide:
        return Trace("encoding", wide, "zeros")
    if data.isascii():
        return Trace("encoding", "utf-8", "ascii")
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    bad = sum(not _is_utf8(line) for line in lines)
    if not bad:
        return Trace("encoding", "utf-8", "decodes")
    if bad * 2 < len(lines):
        return Trace("encoding", "utf-8", "mostly", {"lines": bad}, ("gb18030",))
    return _old_encoding(data[:_SAMPLE])


def _old_encoding(sample: bytes) -> Trace:
    share = _chinese(sample)
    if share >= _COMMON:
        return Trace("encoding", "gb18030", "chinese", {"percent": round(share * 100)})
    return Trace("encoding", "latin-1", "no_other", {}, ("gb18030", "cp1252"))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain letters is zero."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    least = max(len(data) // 8, 1)
    if odd >= least and even * 8 < odd:
        return "utf-16-le"
    return "utf-16-be" if even >= least and odd * 8 < even else ""


def _chinese(data: bytes) -> float:
    """Share of the high bytes that are pairs of the common characters of GB 2312."""
    pairs = good = 0
    for run in _HIGH.findall(data):
        pairs += (len(run) + 1) // 2
        good += sum(
            0xA1 <= run[n] <= 0xD7 and run[n + 1] >= 0xA1 for n in range(0, len(run) - 1, 2)
        )
    return good / pairs if pairs else 0.0


def is_time_like(text: str) -> bool:
    """Whether a cell looks like a month, a day or a time."""
    return bool(_TIME.fullmatch(text.strip()) or _MONTH.fullmatch(text.strip()))


def is_number_like(text: str) -> bool:
    """Whether a cell looks like a number, however its marks are meant."""
    return bool(_NUMBER.fullmatch(text.strip()))


def guess_delimiter(text: str) -> Trace:
    """What parts the cells: that which leaves the most cells that are a time or a number."""
    sample = text[:_SAMPLE]
    cut = sample if len(sample) == len(text) else sample[: sample.rfind("\n") + 1]
    scores: dict[str, tuple[float, int]] = {}
    for delimiter in _DELIMITERS:
        rows = split_rows(cut, delimiter, 200)
        widths = Counter(len(row) for row in rows if any(row))
        width = max(widths, key=lambda w: (widths[w] * (w > 1), w), default=1)
        if width < 2:
            continue
        cells = [cell for row in rows if len(row) == width for cell in row]
        typed = sum(not cell or is_time_like(cell) or is_number_like(cell) for cell in cells)
        fitting = widths[width] / sum(widths.values())
        scores[delimiter] = (typed / len(cells) * fitting, width)
    if not scores:
        return Trace("delimiter", ",", "one_column", {}, (";", "\\t", "|"))
    best = max(scores, key=lambda d: scores[d])
    close = tuple(d for d in scores if d != best and scores[d][0] > scores[best][0] - _CLOSE)
    return Trace("delimiter", best, "columns", {"columns": scores[best][1]}, close)


def split_rows(text: str, delimiter: str, most: int) -> list[list[str]]:
    """The first rows of a text, parted into cells."""
    rows: list[list[str]] = []
    plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    try:
        for row in csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter):
            rows.append([cell.strip() for cell in row])
            if len(rows) >= most:
                break
    except csv.Error:  # a field of more than 128 KiB
        pass
    return rows


_POINT = r"^\s*[+-]?\d+\.\d+\s*$"
_COMMA = r"^\s*[+-]?\d+,\d+\s*$"
_THREE = {",": r"^\s*[+-]?\d{1,3},\d{3}\s*$", ".": r"^\s*[+-]?\d{1,3}\.\d{3}\s*$"}
_GROUPS = (
    # decimal, thousands, what shows both
    (".", ",", r"^\s*[+-]?\d{1,3}(,\d{3})+\.\d+\s*$|^\s*[+-]?\d{1,3}(,\d{3}){2,}\s*$"),
    (",", ".", r"^\s*[+-]?\d{1,3}(\.\d{3})+,\d+\s*$|^\s*[+-]?\d{1,3}(\.\d{3}){2,}\s*$"),
    (".", " ", "^\\s*[+-]?\\d{1,3}([ \u00a0\u202f]\\d{3})+\\.\\d+\\s*$"),
    (",", " ", "^\\s*[+-]?\\d{1,3}([ \u00a0\u202f]\\d{3})+,\\d+\\s*$"),
    (".", "'", r"^\s*[+-]?\d{1,3}(['’]\d{3})+(\.\d+)?\s*$"),
)


def guess_marks(columns: Sequence[pa.Array], delimiter: str) -> tuple[Trace, Trace | None]:
    """The decimal mark and, if there is one, the separator of thousands, by the cells of values."""
    if not columns:
        return Trace("decimal", ".", "no_fractions"), None
    cells = pa.concat_arrays(list(columns))

    def count(pattern: str) -> int:
        return pc.sum(pc.match_substring_regex(cells, pattern)).as_py() or 0

    for decimal, thousands, pattern in _GROUPS:
        number = count(pattern)
        if number:
            told = {"cells": number}
            return (
                Trace("decimal", decimal, "groups", told),
                Trace("thousands", thousands, "groups", told),
            )
    points, commas = count(_POINT), count(_COMMA)
    if not commas:
        all_three = points and points == count(_THREE["."]) and delimiter == ";"
        others = (",",) if all_three else ()
        because = "three_digits" if others else ("fractions" if points else "no_fractions")
        return Trace("decimal", ".", because, {"cells": points}, others), None
    if points:  # both in one file, never in one number
        return Trace("decimal", ".", "both_marks", {"cells": commas}, (",",)), None
    others = (".",) if commas == count(_THREE[","]) else ()
    because = "three_digits" if others else "fractions"
    return Trace("decimal", ",", because, {"cells": commas}, others), None
