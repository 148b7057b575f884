"""What a plan is worth as an investment: its yearly money, present value, return, payback."""

from celadon.plan.cash_flow.flow import Asset, CashFlow, Year, assets_of, cash_flow
from celadon.plan.cash_flow.measures import Return, internal_return, payback, present_value
from celadon.plan.cash_flow.standing import standing_design

__all__ = [
    "Asset",
    "CashFlow",
    "Return",
    "Year",
    "assets_of",
    "cash_flow",
    "internal_return",
    "payback",
    "present_value",
    "standing_design",
]
