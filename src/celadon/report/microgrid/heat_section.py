"""The section on heat by level: each level's year, and what every waste heat does and is worth."""

from __future__ import annotations

from functools import partial

from celadon.report.blocks import Block, Cell, Grid, Heading, Row, Section
from celadon.report.microgrid.heat import has_levels, level_years, waste_years
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.sections import number


def heat_sections(draft: Draft) -> list[Section]:
    """The section where heat has levels; none where all heat is on one bus."""
    if not has_levels(draft.content.plan):
        return []
    blocks: list[Block] = [_levels(draft)]
    if waste_years(draft.content.plan, draft.content.planned.energies):
        blocks.append(_wastes(draft))
    return [Section("heat", draft.word("heat_of", "title"), tuple(blocks))]


def _levels(draft: Draft) -> Grid:
    rows = [
        Row((
            Cell(draft.component(each.level)), number(each.temperature, 1), number(each.made, 1),
            number(each.fallen, 1), number(each.used, 1), number(each.passed, 1),
            number(each.let_go, 1), Cell("–") if each.price is None else number(each.price, 4),
        ))
        for each in level_years(draft.content.plan, draft.content.planned.energies)
    ]  # fmt: skip
    of = partial(draft.word, "heat_of")
    headings = (
        Heading(of("level"), figures=False), Heading(of("temperature"), "°C"),
        *(Heading(of(name), "MWh")
          for name in ("made", "fallen", "used", "passed", "let_go")),
        Heading(of("price"), _each(draft)),
    )  # fmt: skip
    return Grid(of("levels"), headings, tuple(rows), of("levels_source"),
                small=True)  # fmt: skip


def _wastes(draft: Draft) -> Grid:
    rows = [
        Row((
            Cell(draft.component(each.waste)), number(each.temperature, 1),
            number(each.available, 1), number(sum(each.direct.values()), 1),
            number(each.lifted, 1), number(each.turned, 1), number(each.unused, 1),
            Cell("–") if each.worth is None else number(each.worth * 1000),
            number(each.exchanger * 1000),
        ))
        for each in waste_years(draft.content.plan, draft.content.planned.energies)
    ]  # fmt: skip
    of = partial(draft.word, "heat_of")
    yearly = "元/年" if draft.language == "zh" else "CNY a year"
    headings = (
        Heading(of("waste"), figures=False), Heading(of("arises"), "°C"),
        *(Heading(of(name), "MWh")
          for name in ("available", "direct", "lifted", "turned", "unused")),
        Heading(of("worth"), yearly), Heading(of("exchanger"), yearly),
    )  # fmt: skip
    return Grid(of("wastes"), headings, tuple(rows), of("wastes_source"),
                small=True)  # fmt: skip


def _each(draft: Draft) -> str:
    return "元/千瓦时" if draft.language == "zh" else "CNY/kWh"
