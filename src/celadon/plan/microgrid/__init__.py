"""Industrial microgrids: the least-cost system that keeps the rules, proved and priced."""

from celadon.plan.components.horizon import Horizon
from celadon.plan.microgrid.design import Built, Design, build
from celadon.plan.microgrid.no_plan import Concession, NoPlan
from celadon.plan.microgrid.plan import Plan, RuleKept
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.microgrid.rules import Rule

__all__ = [
    "Built",
    "Concession",
    "Design",
    "Horizon",
    "NoPlan",
    "Plan",
    "Rule",
    "RuleKept",
    "build",
    "plan_design",
]
