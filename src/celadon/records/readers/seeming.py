"""What a file seems to be by its first bytes, whatever it is called.

A file that is read as another kind than it is deserves more than "damaged": people rename files,
systems export pages of the web as ``.xls``, and workbooks come with a password.
"""

from __future__ import annotations

import codecs
from pathlib import Path

_HEAD = 1 << 12
_DIRECTORY = 1 << 20  # of an old office file; it stands anywhere, most often near the beginning
_SAVE = "open it in a spreadsheet program and save it as .xlsx, without a password"
_UNPACK = "unpack it, and import the files that are in it"
_EXPORT = "export the figures from the system that made them, as CSV or as .xlsx"
_WAYS = {
    ("a workbook with", "a workbook of", "a workbook as", "a page", "an Open", "a binary"): _SAVE,
    ("an archive", "an empty zip", "a zip archive", "a file compressed"): _UNPACK,
    ("a picture", "a PDF", "a text document", "a database", "a program"): _EXPORT,
}

_KINDS = (
    (b"PK\x03\x04", "a workbook or another zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"%PDF", "a PDF file"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a file compressed by gzip"),
    (b"BZh", "a file compressed by bzip2"),
    (b"\xfd7zXZ", "a file compressed by xz"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"Rar!", "an archive (RAR)"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_OLD = b"\xd0\xcf\x11\xe0"
_TWO_LETTERS = (b"BM", b"MZ")  # with which a text may begin as well


def seeming(path: Path) -> str:
    """What a file seems to be: a kind of binary file, a page, a text, or nothing."""
    with path.open("rb") as file:
        data = file.read(_DIRECTORY)
    if not data:
        return "an empty file"
    if not data.strip(b"\0"):
        return "nothing but zero bytes"
    head = data[:_HEAD]
    return (
        binary_kind(data)
        or page_kind(head)
        or _text_kind(head)
        or "bytes of a kind that is not known"
    )


def way_out(kind: str) -> str:
    """What to do with a file that is told by its kind; empty where nothing more is known.

    Examples
    --------
    >>> way_out("an archive (7z)")
    'unpack it, and import the files that are in it'
    """
    return next((way for kinds, way in _WAYS.items() if kind.startswith(kinds)), "")


def binary_kind(data: bytes) -> str | None:
    """What a file is that is certainly no text, told by its first bytes."""
    if data.startswith(_OLD):
        return _old_office(data)
    if data[4:8] == b"ftyp":
        return "a picture or a film of a telephone"
    found = next(((magic, kind) for magic, kind in _KINDS if data.startswith(magic)), None)
    if found is None or (found[0] in _TWO_LETTERS and b"\0" not in data[:_HEAD]):
        return None
    return found[1]


def _old_office(data: bytes) -> str:
    """Workbooks of before 2007 and workbooks with a password lie in the same kind of container."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "a workbook with a password"
    if "WordDocument".encode("utf-16-le") in data:
        return "a text document of an old format (.doc)"
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "a workbook of an old format (.xls)"
    return "a workbook of an old format (.xls), or one with a password"


def page_kind(data: bytes) -> str | None:
    """What a file is that a spreadsheet program opens, though it is marked-up text."""
    start = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return "a page of the web (HTML)"
    if start.startswith(b"<?xml") and b"excel.sheet" in start:
        return "a workbook as XML of 2003"
    return None


def _text_kind(head: bytes) -> str | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return "XML"
    if start.startswith(rb"{\rtf"):
        return "a text document (RTF)"
    text = ""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
            break
        except UnicodeDecodeError:
            continue
    is_text = text and not any(ord(letter) < 0x20 and letter not in "\t\r\n" for letter in text)
    return "text, such as CSV" if is_text else None
