"""Ranges of serial numbers: how many certificates they hold, and which of them were used before.

A serial is a text that ends in digits: what stands before them is its series, and only numbers of
one series are compared. A range holds its first and its last.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import Generic, TypeVar

_SERIAL = re.compile(r"(?P<series>[^.+]*?)(?P<number>[0-9]{1,60})")

Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True)
class Serials:
    """The serials of one series from the first to the last, both held."""

    series: str
    first: int
    last: int

    @property
    def number(self) -> int:
        """How many serials it holds."""
        return self.last - self.first + 1

    @classmethod
    def between(cls, first: str, last: str) -> Serials:
        """The range of two serials as written.

        Raises
        ------
        ValueError
            If one of them does not end in digits, they are of different series, or the last stands
            before the first.

        Examples
        --------
        >>> Serials.between("GEC-2025-0101", "GEC-2025-0400").number
        300
        """
        found = [_SERIAL.fullmatch(_plain(text)) for text in (first, last)]
        if found[0] is None or found[1] is None:
            raise ValueError("a serial ends in digits, without a point or a plus")
        if found[0]["series"] != found[1]["series"]:
            raise ValueError("the first and the last are of different series")
        made = cls(found[0]["series"], int(found[0]["number"]), int(found[1]["number"]))
        if made.last < made.first:
            raise ValueError("the last stands before the first")
        return made


def _plain(text: str) -> str:
    """A serial without what two people may write differently: width, case, blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


@dataclass(frozen=True, slots=True)
class Used(Generic[Owner]):
    """A range that was used, and by whom."""

    serials: Serials
    owner: Owner


@dataclass(frozen=True, slots=True)
class Claimed(Generic[Owner]):
    """What came of a claim: the ranges that are the owner's now, and those used before."""

    kept: tuple[Serials, ...]
    clashes: tuple[Used[Owner], ...]

    @property
    def number(self) -> int:
        """How many serials are the owner's now."""
        return sum(serials.number for serials in self.kept)


class Register(Generic[Owner]):
    """The serials that were used, each by the first who claimed it."""

    def __init__(self) -> None:
        # of each series the ranges in order, none of which touches a serial of another
        self._used: dict[str, list[tuple[int, int, Owner]]] = defaultdict(list)

    def claim(self, serials: Serials, owner: Owner) -> Claimed[Owner]:
        """Claim a range: what was used before stays with its owner, the rest is this one's.

        Examples
        --------
        >>> register = Register[str]()
        >>> register.claim(Serials("A-", 1, 10), "first").number
        10
        >>> second = register.claim(Serials("A-", 8, 12), "second")
        >>> second.kept, [(use.serials.number, use.owner) for use in second.clashes]
        ((Serials(series='A-', first=11, last=12),), [(3, 'first')])
        """
        used = self._used[serials.series]
        start = bisect_left(used, serials.first, key=lambda each: each[1])
        end = start
        clashes: list[Used[Owner]] = []
        free: list[tuple[int, int, Owner]] = []
        at = serials.first
        while end < len(used) and used[end][0] <= serials.last:
            first, last, holder = used[end]
            if at < first:
                free.append((at, first - 1, owner))
            shared = Serials(serials.series, max(first, at), min(last, serials.last))
            clashes.append(Used(shared, holder))
            at = last + 1
            end += 1
        if at <= serials.last:
            free.append((at, serials.last, owner))
        used[start:end] = sorted([*used[start:end], *free], key=lambda each: each[0])
        kept = (Serials(serials.series, first, last) for first, last, _ in free)
        return Claimed(tuple(kept), tuple(clashes))
