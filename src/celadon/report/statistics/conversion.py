"""Conversion and recovery: 205-2 in layout, what each unit took in and what energy it gave out.

Only units that give out an energy carrier are told. Whether that is conversion or recovery in the
sense of the official form, the ledger does not say: the kind of the carrier stands beside it.
"""

from __future__ import annotations

from celadon.accounts.graph import Graph
from celadon.records.site import Stream, Unit
from celadon.report.lines import Lines
from celadon.report.statistics.amounts import Amounts, together
from celadon.report.statistics.balance import column, energy_streams, total_row
from celadon.report.statistics.cells import (
    Group,
    amount_cell,
    figure_cells,
    form_unit,
    gaps,
    unit_cell,
)
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Row, Table

COLUMNS = ("process", "carrier", "kind", "unit", "taken_in", "given_out", "tce_in", "tce_out")
"""The columns of the form, in order."""

_SIDES = {"in": ("taken_in", "tce_in", 1), "out": ("given_out", "tce_out", -1)}

Flow = tuple[Unit, str, str, list[Stream]]
"""A unit, a carrier, its side (in or out), and the streams."""


def conversion_table(content: FormContent) -> Table:
    """What each unit that gives out energy took in, and what it gave out."""
    flows = _flows(content)
    cells: dict[int, dict[str, Cell]] = {
        number: _amounts(content, flow) for number, flow in enumerate(flows)
    }
    totals = {}
    for side, (_, tce, sign) in _SIDES.items():
        chosen = [number for number, flow in enumerate(flows) if flow[2] == side]
        groups = [_group(content, flows[number], sign) for number in chosen]
        *parts, totals[tce] = figure_cells(content, groups, "gce")
        for number, part in zip(chosen, parts, strict=True):
            cells[number][tce] = part
    rows = [
        Row(tuple(cells[number].get(name, Cell()) for name in COLUMNS))
        for number in range(len(flows))
    ]
    if flows:
        rows.append(total_row(content, COLUMNS, totals))
    columns = tuple(
        column(name, "tce" if name.startswith("tce") else "", wide=name == "process")
        for name in COLUMNS
    )
    notes = [content.tell(f"conversion.{name}") for name in ("which", "kind")]
    if not flows:
        notes.append(content.tell("conversion.none"))
    notes.append(content.tell("balance.codes"))
    return Table("205-2", WORDS["table.205-2"], columns, tuple(rows), tuple(notes))


def _flows(content: FormContent) -> list[Flow]:
    carriers = energy_streams(content)
    streams = [stream for found in carriers.values() for stream in found]
    graph = Graph(content.site)
    flows: list[Flow] = []
    for unit in content.site.units:
        if unit.parent is not None:
            continue  # what it takes in and gives out is its parent's too
        sides = {side: _crossing(graph, unit, side, streams) for side in _SIDES}
        if not sides["out"]:
            continue
        for side, ids in sides.items():
            for carrier, found in carriers.items():
                mine = [stream for stream in found if stream.id in ids]
                if mine:
                    flows.append((unit, carrier, side, mine))
    return flows


def _crossing(graph: Graph, unit: Unit, side: str, streams: list[Stream]) -> set[str]:
    """The streams that cross a unit's boundary on one side."""
    return {
        stream.id
        for stream in streams
        if any(c.place == unit.id and c.scope == side for c in graph.unit_crossings(stream))
    }


def _amounts(content: FormContent, flow: Flow) -> dict[str, Cell]:
    unit, carrier, side, streams = flow
    amounts = Amounts(content)
    moved = together(amounts.moved(stream) for stream in streams)
    kind = content.registry.carriers[carrier].kind
    return {
        "process": Cell(unit.name(content.language)),
        "carrier": Cell(content.names.carrier(carrier)),
        "kind": Cell(content.tell(f"carrier_kind.{kind}")),
        "unit": unit_cell(content, form_unit(content, carrier)),
        _SIDES[side][0]: amount_cell(content, moved, carrier),
    }


def _group(content: FormContent, flow: Flow, sign: int) -> Group:
    """The energy of a side at its unit, counted positive."""
    unit, _, side, streams = flow
    ids = {stream.id for stream in streams}
    lines = content.lines.where(
        account="process_energy", measure="calorific_value", unit=unit.id, scope=side
    )
    mine = Lines(line for line in lines if line.stream in ids)
    return Group(mine, gaps(content, mine, streams), sign)
