"""Checks on returns as a page: findings by cause, regions, and whom to ask first."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pyarrow.compute as pc

from celadon.assess.checks.screening import Screening
from celadon.assess.checks.telling import told_causes, told_reporters
from celadon.languages import Language
from celadon.reference import Registry
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Note, Row, Section
from celadon.report.charts.causes import COLOURS, CauseBar, cause_chart
from celadon.report.charts.multiples import Panel, Series, multiples_chart
from celadon.report.charts.palette import ACCENT, CELADON_PALE
from celadon.report.figures import grouped
from celadon.report.plurals import counted
from celadon.report.supervision.page import WORDS, Page
from celadon.report.supervision.summed import by_code, region_name

SHOWN_CAUSES, SHOWN_REPORTERS = 20, 30
"""How many causes and reporters a page shows; the workbook has all."""


def screening_page(done: Screening, registry: Registry, language: Language) -> Page:
    """What the checks found of a population of returns."""
    population = done.population
    year = population.returned["year"]
    first, last = pc.min(year).as_py(), pc.max(year).as_py()
    years = str(first) if first == last else f"{first}–{last}"
    facts = (
        (WORDS.text("screened.rows", language), grouped(Fraction(population.returned.num_rows))),
        (WORDS.text("screened.reporters", language), grouped(Fraction(population.reporters))),
        (WORDS.text("screened.years", language), years),
    )
    sections = (
        Section("causes", WORDS.text("screened.causes", language), _causes(done, language)),
        Section("regions", WORDS.text("screened.provinces", language),
                _regions(done, registry, language)),
        Section("first", WORDS.text("screened.first", language),
                (_first(done, registry, language),)),
    )  # fmt: skip
    kept = tuple(section for section in sections if section.blocks)
    profile = population.profile
    return Page(WORDS.text("screened.kind", language), profile.name(language), facts, (), kept,
                language, done.simulated)  # fmt: skip


def _causes(done: Screening, language: Language) -> tuple[Block, ...]:
    causes = told_causes(done, language)
    if not causes:
        return (Note(WORDS.text("screened.nobody", language)),)
    shown = causes[:SHOWN_CAUSES]
    bars = [
        CauseBar(
            counted(one.text, language), one.severity, one.hits, grouped(Fraction(one.hits)),
            None if one.size is None else float(one.expected), grouped(one.expected),
        )
        for one in shown
    ]  # fmt: skip
    heads = (
        WORDS.text("screened.places", language),
        WORDS.text("screened.expected", language, unit=causes[0].unit),
    )
    severities = [name for name in COLOURS if any(one.severity == name for one in shown)]
    legend = [(name, WORDS.text(f"severity.{name}", language)) for name in severities]
    title = WORDS.text("screened.causes", language)
    note = WORDS.text("screened.causes_note", language)
    chart = Figure("causes-chart", title, cause_chart(bars, title, heads, legend), note)
    if len(causes) <= len(shown):
        return (chart,)
    more = WORDS.text("screened.shown", language, shown=len(shown), all=len(causes))
    return (chart, Note(more))


def _regions(done: Screening, registry: Registry, language: Language) -> tuple[Block, ...]:
    """The regions that returns name; none where they name none."""
    returned = done.population.returned
    region_of = dict(zip(returned["who"].to_pylist(), returned["region"].to_pylist(), strict=True))
    everybody = Counter(region for region in region_of.values() if region)
    asked = Counter(
        region for who in done.triage["who"].to_pylist() if (region := region_of.get(who))
    )
    if not everybody:
        return ()
    panels = [
        Panel(region_name(name, language, registry), (everybody[name], asked[name]))
        for name in by_code(list(everybody), registry)
    ]
    series = [
        Series(WORDS.text("screened.reporting", language), CELADON_PALE),
        Series(WORDS.text("screened.asked", language), ACCENT),
    ]
    title = WORDS.text("screened.provinces", language)
    return (Figure("regions-chart", title, multiples_chart(panels, series, title)),)


def _first(done: Screening, registry: Registry, language: Language) -> Block:
    first = told_reporters(done, language, SHOWN_REPORTERS)
    if not first:
        return Note(WORDS.text("screened.nobody", language))
    rows = tuple(
        Row((Cell(one.reporter), Cell(one.name),
             Cell(region_name(one.region, language, registry)), Cell(one.title),
             Cell(grouped(Fraction(one.hits))), Cell(grouped(one.expected))))
        for one in first
    )  # fmt: skip
    words = [WORDS.text(f"screened.{key}", language) for key in ("reporter", "name", "region")]
    headings = (
        *(Heading(word, figures=False) for word in words),
        Heading(WORDS.text("screened.most", language), figures=False),
        Heading(WORDS.text("screened.places", language)),
        Heading(WORDS.text("screened.expected", language, unit=first[0].unit)),
    )
    return Grid(WORDS.text("screened.first", language), headings, rows, small=True)
