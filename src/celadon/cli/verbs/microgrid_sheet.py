"""What the shares of a plan rest on: how power was told by origin, and which rules are no A."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from celadon.cli.terminal import Terminal
from celadon.languages import Phrases
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.rules import MEASURES, Rule
from celadon.report.microgrid.energies import BUSES

_SHOWN = 0.5
"""MWh of a year below which a part is not shown."""


def show_sheet(terminal: Terminal, plan: Plan) -> None:
    """The origin of stored power, the year by origin, and what rests on less than the text."""
    say, account = terminal.say, plan.origin
    if account.method is not None:
        method = account.method.replace(" ", "_")
        terminal.row(say("microgrid.origin"), _word(terminal, f"origins.{method}"))
    if account.energy:
        losses = "losses_counted" if account.counts_losses else "losses_not_counted"
        terminal.row("", _word(terminal, losses))
        rows = [
            (_word(terminal, f"by_origin.{part}"), f"{energy:,.0f}")
            for part, energy in account.energy.items()
            if energy > _SHOWN
        ]
        terminal.print()
        terminal.table([_word(terminal, "power_by_origin"), "MWh/a"], rows, numbers=1)
    below = below_official(plan)
    if below:
        told = ", ".join(f"{rule_name(terminal, r)} ({r.confidence})" for r in below)
        terminal.row("▲", say("microgrid.draft", rules=told), style="yellow")


def below_official(plan: Plan) -> Sequence[Rule]:
    """The rules whose figure is not held from the official text."""
    return [kept.rule for kept in plan.rules if kept.rule.confidence not in ("", "A")]


def rule_name(terminal: Terminal, rule: Rule) -> str:
    """The name that a rule was given; in Chinese that of its kind where it was given none."""
    plain = rule.name == rule.kind.replace("_", " ")
    return _word(terminal, rule.kind) if plain and terminal.language == "zh" else rule.name


def part_name(terminal: Terminal, part: str) -> str:
    """A part of the yearly cost; in Chinese by its word, a capacity by its block as it stands."""
    key = f"parts.{part.replace(' ', '_')}"
    words = Phrases.load("celadon.report.microgrid", "words.toml")
    return words.text(key, "zh") if terminal.language == "zh" and key in words else part


def demand_name(terminal: Terminal, demand: str) -> str:
    """A demand that may give way; in Chinese by its words where it is no name of the design's own.

    It is a rule, the balance of a bus, or a limit of a component such as ``grid.import limit``.
    """
    if terminal.language != "zh":
        return demand
    words = Phrases.load("celadon.report.microgrid", "words.toml")
    if (kind := demand.replace(" ", "_")) in MEASURES:
        return words.text(kind, "zh")
    if demand.endswith(" balance") and "." not in demand:
        bus = demand.removesuffix(" balance")
        shown = words.text(bus, "zh") if bus in BUSES else f"{bus} "
        return shown + words.text("rows.balance", "zh")
    who, point, row = demand.rpartition(".")
    key = f"rows.{row.replace(' ', '_').replace('-', '_')}"
    return f"{who} {words.text(key, 'zh')}" if point and key in words else demand


def figure(number: float) -> str:
    """A figure of four digits, or all that stand before the point; never with an exponent.

    Examples
    --------
    >>> figure(14146.9), figure(3.14159), figure(0.5)
    ('14,147', '3.142', '0.5')
    """
    return f"{number:,.0f}" if abs(number) >= _WHOLE else f"{number:.4g}"


_WHOLE = 1000.0
"""From here on a figure has no decimals."""


def sheet_document(plan: Plan) -> dict[str, Any]:
    """The same as plain data."""
    account = plan.origin
    return {
        "origin": {
            "method": account.method, "losses_are_use": account.counts_losses,
            "mwh": dict(account.energy),
        },
        "draft": [{"rule": r.name, "confidence": r.confidence} for r in below_official(plan)],
    }  # fmt: skip


def _word(terminal: Terminal, key: str) -> str:
    """A word that the report of a design has."""
    return Phrases.load("celadon.report.microgrid", "words.toml").text(key, terminal.language)
