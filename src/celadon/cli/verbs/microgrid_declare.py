"""``celadon microgrid declare``: the demand to declare, and what each basis is expected to cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from celadon.accounts.bill import Basis
from celadon.accounts.bill.demand import BASES
from celadon.app.declaring import Advised, Asked, advise_forecast, advise_site
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.bill import odd_document, show_odd
from celadon.errors import Fault, InputError
from celadon.exact import parse_decimal, round_half_even
from celadon.languages import Language
from celadon.plan.operation.demand_advice import MonthAdvice
from celadon.plan.operation.tables import MICROGRID_DEMAND_ADVICE, demand_table
from celadon.report.figures import grouped


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    site: str | None
    supply: str | None
    history: str | None
    peaks: Path | None
    tariffs: tuple[Path, ...]
    capacity_kva: str | None
    basis: str | None
    contract_kw: str | None
    first: str | None
    months: int | None
    hold: int
    notice: int
    out: Path | None


def declare(terminal: Terminal, folder: Path, language: Language | None, given: Given) -> None:
    """Say what to declare for each month to come."""
    asked = _asked(given)
    if given.site is None:
        found = [advise_forecast(asked)]
    else:
        workspace = open_workspace(terminal, folder, language)
        with terminal.working(given.site):
            found = advise_site(workspace, given.site, asked)
    wrote = None if given.out is None else _write(given.out, found)
    if terminal.as_json:
        document: dict[str, Any] = {"supplies": [_document(each) for each in found]}
        terminal.emit(document if wrote is None else {**document, "wrote": wrote.as_posix()})
        return
    for each in found:
        _show(terminal, given.site or "", each)
    if wrote is not None:
        terminal.row(terminal.say("microgrid.wrote"), wrote.as_posix())


def _asked(given: Given) -> Asked:
    if given.basis is not None:
        one_of("--basis", given.basis, list(BASES))
    return Asked(
        given.supply, given.history, given.peaks, given.tariffs,
        _number("--capacity-kva", given.capacity_kva), cast("Basis | None", given.basis),
        _number("--contract-kw", given.contract_kw), _month(given.first), given.months, given.hold,
        given.notice,
    )  # fmt: skip


def _number(option: str, text: str | None) -> Fraction | None:
    if text is None:
        return None
    try:
        number = parse_decimal(text)
    except ValueError:
        number = Fraction(0)
    if number <= 0:
        fault = Fault((option,), repr(text), "a number above zero", "write it without a unit")
        raise InputError(f"{option} cannot be read", [fault])
    return number


def _month(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        fault = Fault(("--from",), repr(text), "a month such as 2026-03", "write it like that")
        raise InputError("--from cannot be read", [fault]) from None


def _write(folder: Path, found: list[Advised]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{MICROGRID_DEMAND_ADVICE.name}.parquet"
    rows = [(each.supply.id if each.supply else "", each.advice) for each in found]
    MICROGRID_DEMAND_ADVICE.write(demand_table(rows), path)
    return path


def _show(terminal: Terminal, site: str, found: Advised) -> None:
    say, advice = terminal.say, found.advice
    name = found.supply.name(terminal.language) if found.supply else ""
    terminal.heading(site, name, say("declare.title"))
    if any(tariff.simulated for tariff in found.tariffs):
        terminal.row("▲", say("bill.simulated"), style="yellow")
    show_odd(terminal, found.findings)
    _show_sources(terminal, found)
    bases = [basis for basis in BASES if any(basis in m.expected for m in advice.months)]
    heads = [say("bill.month"), say("declare.peaks"), say("bill.declare"), say("declare.over")]
    heads += [say(f"bill.{basis}") for basis in bases]
    rows = [_row(terminal, each, bases) for each in advice.months]
    terminal.table(heads, rows, numbers=len(heads) - 1)
    terminal.print()
    heads = [say("bill.quarter"), say("bill.cheapest"), *(say(f"bill.{basis}") for basis in bases)]
    rows = [
        [q.quarter, say(f"bill.{q.basis}"), *(_yuan(q.expected.get(basis)) for basis in bases)]
        for q in advice.quarters
    ]
    terminal.table(heads, rows, numbers=len(bases))
    _show_verdict(terminal, found)


def _show_sources(terminal: Terminal, found: Advised) -> None:
    say, advice, terms = terminal.say, found.advice, found.terms
    if found.history is not None:
        months = sum(len(run.months) for run in found.history.runs)
        terminal.row(say("declare.from"), say("declare.metered", months=months))
        for key, periods in (
            ("declare.gaps", found.history.with_gaps),
            ("declare.left_out", found.history.left_out),
        ):
            if periods:
                told = say(key, months=", ".join(str(p) for p in periods))
                terminal.row("▲", told, style="yellow")
    elif advice.months:
        ways = max(each.ways for each in advice.months)
        key = "declare.forecast_alone" if ways == 1 else "declare.forecast"
        terminal.row(say("declare.from"), say(key, ways=ways))
    if found.cut:
        named = ", ".join(month for month, _ in found.cut)
        terminal.row("▲", say("declare.cut", months=named), style="yellow")
    if advice.unknown:
        told = say("declare.unknown", months=", ".join(str(p) for p in advice.unknown))
        terminal.row("▲", told, style="yellow")
    if terms.hold > 1 or terms.notice:
        told = say("declare.rules", hold=terms.hold, notice=terms.notice)
        terminal.row(say("declare.bound"), told)


def _row(terminal: Terminal, each: MonthAdvice, bases: list[Basis]) -> list[str]:
    least, mean, most = (grouped(kw) for kw in each.peak)
    peaks = mean if least == most else f"{mean} ({least}-{most})"
    declared = "—" if each.contract is None else grouped(each.contract)
    if each.is_held:
        declared += f" {terminal.say('declare.held')}"
    elif each.at_floor:
        declared += f" {terminal.say('declare.floor')}"
    over = "—" if each.contract is None else f"{grouped(100 * each.overrun)} %"
    costs = [_yuan(each.expected.get(basis)) for basis in bases]
    return [str(each.month), peaks, declared, over, *costs]


def _show_verdict(terminal: Terminal, found: Advised) -> None:
    say, advice = terminal.say, found.advice
    regret = sum((each.regret or Fraction(0) for each in advice.months), Fraction(0))
    terminal.row(say("declare.expected"), say("declare.amount", cost=_yuan(advice.expected)))
    if any(each.contract is not None for each in advice.months):
        terminal.row(say("declare.spread"), say("declare.regret", regret=_yuan(regret)))
    if advice.present is not None:
        saved = advice.present - advice.expected
        told = say("declare.saves", saved=_yuan(saved), present=_yuan(advice.present))
        terminal.row(say("declare.present"), told)


def _yuan(amount: Fraction | None) -> str:
    return "—" if amount is None else grouped(amount / 100, 2)


def _cents(amount: Fraction | None) -> int | None:
    return None if amount is None else round_half_even(amount)


def _document(found: Advised) -> dict[str, Any]:
    advice, terms, history = found.advice, found.terms, found.history
    return {
        "supply": found.supply.id if found.supply else None, "unit": "0.01 CNY",
        "tariffs": [{"id": t.id, "confidence": t.confidence, "source": t.source,
                     "simulated": t.simulated} for t in found.tariffs],
        "findings": odd_document(found.findings),
        "capacity_kva": str(terms.capacity), "hold_months": terms.hold,
        "notice_months": terms.notice, "basis_at_present": terms.basis,
        "contract_kw_at_present": None if terms.contract is None else str(terms.contract),
        "months": [
            {
                "month": str(m.month), "ways": m.ways,
                "peak_kw": {"least": float(m.peak[0]), "mean": float(m.peak[1]),
                            "most": float(m.peak[2])},
                "contract_kw": None if m.contract is None else str(m.contract),
                "at_floor": m.at_floor, "held": m.is_held, "overrun_share": float(m.overrun),
                "expected": {basis: _cents(cost) for basis, cost in m.expected.items()},
                "in_hindsight": _cents(m.hindsight),
            }
            for m in advice.months
        ],
        "quarters": [
            {"quarter": q.quarter, "basis": q.basis,
             "expected": {basis: _cents(cost) for basis, cost in q.expected.items()}}
            for q in advice.quarters
        ],
        "expected": _cents(advice.expected), "at_present": _cents(advice.present),
        "unknown": [str(month) for month in advice.unknown],
        "cut_at_zero": dict(found.cut),
        "with_gaps": [str(p) for p in history.with_gaps] if history else [],
        "left_out": [str(p) for p in history.left_out] if history else [],
    }  # fmt: skip
