"""The activity of the plan: what counts each stream and product, and how much of it came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from celadon.records.site import OUTSIDE, Meter, Product, Stream
from celadon.report.monitoring.arrived import months_text
from celadon.report.monitoring.declared import MeterPlan, MonitoringPlan
from celadon.report.monitoring.planned import Item
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.form import Basis, Cell, Row
from celadon.report.statistics.printing import printed_parts

STOCKS = ("opening_stock", "closing_stock")
"""Kinds of rows that a stock balance asks for, beside its purchases."""


def kinds_of(item: Item) -> tuple[str, ...]:
    """The kinds of monthly rows that an item is counted by; none where meters count it."""
    if isinstance(item, Stream) and item.stock:
        return (*(("purchase",) if item.origin == OUTSIDE else ()), *STOCKS)
    return (item.monthly,) if item.monthly else ()


def lacking_months(content: FormContent, item: Item) -> list[dt.date]:
    """The months in which nothing is known of an item's activity."""
    if kinds_of(item):
        return sorted({month for _, month in lacking_rows(content, item)})
    lines = [x for x in content.lines if x.stream == item.id and x.account in _COUNTED]
    return sorted({line.month for line in lines if line.is_unknown})


_COUNTED = ("supply", "carrier", "flow", "production", "process_energy")


def lacking_rows(content: FormContent, item: Item) -> Iterator[tuple[str, dt.date]]:
    """The kinds of monthly rows of an item that are not there, each with its month.

    A stock is there if the instant is told, as an opening or as the closing before it.
    """
    activity = content.activity
    for month in content.period.months():
        first, after = month.from_day, month.to_day
        for kind in kinds_of(item):
            if kind not in STOCKS:
                unknown = activity.is_withheld(item.id, kind, month)
                if unknown or not activity.rows(item.id, kind, month):
                    yield kind, first
                continue
            instant = first if kind == "opening_stock" else after
            around = type(month)(instant - dt.timedelta(days=1), instant + dt.timedelta(days=1))
            told = [row for stock in STOCKS for row in activity.rows(item.id, stock, around)]
            if not any(row.instant == instant for row in told):
                yield kind, first


def activity_rows(content: FormContent, plan: MonitoringPlan) -> Iterator[Row]:
    """A row for each meter of each item, or for each kind of monthly row."""
    meters = {meter.id: meter for meter in content.site.meters}
    said = {one.id: one for one in plan.meter}
    items: tuple[Item, ...] = (*content.site.streams, *content.site.products)
    for item in items:
        for name in item.meters:
            yield _metered(content, item, name, meters[name.lstrip("-")], said)
        for kind in kinds_of(item):
            yield _monthly(content, item, kind)


def _metered(
    content: FormContent, item: Item, name: str, meter: Meter, said: dict[str, MeterPlan]
) -> Row:
    own = said.get(meter.id, MeterPlan(id=meter.id))
    months = lacking_months(content, item)
    sign = content.tell("plan.subtracted") if name.startswith("-") else ""
    about = content.tell(
        "plan.meter", id=meter.id, kind=content.tell(f"meter_kind.{meter.kind}"),
        unit=meter.measure, resolution=meter.resolution, multiplier=meter.multiplier,
    )  # fmt: skip
    lapsed = own.calibrated_until is not None and own.calibrated_until < content.period.days[-1]
    calibrated = Cell(
        str(own.calibrated_until or ""),
        note="" if own.calibrated_until else content.tell("plan.not_said"),
        is_open=own.calibrated_until is None,
        marked=lapsed,
    )
    read = f"plan.read_{meter.read_every}" if meter.kind == "register" else "plan.read_slot"
    cells = (
        *_named(content, item),
        Cell(content.tell("plan.source_meter")),
        Cell(" ".join(part for part in (sign, about, own.place) if part)),
        Cell(content.tell(read, minutes=meter.minutes)),
        _said(content, own.accuracy),
        calibrated,
        _said(content, own.read_by),
        Cell(content.tell("plan.gap", hours=meter.estimate_hours)),
        *_shares(content, meter),
        Cell(months_text(months)),
    )
    return Row(cells, "warning" if months or lapsed else "")


def _monthly(content: FormContent, item: Item, kind: str) -> Row:
    months = [month for lacking, month in lacking_rows(content, item) if lacking == kind]
    whole = len(list(content.period.months()))
    came = Fraction(whole - len(months), whole) * 100
    measured, missing = printed_parts([came, 100 - came])
    rows = content.activity.rows(item.id, kind, content.period)
    basis = Basis(rows=tuple(f"{row.kind} › {row.place}" for row in rows))
    cells = (
        *_named(content, item),
        Cell(content.tell("plan.source_rows", kind=content.tell(f"kind.{kind}"))),
        Cell(),
        Cell(content.tell("every.month")),
        Cell(),
        Cell(),
        Cell(),
        Cell(content.tell("plan.no_row")),
        Cell(value=measured, exact=came, basis=basis),
        Cell(),
        Cell(value=missing, exact=100 - came),
        Cell(months_text(months)),
    )
    return Row(cells, "warning" if months else "")


def _named(content: FormContent, item: Item) -> tuple[Cell, Cell]:
    name = Cell(content.names.stream(item.id))
    if isinstance(item, Product):
        return name, Cell(content.tell("plan.product"))
    return name, Cell(content.names.carrier(item.carrier))


def _said(content: FormContent, text: str) -> Cell:
    return Cell(text) if text else Cell(note=content.tell("plan.not_said"), is_open=True)


def _shares(content: FormContent, meter: Meter) -> tuple[Cell, Cell, Cell]:
    """The shares of time measured, estimated and missing, in per cent that add to 100."""
    row = next((r for r in content.meter_times.to_pylist() if r["meter"] == meter.id), None)
    parts = [row[name] for name in ("measured", "estimated", "missing")] if row else []
    if not sum(parts):
        empty = Cell(note=content.tell("plan.no_readings"))
        return empty, empty, empty
    exact = [Fraction(part, sum(parts)) * 100 for part in parts]
    basis = Basis(meters=(meter.id,))
    measured, estimated, missing = (
        Cell(value=value, exact=share, basis=basis)
        for value, share in zip(printed_parts(exact), exact, strict=True)
    )
    return measured, estimated, missing
