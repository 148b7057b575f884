"""Operation of a system that stands: what is declared to the grid, month by month."""

from celadon.plan.operation.declaring import DeclaredDemand, declare_demand

__all__ = ["DeclaredDemand", "declare_demand"]
