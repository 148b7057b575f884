"""The file of a return: one zip that has a single possible form for its content.

Members are stored, not compressed (tables are compressed already), sorted by name, all of one fixed
time. So equal content gives equal bytes; a small file cannot unfold into a large one; and whatever
is not the content, a byte of a header as well, can be checked by writing the file once more.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath

from celadon.report.returns.check import Check, no, yes

SUFFIX = ".celadon-return.zip"
"""How the name of a return ends."""

DOCUMENT, DECLARATION = "return.json", "site.toml"
"""The members that are no tables: what the return says of itself, and the declaration."""

LARGEST = 1 << 29
"""Bytes of the largest file that is read: 512 MiB."""

_LARGEST_DOCUMENT = 16 << 20
_MOST_MEMBERS = 20_000
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _MODE = 3, 0o100644
_DISCLOSED = re.compile(
    r"ledger/(manifest\.jsonl|rows/[0-9]{1,9}\.parquet|notes/[0-9]{1,9}\.json"
    r"|declarations/[0-9a-f]{64})"
)
_ENCRYPTED = 0x1

# What zipfile is known to raise over bytes that are not as it expects them.
_UNREADABLE = (
    zipfile.BadZipFile, EOFError, NotImplementedError, OSError, OverflowError, RuntimeError,
    ValueError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Container:
    """The members of a return by name, and what is wrong with its file."""

    members: Mapping[str, bytes]
    checks: tuple[Check, ...] = ()
    faulty: frozenset[str] = field(default_factory=frozenset)
    """Members that are there, but cannot be used."""


def write_container(members: Mapping[str, bytes]) -> bytes:
    """The one zip of these members.

    Examples
    --------
    >>> one = write_container({"b": b"2", "a": b"1"})
    >>> one == write_container({"a": b"1", "b": b"2"})
    True
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr = _UNIX, _MODE << 16
            archive.writestr(info, members[name])
    return buffer.getvalue()


def read_container(path: Path) -> tuple[bytes, Container]:
    """The bytes of a file and the members that it holds; a file that is too large is not read.

    Raises
    ------
    OSError
        If the file cannot be read at all.
    """
    size = path.stat().st_size
    if size > LARGEST:
        told = no("container", "too_large", path.name, bytes=f"{size:,}", most=f"{LARGEST:,}")
        return b"", Container({}, (told,))
    data = path.read_bytes()
    return data, opened_container(data, path.name)


def opened_container(data: bytes, name: str) -> Container:
    """The members of a return, and every fault of its file.

    Parameters
    ----------
    name : of the file, for the words of its faults.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _UNREADABLE as error:
        because = "cut_short" if data[:4] == b"PK\x03\x04" else "not_zip"
        return Container({}, (no("container", because, name, found=str(error)[:200]),))
    with archive:
        infos = archive.infolist()
        if len(infos) > _MOST_MEMBERS:
            told = no("container", "too_many", name, members=len(infos), most=_MOST_MEMBERS)
            return Container({}, (told,))
        faults = [*_name_faults(infos)]
        members: dict[str, bytes] = {}
        faulty: set[str] = set()
        for info in infos:
            fault = _form_fault(info)
            if fault is None:
                found = _read(archive, info)
                if isinstance(found, bytes):
                    members[info.filename] = found
                    continue
                fault = found
            faults.append(fault)
            faulty.add(info.filename)
    if not faults:
        faults = _reshaped(data, members, infos, archive.start_dir, name)
    return Container(members, tuple(faults) or (yes("container", members=len(infos)),),
                     frozenset(faulty))  # fmt: skip


def is_known_name(name: str) -> bool:
    """Whether a return may hold a member of that name beside its tables."""
    return name in (DOCUMENT, DECLARATION) or _DISCLOSED.fullmatch(name) is not None


def _name_faults(infos: list[zipfile.ZipInfo]) -> list[Check]:
    """Names that leave the folder, and names that stand for two members."""
    counts = Counter(info.filename for info in infos)
    faults = [no("container", "twice", n, times=times) for n, times in counts.items() if times > 1]
    for name in counts:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name or "\\" in name:
            faults.append(no("container", "leaves", name))
    return faults


def _form_fault(info: zipfile.ZipInfo) -> Check | None:
    """What a member is that no member of a return is: encrypted, compressed or too large."""
    if info.flag_bits & _ENCRYPTED:
        return no("container", "encrypted", info.filename)
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        return no("container", "compressed", info.filename, bytes=f"{info.file_size:,}")
    if info.filename == DOCUMENT and info.file_size > _LARGEST_DOCUMENT:
        return no("container", "too_large", info.filename, bytes=f"{info.file_size:,}",
                  most=f"{_LARGEST_DOCUMENT:,}")  # fmt: skip
    return None


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | Check:
    try:
        return archive.read(info)
    except _UNREADABLE as error:
        return no("container", "altered", info.filename, found=str(error)[:200])


def _reshaped(
    data: bytes,
    members: Mapping[str, bytes],
    infos: list[zipfile.ZipInfo],
    directory: int,
    name: str,
) -> list[Check]:
    """Whether any byte beside the members differs from the one form that they have."""
    form = write_container(members)
    if form == data:
        return []
    at = _first_difference(form, data)
    before = [info for info in infos if info.header_offset <= at < directory]
    place = max(before, key=lambda info: info.header_offset).filename if before else name
    return [no("container", "reshaped", place, offset=at)]


def _first_difference(one: bytes, other: bytes) -> int:
    """The first place at which two that differ do so; one may be longer."""
    at, block = 0, 1 << 16
    while one[at : at + block] == other[at : at + block]:
        at += block
    pairs = zip(one[at : at + block], other[at : at + block], strict=False)
    found = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
    return at + min(len(one) - at, len(other) - at) if found is None else at + found
