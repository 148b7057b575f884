"""Recorded digests: what each shipped row said when it was shipped.

Where no law, relation or second edition speaks of a figure, no rule can tell that two of its digits
were exchanged. For shipped rows the record can. A user's row has no record: there the rules of the
subject are all there is, unless it repeats the key of a shipped row.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from celadon.reference.lint.finding import LintFinding
from celadon.reference.lint.rows import Row, key_of

FOLDER = Path(__file__).parent / "recorded"
"""One file a table: a line of ten signs for each row, its digest."""


def digest_of(row: Row) -> str:
    """The digest of all that a row says; the order of columns does not change it."""
    content = "\x1f".join(f"{name}={cell}" for name, cell in sorted(row.cells.items()) if cell)
    return hashlib.blake2b(content.encode(), digest_size=5).hexdigest()


def record(table: str, rows: Sequence[Row], folder: Path = FOLDER) -> None:
    """Write the record of a table, in the order of its rows."""
    folder.mkdir(exist_ok=True)
    lines = "".join(f"{digest_of(row)}\n" for row in rows)
    (folder / f"{table}.txt").write_text(lines, encoding="ascii", newline="\n")


@cache
def recorded(table: str) -> frozenset[str]:
    """The digests of a table's rows as recorded; none for a table that has no record."""
    path = FOLDER / f"{table}.txt"
    return frozenset(path.read_text(encoding="ascii").split()) if path.is_file() else frozenset()


def rows_are_as_recorded(table: str, rows: Sequence[Row]) -> Iterator[LintFinding]:
    """Shipped rows say what they said when they were recorded, each once, and none is missing."""
    known, met = recorded(table), set[str]()
    if not known:
        return
    for row in rows:
        digest = digest_of(row)
        if digest not in known or digest in met:
            yield LintFinding("not_as_recorded", row, "")
        met.add(digest)
    missing = len(known - met)
    if missing and rows:
        yield LintFinding("row_missing", rows[0], "", {"number": str(missing), "table": table})


def rows_repeat_the_shipped(
    rows: Sequence[Row], shipped: Sequence[Row], columns: Sequence[str]
) -> Iterator[LintFinding]:
    """A user's row with the key of a shipped row says the same numbers and unit."""
    known = {key_of(row, columns): row for row in shipped}
    for row in rows:
        twin = known.get(key_of(row, columns))
        if twin is None:
            continue
        for column, cell in row.cells.items():
            before = twin.text(column)
            if (
                column in _NUMERIC
                and cell
                and before
                and cell != before
                and not _same(row, twin, column)
            ):
                how, how_zh = explained(before, cell)
                numbers = {"column": column, "shipped": before, "how": how, "how_zh": how_zh}
                yield LintFinding("differs_from_shipped", row, column, numbers, (twin.id,))


_NUMERIC = frozenset(
    {"value", "value_low", "value_high", "unit", "direct", "indirect", "total", "markup_2026",
     "markup_2027", "markup_2028", "pressure_MPa", "temperature_C", "coefficient"}
)  # fmt: skip


def _same(row: Row, twin: Row, column: str) -> bool:
    one, other = row.number(column), twin.number(column)
    return one is not None and one == other


def explained(before: str, after: str) -> tuple[str, str]:
    """How one figure seems to have become another, in both languages.

    Examples
    --------
    >>> explained("28.435", "24.835")[0]
    'two digits exchanged'
    >>> explained("0.785", "7.85")[0]
    'the decimal point moved'
    """
    one, other = (re.sub(r"\D", "", text) for text in (before, after))
    if one.strip("0") == other.strip("0"):
        sign = before.startswith("-") != after.startswith("-")
        return (
            ("the sign changed", "正负号改变")
            if sign
            else ("the decimal point moved", "小数点移位")
        )
    if len(one) == len(other) and sorted(one) == sorted(other):
        return "two digits exchanged", "数字颠倒"
    if len(other) == len(one) + 1 and any(
        other[:i] + other[i + 1 :] == one for i in range(len(other))
    ):
        return "a digit too many", "多一位数字"
    if len(one) == len(other) + 1 and any(one[:i] + one[i + 1 :] == other for i in range(len(one))):
        return "a digit dropped", "少一位数字"
    return "another figure", "数值不同"
