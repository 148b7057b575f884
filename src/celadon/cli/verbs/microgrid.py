"""``celadon microgrid``: an example to edit, and the plan of a design."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from celadon.app.designing import (
    Designed,
    design_microgrid,
    initialise_design,
    write_tables,
)
from celadon.app.initialising import is_workspace
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import FAILED, Terminal
from celadon.cli.verbs.microgrid_heat import heat_document, show_heat
from celadon.cli.verbs.microgrid_sheet import (
    demand_name,
    figure,
    part_name,
    rule_name,
    sheet_document,
    show_sheet,
)
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.numerics.lp import METHODS
from celadon.plan.microgrid.money import cny_text, parts_in_fen
from celadon.plan.microgrid.no_plan import Concession, NoPlan
from celadon.plan.microgrid.plan import Plan, RuleKept
from celadon.plan.microgrid.recording import whole_cost
from celadon.records.finding import rule

_SHOWN = 0.0005
"""MW, MWh or t below which a capacity is shown as none."""


def init(terminal: Terminal, folder: Path) -> None:
    """Write an example design and its simulated profiles."""
    if folder.is_file():
        fault = Fault((str(folder),), "a file", "a folder, new or there", "name a folder")
        raise WorkspaceError(f"{folder} is not a folder", [fault])
    design_file, profiles = initialise_design(folder)
    if terminal.as_json:
        terminal.emit({"design": design_file.as_posix(), "profiles": profiles.as_posix()})
        return
    say = terminal.say
    terminal.heading(say("microgrid.new"), say("microgrid.simulated"))
    terminal.row(say("microgrid.wrote"), f"{design_file.as_posix()} · {profiles.as_posix()}")
    terminal.row(say("microgrid.next"), f"celadon microgrid design {design_file.as_posix()}")


def design(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    file: Path,
    out: Path | None,
    solver: str | None,
    *,
    named: bool,
) -> None:
    """Plan a design, show it, and write its tables."""
    if solver is not None:
        one_of("--solver", solver, list(METHODS))
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    with terminal.working(file.name):
        found = design_microgrid(file, workspace, solver)
    into = out or file.parent / "out"
    if into.is_file():
        fault = Fault((str(into),), "a file", "a folder for the tables", "choose another --out")
        raise WorkspaceError(f"{into} is not a folder", [fault])
    written = write_tables(found, into)
    outcome = found.outcome
    if terminal.as_json:
        terminal.emit({**_document(found), "wrote": [path.as_posix() for path in written]})
    elif isinstance(outcome, NoPlan):
        _show_no_plan(terminal, found, outcome)
    else:
        _show_plan(terminal, found, outcome, into)
    if isinstance(outcome, NoPlan):
        raise typer.Exit(FAILED)


def _show_plan(terminal: Terminal, found: Designed, plan: Plan, into: Path) -> None:
    head, say = found.declared.head, terminal.say
    terminal.heading(head.id, head.name(terminal.language), str(head.year))
    if head.simulated:
        terminal.row("▲", say("microgrid.simulated"), style="yellow")
    cost = f"{whole_cost(plan) / 100:,.2f}"
    terminal.row(say("microgrid.cost"), say("microgrid.a_year", cost=cost))
    check = found.check
    assert check is not None  # noqa: S101  every plan is run again
    residuals = plan.residuals
    terminal.row(
        say("microgrid.proof"),
        say(
            "microgrid.proved", gap=f"{max(residuals.gap, 0.0):.1e}",
            broken=f"{residuals.violation:.1e}", again=f"{check.largest_breach:.1e}",
            cost=f"{abs(check.cost - plan.objective) / max(1.0, abs(plan.objective)):.1e}",
        ),
    )  # fmt: skip
    _show_sizes(terminal, plan)
    show_too_large(terminal, found)
    _show_costs(terminal, plan)
    _show_shares(terminal, plan)
    _show_rules(terminal, plan)
    show_sheet(terminal, plan)
    show_heat(terminal, plan)
    _show_findings(terminal, found)
    terminal.row(say("microgrid.wrote"), f"{into.as_posix()}/*.parquet")


def _show_sizes(terminal: Terminal, plan: Plan) -> None:
    say, limits = terminal.say, plan.limit_prices
    rows = []
    for size in plan.built.sizes:
        value = plan.value(size.block)
        more = say("microgrid.at_limit", price=f"{limits[size.block] * 1000:,.0f}",
                   unit=size.unit) if size.block in limits else ""  # fmt: skip
        if size.block in plan.without_limit_price:
            more = say("microgrid.at_limit_whole")
        shown = f"{value:,.3f}" if value > _SHOWN else "0"
        rows.append((size.block, more, shown, size.unit))
    terminal.print()
    headers = ("microgrid.capacity", "", "microgrid.size", "")
    terminal.table([say(h) if h else "" for h in headers], rows, numbers=2)


def _show_costs(terminal: Terminal, plan: Plan) -> None:
    parts = [(name, value) for name, value in parts_in_fen(plan.costs).items() if value]
    parts.sort(key=lambda part: -part[1])
    rows = [(part_name(terminal, name), f"{value / 100:,.2f}") for name, value in parts]
    terminal.print()
    terminal.table(
        [terminal.say("microgrid.part"), terminal.say("microgrid.yearly")], rows, numbers=1
    )


def _show_shares(terminal: Terminal, plan: Plan) -> None:
    rows = [
        (terminal.say(f"microgrid.{name}"), _percent(share)) for name, share in plan.shares.items()
    ]
    terminal.print()
    terminal.table([terminal.say("microgrid.share"), ""], rows, numbers=1)


def _show_rules(terminal: Terminal, plan: Plan) -> None:
    if not plan.rules:
        return
    say = terminal.say
    rows = [
        (rule_name(terminal, kept.rule), _cited(terminal, kept), _asked(terminal, kept),
         _reached(terminal, kept), _point(kept))
        for kept in plan.rules
    ]  # fmt: skip
    names = ("rule", "clause", "asks", "comes_to", "point")
    terminal.print()
    terminal.table([say(f"microgrid.{name}") for name in names], rows, numbers=3)


def _show_findings(terminal: Terminal, found: Designed) -> None:
    terminal.print()
    for each in found.findings:
        severity = terminal.word("severity", rule(each.rule).severity)
        style = "" if rule(each.rule).severity == "note" else "yellow"
        terminal.row(severity, each.text(terminal.language), style=style)


def _show_no_plan(terminal: Terminal, found: Designed, none: NoPlan) -> None:
    head, say = found.declared.head, terminal.say
    if none.status == "unbounded":
        terminal.heading(head.id, say("microgrid.unbounded"))
        terminal.row(say("microgrid.endless"), ", ".join(none.endless))
        terminal.row(say("error.do"), say("microgrid.bound_it"))
        _show_findings(terminal, found)
        return
    if none.status == "unsolved":
        terminal.heading(head.id, say("microgrid.unsolved"))
        terminal.row(say("error.do"), say("microgrid.solve_it"))
        return
    terminal.heading(head.id, say("microgrid.infeasible"))
    show_too_large(terminal, found)
    for number, each in enumerate(none.concessions):
        label = "" if number else say("microgrid.smallest")
        terminal.row(label, conceded(terminal, each))
    for each in none.alternatives:
        terminal.row(say("microgrid.instead"), conceded(terminal, each))
    for conflict in none.conflicts:
        terminal.row(
            say("microgrid.conflict"),
            " + ".join(demand_name(terminal, name) for name in sorted(conflict)),
        )
    if none.innocent:
        terminal.row(
            say("microgrid.innocent"),
            ", ".join(demand_name(terminal, name) for name in none.innocent),
        )
    _show_findings(terminal, found)


def too_large(found: Designed) -> list[tuple[str, float, float]]:
    """Machines larger than the most that may be bought: id, MW of one, MW of the most."""
    pairs = [
        (each.id, getattr(each, "machine", None), getattr(each, "most", None))
        for each in found.design.components
    ]
    return [
        (who, machine, most)
        for who, machine, most in pairs
        if machine is not None and most is not None and machine > most
    ]


def show_too_large(terminal: Terminal, found: Designed) -> None:
    """Tell of machines of which none can be bought."""
    for who, machine, most in too_large(found):
        told = terminal.say("microgrid.machine_too_large", who=who, machine=f"{machine:g} MW",
                            most=f"{most:g} MW")  # fmt: skip
        terminal.row("▲", told, style="yellow")


def conceded(terminal: Terminal, each: Concession) -> str:
    """A concession in words: from what to what."""
    if each.unit == "1":
        shown = demand_name(terminal, each.demand)
        return f"{shown}: {_percent(each.asked)} → {_percent(each.enough)}"
    steps = terminal.say("microgrid.steps", steps=each.steps) if each.steps else ""
    bus, is_balance, _ = each.demand.partition(" balance")
    if is_balance and "." not in bus:
        amount = f"{figure(abs(each.asked - each.enough))} {each.unit}"
        return terminal.say("microgrid.unbalanced", bus=bus, amount=amount, steps=steps)
    shown = demand_name(terminal, each.demand)
    return f"{shown}: {figure(each.asked)} → {figure(each.enough)} {each.unit}{steps}"


def _cited(terminal: Terminal, kept: RuleKept) -> str:
    letter = f" ({kept.rule.confidence})" if kept.rule.confidence else ""
    return f"{kept.rule.cited(terminal.language)}{letter}"


def _asked(terminal: Terminal, kept: RuleKept) -> str:
    sign = "≥" if kept.rule.measure.at_least else "≤"
    if kept.rule.denominator == "none":
        return f"{sign} {kept.rule.limit:,.0f} t"
    of = terminal.say(f"microgrid.of_{kept.rule.denominator}")
    return f"{sign} {_percent(kept.rule.limit)} {of}"


def _point(kept: RuleKept) -> str:
    """What a point costs; of a cap, what a tonne does."""
    return f"{kept.point * 1000:,.0f}{' /t' if kept.rule.denominator == 'none' else ''}"


def _reached(terminal: Terminal, kept: RuleKept) -> str:
    if kept.share is None:
        return terminal.say("microgrid.cannot_tell")
    return f"{kept.share:,.0f} t" if kept.rule.denominator == "none" else _percent(kept.share)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:z.2f} %"


def _document(found: Designed) -> dict[str, Any]:
    """Everything that is shown, as plain data."""
    head, outcome = found.declared.head, found.outcome
    document: dict[str, Any] = {
        "design": head.id, "year": head.year, "simulated": head.simulated,
        "machines_too_large": [who for who, _, _ in too_large(found)],
        "findings": [
            {"id": f.id, "rule": f.rule, "severity": rule(f.rule).severity, "subject": f.subject,
             "place": f.place, "numbers": f.numbers, "text": f.text("en")}
            for f in found.findings
        ],
    }  # fmt: skip
    if isinstance(outcome, NoPlan):
        return document | {
            "status": outcome.status,
            "concessions": [asdict(each) for each in outcome.concessions],
            "alternatives": [asdict(each) for each in outcome.alternatives],
            "conflicts": [sorted(core) for core in outcome.conflicts],
            "not_the_cause": list(outcome.innocent), "endless": list(outcome.endless),
        }  # fmt: skip
    return document | _of_plan(found, outcome)


def _of_plan(found: Designed, plan: Plan) -> dict[str, Any]:
    parts, residuals = parts_in_fen(plan.costs), plan.residuals
    check = found.check
    assert check is not None  # noqa: S101  every plan is run again
    return {
        "status": "planned",
        "cost_cny": cny_text(whole_cost(plan)),
        "costs_cny": {name: cny_text(part) for name, part in parts.items()},
        "sizes": {s.block: {"size": plan.value(s.block), "unit": s.unit} for s in plan.built.sizes},
        "peaks_mw": {name: peaks.tolist() for name, peaks in plan.peaks.items()},
        "shares": dict(plan.shares),
        "limit_prices_cny": {name: price * 1000 for name, price in plan.limit_prices.items()},
        "without_limit_price": sorted(plan.without_limit_price),
        "rules": [
            {"rule": k.rule.name, "kind": k.rule.kind, "denominator": k.rule.denominator,
             "limit": k.rule.limit, "comes_to": k.share, "price_cny_per_mwh": k.price * 1000,
             "price_cny_per_point": k.point * 1000, "clause": k.rule.clause,
             "source": k.rule.source, "confidence": k.rule.confidence}
            for k in plan.rules
        ],
        **sheet_document(plan),
        **heat_document(plan),
        "proof": {
            "objective_kcny": plan.objective, "bound_kcny": plan.bound, "gap": residuals.gap,
            "largest_violation": residuals.violation,
            "relative_violation": residuals.relative_violation, "solver": plan.solution.method,
        },
        "replay": {"cost_kcny": check.cost, "largest_breach": check.largest_breach,
                   "worst": check.worst},
    }  # fmt: skip
