"""``celadon microgrid years``: what is bought when, and what every year costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from celadon.app.initialising import is_workspace
from celadon.app.planning_years import PlannedYears, plan_design_years, write_years
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, ModelError, WorkspaceError
from celadon.languages import Language
from celadon.numerics.lp import METHODS
from celadon.plan.microgrid.money import cny_text, fen
from celadon.plan.years import NoYearsPlan, YearsPlan
from celadon.records.finding import rule


def years(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    file: Path,
    out: Path | None,
    solver: str | None,
    *,
    named: bool,
) -> None:
    """Plan all years of a design, and say what they come to."""
    if solver is not None:
        one_of("--solver", solver, list(METHODS))
    into = out or file.parent / "out" / "years"
    if into.is_file():
        fault = Fault((str(into),), "a file", "a folder for the tables", "choose another --out")
        raise WorkspaceError(f"{into} is not a folder", [fault])
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    with terminal.working(file.name):
        planned = plan_design_years(file, workspace, solver)
    if isinstance(planned.outcome, NoYearsPlan):
        raise _no_plan(file, planned.outcome)
    written = write_years(planned, into)
    if terminal.as_json:
        wrote = [path.as_posix() for path in written]
        terminal.emit({**_document(planned, planned.outcome), "wrote": wrote})
        return
    _show(terminal, planned, planned.outcome)
    terminal.row(terminal.say("microgrid.wrote"), f"{into.as_posix()}/*.parquet")


def _no_plan(file: Path, none: NoYearsPlan) -> ModelError:
    faults = []
    for stage, reason in none.alone.items():
        demands = [each.demand for each in reason.concessions]
        demands += [name for core in reason.conflicts for name in sorted(core)]
        faults.append(Fault(
            (file.name, stage), " + ".join(dict.fromkeys(demands)) or reason.status,
            "a design for every stage, even alone",
            "let one of these give way in that stage, by its path or its limit",
        ))  # fmt: skip
    if not faults:
        faults = [Fault((file.name, "years"), none.status, "purchases that serve all stages",
                        "raise the limits of capacities, or plan each stage alone")]  # fmt: skip
    return ModelError(f"{file.name} has no plan over its years", faults)


def _show(terminal: Terminal, planned: PlannedYears, plan: YearsPlan) -> None:
    head, say = planned.declared.head, terminal.say
    span = f"{planned.years.first}-{planned.years.last}"
    terminal.heading(head.id, head.name(terminal.language), span)
    if head.simulated:
        terminal.row("▲", say("microgrid.simulated"), style="yellow")
    rate = f"{100 * plan.outlook.rate:g}"
    terminal.row(say("years.cost"), say("years.worth", cost=_money(plan.objective), rate=rate))
    terminal.row(
        say("years.year"),
        say("years.level", cost=_money(plan.objective / float(plan.outlook.discount.sum()))),
    )
    apart = abs(plan.replayed / plan.objective - 1) if plan.objective else 0.0
    breach = max(each.check.largest_breach for each in plan.stages)
    terminal.row(
        say("microgrid.proof"),
        say("years.proved", gap=f"{plan.gap:.1e}", apart=f"{apart:.1e}", breach=f"{breach:.1e}"),
    )
    terminal.print()
    _show_stages(terminal, plan)
    terminal.print()
    _show_years(terminal, plan)
    terminal.print()
    for each in planned.findings:
        severity = rule(each.rule).severity
        style = "" if severity == "note" else "yellow"
        terminal.row(terminal.word("severity", severity), each.text(terminal.language), style=style)


def _show_stages(terminal: Terminal, plan: YearsPlan) -> None:
    """What is bought in each stage; where it fades, what is left."""
    say = terminal.say
    heads = [say("years.capacity"), ""]
    for each in plan.stages:
        heads += [f"{each.stage.begins}", say("years.left")]
    rows = []
    for unit in plan.units:
        block = unit.size.block
        if max(each.standing[block] for each in plan.stages) < _NOTHING:
            continue
        cells = []
        for each in plan.stages:
            bought = each.bought[block]
            cells += [f"+{bought:,.3f}" if bought > _NOTHING else "—",
                      f"{each.effective[block]:,.3f}"]  # fmt: skip
        rows.append([block, unit.size.unit, *cells])
    terminal.table(heads, rows, numbers=2 * len(plan.stages))


def _show_years(terminal: Terminal, plan: YearsPlan) -> None:
    say, first = terminal.say, plan.outlook.years.first
    capacity = plan.yearly - plan.running
    worth = plan.outlook.discount * plan.yearly
    heads = [say("years.year"), say("years.running"), say("years.capacities"), say("years.all"),
             say("years.now"), say("years.invested")]  # fmt: skip
    rows = [
        [f"{first + n}", *(_money(float(x)) for x in row)]
        for n, row in enumerate(
            zip(plan.running, capacity, plan.yearly, worth, plan.invested, strict=True)
        )
    ]
    totals = [_money(float(np.sum(each))) for each in
              (plan.running, capacity, plan.yearly, worth, plan.invested)]  # fmt: skip
    terminal.table(heads, [*rows, [say("years.total"), *totals]], numbers=5)
    terminal.row("", say("years.own_prices"))
    means = sorted(set().union(*(staged.means for staged in plan.stages)))
    if means:
        terminal.row("", say("years.means", parts=", ".join(means)))


_NOTHING = 5e-4
"""MW, MWh or t; less is not shown in three decimals."""


def _money(kcny: float) -> str:
    return f"{fen(kcny) / 100:,.0f}"


def _document(planned: PlannedYears, plan: YearsPlan) -> dict[str, Any]:
    """Everything that is shown, as plain data."""
    head, residuals = planned.declared.head, plan.residuals
    first = planned.years.first
    invested = plan.invested
    return {
        "design": head.id, "simulated": head.simulated, "first": first,
        "count": planned.years.count, "discount_rate": plan.outlook.rate,
        "present_value_cny": cny_text(fen(plan.objective)),
        "stages": [
            {"begins": s.stage.begins, "ends": s.stage.ends,
             "bought": dict(s.bought), "standing": dict(s.standing),
             "effective": dict(s.effective),
             "running_cny": {part: cny_text(fen(cost)) for part, cost in s.running.items()},
             "largest_breach": s.check.largest_breach, "worst": s.check.worst}
            for s in plan.stages
        ],
        "units": {unit.size.block: unit.size.unit for unit in plan.units},
        "years": [
            {"year": first + n, "discount": float(plan.outlook.discount[n]),
             "running_cny": cny_text(fen(float(plan.running[n]))),
             "capacities_cny": {block: cny_text(fen(float(paid[n])))
                                for block, paid in plan.capacity_costs.items()},
             "cost_cny": cny_text(fen(float(plan.yearly[n]))),
             "invested_cny": cny_text(fen(float(invested[n])))}
            for n in range(planned.years.count)
        ],
        "proof": {"objective_kcny": plan.objective, "bound_kcny": plan.bound,
                  "gap": residuals.gap, "largest_violation": residuals.violation,
                  "worked_out_again_kcny": plan.replayed},
        "findings": [{"id": f.id, "rule": f.rule, "severity": rule(f.rule).severity,
                      "text": f.text("en")} for f in planned.findings],
    }  # fmt: skip
