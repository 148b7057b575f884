"""The electricity bill of an industrial user, to 0.01 CNY, from readings of a quarter hour."""

from celadon.accounts.bill.bill import Bill, Line, bill_month
from celadon.accounts.bill.choice import Choice, cheapest_choice
from celadon.accounts.bill.demand import Basis
from celadon.accounts.bill.drawn import Drawn, MonthDrawn
from celadon.accounts.bill.tariff import Tariff, load_tariff

__all__ = [
    "Basis",
    "Bill",
    "Choice",
    "Drawn",
    "Line",
    "MonthDrawn",
    "Tariff",
    "bill_month",
    "cheapest_choice",
    "load_tariff",
]
