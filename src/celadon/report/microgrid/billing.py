"""What the grid bills in a year for a load: month by month, line by line, each rounded once.

A design with plain prices has a bill of plain lines: energy at each price, the month's peak, what
is fed in. A tariff of the bill (:mod:`celadon.accounts.bill`) bills by its own functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from celadon.accounts.bill import Line
from celadon.exact import quantise
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.grid import Grid
from celadon.plan.microgrid.billing import plan_bills
from celadon.plan.microgrid.design import Design

_BANDS = 12
"""Prices that differ in a year, up to which each has a line of its own."""


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of the year's bill: the month it is of, the connection, and the line itself.

    ``by_tariff`` tells a line of a tariff from one of plain prices, whose band is its price.
    """

    month: str
    grid: str
    line: Line
    by_tariff: bool = False


def year_bill(
    design: Design, grid: Grid, sizes: Mapping[str, float], flows: Mapping[str, Floats]
) -> list[BillLine]:
    """The lines of a year as a connection pays them: by its tariffs, else by plain prices."""
    bought, sold = flows[f"{grid.id}.import"], flows[f"{grid.id}.export"]
    if not grid.tariff:
        return plain_bill(design, grid, bought, sold)
    lines = [
        BillLine(each.month, grid.id, line, by_tariff=True)
        for each in plan_bills(design, grid, sizes, flows)
        for line in each.bill.lines
    ]
    if "export_price" in grid.model_fields_set:  # then the bill leaves what is sold to the design
        alone = grid.model_copy(update={"price": 0.0})
        lines += plain_bill(design, alone, np.zeros_like(bought), sold)
    return lines


def plain_bill(design: Design, grid: Grid, bought: Floats, sold: Floats) -> list[BillLine]:
    """The lines of a year under the prices of a design; amounts in 0.01 CNY.

    Parameters
    ----------
    bought, sold : MW in each step; rounded to W.
    """
    series, horizon = design.series, design.horizon
    price = _exact(grid.price, series, horizon.count)
    paid = _exact(grid.export_price, series, horizon.count)
    watts = np.rint(bought * 1e6).astype(np.int64)
    fed_in = np.rint(sold * 1e6).astype(np.int64)
    step = Fraction(horizon.hours).limit_denominator(60) / 1000
    lines: list[BillLine] = []
    for number, month in enumerate(horizon.months):
        within = np.flatnonzero(horizon.month == number)
        made = _energy("energy", watts, price, within, step)
        made += _energy("export", fed_in, paid, within, step)
        if grid.demand_price:
            made.append(_demand(grid, watts[within], number))
        lines += [BillLine(month, grid.id, line) for line in made]
    return lines


def _exact(given: float | str, series: object, count: int) -> list[Fraction]:
    if not isinstance(given, str):
        return [_fraction(given)] * count
    numbers: Floats = series[given]  # type: ignore[index]
    known: dict[float, Fraction] = {}
    return [known.setdefault(n, _fraction(n)) for n in numbers.tolist()]


def _fraction(number: float) -> Fraction:
    """A price as it was written: the shortest decimal of the float."""
    return Fraction(repr(float(number)))


def _energy(
    part: str, watts: np.ndarray, price: Sequence[Fraction], within: np.ndarray, step: Fraction
) -> list[Line]:
    sign = -1 if part == "export" else 1
    sums: dict[Fraction, int] = {}
    for at in within.tolist():
        if watts[at]:
            sums[price[at]] = sums.get(price[at], 0) + int(watts[at])
    if len(set(price)) <= _BANDS:
        return [
            _line(part, f"{float(each):g}", total * step, "kWh", sign * each)
            for each, total in sorted(sums.items(), reverse=True)
        ]
    energy = sum(sums.values()) * step
    if not energy:
        return []
    worth = sum(each * total for each, total in sums.items()) * step
    return [_line(part, "", energy, "kWh", sign * worth / energy)]


def _demand(grid: Grid, watts: np.ndarray, month: int) -> Line:
    """The month's highest power, less what was metered and paid before."""
    highest = Fraction(int(watts.max(initial=0)), 1000) * _fraction(grid.peak_ratio)
    spent = grid.peak_so_far[month] if month < len(grid.peak_so_far) else 0.0
    billed = max(highest - _fraction(spent) * 1000, Fraction(0))
    return _line("demand", "", billed, "kW", _fraction(grid.demand_price))


def _line(part: str, band: str, quantity: Fraction, unit: str, each: Fraction) -> Line:
    amount = quantise(quantity * each, 2)
    return Line(part, part, band, quantity, unit, each, Fraction(1), amount)  # type: ignore[arg-type]
