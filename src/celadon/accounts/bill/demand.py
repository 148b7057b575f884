"""The second part of a two-part tariff: what capacity or demand costs in a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from celadon.accounts.bill.drawn import MonthDrawn
from celadon.accounts.bill.tariff import Basic, price

Basis = Literal["capacity", "contract", "measured"]
BASES: tuple[Basis, ...] = ("capacity", "contract", "measured")
"""What the second part can be charged for."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One charge of the second part: a quantity, its price, and the factor on the price.

    ``quantity`` is in kVA or kW as ``unit`` says; ``id`` names the charge.
    """

    id: str
    quantity: Fraction
    unit: Literal["kVA", "kW"]
    price: Fraction
    times: Fraction


def demand_charges(
    basic: Basic,
    basis: Basis,
    capacity: Fraction,
    contract: Fraction | None,
    month: MonthDrawn,
    earlier_peaks: Sequence[Fraction] = (),
) -> list[Demand]:
    """The charges of a month on a basis that the tariff has a price for.

    Parameters
    ----------
    capacity : of transformers and motors connected to the grid, in kVA.
    contract : the demand declared for the month in kW, for the basis ``contract``.
    earlier_peaks : W, of the months before, the latest last; for a ratchet.
    """
    charges = []
    if basis == "capacity":
        charges.append(Demand("capacity", capacity, "kVA", _price(basic, basis), Fraction(1)))
    else:
        times = _discount(basic, month, capacity)
        peak = month.peak / 1000
        rate = _price(basic, basis)
        if basis == "contract":
            level = max(contract or Fraction(0), price(basic.contract_floor) * capacity)
            charges.append(Demand("contract", level, "kW", rate, times))
            excess = peak - level * price(basic.overrun_from)
            if excess > 0:
                dear = times * price(basic.overrun_times)
                charges.append(Demand("overrun", excess, "kW", rate, dear))
        else:
            billed = max([peak, *_ratchet(basic, earlier_peaks)])
            charges.append(Demand("measured", billed, "kW", rate, times))
    if basic.coincident and month.period.from_day.month in basic.coincident.months:
        rate = price(basic.coincident.price)
        charges.append(Demand("coincident", month.coincident / 1000, "kW", rate, Fraction(1)))
    return charges


def offered(basic: Basic) -> list[Basis]:
    """The bases that a tariff has a price for."""
    return [basis for basis in BASES if getattr(basic, f"{basis}_price") is not None]


def _price(basic: Basic, basis: Basis) -> Fraction:
    return price(getattr(basic, f"{basis}_price"))


def _discount(basic: Basic, month: MonthDrawn, capacity: Fraction) -> Fraction:
    if basic.discount_from is None or not capacity:
        return Fraction(1)
    enough = Fraction(month.imported, 1000) >= price(basic.discount_from) * capacity
    return price(basic.discount_times) if enough else Fraction(1)


def _ratchet(basic: Basic, earlier_peaks: Sequence[Fraction]) -> list[Fraction]:
    if not basic.ratchet_months:
        return []
    share = price(basic.ratchet_share)
    return [share * peak / 1000 for peak in earlier_peaks[-basic.ratchet_months :]]
