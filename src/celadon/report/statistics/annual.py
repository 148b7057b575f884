"""The annual energy-use report: nine tables from the ledger, what it cannot know left open."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from celadon.assess.names import indicator_name, outcome_name, rule_name, standard_label
from celadon.report.figures import unit_text
from celadon.report.lines import is_below_official
from celadon.report.statistics.amounts import together
from celadon.report.statistics.balance import (
    balance_table,
    carrier_amounts,
    column,
    energy_cells,
    energy_streams,
    total_row,
)
from celadon.report.statistics.cells import amount_cell, form_unit, letters, open_cell, unit_cell
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.equipment_list import class_name
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.printing import printed, printed_parts
from celadon.report.statistics.products import consumption_table

_STRUCTURE = ("carrier", "unit", "consumed", "calorific", "equivalent", "share")
_NORMS = ("subject", "indicator", "rule", "standard", "actual", "unit", "outcome", "letter")
_EQUIPMENT = (
    "equipment", "class", "name", "model", "process", "pieces", "power", "year", "grade",
)  # fmt: skip
_OPEN = {
    "causes": ("item", "last_year", "this_year", "cause"),
    "targets": ("item", "target", "done", "assessment"),
    "projects": ("project", "project_measure", "invested", "saved", "finished"),
}
_OPEN_ROWS = 6
_BASICS_OPEN = ("output_value", "value_added", "staff", "energy_manager")


def annual_tables(content: FormContent) -> tuple[Table, ...]:
    """The nine tables in the order in which filing manuals name their topics."""
    return (
        basics_table(content),
        _structure(content),
        _renamed(balance_table(content), "3", "table.annual_balance"),
        _renamed(consumption_table(content), "4", "table.annual_consumption"),
        _open(content, "5", "causes"),
        _open(content, "6", "targets"),
        equipment_table(content),
        _norms(content),
        _open(content, "9", "projects"),
    )


def _renamed(table: Table, number: str, title: str) -> Table:
    return Table(number, WORDS[title], table.columns, table.rows, table.notes)


def _region(content: FormContent) -> str:
    """The region by its name, with its code."""
    code = content.site.region
    known = content.registry.regions.get(code)
    if known is None:
        return code
    return f"{known.name_zh if content.language == 'zh' else known.name_en} ({code})"


def basics_table(content: FormContent) -> Table:
    """Who the enterprise is; what no record of the ledger tells stays open."""
    site = content.site
    known = (
        ("owner", site.owner.name),
        ("credit_code", site.owner.credit_code),
        ("site", site.name(content.language)),
        ("region", _region(content)),
        ("industry", f"{site.industry} ({site.industry_edition})" if site.industry else ""),
        ("boundary", site.boundary(content.language)),
    )
    rows = [
        Row((Cell(content.tell(f"basics.{key}")), _declared(content, value)))
        for key, value in known
    ]
    rows += [
        Row((Cell(content.tell(f"basics.{key}")), open_cell(content, "records")))
        for key in _BASICS_OPEN
    ]
    columns = (column("item", wide=True), column("content", wide=True))
    return Table("1", WORDS["table.annual_basics"], columns, tuple(rows))


def _declared(content: FormContent, value: str) -> Cell:
    return Cell(value) if value else Cell(note=content.tell("lack.not_declared"))


def _structure(content: FormContent) -> Table:
    """Energy by carrier on both bases, and its share of the calorific total."""
    by_carrier = energy_streams(content)
    energies = energy_cells(content, by_carrier)
    calorific = energies["calorific"]
    shares = _shares(calorific[:-1], calorific[-1])
    rows = []
    for number, (carrier, streams) in enumerate(by_carrier.items()):
        known = carrier_amounts(content, streams)
        consumed = together((known["purchased"], known["made"], known["change"], -known["sold"]))
        cells = {
            "carrier": Cell(content.names.carrier(carrier)),
            "unit": unit_cell(content, form_unit(content, carrier)),
            "consumed": amount_cell(content, consumed, carrier),
            "calorific": calorific[number],
            "equivalent": energies["equivalent"][number],
            "share": shares[number],
        }
        rows.append(Row(tuple(cells[name] for name in _STRUCTURE)))
    totals = {name: energies[name][-1] for name in ("calorific", "equivalent")}
    rows.append(total_row(content, _STRUCTURE, totals))
    units = {"calorific": "tce", "equivalent": "tce", "share": "%"}
    columns = tuple(column(name, units.get(name, "")) for name in _STRUCTURE)
    notes = (content.tell("annual.bases"),)
    return Table("2", WORDS["table.annual_structure"], columns, tuple(rows), notes)


def _shares(cells: list[Cell], total: Cell) -> list[Cell]:
    """Shares in per cent that add to 100, of the carriers that cross the boundary."""
    if not total.exact:
        return [Cell(note=total.note) for _ in cells]
    placed = [number for number, cell in enumerate(cells) if cell.exact is not None]
    exact = [(cells[number].exact or Fraction(0)) / total.exact * 100 for number in placed]
    found = [Cell(cell.text, note=cell.note) for cell in cells]
    for number, value, share in zip(placed, printed_parts(exact), exact, strict=True):
        cell = cells[number]
        found[number] = Cell(value=value, exact=share, marked=cell.marked, basis=cell.basis)
    return found


def _open(content: FormContent, number: str, name: str) -> Table:
    """A table that only the user can fill in, with empty rows."""
    cells = tuple(open_cell(content, "user") for _ in _OPEN[name])
    columns = tuple(column(key, wide=True) for key in _OPEN[name])
    notes = (content.tell("annual.open"),)
    return Table(number, WORDS[f"table.annual_{name}"], columns, (Row(cells),) * _OPEN_ROWS, notes)


def equipment_table(content: FormContent) -> Table:
    """The main equipment, as its list in the ledger has it."""
    units = {unit.id: unit.name(content.language) for unit in content.site.units}
    rows = []
    for one in content.equipment:
        power = one["power"]
        cells = {
            "equipment": Cell(one["equipment"]),
            "class": Cell(class_name(content, one["class"])),
            "name": Cell(one["name"] or ""),
            "model": Cell(one["model"] or ""),
            "process": Cell(units.get(one["unit"], one["unit"] or "")),
            "pieces": Cell(value=Fraction(one["quantity"]), decimals=0),
            "power": _not_given(content)
            if power is None
            else Cell(value=printed(Fraction(power, 1000)), exact=Fraction(power, 1000)),
            "year": Cell(str(one["year"] or "")),
            "grade": Cell(one["grade"] or ""),
        }
        rows.append(Row(tuple(cells[name] for name in _EQUIPMENT)))
    notes = () if rows else (content.tell("annual.no_equipment"),)
    columns = tuple(column(name, "kW" if name == "power" else "") for name in _EQUIPMENT)
    return Table("7", WORDS["table.annual_equipment"], columns, tuple(rows), notes)


def _not_given(content: FormContent) -> Cell:
    return Cell(note=content.tell("lack.not_given"))


def _norms(content: FormContent) -> Table:
    rows = []
    for one in content.verdicts.to_pylist():
        below = is_below_official(one["confidence"])
        rows.append(Row((
            Cell(content.names.subject(one["subject"])),
            Cell(indicator_name(one["indicator"], content.language)),
            Cell(rule_name(one["rule"], content.language)),
            Cell(standard_label(one["standard"], content.language, content.registry)),
            _actual(content, one),
            Cell(unit_text(one["unit"], content.language)),
            Cell(note=content.tell("note.kept_out", letters=one["confidence"]), marked=True)
            if below and content.is_official
            else Cell(outcome_name(one["outcome"], content.language), marked=below),
            Cell(one["confidence"] or ""),
        )))  # fmt: skip
    notes = () if rows else (content.tell("annual.no_norms"),)
    columns = tuple(column(name) for name in _NORMS)
    return Table("8", WORDS["table.annual_norms"], columns, tuple(rows), notes)


def _actual(content: FormContent, verdict: Mapping[str, Any]) -> Cell:
    """The value that was judged; kept out where any energy of its unit is below official text."""
    num, den = verdict["num"], verdict["den"]
    if num is None or not den:
        return Cell(note=content.tell("lack.not_computed"))
    lines = content.lines.where(unit=verdict["subject"])
    if content.is_official and lines.is_marked:
        return Cell(note=content.tell("note.kept_out", letters=letters(lines)))
    exact = Fraction(num, den)
    return Cell(value=printed(exact), exact=exact, marked=lines.is_marked)
