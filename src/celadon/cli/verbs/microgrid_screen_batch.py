"""``celadon microgrid screen FOLDER``: many sites, ranked by what they would save."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from celadon.app.microgrids.screening import How
from celadon.app.microgrids.screening_batch import ScreenedBatch, screen_sites
from celadon.app.microgrids.tables import MICROGRID_REASON, MICROGRID_SCREEN
from celadon.app.workspace import Workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.microgrid_batch import INCOMPLETE, following, show_without
from celadon.plan.microgrid.money import cny_text

_SHOWN = 20
"""Sites that are shown; the tables have all."""


def screen_folder(
    terminal: Terminal, folder: Path, out: Path, how: How, workspace: Workspace | None,
    workers: int | None,
) -> None:  # fmt: skip
    """Screen every site below a folder, and rank them."""
    with following(terminal) as told:
        done = screen_sites(folder, out, how, workspace, workers=workers, told=told)
    if terminal.as_json:
        terminal.emit(_document(done))
    else:
        _show(terminal, done)
    if done.without:
        raise typer.Exit(INCOMPLETE)


def _show(terminal: Terminal, done: ScreenedBatch) -> None:
    say = terminal.say
    terminal.heading(say("microgrid.batch_title", sites=f"{done.sites:,}"))
    if done.simulated:
        marked = say("microgrid.batch_simulated", number=f"{done.simulated:,}")
        terminal.row("▲", marked, style="yellow")
    counted = say("microgrid_screen.counted", run=f"{done.run:,}", kept=f"{done.kept:,}")
    terminal.row(say("microgrid.batch_sites"), counted, f"{done.seconds:.1f} s")
    statuses = " · ".join(
        say("microgrid.batch_of_status", number=f"{number:,}",
            status=say(f"microgrid_status.{status}"))
        for status, number in sorted(done.statuses.items(), key=lambda each: -each[1])
    )  # fmt: skip
    terminal.row(say("microgrid.batch_status"), statuses)
    _show_ranked(terminal, done)
    for each in done.without[:_SHOWN]:
        show_without(terminal, each)
    more = len(done.without) - _SHOWN
    if more > 0:
        file = f"{(done.folder / MICROGRID_REASON.name).as_posix()}/"
        terminal.row("", say("microgrid.batch_more", number=f"{more:,}", file=file))
    terminal.row(say("microgrid.wrote"), f"{done.folder.as_posix()}/*/part-*.parquet")
    files = (done.folder / MICROGRID_SCREEN.name).as_posix()
    terminal.row(
        say("microgrid.batch_query"),
        f"duckdb -c \"select design, saving / 100 as cny from '{files}/*.parquet' "
        'order by saving desc"',
    )


def _show_ranked(terminal: Terminal, done: ScreenedBatch) -> None:
    if not done.ranked:
        return
    say = terminal.say
    rows = [
        (each.site, _money(each.cost), _money(each.lower), _money(each.saving))
        for each in done.ranked[:_SHOWN]
    ]
    headers = ("ranked", "cost", "cost_at_least", "saving")
    terminal.print()
    terminal.table([say(f"microgrid_screen.{each}") for each in headers], rows, numbers=3)
    more = len(done.ranked) - _SHOWN
    if more > 0:
        terminal.row("", say("microgrid_screen.more", number=f"{more:,}"))
    terminal.print()


def _money(amount: int | None) -> str:
    return "–" if amount is None else f"{amount / 100:,.0f}"


def _document(done: ScreenedBatch) -> dict[str, Any]:
    def text(amount: int | None) -> str | None:
        return None if amount is None else cny_text(amount)

    return {
        "folder": done.folder.as_posix(), "sites": done.sites, "run": done.run,
        "kept": done.kept, "statuses": dict(done.statuses), "simulated": done.simulated,
        "seconds": round(done.seconds, 3),
        "ranked": [
            {"site": each.site, "cost_cny": text(each.cost), "lower_cny": text(each.lower),
             "saving_cny": text(each.saving)}
            for each in done.ranked
        ],
        "without": [
            {"site": each.site, "status": each.status, "reason": each.reason,
             "faults": [{"where": list(f.where), "found": f.found, "rule": f.rule,
                         "remedy": f.remedy} for f in each.faults]}
            for each in done.without
        ],
    }  # fmt: skip
