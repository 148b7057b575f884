"""A register read whole: each line proved by its hash and its place, and told as an event.

A line as this program writes it has its keys in one order, so that one pattern finds them all and
the hash is taken over the bytes as they stand. A line of any other shape is left to the chain,
which reads it with care and says what is wrong with it.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from celadon.chain import GENESIS
from celadon.records.ledger.heads import Head

_LINE = re.compile(
    rb'\{"at":"([^"\\]*)","by":"([^"\\]*)","case":"([^"\\]*)","data":(\{.*\}),'
    rb'"hash":"([0-9a-f]{64})","kind":"([^"\\]*)","on":"([^"\\]*)","prev":"([0-9a-f]{64})"\}'
)
_HASH = len('"hash":"",') + len(GENESIS)
_REPEATED, _KEPT = 120, 10_000
"""Bytes of data that are parsed once where they come again, and how many such are held."""
_DECODE = json.JSONDecoder().raw_decode


class Line(NamedTuple):
    """A line as it was read: what an event holds, made in a third of its time."""

    position: int
    at: str
    on: str
    by: str
    kind: str
    case: str
    data: Mapping[str, Any]


class _Texts(dict[bytes, str]):
    """The text of bytes that come again and again, such as days and kinds."""

    def __missing__(self, key: bytes) -> str:
        text = self[key] = key.decode()
        return text


class Irregular(Exception):
    """A line is not as this program writes it, or does not prove."""


def read_lines(path: Path, *heads: Head | None) -> Iterator[Line]:
    """The lines of a register, each line proved against the one before.

    Parameters
    ----------
    heads : what was kept of it, which it must hold.

    Raises
    ------
    Irregular
        If a line is of another shape, does not give its hash, is torn, or a head is not held.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raw = b""
    lines = raw.split(b"\n")
    if lines.pop() or not all(_holds(lines, head) for head in heads):
        raise Irregular
    try:
        yield from _proved(lines)
    except ValueError:  # bytes that are no text, data that is no JSON
        raise Irregular from None


def _holds(lines: list[bytes], head: Head | None) -> bool:
    """Whether the line that a head is of has its hash."""
    if head is None or not head.position:
        return True
    stated = f'"hash":"{head.hash}"'.encode()
    return len(lines) >= head.position and stated in lines[head.position - 1]


def _proved(lines: list[bytes]) -> Iterator[Line]:
    previous = GENESIS.encode()
    parsed: dict[bytes, Any] = {}
    told = _Texts()
    match, digest = _LINE.fullmatch, sha256
    for position, line in enumerate(lines, start=1):
        found = match(line)
        if found is None:
            raise Irregular
        at, by, case, plain, stated, kind, on, before = found.groups()
        start = found.start(5) - 8
        if (
            before != previous
            or digest(line[:start] + line[start + _HASH :]).hexdigest().encode() != stated
        ):
            raise Irregular
        previous = stated
        data = parsed.get(plain)
        if data is None:
            data = _parsed(plain)
            if len(plain) < _REPEATED and len(parsed) < _KEPT:
                parsed[plain] = data
        yield Line(position, told[at], told[on], told[by], told[kind], case.decode(), data)


def _parsed(plain: bytes) -> Any:
    text = plain.decode()
    data, end = _DECODE(text)
    if end < len(text):
        raise Irregular
    return data


@contextmanager
def collection_paused() -> Iterator[None]:
    """No search for cycles while much is made that has none; it goes on after as before."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
