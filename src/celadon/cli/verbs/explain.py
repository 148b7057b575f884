"""``celadon explain``: why this number?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from celadon.app.explaining import Question, month_of
from celadon.app.explaining import explain as ask
from celadon.app.telling import Node
from celadon.cli.opening import head, open_workspace, present_run
from celadon.cli.terminal import Terminal
from celadon.cli.tree import depth_that_fits, height, is_weak, parts_add_up, tree_lines
from celadon.languages import Language


def explain(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    period: str | None,
    account: str,
    asked: Mapping[str, str | None],
    month: str | None,
    depth: int | None,
) -> None:
    """Show a figure as a tree, down to where it comes from.

    A month outside the period asked for is explained from the year that it lies in.
    """
    workspace = open_workspace(terminal, folder, language)
    first = None if month is None else month_of(month)
    if period is None and first is not None:
        period = str(first.year)
    result = present_run(terminal, workspace, site, period)
    question = Question(month=first, account=account, **asked)
    with terminal.working(f"{site} · {question.account}"):
        tree = ask(workspace, result, question, terminal.language)
    if terminal.as_json:
        terminal.emit({"header": result.header, "tree": tree.plain()})
        return
    head(terminal, result, workspace.settings.mode)
    terminal.heading(f"{tree.value}   {tree.label}", tree.source)
    shown = depth or depth_that_fits(tree)
    for line in tree_lines(tree, shown, lambda node: _mark(terminal, node)):
        terminal.print(line)
    _show_foot(terminal, tree, shown)


def _mark(terminal: Terminal, node: Node) -> str:
    key = "confidence" if is_weak(node) else "confirmed"
    return terminal.say(f"explain.{key}", letter=node.confidence)


def _show_foot(terminal: Terminal, tree: Node, shown: int) -> None:
    notes = []
    if parts_add_up(tree):
        notes.append(terminal.say("explain.exact"))
    if is_weak(tree):
        notes.append(terminal.say("explain.weak"))
    if notes:
        terminal.print("    " + " · ".join(notes))
    if height(tree) > shown:
        terminal.print("    " + terminal.say("explain.deeper", depth=shown + 1))
