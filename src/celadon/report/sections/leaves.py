"""Every line of the account, so that a leaf's id leads to a place in the report."""

from __future__ import annotations

from fractions import Fraction

from celadon.accounts.tables import MEASURES
from celadon.report.blocks import Block, Cell, Grid, Heading, Note, Row, Section, figures
from celadon.report.draft import Draft
from celadon.report.figures import amount, month_text, unit_text
from celadon.report.lines import Line, Lines, is_below_official

FIRST = (
    "energy", "carbon", "carbon_market", "gas", "biogenic", "water", "production", "pollutant",
    "waste",
)  # fmt: skip
"""Accounts whose lines are always shown."""

REST = ("supply", "process_carbon", "process_energy", "carrier", "flow")
"""Accounts whose lines are shown while there is room."""

ROOM = 6_000
"""How many lines a report shows at most before it leaves out those of ``REST``."""


def leaves_section(draft: Draft) -> Section:
    """A folded table for each stream of each account; its rows carry the ids of leaves."""
    shown = [*FIRST]
    left_out = []
    room = ROOM - sum(len(draft.lines.where(account=account)) for account in FIRST)
    for account in REST:
        number = len(draft.lines.where(account=account))
        if number <= room:
            shown.append(account)
            room -= number
        else:
            left_out.append((account, number))
    blocks: list[Block] = [Note(draft.say("leaves.note"))]
    for account in shown:
        groups = draft.lines.where(account=account).by(
            lambda line: (line.stream, line.measure, line.scope, line.unit)
        )
        blocks += [_grid(draft, lines) for lines in groups.values()]
    for account, number in left_out:
        name = draft.names.word("accounts", account)
        blocks.append(Note(draft.say("leaves.left_out", number=f"{number:,}", accounts=name)))
    return Section("leaves", draft.say("section.leaves"), tuple(blocks))


def _grid(draft: Draft, lines: Lines) -> Grid:
    first = next(iter(lines))
    names = draft.names
    parts = [
        names.word("accounts", first.account),
        names.stream(first.stream),
        names.node(first.unit),
        names.word("scopes", first.scope),
    ]
    if first.account in ("energy", "gas", "pollutant", "waste"):
        parts.insert(1, names.word("measures", first.measure))
    small, unit = names.small_unit(first.carrier), names.amount_unit(first.carrier)
    value_small = MEASURES.get(first.measure) or small
    value_unit = unit if not MEASURES.get(first.measure) else amount(1, value_small).unit
    rows = [_row(draft, line, (small, unit), (value_small, value_unit)) for line in lines]
    headings = (
        Heading(draft.say("report.month"), figures=False),
        Heading(draft.say("leaves.activity"), unit_text(unit, draft.language)),
        Heading(draft.say("leaves.value"), unit_text(value_unit, draft.language)),
        Heading(draft.say("leaves.estimated"), unit_text(value_unit, draft.language)),
        Heading(draft.say("leaves.missing"), "s"),
        Heading(draft.say("workbook.id"), figures=False),
    )
    return Grid(" · ".join(parts), headings, tuple(rows), folded=True, small=True)


def _row(draft: Draft, line: Line, activity: tuple[str, str], value: tuple[str, str]) -> Row:
    def shown(count: int, units: tuple[str, str]) -> Fraction:
        return amount(count, *units).value

    marked = is_below_official(line.letter)
    known = not line.is_unknown
    cells = (
        Cell(month_text(line.month, draft.language)),
        *figures([shown(line.count, activity) if known else None], 3),
        *figures([shown(line.value, value) if known else None], 6, [marked]),
        *figures([shown(line.estimated, value) if known else None], 6),
        *figures([line.seconds_missing], 0),
        Cell(line.leaf, code=True),
    )
    return Row(cells, anchor=line.leaf)
