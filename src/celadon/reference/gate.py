"""The gate: what every row of a table must hold before anything rests on it.

A figure needs a known source, numbers, a unit that fits its basis, dates and a letter; two rows
must not answer the same question on one day; what a licence forbids to bundle is not shipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

from celadon.errors import DeclarationError
from celadon.exact import parse_decimal
from celadon.reference import build
from celadon.reference.cells import Row
from celadon.reference.facts import Record, Source
from celadon.reference.fitting import SIGNED, misfit
from celadon.reference.loader import Rows, Tables, read_tables
from celadon.reference.shapes import FIGURE_TABLES, TABLES, Shape, row_id
from celadon.reference.validity import Validity, meet

_NOT_BUNDLED = re.compile(
    r"\b(NC|ND)\b|non-?commercial|no redistribution|all rights reserved|\bIEA\b", re.IGNORECASE
)
_OF_LIMITS = " and ".join(sorted(SIGNED))
_CODE = re.compile(r"\d{4}(\d{2}){0,3}")


def may_be_bundled(licence: str) -> bool:
    """Whether a licence lets a copy of the figures come with celadon; an empty one is not known.

    Examples
    --------
    >>> may_be_bundled("CC BY 4.0"), may_be_bundled("CC BY-NC-SA")
    (True, False)
    """
    return _NOT_BUNDLED.search(licence) is None


def gated_in_full(folder: Path) -> Tables:
    """Every table of a folder to be shipped, every row gated.

    Raises
    ------
    DeclarationError
        With every fault.
    """
    tables = read_tables(folder)
    gate(tables, TABLES, shipped=True)
    if tables.faults:
        faults = list(dict.fromkeys(tables.faults))
        raise DeclarationError(f"The reference tables have {len(faults)} fault(s)", faults)
    return tables


def gate(tables: Tables, names: Iterable[str], *, shipped: bool) -> None:
    """Gate the tables of some names; each row notes its faults."""
    names = list(names)
    sources = sources_of(tables.rows["sources"])
    gate_successors(tables.rows["sources"].values(), sources)
    for name in names:
        if name != "sources":
            gate_rows(TABLES[name], tables.rows[name].values(), sources, shipped=shipped)
    for name in names:
        if name in FIGURE_TABLES:
            overlaps(TABLES[name], tables.rows[name], sources, frozenset())


def sources_of(rows: Rows) -> dict[str, Source]:
    """The sources by id."""
    return {row.text("id"): build.source_of(row) for row in rows.values()}


def gate_successors(rows: Iterable[Row], sources: Mapping[str, Source]) -> None:
    """Check that what supersedes a source is a source, and that it ends after it begins."""
    for row in rows:
        if row.text("superseded_by") and row.text("superseded_by") not in sources:
            remedy = "add the newer edition to sources.csv, or leave the cell empty"
            row.fault("superseded_by", "the id of a source in sources.csv", remedy)
        _gate_days(row, sources[row.text("id")].validity, "in_force_to")


def gate_rows(
    shape: Shape, rows: Iterable[Row], sources: Mapping[str, Source], *, shipped: bool
) -> None:
    """Check rows of one table, other than the sources, against the sources."""
    for row in rows:
        if shape.kind == "plain":
            _PLAIN[shape.name](row, sources)
            continue
        for column in shape.numbers:
            row.number(column)
        if shape.prefix and not _CODE.fullmatch(row.text(shape.subject)):
            rule = "a code of 4, 6, 8 or 10 digits, as text"
            row.fault(shape.subject, rule, "write the code with its leading zeros")
        for record in figures(shape, row, sources):
            _gate_figure(record, row, shipped=shipped)


def figures(shape: Shape, row: Row, sources: Mapping[str, Source]) -> list[Record]:
    """All figures of one row of a record table or a wide table."""
    if shape.kind == "record":
        made = [build.record_of(shape.name, row, sources)]
    else:
        made = [build.figure_of(shape, value, row, sources) for value in shape.values]
    return [record for record in made if record is not None]


def overlaps(
    shape: Shape, rows: Rows, sources: Mapping[str, Source], replaced: frozenset[tuple[str, ...]]
) -> None:
    """Note a fault for every two rows that answer the same question on one day."""
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for key, row in rows.items():
        if key not in replaced and any(row.text(column) for column in _value_columns(shape)):
            asked = tuple([_asked(shape, row, column) for column in shape.question])
            groups.setdefault(asked, []).append(key)
    for keys in groups.values():
        for one, other in combinations(keys, 2):
            if _both_answer(rows[one], rows[other], sources):
                _note_overlap(shape, rows[one], rows[other], row_id(shape, one))


def untold(
    shape: Shape,
    rows: Rows,
    own: Iterable[tuple[str, ...]],
    sources: Mapping[str, Source],
    replaced: frozenset[tuple[str, ...]],
) -> None:
    """Note a fault for a user's record that tells less, or more, than another of its kind.

    A question that does not name the basis has one answer while all figures of a set have the same
    one. A further figure without a basis would answer it too, and take the answer away; so would
    one with a basis beside figures that have none. The same holds of set, area and year.
    """
    if shape.kind != "record":
        return
    of_thing: dict[tuple[str, str], list[Row]] = {}
    for key, row in rows.items():
        if key not in replaced and row.text("value"):
            of_thing.setdefault((row.text("subject"), row.text("parameter")), []).append(row)
    for row in (rows[key] for key in own):
        beside = of_thing.get((row.text("subject"), row.text("parameter")), [])
        for other in beside if row.text("value") else ():
            column = _told_by_one(row, other)
            if column and _both_answer(row, other, sources):
                _note_untold(shape, row, other, column)
                break


def _told_by_one(row: Row, other: Row) -> str:
    """The first column that one of two rows tells, where all that both tell is the same.

    Empty if there is none: then the two answer different questions, or the same one.
    """
    columns = ("set", "area", "basis", "data_year")
    pairs = [(name, row.text(name), other.text(name)) for name in columns]
    if any(mine and theirs and mine != theirs for _, mine, theirs in pairs):
        return ""
    return next((name for name, mine, theirs in pairs if bool(mine) != bool(theirs)), "")


def _note_untold(shape: Shape, row: Row, other: Row, column: str) -> None:
    name, told = row_id(shape, (other.text(shape.key[0]),)), other.text(column)
    if told:
        rule = f"{name} has the {column} {told}; without one, both rows answer one question"
        remedy = f"write the {column} that the figure has: {told}, or another"
    else:
        rule = f"{name} has no {column}; a question without one has both rows for an answer"
        remedy = (
            f"leave the {column} empty and name that row in a column replaces, or give the figure "
            "a set of its own"
        )
    row.fault(column, rule, remedy)


def _gate_figure(record: Record, row: Row, *, shipped: bool) -> None:
    wanted = misfit(record)
    if wanted:
        column = "unit" if "unit" in row.cells else "source"
        basis = f" with basis {record.basis}" if record.basis else ""
        rule = f"{record.table} {record.parameter}{basis} is {wanted}"
        row.fault(column, rule, "correct the unit or the basis; never convert one into the other")
    _gate_days(row, record.validity, "valid_to")
    numbers = (record.value, record.value_low, record.value_high)
    if record.table not in SIGNED and any(number is not None and number < 0 for number in numbers):
        rule = f"{record.parameter} is zero or more; only limits of {_OF_LIMITS} may be negative"
        row.fault(
            _column_of(record, row), rule, "remove the sign, or tell in the note what is meant"
        )
    if record.value_low is not None and record.value_high is not None:
        inside = record.value is None or record.value_low <= record.value <= record.value_high
        if record.value_low > record.value_high or not inside:
            rule = f"low <= value <= high, here {record.value_low} and {record.value_high}"
            row.fault("value", rule, "compare the three numbers with the source")
    if shipped and not may_be_bundled(record.source.licence):
        rule = f"the licence {record.source.licence} forbids to bundle the figures"
        row.fault("source", rule, "leave the row out; a user loads it under that licence")


def _column_of(record: Record, row: Row) -> str:
    """The column that the negative number of a figure stands in."""
    named = next((v.column for v in TABLES[record.table].values if v.parameter == record.parameter),
                 "value")  # fmt: skip
    columns = (named, "value", "value_low", "value_high", "saving_low")
    return next((name for name in columns if row.text(name).startswith("-")), "value")


def _asked(shape: Shape, row: Row, column: str) -> str:
    """A cell as a question names it: of a number its value, for 200 and 200.0 are the same."""
    text = row.cells[column]
    try:
        return str(parse_decimal(text)) if column in shape.numbers else text
    except ValueError:  # noted as a fault of its own
        return text


def _gate_days(row: Row, validity: Validity, column: str) -> None:
    try:
        start, end = validity.certain_from, validity.certain_to
    except ValueError:  # noted as a fault of its own
        return
    if start is not None and end is not None and start > end and row.text(column):
        rule = f"an end after the beginning, {validity.from_text}"
        row.fault(column, rule, "correct the one or the other day")


def _value_columns(shape: Shape) -> list[str]:
    if shape.kind == "record":
        return ["value"]
    return [value.column for value in shape.values if value.column]


def _validity(row: Row, sources: Mapping[str, Source]) -> Validity | None:
    """When a row answers; None where it never does: of an unknown source, or a draft."""
    source = sources.get(row.text("source"))
    if source is None or source.status == "draft":
        return None
    own = source.validity
    start, end = row.text("valid_from") or own.from_text, row.text("valid_to") or own.to_text
    try:
        validity = Validity(start, end, own.dated)
        validity.words()
        _ = validity.certain_from, validity.certain_to
    except ValueError:  # noted as a fault of its own
        return None
    return validity


def _both_answer(one: Row, other: Row, sources: Mapping[str, Source]) -> bool:
    """Whether there is a day on which both rows are certainly in force."""
    first, second = _validity(one, sources), _validity(other, sources)
    return first is not None and second is not None and meet(first, second)


def _note_overlap(shape: Shape, first: Row, second: Row, first_id: str) -> None:
    rule = f"one answer a day; {first_id} ({first.file}, row {first.line}) answers the same"
    remedy = (
        "give valid_to to the older and valid_from to the newer; a row that takes the place of "
        "another names it in a column replaces"
    )
    second.fault(shape.key[0], rule, remedy)


_PLAIN = {
    "carriers": lambda row, _sources: build.carrier_of(row),
    "electricity_selection": lambda row, _sources: build.selection_of(row),
    "norm_corrections": lambda row, _sources: build.correction_of(row),
    "industries": lambda row, _sources: build.industry_of(row),
    "regions": lambda row, _sources: build.region_of(row),
    "processes": lambda row, _sources: build.process_of(row),
    "process_rules": build.process_rule_of,
}
