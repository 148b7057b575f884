"""Meters against meters: balances with their losses, drift, and state meters by month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from typing import Any

from celadon.exact import from_count
from celadon.records.balances.balance_rules import is_judged, loss_share
from celadon.records.balances.drift_found import signed_percent
from celadon.records.quality.state import decimals_of, mean
from celadon.records.site import Meter
from celadon.report.blocks import Block, Cell, Grid, Heading, Row, Section, figures
from celadon.report.draft import Draft
from celadon.report.figures import MINUS, amount, grouped, share, unit_text
from celadon.units import count_unit

_Rows = list[dict[str, Any]]


def balances_section(draft: Draft) -> Section:
    """Balances, drift and states; no blocks where no meter has a parent and none is a state."""
    blocks: list[Block] = [*_balances(draft), *_drifts(draft), *_states(draft)]
    return Section("balances", draft.say("section.balances"), tuple(blocks))


def _balances(draft: Draft) -> list[Block]:
    of_parent: dict[str, _Rows] = defaultdict(list)
    for row in draft.content.balances.to_pylist():
        of_parent[row["parent"]].append(row)
    if not of_parent:
        return []
    say = draft.say
    headings = (
        Heading(say("balances.parent"), figures=False),
        Heading(say("report.unit"), figures=False),
        Heading(say("balances.amount")),
        Heading(say("balances.children")),
        Heading(say("balances.difference")),
        Heading(say("report.share")),
        Heading(say("balances.least")),
        Heading(say("balances.most")),
        Heading(say("balances.judged")),
    )
    rows = tuple(_balance_row(draft, parent, found) for parent, found in of_parent.items())
    return [Grid(say("balances.table"), headings, rows, say("balances.note"), small=True)]


def _balance_row(draft: Draft, parent: str, found: _Rows) -> Row:
    """The whole period of one parent, with the least and the most of its months."""
    whole = max(found, key=lambda row: (row["to_day"] - row["from_day"]).days)
    months = [row for row in found if row is not whole] or [whole]
    shares = [loss_share(row) for row in months if is_judged(row)]
    known = [of_month for of_month in shares if of_month is not None]
    meter = _meters(draft)[parent]
    small = _small_unit(draft, meter)
    amounts = [
        amount(whole[name], small, meter.measure).value
        for name in ("parent_amount", "children_amount", "difference")
    ]
    return Row(
        (
            Cell(draft.names.subject(parent)),
            Cell(unit_text(meter.measure, draft.language)),
            *figures(amounts),
            _share(loss_share(whole)),
            _share(min(known, default=None)),
            _share(max(known, default=None)),
            Cell(f"{whole['days_judged']} / {(whole['to_day'] - whole['from_day']).days}"),
        )
    )


def _drifts(draft: Draft) -> list[Block]:
    rows = draft.content.drifts.to_pylist()
    if not rows:
        return []
    say = draft.say
    headings = (
        Heading(say("balances.child"), figures=False),
        Heading(say("balances.parent"), figures=False),
        Heading(say("balances.outcome"), figures=False),
        Heading(say("balances.when"), figures=False),
        Heading(say("balances.change")),
        Heading(say("balances.seen_from")),
    )
    shown = tuple(_drift_row(draft, row) for row in rows)
    return [Grid(say("balances.drift"), headings, shown, say("balances.drift_note"), small=True)]


def _drift_row(draft: Draft, row: dict[str, Any]) -> Row:
    change = None if row["change"] is None else from_count(row["change"], 6)
    seen = row["seen_from"]
    return Row(
        (
            Cell(draft.names.subject(row["child"])),
            Cell(draft.names.subject(row["parent"])),
            Cell(_outcome(draft, row)),
            Cell(_when(draft, row)),
            Cell("" if change is None else signed_percent(change).replace("-", MINUS)),
            Cell("–" if seen is None else share(from_count(seen, 6), 1)),
        ),
        kind="fault" if row["outcome"] == "yes" else "",
    )


def _outcome(draft: Draft, row: dict[str, Any]) -> str:
    if row["outcome"] != "cannot_tell":
        return draft.say(f"drift.{row['outcome']}")
    other = draft.say("drift.unmetered")
    if row["instead"] is not None:
        other = draft.names.subject(row["instead"])
    return draft.say(f"drift.{row['because']}", other=other)


def _when(draft: Draft, row: dict[str, Any]) -> str:
    if row["since"] is None:
        return ""
    if row["until"] is None:
        return draft.say("balances.stays", since=row["since"])
    until = row["until"] - dt.timedelta(days=1)
    return draft.say("balances.span", since=row["since"], until=until)


def _states(draft: Draft) -> list[Block]:
    of_meter: dict[str, _Rows] = defaultdict(list)
    for row in draft.content.state_days.to_pylist():
        of_meter[row["meter"]].append(row)
    if not of_meter:
        return []
    say = draft.say
    headings = (
        Heading(say("balances.parent"), figures=False),
        Heading(say("report.unit"), figures=False),
        *(Heading(name) for name in draft.month_names),
        Heading(say("balances.mean")),
        Heading(say("balances.low")),
        Heading(say("balances.high")),
        Heading(say("balances.known")),
    )
    rows = tuple(_state_row(draft, meter, days) for meter, days in of_meter.items())
    return [Grid(say("balances.states"), headings, rows, say("balances.states_note"), small=True)]


def _state_row(draft: Draft, name: str, days: _Rows) -> Row:
    meter = _meters(draft)[name]
    by_month: dict[dt.date, _Rows] = defaultdict(list)
    for row in days:
        by_month[row["day"].replace(day=1)].append(row)
    averages = [mean(by_month[month], meter) for month in draft.months]
    lows = [row["low"] for row in days if row["low"] is not None]
    highs = [row["high"] for row in days if row["high"] is not None]
    extremes = [
        None if count is None else count * meter.count_size
        for count in (min(lows, default=None), max(highs, default=None))
    ]
    known = sum(row["seconds"] for row in days)
    expected = known + sum(row["seconds_missing"] for row in days)
    return Row(
        (
            Cell(draft.names.subject(name)),
            Cell(unit_text(meter.measure, draft.language)),
            *figures([*averages, mean(days, meter), *extremes], decimals_of(meter)),
            Cell(share(known, expected)),
        )
    )


def _share(of_parent: Fraction | None) -> Cell:
    """A share in percent, with its sign: children may exceed their parent."""
    return Cell("–" if of_parent is None else f"{grouped(of_parent * 100, 1)} %")


def _meters(draft: Draft) -> dict[str, Meter]:
    return {meter.id: meter for meter in draft.content.site.meters}


def _small_unit(draft: Draft, meter: Meter) -> str:
    """The small unit in which a meter's amounts are counted: its carrier's, or its own."""
    site, carriers = draft.content.site, draft.content.registry.carriers
    named = [s.carrier for s in site.streams if meter.id in {m.lstrip("-") for m in s.meters}]
    carrier = next((name for name in (meter.carrier, *named) if name in carriers), "")
    return carriers[carrier].count_unit if carrier else count_unit(meter.measure)
