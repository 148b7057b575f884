"""The leaves of an account as plain rows, and sums over them: integers, so parts add to wholes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import pyarrow as pa

from celadon.accounts.letters import Weakness
from celadon.reference.confirmed import is_official, weakest

Key = TypeVar("Key")

DAY = 86_400
"""Seconds of a day."""

_CLOCK_CHANGE = 3_600

_COLUMNS = (
    "leaf", "unit", "stream", "carrier", "month", "from_day", "to_day", "account", "measure",
    "scope", "method", "clause", "count", "num", "den", "value", "estimated", "seconds_missing",
    "confidence", "method_confidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One leaf, as declared in the table ``leaf``."""

    leaf: str
    unit: str
    stream: str
    carrier: str
    month: dt.date
    from_day: dt.date
    to_day: dt.date
    account: str
    measure: str
    scope: str
    method: str
    clause: str
    count: int
    num: int
    den: int
    value: int
    estimated: int
    seconds_missing: int
    confidence: str | None
    method_confidence: str | None = None

    @property
    def letter(self) -> str | None:
        """Its letter as a whole: the weaker of its data's and its equation's."""
        return weakest((self.confidence, self.method_confidence))

    @property
    def seconds(self) -> int:
        """The time that it speaks of."""
        return (self.to_day - self.from_day).days * DAY

    @property
    def is_unknown(self) -> bool:
        """Whether nothing at all is known of it: no amount, and no time with a value."""
        return is_wholly_missing(self.count, self.value, self.seconds_missing, self.seconds)


class Lines:
    """Some leaves; every selection of them is again such a list.

    Parameters
    ----------
    rows : the leaves, in the order of their table.
    """

    def __init__(self, rows: Iterable[Line]) -> None:
        self._rows = tuple(rows)

    @classmethod
    def of(cls, leaves: pa.Table) -> Lines:
        """All rows of a table ``leaf``."""
        return cls(Line(**row) for row in leaves.select(list(_COLUMNS)).to_pylist())

    def __iter__(self) -> Iterator[Line]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def where(self, **equal: Any) -> Lines:
        """The leaves whose columns equal what is given."""
        wanted = tuple(equal.items())
        return Lines(
            line
            for line in self._rows
            if all(getattr(line, column) == value for column, value in wanted)
        )

    def total(self) -> int:
        """The sum of the values, in the small unit of their measure."""
        return sum(line.value for line in self._rows)

    def count(self) -> int:
        """The sum of the activity, in its small unit."""
        return sum(line.count for line in self._rows)

    def by(self, key: Callable[[Line], Key]) -> dict[Key, Lines]:
        """The leaves in groups, in the order in which the keys first come."""
        groups: dict[Key, list[Line]] = {}
        for line in self._rows:
            groups.setdefault(key(line), []).append(line)
        return {name: Lines(rows) for name, rows in groups.items()}

    def sums(self, key: Callable[[Line], Key]) -> dict[Key, int]:
        """The sum of the values of each group."""
        return {name: lines.total() for name, lines in self.by(key).items()}

    @property
    def is_marked(self) -> bool:
        """Whether any of them that says anything rests on less than an official text."""
        return any(is_below_official(line.letter) and not line.is_unknown for line in self._rows)

    @property
    def letter(self) -> str | None:
        """The weakest letter of those that say anything, of their data and of their equations."""
        return weakest(line.letter for line in self._rows if not line.is_unknown)

    @property
    def weakness(self) -> Weakness:
        """What the weakest letter is of: data, equations, both; empty where that is official."""
        lowest = self.letter
        if is_official(lowest):
            return ""
        known = [line for line in self._rows if not line.is_unknown]
        data = lowest in [line.confidence for line in known]
        equation = lowest in [line.method_confidence for line in known]
        if data and equation:
            return "both"
        return "data" if data else "method"

    @property
    def magnitude(self) -> int:
        """The sum of the magnitudes, of which shares of quality are taken."""
        return sum(abs(line.value) for line in self._rows)

    @property
    def estimated(self) -> int:
        """The magnitude that rests on estimates."""
        return sum(abs(line.estimated) for line in self._rows)

    @property
    def seconds_missing(self) -> int:
        """Meter time without any value."""
        return sum(line.seconds_missing for line in self._rows)

    @property
    def seconds(self) -> int:
        """The time that they speak of, each counted for itself."""
        return sum(line.seconds for line in self._rows)

    @property
    def missing(self) -> Fraction:
        """The share of that time for which no meter gave a value."""
        return Fraction(self.seconds_missing, self.seconds) if self._rows else Fraction(0)

    @property
    def is_unknown(self) -> bool:
        """Whether nothing at all is known of any of them; then their sum is none, not zero."""
        return bool(self._rows) and all(line.is_unknown for line in self._rows)

    @property
    def is_known(self) -> bool:
        """Whether anything at all is known of any of them."""
        return bool(self._rows) and not self.is_unknown

    def known_total(self, small: int) -> Fraction | None:
        """The total in the unit of ``small`` small units.

        None, never zero, where there is no line or nothing is known of any.
        """
        if not self._rows or self.is_unknown:
            return None
        return Fraction(self.total(), small)


def is_wholly_missing(count: int, value: int, missing: int, seconds: int) -> bool:
    """Whether a leaf stands for nothing but time without a value; its nought is no measured zero.

    A month in which the clock goes forward is an hour shorter than its days.

    Examples
    --------
    >>> is_wholly_missing(0, 0, 2 * DAY, 2 * DAY), is_wholly_missing(0, 0, DAY, 2 * DAY)
    (True, False)
    """
    return not count and not value and missing > 0 and missing >= seconds - _CLOCK_CHANGE


def is_below_official(confidence: str | None) -> bool:
    """Whether a letter is below A and not confirmed; own records alone have no letter."""
    return not is_official(confidence)
