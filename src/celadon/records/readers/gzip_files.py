"""Files compressed by gzip, unpacked: whole, or as far as what stands there can be relied on.

A file that is cut short gives what was packed before the cut; its own check, which stands at its
end, is gone with the rest. A file that is damaged inside gives only the parts before it that are
whole, for behind a damage any byte may be another, and nothing tells which.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

from celadon.errors import Fault, InputError
from celadon.records.readers.limits import MOST_BYTES, too_large
from celadon.records.readers.sheet import Met

_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20
_WIDE_MARKS = {
    b"\xff\xfe\0\0": b"\n\0\0\0", b"\0\0\xfe\xff": b"\0\0\0\n", b"\xff\xfe": b"\n\0",
    b"\xfe\xff": b"\0\n",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The bytes of a file, and what is to be told of where they end."""

    data: bytes
    met: tuple[Met, ...] = ()


def unpacked(path: Path, profile: str = "") -> bytes:
    """The bytes of a file, unpacked if it is compressed by gzip; all of them or none.

    Raises
    ------
    InputError
        If the archive is damaged or cut short, or holds too much.
    """
    members, broken = _members(path)
    if broken:
        raise _refused(path, broken, members, profile)
    return b"".join(members)


def unpacked_so_far(path: Path, profile: str = "") -> Unpacked:
    """The bytes of a file, unpacked if it is compressed by gzip; of a broken one its whole lines.

    Raises
    ------
    InputError
        If nothing of it can be read, or it holds too much.
    """
    members, broken = _members(path)
    if not broken:
        return Unpacked(b"".join(members))
    sound = b"".join(members if broken == "cut short" else members[:-1])
    is_xml = sound.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")  # whose end its parser tells
    data = sound if is_xml else _whole_lines(sound)
    if not data:
        raise _refused(path, broken, members, profile)
    last = data.count(b"\n") or data.count(b"\r")
    numbers = {"row": last + 1, "last": last, "size": len(data)}
    return Unpacked(data, (Met("gzip_cut_short", (f"line {last + 1}",), numbers),))


def _members(path: Path) -> tuple[list[bytes], str]:
    """The parts of a gzip file, and what is wrong with the last of them; a plain file is one."""
    if path.stat().st_size > MOST_BYTES:
        raise too_large(path, f"{path.stat().st_size >> 20} MiB")
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        return [data], ""
    members: list[bytes] = []
    size = 0
    while data:
        member = zlib.decompressobj(wbits=31)
        parts: list[bytes] = []
        how = ""
        try:
            while data and not member.eof:
                parts.append(member.decompress(data, _CHUNK))
                data = member.unconsumed_tail
                size += len(parts[-1])
                if size > MOST_BYTES:
                    raise too_large(path, f"a gzip file of more than {MOST_BYTES >> 20} MiB")
        except zlib.error:
            how = "damaged"
        members.append(b"".join(parts))
        if how or not member.eof:
            return members, how or "cut short"
        data = member.unused_data.lstrip(b"\0")  # tapes and some programs pad with zeros
    return members, ""


def _whole_lines(data: bytes) -> bytes:
    """A text up to the end of its last whole line, whatever the width of its characters."""
    end = next((ends for mark, ends in _WIDE_MARKS.items() if data.startswith(mark)), b"\n")
    if end == b"\n" and b"\0" in data[:2]:  # UTF-16 without its mark
        end = b"\0\n" if data[:1] == b"\0" else b"\n\0"
    at = data.rfind(end)
    while at >= 0 and at % len(end):  # the halves of two characters
        at = data.rfind(end, 0, at + len(end) - 1)
    if at < 0 and end == b"\n":
        at = data.rfind(b"\r")
    return data[: at + len(end)] if at >= 0 else b""


def _refused(path: Path, how: str, members: list[bytes], profile: str) -> InputError:
    lines = sum(member.count(b"\n") for member in members)
    remedy = "fetch the file again from where it was made; nothing of it was taken"
    said = f"a gzip file that is {how}; it can be read up to line {lines}"
    if how == "damaged":
        said += ", but nothing tells which of its bytes are as they were"
    fault = Fault((path.name,), said, "a whole gzip file, which ends with its own check", remedy)
    named = f" with the profile {profile}" if profile else ""
    return InputError(f"Cannot read {path.name}{named}", [fault])
