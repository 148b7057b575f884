"""The carbon of each process: what came in, what was passed on, and what it released."""

from __future__ import annotations

from fractions import Fraction

from celadon.accounts.carbon_lines import PROCESS_CARBON
from celadon.accounts.graph import Graph
from celadon.records.site import DRAIN, FLARE
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Row, figures
from celadon.report.charts.carbon_balance import Balance, BalanceWords, carbon_balance_chart
from celadon.report.draft import Draft
from celadon.report.figures import decimals_for, grouped, unit_text
from celadon.report.lines import Lines
from celadon.report.sections.energy import missing_cell

_TONNE = 10**6


def process_carbon(draft: Draft) -> list[Block]:
    """The balance of each process as a picture and a table; nothing where no method counts it."""
    lines = draft.lines.where(account=PROCESS_CARBON)
    if not lines:
        return []
    places = lines.by(lambda line: line.unit)
    units = [unit.id for unit in draft.content.site.units if unit.id in places]
    between = [*(network.id for network in draft.content.site.networks), FLARE, DRAIN]
    rest = [place for place in between if place in places]
    return [
        _picture(draft, {place: places[place] for place in units}),
        _table(draft, places, units, rest),
    ]


def sides(lines: Lines) -> tuple[int, int]:
    """What came into a place and what went out of it, both as positive grams of CO2."""
    return lines.where(scope="in").total(), -lines.where(scope="out").total()


def _picture(draft: Draft, places: dict[str, Lines]) -> Figure:
    values = {place: sides(lines) for place, lines in places.items()}
    decimals = decimals_for([Fraction(max(pair), _TONNE) for pair in values.values()])
    unit = unit_text("tCO2", draft.language)
    balances = [
        Balance(
            draft.names.node(place), Fraction(received, _TONNE), Fraction(given, _TONNE),
            grouped(Fraction(received - given, _TONNE), decimals),
        )
        for place, (received, given) in values.items()
    ]  # fmt: skip
    balances.sort(key=lambda one: -one.received)
    say = draft.say
    words = BalanceWords(
        say("processes.received"), say("processes.given"), say("processes.released"),
        say("processes.excess"),
    )  # fmt: skip
    title = say("processes.picture", unit=unit)
    svg = carbon_balance_chart(balances, title, words)
    lines = Lines(line for own in places.values() for line in own)
    note = f"{say('processes.note')} {draft.source_of(lines)}"
    return Figure("carbon-of-processes", title, svg, note)


def _table(draft: Draft, places: dict[str, Lines], units: list[str], rest: list[str]) -> Grid:
    """Every process, what lies between them, and the site; the sum of the outermost is the site."""
    say, site = draft.say, draft.content.site
    outermost = Graph(site).outermost(units)
    added = [*(unit for unit in units if unit in outermost), *rest]
    shown = [*(sides(places[place]) for place in (*units, *rest))]
    whole = sides(places.get(site.id, Lines(())))
    decimals = decimals_for([Fraction(value, _TONNE) for pair in (*shown, whole) for value in pair])

    def cells(lines: Lines) -> list[Cell]:
        received, given = (lines.where(scope=scope).known_total(_TONNE) for scope in ("in", "out"))
        values = [received, None if given is None else -given, lines.known_total(_TONNE)]
        return figures(values, decimals, [False, False, lines.is_marked])

    rows = [
        Row((
            Cell(_name(draft, place), indent=0 if place in added else 1),
            *cells(places[place]), missing_cell(places[place]),
        ))
        for place in (*units, *rest)
    ]  # fmt: skip
    released = sum(r - g for r, g in (sides(places[place]) for place in added))
    blank = Cell("")
    difference = figures([Fraction(released, _TONNE)], decimals)
    summed = (Cell(say("processes.sum")), blank, blank, *difference, blank)
    rows.append(Row(summed, kind="total"))
    lines = Lines(line for own in places.values() for line in own)
    at_site = (
        Cell(say("processes.site")),
        *cells(places.get(site.id, Lines(()))),
        missing_cell(lines),
    )
    rows.append(Row(at_site, kind="total"))
    apart = whole[0] - whole[1] - released
    told = "processes.closes" if not apart else "processes.open"
    unit = unit_text("tCO2", draft.language)
    headings = (
        Heading(say("processes.process"), figures=False),
        Heading(say("processes.received"), unit),
        Heading(say("processes.given"), unit),
        Heading(say("processes.difference"), unit),
        Heading(say("report.missing")),
    )
    source = say(told, apart=f"{grouped(Fraction(apart, _TONNE), 6)} {unit}")
    return Grid(say("processes.table"), headings, tuple(rows), source)


def _name(draft: Draft, place: str) -> str:
    name = draft.names.node(place)
    return name[:1].upper() + name[1:] if place in (FLARE, DRAIN) else name
