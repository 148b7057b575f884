"""The sections of the report: design, energy, dispatch, rules, and how to check it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from celadon.exact import quantise
from celadon.records.finding import rule as finding_rule
from celadon.report.blocks import (
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    Note,
    Row,
    Section,
    exact_text,
)
from celadon.report.figures import day_text, grouped, month_text
from celadon.report.microgrid import charts
from celadon.report.microgrid.energies import STORES
from celadon.report.microgrid.heat import recovered
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.origin import origin_blocks


def text(*words: str) -> tuple[Cell, ...]:
    """Cells of words."""
    return tuple(Cell(word) for word in words)


def number(value: float | Fraction, decimals: int = 0) -> Cell:
    """A cell of one figure; what its decimals leave out stands behind it."""
    whole = Fraction(value)
    shown = Fraction(quantise(whole, decimals), 10**decimals)
    return Cell(grouped(whole, decimals), "" if shown == whole else exact_text(whole))


def percent(share: float | None) -> str:
    """A share in percent."""
    return "–" if share is None else f"{100 * share:z.2f} %"


def share_cell(share: float | None) -> Cell:
    """A cell of a share in percent; what its decimals leave out stands behind it, of one."""
    return Cell(percent(share), "" if share is None else exact_text(Fraction(share)))


def month_names(draft: Draft) -> list[str]:
    """The months of the design as axes name them."""
    count = len(draft.content.planned.design.horizon.months)
    return [month_text(dt.date(2000, n % 12 + 1, 1), draft.language) for n in range(count)]


def design_section(draft: Draft) -> Section:
    """Capacities with their money and use, and the parts of the yearly cost."""
    say, content = draft.say, draft.content
    rows = []
    for asset in content.assets:
        saved = content.plan.limit_prices.get(asset.block)
        is_whole = asset.block in content.plan.without_limit_price
        untold = Cell(say("no_limit_price") if is_whole else "–")
        hours = _full_hours(draft, asset.block)
        rows.append(
            Row((
                Cell(draft.block(asset.block)), number(asset.size, 3),
                Cell(content.units[asset.block]),
                number(asset.investment * 1000) if asset.lifetime else Cell("–"),
                number(asset.annual * 1000), Cell("–") if hours is None else number(hours),
                untold if saved is None else number(saved * 1000),
            ))
        )  # fmt: skip
    yearly = "元/年" if draft.language == "zh" else "CNY a year"
    cny = "元" if draft.language == "zh" else "CNY"
    headings = (
        Heading(say("component"), figures=False), Heading(say("capacity")),
        Heading(say("unit"), figures=False), Heading(say("investment"), cny),
        Heading(say("annual"), yearly), Heading(say("full_hours"), "h"),
        Heading(say("one_more"), yearly),
    )  # fmt: skip
    total = Row((Cell(say("total")), Cell(""), Cell(""),
                 number(sum(a.investment for a in content.assets) * 1000),
                 number(sum(a.annual for a in content.assets) * 1000), Cell(""), Cell("")),
                kind="total")  # fmt: skip
    parts = sorted(((p, v) for p, v in content.costs.items() if v), key=lambda each: -each[1])
    costs = [Row((Cell(draft.part(p)), number(Fraction(v, 100), 2))) for p, v in parts]
    costs.append(Row((Cell(say("total")), number(Fraction(content.cost, 100), 2)), kind="total"))
    return Section("design", say("design"), (
        Grid(say("capacities"), headings, (*rows, total), small=True),
        Grid(say("costs"), (Heading(say("part"), figures=False), Heading(say("amount"), yearly)),
             tuple(costs)),
    ))  # fmt: skip


def _full_hours(draft: Draft, block: str) -> float | None:
    """Hours in which the capacity, run in full, would give what it gives in the year."""
    state = draft.content.planned
    who, _, what = block.partition(".")
    size = state.sizes[block]
    if what not in ("capacity", "power") or size < _SMALL or block not in draft.content.units:
        return None
    if draft.content.units[block] != "MW":
        return None
    heats = state.energies.heat_buses
    kind = state.energies.kinds[who]
    if kind == "waste_heat":
        return recovered(state.energies, who) / size
    for bus in heats if kind == "heat_pump" else ["power", *heats]:
        flow = state.energies.moved.get((who, bus))
        if flow is not None:
            given = np.maximum(flow, 0.0)
            amount = given if given.any() else np.maximum(-flow, 0.0)
            return state.energies.total(amount) / size
    return None


_SMALL = 1e-4
"""MW below which a capacity is none."""


def energy_section(draft: Draft) -> Section:
    """The flows of the year, the months, the shares."""
    say = draft.say
    energies = draft.content.planned.energies
    names = month_names(draft)
    brings, takes, used = charts.parts_of(energies, "power")
    headings = [Heading(say("month"), figures=False)]
    columns = []
    for sign, group in ((1, brings), (-1, takes)):
        for who, flow in group.items():
            label = draft.component(who)
            if sign < 0:
                label += f" ({say('sold') if energies.kinds[who] == 'grid' else '−'})"
            headings.append(Heading(label, "MWh"))
            columns.append(charts.monthly(draft, sign * flow))
    headings.append(Heading(say("net"), "MWh"))
    columns.append(charts.monthly(draft, used))
    rows = [
        Row((Cell(name), *(number(column[n], 1) for column in columns)))
        for n, name in enumerate(names)
    ]
    rows.append(Row((Cell(say("total")), *(number(sum(c), 1) for c in columns)), kind="total"))
    shares = tuple(
        Row((Cell(say(name)), share_cell(share)))
        for name, share in draft.content.plan.shares.items()
    )
    return Section("energy", say("energy"), (
        Figure("sankey", say("flows"), charts.sankey(draft), _flows_source(draft)),
        Figure("months", say("months"), charts.months(draft, names), say("months_source")),
        Grid(say("shares"), (Heading(say("share"), figures=False), Heading("")), shares),
        Grid(say("months"), tuple(headings), tuple(rows), small=True),
    ))  # fmt: skip


def _flows_source(draft: Draft) -> str:
    """Where the picture comes from, and what went through each store."""
    say, energies = draft.say, draft.content.planned.energies
    told = [say("flows_source")]
    for (who, bus), flow in energies.moved.items():
        if energies.kinds[who] in STORES:
            put, got = (energies.total(np.maximum(sign * flow, 0.0)) for sign in (-1, 1))
            unit = "t" if bus == "hydrogen" else "MWh"
            told.append(say("through_store", what=draft.component(who), put=number(put).text,
                            got=number(got).text, unit=unit))  # fmt: skip
    return ("" if draft.language == "zh" else " ").join(told)


def dispatch_section(draft: Draft) -> Section:
    """Weeks of power and heat, and the duration curves."""
    say, state = draft.say, draft.content.planned
    blocks: list[Block] = []
    weeks = charts.weeks_of(draft)
    for bus in ("power", *state.energies.heat_buses):
        if bus not in state.energies.buses:
            continue
        for name, first in weeks.items():
            if bus != "power" and name == "peak":
                continue
            day = state.design.horizon.stamps()[first].astype("datetime64[D]").astype(dt.date)
            title = say(name, bus=draft.bus(bus), day=day_text(day, draft.language))
            drawing = charts.week(draft, bus, first, title)
            if not drawing:
                continue
            told = "level_week_source" if bus in state.energies.levels else "week_source"
            blocks.append(Figure(f"{name}-{bus}", title, drawing, say(told)))
    blocks.append(Figure("duration", say("duration"), charts.duration(draft)))
    return Section("dispatch", say("weeks"), tuple(blocks))


def rules_section(draft: Draft) -> Section:
    """The rule sheet: clause, letter, what is asked, what is reached, what a point costs."""
    say, rules = draft.say, draft.content.plan.rules
    if not rules:
        return Section("rules", say("rules"), (Note(say("no_rules")),))
    rows = []
    for kept in rules:
        sign = "≥" if kept.rule.measure.at_least else "≤"
        cap = kept.rule.denominator == "none"
        of = "" if cap else say(f"of_{kept.rule.denominator}")
        asked = f"{kept.rule.limit:,.0f} t" if cap else f"{percent(kept.rule.limit)} {of}"
        share = kept.share
        reached = say("cannot_tell") if share is None else percent(share)
        rows.append(Row((
            Cell(draft.rule(kept.rule.name, kept.rule.kind)),
            Cell(kept.rule.cited(draft.language)),
            Cell(kept.rule.confidence or "–", marked=kept.rule.confidence not in ("", "A")),
            Cell(f"{sign} {asked}"),
            Cell(f"{share:,.0f} t" if cap and share is not None else reached),
            number(kept.point * 1000),
        )))  # fmt: skip
    yearly = "元/年" if draft.language == "zh" else "CNY a year"
    headings = (
        Heading(say("rule"), figures=False), Heading(say("clause"), figures=False, wide=True),
        Heading(say("letter"), figures=False), Heading(say("asks")), Heading(say("reached")),
        Heading(say("point"), yearly),
    )  # fmt: skip
    sheet = Grid(say("rules"), headings, tuple(rows), say("rules_source"))
    return Section("rules", say("rules"), (sheet, *origin_blocks(draft)))


def check_section(draft: Draft) -> Section:
    """What was found, and how to check the design."""
    say, content = draft.say, draft.content
    blocks: list[Block] = [
        Note(each.text(draft.language),
             "" if finding_rule(each.rule).severity == "note" else "open")
        for each in content.findings
    ] or [Note(say("nothing_found"))]  # fmt: skip
    blocks.append(Note(say("check_how", file=content.declared.name)))
    rows = tuple(
        Row((Cell(name), Cell(digest, code=True))) for name, digest in content.inputs.items()
    )
    headings = (Heading(say("file"), figures=False), Heading(say("digest"), figures=False))
    blocks.append(Grid(say("check"), headings, rows))
    return Section("check", say("findings"), tuple(blocks))


def sections(draft: Draft) -> Sequence[Section]:
    """All sections, in the order of the report."""
    from celadon.report.microgrid.carbon_section import carbon_section  # noqa: PLC0415  likewise
    from celadon.report.microgrid.heat_section import heat_sections  # noqa: PLC0415  likewise
    from celadon.report.microgrid.money import (  # noqa: PLC0415  it uses the cells of this module
        bill_section,
        money_section,
    )

    return (
        design_section(draft), rules_section(draft), energy_section(draft),
        *heat_sections(draft), dispatch_section(draft), bill_section(draft), money_section(draft),
        carbon_section(draft), check_section(draft),
    )  # fmt: skip
