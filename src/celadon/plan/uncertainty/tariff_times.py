"""A tariff whose prices are multiplied: of energy, of demand, or all that it charges."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from celadon.accounts.bill import Tariff
from celadon.accounts.bill.tariff import Basic, price
from celadon.exact import decimal_text

Charges = Literal["price", "demand_price", "tariff"]
"""Of energy with its tiers, of demand, or both; what is paid for feeding in stays as it is."""

_DIGITS = 12
_OF_DEMAND = ("capacity_price", "contract_price", "measured_price")


def tariff_times(tariff: Tariff, charges: Charges, times: float) -> Tariff:
    """The tariff with some of its prices times a number.

    Parameters
    ----------
    times : of one, not below zero.
    """
    changed: dict[str, object] = {}
    if charges in ("price", "tariff"):
        changed["rates"] = tuple(
            rate.model_copy(update={"price": _times(rate.price, times)}) for rate in tariff.rates
        )
        changed["tiers"] = tuple(
            tier.model_copy(update={"adds": _times(tier.adds, times)}) for tier in tariff.tiers
        )
    if charges in ("demand_price", "tariff") and tariff.basic is not None:
        changed["basic"] = _basic(tariff.basic, times)
    return tariff.model_copy(update=changed)


def _basic(basic: Basic, times: float) -> Basic:
    changed: dict[str, object] = {
        name: _times(getattr(basic, name), times)
        for name in _OF_DEMAND
        if getattr(basic, name) is not None
    }
    if basic.coincident is not None:
        dearer = _times(basic.coincident.price, times)
        changed["coincident"] = basic.coincident.model_copy(update={"price": dearer})
    return basic.model_copy(update=changed)


def _times(text: str, times: float) -> str:
    return decimal_text(price(text) * Fraction(times), _DIGITS)
