"""The report as one HTML file: nothing from outside, no script, made for paper as for screens."""

from __future__ import annotations

from celadon.report.blocks import Figure, FirstPage, Section
from celadon.report.draft import Draft
from celadon.report.rendering import templates
from celadon.report.sections.balances import balances_section
from celadon.report.sections.carbon import carbon_section
from celadon.report.sections.changes import changes_section, edition_section
from celadon.report.sections.energy import energy_section
from celadon.report.sections.first_page import first_page
from celadon.report.sections.leaves import leaves_section
from celadon.report.sections.pollutants import pollutants_section
from celadon.report.sections.quality import quality_section
from celadon.report.sections.sources import missing_section, sources_section
from celadon.report.sections.verdicts import verdicts_section
from celadon.report.sections.water import water_section

MOST_BYTES = 5_000_000
"""A report stays below this size."""

SECTIONS = (
    energy_section,
    carbon_section,
    water_section,
    pollutants_section,
    changes_section,
    edition_section,
    verdicts_section,
    quality_section,
    balances_section,
    missing_section,
    sources_section,
    leaves_section,
)
"""The sections in the order of the report."""


def lay_out(draft: Draft) -> tuple[FirstPage, tuple[Section, ...]]:
    """The first page and all sections that have anything to show, in words."""
    made = (section(draft) for section in SECTIONS)
    return first_page(draft), tuple(section for section in made if section.blocks)


def render(draft: Draft, first: FirstPage, sections: tuple[Section, ...]) -> str:
    """The HTML of a report."""
    template = templates().get_template("report.html")
    return template.render(
        first=first,
        sections=sections,
        language=draft.language,
        say=draft.say,
        mode=draft.say(f"report.{draft.content.mode}"),
        marked=any(card.marked for card in first.cards),
        version=draft.content.code_version,
    )


def charts(sections: tuple[Section, ...]) -> list[Figure]:
    """All charts of the sections, in order."""
    return [b for section in sections for b in section.blocks if isinstance(b, Figure)]
