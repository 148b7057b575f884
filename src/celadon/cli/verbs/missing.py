"""``celadon reference missing``: what to obtain so that every figure is official."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from celadon.app.missing import Missing, reference_missing
from celadon.cli.opening import head, open_workspace, present_run
from celadon.cli.terminal import Terminal
from celadon.languages import Language

_KINDS = ("parameter", "standard", "method", "record")


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
            own = (workspace.folder / "reference").as_posix()
            terminal.print()
            terminal.row(terminal.say("error.do"), terminal.say("missing.load", folder=own))
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
        for first, rest in _grouped(kind, group).items():
            terminal.print(f"  {first}")
            for line in rest:
                terminal.row("", line)


def _grouped(kind: str, group: list[Missing]) -> dict[str, list[str]]:
    """Lines under a first line: records under the text to compare them with, else the reasons."""
    lines: dict[str, list[str]] = defaultdict(list)
    width = max(len(one.weight) for one in group)
    for one in group:
        if kind == "record":
            lines[one.fetch].append(f"{one.confidence} ▲  {one.weight:<{width}}  {one.what}")
        else:
            mark = f"{one.what}  {one.confidence} ▲" if one.confidence else one.what
            lines[mark].append(one.fetch)
    return lines
