"""The cheapest way to be billed that a tariff permits, quarter by quarter.

A user may choose its basis anew each quarter and declare a demand for each month. The cost of a
declared demand is convex in it and bends only at the floor and where the peak begins to overrun, so
the best one is at a bend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from celadon.accounts.bill.bill import Bill, bill_month
from celadon.accounts.bill.demand import Basis, offered
from celadon.accounts.bill.drawn import MonthDrawn
from celadon.accounts.bill.tariff import Basic, Tariff, price
from celadon.records.period import Period


@dataclass(frozen=True, slots=True)
class Choice:
    """A basis for a quarter, with the declared demand of each month where it is contracted."""

    quarter: str
    basis: Basis
    contracts: tuple[Fraction | None, ...]
    bills: tuple[Bill, ...]
    others: Mapping[Basis, int]

    @property
    def total(self) -> int:
        """What the quarter costs, in 0.01 CNY."""
        return sum(bill.total for bill in self.bills)


def cheapest_choice(
    tariff: Tariff,
    months: Sequence[MonthDrawn],
    capacity: Fraction,
    earlier_peaks: Mapping[Period, Sequence[Fraction]] | None = None,
) -> list[Choice]:
    """For each calendar quarter, the basis that would have cost least, with what others cost.

    Knows each month's peak, as only hindsight does: it says what was to be had, and is a plan for
    the next year where that year will be like this one.

    Parameters
    ----------
    earlier_peaks : W, of the months before each month, the latest last; by default those of the
        months given.

    Raises
    ------
    ValueError
        If the tariff has no second part: there is nothing to choose.
    """
    if tariff.basic is None:
        raise ValueError(f"the tariff {tariff.id} has no second part")
    found, peaks = [], earlier_peaks
    if peaks is None:
        listed = [month.peak for month in months]
        peaks = {month.period: listed[:number] for number, month in enumerate(months)}
    for quarter, group in groupby(months, _quarter):
        given = list(group)
        ways = {
            basis: _billed(tariff, tariff.basic, basis, given, capacity, peaks)
            for basis in offered(tariff.basic)
        }
        totals = {basis: sum(bill.total for bill in bills) for basis, (_, bills) in ways.items()}
        best = min(totals, key=lambda basis: totals[basis])
        contracts, bills = ways[best]
        found.append(Choice(quarter, best, contracts, bills, totals))
    return found


def best_contract(basic: Basic, month: MonthDrawn, capacity: Fraction) -> Fraction:
    """The declared demand, in kW, that costs least in a month whose peak is known.

    One kW more costs its price; one kW less than the peak over the free margin costs the overrun.
    Where an overrun costs more than the margin saves, the peak just fits.
    """
    floor = price(basic.contract_floor) * capacity
    margin, times = price(basic.overrun_from), price(basic.overrun_times)
    fits = month.peak / 1000 / margin
    return max(floor, fits) if times * margin > 1 else floor


def _billed(
    tariff: Tariff,
    basic: Basic,
    basis: Basis,
    months: Sequence[MonthDrawn],
    capacity: Fraction,
    earlier: Mapping[Period, Sequence[Fraction]],
) -> tuple[tuple[Fraction | None, ...], tuple[Bill, ...]]:
    contracts, bills = [], []
    for month in months:
        contract = best_contract(basic, month, capacity) if basis == "contract" else None
        bills.append(
            bill_month(
                tariff,
                month,
                basis=basis,
                capacity=capacity,
                contract=contract,
                earlier_peaks=earlier.get(month.period, ()),
            )
        )
        contracts.append(contract)
    return tuple(contracts), tuple(bills)


def _quarter(month: MonthDrawn) -> str:
    first = month.period.from_day
    return f"{first.year} Q{(first.month + 2) // 3}"
