"""The lines of a run: records, quality, accounts, verdicts; each with its units."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TypeGuard

from celadon.accounts.tables import MEASURES
from celadon.app.running import SiteRun
from celadon.app.summary import Summary, Total
from celadon.assess import VERDICT, outcome_name
from celadon.cli.terminal import Terminal
from celadon.records.tables import FINDING
from celadon.report.figures import amount, grouped, hours_text, share

_RANK = (
    "benchmark", "between", "below_baseline", "grade_1", "grade_2", "grade_3", "met", "not_met",
    "over_limit", "cannot_tell",
)  # fmt: skip


def records_line(terminal: Terminal, result: SiteRun, summary: Summary) -> str:
    """How much was read, of which kind."""
    rows: Counter[str] = Counter()
    for batch in result.header["batches"]:
        rows[batch["kind"]] += batch["rows"]
    return terminal.say(
        "run.read",
        readings=f"{summary.quality.get('readings', 0):,}",
        meters=len(result.site.meters),
        activity=f"{rows['activity']:,}",
        samples=f"{rows['sample']:,}",
    )


def quality_line(terminal: Terminal, result: SiteRun, summary: Summary) -> str:
    """How much of the meters' time is measured, estimated and missing."""
    kinds = len(set(result.table(FINDING)["rule"].to_pylist()))
    parts = {name: summary.quality.get(name, 0) for name in ("measured", "estimated", "missing")}
    whole = sum(parts.values())
    if not summary.quality.get("readings"):
        return terminal.say("run.no_readings", kinds=kinds)
    shares = {name: share(value, whole, 2) for name, value in parts.items()}
    return terminal.say("run.shares", kinds=kinds, **shares)


def accounts_line(terminal: Terminal, summary: Summary) -> str:
    """The totals, each with its unit and with what it is without; energy on both bases."""
    energy = summary.total("energy", "calorific_value")
    equivalent = summary.total("energy", "equivalent_value")
    texts = []
    if _has_figure(energy):
        beside = _told(terminal, "equivalent", equivalent) if _has_figure(equivalent) else ""
        texts.append(_told(terminal, "energy", energy, beside))
    for phrase, total in (
        ("carbon", summary.total("carbon", "co2")),
        ("carbon_market", summary.total("carbon_market", "co2")),
        ("water", summary.total("water", "volume")),
    ):
        if _has_figure(total):
            texts.append(_told(terminal, phrase, total))
    return " · ".join(texts) or terminal.say("run.no_accounts")


def _has_figure(total: Total | None) -> TypeGuard[Total]:
    """Whether there is anything to show: a total with nothing in it but what is lacking has not."""
    return total is not None and total.is_known and bool(total.value or total.is_whole)


def _told(terminal: Terminal, phrase: str, total: Total, beside: str = "") -> str:
    """A total with its unit; in brackets what it is without, and a total that stands beside it."""
    text = terminal.say(f"run.{phrase}", value=whole_number(total.value, total.measure))
    notes = [] if total.is_whole else [terminal.say("run.incomplete")]
    if total.seconds_missing:
        hours = hours_text(total.seconds_missing)
        notes.append(terminal.say("run.without", hours=hours))
    listed = terminal.say("list.and").join(notes)
    if phrase == "equivalent":
        return terminal.say("list.and").join([text, *notes])
    inner = "; ".join(part for part in (listed, beside) if part)
    return f"{text} ({inner})" if inner else text


def verdicts_line(terminal: Terminal, result: SiteRun) -> str:
    """How many verdicts came out how; what is only shown is no verdict."""
    rows = result.table(VERDICT).to_pylist()
    judged = [row for row in rows if row["outcome"] != "shown"]
    if not rows:
        return terminal.say("run.no_verdicts")
    counts = Counter(row["outcome"] for row in judged)
    ranked = sorted(counts, key=lambda name: (_RANK.index(name) if name in _RANK else 99, name))
    outcomes = terminal.say("list.and").join(
        terminal.say(
            "run.outcome", number=counts[name], outcome=outcome_name(name, terminal.language)
        )
        for name in ranked
    )
    subjects = terminal.say("run.subjects", number=len({row["subject"] for row in judged}))
    text = terminal.say("run.judged", number=len(judged), subjects=subjects, outcomes=outcomes)
    coming = len(rows) - len(judged)
    return f"{text} · {terminal.say('run.coming', number=coming)}" if coming else text


def whole_number(value: int, measure: str) -> str:
    """A total for a quick look, in the unit that people read.

    Examples
    --------
    >>> whole_number(1_284_311_400_000, "calorific_value"), whole_number(5_199_839_000, "volume")
    ('1,284,311', '5,199,839')
    >>> whole_number(1_234_000, "co2")
    '1.234'
    """
    shown = amount(value, MEASURES[measure])
    small = abs(shown.value) < 1000
    return grouped(Fraction(shown.value), 3 if small else 0)
