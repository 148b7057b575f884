"""``celadon microgrid dispatch``: a design's system run window by window, and what it cost."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from celadon.app.dispatching import Ran, dispatch_microgrid, write_dispatch
from celadon.app.initialising import is_workspace
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.microgrid_sheet import demand_name, part_name
from celadon.errors import Fault, ModelError, WorkspaceError
from celadon.languages import Language
from celadon.plan.microgrid.money import cny_text, fen, parts_in_fen
from celadon.plan.microgrid.plan import Plan
from celadon.plan.operation.dispatching import Dispatched, Rolling
from celadon.plan.operation.forecast import FORECASTS, Forecast
from celadon.plan.operation.recording import bills_of, peaks_of
from celadon.records.finding import rule

_MUCH = 10.0
"""Per cent of regret above which it is said how to see what of it is the forecast's."""

_EVERY = 15.0
"""Seconds between two lines of progress where there is no terminal to draw on."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    file: Path
    window: float
    every: float
    forecast: str
    year_of: Path | None
    content: Sequence[str]
    out: Path | None


def dispatch(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Run a design through a year, and say what it came to."""
    one_of("--forecast", given.forecast, list(FORECASTS))
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    into = given.out or given.file.parent / "out" / "dispatch"
    if into.is_file():
        fault = Fault((str(into),), "a file", "a folder for the tables", "choose another --out")
        raise WorkspaceError(f"{into} is not a folder", [fault])
    rolling = Rolling(given.window, given.every, cast("Forecast", given.forecast))
    with following(terminal, given.file.name) as told:
        ran = dispatch_microgrid(given.file, rolling, workspace, given.year_of, given.content, told)
    if ran.done is None:
        remedy = f"see what to relax: celadon microgrid design {given.file.as_posix()}"
        fault = Fault((given.file.name,), "no plan", "a design that can be planned", remedy)
        raise ModelError(f"{ran.declared.head.id} has no plan to run", [fault])
    written = write_dispatch(ran, into)
    if terminal.as_json:
        terminal.emit({**_document(ran, ran.done), "wrote": [path.as_posix() for path in written]})
        return
    _show(terminal, ran, ran.done)
    terminal.row(terminal.say("microgrid.wrote"), f"{into.as_posix()}/*.parquet")


@contextmanager
def following(terminal: Terminal, name: str) -> Iterator[Callable[[int, int], None]]:
    """Tells how far the year is run: beside the sign of life, else a line now and then."""
    if terminal.as_json:
        yield lambda _done, _all: None
        return
    with terminal.working(name) as status:
        began: list[tuple[float, int]] = []  # when the first window was done, and its steps
        spoken = 0.0

        def told(done: int, steps: int) -> None:
            nonlocal spoken
            now = time.perf_counter()
            if not began:
                began.append((now, done))
                spoken = now
                return
            since, at = began[0]
            left = round((now - since) * (steps - done) / (done - at))
            line = terminal.say("dispatch.progress", name=name, share=f"{100 * done // steps}",
                                left=f"{left // 60}:{left % 60:02d}")  # fmt: skip
            if sys.stderr.isatty():
                status.update(line)
            elif now - spoken >= _EVERY:
                spoken = now
                terminal.note(line)

        yield told


def _show(terminal: Terminal, ran: Ran, done: Dispatched) -> None:
    head, say = ran.declared.head, terminal.say
    terminal.heading(head.id, head.name(terminal.language), str(head.year))
    if head.simulated:
        terminal.row("▲", say("microgrid.simulated"), style="yellow")
    rolling = done.rolling
    terminal.row(
        say("dispatch.how"),
        say("dispatch.rolled", window=f"{rolling.hours:g}", every=f"{rolling.every:g}",
            forecast=say(f"dispatch.{rolling.forecast}")),
    )  # fmt: skip
    terminal.row(say("dispatch.cost"), say("dispatch.amount", cost=_money(done.cost)))
    share = 100 * done.regret / max(1.0, abs(done.bound))
    terminal.row(
        say("dispatch.regret"),
        say("dispatch.of_bound", regret=_money(done.regret), share=f"{share:.2f}",
            bound=_money(done.bound)),
    )  # fmt: skip
    if done.priced:
        lost = " · ".join(f"{demand_name(terminal, name)} {_money(part)}"
                          for name, part in done.priced.items())  # fmt: skip
        terminal.row("", say("dispatch.lost", parts=lost))
    if rolling.forecast != "perfect" and share > _MUCH:
        terminal.row("", say("dispatch.part_it"))
    terminal.row(
        say("microgrid.proof"),
        say("dispatch.checked", gap=f"{done.gap:.1e}", breach=f"{done.check.largest_breach:.1e}"),
    )
    _show_bills(terminal, ran, done)
    parts = [(name, value) for name, value in parts_in_fen(done.costs).items() if value]
    parts.sort(key=lambda part: -part[1])
    terminal.print()
    rows = [(part_name(terminal, name), f"{value / 100:,.2f}") for name, value in parts]
    terminal.table([say("dispatch.part"), say("microgrid.cny")], rows, numbers=1)
    terminal.print()
    for each in ran.findings:
        severity = rule(each.rule).severity
        style = "" if severity == "note" else "yellow"
        terminal.row(terminal.word("severity", severity), each.text(terminal.language), style=style)


def _show_bills(terminal: Terminal, ran: Ran, done: Dispatched) -> None:
    if not isinstance(ran.designed.outcome, Plan):
        return
    for name, bills in bills_of(ran.designed.outcome, done).items():
        told = terminal.say(
            "dispatch.billed", name=name, total=_fen(bills.total), planned=_fen(bills.planned)
        )
        if bills.discount:
            told += terminal.say("dispatch.discount", discount=_fen(bills.discount))
        terminal.row(terminal.say("dispatch.bills"), told)


def _fen(amount: int) -> str:
    return f"{amount / 100:,.2f}"


def _money(kcny: float) -> str:
    return f"{fen(kcny) / 100:,.2f}"


def _bills(ran: Ran, done: Dispatched) -> dict[str, Any]:
    plan = ran.designed.outcome
    if not isinstance(plan, Plan):
        return {}
    return {
        name: {"total_cny": cny_text(bills.total), "planned_cny": cny_text(bills.planned),
               "discount_cny": cny_text(bills.discount),
               "months_cny": {month: cny_text(total) for month, total in bills.months}}
        for name, bills in bills_of(plan, done).items()
    }  # fmt: skip


def _document(ran: Ran, done: Dispatched) -> dict[str, Any]:
    """Everything that is shown, as plain data."""
    head, rolling = ran.declared.head, done.rolling
    return {
        "design": head.id, "year": head.year, "simulated": head.simulated,
        "window_hours": rolling.hours, "every_hours": rolling.every, "forecast": rolling.forecast,
        "cost_cny": cny_text(sum(parts_in_fen(done.costs).values())),
        "costs_cny": {n: cny_text(part) for n, part in parts_in_fen(done.costs).items()},
        "bound_cny": cny_text(fen(done.bound)), "regret_cny": cny_text(fen(done.regret)),
        "lost_at_its_price_cny": {n: cny_text(fen(part)) for n, part in done.priced.items()},
        "unserved_mwh": dict(done.unserved),
        "rules_lost": {name: amount for name, amount in done.lost.items() if amount},
        "peaks_mw": {name: peaks.tolist() for name, peaks in peaks_of(done).items()},
        "proof": {"gap": done.gap, "largest_breach": done.check.largest_breach,
                  "worst": done.check.worst},
        "bills": _bills(ran, done),
        "windows": {"solved": done.plans, "went_on": done.went_on, "strayed": done.strayed,
                    "stood_back": done.stood_back},
        "findings": [
            {"id": f.id, "rule": f.rule, "severity": rule(f.rule).severity, "subject": f.subject,
             "place": f.place, "numbers": f.numbers, "text": f.text("en")}
            for f in ran.findings
        ],
    }  # fmt: skip
