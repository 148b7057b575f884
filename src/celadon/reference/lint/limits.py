"""Checks of limits: grades, levels, water norms, equipment, weights."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import Book, Row, grouped

LOWER_IS_BETTER: Mapping[str, tuple[str, ...]] = {
    "norms": ("grade_1", "grade_2", "grade_3"),
    "levels_2023": ("benchmark", "baseline"),
    "water_norms": ("advanced", "general"),
}
"""Limits in their order: each at most the next."""

_STEEPEST: Mapping[str, float] = {"norms": 0.4, "levels_2023": 0.4, "water_norms": 0.3}
"""How small a part of the next limit a limit may be; the smallest printed is 0.40, 0.44 and 0.5."""


def limits_are_in_order(book: Book) -> Iterator[LintFinding]:
    """Grade 1 <= grade 2 <= grade 3, benchmark <= baseline, advanced <= general; signs alike."""
    for table, order in LOWER_IS_BETTER.items():
        rows = [r for r in book.rows(table) if r.text("parameter") in order and r.value is not None]
        for same in grouped(rows, _limit_of).values():
            ladder = sorted(same, key=lambda r: order.index(r.text("parameter")))
            for lower, upper in itertools.pairwise(ladder):
                yield from _step(lower, upper, _STEEPEST[table])
        yield from _lonely_signs(rows, table)
    yield from _equipment(book)


def _limit_of(row: Row) -> tuple[str, ...]:
    return row.text("set"), row.text("subject"), row.text("basis"), row.text("unit")


def _step(lower: Row, upper: Row, steepest: float) -> Iterator[LintFinding]:
    low, high = lower.value, upper.value
    if low is None or high is None:
        return
    if low > high:
        rule = "limits_out_of_order"
    elif (low < 0) != (high < 0):
        rule = "limits_of_two_signs"
    elif (high > 0 and float(low) < steepest * float(high)) or (
        high < 0 and float(high) / float(low) < steepest / 2
    ):
        rule = "limits_far_apart"
    else:
        return
    for row, other in ((lower, upper), (upper, lower)):
        numbers = {"other": other.text("value"), "parameter": other.text("parameter")}
        yield LintFinding(rule, row, "value", numbers, (other.id,))


def _far_apart(low: Fraction, high: Fraction, steepest: float) -> bool:
    """Whether the step is steeper than any printed; credits, which are negative, spread wider."""
    if high > 0:
        return float(low) < steepest * float(high)
    return high < 0 and float(high) / float(low) < steepest / 2


def _lonely_signs(rows: list[Row], table: str) -> Iterator[LintFinding]:
    """A negative limit that stands alone, with no other grade of its sign beside it."""
    for same in grouped(rows, _limit_of).values():
        if len(same) == 1 and (same[0].value or 0) < 0:
            yield LintFinding("limits_of_two_signs", same[0], "value",
                              {"other": "-", "parameter": table})  # fmt: skip


def _equipment(book: Book) -> Iterator[LintFinding]:
    """Equipment grades: higher is better, efficiency below 100 %, larger machines no worse."""
    order = ("grade_1", "grade_2", "grade_3")
    rows = [r for r in book.rows("equipment_grades") if r.value is not None]
    for same in grouped(rows, _limit_of).values():
        ladder = sorted(
            (r for r in same if r.text("parameter") in order),
            key=lambda r: order.index(r.text("parameter")),
        )
        for better, worse in itertools.pairwise(ladder):
            if (better.value or 0) <= (worse.value or 0):
                for row, other in ((better, worse), (worse, better)):
                    numbers = {"other": other.text("value"), "parameter": other.text("parameter")}
                    yield LintFinding("grades_out_of_order", row, "value", numbers, (other.id,))
    for row in rows:
        if row.text("unit") == "%" and not 50 <= (row.value or 0) < 100:
            numbers = {"low": "50", "high": "100"}
            yield LintFinding("efficiency_impossible", row, "value", numbers)
    yield from _larger_is_no_worse(rows)


def _larger_is_no_worse(rows: list[Row]) -> Iterator[LintFinding]:
    def family(row: Row) -> tuple[str, str, str]:
        machine = row.text("subject").partition("/")[0]
        return row.text("set"), machine, row.text("parameter")

    for same in grouped(rows, family).values():
        sized = sorted((size, index) for index, r in enumerate(same) if (size := _power(r)))
        for (_, one), (_, other) in itertools.pairwise(sized):
            small, large = same[one], same[other]
            if (small.value or 0) > (large.value or 0):
                for row, beside in ((small, large), (large, small)):
                    numbers = {"other": beside.text("value"), "parameter": beside.id}
                    yield LintFinding("larger_is_worse", row, "value", numbers, (beside.id,))


def _power(row: Row) -> float:
    found = re.search(r"(\d+(?:[._]\d+)?)_kw", row.text("subject"), re.IGNORECASE)
    return float(found.group(1).replace("_", ".")) if found else 0.0


WEIGHTS = ("weight", "max_score_or_weight", "dimension_weight")
"""Columns that hold the weights of an index."""


def weights_add_up(book: Book) -> Iterator[LintFinding]:
    """Weights of one index, which is one file, add to 1 or to 100."""
    for rows in grouped(book.every(), lambda r: (r.table, r.file)).values():
        column = next((name for name in WEIGHTS if name in rows[0].cells), None)
        if column is None:
            continue
        total = sum((row.number(column) or Fraction(0) for row in rows), Fraction(0))
        if total not in (1, 100):
            numbers = {"total": shown(total), "table": rows[0].table}
            yield LintFinding("weights_do_not_add", rows[0], column, numbers)
