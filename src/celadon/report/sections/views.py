"""Emissions without and with electricity and heat; by location, and by market if there is one."""

from __future__ import annotations

from fractions import Fraction

from celadon.accounts.views import PARTS, VIEWS, part_of
from celadon.report.blocks import Cell, Grid, Heading, Row, figures
from celadon.report.draft import Draft
from celadon.report.figures import decimals_for, unit_text
from celadon.report.lines import Lines

_TONNE = 10**6


def views_table(draft: Draft) -> Grid:
    """Direct, purchased, exported, total: a column for each view, never added to each other."""
    say = draft.say
    views = [lines for name in VIEWS if (lines := draft.lines.where(account=name))]
    columns = [_parts(lines) for lines in views]
    decimals = decimals_for([value for column in columns for value, _ in column if value])
    rows = []
    for place, part in enumerate((*PARTS, "total")):
        told = [column[place] for column in columns]
        values, marks = [value for value, _ in told], [marked for _, marked in told]
        name = Cell(say(f"carbon_parts.{part}"))
        cells = (name, *figures(values, decimals, marks))
        rows.append(Row(cells) if part in PARTS else Row(cells, kind="total"))
    unit = unit_text("tCO2", draft.language)
    headings = (
        Heading(say("carbon.part"), figures=False),
        Heading(say("carbon.location"), unit),
        *([Heading(say("carbon.market"), unit)] if len(views) > 1 else []),
    )
    source = draft.source_of(Lines(line for lines in views for line in lines))
    if len(views) > 1:
        source = f"{say('carbon.views_note')} {source}"
    elif not draft.content.site.contracts:
        source = f"{say('carbon.no_market', why=say('empty.market_why'))} {source}"
    return Grid(say("carbon.views"), headings, tuple(rows), source)


def _parts(lines: Lines) -> list[tuple[Fraction | None, bool]]:
    """Each part in t CO2 with whether it rests on less than official text, and the total."""
    groups = lines.by(lambda line: part_of(line.scope))
    chosen = [groups.get(part, Lines(())) for part in PARTS]
    return [(group.known_total(_TONNE), group.is_marked) for group in (*chosen, lines)]
