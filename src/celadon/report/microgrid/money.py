"""The sections of money and carbon: bill, cash flow, and emissions, before and after."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from celadon.plan.cash_flow import CashFlow
from celadon.report.blocks import Block, Cell, Grid, Heading, Note, Row, Section
from celadon.report.microgrid.billing import BillLine
from celadon.report.microgrid.carbon_section import known, saving_reconciled
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.sections import number, share_cell

Key = tuple[bool, str, str, str]
"""Whether by a tariff, part of the bill, id of the line, and its band or price."""

_PARTS = ("energy", "tier", "demand", "power_factor", "export")
_BANDS = ("sharp", "high", "flat", "low", "deep")


def line_name(draft: Draft, key: Key) -> str:
    """A line of the bill in words: a plain price, or a tariff's name and band."""
    by_tariff, part, name, band = key
    if by_tariff:
        rates = {rate.id: rate.name(draft.language) for rate in draft.rates}
        called = rates.get(name) or draft.word("bill_line", part if part == "tier" else name)
        called += f" {name}" if part == "tier" else ""
        return f"{called} · {draft.word('band', band)}" if band else called
    if part == "demand":
        return draft.say("demand_line")
    if part == "energy":
        return draft.say("energy_line", price=band) if band else draft.say("energy_varying")
    return draft.say("export_line", price=band) if band else draft.say("export_varying")


def bill_totals(lines: list[BillLine]) -> dict[Key, tuple[Fraction, str, int]]:
    """Quantity, unit and fen of each kind of line, the months added."""
    found: dict[Key, tuple[Fraction, str, int]] = {}
    for each in lines:
        key = (each.by_tariff, each.line.part, each.line.id, each.line.band)
        quantity, _, amount = found.get(key, (Fraction(0), "", 0))
        found[key] = (quantity + each.line.quantity, each.line.unit, amount + each.line.amount)
    return found


def _months_of(lines: list[BillLine]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for each in lines:
        found[each.month] += each.line.amount
    return found


def bill_section(draft: Draft) -> Section:
    """The bill of the year before and after, line by line and month by month."""
    say, content = draft.say, draft.content
    after = bill_totals(content.planned.bill)
    before = bill_totals(content.before.bill) if content.before else None
    cny = "元" if draft.language == "zh" else "CNY"
    rows = []
    for key in sorted({*(before or {}), *after}, key=_order):
        now, unit, fen = after.get(key, (Fraction(0), "", 0))
        was, was_unit, was_fen = (before or {}).get(key, (Fraction(0), "", 0))
        rows.append(Row((
            Cell(line_name(draft, key)), Cell(unit or was_unit),
            known(None if before is None else was), number(now),
            *_compared(None if before is None else was_fen, fen),
        )))  # fmt: skip
    paid = None if before is None else sum(line[2] for line in before.values())
    totals = _compared(paid, sum(line[2] for line in after.values()))
    rows.append(Row((Cell(say("total")), Cell(""), Cell(""), Cell(""), *totals), kind="total"))
    headings = (
        Heading(say("part"), figures=False), Heading(say("unit"), figures=False),
        Heading(f"{say('quantity')} · {say('bill_before')}"),
        Heading(f"{say('quantity')} · {say('bill_after')}"), Heading(say("bill_before"), cny),
        Heading(say("bill_after"), cny), Heading(say("difference"), cny),
    )  # fmt: skip
    blocks: list[Block] = [before_note(draft)]
    blocks.append(Grid(say("bill_lines"), headings, tuple(rows), say("bill_source"), small=True))
    was_months = _months_of(content.before.bill) if content.before else None
    now_months = _months_of(content.planned.bill)
    months = [
        Row((Cell(month), *_compared(None if was_months is None else was_months.get(month, 0),
                                     now_months.get(month, 0))))
        for month in content.planned.design.horizon.months
    ]  # fmt: skip
    months.append(Row((Cell(say("total")), *totals), kind="total"))
    blocks.append(Grid(say("bill_months"), (Heading(say("month"), figures=False), *headings[-3:]),
                       tuple(months)))  # fmt: skip
    return Section("bill", say("bill"), tuple(blocks))


def _compared(was: int | None, now: int) -> tuple[Cell, Cell, Cell]:
    """Fen of today, of the design, and what is more; dashes where today is not known."""
    more = None if was is None else Fraction(now - was, 100)
    before = None if was is None else Fraction(was, 100)
    return known(before, 2), number(Fraction(now, 100), 2), known(more, 2)


def _order(key: Key) -> tuple[int, str, float]:
    by_tariff, part, name, band = key
    if by_tariff:
        return _PARTS.index(part), name, float(_BANDS.index(band)) if band in _BANDS else 0.0
    return _PARTS.index(part), "", -float(band or 0)  # of plain prices, the highest first


def before_note(draft: Draft) -> Note:
    """What today means in this report, or that it is not known."""
    before = draft.content.before
    if before is None:
        return Note(draft.say("no_before"), "open")
    joint = "、" if draft.language == "zh" else ", "
    makers = [c.id for c in before.design.components if not c.kind.endswith(("demand", "load"))]
    what = joint.join(draft.component(who) for who in makers)
    return Note(draft.say("before_is", what=what))


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of an investment: its name, its value or why there is none, its unit."""

    name: str
    value: Cell
    unit: str = ""

    @property
    def told(self) -> str:
        """The value with its unit."""
        return f"{self.value.text} {self.unit}".rstrip()


def measures_of(draft: Draft, money: CashFlow) -> list[Measure]:
    """The measures of an investment, in words."""
    say, found = draft.say, money.internal_return
    why = say("several_returns") if found.why == "several" else say("no_return")
    cny = "元" if draft.language == "zh" else "CNY"

    def in_years(name: str, value: float | None) -> Measure:
        if not any(year.investment for year in money.years):
            return Measure(say(name), Cell(say("nothing_paid")))
        if value is None:
            return Measure(say(name), Cell(say("never")))
        return Measure(say(name), number(value, 1), say("years"))

    rate = Measure(say("return"), Cell(why))
    if found.rate is not None:
        rate = Measure(say("return"), share_cell(found.rate))
    return [
        Measure(say("discount"), share_cell(money.rate)),
        Measure(say("investment"), number(-money.years[0].investment * 1000, 2), cny),
        Measure(say("value_now"), number(money.present_value * 1000, 2), cny),
        rate,
        in_years("simple", money.simple_payback),
        in_years("discounted", money.discounted_payback),
    ]


def money_section(draft: Draft) -> Section:
    """What the investment is worth, and its years."""
    say, money = draft.say, draft.content.money
    if money is None:
        return Section("money", say("money"), (before_note(draft),))
    cny = "千元" if draft.language == "zh" else "kCNY"
    rows, total = [], 0.0
    for year in money.years:
        total += year.net
        saved = sum(year.saving.values())
        figures = (year.investment, year.replacement, year.residual, saved, year.upkeep, year.net,
                   total)  # fmt: skip
        rows.append(Row((Cell(str(year.year)), *(number(f, 1) for f in figures))))
    titles = ("investment", "replacement", "residual", "saving", "upkeep", "sum_of_year",
              "standing_so_far")  # fmt: skip
    headings = (Heading(say("in_year"), figures=False), *(Heading(say(t), cny) for t in titles))
    parts = {p: v for p, v in money.years[-1].saving.items() if abs(v) > _NOTHING}
    saving = [Row((Cell(draft.part(part)), number(value, 1))) for part, value in parts.items()]
    saving.append(Row((Cell(say("total")), number(sum(parts.values()), 1)), kind="total"))
    price = draft.content.planned.design.carbon_price * 1000
    return Section("money", say("money"), (
        Grid(say("measures"), (Heading(say("measure"), figures=False),
                               Heading(say("value")), Heading(say("unit"), figures=False)),
             tuple(Row((Cell(each.name), each.value, Cell(each.unit)))
                   for each in measures_of(draft, money))),
        Grid(say("savings"), (Heading(say("part"), figures=False),
                              Heading(say("amount"), cny)), tuple(saving)),
        *saving_reconciled(draft),
        Grid(say("cash"), headings, tuple(rows), say("cash_source", carbon=f"{price:g}"),
             small=True),
    ))  # fmt: skip


_NOTHING = 1e-8
"""kCNY; what is less is of the solver's arithmetic."""
