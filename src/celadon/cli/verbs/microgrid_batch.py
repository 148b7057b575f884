"""``celadon microgrid batch``: many sites planned, how far it is, and those without a plan."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import typer
from rich.progress import BarColumn, Progress, TextColumn

from celadon.app.initialising import is_workspace
from celadon.app.microgrids.batch import Batch, Stand, Told, Without, plan_batch
from celadon.app.microgrids.record import PLANNED
from celadon.app.microgrids.tables import MICROGRID_REASON, MICROGRID_SITE
from celadon.cli.helping import helped_fault
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.refusing import in_words
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.microgrid_sheet import demand_name
from celadon.languages import Language
from celadon.numerics.lp import METHODS
from celadon.plan.microgrid.money import cny_text

INCOMPLETE = 1
"""The exit code where the batch is done, but for sites that have no plan."""

_SHOWN, _SHOWN_FAULTS, _EVERY = 20, 3, 0.02
_REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    folder: Path
    out: Path
    workers: int | None
    seconds: float | None
    flows: bool
    solver: str | None


def batch(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Plan every site below a folder, and tell the whole in short."""
    if given.solver is not None:
        one_of("--solver", given.solver, list(METHODS))
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    with following(terminal) as told:
        done = plan_batch(
            given.folder, given.out, workspace, method=given.solver, seconds=given.seconds,
            flows=given.flows, workers=given.workers, told=told,
        )  # fmt: skip
    if terminal.as_json:
        terminal.emit(_document(done))
    else:
        _show(terminal, done)
    if done.without:
        raise typer.Exit(INCOMPLETE)


@contextmanager
def following(terminal: Terminal) -> Iterator[Told]:
    """Tells how far the batch is: a bar on a terminal, else a line now and then."""
    if terminal.as_json:
        yield lambda _stand: None
        return
    if not sys.stderr.isatty():
        shares: list[float] = []

        def noted(stand: Stand) -> None:
            share = stand.sites / stand.all_sites if stand.all_sites else 1.0
            if stand.sites and (not shares or share - shares[-1] >= _EVERY or share == 1.0):
                shares.append(share)
                terminal.note(_line(terminal, stand))

        yield noted
        return
    columns = (TextColumn("{task.fields[title]}"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, transient=True, console=terminal.aside) as bar:
        task = bar.add_task("", title=terminal.say("microgrid.batch_running"))

        def told(stand: Stand) -> None:
            line = _line(terminal, stand)
            bar.update(task, total=stand.all_sites, completed=stand.sites, description=line)

        yield told


def _line(terminal: Terminal, stand: Stand) -> str:
    left = stand.seconds_left
    clock = "–" if left is None else f"{round(left) // 60}:{round(left) % 60:02d}"
    rate = stand.sites_a_minute
    return terminal.say(
        "microgrid.batch_progress", done=f"{stand.sites:,}", all=f"{stand.all_sites:,}",
        rate="–" if rate is None else f"{rate:.1f}", without=f"{stand.without:,}", left=clock,
    )  # fmt: skip


def _show(terminal: Terminal, done: Batch) -> None:
    say = terminal.say
    terminal.heading(say("microgrid.batch_title", sites=f"{done.sites:,}"))
    if done.simulated:
        marked = say("microgrid.batch_simulated", number=f"{done.simulated:,}")
        terminal.row("▲", marked, style="yellow")
    counted = say("microgrid.batch_counted", run=f"{done.run:,}", kept=f"{done.kept:,}")
    terminal.row(say("microgrid.batch_sites"), counted, f"{done.seconds:.1f} s")
    statuses = " · ".join(
        say("microgrid.batch_of_status", number=f"{number:,}",
            status=say(f"microgrid_status.{status}"))
        for status, number in sorted(done.statuses.items(), key=lambda each: -each[1])
    )  # fmt: skip
    terminal.row(say("microgrid.batch_status"), statuses)
    plans = done.statuses.get(PLANNED, 0)
    if plans:
        cost = say("microgrid.batch_cost", cost=f"{done.cost / 100:,.2f}", sites=f"{plans:,}")
        terminal.row(say("microgrid.cost"), cost)
    for each in done.without[:_SHOWN]:
        show_without(terminal, each)
    more = len(done.without) - _SHOWN
    if more > 0:
        file = f"{(done.folder / MICROGRID_REASON.name).as_posix()}/"
        terminal.row("", say("microgrid.batch_more", number=f"{more:,}", file=file))
    terminal.row(say("microgrid.wrote"), f"{done.folder.as_posix()}/*/part-*.parquet")
    files = (done.folder / MICROGRID_SITE.name).as_posix()
    terminal.row(
        say("microgrid.batch_query"),
        f"duckdb -c \"select design, status, cost / 100 as cny from '{files}/*.parquet'\"",
    )


def show_without(terminal: Terminal, each: Without) -> None:
    """A site without a plan, and its first reasons."""
    told = partial(in_words, language=terminal.language)
    status = terminal.say(f"microgrid_status.{each.status}")
    terminal.row("▲", f"{each.site} · {status}", style="red")
    for fault in map(helped_fault, each.faults[:_SHOWN_FAULTS]):
        is_refused = each.status == _REFUSED
        rule = f" · {told(fault.rule)}" if is_refused else ""
        place = fault.place if is_refused else demand_name(terminal, fault.place)
        terminal.row("", f"{place}: {told(fault.found)}{rule}")
        terminal.row("", f"{terminal.say('error.do')}: {told(fault.remedy)}")


def _document(done: Batch) -> dict[str, Any]:
    return {
        "folder": done.folder.as_posix(), "sites": done.sites, "run": done.run,
        "kept": done.kept, "statuses": dict(done.statuses), "cost_cny": cny_text(done.cost),
        "simulated": done.simulated, "seconds": round(done.seconds, 3),
        "without": [
            {"site": each.site, "status": each.status, "reason": each.reason,
             "faults": [{"where": list(f.where), "found": f.found, "rule": f.rule,
                         "remedy": f.remedy} for f in each.faults]}
            for each in done.without
        ],
    }  # fmt: skip
