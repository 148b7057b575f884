"""``celadon judge``: the ladder of every verdict on a site, or the outcomes of many together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.text import Text

from celadon.app.judging import (
    Judged,
    JudgedTogether,
    judge_site,
    judge_together,
    only_subject,
    save_judged,
    save_together,
)
from celadon.app.latest import latest_year
from celadon.app.workspace import Workspace
from celadon.assess import (
    indicator_name,
    limit_name,
    outcome_name,
    reason_text,
    rule_name,
    standard_label,
)
from celadon.assess.citing import Told
from celadon.assess.history import RULE as HISTORY
from celadon.assess.machines import RULE as EQUIPMENT
from celadon.assess.names import subject_name
from celadon.assess.peers import SCORE
from celadon.assess.reasons import encoded
from celadon.cli.opening import one_of, open_workspace, period_of
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.period import Period
from celadon.reference import Registry
from celadon.report.figures import grouped
from celadon.report.supervision.page import check_page_file

_CANNOT_TELL = "cannot_tell"
_WEAK = ("C", "D")
_SHOWN_BROKEN = 20


def judge(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    sites: Sequence[str],
    period: str | None,
    *,
    together: bool,
    subject: str | None,
    workers: int | None,
    out: Path | None = None,
) -> None:
    """Show the verdicts on one site, or on many together."""
    workspace = open_workspace(terminal, folder, language)
    if out is not None:
        check_page_file(out)
    if together:
        _together(terminal, workspace, sites, period, workers, out)
        return
    site = _the_site(workspace, sites)
    chosen = period_of(terminal, workspace, site, period)
    with terminal.working(f"{site} · {chosen}"):
        judged = judge_site(workspace, site, chosen)
    told = judged.verdicts
    if subject is not None:
        one_of("--subject", subject, sorted({each.row["subject"] for each in told}))
        told = tuple(each for each in told if each.row["subject"] == subject)
    if out is not None:
        save_judged(workspace, only_subject(judged, subject), out, terminal.language)
    if terminal.as_json:
        rows = [_document(each, terminal.language) for each in told]
        document = {"site": site, "period": str(chosen), "verdicts": rows}
        terminal.emit({**document, "without_norm": [*judged.no_norm, *judged.unjudged],
                       "peers": judged.peers})  # fmt: skip
        return
    _show(terminal, workspace, judged, told, one=subject is not None)
    if out is not None:
        terminal.row(terminal.say("judge.wrote"), out.as_posix())


def _the_site(workspace: Workspace, sites: Sequence[str]) -> str:
    known = workspace.site_ids()
    if len(sites) == 1:
        return sites[0]
    if not sites and len(known) == 1:
        return known[0]
    found = f"{len(sites)} sites" if sites else f"{len(known)} sites in the workspace"
    fault = Fault(
        ("judge",), found, "one site, or --together", "name one, or add --together"
    )  # fmt: skip
    raise WorkspaceError("Which site is to be judged?", [fault])


def _show(
    terminal: Terminal, workspace: Workspace, judged: Judged, told: Sequence[Told], *, one: bool
) -> None:
    say, language = terminal.say, terminal.language
    terminal.heading(judged.site.id, judged.site.name(language), str(judged.period))
    if judged.site.simulated:
        terminal.row("▲", say("judge.simulated"), style="yellow")
    machines = [each for each in told if each.row["rule"] == EQUIPMENT]
    past = [each for each in told if each.row["rule"] == HISTORY]
    without = {id(each) for each in past if each.row["limits"] == "{}"}
    by_subject: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for each in told:
        if each.row["rule"] == SCORE and each.row["outcome"] == _CANNOT_TELL:
            continue  # the place among peers says what it lacks
        if (each.row["rule"] != EQUIPMENT or one) and id(each) not in without:
            by_subject[each.row["subject"], each.row["indicator"]].append(each)
    for (subject, indicator), found in by_subject.items():
        terminal.print()
        name = subject_name(judged.site, subject, language, workspace.registry())
        terminal.heading(name, indicator_name(indicator, language), _figure(found))
        for each in found:
            _show_verdict(terminal, workspace, each)
    if machines and not one:
        _show_machines(terminal, machines)
    _show_open(terminal, judged, workspace.registry())
    if past and len(without) == len(past):
        terminal.row(terminal.say("judge.past"), terminal.say("judge.no_past"))


def _figure(found: Sequence[Told]) -> str:
    """The value that all verdicts on a subject are on, in its unit."""
    row = next(
        (each.row for each in found if each.row["num"] is not None and each.row["den"]), None
    )
    if row is None or row["den"] <= 0:
        return ""
    decimals = 2 if row["unit"] == "CNY" else 3
    return f"{grouped(Fraction(row['num'], row['den']), decimals)} {row['unit']}"


def _show_verdict(terminal: Terminal, workspace: Workspace, each: Told) -> None:
    row, language = each.row, terminal.language
    standard = standard_label(row["standard"], language, workspace.registry())
    letter = row["confidence"] or ""
    mark = " ▲" if letter in _WEAK else ""
    source = " · ".join(part for part in (standard, *each.printed, letter + mark) if part)
    weak = row["outcome"] in (_CANNOT_TELL, "draft")
    outcome = outcome_name(row["outcome"], language)
    style = "yellow" if weak else "red" if row["outcome"] == "over_limit" else ""
    line = terminal.say("judge.line", rule=rule_name(row["rule"], language), outcome=outcome)
    terminal.print(Text(f"  {line}", style=style))
    if source:
        terminal.row("", source)
    for term in each.terms:
        told = reason_text(encoded([term.told]), language)
        clause = terminal.say("judge.formula", formula=term.formula) if term.formula else ""
        place = term.place(language) or terminal.say("judge.no_clause")
        parts = (told, clause, place, term.confidence)
        terminal.row("", " · ".join(part for part in parts if part))
    if row["because"] != "[]":
        terminal.row("", reason_text(row["because"], language))
    following = (
        each.ladder.following if each.ladder is not None and row["rule"] in _LADDERED else None
    )
    if following is not None:
        distance = f"{grouped(following.beyond, 3)} {row['unit']}"
        name = limit_name(following.name, language)
        terminal.row("", terminal.say("judge.next", distance=distance, name=name))


_LADDERED = ("norm", "norm-coming", "levels-2023", "water-norm", EQUIPMENT)


def _show_machines(terminal: Terminal, machines: Sequence[Told]) -> None:
    """Machines that are alike in outcome and reason on one line."""
    alike: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for each in machines:
        row = each.row
        alike[row["outcome"], row["standard"], row["because"]].append(row["subject"])
    language = terminal.language
    terminal.print()
    terminal.heading(terminal.say("judge.machines", number=len(machines)))
    rows = [
        [
            str(len(names)), outcome_name(outcome, language), standard,
            reason_text(because, language), _some(names),
        ]
        for (outcome, standard, because), names in sorted(alike.items())
    ]  # fmt: skip
    heads = [
        terminal.say(f"judge.{name}") for name in ("pieces", "outcome", "standard", "why", "which")
    ]
    terminal.table(heads, rows)
    terminal.row("", terminal.say("judge.no_catalogue"))


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} …" if len(names) > 3 else shown


def _show_open(terminal: Terminal, judged: Judged, registry: Registry) -> None:
    say = terminal.say
    terminal.print()
    if judged.unjudged:
        names = ((each, subject_name(judged.site, each, terminal.language, registry))
                 for each in judged.unjudged)  # fmt: skip
        listed = ", ".join(one if one == name else f"{name} ({one})" for one, name in names)
        terminal.row("▲", say("judge.without_norm", products=listed), style="yellow")
    if not judged.peers:
        command = terminal.command("celadon judge --together")
        terminal.row(say("judge.peers"), say("judge.no_run", command=command))


def _together(
    terminal: Terminal,
    workspace: Workspace,
    sites: Sequence[str],
    period: str | None,
    workers: int | None,
    out: Path | None,
) -> None:
    names = list(sites) or workspace.site_ids()
    if not names:
        fault = Fault(
            (str(workspace.folder),), "no site", "sites to judge", "celadon init --site ID"
        )
        raise WorkspaceError("There is no site to judge", [fault])
    for name in names:
        workspace.site_file(name)
    chosen = Period.parse(period) if period else latest_year(workspace, names[0])
    with terminal.working(f"{len(names)} · {chosen}"):
        found = judge_together(workspace, names, chosen, workers)
    if out is not None:
        save_together(workspace, found, chosen, out, terminal.language)
    if terminal.as_json:
        counts = [
            {"rule": rule, "outcome": outcome, "verdicts": number}
            for (rule, outcome), number in sorted(found.counts.items())
        ]
        terminal.emit(
            {
                "period": str(chosen), "sites": found.sites, "failed": found.failed,
                "verdicts": found.verdicts, "counts": counts,
                "over_limit": [_row_document(row) for row in found.broken],
                "file": found.file.as_posix(),
            }
        )  # fmt: skip
        return
    _show_together(terminal, workspace, found, chosen)
    if out is not None:
        terminal.row("", out.as_posix())


def _show_together(
    terminal: Terminal, workspace: Workspace, found: JudgedTogether, period: Period
) -> None:
    say, language = terminal.say, terminal.language
    number = grouped(Fraction(found.verdicts))
    terminal.heading(str(period), say("judge.sites", sites=found.sites, verdicts=number))
    if found.failed:
        terminal.row("▲", say("judge.failed", number=found.failed), style="yellow")
    rows = [
        [rule_name(rule, language), outcome_name(outcome, language), grouped(Fraction(number))]
        for (rule, outcome), number in sorted(found.counts.items())
    ]
    terminal.table(
        [say("judge.rule"), say("judge.outcome"), say("judge.verdicts")], rows, numbers=1
    )
    if found.broken:
        terminal.print()
        terminal.heading(say("judge.over", number=len(found.broken)))
        for row in found.broken[:_SHOWN_BROKEN]:
            told = reason_text(row["because"], language)
            site = workspace.site(row["site"])
            name = subject_name(site, row["subject"], language, workspace.registry())
            who = f"{row['site']} {site.name(language)} · {name}"
            terminal.row("", f"{who} · {row['standard']}: {told} ({row['unit']})")
    terminal.row(say("judge.wrote"), found.file.as_posix())


def _document(each: Told, language: Language) -> dict[str, Any]:
    ladder = each.ladder
    following = None if ladder is None else ladder.following
    return {
        **_row_document(each.row),
        "told": reason_text(each.row["because"], language),
        "printed": list(each.printed),
        "corrections": [
            {
                **dict(term.told.numbers),
                "formula": term.formula,
                "clause": term.clause,
                "confidence": term.confidence,
            }
            for term in each.terms
        ],
        "next": None
        if following is None or each.row["rule"] not in _LADDERED
        else {"limit": following.name, "beyond": str(following.beyond)},
    }


def _row_document(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "limits": json.loads(row["limits"]), "because": json.loads(row["because"])}
