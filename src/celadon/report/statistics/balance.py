"""Energy purchase, consumption and stock: 205-1 in layout, one row for each carrier.

A row adds: purchase, what stocks gave, what was made inside, less what went outside, is what was
consumed. Consumption is then told by where it went: into process units, flared or let off, and a
rest that no meter of a unit shows.
"""

from __future__ import annotations

from fractions import Fraction

from celadon.accounts.energy import counts_energy
from celadon.accounts.graph import Graph
from celadon.records.site import DRAIN, FLARE, OUTSIDE, STOCK, Stream
from celadon.report.lines import Lines
from celadon.report.statistics.amounts import ZERO, Amount, Amounts, together
from celadon.report.statistics.cells import (
    Group,
    amount_cell,
    amount_cells,
    figure_cells,
    form_unit,
    gaps,
    unit_cell,
)
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Column, Row, Table
from celadon.report.statistics.printing import printed
from celadon.units import conversion

COLUMNS = (
    "carrier", "unit", "opening", "purchased", "made", "sold", "closing", "change", "consumed",
    "in_units", "let_off", "rest", "coefficient", "calorific", "equivalent",
)  # fmt: skip
"""The columns of the form, in order."""

NO_STREAM = Cell("–")
"""Stands where the site declares no stream of that sort: nothing is missing there."""

_TCE = ("calorific", "equivalent")
_COEFFICIENT_DECIMALS = 4


def energy_streams(content: FormContent) -> dict[str, list[Stream]]:
    """The streams of each energy carrier, in the order in which the site declares them."""
    found: dict[str, list[Stream]] = {}
    for stream in content.site.streams:
        if counts_energy(stream, content.registry.carriers[stream.carrier]):
            found.setdefault(stream.carrier, []).append(stream)
    return found


def column(name: str, unit: str = "", *, wide: bool = False) -> Column:
    """A column by the key of its heading."""
    return Column(name, WORDS[f"column.{name}"], unit, wide)


def balance_table(content: FormContent) -> Table:
    """The table of carriers: amounts in the units that forms count, and coal equivalents."""
    by_carrier = energy_streams(content)
    energies = energy_cells(content, by_carrier)
    rows = [
        _row(content, carrier, streams, {name: energies[name][number] for name in _TCE})
        for number, (carrier, streams) in enumerate(by_carrier.items())
    ]
    rows.append(total_row(content, COLUMNS, {name: energies[name][-1] for name in _TCE}))
    units = dict.fromkeys(_TCE, "tce")
    columns = tuple(column(name, units.get(name, "")) for name in COLUMNS)
    notes = tuple(content.tell(f"balance.{name}") for name in ("adds", "gas", "rest", "codes"))
    return Table("205-1", WORDS["table.205-1"], columns, tuple(rows), notes)


def total_row(content: FormContent, keys: tuple[str, ...], totals: dict[str, Cell]) -> Row:
    """The row of totals: its word, the totals, and nothing elsewhere."""
    first = {keys[0]: Cell(content.tell("total"))}
    cells = {**dict.fromkeys(keys, Cell()), **first, **totals}
    return Row(tuple(cells[key] for key in keys), "total")


def energy_cells(content: FormContent, carriers: dict[str, list[Stream]]) -> dict[str, list[Cell]]:
    """Coal equivalents of each carrier on both bases, the last of each list their total.

    What is made and used inside has none: it was counted with what it was made of.
    """
    graph = Graph(content.site)
    found = {}
    for name in _TCE:
        lines = content.lines.where(account="energy", measure=f"{name}_value")
        groups, places = [], []
        cells = [Cell("–", note=content.tell("lack.inside"))] * len(carriers)
        for place, (carrier, streams) in enumerate(carriers.items()):
            crossing = [s for s in streams if graph.site_crossing(s) is not None]
            if crossing:
                mine = lines.where(carrier=carrier)
                groups.append(Group(mine, gaps(content, mine, crossing)))
                places.append(place)
        *parts, total = figure_cells(content, groups, "gce")
        for place, part in zip(places, parts, strict=True):
            cells[place] = part
        found[name] = [*cells, total]
    return found


def carrier_amounts(content: FormContent, streams: list[Stream]) -> dict[str, Amount]:
    """What is known of a carrier: each term of its balance, and where its consumption went.

    A term that the site declares no stream for is nothing; a stock that is not counted is none.
    """
    amounts = Amounts(content)
    units = {unit.id for unit in content.site.units}
    held = [s for s in streams if s.stock]
    bought = [s for s in streams if s.origin == OUTSIDE]
    found = {
        "purchased": together(amounts.purchased(s) for s in bought),
        "made": together(amounts.moved(s) for s in streams if s.origin in units),
        "sold": together(amounts.moved(s) for s in streams if s.destination == OUTSIDE),
        "change": together(
            (
                *(amounts.moved(s) - amounts.purchased(s) for s in bought if s.stock),
                *(amounts.moved(s) for s in streams if s.origin == STOCK),
                *(-amounts.moved(s) for s in streams if s.destination == STOCK),
            )
        ),
        "in_units": together(amounts.moved(s) for s in streams if s.destination in units),
        "let_off": together(amounts.moved(s) for s in streams if s.destination in (FLARE, DRAIN)),
    }
    for name, day in (("opening", content.period.from_day), ("closing", content.period.to_day)):
        if held:
            found[name] = together(amounts.stock(s, day) for s in held)
    return found


def _row(
    content: FormContent, carrier: str, streams: list[Stream], energies: dict[str, Cell]
) -> Row:
    known = carrier_amounts(content, streams)
    terms = {n: known[n] for n in ("purchased", "made", "change") if known[n] is not ZERO}
    if known["sold"] is not ZERO:
        terms["sold"] = -known["sold"]
    cells = amount_cells(content, carrier, terms, "consumed")
    if "sold" in cells:
        cells["sold"] = _negated(cells["sold"])
    cells |= _uses(content, carrier, known, together(terms.values()))
    for name in ("opening", "closing"):
        if name in known:
            cells[name] = amount_cell(content, known[name], carrier)
    for name in COLUMNS:
        cells.setdefault(name, NO_STREAM)
    cells["carrier"] = Cell(content.names.carrier(carrier))
    cells["unit"] = unit_cell(content, form_unit(content, carrier))
    cells["coefficient"] = coefficient_cell(content, carrier, energies["calorific"])
    cells |= energies
    return Row(tuple(cells[name] for name in COLUMNS))


def _uses(
    content: FormContent, carrier: str, known: dict[str, Amount], consumed: Amount
) -> dict[str, Cell]:
    """Where the consumption went, printed so that it adds to the consumption."""
    uses = {name: known[name] for name in ("in_units", "let_off") if known[name] is not ZERO}
    uses["rest"] = consumed - together(uses.values())
    cells = amount_cells(content, carrier, uses, "consumed")
    return {name: cells[name] for name in uses}


def _negated(cell: Cell) -> Cell:
    """A cell with the other sign: what went outside is printed as a positive amount."""
    if cell.value is None or cell.exact is None:
        return cell
    return Cell(
        value=-cell.value, exact=-cell.exact, note=cell.note, marked=cell.marked, basis=cell.basis
    )


def coefficient_cell(content: FormContent, carrier: str, energy: Cell) -> Cell:
    """Coal equivalent per unit of what crossed the boundary, in tce, as the account used it."""
    if energy.exact is None:
        return NO_STREAM if energy.text else Cell(note=content.tell("lack.coefficient"))
    lines = Lines(
        line
        for line in content.lines.where(account="energy", measure="calorific_value")
        if line.carrier == carrier
    )
    small, unit = content.names.small_unit(carrier), form_unit(content, carrier)
    moved = Fraction(lines.count()) * conversion(small, unit)
    if not moved:
        return Cell(note=content.tell("lack.coefficient"))
    exact = Fraction(lines.total()) * conversion("gce", "tce") / moved
    return Cell(
        value=printed(exact, _COEFFICIENT_DECIMALS), exact=exact, decimals=_COEFFICIENT_DECIMALS,
        note=energy.note, marked=energy.marked, basis=energy.basis,
    )  # fmt: skip
