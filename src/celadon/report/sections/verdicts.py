"""The verdicts: ladders with the own position, reasons, and the coming edition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from celadon.exact import parse_decimal
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Note, Row, Section, exact_text
from celadon.report.charts.ladder import Ladder, Limit, ladder_chart
from celadon.report.draft import Draft
from celadon.report.figures import grouped, quotient, unit_text
from celadon.report.lines import is_below_official

COMING = "norm-coming"
"""The rule of a norm that is not yet in force."""

_TONES = {
    "benchmark": "good", "grade_1": "good", "met": "good", "between": "fair", "grade_2": "fair",
    "grade_3": "fair", "below_baseline": "bad", "over_limit": "bad", "not_met": "bad",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of the table ``verdict``, its limits read."""

    subject: str
    indicator: str
    rule: str
    standard: str
    unit: str
    value: Fraction | None
    limits: tuple[tuple[str, Fraction], ...]
    corrections: tuple[str, ...]
    outcome: str
    because: str
    confidence: str | None

    @property
    def standing(self) -> str:
        """The outcome; for an edition that is only shown, what it would be."""
        if self.outcome != "shown" or self.value is None or not self.limits:
            return self.outcome
        kept = [name for name, limit in self.limits if self.value <= limit]
        return kept[0] if kept else "over_limit"


def read_verdicts(draft: Draft) -> list[Verdict]:
    """The verdicts, those in force before those to come."""
    found = [_verdict(row) for row in draft.content.verdicts.to_pylist()]
    order = [draft.content.site.id, *(unit.id for unit in draft.content.site.units)]
    rank = {subject: place for place, subject in enumerate(order)}
    return sorted(
        found, key=lambda v: (v.rule == COMING, rank.get(v.subject, len(rank)), v.rule, v.standard)
    )


def _verdict(row: dict[str, Any]) -> Verdict:
    told = json.loads(row["limits"])
    limits = [(name, parse_decimal(text)) for name, text in told.items() if isinstance(text, str)]
    corrections = told.get("corrections", [])
    computed = row["num"] is not None and row["den"]
    return Verdict(
        row["subject"], row["indicator"], row["rule"], row["standard"], row["unit"],
        quotient(row["num"], row["den"], row["unit"]) if computed else None,
        tuple(sorted(limits, key=lambda limit: limit[1])),
        tuple(str(term) for term in corrections),
        row["outcome"], row["because"], row["confidence"],
    )  # fmt: skip


def outcome_words(draft: Draft, verdict: Verdict) -> str:
    """The outcome as a reader is told it."""
    words = draft.names.word("outcomes", verdict.standing)
    if verdict.outcome == "shown":
        return draft.say("outcomes.would_be", outcome=words)
    return words


def ladder_figure(draft: Draft, verdicts: list[Verdict], name: str, title: str) -> Figure | None:
    """The ladders of verdicts that have limits, or a reason for having none."""
    if not verdicts:
        return None
    ladders = [_ladder(draft, verdict) for verdict in verdicts]
    svg = ladder_chart(ladders, title)
    return Figure(name, title, svg, draft.say("verdicts.ladder_note"))


def _ladder(draft: Draft, verdict: Verdict) -> Ladder:
    names = draft.names
    rule = names.word("rules", verdict.rule)
    told = verdict.standard if verdict.rule in ("norm", COMING) else rule
    mark = " ▲" if is_below_official(verdict.confidence) else ""
    tone = "open" if verdict.outcome == "cannot_tell" else _TONES.get(verdict.standing, "fair")
    return Ladder(
        names.subject(verdict.subject),
        (told or rule) + mark,
        unit_text(verdict.unit, draft.language),
        tuple(
            Limit(names.word("limits", name), value, exact_text(value).replace("-", "−"))
            for name, value in verdict.limits
        ),
        verdict.value,
        "" if verdict.value is None else grouped(verdict.value, 2),
        outcome_words(draft, verdict),
        tone,
        verdict.because if verdict.outcome == "cannot_tell" else "",
    )


def verdicts_section(draft: Draft) -> Section:
    """Ladders, the coming edition, and every verdict with its reason."""
    title = draft.say("section.verdicts")
    verdicts = read_verdicts(draft)
    if not verdicts:
        return Section("verdicts", title, (Note(draft.say("verdicts.none")),))
    now = [verdict for verdict in verdicts if verdict.rule != COMING]
    coming = [verdict for verdict in verdicts if verdict.rule == COMING]
    charts = [
        ladder_figure(draft, now, "norm-ladder", draft.say("verdicts.ladder")),
        ladder_figure(draft, coming, "norm-ladder-coming", draft.say("verdicts.coming")),
    ]
    blocks: list[Block] = [chart for chart in charts if chart is not None]
    return Section("verdicts", title, (*blocks, _table(draft, verdicts)))


def _table(draft: Draft, verdicts: list[Verdict]) -> Grid:
    rows = [
        Row(
            (
                Cell(draft.names.subject(verdict.subject)),
                Cell(draft.names.word("rules", verdict.rule)),
                Cell(verdict.standard or "–"),
                _actual(draft, verdict),
                Cell(_limits(draft, verdict), marked=is_below_official(verdict.confidence)),
                Cell(outcome_words(draft, verdict)),
                Cell(_reason(draft, verdict)),
            ),
            kind="fault" if _TONES.get(verdict.outcome) == "bad" else "",
            anchor=f"verdict-{verdict.subject}-{verdict.rule}",
        )
        for verdict in verdicts
    ]
    say = draft.say
    headings = (
        Heading(say("verdicts.subject"), figures=False),
        Heading(say("verdicts.rule"), figures=False),
        Heading(say("verdicts.standard"), figures=False),
        Heading(say("verdicts.actual")),
        Heading(say("verdicts.limits"), figures=False),
        Heading(say("verdicts.outcome"), figures=False),
        Heading(say("verdicts.because"), figures=False),
    )
    return Grid(say("verdicts.table"), headings, tuple(rows), say("report.mark"), small=True)


def _actual(draft: Draft, verdict: Verdict) -> Cell:
    if verdict.value is None:
        return Cell("–")
    unit = unit_text(verdict.unit, draft.language)
    return Cell(f"{grouped(verdict.value, 2)} {unit}", exact_text(verdict.value))


def _limits(draft: Draft, verdict: Verdict) -> str:
    return (
        " · ".join(
            f"{draft.names.word('limits', name)} {exact_text(value).replace('-', '−')}"
            for name, value in verdict.limits
        )
        or "–"
    )


def _reason(draft: Draft, verdict: Verdict) -> str:
    """Why it cannot tell, as the rule says it; else how the limits were corrected."""
    if verdict.outcome == "cannot_tell":
        return verdict.because
    if verdict.corrections:
        return draft.say("verdicts.corrected", terms="; ".join(verdict.corrections))
    return _comparison(draft, verdict)


def _comparison(draft: Draft, verdict: Verdict) -> str:
    value = verdict.value
    if value is None:
        return verdict.because
    return ", ".join(
        f"{'≤' if value <= limit else '>'} {draft.names.word('limits', name)}"
        for name, limit in verdict.limits
    )
