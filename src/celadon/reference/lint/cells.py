"""Checks of single rows: digits that are none, signs, bounds, units, doubles."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import partial

from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import NUMBER_COLUMNS, Book, Row, exact, grouped, key_of
from celadon.reference.loader import KEYS

_LOOKALIKES = str.maketrans("OoDlI|!SsBZzg，。．", "0001111558229,..", "  _'’")
_SEVERAL_TO_A_KEY = ("norm_corrections", "process_rules", "technologies", "electricity_selection")
"""Tables that hold several terms, sources or cases for one question, on purpose."""


def numbers_are_numbers(book: Book) -> Iterator[LintFinding]:
    """Cells of number columns hold one plain decimal number in ASCII digits, or nothing."""
    for row in book.every():
        for column, cell in row.cells.items():
            if not cell or column not in NUMBER_COLUMNS:
                continue
            if exact(cell) is None or not cell.isascii():
                guess = _reading(cell)
                rule = "digit_confusion" if guess else "not_a_number"
                yield LintFinding(rule, row, column, {"guess": guess})


def _reading(cell: str) -> str:
    """The number that was probably meant; empty where none suggests itself."""
    plain = "".join(str(int(sign)) if sign.isdigit() else sign for sign in cell)
    plain = plain.translate(_LOOKALIKES)
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    plain = plain.replace(",", "")
    return plain if exact(plain) is not None else ""


def figures_have_the_usual_digits(book: Book) -> Iterator[LintFinding]:
    """No figure has more decimals than those printed with it, nor zeros before its whole part."""
    groups: dict[tuple[str, ...], list[tuple[int, Row]]] = defaultdict(list)
    for row in book.every():
        for column in _PRINTED:
            cell = row.text(column)
            if not cell or not cell[0].isdigit():
                continue
            if len(cell) > 1 and cell[0] == "0" and cell[1].isdigit():
                yield LintFinding("leading_zero", row, column, {})
            groups[row.table, column, row.text("unit"), *_printed_together(row)].append(
                (len(cell.partition(".")[2]), row)
            )
    for (_, column, *_), same in groups.items():
        usual = _usual([count for count, _ in same])
        for count, row in same:
            if count > usual:
                numbers = {"most": str(usual), "number": str(len(same))}
                yield LintFinding("more_digits_than_print", row, column, numbers)


def _usual(counts: list[int]) -> int:
    """Decimals that all but a twentieth of the figures printed together keep to."""
    if len(counts) < 6:
        return max(counts)
    strays = max(1, len(counts) // 20)
    return heapq.nlargest(strays + 1, counts)[-1]


_PRINTED = ("value", "direct", "indirect", "total")


def _printed_together(row: Row) -> tuple[str, ...]:
    """What rows have in common that were printed in one table, by the table's shape."""
    if "cn_code" in row.cells:
        return row.text("country"), row.text("sector"), row.text("column")
    if row.table == "steam_enthalpy":
        return row.text("state"), row.text("pressure_MPa")
    if row.table == "ets_benchmarks":  # a period has few rows; all periods print alike
        return (row.text("parameter"),)
    return row.text("parameter"), row.text("set"), row.text("kind"), row.text("data_year")


def bounds_hold_the_value(book: Book) -> Iterator[LintFinding]:
    """A value lies in its own range, low is not above high."""
    for row in book.every():
        low, high = row.number("value_low"), row.number("value_high")
        if low is None and high is None:
            continue
        value = row.value
        if low is not None and high is not None and low > high:
            yield LintFinding("range_reversed", row, "value_low", {"high": shown(high)})
        elif value is not None and (
            (low is not None and value < low) or (high is not None and value > high)
        ):
            span = f"{'' if low is None else shown(low)}..{'' if high is None else shown(high)}"
            yield LintFinding("value_outside_own_range", row, "value", {"range": span})


def signs_are_possible(book: Book) -> Iterator[LintFinding]:
    """Only limits of processes that give energy, and corrections, may be negative."""
    for row in book.every():
        if row.table in ("norms", "levels_2023", "norm_corrections", "process_rules"):
            continue
        for column in ("value", "value_low", "value_high", "direct", "indirect", "total"):
            number = row.number(column)
            if number is not None and number < 0:
                yield LintFinding("negative", row, column, {})
        for column in ("markup_2026", "markup_2027", "markup_2028"):
            number = row.number(column)
            if number is not None and not 0 <= number <= 1:
                yield LintFinding("share_outside", row, column, {})


def rows_are_single(book: Book) -> Iterator[LintFinding]:
    """No row stands twice, and no question has two answers of one edition."""
    for table, rows in book.tables.items():
        for same in grouped(rows, lambda row: tuple(row.cells.items())).values():
            for row in same[1:]:
                yield LintFinding(
                    "double_row", row, "", {"first": str(same[0].line)}, (same[0].id,)
                )
        if table in _SEVERAL_TO_A_KEY:
            continue
        for same in grouped(rows, partial(_identity, KEYS.get(table, ()))).values():
            for row in same[1:]:
                if row.cells != same[0].cells:
                    yield LintFinding(
                        "two_answers", row, "value", {"first": str(same[0].line)}, (same[0].id,)
                    )
    yield from _one_answer(book)


def _identity(columns: tuple[str, ...], row: Row) -> tuple[str, ...]:
    return key_of(row, columns) if columns else (row.id,)


def _one_answer(book: Book) -> Iterator[LintFinding]:
    for same in grouped(book.figures(), question).values():
        numbered = [row for row in same if row.value is not None]
        for row in numbered[1:]:
            first = numbered[0]
            if row.id == first.id or row.text("source") != first.text("source"):
                continue
            if _days(row) == _days(first):
                place = {"first": str(first.line)}
                yield LintFinding("two_answers", row, "value", place, (first.id,))


def question(row: Row) -> tuple[str, ...]:
    """What a row of the shape of records answers, without its time in force."""
    return (
        row.table, row.text("subject"), row.text("parameter"), row.text("set"), row.text("area"),
        row.text("basis"), row.text("data_year"),
    )  # fmt: skip


def _days(row: Row) -> tuple[str, str]:
    return row.text("valid_from"), row.text("valid_to")


def periods_follow_each_other(book: Book) -> Iterator[LintFinding]:
    """Editions of one question neither overlap nor leave days without a figure between them."""
    for row in book.every():
        for start, end in (("valid_from", "valid_to"), ("in_force_from", "in_force_to")):
            first, after = _day(row.text(start)), _day(row.text(end))
            if first is not None and after is not None and first >= after:
                yield LintFinding("ends_before_it_begins", row, end, {"start": row.text(start)})
        published, begins = _day(row.text("published")), _day(row.text("in_force_from"))
        if published is not None and begins is not None and begins.year < published.year:
            numbers = {"published": row.text("published")}
            yield LintFinding("in_force_before_published", row, "in_force_from", numbers)
    for same in grouped(book.figures(), question).values():
        dated = [row for row in same if row.text("valid_from") and row.value is not None]
        yield from _sequence(sorted(dated, key=lambda row: row.text("valid_from")))


def _sequence(rows: list[Row]) -> Iterator[LintFinding]:
    for earlier, later in itertools.pairwise(rows):
        end, start = _day(earlier.text("valid_to")), _day(later.text("valid_from"))
        numbers = {"other": earlier.text("valid_to") or "-", "start": later.text("valid_from")}
        if end is None or (start is not None and start < end):
            yield LintFinding("periods_overlap", later, "valid_from", numbers, (earlier.id,))
        elif start is not None and start > end:
            yield LintFinding("period_gap", later, "valid_from", numbers, (earlier.id,))


def _day(text: str) -> date | None:
    parts = text.split("-")
    try:
        numbers = [int(part) for part in parts]
        return date(*[*numbers, 1, 1][:3]) if text else None
    except ValueError:
        return None


def ratio(one: Fraction, other: Fraction) -> float:
    """How many times the smaller the larger is, at least 1; infinite where the signs differ."""
    if one == other:
        return 1.0
    if one == 0 or other == 0 or (one < 0) != (other < 0):
        return float("inf")
    quotient = abs(float(one) / float(other))
    return max(quotient, 1 / quotient)
