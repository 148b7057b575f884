"""A user's sheet made into rows of a reference table: headings, words and defaults understood.

Nothing is checked here but the sheet itself; the rows pass the gate of all tables afterwards.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from celadon.errors import Fault
from celadon.reference.entries import WORDS, row_id
from celadon.reference.facts import Source
from celadon.reference.naming import Naming
from celadon.reference.search import folded
from celadon.reference.shapes import RECORD_TABLES, REPLACES, TABLES, Shape

DEFAULT_LETTER = "C"
"""The letter of a row that states none: one transcription."""

ERROR_WORDS = frozenset(
    {
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
        "#GETTING_DATA", "#BUSY!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!",
        "#not computed",
    }
)  # fmt: skip
"""What stands in a cell whose formula came to nothing, as spreadsheets and their readers say it."""

_NUMBERS = ("value", "value_low", "value_high")
_ALSO = {
    "record": ("记录编号", "行编号"),
    "subject": ("对象编号", "品种", "subject id"),
    "subject_zh": ("名称", "中文名", "品种名称"),
    "set": ("因子集", "标准", "集"),
    "area": ("区域", "省份"),
    "value": ("值", "取值"),
    "unit": ("计量单位",),
    "valid_from": ("有效期起", "生效日"),
    "valid_to": ("有效期止", "失效日"),
    "source": ("来源编号", "依据", "standard number"),
    "locator": ("页码", "条款", "出处", "表号", "page", "clause"),
    "confidence": ("置信度", "等级", "confidence letter"),
    "note": ("说明", "remark"),
}
"""Further headings that people write above a column."""


@dataclass(frozen=True, slots=True)
class UserSheet:
    """A sheet as it was read: headings, and rows of texts with their numbers in the file."""

    file: str
    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def where(self) -> tuple[str, ...]:
        """File and sheet, as the beginning of a place."""
        return (self.file, self.name) if self.name else (self.file,)


@dataclass(slots=True)
class UserTable:
    """The rows of one table that a user's sheet gives, each with its row number; and the faults.

    ``told`` are the cells that faults speak of, as the gate would name them.
    """

    table: str
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    told: set[tuple[str, ...]] = field(default_factory=set)


def table_of(sheet: UserSheet, stem: str, asked: str) -> str:
    """The table that a sheet holds: as asked, else by its name, its file's name or its ids."""
    if asked:
        return asked if asked in TABLES else ""
    for text in (sheet.name, stem):
        for name in TABLES:
            known = {folded(name)}
            if f"table.{name}" in WORDS:
                known |= {folded(WORDS.text(f"table.{name}", lang)) for lang in ("zh", "en")}
            if folded(text) in known:
                return name
    columns = [n for n, header in enumerate(sheet.headers) if column_of(header, ("record",))]
    ids = {cells[columns[0]].partition("/")[0] for _, cells in sheet.rows if columns}
    (name,) = ids if len(ids) == 1 else ("",)
    return name if name in RECORD_TABLES else ""


def column_of(header: str, columns: Iterable[str]) -> str:
    """The column that a heading means; empty if it means none of them.

    Examples
    --------
    >>> column_of("页码或条款", ("value", "locator")), column_of("Value", ("value", "locator"))
    ('locator', 'value')
    """
    wanted = folded(header)
    for column in columns:
        known = {column, *_ALSO.get(column, ())}
        if f"column.{column}" in WORDS:
            known |= {WORDS.text(f"column.{column}", lang) for lang in ("zh", "en")}
        if wanted in {folded(name) for name in known}:
            return column
    return ""


def read_user_table(
    sheet: UserSheet, table: str, sources: Iterable[Source], naming: Naming | None = None
) -> UserTable:
    """The rows of a sheet as rows of a table.

    Parameters
    ----------
    sources : the sources that are known, which a row may name by id, number or title.
    naming : what the subjects of the table are called, for a table of records.
    """
    shape, found = TABLES[table], UserTable(table)
    columns = (*shape.columns, REPLACES)
    placed = _placed(sheet, columns, found.faults)
    _demand_columns(sheet, shape, set(placed.values()), found.faults)
    if found.faults:
        return found
    cited = _cited(sources)
    for number, cells in sheet.rows:
        row = dict.fromkeys(shape.columns, "")
        for place, column in placed.items():
            row[column] = _clean(column, cells[place])
            if row[column] in ERROR_WORDS:
                found.faults.append(_failed(sheet, number, place, row[column]))
                found.told.add((*sheet.where, f"row {number}", column))
        if naming is not None:
            met = list(_understand(row, naming, (*sheet.where, f"row {number}")))
            found.faults += met
            found.told |= {fault.where for fault in met}
        _complete(shape, row, cited)
        found.rows.append((number, row))
    return found


def _failed(sheet: UserSheet, number: int, place: int, word: str) -> Fault:
    """A cell in which a spreadsheet says that its formula came to nothing."""
    rule = "a cell holds what it shows; a formula that failed has no result to take"
    remedy = f"correct the formula in {cell_name(place, number)}, or write its result as a value"
    where = (*sheet.where, cell_name(place, number), sheet.headers[place])
    return Fault(where, f"the error word {word}", rule, remedy)


def cell_name(place: int, row: int) -> str:
    """A cell as a spreadsheet calls it, by its place in the row from 0 and the number of the row.

    Examples
    --------
    >>> cell_name(3, 17), cell_name(26, 2)
    ('D17', 'AA2')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def _understand(row: dict[str, str], naming: Naming, where: tuple[str, ...]) -> Iterator[Fault]:
    """Put ids in place of names; a Chinese name that nothing has, or several have, is a fault."""
    for column in ("parameter", "subject", "area", "basis"):
        text = row[column]
        if not text:
            continue
        ids = naming.understood(column, text, row["set"])
        if naming.is_strange(column, text):
            found, rule = _strange(column, text, naming)
            yield Fault((*where, column), found, rule, _OF_NAMES)
        elif len(ids) > 1:
            found, rule = f"{text!r} is the name of several", f"the id of one: {', '.join(ids)}"
            yield Fault((*where, column), found, rule, "write the id in place of the name")
        else:
            if column == "subject" and not text.isascii() and not row["subject_zh"]:
                row["subject_zh"] = text
            row[column] = ids[0]


def _strange(column: str, text: str, naming: Naming) -> tuple[str, str]:
    near = naming.near(column, text)
    found = f"{text!r} is no {column} of the table"
    rule = f"an id, or a name that the tables show; near: {near or '-'}"
    return found, rule


_OF_NAMES = (
    "take one of these; what is new has an id in plain letters, and its Chinese name in subject_zh"
)


def _placed(sheet: UserSheet, columns: tuple[str, ...], faults: list[Fault]) -> dict[int, str]:
    placed: dict[int, str] = {}
    for place, header in enumerate(sheet.headers):
        column = column_of(header, columns)
        where = (*sheet.where, f"column {place + 1}", header)
        if not column:
            empty = not any(cells[place].strip() for _, cells in sheet.rows)
            if header.strip() or not empty:
                rule = "a column of the table, in English or Chinese: " + ", ".join(columns)
                remedy = "correct the heading, or remove the column"
                faults.append(Fault(where, "a heading that names no column", rule, remedy))
        elif column in placed.values():
            rule, remedy = "one column each", "remove one of the two"
            faults.append(Fault(where, f"the column {column} twice", rule, remedy))
        else:
            placed[place] = column
    return placed


def _demand_columns(sheet: UserSheet, shape: Shape, given: set[str], faults: list[Fault]) -> None:
    needed = [*shape.key]
    if shape.kind == "record":
        needed = ["subject", "parameter", "unit", "source"]
        if not given.intersection(_NUMBERS):
            needed.append("value")
    elif "source" in shape.columns:
        needed.append("source")
    for column in dict.fromkeys(needed):
        if column not in given:
            name = WORDS.text(f"column.{column}", "zh") if f"column.{column}" in WORDS else column
            rule = f"{shape.name} needs the columns " + ", ".join(dict.fromkeys(needed))
            remedy = f"add a column headed {column}"
            remedy = remedy if name == column else f"add a column headed {column} or {name}"
            faults.append(Fault((*sheet.where, "row 1", column), "no such column", rule, remedy))


def _clean(column: str, text: str) -> str:
    """A cell in one line; a number with the digits of a plain keyboard."""
    text = " ".join(text.split())
    return unicodedata.normalize("NFKC", text) if column in _NUMBERS else text


def _complete(shape: Shape, row: dict[str, str], cited: Mapping[str, str]) -> None:
    """Understand a cited source; give an id and a letter where none is."""
    if "source" in row:
        row["source"] = cited.get(folded(row["source"]), row["source"])
    if shape.kind != "plain" and not row["confidence"]:
        row["confidence"] = DEFAULT_LETTER
    if shape.kind == "record" and not row["record"]:
        told = ("set", "subject", "area", "basis", "data_year", "parameter")
        row["record"] = "/".join(
            [
                shape.name,
                *(row[name].replace("/", "-").replace(" ", "-") for name in told if row[name]),
            ]
        )


def _cited(sources: Iterable[Source]) -> dict[str, str]:
    """Sources by number and title, where only one is called so."""
    found: dict[str, set[str]] = {}
    for source in sources:
        for text in (source.number, source.title_zh, source.title_en):
            if text:
                found.setdefault(folded(text), set()).add(source.id)
    return {text: next(iter(ids)) for text, ids in found.items() if len(ids) == 1}


def named_rows(table: UserTable) -> dict[str, dict[str, str]]:
    """Rows by id; of one that stands twice the later, the gate having told of both."""
    return {row_id(table.table, row): row for _, row in table.rows}


def columns_of(table: str, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The columns of a user's file: the table's, and ``replaces`` where a row says so."""
    return [*TABLES[table].columns, *([REPLACES] if any(r.get(REPLACES) for r in rows) else [])]
