"""Data quality: the calendar of the meters, findings by month, findings by rule."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any

from celadon.records.finding import Finding
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Note, Row, Section
from celadon.report.charts.bars import findings_by_month
from celadon.report.charts.calendar import DayQuality, quality_calendar
from celadon.report.charts.vega import draw
from celadon.report.draft import Draft
from celadon.report.figures import grouped

SEVERITIES = ("error", "warning", "note")
"""From the gravest."""

_FIRST_PLACES = 3
_MONTH_IN_PLACE = re.compile(r"(?<!\d)(\d{4})-(\d{2})(?!\d)")
_DAY_SECONDS = 86_400


def quality_section(draft: Draft) -> Section:
    """How good the data are."""
    blocks: list[Block] = [*_calendar(draft)]
    rows = draft.content.findings.to_pylist()
    if rows:
        blocks += [_by_month(draft, rows), _by_rule(draft, rows)]
    else:
        blocks.append(Note(draft.say("quality.nothing")))
    return Section("quality", draft.say("section.quality"), tuple(blocks))


def day_quality(rows: list[dict[str, Any]]) -> dict[dt.date, DayQuality]:
    """Of each day: the mean over meters of the estimated share, and the share of time missing.

    Amounts of different carriers do not add up, so each meter's share counts alike.
    """
    meters: dict[dt.date, int] = defaultdict(int)
    missing: dict[dt.date, int] = defaultdict(int)
    estimated: dict[dt.date, Fraction] = defaultdict(Fraction)
    for row in rows:
        day = row["day"]
        meters[day] += 1
        missing[day] += row["seconds_missing"]
        guessed = abs(row["estimated"])
        if guessed:
            estimated[day] += Fraction(guessed, guessed + abs(row["measured"]))
    return {
        day: DayQuality(estimated[day] / number, Fraction(missing[day], number * _DAY_SECONDS))
        for day, number in meters.items()
    }


def _calendar(draft: Draft) -> list[Block]:
    rows = draft.content.meter_days.select(
        ["meter", "day", "measured", "estimated", "seconds_missing"]
    ).to_pylist()
    if not rows:
        return []
    say = draft.say
    kinds = [
        say(f"quality.{kind}")
        for kind in (
            "measured", "some_estimated", "much_estimated", "some_missing", "much_missing",
        )
    ]  # fmt: skip
    title = say("quality.calendar")
    svg = quality_calendar(day_quality(rows), draft.twelve_months, kinds, title)
    note = say("quality.calendar_note", meters=len({row["meter"] for row in rows}))
    return [Figure("quality-calendar", title, svg, note)]


def _by_month(draft: Draft, rows: list[dict[str, Any]]) -> Figure:
    names = dict(zip(draft.months, draft.month_names, strict=True))
    counts: Counter[tuple[str, str]] = Counter()
    others = 0
    for row in rows:
        month = _month_of(row["place"])
        if month in names:
            counts[names[month], row["severity"]] += 1
        else:
            others += 1
    words = {severity: draft.say(f"severity.{severity}") for severity in SEVERITIES}
    chart = findings_by_month(
        [(month, words[severity], number) for (month, severity), number in counts.items()],
        draft.month_names,
        list(words.values()),
    )
    note = draft.say("quality.by_month_note", others=others)
    title = draft.say("quality.by_month")
    return Figure("findings-by-month", title, draw(chart, title), note)


def _month_of(place: str) -> dt.date | None:
    """The first month that a place names, if it names one."""
    found = _MONTH_IN_PLACE.search(place)
    if found is None or not 1 <= int(found[2]) <= 12:
        return None
    return dt.date(int(found[1]), int(found[2]), 1)


def _by_rule(draft: Draft, rows: list[dict[str, Any]]) -> Grid:
    groups: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[SEVERITIES.index(row["severity"]), row["rule"]].append(row)
    shown = [
        _rule_row(draft, rule, found)
        for (_, rule), found in sorted(groups.items(), key=lambda g: (g[0][0], -len(g[1]), g[0][1]))
    ]
    say = draft.say
    headings = (
        Heading(say("quality.severity"), figures=False),
        Heading(say("quality.rule"), figures=False),
        Heading(say("quality.number")),
        Heading(say("quality.places"), figures=False),
        Heading(say("quality.remedy"), figures=False),
    )
    return Grid(say("quality.by_rule"), headings, tuple(shown), draft.source, small=True)


def _rule_row(draft: Draft, rule: str, found: list[dict[str, Any]]) -> Row:
    first = found[0]
    places = "\n".join(
        f"{finding_text(draft, row)} — {row['place']}" for row in found[:_FIRST_PLACES]
    )
    if len(found) > _FIRST_PLACES:
        places += "\n" + draft.say("quality.more", number=grouped(len(found) - _FIRST_PLACES))
    known = draft.content.rules.get(rule)
    title = rule if known is None else known.title[draft.language]
    return Row(
        (
            Cell(draft.say(f"severity.{first['severity']}")),
            Cell(title),
            Cell(grouped(len(found))),
            Cell(places),
            Cell(remedy_text(draft, first)),
        ),
        kind="fault" if first["severity"] == "error" else "",
        anchor=f"rule-{rule}",
    )


def finding_text(draft: Draft, row: dict[str, Any]) -> str:
    """What a finding's rule says of it; the rule's id where the rule is not given."""
    subject = draft.names.subject(row["subject"])
    rule = draft.content.rules.get(row["rule"])
    if rule is None:
        return f"{row['rule']}: {subject}"
    return Finding.from_row(row).text(draft.language, subject, rule)


def remedy_text(draft: Draft, row: dict[str, Any]) -> str:
    """What to do about a finding, in the report's language where its rule is given."""
    rule = draft.content.rules.get(row["rule"])
    if rule is None:
        return str(row["remedy"])
    subject = draft.names.subject(row["subject"])
    return Finding.from_row(row).remedy(draft.language, subject, rule)
