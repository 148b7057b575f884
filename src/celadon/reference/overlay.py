"""A user's tables laid over the shipped ones.

What a shipped id means never changes: a user's row under the same id may supply what is empty or
dated (a locator, a day in force, a letter), not another figure. Another figure is a new row with a
source of its own; where it takes the place of a shipped row it says so in a column ``replaces``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from celadon.errors import Fault
from celadon.reference import gate
from celadon.reference.cells import Row
from celadon.reference.facts import Source
from celadon.reference.loader import SHIPPED, Lazy, Rows, Tables, read_tables, shipped_tables
from celadon.reference.shapes import FIGURE_TABLES, REPLACES, TABLES, WHOLE, Shape, row_id


def merged_tables(extra: Path) -> Tables:
    """The shipped tables with the gated rows of ``extra`` laid over them."""
    shipped, own = shipped_tables(), read_tables(extra)
    touched = {table: rows for table, rows in own.rows.items() if rows}
    merged = {
        table: _merged(TABLES[table], shipped.rows[table], rows, own.faults)
        for table, rows in touched.items()
    }
    replaced = {
        table: _replaced(TABLES[table], shipped.rows[table], rows)
        for table, rows in touched.items()
        if TABLES[table].kind != "plain"
    }

    def read(table: str) -> Rows:
        return merged[table] if table in merged else shipped.rows[table]

    tables = replace(
        shipped,
        rows=Lazy(read),
        faults=[*shipped.faults],
        seals={table: seal for table, seal in shipped.seals.items() if table not in merged},
        own=touched,
        replaced=replaced,
    )
    _gate_own(tables, touched)
    tables.faults.extend(own.faults)
    return tables


def _merged(shape: Shape, shipped: Rows, own: Rows, faults: list[Fault]) -> Rows:
    rows = dict(shipped)
    for key, row in own.items():
        held = shipped.get(key)
        if held is None:
            rows[key] = row
            continue
        _same_meaning(shape, held, row)
        cells = {name: row.cells.get(name) or cell for name, cell in held.cells.items()}
        rows[key] = Row(row.file, row.line, cells, faults)
    return rows


def _same_meaning(shape: Shape, held: Row, row: Row) -> None:
    """Note a fault for every protected cell in which a user's row differs from the shipped one."""
    for column in shape.protected:
        if row.cells[column] and row.cells[column] != held.cells[column]:
            shown = held.cells[column] or "empty"
            remedy = (
                "give the row an id and a source of its own, and name the shipped row in a column "
                f"{REPLACES}"
            )
            if shape.kind == "plain":
                remedy = "leave the cell as it is shipped, or give the row an id of its own"
            row.fault(
                column, f"what a shipped id means does not change; here it is {shown}", remedy
            )
    if row.text(REPLACES):
        rule = "a row that takes the place of another has an id of its own"
        row.fault(REPLACES, rule, "give the row another id, or leave the cell empty")


def _replaced(shape: Shape, shipped: Rows, own: Rows) -> frozenset[tuple[str, ...]]:
    named = {row.cells[REPLACES]: row for row in own.values() if row.text(REPLACES)}
    if not named:
        return frozenset()
    keys = {row_id(shape, key): key for key in shipped}
    found = set()
    for name, row in named.items():
        key = keys.get(name)
        if key is None:
            row.fault(REPLACES, "the id of a shipped row of this table", "correct the id")
        elif _asked(shape, shipped[key]) != _asked(shape, row):
            rule = "a row answers what the row answered whose place it takes"
            remedy = "name a row of the same subject and parameter, of the same area and basis"
            row.fault(REPLACES, rule, remedy)
        else:
            found.add(key)
    return frozenset(found)


def _asked(shape: Shape, row: Row) -> tuple[str, ...]:
    """What a row answers, whatever its set or edition."""
    columns: tuple[str, ...] = (shape.subject, *shape.coordinates)
    if shape.kind == "record":
        columns = ("subject", "parameter", "area", "basis")
    return tuple(row.cells[column] for column in columns)


def _gate_own(tables: Tables, touched: Mapping[str, Rows]) -> None:
    """Gate the rows of a user, and look for two answers wherever their rows or sources reach."""
    sources = gate.sources_of(tables.rows["sources"])
    laid_sources = [tables.rows["sources"][key] for key in touched.get("sources", {})]
    gate.gate_successors(laid_sources, sources)
    for table, rows in touched.items():
        if table != "sources":
            laid = [tables.rows[table][key] for key in rows]
            gate.gate_rows(TABLES[table], laid, sources, shipped=False)
            _gate_successors(TABLES[table], rows.values(), sources)
    _gate_regions(tables.rows["regions"] if "regions" in touched else {}, touched)
    dated = {
        key[0] for key in touched.get("sources", {}) if key in shipped_tables().rows["sources"]
    }
    for table in FIGURE_TABLES:
        if table in touched or _rests_on(table, dated):
            gone = tables.replaced.get(table, frozenset())
            gate.overlaps(TABLES[table], tables.rows[table], sources, gone)
            gate.untold(TABLES[table], tables.rows[table], touched.get(table, {}), sources, gone)


def _gate_successors(shape: Shape, rows: Iterable[Row], sources: Mapping[str, Source]) -> None:
    """Check that a row which takes the place of a shipped one answers at all."""
    for row in rows:
        source = sources.get(row.text("source"))
        draft = source is not None and source.status == "draft"
        empty = not any(row.text(value.column) for value in shape.values or (WHOLE,))
        if row.text(REPLACES) and (draft or empty):
            rule = "a row that takes the place of another answers in its place"
            found = "its source is a draft" if draft else "it has no value"
            row.fault(REPLACES, f"{rule}; {found}", "leave the cell empty until it is known")


def _gate_regions(rows: Rows, touched: Mapping[str, Rows]) -> None:
    """Check that a user's provinces have codes of their own; one that was merged is another's."""
    first: dict[str, str] = {}
    for row in rows.values():
        for code in (row.text("code"), row.text("iso")):
            first.setdefault(code, row.text("code"))
    for row in touched.get("regions", {}).values():
        if first.get(row.text("iso"), row.text("code")) != row.text("code"):
            rule = f"an id of a province that no other row has, here {first[row.text('iso')]}"
            remedy = "write the code that the province has today; celadon reference search finds it"
            row.fault("iso", rule, remedy)


def _rests_on(table: str, sources: set[str]) -> bool:
    """Whether a shipped table may name one of the sources; its file is searched, not read."""
    if not sources:
        return False
    text = (SHIPPED / f"{table}.csv").read_bytes()
    return any(source.encode() in text for source in sources)
