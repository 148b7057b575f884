"""A returned template into rows of the ledger, with a finding for every cell that is not taken.

Sheets are found by their headings and rows by their ids, so that sheets may be renamed, moved or
hidden and rows added. What of the template is not there any more is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from celadon.errors import Fault, InputError
from celadon.languages import Language
from celadon.records.finding import Finding
from celadon.records.readers.equipment_rows import read_equipment
from celadon.records.readers.profile import Profile
from celadon.records.readers.row_files import read_activity, read_samples
from celadon.records.readers.settlement_rows import read_settlements
from celadon.records.readers.sheet import Grid
from celadon.records.site import Site
from celadon.records.tables import (
    ACTIVITY,
    EQUIPMENT,
    EXCHANGE,
    READING,
    SAMPLE,
    SETTLEMENT,
)
from celadon.records.templates.cells import ReturnedBook
from celadon.records.templates.gather import Gathering
from celadon.records.templates.lacks import expected_findings, is_own_sheet
from celadon.records.templates.meters import (
    ExchangeRow,
    ReadingRow,
    implausible_readings,
    read_exchange,
    read_reading,
    single_readings,
)
from celadon.records.templates.plan import Plan
from celadon.records.templates.rows import (
    FilledRow,
    FoundSheet,
    RowFault,
    day_text,
    find_sheet,
    key_of,
    month_text,
    number_text,
)
from celadon.records.templates.within import (
    demand_near,
    demand_possible,
    demand_whole,
    demand_within,
)
from celadon.records.templates.words import SHAPES, VERSION, WORDS, meaning
from celadon.reference import Carrier

_TABLES = (READING, EXCHANGE, ACTIVITY, SAMPLE, SETTLEMENT, EQUIPMENT)
_SCHEMAS = {schema.name: schema for schema in _TABLES}
_READERS = {"sample": read_samples, "settlement": read_settlements, "equipment": read_equipment}
_Metered = TypeVar("_Metered", ReadingRow, ExchangeRow)
_DELIVERIES = ("purchase", "sale")


@dataclass(frozen=True, slots=True)
class SheetCount:
    """How a sheet was filled: rows that said something, and rows that were taken."""

    sheet: str
    kind: str
    filled: int
    taken: int


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """What a returned template says.

    Parameters
    ----------
    tables : rows by kind of ledger batch; every kind is there.
    findings : by the same kinds; what speaks of the whole file is with ``activity``.
    sheets : how each sheet of the template was filled.
    """

    tables: dict[str, pa.Table]
    findings: dict[str, list[Finding]]
    sheets: tuple[SheetCount, ...]

    @property
    def all_findings(self) -> list[Finding]:
        """All findings, in the order of the sheets."""
        return [found for listed in self.findings.values() for found in listed]


def read_template(
    book: ReturnedBook,
    site: Site,
    carriers: Mapping[str, Carrier],
    declaration: str,
    plan: Plan | None,
    language: Language = "zh",
) -> TemplateContent:
    """Read a returned template for a site.

    Parameters
    ----------
    declaration : SHA-256 of the site's declaration today.
    plan : what the template would ask today for the period of its stamp; None without a stamp.
    language : in which headings are named in findings.

    Raises
    ------
    InputError
        If the template is of a newer version or another site, or the file holds no sheet of one.
    """
    _refuse_foreign(book, site)
    state = Gathering(site, language, _asked(plan), plan.period if plan is not None else None)
    found = [(source, find_sheet(book.file, source)) for source in book.sheets]
    sheets = [sheet for _, sheet in found if sheet is not None]
    if not sheets:
        raise _no_template(book)
    for source, sheet in found:
        if sheet is not None:
            state.add(sheet)
        elif not is_own_sheet(source):
            place = f"{book.file} › {source.name}"
            state.tell("activity", "template_not_read", source.name, place)
    content = _content(state, carriers, sheets)
    whole = expected_findings(
        book, site, declaration, plan, sheets, state.seen, state.gone, language
    )
    if not any(state.filled.values()):
        whole.append(Finding(site.id, "template_nothing", book.file, book.file))
    content.findings["activity"] = whole + content.findings["activity"]
    return content


def _asked(plan: Plan | None) -> set[tuple[str, ...]]:
    """The keys of all rows that a template asks for."""
    return {
        key_of(sheet.shape, {k: str(v) for k, v in row.cells.items() if v is not None}, row.item)
        for sheet in (plan.sheets if plan is not None else ())
        for row in sheet.rows
    }


def _no_template(book: ReturnedBook) -> InputError:
    fault = Fault(
        (book.file,), "no sheet with the headings of a template",
        "a template that `celadon template` wrote", "return the file that was sent out",
    )  # fmt: skip
    return InputError(f"{book.file} is no template", [fault])


def _refuse_foreign(book: ReturnedBook, site: Site) -> None:
    stamp = book.stamp
    if stamp is None:
        return
    if stamp.version > VERSION:
        fault = Fault(
            (book.file,), f"template version {stamp.version}, written by celadon {stamp.celadon}",
            f"this celadon reads templates up to version {VERSION}",
            "update celadon, then read the file again; nothing was taken",
        )  # fmt: skip
        raise InputError(f"{book.file} is of a newer celadon", [fault])
    if stamp.site != site.id:
        fault = Fault(
            (book.file,), f"a template of the site {stamp.site!r}", f"a template of {site.id!r}",
            f"read it for {stamp.site!r}, or copy its numbers into a template of {site.id!r}; "
            "nothing was taken",
        )  # fmt: skip
        raise InputError(f"{book.file} is of another site", [fault])


def _content(
    state: Gathering, carriers: Mapping[str, Carrier], sheets: Sequence[FoundSheet]
) -> TemplateContent:
    readings, exchanges = _read_meters(state)
    parts: dict[str, list[pa.Table]] = {
        "reading": [READING.from_rows(reading.plain() for reading in readings)],
        "exchange": [EXCHANGE.from_rows(exchange.plain() for exchange in exchanges)],
    }
    metered = [*(r.row for r in readings), *(e.row for e in exchanges)]
    taken = Counter(row.sheet.source.name for row in metered)
    for kind in ("activity", *_READERS):
        parts[kind] = []
        sound = _sound_rows(state, kind)
        for sheet in (sheet for sheet in sheets if sheet.shape.id == kind):
            rows = [row for row in sound if row.sheet is sheet]
            if rows:
                table, met = _read(state.site, carriers, kind, sheet, rows)
                parts[kind].append(table)
                taken[sheet.source.name] += table.num_rows
                state.findings[kind] += met
    tables = {
        kind: schema.check(pa.concat_tables([schema.from_rows([]), *parts[kind]]))
        for kind, schema in _SCHEMAS.items()
    }
    counts = (
        SheetCount(name, sheet.shape.id, state.filled[name], taken[name])
        for sheet in sheets
        for name in [sheet.source.name]
    )
    findings = {kind: state.findings[kind] for kind in _SCHEMAS}
    return TemplateContent(tables, findings, tuple(counts))


def _read(
    site: Site,
    carriers: Mapping[str, Carrier],
    kind: str,
    sheet: FoundSheet,
    rows: Sequence[FilledRow],
) -> tuple[pa.Table, list[Finding]]:
    """Sound rows by the reader that reads such rows from any file."""
    grid, profile = _grid(sheet, rows), _profile(kind, sheet)
    if kind == "activity":
        return read_activity(grid, profile, site, dict(carriers))
    return _READERS[kind](grid, profile, site)


def _read_meters(state: Gathering) -> tuple[list[ReadingRow], list[ExchangeRow]]:
    readings: list[ReadingRow] = []
    exchanges: list[ExchangeRow] = []
    for row in state.rows["reading"]:
        try:
            reading = read_reading(row, state.site, state.findings["reading"])
            readings.append(_near(state, reading))
        except RowFault as fault:
            state.refuse(row, fault)
    for row in state.rows["exchange"]:
        try:
            exchange = read_exchange(row, state.site, state.findings["exchange"])
            exchanges.append(_near(state, exchange))
        except RowFault as fault:
            state.refuse(row, fault)
    kept, met = single_readings(readings, state.site)
    state.findings["reading"] += met
    state.findings["reading"] += implausible_readings(kept, exchanges, state.site)
    return kept, exchanges


def _near(state: Gathering, found: _Metered) -> _Metered:
    """A reading or exchange, unless its instant is far from the template's period."""
    if state.period is not None:
        demand_near(found, state.period, ZoneInfo(state.site.zone))
    return found


def _sound_rows(state: Gathering, kind: str) -> list[FilledRow]:
    """Rows whose numbers, months and days can be read; no two of them say different things."""
    sound = []
    for row in state.rows[kind]:
        try:
            _normalise(row, state.language)
            if state.period is not None:
                demand_within(row, state.period)
            sound.append(row)
        except RowFault as fault:
            state.refuse(row, fault)
    return _agreeing(state, kind, sound)


def _normalise(row: FilledRow, language: Language) -> None:
    kind = row.sheet.shape.id
    for name in WORDS & row.texts.keys():
        row.texts[name] = meaning(row.text(name))
    if kind == "equipment":
        row.texts["pieces"] = number_text(row, "pieces")
        return
    for name in row.sheet.shape.answers:
        if row.text(name):
            row.texts[name] = number_text(row, name)
    for name in ("month", "certified"):
        if row.text(name):
            row.texts[name] = month_text(row, name)
    for name in ("from", "to"):
        if row.text(name):
            row.texts[name] = day_text(row.text(name))
    if kind == "sample":
        demand_possible(row, language)
    if kind == "settlement":
        demand_whole(row, ("first_serial", "last_serial"))
    row.texts["contract" if kind == "settlement" else "stream"] = row.item


def _agreeing(state: Gathering, kind: str, rows: list[FilledRow]) -> list[FilledRow]:
    """Drop rows of one thing with two values; deliveries add up, but hardly on two sheets."""
    if kind in ("sample", "settlement"):  # several samples make a mean, several sheets a sum
        return rows
    same: dict[tuple[str, ...], list[FilledRow]] = defaultdict(list)
    for row in rows:
        same[key_of(row.sheet.shape, row.texts, row.item)].append(row)
    dropped: set[int] = set()
    for listed in same.values():
        answer = SHAPES[kind].answers[0]
        adds = kind == "activity" and meaning(listed[0].text("kind")) in _DELIVERIES
        for row in listed:
            other = next((each for each in listed if _differs(row, each, adds=adds)), None)
            if other is None:
                continue
            rule = "template_twice" if adds else "template_two_values"
            numbers = {
                "text": row.text(answer),
                "other": other.text(answer),
                "where": other.place(answer).partition(" › ")[2],
            }
            state.tell(kind, rule, row.item or row.text("equipment"), row.place(answer), **numbers)
            if not adds:
                dropped.add(id(row))
    return [row for row in rows if id(row) not in dropped]


def _differs(row: FilledRow, other: FilledRow, *, adds: bool) -> bool:
    if adds:
        return row.sheet is not other.sheet
    if row.sheet.shape.id == "equipment":
        return row.sheet is not other.sheet and row.texts != other.texts
    return (row.text("quantity"), row.text("unit")) != (other.text("quantity"), other.text("unit"))


def _grid(sheet: FoundSheet, rows: Sequence[FilledRow]) -> Grid:
    """Rows as a grid whose headers are fields, its columns where they stand in the sheet."""
    width = max(sheet.columns.values())
    headers = [""] * width
    for name, column in sheet.columns.items():
        headers[column - 1] = name
    if sheet.shape.id != "equipment":
        at = sheet.columns.get("id") or sheet.columns["name"]
        headers[at - 1] = "contract" if sheet.shape.id == "settlement" else "stream"
    columns = tuple(pa.array([row.text(name) for row in rows], pa.string()) for name in headers)
    numbers = pa.array([row.number for row in rows], pa.int64())
    return Grid(sheet.file, sheet.source.name, tuple(headers), columns, numbers)


def _profile(kind: str, sheet: FoundSheet) -> Profile:
    names = ("stream", "contract", *SHAPES[kind].fields)
    plain = {
        "id": "template",
        "kind": kind,
        "file": "xlsx",
        "layout": "rows",
        "columns": {name: (name,) for name in names},
    }
    if kind == "equipment" and "power" in sheet.headings:
        bracket = sheet.headings["power"].replace("（", "(").partition("(")[2]
        unit = bracket.rstrip(" )）")
        plain["units"] = {"power": unit} if unit else {}
    return Profile.model_validate(plain)
