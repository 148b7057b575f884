"""``celadon compare``: what changed between two accounts, and by which cause."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from celadon.accounts.changes import CAUSES, known_sides, waterfall
from celadon.accounts.pollutants.tables import POLLUTANT
from celadon.accounts.tables import MEASURES
from celadon.app.comparing import Comparison
from celadon.app.comparing import compare as work
from celadon.app.summary import TOTALLED, summarise
from celadon.cli.account_table import Cell
from celadon.cli.co_reduction import show_together, together_rows
from celadon.cli.opening import open_workspace, period_of
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.period import Period
from celadon.report.figures import SHOWN_UNITS, unit_text

_MOST = 8
"""Streams that are named, those with the largest changes."""


def compare(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    period: str | None,
    earlier: str | None,
    as_of: int | None,
    method: str | None,
    account: str | None,
) -> None:
    """Show each figure before and after, its change by cause, and the streams that changed most."""
    workspace = open_workspace(terminal, folder, language)
    chosen = period_of(terminal, workspace, site, period)
    figures = [figure for figure in TOTALLED if account in (None, figure[0])]
    if not figures:
        known = ", ".join(sorted({name for name, _ in TOTALLED}))
        fault = Fault(("--account",), repr(account), f"one of {known}", "correct the account")
        raise WorkspaceError("There is no such account to compare", [fault])
    with terminal.working(f"{site} · {chosen}"):
        found = work(
            workspace, site, chosen,
            earlier=Period.parse(earlier) if earlier else None, known_at=as_of, method=method,
        )  # fmt: skip
    if terminal.as_json:
        terminal.emit(_document(found, figures))
        return
    terminal.heading(site, _title(terminal, found, as_of, method))
    if found.after.site.simulated:
        terminal.row("▲", terminal.say("head.simulated"), style="yellow")
    _show_figures(terminal, found, figures)
    _show_most(terminal, found, figures)
    if account in (None, "carbon", POLLUTANT):
        show_together(terminal, workspace.registry(), found)


def _title(terminal: Terminal, found: Comparison, as_of: int | None, method: str | None) -> str:
    before, after = str(found.before.period), str(found.after.period)
    if as_of is not None:
        before = terminal.say("compare.known_at", period=before, position=as_of)
    if method is not None:
        after = terminal.say("compare.by_method", period=after, method=method)
    return terminal.say("compare.title", before=before, after=after)


def _show_figures(terminal: Terminal, found: Comparison, figures: list[tuple[str, str]]) -> None:
    """The figures, and the causes that changed any of them."""
    falls = [(*figure, waterfall(found.changes, *figure)) for figure in figures]
    causes = [cause for cause in CAUSES if any(parts[cause] for *_, parts in falls)]
    names = ("before", *causes, "after")
    headers = [terminal.say("compare.figure"), "", *(terminal.say(f"compare.{n}") for n in names)]
    rows = []
    for account, measure, parts in falls:
        if not any(parts.values()):
            continue
        small = MEASURES[measure]
        known = dict(zip(("before", "after"), known_sides(found.changes, account, measure),
                         strict=True))  # fmt: skip
        cells = [
            Cell(parts[name] if known.get(name, True) else None, small, SHOWN_UNITS[small])
            for name in names
        ]
        unit = unit_text(cells[0].unit, terminal.language)
        rows.append([_figure(terminal, account, measure), unit, *(cell.text for cell in cells)])
    terminal.table(headers, rows, numbers=len(names))
    for side, run in (("before", found.before), ("after", found.after)):
        totals = summarise(run).totals
        lacking = {(total.account, total.measure): total.lacking for total in totals}
        for figure in figures:
            if lacking.get(figure):
                told = terminal.say(
                    "compare.not_whole", side=terminal.say(f"compare.{side}"),
                    figure=_figure(terminal, *figure), names=", ".join(lacking[figure]),
                )  # fmt: skip
                terminal.row("▲", told, style="yellow")


def _show_most(terminal: Terminal, found: Comparison, figures: list[tuple[str, str]]) -> None:
    """The streams whose changes are largest, each with the cause of most of it."""
    sums: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(CAUSES, 0))
    for row in found.changes.to_pylist():
        if (row["account"], row["measure"]) in figures:
            for cause in CAUSES:
                sums[row["account"], row["measure"], row["stream"]][cause] += row[f"by_{cause}"]
    changed = {key: parts for key, parts in sums.items() if any(parts.values())}
    if not changed:
        terminal.row("", terminal.say("compare.same"))
        return
    rows = []
    for account, measure in figures:
        of_figure = [(k[2], p) for k, p in changed.items() if k[:2] == (account, measure)]
        of_figure.sort(key=lambda one: (-abs(sum(one[1].values())), one[0]))
        small = MEASURES[measure]
        for stream, parts in of_figure[:_MOST]:
            cause = max(CAUSES, key=lambda name: abs(parts[name]))
            cell = Cell(sum(parts.values()), small, SHOWN_UNITS[small])
            shown = unit_text(cell.unit, terminal.language)
            rows.append([
                _figure(terminal, account, measure), stream, terminal.say(f"compare.{cause}"),
                cell.text, shown,
            ])  # fmt: skip
    heads = ("figure", "stream", "cause", "change")
    terminal.print()
    terminal.print(terminal.say("compare.most"))
    terminal.table([*(terminal.say(f"compare.{name}") for name in heads), ""], rows, numbers=2)


def _figure(terminal: Terminal, account: str, measure: str) -> str:
    return f"{terminal.word('accounts', account)} · {terminal.word('measures', measure)}"


def _document(found: Comparison, figures: list[tuple[str, str]]) -> dict[str, Any]:
    """Every figure's waterfall in small units, and every changed row."""
    return {
        "before": {"period": str(found.before.period), "hash": found.before.header["hash"]},
        "after": {"period": str(found.after.period), "hash": found.after.header["hash"]},
        "figures": [
            {"account": account, "measure": measure, "unit": MEASURES[measure],
             **waterfall(found.changes, account, measure)}
            for account, measure in figures
        ],
        "changes": [
            row for row in found.changes.to_pylist()
            if (row["account"], row["measure"]) in figures and row["before"] != row["after"]
        ],
        "together": together_rows(found),
    }  # fmt: skip
