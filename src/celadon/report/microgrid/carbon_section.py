"""The carbon of a design: by source, before and after, and beside the plan's own count."""

from __future__ import annotations

from fractions import Fraction

from celadon.report.blocks import Block, Cell, Grid, Heading, Note, Row, Section
from celadon.report.microgrid.carbon import CarbonLine, carbon_sums
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.sections import number, text


def carbon_section(draft: Draft) -> Section:
    """Carbon before and after by the factors of the accounts, each with its source and letter."""
    say, lines = draft.say, draft.content.carbon
    rows = [_row(draft, line) for line in lines]
    notes = [Note(told, "open") for line in lines if (told := why_own(draft, line))]
    was, now = carbon_sums(lines)
    rows.append(Row((Cell(say("total")), *text("", "", "", "", ""), known(was, 1), known(now, 1)),
                    kind="total"))  # fmt: skip
    headings = (
        Heading(say("source"), figures=False), Heading(say("energy_before"), "MWh"),
        Heading(say("energy_after"), "MWh"), Heading(say("factor"), "t CO₂/MWh"),
        Heading(say("clause"), figures=False, wide=True), Heading(say("letter"), figures=False),
        Heading(say("bill_before"), "t CO₂"), Heading(say("bill_after"), "t CO₂"),
    )  # fmt: skip
    year = draft.content.declared.head.year
    blocks: list[Block] = [
        Grid(say("carbon_lines"), headings, tuple(rows), say("carbon_source", year=year),
             small=True),
        *notes, *reconciled(draft),
    ]  # fmt: skip
    if draft.content.before is None:
        blocks.insert(0, Note(say("no_before"), "open"))
    return Section("carbon", say("carbon_heading"), tuple(blocks))


def known(value: Fraction | None, decimals: int = 0) -> Cell:
    """A figure, or a dash where it is not known."""
    return Cell(DASH) if value is None else number(value, decimals)


DASH = "—"
"""What stands in place of a figure that nobody knows; never zero."""


def why_own(draft: Draft, line: CarbonLine) -> str:
    """Why a source is not counted by the tables: by the design's own factor, or not at all."""
    if not line.own:
        return ""
    say, who = draft.say, draft.component(line.source_id)
    if line.why == "no_carrier":
        why = say("no_carrier", who=line.source_id)
    else:
        why = say("no_factor", asked=line.asked)
    return say("carbon_unknown" if line.factor is None else "carbon_own", who=who, why=why)


def _row(draft: Draft, line: CarbonLine) -> Row:
    cited = dict.fromkeys(r.source.cited(draft.language) for r in line.records)
    source = draft.say("own_factor") if line.own else "\n".join(cited)
    if line.factor is None:
        source = draft.say("none_known")
    return Row((
        Cell(draft.component(line.source_id)), known(line.energy[0]), known(line.energy[1]),
        known(line.factor, 4), Cell(source),
        Cell(line.letter or "–", marked=line.letter not in ("", "A")),
        known(line.tonnes[0], 1), known(line.tonnes[1], 1),
    ))  # fmt: skip


def reconciled(draft: Draft) -> list[Note]:
    """How the plan's own count, by which its rules hold and its carbon is paid, comes to be apart.

    The plan counts by the factors that the design states; the table by those of the accounts.
    """
    lines, say = draft.content.carbon, draft.say
    planned = sum((line.planned for line in lines), Fraction(0))
    _, table = carbon_sums(lines)
    if table is None or abs(planned - table) < _SAME:
        return []
    steps = [
        say("apart_by_factor", who=draft.component(line.source_id), amount=_signed(apart),
            own=number(line.planned / line.energy[1], 4).text, used=number(line.factor, 4).text)
        for line in lines
        if line.energy[1] and line.factor is not None
        and abs(apart := line.planned - (line.tonnes[1] or 0)) >= _SAME
    ]  # fmt: skip
    cost = draft.content.costs.get("carbon", 0)
    paid = say("carbon_paid", cost=f"{cost / 100:,.2f}") if cost else ""
    joint = "；" if draft.language == "zh" else "; "
    return [
        Note(say("carbon_reconciled", planned=number(planned, 1).text, table=number(table, 1).text,
                 steps=joint.join(steps), paid=paid))
    ]  # fmt: skip


def saving_reconciled(draft: Draft) -> list[Note]:
    """How the carbon of the saving, paid by the design's own factors, stands to the table's."""
    content, say, lines = draft.content, draft.say, draft.content.carbon
    saved = 0.0 if content.money is None else content.money.years[-1].saving.get("carbon", 0.0)
    price = Fraction(repr(content.planned.design.carbon_price)) * 1000
    was, now = carbon_sums(lines)
    before = [line.planned_before for line in lines if line.planned_before is not None]
    if not saved or was is None or now is None or len(before) < len(lines):
        return []
    planned = sum(before, Fraction(0)) - sum((line.planned for line in lines), Fraction(0))
    if abs(planned - (was - now)) < _SAME:
        return []
    return [
        Note(say("saving_reconciled", planned=number(planned, 1).text, price=f"{float(price):g}",
                 amount=number(saved, 1).text, table=number(was - now, 1).text,
                 other=number((was - now) * price / 1000, 1).text))
    ]  # fmt: skip


def _signed(amount: Fraction) -> str:
    return f"{'+' if amount > 0 else '−'}{number(abs(amount), 1).text}"


_SAME = Fraction(1, 20)
"""t below which two counts are the same, as shown to a tenth."""
