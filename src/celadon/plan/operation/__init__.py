"""Operation of a system that stands: its rolling dispatch, and the demand declared to the grid."""

from celadon.plan.operation.declaring import DeclaredDemand, declare_demand
from celadon.plan.operation.demand_advice import DemandAdvice, Terms, advise_demand
from celadon.plan.operation.dispatching import Dispatched, Rolling, dispatch
from celadon.plan.operation.standing import standing_of
from celadon.plan.operation.window import Standing

__all__ = [
    "DeclaredDemand",
    "DemandAdvice",
    "Dispatched",
    "Rolling",
    "Standing",
    "Terms",
    "advise_demand",
    "declare_demand",
    "dispatch",
    "standing_of",
]
