"""The text of a file: unpacked, of the encoding that is said, without the lines that are damaged.

A line that is not text, as a logger leaves behind when its power fails, is left out and told of;
where the headers are not text either, or half the lines, the encoding is wrong and the file is
refused.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

from celadon.errors import Fault, InputError
from celadon.records.readers.limits import MOST_BYTES, too_large
from celadon.records.readers.sheet import Met, wrong_kind

_BINARY = {
    b"PK\x03\x04": "a workbook or another zip archive",
    b"\xd0\xcf\x11\xe0": "a workbook of an old format, or another office file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF file",
    b"PAR1": "a Parquet file",
}
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
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
    data = unpacked(path, profile)
    kind = binary_kind(data)
    if kind:
        raise wrong_kind(path, kind, "CSV text", profile)
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


def unpacked(path: Path, profile: str = "") -> bytes:
    """The bytes of a file, unpacked if it is compressed by gzip.

    Raises
    ------
    InputError
        If the archive is damaged or cut short, or holds too much.
    """
    if path.stat().st_size > MOST_BYTES:
        raise too_large(path, f"{path.stat().st_size >> 20} MiB")
    data = path.read_bytes()
    if not data.startswith(_GZIP):
        return data
    found: list[bytes] = []
    size = 0
    while data:
        member = zlib.decompressobj(wbits=31)
        try:
            while data and not member.eof:
                part = member.decompress(data, _CHUNK)
                data = member.unconsumed_tail
                found.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    raise too_large(path, f"a gzip file of more than {MOST_BYTES >> 20} MiB")
        except zlib.error:
            raise _damaged(path, "damaged", found, profile) from None
        if not member.eof:
            raise _damaged(path, "cut short", found, profile)
        data = member.unused_data.lstrip(b"\0")  # tapes and some programs pad with zeros
    return b"".join(found)


def _damaged(path: Path, how: str, found: list[bytes], profile: str) -> InputError:
    lines = sum(part.count(b"\n") for part in found)
    remedy = "fetch the file again from where it was made; nothing of it was taken"
    said = f"a gzip file that is {how}; it can be read up to line {lines}"
    fault = Fault((path.name,), said, "a whole gzip file, which ends with its own check", remedy)
    named = f" with the profile {profile}" if profile else ""
    return InputError(f"Cannot read {path.name}{named}", [fault])


def binary_kind(data: bytes) -> str | None:
    """What a file is that is certainly no text, told by its first bytes."""
    return next((kind for magic, kind in _BINARY.items() if data.startswith(magic)), None)


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
    numbers = {"row": bad[0], "rows": len(bad), "encoding": encoding}
    return Text(b"\n".join(lines), (Met("damaged_line", (f"line {bad[0]}",), numbers),))
