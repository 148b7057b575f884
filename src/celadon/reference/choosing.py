"""Which electricity factor a programme takes for a reporting year.

Chosen by the programme's announcement for the reporting year, never by the data year in the
factor's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from celadon.errors import Fault, LookupRefused
from celadon.reference.facts import Record, Selection


@dataclass(frozen=True, slots=True)
class Asked:
    """A programme and reporting year, and the kind, level and area of the factor."""

    programme: str
    reporting_year: int
    kind: str
    level: str
    area: str


def parameter_of(kind: str) -> str:
    """The parameter that a kind of factor is: a footprint for a life cycle, else combustion."""
    return "footprint_factor" if kind.startswith("lifecycle") else "co2_factor"


def selected(selections: Sequence[Selection], asked: Asked) -> Selection:
    """The row by which the programme chooses.

    Raises
    ------
    LookupRefused
        If the choice is not known, or rows of the year leave it open.
    """
    rows = [
        row
        for row in selections
        if row.programme == asked.programme
        and row.reporting_year in (str(asked.reporting_year), "")
    ]
    chosen = [
        row
        for row in rows
        if row.kind == asked.kind and row.level == asked.level and row.area in (asked.area, "")
    ]
    if len(chosen) != 1 or not chosen[0].data_year:
        place = ("electricity_selection.csv", asked.programme, str(asked.reporting_year))
        raise _no_selection(place, f"{asked.kind}, {asked.level} {asked.area}", rows, chosen)
    return chosen[0]


def announced(held: Sequence[Record], selection: Selection, asked: Asked) -> Record:
    """The figure that a row of the choice names, of the figures held of its kind.

    Raises
    ------
    LookupRefused
        If the figure is not held, or more than one is.
    """
    wanted = (selection.data_year, asked.level, asked.area)
    records = [
        record
        for record in held
        if (record.data_year, record.basis, record.area) == wanted and record.value is not None
    ]
    if len(records) != 1:
        place = ("electricity_selection.csv", asked.programme, str(asked.reporting_year))
        raise _no_factor(place, selection, asked.area, len(records))
    return records[0]


def _no_selection(
    place: tuple[str, ...], asked: str, rows: list[Selection], chosen: list[Selection]
) -> LookupRefused:
    near = [_selection_line(row) for row in rows]
    notes = [row.note for row in chosen or rows if not row.data_year and row.note]
    if not rows:
        found = "no row for this programme and year"
    elif notes:
        found = notes[0]
    else:
        found = f"rows for the year, none for {asked}"
    fault = Fault(
        place,
        found,
        "one row that names the factor announced for the reporting year",
        "add the row to reference/electricity_selection.csv of the workspace",
    )
    summary = f"No electricity factor is chosen for {place[1]} {place[2]} ({asked})"
    return LookupRefused(summary, [fault], near)


def _selection_line(row: Selection) -> str:
    if not row.kind:
        return f"{row.programme} {row.reporting_year}: not known; {row.note}"
    year = f"data of {row.data_year}" if row.data_year else "no data year"
    return f"{row.programme} {row.reporting_year}: {row.kind}, {row.level} {row.area}, {year}"


def _no_factor(
    place: tuple[str, ...], selection: Selection, area: str, found: int
) -> LookupRefused:
    asked = f"{selection.kind}, {selection.level} {area}, data of {selection.data_year}"
    fault = Fault(
        ("electricity.csv", asked),
        f"{found} records with a value",
        f"exactly one record; {selection.announcement}",
        "add the announced figure to reference/electricity.csv of the workspace",
    )
    return LookupRefused(
        f"The factor chosen for {place[1]} {place[2]} is not loaded", [fault], [selection.note]
    )
