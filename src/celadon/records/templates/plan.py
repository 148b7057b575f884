"""What a template asks of a site: its sheets, and the rows that a person only adds numbers to.

Everything is read off the site's declaration: a stream that meters count is not asked for again, a
stream of a stock balance is asked for its purchases and its stocks.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from celadon.errors import Fault, WorkspaceError
from celadon.records.period import Period, month_after
from celadon.records.site import STOCK, Contract, Meter, Named, Outlet, Product, Site, Stream
from celadon.records.templates.asked import asked_parameters, laboratory_items, waste_kinds
from celadon.records.templates.words import SHAPES, SHEETS, Shape, units_for
from celadon.reference import Carrier
from celadon.reference.equations import parameter_kinds

Cell = str | int | dt.date | None
"""What a template writes into a cell beforehand."""

Item = Meter | Stream | Product | Outlet | Contract
"""What a row of a template can speak of."""

_FREE = {
    "reading": 12, "exchange": 12, "activity": 12, "sample": 24, "settlement": 12, "equipment": 40,
}  # fmt: skip
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet.

    Parameters
    ----------
    item : id of the meter, stream, product or equipment that it speaks of.
    cells : what is written beforehand, by field; words in celadon's own spelling.
    units : the units that its amount may be given in; empty where it has none.
    """

    item: str
    cells: Mapping[str, Cell]
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a template: rows asked for, and empty ones for what else there is."""

    id: str
    rows: tuple[Row, ...]
    items: tuple[Item, ...]
    unit_lists: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        """What it has in common with other sheets."""
        return SHAPES[SHEETS[self.id]]

    @property
    def free(self) -> int:
        """How many empty rows it ends with."""
        return _FREE[self.shape.id]


@dataclass(frozen=True, slots=True)
class Plan:
    """All sheets of a template, and how many meters deliver files.

    Parameters
    ----------
    interval_meters : which are not asked for, as their files say more.
    system_registers : which are asked for, though declared as read by a system.
    """

    site: Site
    period: Period
    sheets: tuple[Sheet, ...]
    interval_meters: int
    metered_streams: int
    system_registers: int = 0

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that id, if it is asked for."""
        return next((sheet for sheet in self.sheets if sheet.id == name), None)


def plan_template(
    site: Site,
    carriers: Mapping[str, Carrier],
    period: Period,
    equipment: Iterable[Mapping[str, Any]] = (),
) -> Plan:
    """What a template asks of a site for a period of whole months.

    Parameters
    ----------
    equipment : rows of the table ``equipment`` that are known already.

    Raises
    ------
    WorkspaceError
        If the period does not begin and end with a month, or asks for more rows than a person
        fills in.
    """
    if period.from_day.day != 1 or period.to_day.day != 1:
        fault = Fault(
            ("period",), str(period), "a template asks month by month",
            "name whole months, such as 2025 or 2025-01-01/2025-07-01",
        )  # fmt: skip
        raise WorkspaceError("A template is of whole months", [fault])
    items: tuple[Stream | Product, ...] = (*site.streams, *site.products)
    plan = Plan(
        site,
        period,
        tuple(sheet for sheet in _sheets(site, carriers, period, equipment) if _is_asked(sheet)),
        sum(meter.kind == "interval" for meter in site.meters),
        sum(bool(item.meters) for item in items),
        sum(m.kind == "register" and m.read_every == "slot" for m in _living(site, period)),
    )
    _refuse_endless(plan)
    return plan


def _sheets(
    site: Site,
    carriers: Mapping[str, Carrier],
    period: Period,
    equipment: Iterable[Mapping[str, Any]],
) -> list[Sheet]:
    """All sheets in their order, those with nothing to ask as well."""
    months = list(period.months())
    registers = [meter for meter in _living(site, period) if meter.kind == "register"]
    found = [
        _meters(registers, months),
        Sheet("exchanges", (), tuple(registers)),
        *(_activity(name, site, carriers, months) for name in _MONTHLY),
        _laboratory(site, carriers, months),
        _green_power(site, months),
        _waste(site, months),
        _equipment(equipment),
    ]
    return sorted(found, key=lambda sheet: list(SHEETS).index(sheet.id))


def label(item: Named, items: Sequence[Named], language: Literal["zh", "en"]) -> str:
    """What a list calls one of several items: its name, with its id where two share it."""
    name = item.name(language)
    shared = Counter(other.name(language) for other in items)[name] > 1
    return f"{name} ({item.id})" if shared and name != item.id else name


def _is_asked(sheet: Sheet) -> bool:
    """Whether a sheet asks for anything, or is worth its empty rows."""
    is_open = sheet.id in ("exchanges", "laboratory") and bool(sheet.items)
    return bool(sheet.rows) or is_open or sheet.id == "equipment"


def _living(site: Site, period: Period) -> list[Meter]:
    """The meters that are there at some time of a period."""
    return [
        meter
        for meter in site.meters
        if (meter.from_day is None or meter.from_day < period.to_day)
        and (meter.to_day is None or meter.to_day > period.from_day)
    ]


def _refuse_endless(plan: Plan) -> None:
    rows = sum(len(sheet.rows) for sheet in plan.sheets)
    if rows > _MOST_ROWS:
        fault = Fault(
            ("period", str(plan.period)), f"{rows:,} rows to fill in",
            f"at most {_MOST_ROWS:,}", "name a shorter period",
        )  # fmt: skip
        raise WorkspaceError("The template would be too long to fill in", [fault])


def _meters(registers: Sequence[Meter], months: Sequence[Period]) -> Sheet:
    rows = []
    for meter in registers:
        first = meter.from_day or months[0].from_day
        last = meter.to_day or months[-1].to_day
        instants = [
            day
            for day in (months[0].from_day, *(month.to_day for month in months))
            if first <= day <= last
        ]
        rows += [
            Row(
                meter.id,
                {
                    "instant": _midnight(day, opening=day == months[0].from_day),
                    "unit": meter.measure,
                    "multiplier": meter.multiplier,
                    "read_every": meter.read_every,
                },
                units_for(meter.measure),
            )
            for day in instants
        ]
    return Sheet("meters", tuple(rows), tuple(registers), _lists(rows))


def _midnight(day: dt.date, *, opening: bool) -> str:
    """The first instant of a day; but for the period's own, as the end of the day before."""
    return f"{day} 00:00" if opening else f"{day - dt.timedelta(days=1)} 24:00"


_MONTHLY = ("purchases", "stocks", "production", "use", "water")


def _activity(
    name: str, site: Site, carriers: Mapping[str, Carrier], months: Sequence[Period]
) -> Sheet:
    rows: list[Row] = []
    items: list[Stream | Product] = []
    declared: tuple[Stream | Product, ...] = (*site.streams, *site.products)
    for item in declared:
        kinds = [kind for sheet, kind in _asked(item) if sheet == name]
        if not kinds:
            continue
        items.append(item)
        unit = item.measure if isinstance(item, Product) else carriers[item.carrier].account_unit
        rows += [
            Row(item.id, {"kind": kind, "month": month, "unit": unit}, units_for(unit))
            for kind, month in _slots(kinds, months)
        ]
    return Sheet(name, tuple(rows), tuple(items), _lists(rows))


def _asked(item: Stream | Product) -> Iterator[tuple[str, str]]:
    """The sheets on which a stream or product is asked for, each with the kind of row."""
    if isinstance(item, Product):
        if item.monthly:
            yield "production", item.monthly
        return
    if item.stock:
        if item.origin != STOCK:
            yield "purchases", "purchase"
        yield "stocks", "opening_stock"
        yield "stocks", "closing_stock"
    elif item.monthly and item.water:
        yield "water", item.monthly
    elif item.monthly:
        sheets = {"purchase": "purchases", "production": "production"}
        yield sheets.get(item.monthly, "use"), item.monthly


def _slots(kinds: Sequence[str], months: Sequence[Period]) -> list[tuple[str, str]]:
    """Kinds and months in the order of time; an opening stock is asked for once."""
    slots = [("opening_stock", months[0])] if "opening_stock" in kinds else []
    rest = [kind for kind in kinds if kind != "opening_stock"]
    slots += [(kind, month) for month in months for kind in rest]
    return [(kind, f"{month.from_day:%Y-%m}") for kind, month in slots]


def _laboratory(site: Site, carriers: Mapping[str, Carrier], months: Sequence[Period]) -> Sheet:
    items = laboratory_items(site)
    rows = [
        Row(item.id, _sample_cells(item, name, unit, month), units_for(unit))
        for item in items
        for name, unit in asked_parameters(site, item, carriers).items()
        for month in months
    ]
    units = tuple(dict.fromkeys((*_lists(rows), *_RARER_UNITS)))
    return Sheet("laboratory", tuple(rows), tuple(items), units)


_RARER_UNITS = ("GJ/t", "MJ/Nm3", "%", "kJ/kg", "tC/TJ", "tCO2/t")
"""What a certificate in the empty rows of the laboratory may be in besides."""


def _sample_cells(item: Stream | Product, name: str, unit: str, month: Period) -> dict[str, Cell]:
    solid = unit == "GJ/t" or parameter_kinds()[name].composition
    return {
        "parameter": name,
        "basis": item.basis if solid and unit in ("GJ/t", "%") else None,
        "from": month.from_day,
        "to": month.to_day - dt.timedelta(days=1),
        "unit": unit,
        "origin": "laboratory",
    }


def _green_power(site: Site, months: Sequence[Period]) -> Sheet:
    """The months of each contract of electricity in which it holds."""
    rows = [
        Row(contract.id, {"month": f"{month.from_day:%Y-%m}", "unit": "kWh"}, units_for("kWh"))
        for contract in site.contracts
        for month in months
        if contract.from_day < month.to_day
        and (contract.to_day is None or contract.to_day > month.from_day)
    ]
    return Sheet("green_power", tuple(rows), site.contracts, _lists(rows))


def _waste(site: Site, months: Sequence[Period]) -> Sheet:
    """The kinds of solid waste: generated, where it went, and what is stored."""
    outlets = tuple(outlet for outlet in site.outlets if outlet.medium == "waste")
    rows = [
        Row(outlet.id, {"kind": kind, "month": month, "unit": "t"}, units_for("t"))
        for outlet in outlets
        for kind, month in _slots(waste_kinds(outlet), months)
    ]
    return Sheet("waste", tuple(rows), outlets, _lists(rows))


def _equipment(known: Iterable[Mapping[str, Any]]) -> Sheet:
    rows = [
        Row(
            row["equipment"],
            {
                "equipment": row["equipment"],
                "name": row["name"],
                "class": row["class"],
                "maker": row["maker"],
                "model": row["model"],
                "process_unit": row["unit"],
                "pieces": row["quantity"],
                "power": row["power"],
                "year": row["year"],
                "grade": row["grade"],
            },
        )
        for row in known
    ]
    return Sheet("equipment", tuple(rows), ())


def _lists(rows: Iterable[Row]) -> tuple[str, ...]:
    """All units that the rows of a sheet may be given in, for its empty rows."""
    return tuple(dict.fromkeys(unit for row in rows for unit in row.units))


def month_bounds(text: str) -> tuple[dt.date, dt.date]:
    """First day of a month ``2025-03`` and of the one after."""
    first = dt.date.fromisoformat(f"{text}-01")
    return first, month_after(first)
