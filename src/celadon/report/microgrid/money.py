"""The sections of money and carbon: bill, cash flow, and emissions, before and after."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from celadon.plan.cash_flow import CashFlow
from celadon.report.blocks import Block, Cell, Grid, Heading, Note, Row, Section
from celadon.report.microgrid.billing import BillLine
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.sections import number, text

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
    before = bill_totals(content.before.bill) if content.before else {}
    cny = "元" if draft.language == "zh" else "CNY"
    rows = []
    for key in sorted({*before, *after}, key=_order):
        (was, unit, fen), (now, now_unit, now_fen) = (
            lines.get(key, (Fraction(0), "", 0)) for lines in (before, after)
        )
        rows.append(Row((
            Cell(line_name(draft, key)), Cell(unit or now_unit), number(was), number(now),
            number(Fraction(fen, 100), 2), number(Fraction(now_fen, 100), 2),
            number(Fraction(now_fen - fen, 100), 2),
        )))  # fmt: skip
    totals = [sum(line[2] for line in lines.values()) for lines in (before, after)]
    rows.append(Row((
        Cell(say("total")), Cell(""), Cell(""), Cell(""), number(Fraction(totals[0], 100), 2),
        number(Fraction(totals[1], 100), 2), number(Fraction(totals[1] - totals[0], 100), 2),
    ), kind="total"))  # fmt: skip
    headings = (
        Heading(say("part"), figures=False), Heading(say("unit"), figures=False),
        Heading(f"{say('quantity')} · {say('bill_before')}"),
        Heading(f"{say('quantity')} · {say('bill_after')}"), Heading(say("bill_before"), cny),
        Heading(say("bill_after"), cny), Heading(say("difference"), cny),
    )  # fmt: skip
    blocks: list[Block] = [before_note(draft)]
    blocks.append(Grid(say("bill_lines"), headings, tuple(rows), say("bill_source"), small=True))
    was_months = _months_of(content.before.bill) if content.before else {}
    now_months = _months_of(content.planned.bill)
    months = tuple(
        Row((Cell(month), number(Fraction(was_months.get(month, 0), 100), 2),
             number(Fraction(now_months.get(month, 0), 100), 2),
             number(Fraction(now_months.get(month, 0) - was_months.get(month, 0), 100), 2)))
        for month in content.planned.design.horizon.months
    )  # fmt: skip
    blocks.append(Grid(say("bill_months"), (Heading(say("month"), figures=False), *headings[-3:]),
                       months))  # fmt: skip
    return Section("bill", say("bill"), tuple(blocks))


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


def measures_of(draft: Draft, money: CashFlow) -> list[tuple[str, str]]:
    """The measures of an investment, in words."""
    say, found = draft.say, money.internal_return
    why = say("several_returns") if found.why == "several" else say("no_return")
    cny = "元" if draft.language == "zh" else "CNY"

    def in_years(value: float | None) -> str:
        if not any(year.investment for year in money.years):
            return say("nothing_paid")
        return say("never") if value is None else say("years", years=f"{value:.1f}")

    return [
        (say("investment"), f"{number(-money.years[0].investment * 1000).text} {cny}"),
        (say("value_now"), f"{number(money.present_value * 1000).text} {cny}"),
        (say("return"), why if found.rate is None else f"{100 * found.rate:.2f} %"),
        (say("simple"), in_years(money.simple_payback)),
        (say("discounted"), in_years(money.discounted_payback)),
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
    headings = (Heading(say("year"), figures=False), *(Heading(say(t), cny) for t in titles))
    saving = [
        Row((Cell(draft.part(part)), number(value, 1)))
        for part, value in money.years[-1].saving.items()
        if abs(value) > _NOTHING
    ]
    price = draft.content.planned.design.carbon_price * 1000
    return Section("money", say("money"), (
        Grid(say("measures"), (Heading(say("measure"), figures=False),
                               Heading(say("value"), figures=False)),
             tuple(Row(text(*each)) for each in measures_of(draft, money))),
        Grid(say("savings"), (Heading(say("part"), figures=False),
                              Heading(say("amount"), cny)), tuple(saving)),
        Grid(say("cash"), headings, tuple(rows), say("cash_source", carbon=f"{price:g}"),
             small=True),
    ))  # fmt: skip


_NOTHING = 1e-4
"""kCNY."""
