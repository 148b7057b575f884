"""``celadon reference missing``: what to obtain so that every figure is official."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from rich.cells import cell_len

from celadon.app.missing import Missing, reference_missing, rests_text
from celadon.cli.opening import head, open_workspace, present_run
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.reference import shell_word
from celadon.languages import Language

_KINDS = ("parameter", "standard", "method", "record", "limit")


def missing(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str | None,
    period: str | None,
) -> None:
    """Show, site by site, what a run rests on that is not official text."""
    workspace = open_workspace(terminal, folder, language)
    sites = [site] if site is not None else workspace.site_ids()
    documents = []
    for each in sites:
        result = present_run(terminal, workspace, each, period)
        found = reference_missing(workspace, result, terminal.language)
        if terminal.as_json:
            plain = [one.plain() for one in found]
            documents.append({"site": each, "period": str(result.period), "missing": plain})
            continue
        head(terminal, result, workspace.settings.mode)
        _show(terminal, found)
        if found:
            _show_next(terminal, found)
    if terminal.as_json:
        terminal.emit({"sites": documents})


def _show(terminal: Terminal, found: list[Missing]) -> None:
    say = terminal.say
    if not found:
        terminal.print("  " + say("missing.nothing"))
        return
    for kind in _KINDS:
        group = [one for one in found if one.kind == kind]
        if not group:
            continue
        terminal.print()
        terminal.heading(f"{say(f'missing.{kind}')} ({len(group)})")
        for first, rest in _grouped(kind, group, terminal.language).items():
            terminal.print(f"  {first}")
            for line in rest:
                if kind in ("record", "limit"):  # an id is never cut
                    terminal.print(f"            {line}")
                else:
                    terminal.row("", line)


def _show_next(terminal: Terminal, found: list[Missing]) -> None:
    """The two ways on: load what is not there, confirm what is."""
    say = terminal.say
    terminal.print()
    load = terminal.command("celadon reference load FILE", period=False)
    terminal.print("  " + say("missing.load", command=load))
    rows = [one.what for one in found if one.kind in ("record", "limit", "method")]
    if rows:
        command = f"celadon reference confirm {shell_word(rows[0])}"
        command += f" --by {say('reference.who')} --page {say('reference.page')}"
        told = say("missing.confirm", command=terminal.command(command, period=False))
        terminal.print(f"  {told}")


def _grouped(kind: str, group: list[Missing], language: Language) -> dict[str, list[str]]:
    """Lines under a first line: rows under the text to compare them with, else the reasons."""
    lines: dict[str, list[str]] = defaultdict(list)
    weights = {one.what: rests_text(one, language) or one.weight for one in group}
    width = max(cell_len(text) for text in weights.values())
    for one in group:
        if kind in ("record", "limit"):
            weight = weights[one.what]
            blank = " " * (width - cell_len(weight))
            lines[one.fetch].append(f"{one.confidence} ▲  {weight}{blank}  {one.what}")
        else:
            mark = f"{one.what}  {one.confidence} ▲" if one.confidence else one.what
            lines[mark] += [weights[one.what]] if weights[one.what] else []
            lines[mark].append(one.fetch)
    return lines
