"""``celadon findings``: what is wrong with the data, by rule, or one finding in full."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from celadon.app.running import SiteRun
from celadon.cli.opening import head, one_of, open_workspace, present_run
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.finding import Finding
from celadon.records.finding import rule as rule_of
from celadon.records.tables import FINDING

SEVERITIES = ("error", "warning", "note")
"""Severities, the gravest first."""

_PLACES = 3
_ALL = 100


def findings(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    period: str | None,
    severity: str | None,
    rule: str | None,
    finding: str | None,
) -> None:
    """Show the findings of a site, narrowed as asked."""
    workspace = open_workspace(terminal, folder, language)
    if severity is not None:
        one_of("--severity", severity, list(SEVERITIES))
    result = present_run(terminal, workspace, site, period)
    every = [told(row, terminal.language) for row in result.table(FINDING).to_pylist()]
    if rule is not None:
        one_of("--rule", rule, sorted({row["rule"] for row in every}))
    chosen = [
        row
        for row in every
        if severity in (None, row["severity"])
        and rule in (None, row["rule"])
        and finding in (None, row["finding"])
    ]
    if finding is not None and not chosen:
        raise _no_finding(site, finding, every)
    if terminal.as_json:
        terminal.emit({"site": site, "period": str(result.period), "findings": chosen})
    elif finding is not None:
        _show_one(terminal, chosen[0])
    else:
        _show(terminal, result, chosen, _PLACES if rule is None else _ALL)


def told(row: dict[str, Any], language: str) -> dict[str, Any]:
    """A row of findings with its numbers read and its words in a language."""
    found = Finding.from_row(row)
    return {
        **row,
        "numbers": found.numbers,
        "title": rule_of(found.rule).title[language],
        "text": found.text(language),
        "remedy": found.remedy(language),
    }


def _show(terminal: Terminal, result: SiteRun, rows: list[dict[str, Any]], places: int) -> None:
    head(terminal, result)
    counts = Counter(row["severity"] for row in rows)
    if not rows:
        terminal.print("  " + terminal.say("findings.none"))
        return
    listed = terminal.say("list.and").join(
        terminal.say(
            "findings.count", number=counts[name], severity=terminal.word("severity", name)
        )
        for name in SEVERITIES
        if counts[name]
    )
    terminal.print("  " + terminal.say("findings.counts", number=len(rows), counts=listed))
    by_rule: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["place"]):
        by_rule[row["rule"]].append(row)
    ranked = sorted(by_rule.values(), key=lambda g: (SEVERITIES.index(g[0]["severity"]), -len(g)))
    for group in ranked:
        _show_rule(terminal, group, places)
    terminal.print()
    example = ranked[0][0]["finding"]
    command = terminal.command(f"celadon findings {result.site.id} --id {example}")
    terminal.print("  " + terminal.say("findings.in_full", command=command))


def _show_rule(terminal: Terminal, group: list[dict[str, Any]], places: int) -> None:
    first = group[0]
    terminal.print()
    severity = terminal.word("severity", first["severity"])
    terminal.heading(f"{severity} · {first['title']} ({first['rule']}) · {len(group)}")
    for row in group[:places]:
        terminal.print(f"  {row['finding']}  {row['place']}")
        terminal.print(f"  {' ' * len(row['finding'])}  {row['text']}")
    if len(group) > places:
        number = len(group) - places
        terminal.print("  " + terminal.say("findings.more", number=number, rule=first["rule"]))
    terminal.row(terminal.say("findings.remedy"), first["remedy"])


def _show_one(terminal: Terminal, row: dict[str, Any]) -> None:
    terminal.heading(row["title"], row["finding"])
    terminal.row(terminal.say("findings.severity"), terminal.word("severity", row["severity"]))
    terminal.row(terminal.say("findings.rule"), row["rule"])
    terminal.row(terminal.say("findings.subject"), row["subject"])
    terminal.row(terminal.say("findings.place"), row["place"])
    terminal.row(terminal.say("findings.text"), row["text"])
    numbers = ", ".join(f"{k} {v}" for k, v in row["numbers"].items() if v is not None)
    if numbers:
        terminal.row(terminal.say("findings.numbers"), numbers)
    terminal.row(terminal.say("findings.remedy"), row["remedy"])


def _no_finding(site: str, finding: str, rows: list[dict[str, Any]]) -> WorkspaceError:
    near = [row["finding"] for row in rows if row["finding"].startswith(finding[:4])]
    known = ", ".join(near[:5]) or f"{len(rows)} findings, none of that id"
    rule = "the id of a finding of this period: F- and ten signs"
    remedy = f"celadon findings {site} lists them; one that was mended is gone"
    fault = Fault((site, finding), known, rule, remedy)
    return WorkspaceError(f"There is no finding {finding}", [fault])
