"""``celadon microgrid shift``: the best schedule of what can be moved, and the bills around it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from celadon.app.initialising import is_workspace
from celadon.app.shifting import Move, ShiftFound, shift_site, write_shift
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, InputError, WorkspaceError
from celadon.languages import Language
from celadon.plan.microgrid.billing import PlanBill
from celadon.plan.microgrid.money import cny_text
from celadon.plan.operation.shifting import Shifted
from celadon.records.finding import rule
from celadon.report.figures import grouped


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    file: Path
    move: str | None
    within: int | None
    rebound: str | None
    price: str | None
    out: Path | None


def shift(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Show what moving load would save, and leave the schedule."""
    if given.move is None and (given.within, given.rebound, given.price) != (None, None, None):
        fault = Fault(("--move",), "nothing", "the power that can be moved within the hours given",
                      "give --move as well, or declare [[movable_load]] in the file")  # fmt: skip
        raise InputError("Nothing is said of what can be moved", [fault])
    into = given.out or given.file.parent / "out" / "shift"
    if into.is_file():
        fault = Fault((str(into),), "a file", "a folder for the tables", "choose another --out")
        raise WorkspaceError(f"{into} is not a folder", [fault])
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    move = Move(given.move, given.within, given.rebound, given.price)
    with terminal.working(given.file.name):
        found = shift_site(given.file, workspace, move)
    written = write_shift(found, into)
    if terminal.as_json:
        wrote = [path.as_posix() for path in written]
        terminal.emit({**_document(found, found.shifted), "wrote": wrote})
        return
    _show(terminal, found, found.shifted)
    terminal.row(terminal.say("microgrid.wrote"), f"{into.as_posix()}/*.parquet")


def _show(terminal: Terminal, found: ShiftFound, shifted: Shifted) -> None:
    head, say = found.declared.head, terminal.say
    terminal.heading(head.id, head.name(terminal.language), str(head.year))
    if head.simulated:
        terminal.row("▲", say("microgrid.simulated"), style="yellow")
    before, after = (_total(bills) for bills in (shifted.before, shifted.after))
    terminal.row(say("shift.bills"), say("shift.both", before=_yuan(before), after=_yuan(after)))
    share = 100 * Fraction(shifted.saved, before) if before else Fraction(0)
    saved = say("shift.of_bill", saved=_yuan(shifted.saved), share=grouped(share, 2))
    if shifted.moving:
        saved += say("shift.less", moving=_yuan(shifted.moving), net=_yuan(shifted.net))
    terminal.row(say("shift.saved"), saved)
    moved = sum(float(each.clip(min=0.0).sum()) for each in shifted.moves.values())
    terminal.row(
        say("shift.moved"),
        say("shift.energy", moved=f"{moved * shifted.design.horizon.hours:,.1f}"),
    )
    terminal.row(
        say("microgrid.proof"),
        say("shift.proved", gap=f"{shifted.plan.gap:.1e}",
            breach=f"{shifted.check.largest_breach:.1e}"),
    )  # fmt: skip
    if shifted.left_out:
        told = say("shift.left_out", names=", ".join(shifted.left_out))
        terminal.row("▲", told, style="yellow")
    for tables in (_show_parts, _show_bands, _show_months, _show_hours, _show_loads):
        tables(terminal, shifted)
    terminal.print()
    for each in found.findings:
        severity = rule(each.rule).severity
        style = "" if severity == "note" else "yellow"
        terminal.row(terminal.word("severity", severity), each.text(terminal.language), style=style)


def _show_parts(terminal: Terminal, shifted: Shifted) -> None:
    say = terminal.say
    heads = [say("shift.part"), say("shift.before"), say("shift.after"), say("shift.less_by")]
    rows = [
        [say(f"bill.{part}"), _yuan(before), _yuan(after), _yuan(before - after)]
        for part, (before, after) in shifted.by_part().items()
    ]
    terminal.print()
    terminal.table(heads, rows, numbers=3)


def _show_bands(terminal: Terminal, shifted: Shifted) -> None:
    say, bands = terminal.say, shifted.by_band()
    heads = [say("bill.band"), say("shift.mwh_before"), say("shift.mwh_after"),
             say("shift.before"), say("shift.after"), say("shift.less_by")]  # fmt: skip
    rows = [
        [terminal.word("bands", band), _mwh(wh), _mwh(wh_after), _yuan(paid), _yuan(paid_after),
         _yuan(paid - paid_after)]
        for band, (wh, wh_after, paid, paid_after) in bands.items()
    ]  # fmt: skip
    terminal.print()
    terminal.table(heads, rows, numbers=5)


def _show_months(terminal: Terminal, shifted: Shifted) -> None:
    say = terminal.say
    heads = [say("bill.month"), say("shift.peak_before"), say("shift.peak_after"),
             say("shift.before"), say("shift.after"), say("shift.less_by")]  # fmt: skip
    rows = []
    for before, after in zip(shifted.before, shifted.after, strict=True):
        peaks = [grouped(each.bill.drawn.peak / 1000) for each in (before, after)]
        totals = before.bill.total, after.bill.total
        rows.append([before.month, *peaks, *map(_yuan, totals), _yuan(totals[0] - totals[1])])
    terminal.print()
    terminal.table(heads, rows, numbers=5)


def _show_hours(terminal: Terminal, shifted: Shifted) -> None:
    """The hours of the day in which anything is moved."""
    say = terminal.say
    heads = [say("shift.hour"), say("shift.mwh_before"), say("shift.out"), say("shift.into"),
             say("shift.mwh_after")]  # fmt: skip
    rows = [
        [f"{hour:02}:00", *(f"{mwh:,.1f}" for mwh in (load, out, into, load - out + into))]
        for hour, (load, out, into) in enumerate(shifted.by_hour())
    ]
    terminal.print()
    terminal.table(heads, rows, numbers=4)


def _show_loads(terminal: Terminal, shifted: Shifted) -> None:
    say = terminal.say
    if len(shifted.alone) < 2:
        return
    heads = [say("shift.alone"), "MW", say("shift.mwh_moved"), say("shift.saves"),
             say("shift.each_mw"), say("shift.each_mwh")]  # fmt: skip
    rows = [
        [each.load, f"{each.power:,.3f}", f"{each.moved:,.1f}", _yuan(each.net),
         _by(each.net, each.power), _by(each.net, each.moved)]
        for each in shifted.alone
    ]  # fmt: skip
    terminal.print()
    terminal.table(heads, rows, numbers=5)


def _by(amount: int, amount_of: float) -> str:
    return f"{amount / 100 / amount_of:,.2f}" if amount_of else "—"


def _total(bills: tuple[PlanBill, ...]) -> int:
    return sum(each.bill.total for each in bills)


def _yuan(amount: int) -> str:
    return grouped(Fraction(amount, 100), 2)


def _mwh(watt_hours: int) -> str:
    return grouped(Fraction(watt_hours, 10**6), 1)


def _document(found: ShiftFound, shifted: Shifted) -> dict[str, Any]:
    """Everything that is shown, as plain data."""
    head, residuals = found.declared.head, shifted.plan.residuals
    months = zip(shifted.before, shifted.after, strict=True)
    return {
        "design": head.id, "year": head.year, "simulated": head.simulated,
        "bill_before_cny": cny_text(_total(shifted.before)),
        "bill_after_cny": cny_text(_total(shifted.after)),
        "saved_cny": cny_text(shifted.saved), "moving_cny": cny_text(shifted.moving),
        "net_cny": cny_text(shifted.net),
        "parts_cny": {part: {"before": cny_text(one), "after": cny_text(other)}
                      for part, (one, other) in shifted.by_part().items()},
        "bands": {band: {"wh_before": a, "wh_after": b, "before_cny": cny_text(c),
                         "after_cny": cny_text(d)}
                  for band, (a, b, c, d) in shifted.by_band().items()},
        "months": [
            {"month": one.month, "before_cny": cny_text(one.bill.total),
             "after_cny": cny_text(other.bill.total),
             "peak_kw_before": float(one.bill.drawn.peak / 1000),
             "peak_kw_after": float(other.bill.drawn.peak / 1000)}
            for one, other in months
        ],
        "hours": [{"hour": hour, "load_mwh": load, "out_mwh": out, "into_mwh": into}
                  for hour, (load, out, into) in enumerate(shifted.by_hour())],
        "loads": {name: {"moved_mwh": float(np.clip(move, 0, None).sum())
                         * shifted.design.horizon.hours}
                  for name, move in shifted.moves.items()},
        "alone": [{"load": each.load, "power_mw": each.power, "moved_mwh": each.moved,
                   "saved_cny": cny_text(each.saved), "moving_cny": cny_text(each.moving),
                   "net_cny": cny_text(each.net)} for each in shifted.alone],
        "left_out": list(shifted.left_out),
        "proof": {"objective_kcny": shifted.plan.objective, "bound_kcny": shifted.plan.bound,
                  "gap": residuals.gap, "largest_violation": residuals.violation,
                  "largest_breach": shifted.check.largest_breach, "worst": shifted.check.worst},
        "findings": [{"id": f.id, "rule": f.rule, "severity": rule(f.rule).severity,
                      "text": f.text("en")} for f in found.findings],
    }  # fmt: skip
