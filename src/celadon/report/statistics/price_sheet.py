"""Form 6 of a supervision: electricity bought, output, step, and the surcharge due and paid.

A surcharge that falls due is shown month by month, so that the months add to the period as
printed. A rule that cannot be told, or is a draft, leaves its cells empty with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from celadon.assess.names import outcome_name, rule_name, standard_label
from celadon.assess.prices import DIFFERENTIAL, DUE, NOT_DUE, TIERED
from celadon.assess.reasons import read_reasons
from celadon.assess.telling import reason_text
from celadon.exact import parse_decimal
from celadon.records.site import OUTSIDE, Stream
from celadon.report.figures import unit_text
from celadon.report.lines import is_below_official
from celadon.report.statistics.amounts import Amount, Amounts, together
from celadon.report.statistics.balance import NO_STREAM, column, energy_streams
from celadon.report.statistics.cells import amount_cell, form_unit, open_cell
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.ledger_months import of_month
from celadon.report.statistics.printing import printed_parts

_COLUMNS = (
    "month", "purchased", "output", "differential_due", "step", "tiered_due", "surcharge_paid",
)  # fmt: skip
_MONEY = {"differential_due": DIFFERENTIAL, "tiered_due": TIERED}


def price_sheet(content: FormContent) -> Table:
    """Each month, then the period with what the rules of price say of it."""
    bought = _bought(content)
    months = [of_month(content, month) for month in content.period.months()]
    amounts = [_amount(part, bought) for part in months]
    prices = {row["rule"]: row for row in content.prices}
    due = {name: _money(content, prices.get(rule), amounts) for name, rule in _MONEY.items()}
    rows = []
    for number, part in enumerate((*months, content)):
        last = number == len(months)
        cells = {
            "month": Cell(content.tell("total") if last else f"{part.period.from_day:%Y-%m}"),
            "purchased": _purchased(part, bought),
            "output": Cell(_made(part)),
            "step": _step(content, prices.get(TIERED)),
            "surcharge_paid": open_cell(content, "paid"),
            **{name: cells[number] for name, cells in due.items()},
        }
        rows.append(Row(tuple(cells[name] for name in _COLUMNS), "total" if last else ""))
    power = form_unit(content, bought[0].carrier) if bought else ""
    units = {"purchased": power, "differential_due": "CNY", "tiered_due": "CNY",
             "surcharge_paid": "CNY"}  # fmt: skip
    columns = tuple(
        column(name, unit_text(units.get(name, ""), content.language), wide=name == "output")
        for name in _COLUMNS
    )
    return Table("6", WORDS["table.check_power"], columns, tuple(rows), _notes(content))


def _notes(content: FormContent) -> tuple[str, ...]:
    """What each rule of price says, by which document; or that none is held."""
    if not content.prices:
        return (content.tell("self_check.no_price_rule"),)
    language = content.language
    told = []
    for row in content.prices:
        hidden = content.is_official and is_below_official(row["confidence"])
        why = (
            content.tell("note.kept_out", letters=row["confidence"])
            if hidden
            else f"{outcome_name(row['outcome'], language)}: "
            + reason_text(row["because"], language)
        )
        label = standard_label(row["standard"], language, content.registry)
        source = f" ({label}, {row['confidence']})" if label else ""
        told.append(f"{rule_name(row['rule'], language)}{source}: {why}")
    return tuple(told)


def _bought(content: FormContent) -> list[Stream]:
    return [
        stream
        for carrier, streams in energy_streams(content).items()
        if content.registry.carriers[carrier].kind == "electricity"
        for stream in streams
        if stream.origin == OUTSIDE
    ]


def _amount(part: FormContent, bought: Sequence[Stream]) -> Amount:
    amounts = Amounts(part)
    return together(amounts.purchased(stream) for stream in bought)


def _purchased(part: FormContent, bought: Sequence[Stream]) -> Cell:
    return amount_cell(part, _amount(part, bought), bought[0].carrier) if bought else NO_STREAM


def _money(
    content: FormContent, row: Mapping[str, Any] | None, amounts: Sequence[Amount]
) -> list[Cell]:
    """A surcharge for each month and for the period; empty with the reason where it is not told."""
    number = len(amounts) + 1
    if row is None:
        return [Cell(note=_none_held(content))] * number
    marked = is_below_official(row["confidence"])
    if content.is_official and marked:
        note = content.tell("note.kept_out", letters=row["confidence"])
        return [Cell(note=note, marked=True)] * number
    if row["outcome"] == NOT_DUE:
        return [Cell(value=Fraction(0), exact=Fraction(0), marked=marked)] * number
    if row["outcome"] != DUE or row["num"] is None:
        told = reason_text(row["because"], content.language)
        return [Cell(note=f"{outcome_name(row['outcome'], content.language)}: {told}")] * number
    exact = Fraction(row["num"], row["den"])
    whole = Cell(value=exact, exact=exact, marked=marked)
    return [*_monthly(content, row, amounts, whole), whole]


def _monthly(
    content: FormContent, row: Mapping[str, Any], amounts: Sequence[Amount], whole: Cell
) -> list[Cell]:
    """A surcharge that is due by month; empty where the months are not known one by one."""
    rate = _rate(row)
    exact = [Fraction(each.count or 0, 1000) * (rate or 0) for each in amounts]
    parts = printed_parts(exact)
    if any(each.count is None for each in amounts) or sum(parts) != whole.value:
        return [Cell(note=content.tell("lack.part"))] * len(amounts)
    return [
        Cell(value=part, exact=value, marked=whole.marked)
        for part, value in zip(parts, exact, strict=True)
    ]


def _rate(row: Mapping[str, Any]) -> Fraction | None:
    rates = (one.numbers["rate"] for one in read_reasons(row["because"])
             if one.key == "price_surcharge")  # fmt: skip
    return next((parse_decimal(rate) for rate in rates), None)


def _none_held(content: FormContent) -> str:
    """That no rule of this price is held; and beside a draft of another, that it is a draft."""
    drafts = any(one.key == "price_draft" for row in content.prices
                 for one in read_reasons(row["because"]))  # fmt: skip
    return content.tell("self_check.price_draft" if drafts else "self_check.no_price_rule")


def _step(content: FormContent, row: Mapping[str, Any] | None) -> Cell:
    """The step of a tiered price, where the rule tells one; no rule that is held does yet."""
    if row is None:
        return Cell(note=_none_held(content))
    if row["outcome"] == NOT_DUE:
        return NO_STREAM
    return Cell(note=reason_text(row["because"], content.language))


def _made(content: FormContent) -> str:
    """What was made, product by product, with the units that the form counts in."""
    amounts, told = Amounts(content), []
    for product in content.site.products:
        cell = amount_cell(content, amounts.made(product.id), product.id)
        unit = unit_text(form_unit(content, product.id), content.language)
        shown = f"{cell.shown} {unit}" if cell.value is not None else "?"
        told.append(f"{content.names.stream(product.id)} {shown}")
    return "; ".join(told)
