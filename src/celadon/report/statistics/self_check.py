"""The self-check of an energy-conservation supervision: forms 1 to 6 that an officer asks for.

They follow the data forms of the yearly campaign: the enterprise, its energy ledger by month, the
energy of each product against the grades of its norm, equipment, metering, and the electricity
that a tiered price would be charged on. What the ledger does not know stays open, and says why.
"""

from __future__ import annotations

from celadon.report.figures import unit_text
from celadon.report.statistics.amounts import Amounts
from celadon.report.statistics.annual import basics_table
from celadon.report.statistics.balance import column, energy_cells, energy_streams
from celadon.report.statistics.cells import amount_cell, form_unit, open_cell
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.equipment_list import equipment_list
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.ledger_months import ledger_table
from celadon.report.statistics.metering import metering_tables
from celadon.report.statistics.price_sheet import price_sheet
from celadon.report.statistics.unit_energy import unit_energy_table

_COLUMNS = ("item", "content", "unit")


def self_check_tables(content: FormContent) -> tuple[Table, ...]:
    """The tables in the order of the campaign's forms; meters have a second one, by level."""
    return (
        _enterprise(content),
        ledger_table(content),
        unit_energy_table(content),
        equipment_list(content),
        *metering_tables(content),
        price_sheet(content),
    )


def _enterprise(content: FormContent) -> Table:
    """Who it is, what it used in all on both bases, what it made, and what it could make."""
    rows = [Row((*row.cells, Cell())) for row in basics_table(content).rows]
    rows += [
        Row((Cell(content.tell(f"basics.{key}")), open_cell(content, "records"), Cell()))
        for key in ("address", "contact")
    ]
    totals = energy_cells(content, energy_streams(content))
    rows += [
        Row((Cell(content.tell(f"basics.energy_{name}")), totals[name][-1], Cell("tce")))
        for name in ("calorific", "equivalent")
    ]
    amounts = Amounts(content)
    for product in content.site.products:
        name = content.names.stream(product.id)
        unit = Cell(unit_text(form_unit(content, product.id), content.language))
        made = amount_cell(content, amounts.made(product.id), product.id)
        rows.append(Row((Cell(content.tell("basics.output_of", product=name)), made, unit)))
        capacity = Cell(content.tell("basics.capacity_of", product=name))
        rows.append(Row((capacity, open_cell(content, "capacity"), unit)))
    columns = tuple(column(name, wide=name != "unit") for name in _COLUMNS)
    return Table("1", WORDS["table.check_enterprise"], columns, tuple(rows),
                 (content.tell("annual.bases"),))  # fmt: skip
