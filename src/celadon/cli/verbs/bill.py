"""``celadon bill``: what the grid charges for each supply of a site, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from celadon.accounts.bill import Basis, Bill, Choice, Line
from celadon.accounts.bill.supply import Unbilled
from celadon.app.billing import Billed, bill_site
from celadon.cli.opening import open_workspace, period_of
from celadon.cli.refusing import in_words
from celadon.cli.terminal import Terminal
from celadon.languages import Language
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.report.figures import grouped

PARTS = ("energy", "tier", "demand", "power_factor", "export")
"""The parts of a bill, in the order of the columns."""

_HOUR = 3600
_NAMED = 3
"""Months of one reason that are named; more are counted."""


def bill(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    period: str | None,
    supply: str | None,
    tariffs: Sequence[Path],
    *,
    lines: bool,
) -> None:
    """Show the bills of a site's supplies."""
    workspace = open_workspace(terminal, folder, language)
    chosen = period_of(terminal, workspace, site, period)
    with terminal.working(f"{site} · {chosen}"):
        found = bill_site(workspace, site, chosen, supply=supply, tariffs=tariffs)
    if terminal.as_json:
        supplies = [_document(each) for each in found]
        terminal.emit({"site": site, "period": str(chosen), "supplies": supplies})
        return
    terminal.heading(site, str(chosen), terminal.say("bill.title"))
    for each in found:
        _show(terminal, each, lines=lines)
    if not lines:
        command = terminal.command(f"celadon bill {site} --lines")
        terminal.row(terminal.say("bill.next"), command)


def _show(terminal: Terminal, billed: Billed, *, lines: bool) -> None:
    supply, say, language = billed.bills.supply, terminal.say, terminal.language
    terminal.print()
    for tariff in billed.tariffs:
        letter = say("bill.letter", letter=tariff.confidence)
        terminal.heading(supply.name(language), tariff.name(language), letter)
        if tariff.simulated:
            terminal.row("▲", say("bill.simulated"), style="yellow")
    _show_months(terminal, billed)
    _show_warnings(terminal, billed)
    _show_choices(terminal, billed)
    if lines:
        for each in billed.bills.bills:
            terminal.print()
            terminal.heading(supply.name(language), str(each.period), each.tariff)
            _show_lines(terminal, each, billed)


def _show_months(terminal: Terminal, billed: Billed) -> None:
    """A row for each month; a dash stands for what is not known."""
    say, months, bills = terminal.say, billed.bills.months, billed.bills.bills
    if not bills:
        return
    known = {line.part for b in bills for line in b.lines} | {p for b in bills for p in b.left_out}
    parts = [part for part in PARTS if part in known]
    heads = [say("bill.month"), say("bill.drawn"), say("bill.peak")]
    heads += [*(say(f"bill.{part}") for part in parts), say("bill.total"), say("bill.mean")]
    rows = [_month_row(_days(b.period), [b] if isinstance(b, Bill) else [], parts) for b in months]
    if len(months) > 1:
        rows.append(_month_row(say("bill.total"), bills, parts))
    terminal.table(heads, rows, numbers=len(heads) - 1)
    lacking = _lacking(terminal, billed)
    if lacking:
        terminal.row("▲", say("bill.lacking", what="; ".join(lacking)), style="yellow")


def _month_row(name: str, bills: Sequence[Bill], parts: Sequence[str]) -> list[str]:
    if not bills:
        return [name, *["—"] * (len(parts) + 4)]
    drawn = Fraction(sum(b.drawn.imported for b in bills), 1000)
    total = sum(b.total for b in bills)
    peak = max(b.drawn.peak for b in bills) / 1000
    mean = grouped(Fraction(total, 100) / drawn, 4) if drawn else "—"
    sums = [_part_sum(bills, part) for part in parts]
    return [name, grouped(drawn), grouped(peak), *sums, _yuan(total), mean]


def _days(period: Period) -> str:
    """A month; or days, the second with its year left out where it is that of the first."""
    first, after = period.from_day, period.to_day
    whole, same_year = first.day == after.day == 1, first.year == after.year
    return str(period) if whole or not same_year else f"{first}/{after:%m-%d}"


def _part_sum(bills: Sequence[Bill], part: str) -> str:
    """What a part of the bills comes to; a dash where it is left out and nothing of it is known."""
    amounts = [line.amount for b in bills for line in b.lines if line.part == part]
    if not amounts and any(part in b.left_out for b in bills):
        return "—"
    return _yuan(sum(amounts))


def _lacking(terminal: Terminal, billed: Billed) -> list[str]:
    """What the total is without: months that have no bill, and parts that are left out of one."""
    lacking = []
    for each in billed.bills.months:
        if isinstance(each, Unbilled):
            lacking.append(str(each.period))
        elif each.left_out:
            parts = ", ".join(terminal.say(f"bill.{part}") for part in each.left_out)
            lacking.append(terminal.say("bill.of_month", month=each.period, parts=parts))
    if len(lacking) > _NAMED:
        rest = terminal.say("bill.more", number=len(lacking) - _NAMED)
        lacking = [*lacking[:_NAMED], rest]
    return lacking


def _show_warnings(terminal: Terminal, billed: Billed) -> None:
    """What keeps bills from being the whole truth: each reason once, with its months."""
    show_odd(terminal, billed.findings)
    _show_unbilled(terminal, billed)
    noted: dict[str, list[Bill]] = defaultdict(list)
    for bill in billed.bills.bills:
        for note in bill.notes:
            noted[note].append(bill)
        if billed.seconds_estimated(bill.period):
            noted["estimated"].append(bill)
    for note, found in noted.items():
        months = ", ".join(str(bill.period) for bill in found)
        if len(found) > _NAMED:
            months = terminal.say("bill.months", first=found[0].period, number=len(found))
        told = terminal.say(f"bill.{note}", month=months, **_sums(note, found, billed))
        terminal.row("▲", told, style="yellow")


def _sums(note: str, bills: Sequence[Bill], billed: Billed) -> dict[str, str]:
    """What a note says in figures: the hours that it speaks of, and what is mixed in readings."""
    seconds = {
        "export_missing": sum(bill.drawn.exported_missing for bill in bills),
        "estimated": sum(billed.seconds_estimated(bill.period) for bill in bills),
    }.get(note, sum(bill.drawn.seconds_missing for bill in bills))
    mixed = [bill.drawn.mixed for bill in bills]
    return {
        "hours": grouped(Fraction(seconds, _HOUR), 2),
        "energy": grouped(Fraction(sum(each.amount for each in mixed), 1000)),
        "less": grouped(sum((each.less for each in mixed), Fraction(0)), 2),
        "more": grouped(sum((each.more for each in mixed), Fraction(0)), 2),
        "intervals": str(sum(bill.drawn.coincident_mixed for bill in bills)),
        "minutes": str(bills[0].drawn.interval // 60),
    }


def show_odd(terminal: Terminal, findings: Sequence[Finding]) -> None:
    """What is odd in the tariffs themselves, with what to do about it."""
    language = terminal.language
    for each in findings:
        told = terminal.say(
            "bill.odd", text=each.text(language), remedy=each.remedy(language)
        )  # fmt: skip
        terminal.row("▲", told, style="yellow")


def odd_document(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """What is odd in the tariffs as plain data."""
    return [
        {"id": f.id, "rule": f.rule, "subject": f.subject, "place": f.place,
         "text": f.text("en"), "remedy": f.remedy("en")}
        for f in findings
    ]  # fmt: skip


def _show_unbilled(terminal: Terminal, billed: Billed) -> None:
    """Why days that were asked for have no bill: each reason once."""
    language = terminal.language
    reasons: dict[tuple[str, str, str], list[Unbilled]] = defaultdict(list)
    for each in billed.bills.months:
        if isinstance(each, Unbilled):
            fault = each.fault
            told = [in_words(text, language) for text in (fault.found, fault.rule, fault.remedy)]
            reasons[told[0], told[1], told[2]].append(each)
    for (found, rule, remedy), listed in reasons.items():
        months = ", ".join(str(each.period) for each in listed)
        if len(listed) > _NAMED:
            first = listed[0].period
            months = terminal.say("bill.months", first=first, number=len(listed))
        words = terminal.say("bill.unbilled", month=months, found=found, rule=rule, remedy=remedy)
        terminal.row("▲", words, style="yellow")


def _show_choices(terminal: Terminal, billed: Billed) -> None:
    """The cheapest basis of each quarter, beside what the others cost."""
    choices = billed.bills.choices
    if not choices:
        return
    say = terminal.say
    bases = list(choices[0].others)
    heads = [say("bill.quarter"), say("bill.cheapest"), say("bill.declare")]
    heads += [say(f"bill.{basis}") for basis in bases]
    terminal.print()
    terminal.table(heads, [_choice_row(terminal, each, bases) for each in choices], numbers=3)
    saved = billed.bills.saved
    key = "saves" if saved > 0 else "best"
    terminal.row(say("bill.choice"), say(f"bill.{key}", amount=_yuan(saved)))


def _choice_row(terminal: Terminal, choice: Choice, bases: Sequence[Basis]) -> list[str]:
    declared = [grouped(each) for each in choice.contracts if each is not None]
    costs = [_yuan(choice.others[basis]) for basis in bases]
    return [
        choice.quarter, terminal.say(f"bill.{choice.basis}"), " / ".join(declared) or "—", *costs
    ]  # fmt: skip


def _show_lines(terminal: Terminal, shown: Bill, billed: Billed) -> None:
    say = terminal.say
    tariff = next(t for t in billed.tariffs if t.id == shown.tariff)
    names = {rate.id: rate.name(terminal.language) for rate in tariff.rates}
    heads = [say("bill.line"), say("bill.band"), say("bill.quantity"), "", say("bill.price")]
    rows = [
        [
            _line_name(terminal, line, names), terminal.word("bands", line.band), _quantity(line),
            say("bill.amount") if line.unit == "CNY" else line.unit, _price(line),
            _yuan(line.amount),
        ]
        for line in shown.lines
    ]  # fmt: skip
    rows.append([say("bill.total"), "", "", "", "", _yuan(shown.total)])
    terminal.table([*heads, say("bill.amount")], rows, numbers=4)


def _line_name(terminal: Terminal, line: Line, names: dict[str, str]) -> str:
    if line.part == "energy":
        return names.get(line.id, line.id)
    if line.part == "tier":
        return f"{terminal.say('bill.tier')} {line.id}"
    name = terminal.say(f"bill.{line.id}")
    if line.days is None:
        return name
    days, month = line.days
    return terminal.say("bill.by_days", name=name, days=days, month=month)


def _quantity(line: Line) -> str:
    return grouped(line.quantity, 2 if line.unit == "CNY" else 0 if line.quantity > 9999 else 3)


def _price(line: Line) -> str:
    """The price with its factor in it; a share of the bill as percent."""
    if line.unit == "CNY":
        return f"{grouped(line.price * 100, 2)} %"
    return grouped(line.price, 6 if line.unit == "kWh" else 4)


def _yuan(amount: int) -> str:
    return grouped(Fraction(amount, 100), 2)


def _document(billed: Billed) -> dict[str, Any]:
    bills = billed.bills
    months = [
        _unbilled(each) if isinstance(each, Unbilled) else _bill(each, billed)
        for each in bills.months
    ]
    return {
        "supply": bills.supply.id,
        "tariffs": [
            {"id": t.id, "confidence": t.confidence, "source": t.source, "simulated": t.simulated}
            for t in billed.tariffs
        ],
        "findings": odd_document(billed.findings),
        "unit": "0.01 CNY",
        "total": bills.total if bills.bills else None,
        "complete": all(isinstance(m, Bill) and not m.left_out for m in bills.months),
        "months": months,
        "choices": [
            {
                "quarter": c.quarter, "basis": c.basis, "costs": dict(c.others),
                "contract_kw": [None if k is None else str(k) for k in c.contracts],
            }
            for c in bills.choices
        ],
        "saved": bills.saved,
    }  # fmt: skip


def _unbilled(each: Unbilled) -> dict[str, Any]:
    fault = each.fault
    told = {"found": fault.found, "rule": fault.rule, "remedy": fault.remedy}
    return {"month": str(each.period), "total": None, **told}


def _bill(each: Bill, billed: Billed) -> dict[str, Any]:
    return {
        "month": str(each.period),
        "tariff": each.tariff,
        "basis": each.basis,
        "total": each.total,
        "drawn_wh": each.drawn.imported,
        "fed_in_wh": each.drawn.exported,
        "peak_w": str(each.drawn.peak),
        "peak_at": each.drawn.peak_at,
        "power_factor": each.power_factor,
        "seconds_missing": each.drawn.seconds_missing,
        "mixed_wh": each.drawn.mixed.amount,
        "mixed_cny": {"less": str(each.drawn.mixed.less), "more": str(each.drawn.mixed.more)},
        "seconds_estimated": billed.seconds_estimated(each.period),
        "notes": list(each.notes),
        "left_out": list(each.left_out),
        "lines": [
            {
                "part": line.part, "id": line.id, "band": line.band, "unit": line.unit,
                "quantity": str(line.quantity), "price": str(line.price), "amount": line.amount,
                "days": None if line.days is None else list(line.days),
            }
            for line in each.lines
        ],
    }  # fmt: skip
