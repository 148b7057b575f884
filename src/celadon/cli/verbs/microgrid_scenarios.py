"""``celadon microgrid scenarios``: a design for several futures, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import typer

from celadon.app.initialising import is_workspace
from celadon.app.microgrids.weighing import Weighed, plan_for_scenarios, write_weighed
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import FAILED, Terminal
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.numerics.lp import METHODS
from celadon.plan.microgrid.money import cny_text, fen
from celadon.plan.microgrid.no_plan import NoPlan
from celadon.plan.uncertainty.planning import NoScenarioPlan, ScenarioPlan
from celadon.plan.uncertainty.regret import MEAN, Worth
from celadon.records.finding import rule

_SHOWN = 0.0005
"""MW, MWh or t below which a capacity is shown as none."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    file: Path
    out: Path | None
    solver: str | None
    regret: bool


def scenarios(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Plan a design for all its scenarios, show it, and write its tables."""
    if given.solver is not None:
        one_of("--solver", given.solver, list(METHODS))
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    into = folder_for_tables(given.out or given.file.parent / "out" / "scenarios")
    with terminal.working(given.file.name):
        found = plan_for_scenarios(given.file, workspace, given.solver, regret=given.regret)
    written = write_weighed(found, into)
    outcome = found.outcome
    if terminal.as_json:
        terminal.emit({**_document(found), "wrote": [path.as_posix() for path in written]})
    elif isinstance(outcome, NoScenarioPlan):
        _show_none(terminal, found, outcome)
    else:
        _show(terminal, found, outcome)
        terminal.row(terminal.say("microgrid.wrote"), f"{into.as_posix()}/*.parquet")
    if isinstance(outcome, NoScenarioPlan):
        raise typer.Exit(FAILED)


def folder_for_tables(into: Path) -> Path:
    """The folder, if it can be one.

    Raises
    ------
    WorkspaceError
        If it is a file.
    """
    if into.is_file():
        fault = Fault((str(into),), "a file", "a folder for the tables", "choose another --out")
        raise WorkspaceError(f"{into} is not a folder", [fault])
    return into


def money(kcny: float) -> str:
    """An amount of the model as CNY is shown."""
    return f"{fen(kcny) / 100:,.2f}"


def _show(terminal: Terminal, found: Weighed, plan: ScenarioPlan) -> None:
    head, say, risk = found.declared.file.head, terminal.say, found.risk
    terminal.heading(head.id, head.name(terminal.language), str(head.year))
    if head.simulated:
        terminal.row("▲", say("microgrid.simulated"), style="yellow")
    terminal.row(say("scenarios.expected"), say("microgrid.a_year", cost=money(plan.expected)))
    terminal.row(
        say("scenarios.tail"),
        say("scenarios.of_dearest", cost=money(plan.conditional_value_at_risk),
            share=f"{100 * (1 - risk.confidence):.4g}"),
    )  # fmt: skip
    if risk.weight:
        terminal.row(
            say("scenarios.weighed"),
            say("scenarios.by", cost=money(plan.weighed), weight=f"{100 * risk.weight:g}"),
        )
    residuals = plan.residuals
    off = max(
        (abs(check.cost - plan.costs[name]) / max(1.0, abs(plan.costs[name]))
         for name, check in found.checks.items()), default=0.0,
    )  # fmt: skip
    again = max((check.largest_breach for check in found.checks.values()), default=0.0)
    terminal.row(
        say("microgrid.proof"),
        say("microgrid.proved", gap=f"{residuals.gap:.1e}", broken=f"{residuals.violation:.1e}",
            again=f"{again:.1e}", cost=f"{off:.1e}"),
    )  # fmt: skip
    _show_worth(terminal, found.worth)
    terminal.print()
    rows = [
        (size.block, f"{plan.sizes[size.block]:,.3f}" if plan.sizes[size.block] > _SHOWN else "0",
         size.unit) for size in plan.stack.built.sizes
    ]  # fmt: skip
    terminal.table([say("microgrid.capacity"), say("microgrid.size"), ""], rows, numbers=2)
    _show_costs(terminal, found, plan)
    terminal.print()
    for each in found.declared.findings:
        severity = rule(each.rule).severity
        style = "" if severity == "note" else "yellow"
        terminal.row(terminal.word("severity", severity), each.text(terminal.language), style=style)


def _show_worth(terminal: Terminal, worth: Worth | None) -> None:
    """What the design saves against that of the mean scenario, and what knowing would."""
    if worth is None:
        return
    say, saves = terminal.say, worth.of_stochastic_solution
    mean = next((each for each in worth.alternatives if each.name == MEAN), None)
    if saves is not None:
        text = say("scenarios.saves", cost=money(saves))
    elif mean is not None:
        text = say("scenarios.cannot_serve", names=", ".join(mean.lacking))
    else:
        text = say("scenarios.no_mean")
    terminal.row(say("scenarios.worth"), text)
    if worth.of_information is not None:
        terminal.row(say("scenarios.knowing"),
                     say("scenarios.would_save", cost=money(worth.of_information)))  # fmt: skip


def _show_costs(terminal: Terminal, found: Weighed, plan: ScenarioPlan) -> None:
    """Yearly cost by scenario; beside it that of every other design."""
    say, worth = terminal.say, found.worth
    others = worth.alternatives if worth else ()
    rows = []
    for each in plan.scenarios:
        beside = [_cost(say("scenarios.not_served"), other.costs[each.id]) for other in others]
        rows.append((each.id, f"{100 * each.probability:.4g} %", money(plan.costs[each.id]),
                     *beside))  # fmt: skip
    names = [say("scenarios.of_mean") if o.name == MEAN else o.name for o in others]
    terminal.print()
    headers = [say("scenarios.scenario"), "", say("scenarios.this"), *names]
    terminal.table(headers, rows, numbers=len(headers) - 1)


def _cost(none: str, kcny: float | None) -> str:
    return none if kcny is None else money(kcny)


def _show_none(terminal: Terminal, found: Weighed, none: NoScenarioPlan) -> None:
    """Which scenario has no design, and what would have to give way in it."""
    head, say = found.declared.file.head, terminal.say
    if none.status == "unsolved":
        terminal.heading(head.id, say("microgrid.unsolved"))
        terminal.row(say("error.do"), say("microgrid.solve_it"))
        return
    terminal.heading(head.id, say("scenarios.none"))
    for name, why in none.alone.items():
        terminal.row(name, reason(terminal, why))
    if none.together:
        terminal.row(say("microgrid.conflict"), " + ".join(none.together))


def reason(terminal: Terminal, why: NoPlan) -> str:
    """Why there is no plan, in a line: what would be enough, or what has no end."""
    if why.status == "unbounded":
        return f"{terminal.say('microgrid.endless')}: {', '.join(why.endless)}"
    told = []
    for each in why.concessions:
        if each.unit == "1":
            told.append(f"{each.demand}: {100 * each.asked:.2f} % → {100 * each.enough:.2f} %")
        else:
            steps = terminal.say("microgrid.steps", steps=each.steps) if each.steps else ""
            told.append(f"{each.demand}: {each.asked:,.4g} → {each.enough:,.4g} {each.unit}{steps}")
    return "; ".join(told) or " + ".join(sorted(n for core in why.conflicts for n in core))


def _document(found: Weighed) -> dict[str, Any]:
    """Everything that is shown, as plain data."""
    head, outcome = found.declared.file.head, found.outcome
    document: dict[str, Any] = {
        "design": head.id, "year": head.year, "simulated": head.simulated,
        "risk": found.risk.model_dump(),
        "scenarios": {each.id: {"probability": each.probability} for each in found.scenarios},
        "findings": [
            {"id": f.id, "rule": f.rule, "severity": rule(f.rule).severity, "subject": f.subject,
             "place": f.place, "numbers": f.numbers, "text": f.text("en")}
            for f in found.declared.findings
        ],
    }  # fmt: skip
    if isinstance(outcome, NoScenarioPlan):
        return document | {
            "status": outcome.status, "together": list(outcome.together),
            "alone": {name: _why(why) for name, why in outcome.alone.items()},
        }  # fmt: skip
    for name, cost in outcome.costs.items():
        document["scenarios"][name]["cost_cny"] = cny_text(fen(cost))
    residuals, worth = outcome.residuals, found.worth
    return document | {
        "status": "planned",
        "expected_cny": cny_text(fen(outcome.expected)),
        "value_at_risk_cny": cny_text(fen(outcome.value_at_risk)),
        "conditional_value_at_risk_cny": cny_text(fen(outcome.conditional_value_at_risk)),
        "weighed_cny": cny_text(fen(outcome.weighed)),
        "sizes": {
            size.block: {"size": outcome.sizes[size.block], "unit": size.unit}
            for size in outcome.stack.built.sizes
        },
        "proof": {
            "objective_kcny": outcome.objective, "bound_kcny": outcome.bound, "gap": residuals.gap,
            "largest_violation": residuals.violation,
            "relative_violation": residuals.relative_violation, "solver": outcome.solution.method,
        },
        "replay": {
            name: {"cost_kcny": check.cost, "largest_breach": check.largest_breach,
                   "worst": check.worst} for name, check in found.checks.items()
        },
        **({} if worth is None else _worth(worth)),
    }  # fmt: skip


def _worth(worth: Worth) -> dict[str, Any]:
    return {
        "value_of_stochastic_solution_cny": _text(worth.of_stochastic_solution),
        "value_of_information_cny": _text(worth.of_information),
        "alternatives": {
            each.name: {
                "sizes": dict(each.sizes), "costs_cny": _texts(each.costs),
                "regret_cny": _texts(worth.regret(each.costs)), "weighed_cny": _text(each.weighed),
                "lacking": {name: _why(why) for name, why in each.lacking.items()},
            }
            for each in worth.alternatives
        },
        "regret_cny": _texts(worth.regret(dict(worth.plan.costs))),
    }  # fmt: skip


def _why(why: NoPlan) -> dict[str, Any]:
    return {"status": why.status, "concessions": [asdict(each) for each in why.concessions],
            "conflicts": [sorted(core) for core in why.conflicts],
            "endless": list(why.endless)}  # fmt: skip


def _text(kcny: float | None) -> str | None:
    return None if kcny is None or not np.isfinite(kcny) else cny_text(fen(kcny))


def _texts(costs: Mapping[str, float | None]) -> dict[str, str | None]:
    return {name: _text(cost) for name, cost in costs.items()}
