"""Products: what was made (B204-1 in layout), and the energy of each (205-3 in layout)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from celadon.accounts.energy import counts_energy
from celadon.accounts.graph import Graph
from celadon.records.site import Product, Stream, Unit
from celadon.report.figures import quotient, unit_text
from celadon.report.lines import Lines
from celadon.report.statistics.amounts import Amount, Amounts
from celadon.report.statistics.balance import column
from celadon.report.statistics.cells import (
    Group,
    amount_cell,
    figure_cells,
    form_unit,
    gaps,
    leaves_of,
    marked_note,
    open_cell,
    unit_cell,
)
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.printing import printed

CONSUMPTION = (
    "product", "process", "unit", "output", "energy", "per_unit", "per_unit_of", "electricity",
    "electricity_per_unit", "electricity_of",
)  # fmt: skip
"""The columns of energy by product, in order."""

OUTPUT = ("product", "unit", "output", "sales", "stock", "value")
"""The columns of what was made, in order; the last three are left for the user."""


def output_table(content: FormContent) -> Table:
    """What was made of each product; sales, stocks and money are no records of the ledger."""
    amounts = Amounts(content)
    rows = []
    for product in content.site.products:
        cells = {
            "product": Cell(product.name(content.language)),
            "unit": unit_cell(content, form_unit(content, product.id)),
            "output": amount_cell(content, amounts.made(product.id), product.id),
            **{name: open_cell(content, name) for name in ("sales", "stock", "value")},
        }
        rows.append(Row(tuple(cells[name] for name in OUTPUT)))
    units = {"value": unit_text("1e4CNY", content.language)}
    columns = tuple(column(name, units.get(name, "")) for name in OUTPUT)
    notes = (content.tell("output.open"), content.tell("balance.codes"))
    return Table("B204-1", WORDS["table.B204-1"], columns, tuple(rows), notes)


def consumption_table(content: FormContent) -> Table:
    """The energy and the electricity of each unit that has a product, per amount made."""
    rows = [_consumption(content, unit, product) for unit, product in _makers(content)]
    columns = tuple(
        column(name, {"energy": "tce"}.get(name, ""), wide=name == "product")
        for name in CONSUMPTION
    )
    notes = [content.tell("consumption.basis")]
    if not rows:
        notes.append(content.tell("consumption.none"))
    notes.append(content.tell("balance.codes"))
    return Table("205-3", WORDS["table.205-3"], columns, tuple(rows), tuple(notes))


def _makers(content: FormContent) -> Iterator[tuple[Unit, Product]]:
    products = {product.id: product for product in content.site.products}
    for unit in content.site.units:
        if unit.product in products:
            yield unit, products[unit.product]


def _consumption(content: FormContent, unit: Unit, product: Product) -> Row:
    made = Amounts(content).made(product.id)
    energy = _energy(content, unit)
    (cell, _) = figure_cells(content, [energy], "gce")
    used = _electricity(content, unit)
    measure = form_unit(content, product.id)
    cells = {
        "product": Cell(product.name(content.language)),
        "process": Cell(unit.name(content.language)),
        "unit": unit_cell(content, measure),
        "output": amount_cell(content, made, product.id),
        "energy": cell,
        "per_unit": _quotient(content, cell, energy.lines, made, f"kgce/{measure}"),
        "per_unit_of": unit_cell(content, f"kgce/{measure}"),
        "electricity": amount_cell(content, used, "electricity"),
        "electricity_per_unit": _electric_quotient(content, used, made, f"kWh/{measure}"),
        "electricity_of": unit_cell(content, f"kWh/{measure}"),
    }
    return Row(tuple(cells[name] for name in CONSUMPTION))


def _crossing(content: FormContent, unit: Unit, *, electric: bool = False) -> list[Stream]:
    """The energy streams that cross a unit's boundary; of electricity alone if asked."""
    graph = Graph(content.site)
    carriers = content.registry.carriers
    return [
        stream
        for stream in content.site.streams
        if counts_energy(stream, carriers[stream.carrier])
        and (not electric or carriers[stream.carrier].kind == "electricity")
        and any(crossing.place == unit.id for crossing in graph.unit_crossings(stream))
    ]


def _energy(content: FormContent, unit: Unit) -> Group:
    lines = content.lines.where(account="process_energy", measure="calorific_value", unit=unit.id)
    return Group(lines, gaps(content, lines, _crossing(content, unit)))


def _electricity(content: FormContent, unit: Unit) -> Amount:
    """Electricity that a unit took in, less what it gave out."""
    amounts, graph = Amounts(content), Graph(content.site)
    whole = Amount(0, 0)
    for stream in _crossing(content, unit, electric=True):
        moved = amounts.moved(stream)
        entering = any(c.place == unit.id and c.sign > 0 for c in graph.unit_crossings(stream))
        whole = whole + moved if entering else whole - moved
    return whole


def _quotient(content: FormContent, cell: Cell, lines: Lines, made: Amount, unit: str) -> Cell:
    """Energy per amount made, from the exact figures, rounded once."""
    if cell.exact is None or not made.count:
        return Cell(note=_why_none(content, cell.note, made))
    exact = quotient(lines.total(), made.count, unit)
    note = marked_note(content, lines) if cell.marked else ""
    basis = leaves_of(lines) + made.basis
    return Cell(value=printed(exact), exact=exact, note=note, marked=cell.marked, basis=basis)


def _electric_quotient(content: FormContent, used: Amount, made: Amount, unit: str) -> Cell:
    if used.count is None or not made.count:
        return Cell(note=_why_none(content, "; ".join(used.lacks), made))
    exact: Fraction = quotient(used.count, made.count, unit)
    return Cell(value=printed(exact), exact=exact, basis=used.basis + made.basis)


def _why_none(content: FormContent, why: str, made: Amount) -> str:
    if made.count == 0:
        return content.tell("lack.no_output")
    lacks = (*((why,) if why else ()), *made.lacks)
    return "; ".join(dict.fromkeys(lacks))
