"""Gases apart, biogenic carbon dioxide aside, and what was captured or passed on."""

from __future__ import annotations

from celadon.accounts.carbon_lines import BIOGENIC, CO2, GAS
from celadon.accounts.rungs import scope_and_gas
from celadon.report.blocks import Block, Cell, Grid, Heading, Row, figures
from celadon.report.draft import Draft
from celadon.report.figures import decimals_for, share, unit_text
from celadon.report.lines import Lines
from celadon.report.sections.energy import missing_cell

_TONNE = 10**6
CAPTURED = "captured"
"""Scope of what was captured, or passed on to another site."""


def gas_table(draft: Draft, lines: Lines) -> list[Block]:
    """Each gas by its mass and as carbon dioxide; nothing where there is no gas but that."""
    masses = draft.lines.where(account=GAS).by(lambda line: line.measure)
    if not masses:
        return []
    of_gas = lines.by(lambda line: scope_and_gas(line.scope)[1])
    own = of_gas.get("", Lines(()))
    total = lines.known_total(_TONNE)
    by_name = {gas.lower(): found for gas, found in of_gas.items() if gas}
    equivalents = {measure: by_name.get(measure, Lines(())) for measure in masses}
    decimals = decimals_for([value for value in (total,) if value is not None])
    rows = []
    for name, mass, equivalent in [
        (CO2, own, own), *((m, masses[m], equivalents[m]) for m in masses),
    ]:  # fmt: skip
        told = equivalent.known_total(_TONNE)
        known = mass.known_total(_TONNE)
        potential = told / known if told and known else None
        rows.append(
            Row((
                Cell(draft.names.word("measures", name)),
                *figures([known]), *figures([potential]),
                *figures([told], decimals, [equivalent.is_marked]),
                Cell(share(equivalent.total(), lines.total())), missing_cell(mass),
            ))
        )  # fmt: skip
    sums = [*figures([total], decimals, [lines.is_marked]), Cell(""), missing_cell(lines)]
    rows.append(draft.total_row(sums, before=3))
    say = draft.say
    headings = (
        Heading(say("gases.gas"), figures=False),
        Heading(say("gases.mass"), "t"),
        Heading(say("gases.potential")),
        Heading(say("gases.equivalent"), unit_text("tCO2", draft.language)),
        Heading(say("report.share")),
        Heading(say("report.missing")),
    )
    return [Grid(say("gases.table"), headings, tuple(rows), say("gases.note"))]


def aside_table(draft: Draft, lines: Lines) -> list[Block]:
    """Biogenic carbon dioxide, in no total, and what was captured or passed on, by stream."""
    biogenic = draft.lines.where(account=BIOGENIC)
    captured = Lines(line for line in lines if scope_and_gas(line.scope)[0] == CAPTURED)
    groups = [(BIOGENIC, biogenic), (CAPTURED, captured)]
    rows = [
        Row((
            Cell(draft.names.stream(stream)), Cell(draft.say(f"gases.{kind}")),
            *figures([own.known_total(_TONNE)], None, [own.is_marked]), missing_cell(own),
        ))
        for kind, of_kind in groups
        for stream, own in of_kind.by(lambda line: line.stream).items()
    ]  # fmt: skip
    if not rows:
        return []
    say = draft.say
    headings = (
        Heading(say("sources.stream"), figures=False),
        Heading(say("carbon.scope"), figures=False),
        Heading(say("leaves.value"), unit_text("tCO2", draft.language)),
        Heading(say("report.missing")),
    )
    return [Grid(say("gases.aside"), headings, tuple(rows), say("gases.aside_note"))]
