"""The leaves of an account as plain rows, and sums over them: integers, so parts add to wholes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import pyarrow as pa

Key = TypeVar("Key")

_COLUMNS = (
    "leaf", "unit", "stream", "carrier", "month", "from_day", "to_day", "account", "measure",
    "scope", "method", "clause", "count", "num", "den", "value", "estimated", "seconds_missing",
    "confidence",
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
        """Whether any of them rests on less than an official text."""
        return any(is_below_official(line.confidence) for line in self._rows)

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
        return sum((line.to_day - line.from_day).days * 86_400 for line in self._rows)

    @property
    def missing(self) -> Fraction:
        """The share of that time for which no meter gave a value."""
        return Fraction(self.seconds_missing, self.seconds) if self._rows else Fraction(0)

    @property
    def is_unknown(self) -> bool:
        """Whether nothing at all is known: no value, and no time with one."""
        return bool(self._rows) and self.missing >= 1 and not self.magnitude


def is_below_official(confidence: str | None) -> bool:
    """Whether a letter is below A; what rests on own records alone has no letter."""
    return confidence is not None and confidence not in ("", "A")
