"""The demand to declare for a month, and what it costs to declare it wrong.

A peak is not known when it is declared. Peaks of several years, run back, stand for what may come;
each is billed by the functions of the bill itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from celadon.accounts.bill import MonthDrawn, Tariff, bill_month
from celadon.accounts.bill.choice import best_contract
from celadon.errors import Fault, InputError


@dataclass(frozen=True, slots=True)
class DeclaredDemand:
    """What to declare for a calendar month.

    Attributes
    ----------
    contract : kW; the declaration with the least mean bill over the peaks run back.
    mean : mean bill of the months at that declaration, in 0.01 CNY.
    hindsight : mean bill had each peak been known, in 0.01 CNY; nothing declared costs less.
    worst : the largest bill of any one of the months less its bill in hindsight, in 0.01 CNY.
    """

    month: int
    contract: Fraction
    mean: Fraction
    hindsight: Fraction
    worst: int

    @property
    def regret(self) -> Fraction:
        """What not knowing the peak costs on the mean, in 0.01 CNY."""
        return self.mean - self.hindsight


def declare_demand(
    tariff: Tariff, months: Sequence[MonthDrawn], capacity: Fraction
) -> list[DeclaredDemand]:
    """The cheapest declared demand of each calendar month, over all months that were run back.

    The bill is convex in what is declared and bends only at the floor and where a peak begins to
    overrun: the least mean lies at one of these bends, so that only they are billed.

    Parameters
    ----------
    months : of one year or several; those of one calendar month weigh alike.
    capacity : of transformers and motors connected to the grid, in kVA.

    Raises
    ------
    InputError
        If the tariff has no price for a contracted demand.
    """
    if tariff.basic is None or tariff.basic.contract_price is None:
        fault = Fault((tariff.id, "basic.contract_price"), "nothing", "a price of declared demand",
                      "declare nothing, or give the price")  # fmt: skip
        raise InputError(f"The tariff {tariff.id} knows no declared demand", [fault])
    known: dict[int, list[MonthDrawn]] = {}
    for each in months:
        known.setdefault(each.period.from_day.month, []).append(each)
    return [_declared(tariff, number, known[number], capacity) for number in sorted(known)]


def _declared(
    tariff: Tariff, number: int, months: Sequence[MonthDrawn], capacity: Fraction
) -> DeclaredDemand:
    assert tariff.basic is not None  # noqa: S101  the caller holds it
    bends = sorted({best_contract(tariff.basic, each, capacity) for each in months})
    known = [
        _total(tariff, each, capacity, best_contract(tariff.basic, each, capacity))
        for each in months
    ]
    ways = [(bend, [_total(tariff, each, capacity, bend) for each in months]) for bend in bends]
    contract, bills = min(ways, key=lambda way: sum(way[1]))
    return DeclaredDemand(
        number, contract, Fraction(sum(bills), len(months)), Fraction(sum(known), len(months)),
        max(bill - least for bill, least in zip(bills, known, strict=True)),
    )  # fmt: skip


def _total(tariff: Tariff, month: MonthDrawn, capacity: Fraction, contract: Fraction) -> int:
    return bill_month(tariff, month, basis="contract", capacity=capacity, contract=contract).total
