"""``celadon microgrid sensitivity`` and ``break-even``: one parameter at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celadon.app.initialising import is_workspace
from celadon.app.microgrids.sensitivity import (
    Broken,
    Range,
    Swung,
    break_even_of,
    swing_design,
    write_break_even,
    write_swings,
)
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.microgrid_scenarios import folder_for_tables, money, reason
from celadon.errors import Fault, InputError
from celadon.languages import Language
from celadon.plan.microgrid.money import cny_text, fen
from celadon.plan.uncertainty.break_even import SAVING
from celadon.plan.uncertainty.sensitivity import Swing
from celadon.report.microgrid.uncertainty import Bar, tornado

_MILLION = 1000
"""kCNY of a million CNY."""

_BAR = 24
"""Cells of the widest bar."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    file: Path
    of: tuple[str, ...]
    between: Range
    out: Path | None
    until: str = SAVING
    standing: tuple[str, ...] = ()


def sensitivity(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Plan a design anew over a range of each parameter, and show how it swings."""
    _refuse_none(given)
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    into = folder_for_tables(given.out or given.file.parent / "out" / "sensitivity")
    with terminal.working(given.file.name):
        found = swing_design(given.file, given.of, given.between, workspace)
    written = [*write_swings(found, into), _drawn(terminal, found, into)]
    if terminal.as_json:
        terminal.emit({**_swung(found), "wrote": [path.as_posix() for path in written]})
        return
    _show_swings(terminal, found)
    told = f"{into.as_posix()}/*.parquet · {written[-1].as_posix()}"
    terminal.row(terminal.say("microgrid.wrote"), told)


def break_even(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Find where a parameter changes the design, or ends its saving."""
    _refuse_none(given)
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    into = folder_for_tables(given.out or given.file.parent / "out" / "break-even")
    with terminal.working(given.file.name):
        found = break_even_of(
            given.file, given.of[0], given.until, given.between, given.standing, workspace
        )
    written = write_break_even(found, into)
    if terminal.as_json:
        terminal.emit({**_broken(found), "wrote": [path.as_posix() for path in written]})
        return
    _show_break_even(terminal, found)
    terminal.row(terminal.say("microgrid.wrote"), f"{into.as_posix()}/*.parquet")


def _drawn(terminal: Terminal, found: Swung, into: Path) -> Path:
    """The tornado as a drawing."""
    say = terminal.say
    changes = [
        [None if each.cost is None else (each.cost - swing.base) / _MILLION
         for each in (swing.answers[0], swing.answers[-1])] for swing in found.swings
    ]  # fmt: skip
    bars = [Bar(swing.what, *both) for swing, both in zip(found.swings, changes, strict=True)]
    times = [f"× {each.times:g}" for each in (found.swings[0].answers[0],
                                              found.swings[0].answers[-1])]  # fmt: skip
    path = into / "tornado.svg"
    svg = tornado(bars, say("sensitivity.change"), (times[0], times[1]), say("sensitivity.tornado"))
    path.write_text(svg, encoding="utf-8", newline="\n")
    return path


def _refuse_none(given: Given) -> None:
    if not given.of:
        fault = Fault(("--of",), "nothing", "the parameter that is looked at",
                      "give one, such as --of grid.price")  # fmt: skip
        raise InputError("No parameter is asked for", [fault])


def _heading(terminal: Terminal, found: Swung | Broken) -> None:
    head = found.declared.file.head
    terminal.heading(head.id, head.name(terminal.language), str(head.year))
    if head.simulated:
        terminal.row("▲", terminal.say("microgrid.simulated"), style="yellow")
    cost = terminal.say("microgrid.a_year", cost=money(found.plan.objective))
    terminal.row(terminal.say("microgrid.cost"), cost)


def _show_swings(terminal: Terminal, found: Swung) -> None:
    """The tornado: the widest swing first; then cost and capacities at every multiplier."""
    say = terminal.say
    _heading(terminal, found)
    widest = max((swing.width for swing in found.swings), default=0.0) or 1.0
    rows = [_tornado(swing, widest) for swing in found.swings]
    terminal.print()
    headers = ["sensitivity.parameter", "", "sensitivity.at_low", "sensitivity.at_high"]
    terminal.table([say(each) if each else "" for each in headers], rows, numbers=2)
    for swing in found.swings:
        terminal.print()
        headers = [swing.what, *(f"× {each.times:g}" for each in swing.answers), ""]
        terminal.table(headers, _answers(terminal, found, swing), numbers=len(swing.answers) + 1)
        for each in swing.answers:
            if each.why is not None:
                terminal.row(f"× {each.times:g}", reason(terminal, each.why))
    terminal.print()


def _answers(terminal: Terminal, found: Swung, swing: Swing) -> list[tuple[str, ...]]:
    """Cost and capacities, a column for every multiplier."""
    none = terminal.say("sensitivity.no_plan")
    costs = [none if each.cost is None else money(each.cost) for each in swing.answers]
    rows = [(terminal.say("microgrid.cost"), *costs, terminal.say("microgrid.yearly"))]
    for size in found.plan.built.sizes:
        sizes = [f"{each.sizes[size.block]:,.3f}" if each.sizes else "" for each in swing.answers]
        rows.append((size.block, *sizes, size.unit))
    return rows


def _tornado(swing: Swing, widest: float) -> tuple[str, ...]:
    """A parameter, its bar, and the change of the cost at both ends."""
    first, last = swing.answers[0], swing.answers[-1]
    bar = "█" * max(1, round(_BAR * swing.width / widest)) if swing.width else ""
    ends = ["—" if each.cost is None else f"{fen(each.cost - swing.base) / 100:+,.2f}"
            for each in (first, last)]  # fmt: skip
    return (swing.what, bar, *ends)


def _show_break_even(terminal: Terminal, broken: Broken) -> None:
    say, found = terminal.say, broken.found
    _heading(terminal, broken)
    what = say("break_even.saving") if found.until == SAVING else found.until
    for change in found.changes:
        side = say("break_even.below" if change.holds_below else "break_even.above")
        text = say("break_even.at", what=what, side=side, low=f"{change.low:.5g}",
                   high=f"{change.high:.5g}", parameter=found.what)  # fmt: skip
        terminal.row(say("break_even.changes"), text)
    if not found.changes:
        known = {holds for _, holds in found.holds}
        key = "always" if known == {True} else "never" if known == {False} else "not_told"
        low, high = (f"{each[0]:g}" for each in (found.holds[0], found.holds[-1]))
        text = say(f"break_even.{key}", what=what, low=low, high=high)
        terminal.row(say("break_even.changes"), text)
    if found.proved_above is not None:
        text = say("break_even.stays_out", what=what, times=f"{found.proved_above:.5g}")
        terminal.row(say("break_even.prices"), text)
    if not found.is_monotone:
        terminal.row(say("break_even.note"), say("break_even.not_monotone"))
    terminal.print()


def _swung(found: Swung) -> dict[str, Any]:
    head = found.declared.file.head
    return {
        "design": head.id, "year": head.year, "simulated": head.simulated,
        "cost_cny": cny_text(fen(found.plan.objective)),
        "sensitivity": [
            {
                "what": swing.what, "swing_cny": cny_text(fen(swing.width)),
                "answers": [
                    {"times": each.times,
                     "status": "planned" if each.why is None else each.why.status,
                     "cost_cny": None if each.cost is None else cny_text(fen(each.cost)),
                     "bound_kcny": each.bound, "sizes": dict(each.sizes)}
                    for each in swing.answers
                ],
            }
            for swing in found.swings
        ],
    }  # fmt: skip


def _broken(broken: Broken) -> dict[str, Any]:
    head, found = broken.declared.file.head, broken.found
    return {
        "design": head.id, "year": head.year, "simulated": head.simulated,
        "cost_cny": cny_text(fen(broken.plan.objective)), "what": found.what,
        "until": found.until, "monotone": found.is_monotone,
        "proved_out_above": found.proved_above,
        "changes": [{"low": c.low, "high": c.high, "holds_below": c.holds_below}
                    for c in found.changes],
        "looked_at": [{"times": times, "holds": holds} for times, holds in found.holds],
    }  # fmt: skip
