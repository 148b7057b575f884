"""The verbs of ``reference``: search, show, diff, load, confirm, verify."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from celadon.app.standing import audit_of
from celadon.app.workspace import Workspace
from celadon.assess import VERDICT
from celadon.chain import Line
from celadon.errors import DeclarationError, Fault, InputError, LookupRefused
from celadon.records.readers.gzip_files import unpacked
from celadon.records.readers.seeming import binary_kind
from celadon.records.readers.workbook_files import book_sheets
from celadon.reference import Registry, load_registry
from celadon.reference import confirmed as confirming
from celadon.reference import load as loading
from celadon.reference.audit import CONFIRMED, LOADED, WITHDRAWN, verify
from celadon.reference.confirmed import Confirmation
from celadon.reference.difference import Change, between_registries, between_sets
from celadon.reference.entries import Entry, find_entry
from celadon.reference.load import Load
from celadon.reference.search import Index
from celadon.reference.user_table import UserSheet

SHIPPED, OWN = "shipped", "workspace"
"""The two registries that a comparison may name in place of sets."""

_BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
"""Names by which a file says that it is a workbook, whatever is in it."""


@dataclass(frozen=True, slots=True)
class Use:
    """A cached run that used a row: as a parameter of its account, or as a limit of a verdict.

    ``is_present`` tells whether it was computed with the tables as they are now.
    """

    site: str
    period: str
    account: str
    role: str
    is_present: bool

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on one row."""

    row: Entry
    confirmations: tuple[Confirmation, ...]
    used: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What an audit file holds, and how each table of the workspace stands against it."""

    lines: int
    head: str
    counts: dict[str, int]
    tables: dict[str, str]


def registry_of(workspace: Workspace | None) -> Registry:
    """The tables of a workspace, or the shipped ones where there is none."""
    return load_registry() if workspace is None else workspace.registry()


def search_reference(
    workspace: Workspace | None, words: str, table: str = "", limit: int = 20
) -> tuple[list[Entry], int]:
    """The rows that hold all words, the best first, and how many there are."""
    return Index(registry_of(workspace)).search(words, table, limit)


def show_reference(workspace: Workspace | None, row_id: str) -> Shown:
    """A row with its confirmations and the runs that used it.

    Raises
    ------
    LookupRefused
        If no table holds the row.
    ChainBroken
        If the audit file was changed outside celadon.
    """
    registry = registry_of(workspace)
    row = find_entry(registry, row_id)
    if workspace is None:
        return Shown(row, (), ())
    known = list_confirmations(workspace)
    of_row = tuple(one for one in known if one.row == row.id)
    return Shown(row, of_row, tuple(_uses(workspace, registry, row)))


def diff_reference(
    workspace: Workspace | None, first: str, second: str, table: str = ""
) -> list[Change]:
    """What differs between two sets, or between the shipped tables and the workspace's.

    Raises
    ------
    LookupRefused
        If no table holds both sets, both are the same, or there is no workspace to compare.
    """
    if first == second:
        raise _not_compared(first, second, f"{first} on both sides", "name two that may differ")
    if workspace is None and OWN in (first, second):
        remedy = "go into a workspace, or name it: --workspace DIR"
        raise _not_compared(first, second, "no workspace here", remedy)
    sides = {SHIPPED: load_registry(), OWN: registry_of(workspace)}
    if first in sides and second in sides:
        found = between_registries(sides[first], sides[second])
        return [change for change in found if table in ("", change.table)]
    return between_sets(sides[OWN], first, second, table)


def _not_compared(first: str, second: str, found: str, remedy: str) -> LookupRefused:
    rule = "two sets or editions of one table, or shipped against workspace"
    fault = Fault((f"{first} against {second}",), found, rule, remedy)
    return LookupRefused(f"Cannot compare {first} with {second}", [fault])


def load_reference(
    workspace: Workspace, file: Path, table: str = "", by: str = "", *, check: bool = False
) -> Load:
    """Take a user's table into a workspace; the same file again does nothing.

    Parameters
    ----------
    check : only tell what it would do.

    Raises
    ------
    DeclarationError
        With every fault of the file; nothing is loaded.
    """
    audit, sheets = audit_of(workspace), sheets_of(file)
    if check:
        return loading.plan_load(audit.folder, sheets, table, by)
    return loading.take(audit, file, sheets, table, by)


def confirm_reference(
    workspace: Workspace,
    row_id: str,
    by: str,
    page: str,
    value: str = "",
    document: Path | None = None,
) -> tuple[Confirmation, bool]:
    """Record that a person compared a row with print; whether that is new.

    Raises
    ------
    LookupRefused
        If there is no such row, or the number read in print is another.
    ChainBroken
        If a table that was loaded has been changed outside celadon since.
    """
    if document is not None:
        document.stat()  # a file that is not there is told as such, before anything is locked
    audit = audit_of(workspace)
    loading.refuse_changed(audit)
    return confirming.confirm(audit, workspace.registry(), row_id, by, page, value, document)


def withdraw_reference(workspace: Workspace, row_id: str, by: str, because: str = "") -> Line:
    """Take back the confirmations of a row by a new line.

    Raises
    ------
    LookupRefused
        If the row is not confirmed.
    """
    return confirming.withdraw(audit_of(workspace), workspace.registry(), row_id, by, because)


def list_confirmations(workspace: Workspace) -> list[Confirmation]:
    """Every confirmation, with how it stands now.

    Raises
    ------
    ChainBroken
        If the audit file was changed outside celadon.
    """
    return confirming.confirmations(workspace.registry(), audit_of(workspace).lines())


def verify_reference(workspace: Workspace) -> Verified:
    """Check the audit file and all that it keeps, and how the workspace's tables stand.

    Raises
    ------
    ChainBroken
        If a line, a kept file, or a table that was loaded is no longer what it was.
    """
    audit = audit_of(workspace)
    verify(audit)
    loading.refuse_changed(audit, ("edited", "gone"))
    states = loading.table_states(audit)
    lines = audit.lines()
    kinds = (LOADED, CONFIRMED, WITHDRAWN)
    counts = {kind: sum(line["kind"] == kind for line in lines) for kind in kinds}
    return Verified(len(lines), str(lines[-1]["hash"]) if lines else "", counts, states)


def sheets_of(path: Path) -> list[UserSheet]:
    """The sheets of a CSV file (UTF-8 or GB 18030) or an XLSX workbook, those with rows.

    Raises
    ------
    InputError
        If the file is damaged or of another kind.
    DeclarationError
        If it holds no rows, or rows of another number of cells than its headings.
    """
    data = unpacked(path)
    if binary_kind(data[:8]) is not None or path.suffix.lower() in _BOOKS:
        sheets = _book_sheets(path)
    else:
        sheets = [_csv_sheet(path, data)]
    found = [replace(sheet, name="") if len(sheets) == 1 and not sheet.name else sheet
             for sheet in sheets if sheet.rows]  # fmt: skip
    if not found:
        rule, remedy = "headings, and rows under them", "fill in the table"
        fault = Fault((path.name,), "no rows", rule, remedy)
        raise DeclarationError(f"{path.name} holds no rows", [fault])
    return found


def _book_sheets(path: Path) -> list[UserSheet]:
    try:
        grids = book_sheets(path, "reference load", (), 1, ".")
    except InputError as error:
        rule = "a workbook (XLSX), or a CSV file in UTF-8 or GB 18030"
        remedy = "open it in a spreadsheet program and save it as .xlsx or .csv"
        faults = [Fault(fault.where, fault.found, rule, remedy) for fault in error.faults]
        raise InputError(f"{path.name} cannot be read", faults) from error
    return [
        UserSheet(path.name, grid.sheet, grid.headers, tuple(_grid_rows(grid))) for grid in grids
    ]


def _grid_rows(grid: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    columns = [column.to_pylist() for column in grid.columns]
    for number, cells in zip(grid.rows.to_pylist(), zip(*columns, strict=True), strict=True):
        yield number, tuple(cells)


def _csv_sheet(path: Path, data: bytes) -> UserSheet:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _gb18030(path, data)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    headers = tuple(cell.strip() for cell in next(reader, []))
    rows, faults = [], []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(headers):
            found = f"{len(cells)} cells under {len(headers)} headings"
            remedy = "quote cells that hold commas; write every cell"
            place = (path.name, f"row {reader.line_num}")
            faults.append(Fault(place, found, "one cell for each heading", remedy))
        rows.append((reader.line_num, tuple(cells)))
    if faults:
        raise DeclarationError(f"{path.name} is not loaded: {len(faults)} fault(s)", faults)
    return UserSheet(path.name, "", headers, tuple(rows))


def _gb18030(path: Path, data: bytes) -> str:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        rule, remedy = "a CSV file in UTF-8 or GB 18030", "save the file as UTF-8"
        fault = Fault((path.name,), "bytes that are neither", rule, remedy)
        raise DeclarationError(f"{path.name} cannot be read", [fault]) from None


def _uses(workspace: Workspace, registry: Registry, row: Entry) -> Iterator[Use]:
    """The cached runs that used a row."""
    for path in sorted((workspace.folder / "cache").glob("*/*/header.json")):
        try:
            header = json.loads(path.read_bytes())
        except ValueError:  # a cache may be damaged; it is made again by the next run
            continue
        if not isinstance(header, dict) or "factors" not in header:
            continue
        present = header["read"]["reference"] == registry.digest
        told = (header["site"], header["period"], header["hash"])
        if row.id in header["factors"]:
            yield Use(*told, "parameter", present)
        verdicts = path.with_name(f"{VERDICT.name}.parquet")
        if row.record is not None and verdicts.is_file() and _judges(registry, row, verdicts):
            yield Use(*told, "limit", present)


def _judges(registry: Registry, row: Entry, verdicts: Path) -> bool:
    """Whether a verdict compares with the standard of a row, by a rule that names its subject."""
    record = row.record
    if record is None:
        return False
    names = {record.source.number or record.source.id, record.set}
    ruled = any(
        (rule.table, rule.set, rule.subject) == (record.table, record.set, record.subject)
        for rule in registry.process_rules
    )
    if not ruled and record.table != "water_norms":
        return False
    return any(one["standard"] in names for one in VERDICT.read(verdicts).to_pylist())
