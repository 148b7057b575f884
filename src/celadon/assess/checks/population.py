"""A population of returns: a list read by its profile into the tables that the checks ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.assess.checks.profile import CheckProfile, DeclaredQuantity
from celadon.assess.checks.reading import (
    ReturnsFile,
    as_counts,
    counted,
    lines_of,
    numbered,
    one_piece,
    ordinals,
    text,
    whole_numbers,
)
from celadon.assess.checks.tables import (
    PAIR,
    PART_GROUP,
    QUANTITY,
    RATIO,
    REPORTED,
    RETURNED,
)
from celadon.errors import Fault, InputError
from celadon.exact import parse_decimal, quantise

_PLACE_SCALE = 100_000


@dataclass(frozen=True, slots=True)
class Population:
    """What the checks ask.

    Parameters
    ----------
    refused : cells and rows that could not be read, each with its place; the rest was taken.
    columns : the optional columns that the list has, such as ``sector``.
    """

    profile: CheckProfile
    returned: pa.Table
    reported: pa.Table
    quantity: pa.Table
    part_group: pa.Table
    pair: pa.Table
    ratio: pa.Table
    columns: frozenset[str]
    refused: tuple[Fault, ...] = ()

    @property
    def reporters(self) -> int:
        """How many reporters there are."""
        return int(pc.max(self.returned["who"]).as_py() or 0)


def read_population(path: Path, profile: CheckProfile) -> Population:
    """Read a list of returns, a Parquet or CSV file, by its profile.

    A cell that cannot be read is refused with its place, and the rest is taken.

    Raises
    ------
    InputError
        If the file is neither, is empty, or lacks a column that the profile requires.
    """
    file = ReturnsFile(path, profile)
    if not file.rows:
        fault = Fault(
            (path.name,),
            "no rows",
            "a list of returns has a row for each",
            "ask for the file again",
        )
        raise InputError(f"{path.name} holds no returns", [fault])
    returned, kept = _returned(file)
    declared = list(_quantities(file))
    parts = [
        _counts(file, number, one, kept)
        for number, (one, _) in enumerate(declared, start=1)
        if one.column in file.names
    ] or [REPORTED.arrow().empty_table()]
    reported = REPORTED.check(pa.concat_tables(parts))
    numbers = {each.id: number for number, (each, _) in enumerate(declared, start=1)}
    return Population(
        profile, returned, reported,
        quantity_table(profile, declared), _part_groups(profile, numbers),
        _pairs(profile, numbers), _ratios(profile, numbers),
        frozenset(name for name in ("name", "code", "sector", "region", "tags", "latitude")
                  if getattr(profile.columns, name) in file.names),
        tuple(file.refused),
    )  # fmt: skip


def _returned(file: ReturnsFile) -> tuple[pa.Table, pa.Array | None]:
    """The rows, and a mask of those that are taken where some are not."""
    columns = file.profile.columns
    lines = numbered(file.rows)
    reporter = text(file.column(columns.reporter), file.rows)
    year = whole_numbers(file, columns.year, (1900, 2200))
    month = whole_numbers(file, columns.month, (0, 12), empty=0)
    day = whole_numbers(file, columns.day, (0, 31), empty=0)
    kept = None
    if reporter.null_count or year.null_count or month.null_count or day.null_count:
        for line in lines_of(pc.is_null(reporter)):
            file.refuse(line, columns.reporter, "", "every row says who reports")
        kept = pc.and_(
            pc.and_(pc.is_valid(reporter), pc.is_valid(year)),
            pc.and_(pc.is_valid(month), pc.is_valid(day)),
        )
    subject = _subject(file)
    who = ordinals(reporter)
    series = (
        who
        if not columns.subject
        else ordinals(pc.binary_join_element_wise(reporter, subject, "\x1f"))
    )
    known: dict[str, Any] = {
        "line": lines, "who": who, "series": series, "reporter": reporter, "subject": subject,
        "year": year, "month": month, "day": day,
    }  # fmt: skip
    for name in ("name", "code", "sector", "region", "tags", "excused"):
        known[name] = text(file.column(getattr(columns, name)), file.rows)
    for name in ("latitude", "longitude"):
        known[name] = counted(file, getattr(columns, name), _PLACE_SCALE)
    table = pa.table({name: known[name] for name in RETURNED.names})
    if kept is not None:
        table = table.filter(kept)
        table = table.set_column(1, "who", ordinals(table["reporter"]))
        if not columns.subject:
            table = table.set_column(2, "series", table["who"])
    return RETURNED.check(table), kept


def _subject(file: ReturnsFile) -> pa.Array:
    named = [file.column(name) for name in file.profile.columns.subject]
    parts = [text(one, file.rows) for one in named if one is not None]
    if not parts:
        return (
            pa.array([""]).take(pa.array([0] * file.rows))
            if file.rows
            else pa.array([], pa.string())
        )
    joined: pa.Array = pc.binary_join_element_wise(
        *parts, " | ", null_handling="replace", null_replacement=""
    )
    return joined


def _quantities(file: ReturnsFile) -> Iterator[tuple[DeclaredQuantity, str]]:
    """The quantities of the profile, then the parts that the file has; each with its group."""
    totals = {each.id: each for each in file.profile.quantity}
    for each in file.profile.quantity:
        yield each, ""
    own = {each.column for each in file.profile.quantity}
    for group in file.profile.parts:
        total = totals[group.total]
        for name in file.names:
            if name not in own and any(fnmatchcase(name, one) for one in group.columns):
                yield (
                    DeclaredQuantity(
                        id=name, column=name, unit=total.unit, decimals=total.decimals,
                        signed=total.signed,
                    ),
                    group.id,
                )  # fmt: skip


def _counts(
    file: ReturnsFile, number: int, quantity: DeclaredQuantity, kept: pa.Array | None
) -> pa.Table:
    """The amounts of a quantity that were reported, each with its line."""
    column = file[quantity.column]
    lines = pc.add(pc.cast(pc.indices_nonzero(one_piece(pc.is_valid(column))), pa.int64()), 1)
    values = as_counts(
        file, quantity.column, one_piece(column.drop_null()), lines, 10**quantity.decimals
    )
    there = pc.is_valid(values)
    if kept is not None:
        there = pc.and_(there, kept.take(pc.subtract(lines, 1)))
    if values.null_count or kept is not None:
        lines, values = lines.filter(there), values.filter(there)
    return pa.table(
        {
            "quantity": pa.repeat(pa.scalar(number, pa.int64()), len(lines)),
            "line": lines,
            "value": values,
        }
    )


def quantity_table(
    profile: CheckProfile, declared: Sequence[tuple[DeclaredQuantity, str]]
) -> pa.Table:
    """The table of quantities, numbered in their order."""
    measure = next(each for each in profile.quantity if each.id == profile.measure)
    return QUANTITY.from_rows(
        {
            "number": number, "quantity": each.id, "unit": each.unit, "decimals": each.decimals,
            "grouping": group, "is_required": each.required, "is_watched": each.watched,
            "is_signed": each.signed, "is_measure": each.id == profile.measure,
            "is_sized": (each.unit, each.decimals) == (measure.unit, measure.decimals),
            "scale": 10**each.decimals,
            "jump_least": quantise(parse_decimal(each.jump_least), each.decimals),
            "low": _bound(each.low, each.decimals), "high": _bound(each.high, each.decimals),
        }
        for number, (each, group) in enumerate(declared, start=1)
    )  # fmt: skip


def _bound(text: str | None, decimals: int) -> int | None:
    return None if text is None else quantise(parse_decimal(text), decimals)


def _part_groups(profile: CheckProfile, numbers: dict[str, int]) -> pa.Table:
    decimals = {each.id: each.decimals for each in profile.quantity}
    return PART_GROUP.from_rows(
        {
            "grouping": each.id, "total": numbers[each.total],
            "tolerance": quantise(parse_decimal(each.tolerance), decimals[each.total]),
        }
        for each in profile.parts
    )  # fmt: skip


def _pairs(profile: CheckProfile, numbers: dict[str, int]) -> pa.Table:
    decimals = {each.id: each.decimals for each in profile.quantity}
    rows = []
    for each in profile.pair:
        shift = Fraction(10) ** (decimals[each.other] - decimals[each.one])
        factor = parse_decimal(each.factor) * shift
        rows.append(
            {
                "pair": each.id, "kind": each.kind, "one": numbers[each.one],
                "other": numbers[each.other], "num": factor.numerator, "den": factor.denominator,
                "parts_per_million": quantise(parse_decimal(each.tolerance_percent) * 10_000, 0),
                "tolerance": quantise(parse_decimal(each.tolerance), decimals[each.other]),
            }
        )  # fmt: skip
    return PAIR.from_rows(rows)


def _ratios(profile: CheckProfile, numbers: dict[str, int]) -> pa.Table:
    return RATIO.from_rows(
        {
            "ratio": each.id, "numerator": numbers[each.numerator],
            "denominator": numbers[each.denominator],
        }
        for each in profile.ratio
    )  # fmt: skip
