"""What is open after a run: what cannot be told, what is lacking, and what to type next."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import takewhile

from celadon.app.running import SiteRun
from celadon.app.summary import Summary
from celadon.app.workspace import Workspace
from celadon.assess import VERDICT, reason_text
from celadon.cli.names import Names
from celadon.cli.terminal import Terminal
from celadon.reference.confirmed import is_official
from celadon.report.figures import hours_text, share

_SHOWN = 4
_BY_NUMBERS = ("by_numbers", "comparison", "missing_time")


def open_items(
    terminal: Terminal, workspace: Workspace, result: SiteRun, summary: Summary
) -> list[str]:
    """The open items in one line each, with the command that says more."""
    site = result.site.id
    missing = " -> " + terminal.command(f"celadon reference missing {site}")
    items = [text + missing for text in _cannot_tell(terminal, workspace, result)]
    items += _lacking(terminal, summary, site)
    below = _below_official(terminal, summary)
    items += [below + missing] if below else []
    errors = summary.findings.get("error", 0)
    if errors:
        text = terminal.say("run.errors", number=errors)
        command = terminal.command(f"celadon findings {site} --severity error")
        items.append(f"{text} -> {command}")
    missing_seconds = summary.quality.get("missing", 0)
    if missing_seconds:
        items.append(terminal.say("run.missing_time", hours=hours_text(missing_seconds)))
    return items


def _cannot_tell(terminal: Terminal, workspace: Workspace, result: SiteRun) -> list[str]:
    """Verdicts that cannot be told, those of one standard together."""
    names = Names(result.site, workspace.registry(), terminal.language)
    subjects: dict[str, list[str]] = defaultdict(list)
    because: dict[str, str] = {}
    for row in result.table(VERDICT).to_pylist():
        if row["outcome"] == "cannot_tell":
            subjects[row["standard"]].append(names.of(row["subject"]))
            because.setdefault(row["standard"], _in_the_way(row["because"], terminal.language))
    return [
        terminal.say(
            "run.cannot_tell",
            subjects=terminal.say("list.and").join(subjects[standard]),
            because=because[standard],
        )
        for standard in subjects
    ]


def _in_the_way(because: str, language: str) -> str:
    """The reasons that keep a verdict from being told, without what the numbers alone would say."""
    before = takewhile(lambda one: one["reason"] not in _BY_NUMBERS, json.loads(because))
    return reason_text(json.dumps(list(before)), language)


def _lacking(terminal: Terminal, summary: Summary, site: str) -> list[str]:
    items = []
    for total in summary.totals:
        if total.lacking:
            shown = terminal.say("list.and").join(total.lacking[:_SHOWN])
            shown += " ..." if len(total.lacking) > _SHOWN else ""
            name = _total_name(terminal, total.account, total.measure)
            text = terminal.say("run.lacking", account=name, streams=shown)
            command = terminal.command(f"celadon findings {site} --rule {total.rules[0]}")
            items.append(f"{text} -> {command}")
    return items


def _below_official(terminal: Terminal, summary: Summary) -> str:
    """The totals that rest on less than official text, each with the share that does."""
    texts = []
    for total in summary.totals:
        size = sum(abs(value) for value in total.by_confidence.values())
        weak = sum(
            abs(value)
            for name, value in total.by_confidence.items()
            if name != "own" and not is_official(name)
        )
        if weak:
            name = _total_name(terminal, total.account, total.measure)
            texts.append(f"{name} {share(weak, size)}")
    return (
        terminal.say("run.below_official", totals=terminal.say("list.and").join(texts))
        if texts
        else ""
    )


def _total_name(terminal: Terminal, account: str, measure: str) -> str:
    name = terminal.word("accounts", account)
    return f"{name} ({terminal.word('measures', measure)})" if account == "energy" else name
