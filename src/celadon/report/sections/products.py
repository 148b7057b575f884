"""Carbon by product: of the whole site, and of the process that makes it, over the output."""

from __future__ import annotations

from fractions import Fraction

from celadon.accounts.carbon_lines import PROCESS_CARBON
from celadon.report.blocks import Block, Cell, Grid, Heading, Row, figures
from celadon.report.draft import Draft
from celadon.report.figures import amount, unit_text
from celadon.report.lines import Lines

_TONNE = 10**6
_PLACES = 4


def carbon_by_product(draft: Draft, lines: Lines) -> list[Block]:
    """A row for each product that was made; nothing where no output is known."""
    made = draft.lines.where(account="production").by(lambda line: line.stream)
    ordered = [product.id for product in draft.content.site.products if product.id in made]
    rows = [
        _row(draft, product, made[product], lines)
        for product in ordered
        if made[product].is_known and made[product].count() > 0
    ]
    if not rows:
        return []
    say, unit = draft.say, unit_text("tCO2", draft.language)
    headings = (
        Heading(say("energy.product"), figures=False),
        Heading(say("energy.output")),
        Heading(say("report.unit"), figures=False),
        Heading(say("products.of_site"), say("products.per", unit=unit)),
        Heading(say("energy.process"), figures=False),
        Heading(say("products.released"), unit),
        Heading(say("products.of_process"), say("products.per", unit=unit)),
    )
    return [Grid(say("products.table"), headings, tuple(rows), say("products.note"))]


def _row(draft: Draft, product: str, output: Lines, lines: Lines) -> Row:
    names = draft.names
    small, unit = names.small_unit(product), names.amount_unit(product)
    made = amount(output.count(), small, unit).value
    units = [unit.id for unit in draft.content.site.units if unit.product == product]
    balances = draft.lines.where(account=PROCESS_CARBON)
    own = Lines(line for line in balances if line.unit in units)
    released = own.known_total(_TONNE)
    marks = [lines.is_marked or output.is_marked], [own.is_marked or output.is_marked]
    return Row((
        Cell(names.stream(product)), *figures([made]), Cell(unit_text(unit, draft.language)),
        *figures([_over(lines.known_total(_TONNE), made)], _PLACES, marks[0]),
        Cell(_separator(draft).join(names.node(unit) for unit in units)),
        *figures([released]), *figures([_over(released, made)], _PLACES, marks[1]),
    ))  # fmt: skip


def _separator(draft: Draft) -> str:
    return "、" if draft.language == "zh" else ", "


def _over(total: Fraction | None, made: Fraction) -> Fraction | None:
    return None if total is None else total / made
