"""Verdicts as a page: the ladder of each norm, the place among peers, every verdict with reason."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from celadon.assess.among import Among, kind_name
from celadon.assess.citing import Told
from celadon.assess.machines import RULE as EQUIPMENT
from celadon.assess.names import (
    indicator_name,
    limit_name,
    outcome_name,
    rule_name,
    standard_label,
    subject_name,
)
from celadon.assess.reasons import encoded
from celadon.assess.telling import reason_text
from celadon.languages import Language
from celadon.records.site import Site
from celadon.reference import Registry
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Row, Section, exact_text
from celadon.report.charts.distribution import Distribution, distribution_chart
from celadon.report.charts.ladder import Ladder, Limit, ladder_chart
from celadon.report.charts.multiples import Panel, Series, multiples_chart
from celadon.report.charts.palette import ACCENT, ACCENT_PALE, CELADON, ESTIMATED
from celadon.report.figures import grouped, unit_text
from celadon.report.supervision.page import WORDS, Page
from celadon.report.supervision.summed import by_code, region_name

LEAST_DRAWN, MOST_DRAWN = 10, 24
"""Figures from which a distribution is drawn, and how many distributions a page has."""

_ONE_LINE = 20
"""Letters of a standard's number, which is not broken over two lines."""

_TONES = {
    "benchmark": "good", "grade_1": "good", "met": "good", "over_limit": "bad",
    "below_baseline": "bad", "not_met": "bad", "cannot_tell": "open", "": "open",
}  # fmt: skip
_BARS = (
    ("kept", CELADON), ("over_limit", ACCENT), ("below_baseline", ACCENT_PALE),
    ("cannot_tell", ESTIMATED),
)  # fmt: skip
_LADDERED = ("norm", "norm-coming", "levels-2023", "water-norm")


def site_page(
    site: Site,
    period: str,
    verdicts: Sequence[Told],
    groups: Sequence[Among],
    unjudged: Sequence[str],
    registry: Registry,
    language: Language,
    *,
    peers: bool,
) -> Page:  # fmt: skip
    """Every verdict on one site.

    Parameters
    ----------
    groups : its figures among those of all who make the same; unjudged : products without a norm.
    peers : whether a run of all sites was at hand.
    """
    told = [each for each in verdicts if each.row["rule"] != EQUIPMENT]
    ladders = any(each.row["rule"] in _LADDERED for each in told)
    sections = [
        Section("ladder", WORDS.text("judged.ladder", language),
                (_ladders(told, site, registry, language),) if ladders else ()),
        Section("among", WORDS.text("judged.among", language),
                _among(groups, registry, language)),
        Section("verdicts", WORDS.text("judged.table", language),
                (_table(told, site, registry, language),)),
        Section("machines", WORDS.text("judged.machines", language),
                _machines([each.row for each in verdicts if each.row["rule"] == EQUIPMENT],
                          registry, language)),
    ]  # fmt: skip
    notices = []
    if unjudged:
        named = ", ".join(subject_name(site, each, language, registry) for each in unjudged)
        notices.append(WORDS.text("judged.without_norm", language, products=named))
    if not peers:
        notices.append(WORDS.text("judged.no_run", language))
    facts = (
        (WORDS.text("judged.period", language), period),
        (WORDS.text("judged.verdicts", language), grouped(Fraction(len(verdicts)))),
    )
    kept = tuple(section for section in sections if _is_filled(section))
    kind = WORDS.text("judged.kind", language)
    return Page(kind, site.name(language), facts, tuple(notices), kept, language, site.simulated)


def together_page(
    heading: str,
    period: str,
    counted: Mapping[str, int],
    groups: Sequence[Among],
    regions: Mapping[str, Mapping[str, int]],
    broken: Sequence[Mapping[str, Any]],
    registry: Registry,
    language: Language,
    *,
    simulated: bool,
    declared: Mapping[str, Site] | None = None,
) -> Page:
    """The verdicts on many sites: distributions, provinces, and who is over the limit.

    Parameters
    ----------
    heading : whose sites they are; counted : ``sites``, ``failed`` and ``verdicts``.
    declared : the sites that are over a limit, by id.
    """
    notices: tuple[str, ...] = ()
    if counted["failed"]:
        notices = (WORDS.text("judged.failed", language, number=counted["failed"]),)
    facts = (
        (WORDS.text("judged.period", language), period),
        (WORDS.text("judged.sites", language), grouped(Fraction(counted["sites"]))),
        (WORDS.text("judged.verdicts", language), grouped(Fraction(counted["verdicts"]))),
    )
    sections = (
        Section("among", WORDS.text("judged.among", language), _among(groups, registry, language)),
        Section("regions", WORDS.text("judged.regions", language),
                (_regions(regions, registry, language),)),
        Section("over", WORDS.text("judged.over", language),
                _broken(broken, declared or {}, registry, language)),
    )  # fmt: skip
    kept = tuple(section for section in sections if section.blocks)
    return Page(
        WORDS.text("judged.kind", language), heading, facts, notices, kept, language, simulated
    )


def _is_filled(section: Section) -> bool:
    """Whether there is something in a section: a page on one machine has no ladders."""
    return any(not isinstance(block, Grid) or block.rows for block in section.blocks)


def _ladders(told: Sequence[Told], site: Site, registry: Registry, language: Language) -> Figure:
    ladders = []
    for each in told:
        row = each.row
        if row["rule"] in _LADDERED:
            ladders.append(_ladder(each, site, registry, language))
    title = WORDS.text("judged.ladder", language)
    return Figure("ladder-chart", title, ladder_chart(ladders, title))


def _ladder(each: Told, site: Site, registry: Registry, language: Language) -> Ladder:
    row, rungs = each.row, each.ladder.rungs if each.ladder is not None else ()
    outcome = outcome_name(row["outcome"], language)
    value = each.ladder.value if each.ladder is not None else None
    open_point = row["outcome"] == "cannot_tell"
    return Ladder(
        subject_name(site, row["subject"], language, registry),
        standard_label(row["standard"], language, registry) or rule_name(row["rule"], language),
        unit_text(row["unit"], language),
        tuple(_limit(rung.name, rung.limit, language) for rung in rungs),
        value, "" if value is None else grouped(value, 2), outcome,
        _TONES.get(row["outcome"], "fair"),
        reason_text(row["because"], language) if open_point else "",
    )  # fmt: skip


def _among(groups: Sequence[Among], registry: Registry, language: Language) -> tuple[Block, ...]:
    drawn = [one for one in groups if len(one.values) >= LEAST_DRAWN][:MOST_DRAWN]
    if not drawn:
        return ()
    title = WORDS.text("judged.among", language)
    svg = distribution_chart([_distribution(one, registry, language) for one in drawn], title)
    return (Figure("among-chart", title, svg, WORDS.text("judged.among_note", language)),)


def _distribution(one: Among, registry: Registry, language: Language) -> Distribution:
    told = [WORDS.text("judged.among_all", language, number=len(one.values))]
    if one.own is not None:
        lower = bisect_left(one.values, one.own)
        higher = len(one.values) - bisect_right(one.values, one.own)
        place = WORDS.text("judged.lower", language, lower=lower, higher=higher)
        told = [outcome_name(one.outcome, language)] if one.outcome else []
        told += [place]
    else:
        told += [
            WORDS.text("judged.outcome", language, outcome=outcome_name(name, language), number=n)
            for name, n in sorted(one.outcomes.items(), key=lambda each: (-each[1], each[0]))
        ]
    half = len(one.values) // 2
    ordered = one.values
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    standard = standard_label(one.standard, language, registry)
    rule = f"{indicator_name(one.indicator, language)} · {standard}"
    return Distribution(
        kind_name(one.kind, language, registry), rule, unit_text(one.unit, language), one.values,
        tuple(_limit(name, value, language) for name, value in one.limits.items()), one.own,
        "" if one.own is None else grouped(one.own, 2), tuple(told),
        _TONES.get(one.outcome, "fair"),
        WORDS.text("judged.median", language, value=grouped(middle, 1)),
    )  # fmt: skip


def _limit(name: str, value: Fraction, language: Language) -> Limit:
    return Limit(limit_name(name, language), value, exact_text(value).replace("-", "−"))


def _regions(
    regions: Mapping[str, Mapping[str, int]], registry: Registry, language: Language
) -> Figure:
    panels = [
        Panel(
            region_name(name, language, registry),
            tuple(regions[name].get(key, 0) for key, _ in _BARS),
        )
        for name in by_code(list(regions), registry)
    ]
    series = [Series(WORDS.text(f"region.{key}", language), colour) for key, colour in _BARS]
    title = WORDS.text("judged.regions", language)
    return Figure("regions-chart", title, multiples_chart(panels, series, title))


def _broken(
    broken: Sequence[Mapping[str, Any]],
    sites: Mapping[str, Site],
    registry: Registry,
    language: Language,
) -> tuple[Block, ...]:
    """Who is over the limit: the enterprise, what it makes, the figure with its unit, and why."""
    rows = []
    for row in broken:
        site = sites.get(row["site"])
        name = "–" if site is None else site.name(language)
        subject = (
            row["subject"]
            if site is None
            else subject_name(site, row["subject"], language, registry)
        )
        figure = grouped(Fraction(row["num"], row["den"]), 2)
        standard = standard_label(row["standard"], language, registry)
        texts = (row["site"], name, subject, figure)
        whole = (unit_text(row["unit"], language), standard)
        rows.append(Row((
            *map(Cell, texts), *(Cell(text, nowrap=len(text) <= _ONE_LINE) for text in whole),
            Cell(reason_text(row["because"], language)),
        )))  # fmt: skip
    keys = ("site", "name", "product", "figure", "unit", "standard", "reason")
    headings = tuple(
        Heading(WORDS.text(f"judged.{key}", language), figures=key == "figure") for key in keys
    )
    title = WORDS.text("judged.over", language)
    return (Grid(title, headings, tuple(rows), small=True),) if rows else ()


def _table(told: Sequence[Told], site: Site, registry: Registry, language: Language) -> Grid:
    rows = []
    for each in told:
        row = each.row
        known = row["num"] is not None and row["den"]
        value = f"{grouped(Fraction(row['num'], row['den']), 2)} {row['unit']}" if known else "–"
        reasons = [reason_text(row["because"], language), *_corrections(each, language)]
        standard = standard_label(row["standard"], language, registry)
        rule = rule_name(row["rule"], language)
        cells = (
            Cell(subject_name(site, row["subject"], language, registry)),
            Cell(f"{rule}\n{standard}" if standard else rule), Cell(value),
            Cell(outcome_name(row["outcome"], language)),
            Cell("\n".join(part for part in reasons if part)),
        )  # fmt: skip
        rows.append(Row(cells, "fault" if _TONES.get(row["outcome"]) == "bad" else ""))
    keys = ("subject", "rule", "figure", "standing", "reason")
    headings = tuple(
        Heading(WORDS.text(f"judged.{key}", language), figures=key == "figure") for key in keys
    )
    return Grid(WORDS.text("judged.table", language), headings, tuple(rows), small=True)


def _machines(
    rows: Sequence[Mapping[str, Any]], registry: Registry, language: Language
) -> tuple[Block, ...]:
    """Every machine: those that are alike in outcome and reason in one row, with all numbers."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        key = (row["outcome"], row["standard"], row["because"])
        alike.setdefault(key, []).append(row["subject"])
    lines = tuple(
        Row((
            Cell(str(len(names))), Cell(standard_label(standard, language, registry)),
            Cell(outcome_name(outcome, language)), Cell(reason_text(because, language)),
            Cell(", ".join(names)),
        ), "fault" if _TONES.get(outcome) == "bad" else "")
        for (outcome, standard, because), names in sorted(alike.items())
    )  # fmt: skip
    headings = tuple(
        Heading(WORDS.text(f"judged.{key}", language), figures=False)
        for key in ("pieces", "rule", "standing", "reason", "numbers")
    )
    return (
        (Grid(WORDS.text("judged.machines", language), headings, lines, small=True),)
        if lines
        else ()
    )


def _corrections(each: Told, language: Language) -> list[str]:
    """Each correction with its input, its formula, and the place where it is printed."""
    none = WORDS.text("judged.no_clause", language)
    return [
        WORDS.text(
            "judged.corrected", language, term=reason_text(encoded([term.told]), language),
            formula=term.formula or "–", clause=term.place(language) or none,
        )
        for term in each.terms
    ]  # fmt: skip
