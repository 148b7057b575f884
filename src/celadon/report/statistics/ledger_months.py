"""Form 2 of a supervision: the energy ledger, each carrier month by month, and the year below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import pyarrow.compute as pc

from celadon.records.period import Period
from celadon.records.site import Stream
from celadon.report.figures import unit_text
from celadon.report.statistics.amounts import ZERO, Amount, together
from celadon.report.statistics.balance import (
    NO_STREAM,
    carrier_amounts,
    coefficient_cell,
    column,
    energy_cells,
    energy_streams,
    total_row,
)
from celadon.report.statistics.cells import amount_cell, form_unit, unit_cell
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.printing import printed

_COLUMNS = (
    "month", "carrier", "unit", "opening", "purchased", "made", "sold", "closing", "change",
    "consumed", "heating_value", "heating_unit", "coefficient", "calorific", "equivalent",
    "documents",
)  # fmt: skip
_HEATING = "net_calorific_value"
_HEATING_DECIMALS = 3
_ROW = " › row "


def ledger_table(content: FormContent) -> Table:
    """Each carrier month by month; one row of coal equivalents closes the year."""
    rows: list[Row] = []
    for month in content.period.months():
        part = of_month(content, month)
        by_carrier = energy_streams(part)
        energies = energy_cells(part, by_carrier)
        for number, (carrier, streams) in enumerate(by_carrier.items()):
            both = {name: energies[name][number] for name in ("calorific", "equivalent")}
            rows.append(_row(part, month, carrier, streams, both))
    totals = energy_cells(content, energy_streams(content))
    both = {name: totals[name][-1] for name in ("calorific", "equivalent")}
    rows.append(total_row(content, _COLUMNS, both))
    units = {"calorific": "tce", "equivalent": "tce"}
    columns = tuple(
        column(name, units.get(name, ""), wide=name == "documents") for name in _COLUMNS
    )
    told = ("annual.bases", "self_check.adds", "self_check.heating", "self_check.documents")
    notes = tuple(content.tell(key) for key in told)
    return Table("2", WORDS["table.check_ledger"], columns, tuple(rows), notes)


def of_month(content: FormContent, month: Period) -> FormContent:
    """The same content, of one month."""
    inside = pc.equal(content.leaves["month"], month.from_day)
    return replace(content, period=month, leaves=content.leaves.filter(inside))


def _row(
    part: FormContent,
    month: Period,
    carrier: str,
    streams: Sequence[Stream],
    energies: dict[str, Cell],
) -> Row:
    known = carrier_amounts(part, list(streams))
    terms = (known["purchased"], known["made"], known["change"], -known["sold"])
    cells = {
        name: amount_cell(part, known[name], carrier)
        if known.get(name, ZERO) is not ZERO
        else NO_STREAM
        for name in ("opening", "purchased", "made", "sold", "closing", "change")
    }
    value, unit = _heating(part, month, streams)
    cells |= {
        "month": Cell(f"{month.from_day:%Y-%m}"),
        "carrier": Cell(part.names.carrier(carrier)),
        "unit": unit_cell(part, form_unit(part, carrier)),
        "consumed": amount_cell(part, together(terms), carrier),
        "heating_value": value,
        "heating_unit": unit,
        "coefficient": coefficient_cell(part, carrier, energies["calorific"]),
        "documents": Cell(_documents(part, known.values())),
    }
    cells |= energies
    return Row(tuple(cells[name] for name in _COLUMNS))


def _heating(content: FormContent, month: Period, streams: Sequence[Stream]) -> tuple[Cell, Cell]:
    """The heating value that the energy account took, and its unit; several where streams differ.

    A carrier that is counted in energy, or by a coefficient of the tables alone, has none.
    """
    names = {stream.id for stream in streams}
    found: dict[tuple[Fraction, str, bool], str] = {}
    for one in content.parameters.to_pylist():
        if (
            one["stream"] in names
            and (one["account"], one["name"]) == ("energy", _HEATING)
            and one["from_day"] < month.to_day
            and one["to_day"] > month.from_day
        ):
            value = Fraction(one["count"], 10 ** one["decimals"])
            marked = one["confidence"] not in (None, "A")
            found.setdefault((value, one["unit"], marked), one["rung"])
    if not found:
        return NO_STREAM, Cell()
    note = "; ".join(dict.fromkeys(content.names.word("rungs", rung) for rung in found.values()))
    units = "; ".join(dict.fromkeys(unit_text(unit, content.language) for _, unit, _ in found))
    marked = any(each for _, _, each in found)
    if len(found) == 1:
        ((value, _, _),) = found
        return _figure(value, note, marked=marked), Cell(units)
    shown = "; ".join(_figure(value, "", marked=False).shown for value, _, _ in found)
    return Cell(shown, note=note, marked=marked), Cell(units)


def _figure(value: Fraction, note: str, *, marked: bool) -> Cell:
    return Cell(
        value=printed(value, _HEATING_DECIMALS), exact=value, decimals=_HEATING_DECIMALS,
        note=note, marked=marked,
    )  # fmt: skip


def _documents(content: FormContent, amounts: Iterable[Amount]) -> str:
    """The rows and meters that amounts rest on, in the order in which the account takes them."""
    named: dict[str, None] = {}
    for each in amounts:
        named |= dict.fromkeys((*each.basis.rows, *each.basis.meters))
        for leaf in each.basis.leaves:
            given = content.inputs.get(leaf, ())
            named |= {one["ref"]: None for one in given if one["kind"] != "parameter"}
    return "; ".join(_gathered(named))


def _gathered(places: Iterable[str]) -> Iterator[str]:
    """Rows of one sheet of one file as one place: ``file › sheet › row 6, 8, 12``."""
    rows: dict[str, list[str]] = {}
    for place in places:
        sheet, parted, number = place.rpartition(_ROW)
        rows.setdefault(sheet if parted else place, []).extend([number] if parted else [])
    for sheet, numbers in rows.items():
        yield f"{sheet}{_ROW}{', '.join(numbers)}" if numbers else sheet
