"""The energy section: by carrier, by process, balances of networks, flows and load."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from celadon.accounts.balance import TOLERANCE
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Note, Row, Section, figures
from celadon.report.charts.load import duration_curve, heat_map, power
from celadon.report.charts.monthly import Series, gathered, stacked_months
from celadon.report.charts.palette import carrier_colour
from celadon.report.charts.vega import draw
from celadon.report.content import MISSING
from celadon.report.draft import Draft
from celadon.report.figures import amount, chart_unit, decimals_for, quotient, share, unit_text
from celadon.report.lines import Line, Lines
from celadon.report.sections.flows import flow_picture
from celadon.report.sections.lacking import lacking_subjects
from celadon.report.sections.supply import supply_table

_TONNE = 10**6


def energy_section(draft: Draft) -> Section:
    """Everything about energy; says so where there is no energy account."""
    lines = draft.lines.where(account="energy")
    blocks: list[Block] = draft.kept_out_notes("energy", "process_energy")
    calorific = ("energy", "calorific_value") not in draft.kept_out
    if not calorific:
        blocks += supply_table(draft)
    elif lines:
        blocks += [_monthly(draft, lines), _by_carrier(draft, lines)]
    else:
        account = draft.names.word("accounts", "energy")
        blocks.append(Note(draft.say("open.no_account", account=account), "open"))
        blocks += supply_table(draft)
    blocks += _by_unit(draft)
    blocks += _balances(draft)
    blocks += _load(draft)
    if calorific:
        blocks += flow_picture(draft)
    return Section("energy", draft.say("section.energy"), tuple(blocks))


def monthly_series(draft: Draft, lines: Lines, small: str) -> tuple[list[Series], str]:
    """Values by carrier and month in the unit of the chart, and that unit in words."""
    sums = lines.sums(lambda line: (line.carrier, line.month))
    shown = amount(1, small)
    heights = {month: Fraction(0) for month in draft.months}
    for (_, month), value in sums.items():
        heights[month] += max(value, 0) * shown.value
    size, unit = chart_unit(max(heights.values()), shown.unit, draft.language)
    series = [
        Series(
            draft.names.carrier(carrier),
            carrier_colour(carrier),
            tuple(sums.get((carrier, month), 0) * shown.value / size for month in draft.months),
        )
        for carrier in dict.fromkeys(line.carrier for line in lines)
    ]
    return gathered(series, draft.say("report.others")), unit


def _monthly(draft: Draft, lines: Lines) -> Figure:
    calorific = lines.where(measure="calorific_value")
    series, unit = monthly_series(draft, calorific, "gce")
    chart = stacked_months(series, draft.month_names, unit, draft.say("energy.net"))
    title = draft.say("energy.monthly")
    return Figure("energy-by-month", title, draw(chart, title), draft.source_of(lines))


def _by_carrier(draft: Draft, lines: Lines) -> Grid:
    calorific = lines.where(measure="calorific_value")
    equivalent = lines.where(measure="equivalent_value")
    groups = calorific.by(lambda line: line.carrier)
    ordered = sorted(groups, key=lambda carrier: -abs(groups[carrier].total()))
    others = [equivalent.where(carrier=carrier) for carrier in ordered]
    values = [groups[carrier].known_total(_TONNE) for carrier in ordered]
    total = calorific.known_total(_TONNE)
    decimals = decimals_for([value for value in (total, *values) if value is not None])
    marks = [groups[carrier].is_marked for carrier in ordered]
    calorific_cells = figures(values, decimals, marks)
    equivalent_cells = figures(
        [other.known_total(_TONNE) for other in others],
        decimals,
        [other.is_marked for other in others],
    )
    rows = []
    for number, carrier in enumerate(ordered):
        cells = _amounts(draft, carrier, groups[carrier])
        part = share(groups[carrier].total(), calorific.total())
        quality = missing_cell(groups[carrier])
        rows.append(
            Row((*cells, calorific_cells[number], equivalent_cells[number], Cell(part), quality))
        )
    sums = [
        *figures([total], decimals, [calorific.is_marked]),
        *figures([equivalent.known_total(_TONNE)], decimals, [equivalent.is_marked]),
        Cell(share(calorific.total(), calorific.total())),
        missing_cell(calorific),
    ]
    rows.append(draft.total_row(sums, before=5))
    say = draft.say
    headings = (
        Heading(say("energy.carrier"), figures=False),
        Heading(say("report.unit"), figures=False),
        Heading(say("energy.purchased")),
        Heading(say("energy.stock")),
        Heading(say("energy.sold")),
        Heading(say("energy.calorific"), "tce"),
        Heading(say("energy.equivalent"), "tce"),
        Heading(say("report.share")),
        Heading(say("report.missing")),
    )
    source = draft.source_of(lines)
    return Grid(say("energy.by_carrier"), headings, tuple(rows), source)


def _amounts(draft: Draft, carrier: str, lines: Lines) -> list[Cell]:
    """Name, unit, and what was bought, drawn from stock and sold."""
    unit, small = draft.names.amount_unit(carrier), draft.names.small_unit(carrier)
    cells = [Cell(draft.names.carrier(carrier)), Cell(unit_text(unit, draft.language))]
    for scope in ("purchased", "stock", "sold"):
        chosen = lines.where(scope=scope)
        value = amount(abs(chosen.count()) if scope == "sold" else chosen.count(), small, unit)
        known = len(chosen) and not chosen.is_unknown
        cells += figures([value.value if known else None])
    return cells


def missing_cell(lines: Lines) -> Cell:
    """The share of time without any value; blank where there is none."""
    return Cell(share(lines.missing, 1) if lines.seconds_missing else "")


def _by_unit(draft: Draft) -> list[Block]:
    lines = draft.lines.where(account="process_energy", measure="calorific_value")
    if not lines:
        return []
    sums = lines.by(lambda line: line.unit)
    made = draft.lines.where(account="production").by(lambda line: line.stream)
    units = [unit for unit in draft.content.site.units if unit.id in sums]
    depth = _depths(draft)
    values = [sums[unit.id].known_total(_TONNE) for unit in units]
    cells = figures(values, marks=[sums[unit.id].is_marked for unit in units])
    rows = []
    for number, unit in enumerate(units):
        output = made.get(unit.product or "", Lines(()))
        name = Cell(draft.names.node(unit.id), indent=depth[unit.id])
        rows.append(
            Row(
                (
                    name,
                    cells[number],
                    *_output(draft, unit.product, sums[unit.id], output),
                    missing_cell(sums[unit.id]),
                )
            )
        )
    say = draft.say
    headings = (
        Heading(say("energy.process"), figures=False),
        Heading(say("energy.comprehensive"), "tce"),
        Heading(say("energy.product"), figures=False),
        Heading(say("energy.output")),
        Heading(say("energy.intensity")),
        Heading(say("report.missing")),
    )
    blocks: list[Block] = [
        Grid(say("energy.by_unit"), headings, tuple(rows), say("energy.unit_note"))
    ]
    lacking = lacking_subjects(draft, "process_energy")
    if lacking:
        names = "、".join(lacking) if draft.language == "zh" else ", ".join(lacking)
        blocks.append(Note(say("energy.process_lacks", names=names), "fault"))
    return blocks


def _output(draft: Draft, product: str | None, energy: Lines, output: Lines) -> list[Cell]:
    if product is None or not output.count():
        return [Cell("–"), Cell("–"), Cell("–")]
    small, unit = draft.names.small_unit(product), draft.names.amount_unit(product)
    made = amount(output.count(), small, unit)
    per = f"kgce/{unit}"
    words = unit_text(unit, draft.language)
    cells = [Cell(draft.names.stream(product)), Cell(f"{figures([made.value])[0].text} {words}")]
    if energy.is_unknown:
        return [*cells, Cell("–")]
    value = quotient(energy.total(), output.count(), per)
    text = f"{figures([value], 2)[0].text} {unit_text(per, draft.language)}"
    return [*cells, Cell(text, marked=energy.is_marked or output.is_marked)]


def _depths(draft: Draft) -> dict[str, int]:
    parents = {unit.id: unit.parent for unit in draft.content.site.units}
    depths = {}
    for unit, parent in parents.items():
        at, depth = parent, 0
        while at is not None:
            at, depth = parents[at], depth + 1
        depths[unit] = depth
    return depths


def balances(lines: Lines) -> dict[tuple[str, str], tuple[int, int]]:
    """What each network received and gave of its carrier, both as positive counts."""

    def place(line: Line) -> tuple[str, str]:
        return line.unit, line.carrier

    groups = lines.where(account="carrier").by(place)
    return {
        key: (group.where(scope="in").total(), -group.where(scope="out").total())
        for key, group in sorted(groups.items())
    }


def _balances(draft: Draft) -> list[Block]:
    found = balances(draft.lines)
    if not found:
        return []
    rows = []
    for (node, carrier), (received, given) in found.items():
        unit, small = draft.names.amount_unit(carrier), draft.names.small_unit(carrier)
        sides = [amount(count, small, unit).value for count in (received, given)]
        values = [*sides, sides[0] - sides[1]]
        open_gap = abs(received - given) > TOLERANCE * max(received, given)
        rows.append(
            Row(
                (
                    Cell(draft.names.node(node)),
                    Cell(draft.names.carrier(carrier)),
                    Cell(unit_text(unit, draft.language)),
                    *figures(values, decimals_for(values)),
                    Cell(share(received - given, received, 2)),
                ),
                kind="fault" if open_gap else "",
            )
        )
    say = draft.say
    headings = (
        Heading(say("energy.network"), figures=False),
        Heading(say("energy.carrier"), figures=False),
        Heading(say("report.unit"), figures=False),
        Heading(say("energy.received")),
        Heading(say("energy.given")),
        Heading(say("energy.gap")),
        Heading(say("energy.gap_share")),
    )
    return [Grid(say("energy.balance"), headings, tuple(rows), say("energy.balance_note"))]


def _load(draft: Draft) -> list[Block]:
    load = draft.content.load
    if load is None or not len(load.days):
        return []
    kilowatts = power(load.drawn, MISSING)
    if np.isnan(kilowatts).all():
        return []
    say = draft.say
    picture = heat_map(
        load.days, kilowatts, draft.twelve_months, say("energy.load"), say("energy.no_value")
    )
    duration = say("energy.duration")
    curve = duration_curve(kilowatts, say("energy.hours"), say("energy.peak"), say("energy.mean"))
    return [
        Figure("load-heat-map", say("energy.load"), picture, say("energy.load_source")),
        Figure("load-duration", duration, draw(curve, duration), draft.source),
    ]
