"""The summary of a programme as a page: each province, and findings by article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from celadon.assess.names import standard_label
from celadon.cases import Programme, State
from celadon.cases.programme import Kind
from celadon.cases.summary import summarise
from celadon.languages import Language
from celadon.reference import Registry
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Note, Row, Section
from celadon.report.charts.multiples import Panel, Series, multiples_chart
from celadon.report.charts.palette import ACCENT, CELADON, CELADON_DEEP, CELADON_PALE, ESTIMATED
from celadon.report.figures import grouped
from celadon.report.supervision.page import WORDS, Page

_BARS: Mapping[Kind, tuple[str, ...]] = {
    "supervision": ("selected", "checked", "violation", "corrected", "closed"),
    "diagnosis": ("selected", "checked", "diagnosed", "measures", "implemented"),
    "pilot": ("selected", "withdrawn", "not_met", "met", "closed"),
    "list": ("selected", "removed", "not_met", "met", "listed"),
}
_COLOURS = (ESTIMATED, CELADON_PALE, ACCENT, CELADON, CELADON_DEEP)


def summary_page(
    programme: Programme, state: State, on: str, registry: Registry, language: Language
) -> Page:
    """How a programme stands on a day, province by province in the order of their codes."""
    facts = (
        (WORDS.text("summed.authority", language), programme.authority),
        (WORDS.text("summed.day", language), on),
        (WORDS.text("summed.events", language), grouped(Fraction(state.length))),
    )
    sections = (
        Section("provinces", WORDS.text("summed.provinces", language),
                (_provinces(programme, state, on, registry, language),)),
        Section("articles", WORDS.text("summed.articles", language),
                (_articles(state, registry, language),)),
    )  # fmt: skip
    kind = WORDS.text("summed.kind", language)
    return Page(kind, programme.name(language), facts, (), sections, language, programme.simulated)


def region_name(region: str, language: str, registry: Registry) -> str:
    """A province by its name; a code that is none as it is."""
    known = registry.regions.get(region)
    if known is None:
        return region or "–"
    return known.name_zh if language == "zh" else known.name_en


def by_code(regions: list[str], registry: Registry) -> list[str]:
    """Provinces in the order of their codes; what is none of them last."""
    codes = {name: registry.regions[name].code for name in regions if name in registry.regions}
    return sorted(regions, key=lambda name: (codes.get(name, "9"), name))


def _provinces(
    programme: Programme, state: State, on: str, registry: Registry, language: Language
) -> Figure:
    ends = [stage.id for stage in programme.stages if stage.ends]
    groups = summarise(state, on, lambda case: case.region, ends)
    panels, bars = [], _BARS[programme.kind]
    for name in by_code(list(groups), registry):
        counts = groups[name].plain()
        told = region_name(name, language, registry)
        panels.append(Panel(told, tuple(counts[key] for key in bars)))
    series = [
        Series(WORDS.text(f"summed.{key}", language), colour)
        for key, colour in zip(bars, _COLOURS, strict=True)
    ]
    title = WORDS.text("summed.provinces", language)
    svg = multiples_chart(panels, series, title)
    scale = "scale" if programme.kind == "supervision" else f"scale_{programme.kind}"
    return Figure("provinces-chart", programme.name(language), svg,
                  WORDS.text(f"summed.{scale}", language))  # fmt: skip


def _articles(state: State, registry: Registry, language: Language) -> Block:
    found: Counter[str] = Counter()
    still: Counter[str] = Counter()
    for case in state.cases.values():
        for finding in case.findings.values():
            if finding.state != "given_up":
                found[finding.article] += 1
                still[finding.article] += finding.state != "corrected"
    if not found:
        return Note(WORDS.text("summed.none", language))
    rows = tuple(
        Row((Cell(standard_label(article, language, registry)), Cell(grouped(Fraction(number))),
             Cell(grouped(Fraction(still[article])))))
        for article, number in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    )  # fmt: skip
    headings = (
        Heading(WORDS.text("summed.article", language), figures=False),
        Heading(WORDS.text("summed.findings", language)),
        Heading(WORDS.text("summed.standing", language)),
    )
    return Grid(WORDS.text("summed.articles", language), headings, rows)
