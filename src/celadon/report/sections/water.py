"""The water section: intake, reuse and discharge by month, and the reuse rate."""

from __future__ import annotations

from fractions import Fraction

from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Note, Row, Section, figures
from celadon.report.charts.monthly import Series, stacked_months
from celadon.report.charts.palette import carrier_colour
from celadon.report.charts.vega import draw
from celadon.report.draft import Draft
from celadon.report.figures import chart_unit, decimals_for, share, unit_text
from celadon.report.lines import Lines
from celadon.report.sections.energy import missing_cell

SCOPES = ("intake", "reuse", "discharge")
"""Scopes of water, in the order shown."""

_CUBIC_METRE = 1000


def water_section(draft: Draft) -> Section:
    """Everything about water; says so where there is no water account."""
    lines = draft.lines.where(account="water")
    title = draft.say("section.water")
    if draft.is_kept_out("water"):
        return Section("water", title, tuple(draft.kept_out_notes("water")))
    if not lines:
        account = draft.names.word("accounts", "water")
        note = Note(draft.say("open.no_account", account=account), "open")
        return Section("water", title, (note,))
    blocks: list[Block] = [_monthly(draft, lines), _table(draft, lines)]
    return Section("water", title, tuple(blocks))


def reuse_share(lines: Lines) -> str:
    """Reused water as a share of all water used: reuse / (intake + reuse)."""
    intake, reuse = (lines.where(scope=scope).total() for scope in ("intake", "reuse"))
    return share(reuse, intake + reuse)


def _monthly(draft: Draft, lines: Lines) -> Figure:
    sums = lines.where(scope="intake").sums(lambda line: line.month)
    values = [Fraction(sums.get(month, 0), _CUBIC_METRE) for month in draft.months]
    size, unit = chart_unit(max(values), "m3", draft.language)
    label = draft.names.word("scopes", "intake")
    colour = carrier_colour("fresh_water")
    series = [Series(label, colour, tuple(value / size for value in values))]
    chart = stacked_months(series, draft.month_names, unit, draft.say("energy.net"), height=150)
    title = draft.say("water.monthly")
    return Figure("water-by-month", title, draw(chart, title), draft.source_of(lines))


def _table(draft: Draft, lines: Lines) -> Grid:
    scopes = [scope for scope in SCOPES if lines.where(scope=scope)]
    columns = [lines.where(scope=scope) for scope in scopes]
    table = [
        [column.where(month=month).known_total(_CUBIC_METRE) for column in columns]
        for month in draft.months
    ]
    decimals = decimals_for([value for row in table for value in row if value is not None])
    rows = []
    for number, name in enumerate(draft.month_names):
        of_month = lines.where(month=draft.months[number])
        cells = figures(table[number], decimals)
        rate = Cell(reuse_share(of_month))
        rows.append(Row((Cell(name), *cells, rate, missing_cell(of_month))))
    totals = figures(
        [column.known_total(_CUBIC_METRE) for column in columns],
        decimals,
        [column.is_marked for column in columns],
    )
    rows.append(draft.total_row([*totals, Cell(reuse_share(lines)), missing_cell(lines)]))
    unit = unit_text("m3", draft.language)
    headings = (
        Heading(draft.say("report.month"), figures=False),
        *(Heading(draft.names.word("scopes", scope), unit) for scope in scopes),
        Heading(draft.say("water.reuse_rate")),
        Heading(draft.say("report.missing")),
    )
    title = draft.say("water.by_month")
    return Grid(title, headings, tuple(rows), draft.source_of(lines))
