"""Whether a file is a returned template, told by its stamp alone; nothing heavy is needed."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from celadon.records.templates.stamp import PROPERTY

_STAMPED = ("docProps/custom.xml", "xl/sharedStrings.xml")
_MOST_BYTES = 512 << 20


def is_returned(path: Path) -> bool:
    """Whether a file is a workbook that bears the stamp of a template; only its head is looked at.

    A file that cannot be opened is none: who reads it next says what is wrong with it.
    """
    if not zipfile.is_zipfile(path):
        return False
    mark = PROPERTY.encode()
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            parts = [name for name in _STAMPED if 0 < sizes.get(name, 0) <= _MOST_BYTES]
            return any(mark in archive.read(name) for name in parts)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        return False
