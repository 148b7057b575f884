"""The section of pollutants and waste, beside the carbon that the same units release."""

from __future__ import annotations

from fractions import Fraction

from celadon.accounts.pollutants.co_reduction import CoReduction, co_reductions
from celadon.accounts.pollutants.intensity import Intensity, intensities
from celadon.accounts.pollutants.tables import POLLUTANT, STORED, WASTE, WASTE_MEASURES
from celadon.records.site import FLOW, POLLUTANTS
from celadon.report.blocks import Block, Cell, Grid, Heading, Note, Row, Section, figures
from celadon.report.draft import Draft
from celadon.report.figures import unit_text
from celadon.report.lines import Lines
from celadon.report.sections.energy import missing_cell

_KILOGRAM = 1_000
_TONNE = 1_000_000


def pollutants_section(draft: Draft) -> Section:
    """What the site's outlets let out; nothing where it declares none."""
    lines, waste = draft.lines.where(account=POLLUTANT), draft.lines.where(account=WASTE)
    blocks: list[Block] = draft.kept_out_notes(POLLUTANT, WASTE)
    for medium in POLLUTANTS:
        of_medium = lines.where(scope=medium)
        if of_medium:
            blocks.append(_by_month(draft, of_medium, medium))
    if lines:
        blocks.append(_by_outlet(draft, lines))
        blocks += [] if draft.is_kept_out(POLLUTANT) else _intensities(draft)
        blocks += [] if _is_together_kept_out(draft) else _together(draft)
    if waste:
        blocks.append(_waste(draft, waste))
    blocks += _empty(draft)
    return Section("pollutants", draft.say("section.pollutants"), tuple(blocks))


def _empty(draft: Draft) -> list[Note]:
    """What the site declares that it lets out, and of which there is no figure: it is no zero."""
    stated = draft.stated.where(account=POLLUTANT)
    told = {(line.unit, line.measure) for line in stated}
    names = [
        f"{draft.names.node(outlet.id)} · {draft.names.word('measures', pollutant)}"
        for outlet in draft.content.site.outlets
        for pollutant in (*outlet.monitors, *outlet.factors)
        if pollutant != FLOW and (outlet.id, pollutant) not in told
    ]
    if not names:
        return []
    separator = "、" if draft.language == "zh" else "; "
    return [Note(draft.say("pollutants.empty", names=separator.join(names)), "open")]


def _known_measures(lines: Lines) -> list[str]:
    """The pollutants of some lines, in the order in which they are declared."""
    there = {line.measure for line in lines}
    return [name for names in POLLUTANTS.values() for name in names if name in there]


def _by_month(draft: Draft, lines: Lines, medium: str) -> Grid:
    measures = _known_measures(lines)
    columns = [lines.where(measure=measure) for measure in measures]
    cells = [
        figures(
            [*(column.where(month=month).known_total(_KILOGRAM) for month in draft.months),
             column.known_total(_KILOGRAM)]
        )
        for column in columns
    ]  # fmt: skip
    rows = [
        Row((
            Cell(name), *(column[number] for column in cells),
            missing_cell(lines.where(month=draft.months[number])),
        ))
        for number, name in enumerate(draft.month_names)
    ]  # fmt: skip
    rows.append(draft.total_row([*(column[-1] for column in cells), missing_cell(lines)]))
    headings = (
        Heading(draft.say("report.month"), figures=False),
        *(Heading(draft.names.word("measures", measure), "kg") for measure in measures),
        Heading(draft.say("report.missing")),
    )
    title = draft.say("pollutants.by_month", medium=draft.names.word("scopes", medium))
    return Grid(title, headings, tuple(rows), draft.source)


def _by_outlet(draft: Draft, lines: Lines) -> Grid:
    measures = _known_measures(lines)
    outlets = lines.by(lambda line: line.unit)
    units = {outlet.id: outlet.unit for outlet in draft.content.site.outlets}
    columns = [
        figures([own.where(measure=measure).known_total(_KILOGRAM) for own in outlets.values()])
        for measure in measures
    ]
    rows = [
        Row((
            Cell(draft.names.node(outlet)), Cell(draft.names.node(units[outlet])),
            *(column[number] for column in columns), missing_cell(own),
        ))
        for number, (outlet, own) in enumerate(outlets.items())
    ]  # fmt: skip
    headings = (
        Heading(draft.say("pollutants.outlet"), figures=False),
        Heading(draft.say("pollutants.unit"), figures=False),
        *(Heading(draft.names.word("measures", measure), "kg") for measure in measures),
        Heading(draft.say("report.missing")),
    )
    return Grid(draft.say("pollutants.by_outlet"), headings, tuple(rows), draft.source)


def _intensities(draft: Draft) -> list[Grid]:
    found = intensities(draft.content.site, draft.content.leaves.to_pylist())
    if not found:
        return []
    rows = [_intensity_row(draft, each) for each in found]
    headings = (
        Heading(draft.say("pollutants.unit"), figures=False),
        Heading(draft.say("pollutants.product"), figures=False),
        Heading(draft.say("pollutants.pollutant"), figures=False),
        Heading(draft.say("pollutants.let_out"), "kg"),
        Heading(draft.say("pollutants.per_product")),
        Heading(draft.say("pollutants.hours_missing"), "h"),
    )
    return [Grid(draft.say("pollutants.intensity"), headings, tuple(rows), draft.source)]


def _intensity_row(draft: Draft, found: Intensity) -> Row:
    (value,) = figures([found.per_product])
    unit = unit_text(f"g/{found.measure}", draft.language)
    cells = (
        Cell(draft.names.node(found.unit)),
        Cell(draft.names.stream(found.product)),
        Cell(draft.names.word("measures", found.pollutant)),
        *figures([Fraction(found.grams, _KILOGRAM)]),
        Cell(f"{value.text} {unit}" if found.per_product is not None else value.text, value.exact),
        *figures([Fraction(found.seconds_missing, 3_600)]),
    )
    return Row(cells)


def _together(draft: Draft) -> list[Grid]:
    """The changes since the same period a year earlier, where that has an account."""
    before = draft.content.year_before.to_pylist()
    if not Lines.of(draft.content.year_before).where(account=POLLUTANT).is_known:
        return []
    found = co_reductions(draft.content.site, before, draft.content.leaves.to_pylist())
    rows = [_together_row(draft, each) for each in found]
    headings = (
        Heading(draft.say("pollutants.place"), figures=False),
        Heading(draft.say("pollutants.pollutant"), figures=False),
        Heading(draft.say("pollutants.carbon_change"), unit_text("tCO2", draft.language)),
        Heading(draft.say("pollutants.change"), "kg"),
        Heading(draft.say("pollutants.with_each"), unit_text("g/tCO2", draft.language)),
        Heading(draft.say("pollutants.outcome"), figures=False, wide=True),
    )
    title = draft.say("pollutants.together")
    return [Grid(title, headings, tuple(rows), draft.source)] if rows else []


def _is_together_kept_out(draft: Draft) -> bool:
    """Whether an official report is without the changes, as one of their sides is not official."""
    if draft.content.mode != "official":
        return False
    before = Lines.of(draft.content.year_before)
    sides = [lines.where(account=name) for name in ("carbon", POLLUTANT)
             for lines in (draft.stated, before)]  # fmt: skip
    return any(side.is_marked for side in sides)


def _together_row(draft: Draft, found: CoReduction) -> Row:
    names = draft.names
    place = names.node(found.place) if found.kind == "unit" else names.stream(found.place)
    carbon, own = found.carbon_change, found.change
    cells = (
        Cell(place),
        Cell(names.word("measures", found.pollutant)),
        *figures([None if carbon is None else Fraction(carbon, _TONNE)]),
        *figures([None if own is None else Fraction(own, _KILOGRAM)]),
        *figures([found.per_tonne]),
        Cell(draft.say(f"fallen.{found.outcome}")),
    )
    return Row(cells)


def _waste(draft: Draft, lines: Lines) -> Grid:
    there = {line.measure for line in lines}
    measures = [name for name in (*WASTE_MEASURES, STORED) if name in there]
    wastes = lines.by(lambda line: (line.unit, line.scope))
    columns = [
        figures([own.where(measure=measure).known_total(_KILOGRAM) for own in wastes.values()])
        for measure in measures
    ]
    rows = [
        Row((
            Cell(draft.names.node(outlet)), Cell(draft.names.word("scopes", kind)),
            *(column[number] for column in columns), missing_cell(own),
        ))
        for number, ((outlet, kind), own) in enumerate(wastes.items())
    ]  # fmt: skip
    headings = (
        Heading(draft.say("pollutants.waste"), figures=False),
        Heading(draft.say("pollutants.kind"), figures=False),
        *(Heading(draft.names.word("measures", measure), "t") for measure in measures),
        Heading(draft.say("report.missing")),
    )
    return Grid(draft.say("pollutants.wastes"), headings, tuple(rows), draft.source)
