"""The workbook as a whole: its sheets in their order, in the report's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import xlsxwriter

from celadon.accounts.carbon_lines import BIOGENIC, GAS, PROCESS_CARBON
from celadon.accounts.market import MARKET
from celadon.report.blocks import FirstPage
from celadon.report.charts.palette import CARRIERS, MUTED, carrier_colour
from celadon.report.draft import Draft
from celadon.report.lines import Line, Lines
from celadon.report.sections.carbon import SCOPES
from celadon.report.workbook.calculation import Calculation, calculation_sheet
from celadon.report.workbook.lists import (
    fill_cover,
    finding_sheet,
    parameter_places,
    parameter_sheet,
    source_sheet,
    verdict_sheet,
)
from celadon.report.workbook.sheet import Book, Formula
from celadon.report.workbook.summaries import Column, Sums, summary_sheet
from celadon.units import GASES

_SCOPE_COLOURS = {
    "direct_combustion": CARRIERS["cleaned_coal"],
    "process": CARRIERS["limestone"],
    "purchased_electricity": CARRIERS["electricity"],
    "purchased_heat": CARRIERS["heat"],
    "exported_electricity": CARRIERS["green_electricity"],
    "exported_heat": CARRIERS["steam_low_pressure"],
    "carbon_stored": CARRIERS["coal_tar"],
}


def write_workbook(draft: Draft, first: FirstPage, path: Path) -> Path:
    """Write the workbook of a draft.

    The same content gives the same bytes: the file's date is that of the newest file it rests on.
    """
    with xlsxwriter.Workbook(str(path)) as file:
        dates = [source.recorded_at.replace(tzinfo=None) for source in draft.content.files]
        created = max(dates, default=dt.datetime.combine(draft.content.period_to, dt.time()))
        file.set_properties({"title": f"{first.site} {first.title}", "created": created})
        book = Book(file, draft)
        cover = book.sheet(draft.say("workbook.cover"), first.site)
        places = parameter_places(book)
        totals = {**_carbon_sheets(book, places), **_energy_sheets(book, places)}
        verdict_sheet(book)
        finding_sheet(book)
        parameter_sheet(book)
        source_sheet(book)
        fill_cover(book, cover, first, totals)
    return path


def _carbon_sheets(book: Book, places: Mapping[str, str]) -> dict[str, Formula]:
    draft = book.draft
    lines = draft.lines.where(account="carbon")
    if not lines:
        return {}

    def kind(line: Line) -> str:
        return draft.names.word("scopes", line.scope)

    kinds = {line.leaf: kind(line) for line in lines}
    name = draft.say("workbook.calculation")
    calculation = calculation_sheet(book, name, lines, "tCO2", places, kinds)
    present = {line.scope for line in lines}
    ordered = [*(s for s in SCOPES if s in present), *sorted(present - set(SCOPES))]
    columns = [
        Column(draft.names.word("scopes", scope), _SCOPE_COLOURS.get(scope, MUTED))
        for scope in ordered
    ]
    sums = Sums(calculation, kind, calculation.kinds)
    summary_sheet(book, draft.say("workbook.carbon"), sums, columns, "tCO2")
    _side_sheets(book, places)
    return {} if lines.is_unknown else {"carbon": _total(calculation, lines.total())}


def _side_sheets(book: Book, places: Mapping[str, str]) -> None:
    """What stands beside the total, line by line; no sheet of what the site has none of.

    The market view, biogenic carbon dioxide, each other gas by its mass, and the carbon of each
    process: what it took in with plus, what it gave on with minus.
    """
    draft = book.draft
    for name, lines, unit in _beside(draft):
        if lines:
            kinds = {line.leaf: _side_kind(draft, line) for line in lines}
            calculation_sheet(book, name, lines, unit, places, kinds)


def _beside(draft: Draft) -> Iterator[tuple[str, Lines, str]]:
    """Name, lines and unit of each sheet beside the total."""
    yield draft.say("workbook.market"), draft.lines.where(account=MARKET), "tCO2"
    yield draft.say("workbook.biogenic"), draft.lines.where(account=BIOGENIC), "tCO2"
    of_gas = draft.lines.where(account=GAS)
    for gas in GASES:
        name = draft.say("workbook.gas", gas=gas)
        yield name, of_gas.where(measure=gas.lower()), f"t{gas}"
    home = draft.content.site.id  # the site's own rows are the sum of the others
    every = draft.lines.where(account=PROCESS_CARBON)
    processes = (line for line in every if line.unit != home)
    yield draft.say("workbook.processes"), Lines(processes), "tCO2"


def _side_kind(draft: Draft, line: Line) -> str:
    if line.account == PROCESS_CARBON:
        return draft.names.node(line.unit)
    return draft.names.word("scopes", line.scope)


def _energy_sheets(book: Book, places: Mapping[str, str]) -> dict[str, Formula]:
    draft = book.draft
    lines = draft.lines.where(account="energy", measure="calorific_value")
    if not lines:
        return {}

    def carrier(line: Line) -> str:
        return draft.names.carrier(line.carrier)

    kinds = {line.leaf: draft.names.word("scopes", line.scope) for line in lines}
    name = draft.say("workbook.energy_calculation")
    calculation = calculation_sheet(book, name, lines, "tce", places, kinds)
    carriers = sorted(
        {line.carrier for line in lines}, key=lambda c: -lines.where(carrier=c).magnitude
    )
    columns = [Column(draft.names.carrier(c), carrier_colour(c)) for c in carriers]
    sums = Sums(calculation, carrier, calculation.carriers)
    summary_sheet(book, draft.say("workbook.energy"), sums, columns, "tce")
    return {} if lines.is_unknown else {"energy": _total(calculation, lines.total())}


def _total(calculation: Calculation, value: int) -> Formula:
    """The cover's figure: the exact total of the leaves, as the calculation sheet sums them."""
    return Formula(f"={calculation.exact_total}", Fraction(value, 10**6))
