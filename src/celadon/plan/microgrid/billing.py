"""The bills of a plan: what the plan draws, billed by the functions that bill a site.

Nothing of the programme is used here, neither its prices nor its months: the flows are handed to
:mod:`celadon.accounts.bill` as readings are. A plan draws fractions of a Wh; they are kept until a
band is summed, so that bill and plan can agree to less than a fen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from celadon.accounts.bill import Bill, Drawn, MonthDrawn, Tariff, bill_month
from celadon.accounts.bill.choice import best_contract
from celadon.accounts.bill.drawn import months_drawn
from celadon.accounts.bill.tariff import price
from celadon.exact import round_half_even
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.grid import Grid
from celadon.plan.components.tariff_terms import tariffs_by_month, tariffs_of
from celadon.plan.microgrid.design import Design
from celadon.records.period import Period, midnight_utc, month_after

_STANDARD = "Etc/UTC"
"""Stands for the clock of a design, which is local standard time all year, under a tariff without a
zone."""

_FINE = 1000
"""Parts of a Wh that flows are counted in until a band is summed."""


@dataclass(frozen=True, slots=True)
class PlanBill:
    """The bill of a month of a plan.

    Attributes
    ----------
    exact : CNY of all lines before any is rounded, which a plan is compared with.
    """

    month: str
    bill: Bill

    @property
    def exact(self) -> Fraction:
        """CNY before a line is rounded."""
        return sum((line.quantity * line.price for line in self.bill.lines), Fraction(0))

    def part(self, *parts: str) -> float:
        """CNY of some parts of the bill before a line is rounded."""
        lines = [line for line in self.bill.lines if line.part in parts]
        return float(sum((line.quantity * line.price for line in lines), Fraction(0)))


def plan_bills(
    design: Design,
    grid: Grid,
    sizes: Mapping[str, float],
    flows: Mapping[str, Floats],
    *,
    linear: bool = False,
) -> list[PlanBill]:
    """The bills of a connection under its tariffs, month by month.

    Parameters
    ----------
    sizes, flows : of the plan. A demand that is not declared is the one that costs least in the
        month, as the plan would choose it.
    linear : leave out what a design cannot grant, the discount of a well-used capacity, as the
        plan was made without it.
    """
    tariffs = tariffs_of(grid.tariff, design.tariffs, grid.id)
    months = tariffs_by_month(tariffs, design.horizon, grid.id)
    found: list[PlanBill] = []
    peaks: list[Fraction] = []
    for number, tariff in enumerate(months):
        used = _as_designed(tariff, grid, linear=linear)
        drawn = _drawn(design, grid, used, number, flows)
        capacity = _capacity(grid, sizes)
        contract = None
        if grid.basis == "contract" and used.basic is not None:
            declared = _declared(grid, drawn.period.from_day.month)
            contract = declared or best_contract(used.basic, drawn, capacity)
        bill = bill_month(
            used, drawn, basis=grid.basis, capacity=capacity, contract=contract,
            earlier_peaks=peaks,
        )  # fmt: skip
        peaks.append(drawn.peak)
        found.append(PlanBill(design.horizon.months[number], bill))
    return found


def _as_designed(tariff: Tariff, grid: Grid, *, linear: bool) -> Tariff:
    """The tariff less what the design pays otherwise, or cannot grant."""
    changed: dict[str, object] = {}
    if "export_price" in grid.model_fields_set:
        changed["export_price"] = "0"
    if linear and tariff.basic is not None:
        changed["basic"] = tariff.basic.model_copy(update={"discount_from": None})
    return tariff.model_copy(update=changed)


def _drawn(
    design: Design, grid: Grid, tariff: Tariff, number: int, flows: Mapping[str, Floats]
) -> MonthDrawn:
    """What the bill of a month rests on."""
    horizon, zone = design.horizon, tariff.clock(_STANDARD)
    assert horizon.start is not None  # noqa: S101  a tariff needs a date
    bought, sold = (
        np.rint(np.clip(flows[f"{grid.id}.{way}"], 0, None) * (horizon.hours * 1e6 * _FINE))
        for way in ("import", "export")
    )
    drawn = Drawn(
        midnight_utc(horizon.start, zone), round(horizon.hours * 3600),
        bought.astype(np.int64), sold.astype(np.int64), zone=_STANDARD,
    )  # fmt: skip
    first = int(np.argmax(horizon.month == number))
    last = horizon.count - 1 - int(np.argmax(horizon.month[::-1] == number))
    days = horizon.stamps()[[first, last]].astype("datetime64[D]")
    from_day: dt.date = days[0].item()
    to_day = min(days[1].item() + dt.timedelta(days=1), month_after(from_day.replace(day=1)))
    (month,) = months_drawn(drawn, tariff, Period(from_day, to_day))
    spent = Fraction(float(grid.peak_so_far[number])) * 10**6 if number < len(
        grid.peak_so_far) else Fraction(0)  # fmt: skip
    ratio = Fraction(str(grid.peak_ratio))
    return replace(
        month,
        by_band={band: _whole(amount) for band, amount in month.by_band.items()},
        exported=_whole(month.exported),
        mixed=month.mixed.over(_FINE),
        peak=max(month.peak * ratio / _FINE, spent),
        coincident=month.coincident * ratio / _FINE,
    )


def _whole(amount: int | Fraction) -> int:
    return round_half_even(Fraction(amount, _FINE))


def _capacity(grid: Grid, sizes: Mapping[str, float]) -> Fraction:
    if grid.capacity_kva is not None:
        return price(grid.capacity_kva)
    return Fraction(sizes.get(f"{grid.id}.connection", 0.0)) * 1000


def _declared(grid: Grid, month: int) -> Fraction | None:
    given = grid.contract_kw
    each = given[month - 1] if isinstance(given, tuple) else given
    return None if each is None else price(each)
