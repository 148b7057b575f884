"""The bills of a supply: each month by the tariff in force, and what another choice would cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations

from celadon.accounts.bill.bill import Bill, bill_month
from celadon.accounts.bill.choice import Choice, cheapest_choice
from celadon.accounts.bill.drawn import Drawn, MonthDrawn, months_drawn
from celadon.accounts.bill.part_month import PartRead
from celadon.accounts.bill.tariff import Tariff, price
from celadon.errors import Fault, InputError
from celadon.records.period import Period
from celadon.records.supply import Supply


@dataclass(frozen=True, slots=True)
class Unbilled:
    """A month, or a part of one, that has no bill, and why."""

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
    """Bill every month of a period, and the days of the months that it only touches.

    Parameters
    ----------
    drawn : what the supply drew; what lies before the period tells the peaks of earlier months,
        and what lies beside it in its first and last month what is charged by the month.
    tariffs : of which each month takes the one in force.
    """
    months: list[Bill | Unbilled] = []
    known: dict[str, _Known] = {}
    earlier: list[MonthDrawn] = []
    touched = period.widened(0)
    for month in Period(period.widened(earlier_months(tariffs)).from_day, touched.to_day).months():
        days = Period(max(month.from_day, period.from_day), min(month.to_day, period.to_day))
        billed = days.from_day < days.to_day
        found = _in_force(supply, tariffs, days if billed else month)
        tariff = tariffs[0] if isinstance(found, Unbilled) else found
        whole = _drawn(drawn, tariff, month)
        if billed and isinstance(found, Unbilled):
            months.append(found)
        elif billed:
            part = None if days == month else _part(drawn, tariff, days, whole)
            bill = _billed(supply, tariff, whole if part is None else part.days, part, earlier)
            months.append(bill)
            if part is None and isinstance(bill, Bill):
                compared = known.setdefault(tariff.id, _Known(tariff))
                compared.months.append(whole)
                compared.earlier_peaks[month] = [each.peak for each in earlier]
        earlier.append(whole)
    return SupplyBills(supply, tuple(months), tuple(_choices(supply, known.values())))


def _drawn(drawn: Drawn, tariff: Tariff, days: Period) -> MonthDrawn:
    return next(iter(months_drawn(drawn, tariff, days)))


def _part(drawn: Drawn, tariff: Tariff, days: Period, whole: MonthDrawn) -> PartRead:
    first = whole.period.from_day
    gone = Period(first, days.from_day) if first < days.from_day else None
    before = None if gone is None else _drawn(drawn, tariff, gone)
    return PartRead(_drawn(drawn, tariff, days), whole, before)


def earlier_months(tariffs: Sequence[Tariff]) -> int:
    """How many months before a period a ratchet of any of the tariffs looks back on."""
    return max((t.basic.ratchet_months for t in tariffs if t.basic is not None), default=0)


def _in_force(supply: Supply, tariffs: Sequence[Tariff], month: Period) -> Tariff | Unbilled:
    """The tariff of a month, or why there is none."""
    on = [t for t in tariffs if any(t.in_force(day) for day in month.days)]
    if len(on) == 1 and all(on[0].in_force(day) for day in month.days):
        return on[0]
    names = ", ".join(t.id for t in on)
    where = (f"[[supply]] {supply.id}", str(month))
    if len({t.id for t in on}) > 1 and not any(_both(month, a, b) for a, b in combinations(on, 2)):
        apart = ", ".join(f"--period {_stretch(month, each)}" for each in on)
        found, remedy = f"{names}, one after the other", f"bill each stretch of days: {apart}"
    elif len(on) > 1:
        found, remedy = f"{names}, at once", "end one where the other begins: valid_to"
    elif on:
        found = f"{names} on some days only"
        remedy = (
            f"add the tariff of the other days, or bill its own: --period {_stretch(month, on[0])}"
        )
    else:
        found, remedy = "no tariff", "add the tariff that was in force to `tariffs`"
    return Unbilled(month, Fault(where, found, "one tariff on all days of a month", remedy))


def _stretch(month: Period, tariff: Tariff) -> str:
    """The days of a month on which a tariff is in force, as ``--period`` has them."""
    last = month.to_day if tariff.valid_to is None else min(month.to_day, tariff.valid_to)
    return f"{max(month.from_day, tariff.valid_from)}/{last}"


def _both(month: Period, first: Tariff, second: Tariff) -> bool:
    return any(first.in_force(day) and second.in_force(day) for day in month.days)


def _billed(
    supply: Supply,
    tariff: Tariff,
    read: MonthDrawn,
    part: PartRead | None,
    earlier: Sequence[MonthDrawn],
) -> Bill | Unbilled:
    if read.peak_at is None:
        return Unbilled(read.period, _no_reading(supply, read.period))
    contract = supply.contract(read.period.from_day.month)
    try:
        bill = bill_month(
            tariff, read, basis=supply.basis,
            capacity=price(supply.capacity_kva or "0"),
            contract=None if contract is None else price(contract),
            earlier_peaks=[each.peak for each in earlier],
            part=part,
        )  # fmt: skip
    except InputError as error:
        return Unbilled(read.period, error.faults[0])
    more = [
        *(["part_not_compared"] if part and tariff.basic and supply.capacity_kva else []),
        *(["ratchet_unread"] if _ratchet_unread(tariff, bill, earlier) else []),
    ]
    return replace(bill, notes=(*bill.notes, *more)) if more else bill


def _no_reading(supply: Supply, days: Period) -> Fault:
    """Why a month is missing from the bills: it is not a month in which nothing was drawn."""
    return Fault(
        (f"[[supply]] {supply.id}", str(days)), "no reading",
        "a bill rests on readings; what is owed without any (capacity, declared demand, "
        "a share of an earlier peak) is not in the total either",
        "import the readings of these days; zeros where nothing was drawn",
    )  # fmt: skip


def _ratchet_unread(tariff: Tariff, bill: Bill, earlier: Sequence[MonthDrawn]) -> bool:
    """Whether an earlier month that a ratchet looks back on is not read whole."""
    if not tariff.basic or not tariff.basic.ratchet_months or bill.basis != "measured":
        return False
    if "demand" in bill.left_out:
        return False
    return any(each.seconds_missing for each in earlier[-tariff.basic.ratchet_months :])


@dataclass(frozen=True, slots=True)
class _Known:
    """The whole months of one tariff, and the peaks before each."""

    tariff: Tariff
    months: list[MonthDrawn] = field(default_factory=list)
    earlier_peaks: dict[Period, list[Fraction]] = field(default_factory=dict)


def _choices(supply: Supply, known: Iterable[_Known]) -> Iterator[Choice]:
    if supply.capacity_kva is None:
        return
    capacity = price(supply.capacity_kva)
    for each in known:
        if each.tariff.basic is not None:
            yield from cheapest_choice(each.tariff, each.months, capacity, each.earlier_peaks)
