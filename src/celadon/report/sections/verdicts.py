"""The verdicts: ladders with the own position, reasons, and the coming edition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from celadon.assess.names import limit_name, outcome_name, rule_name, standard_label
from celadon.assess.telling import correction_texts, reason_text
from celadon.exact import parse_decimal
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Note, Row, Section, exact_text
from celadon.report.charts.ladder import Ladder, Limit, ladder_chart
from celadon.report.draft import Draft
from celadon.report.figures import grouped, unit_text
from celadon.report.lines import is_below_official

LEVELS = "levels-2023"
"""The rule of the levels of 2023, which has one standard."""

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
    reason: str
    confidence: str | None

    @property
    def anchor(self) -> str:
        """Where it stands in the report."""
        return "-".join(("verdict", self.subject, self.rule, *self.standard.split()))

    @property
    def standing(self) -> str:
        """The outcome; for an edition that is only shown, what it would be."""
        if self.outcome != "shown" or self.value is None or not self.limits:
            return self.outcome
        kept = [name for name, limit in self.limits if self.value <= limit]
        return kept[0] if kept else "over_limit"


def read_verdicts(draft: Draft) -> list[Verdict]:
    """The verdicts, those in force before those to come; in an official report, official ones."""
    found = [_verdict(draft, row) for row in draft.content.verdicts.to_pylist()]
    found = [verdict for verdict in found if not is_kept_out(draft, verdict)]
    order = [draft.content.site.id, *(unit.id for unit in draft.content.site.units)]
    rank = {subject: place for place, subject in enumerate(order)}
    return sorted(
        found, key=lambda v: (v.rule == COMING, rank.get(v.subject, len(rank)), v.rule, v.standard)
    )


def is_kept_out(draft: Draft, verdict: Verdict) -> bool:
    """Whether an official report is without a verdict: by its limits, or the energy it judges."""
    if draft.content.mode != "official" or verdict.outcome == "cannot_tell":
        return False
    energy = draft.stated.where(account="process_energy", unit=verdict.subject)
    return is_below_official(verdict.confidence) or energy.is_marked


def _verdict(draft: Draft, row: dict[str, Any]) -> Verdict:
    told = json.loads(row["limits"])
    limits = [(name, parse_decimal(text)) for name, text in told.items() if isinstance(text, str)]
    computed = row["num"] is not None and row["den"]
    return Verdict(
        row["subject"], row["indicator"], row["rule"],
        standard_label(row["standard"], draft.language, draft.content.registry), row["unit"],
        Fraction(row["num"], row["den"]) if computed else None,
        tuple(sorted(limits, key=lambda limit: limit[1])),
        correction_texts(row["limits"], draft.language),
        row["outcome"], reason_text(row["because"], draft.language), row["confidence"],
    )  # fmt: skip


def outcome_words(draft: Draft, verdict: Verdict) -> str:
    """The outcome as a reader is told it."""
    words = outcome_name(verdict.standing, draft.language)
    if verdict.outcome == "shown":
        return draft.say("outcomes.would_be", outcome=words)
    return words


def ladder_figure(
    draft: Draft, verdicts: list[Verdict], name: str, title: str, *, compact: bool = False
) -> Figure | None:
    """The ladders of verdicts that have limits, or a reason for having none."""
    if not verdicts:
        return None
    ladders = [_ladder(draft, verdict) for verdict in verdicts]
    svg = ladder_chart(ladders, title, compact=compact)
    return Figure(name, title, svg, draft.say("verdicts.ladder_note"))


def _ladder(draft: Draft, verdict: Verdict) -> Ladder:
    names = draft.names
    rule = rule_name(verdict.rule, draft.language)
    told = verdict.standard if verdict.rule in ("norm", COMING) else rule
    mark = " ▲" if is_below_official(verdict.confidence) else ""
    tone = "open" if verdict.outcome == "cannot_tell" else _TONES.get(verdict.standing, "fair")
    return Ladder(
        names.subject(verdict.subject),
        (told or rule) + mark,
        unit_text(verdict.unit, draft.language),
        tuple(
            Limit(limit_name(name, draft.language), value, exact_text(value).replace("-", "−"))
            for name, value in verdict.limits
        ),
        verdict.value,
        "" if verdict.value is None else grouped(verdict.value, 2),
        outcome_words(draft, verdict),
        tone,
        verdict.reason if verdict.outcome == "cannot_tell" else "",
    )


def verdicts_section(draft: Draft) -> Section:
    """Ladders, the coming edition, and every verdict with its reason."""
    title = draft.say("section.verdicts")
    verdicts = read_verdicts(draft)
    number = draft.content.verdicts.num_rows - len(verdicts)
    kept_out = (
        [Note(draft.say("report.verdicts_kept_out", number=number), "open")] if number else []
    )
    if not verdicts:
        none = kept_out or [Note(draft.say("verdicts.none"))]
        return Section("verdicts", title, tuple(none))
    now = [verdict for verdict in verdicts if verdict.rule != COMING]
    coming = [verdict for verdict in verdicts if verdict.rule == COMING]
    charts = [
        ladder_figure(draft, now, "norm-ladder", draft.say("verdicts.ladder")),
        ladder_figure(draft, coming, "norm-ladder-coming", draft.say("verdicts.coming")),
    ]
    blocks: list[Block] = [chart for chart in charts if chart is not None]
    return Section("verdicts", title, (*kept_out, *blocks, _table(draft, verdicts)))


def _table(draft: Draft, verdicts: list[Verdict]) -> Grid:
    rows = [
        Row(
            (
                Cell(draft.names.subject(verdict.subject)),
                Cell(_rule(draft, verdict)),
                _actual(draft, verdict),
                _limits(draft, verdict),
                Cell(outcome_words(draft, verdict)),
                Cell("\n".join((verdict.reason, *_corrections(draft, verdict)))),
            ),
            kind="fault" if _TONES.get(verdict.outcome) == "bad" else "",
            anchor=verdict.anchor,
        )
        for verdict in verdicts
    ]
    say = draft.say
    headings = (
        Heading(say("verdicts.subject"), figures=False),
        Heading(say("verdicts.rule"), figures=False),
        Heading(say("verdicts.actual")),
        Heading(say("verdicts.limits"), figures=False),
        Heading(say("verdicts.outcome"), figures=False),
        Heading(say("verdicts.because"), figures=False),
    )
    return Grid(say("verdicts.table"), headings, tuple(rows), say("report.mark"), small=True)


def _rule(draft: Draft, verdict: Verdict) -> str:
    """The rule, and under it the standard where that says more."""
    rule = rule_name(verdict.rule, draft.language)
    return rule if verdict.rule == LEVELS else f"{rule}\n{verdict.standard}"


def _actual(draft: Draft, verdict: Verdict) -> Cell:
    if verdict.value is None:
        return Cell("–")
    unit = unit_text(verdict.unit, draft.language)
    return Cell(f"{grouped(verdict.value, 2)} {unit}", exact_text(verdict.value))


def _limits(draft: Draft, verdict: Verdict) -> Cell:
    lines = (
        f"{limit_name(name, draft.language)} {exact_text(value).replace('-', '−')}"
        for name, value in verdict.limits
    )
    marked = is_below_official(verdict.confidence)
    return Cell("\n".join(lines) or "–", marked=marked, nowrap=True)


def _corrections(draft: Draft, verdict: Verdict) -> tuple[str, ...]:
    """What corrected the limits, in a line of its own; nothing where nothing did."""
    if not verdict.corrections:
        return ()
    return (draft.say("verdicts.corrected", terms="; ".join(verdict.corrections)),)
