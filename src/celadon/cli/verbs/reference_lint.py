"""``celadon reference lint``: what looks wrong in the reference tables."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from celadon.app.linting import licences_in, lint_reference
from celadon.cli.opening import one_of
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.reference import nearest
from celadon.languages import Language
from celadon.reference.lint import LintFinding, LintReport, by_rule, rules

_PLACES = 3
_ALL = 200


def lint(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    asked: str | None,
    rule: str | None,
) -> None:
    """Show what the lint found, by rule, the gravest first; known peculiarities last."""
    workspace = nearest(terminal, folder, language)
    if rule is not None:
        one_of("--rule", rule, sorted(rules()))
    report = lint_reference(workspace, asked)
    licences = licences_in(workspace) if asked is None else None
    if terminal.as_json:
        chosen = [f for f in report.findings if rule in (None, f.rule)]
        plain = [finding.plain(terminal.language) for finding in chosen]
        counted = None if licences is None else licences.plain()
        terminal.emit({"rows": dict(report.rows), "findings": plain, "licences": counted})
        return
    _show(terminal, report, asked, rule)
    if licences is not None and licences.unknown_rows:
        told = {name: f"{number:,}" for name, number in licences.plain().items()}
        terminal.print("  " + terminal.say("lint.licences", **told))


def _show(terminal: Terminal, report: LintReport, asked: str | None, rule: str | None) -> None:
    say = terminal.say
    number = f"{sum(report.rows.values()):,}"
    terminal.heading(say("lint.title"), say("lint.looked", rows=number, tables=len(report.rows)))
    counts = Counter(finding.severity for finding in report.alarms)
    told = {name: counts[name] for name in ("error", "doubt")}
    terminal.print("  " + say("lint.counts", **told, known=len(report.known)))
    places = _PLACES if rule is None else _ALL
    for name, group in by_rule(report.alarms).items():
        if rule in (None, name):
            _show_rule(terminal, name, group, places)
    known = [finding for finding in report.known if rule in (None, finding.rule)]
    if known:
        _show_known(terminal, known, places)
    if not report.alarms:
        terminal.print("  " + say("lint.nothing"))
        return
    terminal.print()
    example = report.alarms[0]
    more = f"celadon reference lint {asked or ''}".strip() + f" --rule {example.rule}"
    terminal.print("  " + say("lint.all_of_a_rule", command=terminal.command(more, period=False)))
    confirm = "celadon reference confirm"
    terminal.print("  " + say("lint.confirm", command=terminal.command(confirm, period=False)))


def _show_rule(terminal: Terminal, name: str, group: list[LintFinding], places: int) -> None:
    say, language = terminal.say, terminal.language
    terminal.print()
    severity = say(f"lint_severity.{group[0].severity}")
    terminal.heading(f"{severity} · {rules()[name].title[language]} ({name}) · {len(group)}")
    for finding in group[:places]:
        place = f"{finding.row.file} › {finding.row.line}"
        terminal.print(f"  {finding.row.id}  ({place})")
        terminal.row(say("error.found"), f"{finding.column}  {finding.found(language)}".strip())
        terminal.row(say("error.rule"), finding.expected(language))
    if len(group) > places:
        terminal.print("  " + say("lint.more", number=len(group) - places))
    terminal.row(say("error.do"), group[0].remedy(language))


def _show_known(terminal: Terminal, known: list[LintFinding], places: int) -> None:
    say, language = terminal.say, terminal.language
    terminal.print()
    terminal.heading(say("lint.known", number=len(known)))
    for name, group in by_rule(known).items():
        terminal.print(f"  {rules()[name].title[language]} ({name}) · {len(group)}")
        for finding in group[:places]:
            terminal.print(f"    {finding.row.id}  {finding.found(language)}")
            terminal.row("", "  " + finding.known.get(language, ""))
        if len(group) > places:
            terminal.print("    " + say("lint.more", number=len(group) - places))
