"""The carbon section: by source, by kind, by process, by month, and the factors used."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from celadon.accounts.rungs import is_tabled
from celadon.exact import decimal_text, from_count
from celadon.records.site import STOCK
from celadon.reference.confirmed import weakest
from celadon.report.blocks import (
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    Note,
    Row,
    Section,
    figures,
    words,
)
from celadon.report.charts.bars import Bar, amount_bars
from celadon.report.charts.monthly import Series, gathered, stacked_months
from celadon.report.charts.palette import carrier_colour
from celadon.report.charts.vega import draw
from celadon.report.draft import Draft
from celadon.report.figures import (
    amount,
    chart_unit,
    decimals_for,
    grouped,
    month_text,
    share,
    unit_text,
)
from celadon.report.lines import Lines, is_below_official
from celadon.report.sections.contributions import contribution_picture
from celadon.report.sections.energy import missing_cell
from celadon.report.sections.gases import aside_table, gas_table
from celadon.report.sections.processes import process_carbon
from celadon.report.sections.products import carbon_by_product
from celadon.report.sections.views import views_table

_TONNE = 10**6

SCOPES = (
    "direct_combustion", "process", "flare", "waste_water", "escaped", "destroyed", "captured",
    "purchased_electricity", "purchased_heat", "green_electricity", "own_use_electricity",
    "fossil_electricity",
    "exported_electricity", "exported_heat", "carbon_stored",
)  # fmt: skip
"""Kinds of emission, in the order shown."""


def carbon_section(draft: Draft) -> Section:
    """Everything about carbon; says so where there is no carbon account."""
    lines = draft.lines.where(account="carbon")
    title = draft.say("section.carbon")
    if draft.is_kept_out("carbon"):
        return Section("carbon", title, tuple(draft.kept_out_notes("carbon")))
    if not lines:
        account = draft.names.word("accounts", "carbon")
        note = Note(draft.say("open.no_account", account=account), "open")
        return Section("carbon", title, (note,))
    blocks: list[Block] = [
        _monthly(draft, lines),
        views_table(draft),
        *contribution_picture(draft, lines),
        _scopes(draft, lines),
        _by_source(draft, lines),
        _by_unit(draft, lines),
        _by_month(draft, lines),
        *carbon_by_product(draft, lines),
        *gas_table(draft, lines),
        *aside_table(draft, lines),
        *process_carbon(draft),
        *factor_table(draft, "carbon"),
    ]
    return Section("carbon", title, tuple(blocks))


def _monthly(draft: Draft, lines: Lines) -> Figure:
    """Sources in the colour of their carrier; two sources of one carrier are one part."""
    sums = lines.sums(lambda line: (line.carrier, line.value < 0, line.month))
    parts = dict.fromkeys((line.carrier, line.value < 0) for line in lines)
    height = max(
        sum(max(value, 0) for (_, _, at), value in sums.items() if at == month)
        for month in draft.months
    )
    size, unit = chart_unit(Fraction(height, _TONNE), "tCO2", draft.language)
    series = [
        Series(
            draft.names.carrier(carrier),
            carrier_colour(carrier),
            tuple(
                Fraction(sums.get((carrier, below, month), 0), _TONNE * size)
                for month in draft.months
            ),
        )
        for carrier, below in parts
    ]
    shown = gathered(_merged(series), draft.say("report.others"))
    chart = stacked_months(shown, draft.month_names, unit, draft.say("energy.net"))
    source = draft.source_of(lines)
    title = draft.say("carbon.monthly")
    return Figure("carbon-by-month", title, draw(chart, title), source)


def _merged(series: list[Series]) -> list[Series]:
    """A carrier that is both source and credit is one part, with its net amount."""
    by_label: dict[str, Series] = {}
    for part in series:
        known = by_label.get(part.label)
        values = part.values
        if known is not None:
            values = tuple(a + b for a, b in zip(known.values, values, strict=True))
        by_label[part.label] = Series(part.label, part.colour, values)
    return list(by_label.values())


def _scopes(draft: Draft, lines: Lines) -> Figure:
    sums = lines.sums(lambda line: line.scope)
    values = {scope: Fraction(value, _TONNE) for scope, value in sums.items()}
    decimals = decimals_for(values.values())
    unit = unit_text("tCO2", draft.language)
    bars = [
        Bar(draft.names.word("scopes", scope), value, f"{grouped(value, decimals)} {unit}")
        for scope, value in sorted(values.items(), key=lambda item: -item[1])
    ]
    title = draft.say("carbon.by_scope")
    return Figure("carbon-by-kind", title, amount_bars(bars, title), draft.source_of(lines))


def _by_source(draft: Draft, lines: Lines) -> Grid:
    groups = lines.by(lambda line: (line.stream, line.scope))
    ordered = sorted(groups, key=lambda key: -groups[key].total())
    values = [groups[key].known_total(_TONNE) for key in ordered]
    total = lines.known_total(_TONNE)
    decimals = decimals_for([value for value in (total, *values) if value is not None])
    cells = figures(values, decimals, [groups[key].is_marked for key in ordered])
    rows = []
    stocks = {s.id for s in draft.content.site.streams if STOCK in (s.origin, s.destination)}
    for number, (stream, scope) in enumerate(ordered):
        group = groups[stream, scope]
        carrier = next(iter(group)).carrier
        small, unit = draft.names.small_unit(carrier), draft.names.amount_unit(carrier)
        # a draw on stock has a direction; what is bought or sold says its own
        count = group.count() if stream in stocks else abs(group.count())
        activity = amount(count, small, unit)
        rows.append(
            Row(
                (
                    Cell(draft.names.stream(stream)),
                    Cell(draft.names.word("scopes", scope)),
                    *figures([None if group.is_unknown else activity.value]),
                    Cell(unit_text(unit, draft.language)),
                    cells[number],
                    Cell(share(group.total(), lines.total())),
                    Cell(letter_text(draft, group)),
                    missing_cell(group),
                )
            )
        )
    whole = share(lines.total(), lines.total())
    sums = [
        *figures([total], decimals, [lines.is_marked]), Cell(whole),
        Cell(letter_text(draft, lines)), missing_cell(lines),
    ]  # fmt: skip
    rows.append(draft.total_row(sums, before=4))
    say = draft.say
    headings = (
        Heading(say("carbon.source"), figures=False),
        Heading(say("carbon.scope"), figures=False),
        Heading(say("carbon.activity")),
        Heading(say("report.unit"), figures=False),
        Heading(say("carbon.emission"), unit_text("tCO2", draft.language)),
        Heading(say("report.share")),
        Heading(say("carbon.letter"), figures=False),
        Heading(say("report.missing")),
    )
    return Grid(say("carbon.by_source"), headings, tuple(rows), draft.source_of(lines))


def letter_text(draft: Draft, lines: Lines) -> str:
    """The lowest letter of data and equations, and of which of the two it is."""
    weakness = lines.weakness
    told = draft.say(f"weakness.{weakness}") if weakness else ""
    return " · ".join(part for part in (lines.letter or "–", told) if part)


def _by_unit(draft: Draft, lines: Lines) -> Grid:
    groups = lines.by(lambda line: line.unit)
    ordered = sorted(groups, key=lambda unit: -groups[unit].total())
    values = [groups[unit].known_total(_TONNE) for unit in ordered]
    total = lines.known_total(_TONNE)
    decimals = decimals_for([value for value in (total, *values) if value is not None])
    marks = [groups[unit].is_marked for unit in ordered]
    cells = figures(values, decimals, marks)
    rows = [
        Row(
            (
                Cell(draft.names.node(unit)),
                cells[n],
                Cell(share(groups[unit].total(), lines.total())),
                missing_cell(groups[unit]),
            )
        )
        for n, unit in enumerate(ordered)
    ]
    sums = [
        *figures([total], decimals, [lines.is_marked]),
        Cell(share(lines.total(), lines.total())),
        missing_cell(lines),
    ]
    rows.append(draft.total_row(sums))
    say = draft.say
    headings = (
        Heading(say("energy.process"), figures=False),
        Heading(say("carbon.emission"), unit_text("tCO2", draft.language)),
        Heading(say("report.share")),
        Heading(say("report.missing")),
    )
    return Grid(say("carbon.by_unit"), headings, tuple(rows), say("carbon.by_unit_note"))


def _by_month(draft: Draft, lines: Lines) -> Grid:
    present = {line.scope for line in lines}
    scopes = [*(s for s in SCOPES if s in present), *sorted(present - set(SCOPES))]
    columns = [*(lines.where(scope=scope) for scope in scopes), lines]
    table = [
        [column.where(month=month).known_total(_TONNE) for column in columns]
        for month in draft.months
    ]
    decimals = decimals_for([value for row in table for value in row if value is not None])
    rows = [
        Row((Cell(name), *figures(values, decimals), missing_cell(lines.where(month=month))))
        for name, month, values in zip(draft.month_names, draft.months, table, strict=True)
    ]
    totals = [column.known_total(_TONNE) for column in columns]
    marks = [column.is_marked for column in columns]
    rows.append(draft.total_row([*figures(totals, decimals, marks), missing_cell(lines)]))
    unit = unit_text("tCO2", draft.language)
    headings = (
        Heading(draft.say("report.month"), figures=False),
        *(Heading(draft.names.word("scopes", scope), unit) for scope in scopes),
        Heading(draft.say("report.total"), unit),
        Heading(draft.say("report.missing")),
    )
    title = draft.say("carbon.by_month")
    return Grid(title, headings, tuple(rows), draft.source_of(lines), small=True)


def factor_table(draft: Draft, account: str) -> list[Block]:
    """The parameters of an account with edition, place, and letter.

    Streams that take the same default share a row; so do the monthly values of one measured
    quantity, whose range it tells. Each of them stands in the workbook and in the tables.
    """
    rows = [row for row in draft.content.parameters.to_pylist() if row["account"] == account]
    if not rows:
        return []
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        place = row["factor"] if is_tabled(row) else row["stream"]
        key = (row["name"], row["rung"], row["unit"], place)
        groups.setdefault(key, []).append(row)
    shown, above = [], ""
    for found in groups.values():
        document, place = _source(draft, found)
        same = bool(document) and document == above
        source = draft.say("carbon.same_source") if same else document
        text = " · ".join(part for part in (source, place) if part)
        shown.append(Row(tuple(_factor_cells(draft, found, text))))
        above = document
    say = draft.say
    headings = (
        Heading(say("sources.stream"), figures=False),
        Heading(say("carbon.factor"), figures=False),
        Heading(say("carbon.days"), figures=False),
        Heading(say("carbon.value")),
        Heading(say("report.unit"), figures=False),
        Heading(say("carbon.rung"), figures=False),
        Heading(say("carbon.edition"), figures=False, wide=True),
        Heading(say("carbon.letter"), figures=False),
    )
    title = f"{say('carbon.factors')} · {draft.names.word('accounts', account)}"
    return [Grid(title, headings, tuple(shown), say("report.mark"), small=True)]


def _source(draft: Draft, found: list[dict[str, Any]]) -> tuple[str, str]:
    """The document that a row of factors rests on, and the place in it."""
    first = found[0]
    if is_tabled(first):
        return _document(draft, first["factor"])
    return cited(draft, first["rung"], "; ".join(dict.fromkeys(row["factor"] for row in found))), ""


def _factor_cells(draft: Draft, found: list[dict[str, Any]], source: str) -> list[Cell]:
    first = found[0]
    starts, ends = [row["from_day"] for row in found], [row["to_day"] for row in found]
    letters = sorted({row["confidence"] or "" for row in found})
    texts = {_value_text(row): from_count(row["count"], row["decimals"]) for row in found}
    ordered = sorted(texts, key=lambda text: texts[text])
    value = ordered[0] if len(ordered) == 1 else f"{ordered[0]} – {ordered[-1]}"
    return [
        *words(
            ", ".join(dict.fromkeys(draft.names.stream(row["stream"]) for row in found)),
            draft.names.word("parameters", first["name"]),
            _days(draft, min(starts), max(ends)),
        ),
        Cell(value, marked=any(is_below_official(letter) for letter in letters)),
        *words(
            unit_text(first["unit"], draft.language),
            draft.names.word("rungs", first["rung"]),
            source,
            weakest(letters) or "–",
        ),
    ]


def _value_text(row: dict[str, Any]) -> str:
    value = from_count(row["count"], row["decimals"])
    return decimal_text(value, row["decimals"]).replace("-", "−")


def _days(draft: Draft, first: dt.date, after: dt.date) -> str:
    """The days that a parameter holds: a month by its name, else the first and last day."""
    content = draft.content
    if first <= content.period_from and after >= content.period_to:
        return draft.say("carbon.whole_period")
    last = after - dt.timedelta(days=1)
    if first.day == 1 and (after.day, last.month) == (1, first.month):
        return month_text(first, draft.language, with_year=True)
    return f"{first} – {last}"


def cited(draft: Draft, rung: str, factor: str) -> str:
    """Where a parameter comes from: document, edition and place for a default, else its rows."""
    if not is_tabled({"rung": rung, "factor": factor}):
        first, *others = factor.split("; ")
        return draft.say("carbon.and_more", source=first, number=len(others)) if others else first
    return " · ".join(part for part in _document(draft, factor) if part)


def _document(draft: Draft, factor: str) -> tuple[str, str]:
    """The document of a record with its edition, and the place in it."""
    record = draft.content.registry.describe(factor)
    source = record.source
    titles = (source.title_zh, source.title_en)
    own, other = titles if draft.language == "zh" else reversed(titles)
    edition = "" if source.edition in source.number else source.edition
    parts = (source.number, own or other, edition)
    return " · ".join(part for part in parts if part), record.locator
