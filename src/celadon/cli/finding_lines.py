"""A finding as verbs show it beside what they did."""

from __future__ import annotations

from celadon.cli.terminal import Terminal
from celadon.records.finding import Finding, rule


def show_briefly(terminal: Terminal, finding: Finding) -> None:
    """A finding in three lines: where, what, and what to do."""
    known = rule(finding.rule)
    severity = terminal.word("severity", known.severity)
    terminal.print(f"  {finding.place} · {severity} · {finding.id}")
    terminal.row("  " + terminal.say("findings.text"), finding.text(terminal.language))
    terminal.row("  " + terminal.say("findings.remedy"), finding.remedy(terminal.language))
