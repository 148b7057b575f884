"""``celadon microgrid screen``: whether a site is worth a full design, and which sites are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from celadon.app.initialising import is_workspace
from celadon.app.microgrids.screening import (
    How,
    Screened,
    run_again,
    screen_microgrid,
    write_screening,
)
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import FAILED, Terminal
from celadon.cli.verbs.microgrid import conceded
from celadon.cli.verbs.microgrid_screen_batch import screen_folder
from celadon.cli.verbs.microgrid_sheet import part_name
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.numerics.lp import METHODS
from celadon.plan.microgrid.money import cny_text, fen, parts_in_fen
from celadon.plan.screening import NoScreening, Screening
from celadon.records.finding import rule

_SHOWN = 0.0005
"""MW, MWh or t below which a capacity is shown as none."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    file: Path
    out: Path | None
    days: int
    price: bool
    workers: int | None
    seconds: float | None
    solver: str | None


def screen(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Screen a design, or every design below a folder."""
    if given.solver is not None:
        one_of("--solver", given.solver, list(METHODS))
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    how = How(given.days, given.price, given.solver, given.seconds)
    if given.file.is_dir():
        out = given.out or given.file / "screening"
        screen_folder(terminal, given.file, out, how, workspace, given.workers)
        return
    into = given.out or given.file.parent / "out" / "screening"
    if into.is_file():
        fault = Fault((str(into),), "a file", "a folder for the tables", "choose another --out")
        raise WorkspaceError(f"{into} is not a folder", [fault])
    with terminal.working(given.file.name):
        found = screen_microgrid(given.file, how, workspace)
    written = write_screening(found, how.days, into)
    outcome = found.outcome
    if terminal.as_json:
        terminal.emit({**_document(found), "wrote": [path.as_posix() for path in written]})
    elif isinstance(outcome, NoScreening):
        _show_none(terminal, found, outcome, given.file)
    else:
        _show(terminal, found, outcome, asked_for_price=given.price)
        terminal.row(terminal.say("microgrid.wrote"), f"{into.as_posix()}/*.parquet")
        following = f"celadon microgrid design {given.file.as_posix()}"
        terminal.row(terminal.say("microgrid_screen.next"), following)
    if isinstance(outcome, NoScreening):
        raise typer.Exit(FAILED)


def _show(
    terminal: Terminal, found: Screened, screening: Screening, *, asked_for_price: bool
) -> None:
    head, say = found.declared.head, terminal.say
    terminal.heading(head.id, head.name(terminal.language), str(head.year))
    if head.simulated:
        terminal.row("▲", say("microgrid.simulated"), style="yellow")
    days = int(screening.classes.weights.sum())
    told = say("microgrid_screen.stand_for", classes=screening.classes.count, days=days)
    terminal.row(say("microgrid_screen.days"), told)
    about = say("microgrid_screen.of_days", cost=_money(screening.estimate))
    if screening.cost is None:
        terminal.row(say("microgrid.cost"), about)
    else:
        terminal.row(
            say("microgrid.cost"), say("microgrid_screen.of_year", cost=_money(screening.cost))
        )
        terminal.row(say("microgrid_screen.estimate"), about)
    terminal.row(say("microgrid_screen.at_least"), _at_least(terminal, screening))
    _show_proof(terminal, screening)
    terminal.row(say("microgrid_screen.today"), _today(terminal, screening))
    if asked_for_price and screening.priced is None:
        terminal.row("▲", say("microgrid_screen.not_priced"), style="yellow")
    _show_changed(terminal, screening)
    _show_sizes(terminal, screening)
    parts = [(name, value) for name, value in parts_in_fen(screening.costs).items() if value]
    parts.sort(key=lambda part: -part[1])
    terminal.print()
    rows = [(part_name(terminal, name), f"{value / 100:,.2f}") for name, value in parts]
    terminal.table([say("microgrid_screen.part"), say("microgrid.yearly")], rows, numbers=1)
    _show_findings(terminal, found)


def _show_proof(terminal: Terminal, screening: Screening) -> None:
    """How far the priced year breaks anything, by multiplying out and by running it again."""
    check, plan = run_again(screening), screening.plan
    if check is None or plan is None:
        return
    off = abs(check.cost - plan.objective) / max(1.0, abs(plan.objective))
    told = terminal.say(
        "microgrid_screen.checked", broken=f"{plan.residuals.violation:.1e}",
        again=f"{check.largest_breach:.1e}", cost=f"{off:.1e}",
    )  # fmt: skip
    terminal.row(terminal.say("microgrid.proof"), told)


def _at_least(terminal: Terminal, screening: Screening) -> str:
    """What no design costs less than, and how much a full design could save more."""
    if screening.floor is None:
        return terminal.say("microgrid_screen.not_proved")
    lower = _money(screening.floor)
    if screening.gap is None:
        return terminal.say("microgrid_screen.proved", lower=lower)
    share = f"{100 * max(0.0, screening.gap):.2f}"
    return terminal.say("microgrid_screen.within", lower=lower, share=share)


def _today(terminal: Terminal, screening: Screening) -> str:
    if screening.today is None or screening.saving is None:
        return terminal.say("microgrid_screen.no_today")
    share = f"{100 * screening.saving / max(1.0, abs(screening.today)):.1f}"
    today, saving = _money(screening.today), _money(screening.saving)
    if screening.cost is None:
        return terminal.say("microgrid_screen.saves_about", today=today, saving=saving, share=share)
    return terminal.say("microgrid_screen.saves", today=today, saving=saving, share=share)


def _show_changed(terminal: Terminal, screening: Screening) -> None:
    if screening.priced is None:
        return
    units = {size.block: size.unit for size in screening.built.sizes}
    for number, (block, (was, now)) in enumerate(screening.priced.changed.items()):
        told = terminal.say(
            "microgrid_screen.from_to", block=block, was=f"{was:,.4g}", now=f"{now:,.4g}",
            unit=units[block],
        )  # fmt: skip
        terminal.row("" if number else terminal.say("microgrid_screen.changed"), told)
    for (one, other), steps in screening.priced.held_apart.items():
        told = terminal.say("microgrid_screen.apart", one=one, other=other, steps=steps)
        terminal.row("", told)


def _show_sizes(terminal: Terminal, screening: Screening) -> None:
    say, priced = terminal.say, screening.priced_sizes
    headers = [say("microgrid_screen.capacity"), say("microgrid_screen.by_days")]
    headers += [] if priced is None else [say("microgrid_screen.by_year")]
    rows = []
    for size in screening.built.sizes:
        of_year = [] if priced is None else [_amount(priced[size.block])]
        rows.append((size.block, _amount(screening.sizes[size.block]), *of_year, size.unit))
    terminal.print()
    terminal.table([*headers, ""], rows, numbers=2 if priced is None else 3)


def _show_none(terminal: Terminal, found: Screened, none: NoScreening, file: Path) -> None:
    head, say, why = found.declared.head, terminal.say, none.why
    if why.status == "unbounded":
        terminal.heading(head.id, say("microgrid.unbounded"))
        terminal.row(say("microgrid.endless"), ", ".join(why.endless))
        terminal.row(say("error.do"), say("microgrid.bound_it"))
        return
    if why.status == "unsolved":
        terminal.heading(head.id, say("microgrid.unsolved"))
        terminal.row(say("error.do"), say("microgrid.solve_it"))
        return
    key = "infeasible" if none.is_proved else "by_typical"
    terminal.heading(head.id, say(f"microgrid_screen.{key}"))
    for number, each in enumerate(why.concessions):
        terminal.row("" if number else say("microgrid_screen.about"), conceded(terminal, each))
    for conflict in why.conflicts:
        terminal.row(say("microgrid.conflict"), " + ".join(sorted(conflict)))
    sure = "is_sure" if none.is_proved else "not_sure"
    told = say(f"microgrid_screen.{sure}", file=file.as_posix())
    terminal.row(say("microgrid_screen.sure"), told)
    _show_findings(terminal, found)


def _show_findings(terminal: Terminal, found: Screened) -> None:
    terminal.print()
    for each in found.findings:
        severity = rule(each.rule).severity
        style = "" if severity == "note" else "yellow"
        told = each.text(terminal.language)
        terminal.row(terminal.word("severity", severity), told, style=style)


def _money(kcny: float) -> str:
    return f"{fen(kcny) / 100:,.2f}"


def _amount(size: float) -> str:
    return f"{size:,.3f}" if size > _SHOWN else "0"


def _document(found: Screened) -> dict[str, Any]:
    """Everything that is shown, as plain data; money in CNY as text."""
    head, outcome = found.declared.head, found.outcome
    plain: dict[str, Any] = {
        "id": head.id, "year": head.year, "simulated": head.simulated,
        "findings": [{"rule": each.rule, "subject": each.subject, "text": each.text("en")}
                     for each in found.findings],
    }  # fmt: skip
    if isinstance(outcome, NoScreening):
        why = outcome.why
        return plain | {
            "status": why.status, "is_proved": outcome.is_proved,
            "concessions": [{"demand": each.demand, "asked": each.asked, "enough": each.enough,
                             "unit": each.unit} for each in why.concessions],
            "conflicts": [sorted(each) for each in why.conflicts],
            "endless": list(why.endless),
        }  # fmt: skip
    priced = outcome.priced
    return plain | {
        "status": "screened", "typical_days": outcome.classes.count,
        "days": [{"day": int(day), "stands_for": int(weight)} for day, weight in
                 zip(outcome.classes.typical, outcome.classes.weights, strict=True)],
        "estimate_cny": _text(outcome.estimate), "lower_cny": _text(outcome.floor),
        "cost_cny": _text(outcome.cost), "gap": outcome.gap, "today_cny": _text(outcome.today),
        "saving_cny": _text(outcome.saving), "sizes": dict(outcome.sizes),
        "priced_sizes": None if outcome.priced_sizes is None else dict(outcome.priced_sizes),
        "changed": {} if priced is None else {
            block: {"from": was, "to": now} for block, (was, now) in priced.changed.items()},
        "costs_cny": {name: cny_text(value)
                      for name, value in parts_in_fen(outcome.costs).items()},
    }  # fmt: skip


def _text(kcny: float | None) -> str | None:
    return None if kcny is None else cny_text(fen(kcny))
