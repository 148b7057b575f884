"""The bills of a supply: each month by the tariff in force, and what another choice would cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from zoneinfo import ZoneInfo

from celadon.accounts.bill.bill import Bill, bill_month
from celadon.accounts.bill.choice import Choice, cheapest_choice
from celadon.accounts.bill.drawn import Drawn, MonthDrawn, months_drawn
from celadon.accounts.bill.tariff import Tariff, price
from celadon.errors import Fault, InputError
from celadon.records.period import Period
from celadon.records.supply import Supply


@dataclass(frozen=True, slots=True)
class Unbilled:
    """A month that has no bill, and why."""

    period: Period
    fault: Fault


@dataclass(frozen=True, slots=True)
class SupplyBills:
    """What a supply is billed in a period.

    Parameters
    ----------
    months : a bill of each month, or why there is none; in their order.
    choices : the cheapest basis of each quarter with a tariff of two parts; empty where its
        capacity is not declared.
    """

    supply: Supply
    months: tuple[Bill | Unbilled, ...]
    choices: tuple[Choice, ...]

    @property
    def bills(self) -> tuple[Bill, ...]:
        """The months that have one."""
        return tuple(each for each in self.months if isinstance(each, Bill))

    @property
    def total(self) -> int:
        """The sum of its bills in 0.01 CNY."""
        return sum(bill.total for bill in self.bills)

    @property
    def saved(self) -> int:
        """What the cheapest choices would have cost less than the bills of their months."""
        chosen = {bill.period: bill.total for choice in self.choices for bill in choice.bills}
        return sum(b.total - chosen[b.period] for b in self.bills if b.period in chosen)


def bill_supply(
    supply: Supply, drawn: Drawn, tariffs: Sequence[Tariff], period: Period
) -> SupplyBills:
    """Bill every month of a period.

    Parameters
    ----------
    drawn : what the supply drew; what lies before the period tells the peaks of earlier months.
    tariffs : of which each month takes the one in force.
    """
    months: list[Bill | Unbilled] = []
    known: dict[str, _Known] = {}
    peaks: list[Fraction] = []
    first = _first_month(drawn, tariffs, period)
    for month in Period(min(first, period.from_day), period.to_day).months():
        found = _in_force(supply, tariffs, month)
        tariff = tariffs[0] if isinstance(found, Unbilled) else found
        read = next(iter(months_drawn(drawn, tariff, month)))
        if month.from_day >= period.from_day and isinstance(found, Unbilled):
            months.append(found)
        elif month.from_day >= period.from_day:
            months.append(_billed(supply, tariff, read, peaks))
            known.setdefault(tariff.id, _Known(tariff, tuple(peaks))).months.append(read)
        peaks.append(read.peak)
    return SupplyBills(supply, tuple(months), tuple(_choices(supply, known.values())))


def earlier_months(tariffs: Sequence[Tariff]) -> int:
    """How many months before a period a ratchet of any of the tariffs looks back on."""
    return max((t.basic.ratchet_months for t in tariffs if t.basic is not None), default=0)


def _first_month(drawn: Drawn, tariffs: Sequence[Tariff], period: Period) -> dt.date:
    widened = period.widened(earlier_months(tariffs)).from_day
    zone = ZoneInfo(tariffs[0].zone)
    read_from = drawn.start.replace(tzinfo=dt.UTC).astimezone(zone).date()
    return max(widened, read_from)


def _in_force(supply: Supply, tariffs: Sequence[Tariff], month: Period) -> Tariff | Unbilled:
    """The tariff of a month, or why there is none."""
    on = [t for t in tariffs if any(t.in_force(day) for day in month.days)]
    if len(on) == 1 and all(on[0].in_force(day) for day in month.days):
        return on[0]
    names = ", ".join(t.id for t in on)
    where = (f"[[supply]] {supply.id}", str(month))
    if len({t.id for t in on}) > 1 and not any(_both(month, a, b) for a, b in combinations(on, 2)):
        found, remedy = (
            f"{names}, one after the other",
            ("bill the stretches of days apart: --period with two days"),
        )
    elif len(on) > 1:
        found, remedy = f"{names}, at once", "end one where the other begins: valid_to"
    elif on:
        found, remedy = f"{names} on some days only", "add the tariff of the other days"
    else:
        found, remedy = "no tariff", "add the tariff that was in force to `tariffs`"
    return Unbilled(month, Fault(where, found, "one tariff on all days of a month", remedy))


def _both(month: Period, first: Tariff, second: Tariff) -> bool:
    return any(first.in_force(day) and second.in_force(day) for day in month.days)


def _billed(
    supply: Supply, tariff: Tariff, read: MonthDrawn, peaks: Sequence[Fraction]
) -> Bill | Unbilled:
    contract = supply.contract(read.period.from_day.month)
    try:
        return bill_month(
            tariff, read, basis=supply.basis,
            capacity=price(supply.capacity_kva or "0"),
            contract=None if contract is None else price(contract),
            earlier_peaks=peaks,
        )  # fmt: skip
    except InputError as error:
        return Unbilled(read.period, error.faults[0])


@dataclass(frozen=True, slots=True)
class _Known:
    """The months of one tariff, and the peaks before them."""

    tariff: Tariff
    earlier_peaks: tuple[Fraction, ...]
    months: list[MonthDrawn] = field(default_factory=list)


def _choices(supply: Supply, known: Iterable[_Known]) -> Iterator[Choice]:
    if supply.capacity_kva is None:
        return
    capacity = price(supply.capacity_kva)
    for each in known:
        if each.tariff.basic is not None:
            earlier = each.earlier_peaks
            yield from cheapest_choice(each.tariff, each.months, capacity, earlier_peaks=earlier)
