"""The text of a file: unpacked, of the encoding that is said, without the lines that are damaged.

A line that is not text, as a logger leaves behind when its power fails, is left out and told of;
where the headers are not text either, or half the lines, the encoding is wrong and the file is
refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from celadon.errors import Fault, InputError
from celadon.records.readers.gzip_files import unpacked_so_far
from celadon.records.readers.row_runs import rows_place, rows_told, runs_of
from celadon.records.readers.seeming import binary_kind, page_kind, way_out
from celadon.records.readers.sheet import Met, wrong_kind

_BOM = b"\xef\xbb\xbf"
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32", "utf16", "utf32")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file in UTF-8, and what was left out of it."""

    data: bytes
    met: tuple[Met, ...] = ()


def read_text(path: Path, encoding: str, header_row: int, profile: str) -> Text:
    """The text of a file, lines that are damaged being empty.

    Raises
    ------
    InputError
        If the file is of another kind, is cut short, or is not in that encoding.
    """
    found = unpacked_so_far(path, profile)
    text = _text(path, found.data, encoding, header_row, profile)
    return Text(text.data, (*found.met, *text.met))


def _text(path: Path, data: bytes, encoding: str, header_row: int, profile: str) -> Text:
    kind = binary_kind(data) or page_kind(data)
    if kind:
        raise wrong_kind(path, kind, "CSV text", profile, way_out(kind))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return _mended(path, data, encoding, header_row, error)
    plain = text.removeprefix("\ufeff").encode() if "\ufeff" in text[:1] else None
    if plain is None:
        plain = data if _is_utf8(encoding) else text.encode()
    if b"\0" not in plain:
        return Text(plain)
    bad = [n for n, line in enumerate(plain.split(b"\n"), start=1) if b"\0" in line]
    if bad[0] <= header_row or plain.count(b"\0") > len(plain) // 4 or _is_wide(encoding):
        raise wrong_kind(path, "bytes that are no text", f"text in {encoding}", profile)
    return _without(plain, bad, encoding)


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8", "ascii")


def _is_wide(encoding: str) -> bool:
    return encoding.lower().startswith(_WIDE)


def _mended(
    path: Path, data: bytes, encoding: str, header_row: int, error: UnicodeDecodeError
) -> Text:
    """The text without the lines that do not decode, where they are few and none is a header."""
    first = data.count(b"\n", 0, error.start) + 1
    lines = [] if _is_wide(encoding) else data.split(b"\n")
    bad = [n for n, line in enumerate(lines, start=1) if not _decodes(line, encoding)]
    if not bad or bad[0] <= header_row or len(bad) * 2 > len(lines):
        found = f"the byte 0x{data[error.start]:02X} in line {first}"
        remedy = 'name the file\'s encoding in the profile, such as encoding = "gb18030"'
        fault = Fault((path.name,), found, f"text in {encoding}", remedy)
        raise InputError(f"Cannot read {path.name}", [fault])
    text = _without(data.replace(_BOM, b"", 1) if data.startswith(_BOM) else data, bad, encoding)
    return Text(text.data.decode(encoding).encode(), text.met)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _without(data: bytes, bad: list[int], encoding: str) -> Text:
    lines = data.split(b"\n")
    for number in bad:
        lines[number - 1] = b""
    runs = runs_of(bad)
    numbers = {"row": bad[0], "rows": len(bad), "encoding": encoding, **rows_told(runs)}
    place = rows_place(runs).replace("row", "line", 1)
    return Text(b"\n".join(lines), (Met("damaged_line", (place,), numbers),))
