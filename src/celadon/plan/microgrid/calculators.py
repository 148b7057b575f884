"""The microgrid as a registered model: ``celadon calc microgrid.design``."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field

from celadon.errors import Fault, ModelError
from celadon.models import register
from celadon.plan.microgrid.money import cny_text, parts_in_fen
from celadon.plan.microgrid.no_plan import NoPlan
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.microgrid.reference_case import (
    BLOCKS,
    CAPACITIES,
    ReferenceParameters,
    reference_design,
)
from celadon.plan.profiles.columns import read_columns


class DesignArguments(ReferenceParameters):
    """The parameters of the reference case, and the file of its profiles."""

    profiles: str = Field(
        description="CSV or Parquet: load and heat in MW, cf_pv, cf_w, cop; p_imp and month too"
    )
    dispatch: str = Field("", description="a Parquet file to write the flows of every hour into")
    keep_apart: bool = Field(
        default=False,
        description="keep opposed flows apart where wasting energy pays; not in the formulation",
    )
    solver: str | None = Field(None, description="simplex, ipx, piqp or clarabel; chosen if empty")


class RulePrice(BaseModel):
    """What a rule costs."""

    model_config = ConfigDict(frozen=True)

    rule: str
    limit: float = Field(description="of one")
    share: float | None = Field(description="what the plan comes to, of one")
    per_mwh: float = Field(description="kCNY for one MWh more that the rule asks for")
    per_point: float = Field(description="kCNY a year for one point of the share")


class DesignResidualsResult(BaseModel):
    """The proof, recomputed outside the solver."""

    model_config = ConfigDict(frozen=True)

    largest_violation: float = Field(description="of any row or bound, in MW or MWh")
    relative_violation: float
    gap: float = Field(description="objective less proved bound, relative")
    price_violation: float


class DesignResults(BaseModel):
    """The cheapest system that keeps both rules, proved."""

    objective: float = Field(description="kCNY a year, as found")
    bound: float = Field(description="kCNY a year; no system costs less")
    cost_cny: str = Field(description="the parts of the cost, each rounded to 0.01 CNY, added")
    capacities: dict[str, float] = Field(description="MW; MWh for bate and tes")
    peaks: list[float] = Field(description="MW, by month")
    shares: dict[str, float | None]
    prices: list[RulePrice] = Field(description="of each rule")
    limits: dict[str, float] = Field(description="kCNY a year and MW saved as a limit is raised")
    costs: dict[str, str] = Field(description="parts of the cost, CNY")
    residuals: DesignResidualsResult
    solver: str
    together: int = Field(description="hours in which two opposed flows run at once")
    held_apart: int = Field(description="hours in which they had to be kept apart")


@register(
    "microgrid.design",
    clause="sizing and dispatch of an industrial microgrid, reference case",
    arguments=DesignArguments,
    results=DesignResults,
)
def design_microgrid(given: DesignArguments) -> DesignResults:
    """The least-cost microgrid of the reference case, with the price of its rules."""
    columns = read_columns(Path(given.profiles))
    design = reference_design(given, columns.all_numbers(), columns.name)
    found = plan_design(design, given.solver, keep_apart=given.keep_apart)
    if isinstance(found, NoPlan):
        raise _refused(found)
    if given.dispatch:
        _write_flows(found, Path(given.dispatch))
    return results(found)


def results(plan: Plan) -> DesignResults:
    """A plan of the reference case by the names of the formulation."""
    names = {block: name for name, block in CAPACITIES.items()}
    parts = parts_in_fen(plan.costs)
    residuals = plan.residuals
    return DesignResults(
        objective=plan.objective,
        bound=plan.bound,
        cost_cny=cny_text(sum(parts.values())),
        capacities={name: plan.value(block) for name, block in CAPACITIES.items()},
        peaks=[float(peak) for of_grid in plan.peaks.values() for peak in of_grid],
        shares=dict(plan.shares),
        prices=[
            RulePrice(rule=kept.rule.name, limit=kept.rule.limit, share=kept.share,
                      per_mwh=kept.price, per_point=kept.point)
            for kept in plan.rules
        ],
        limits={names.get(block, block): price for block, price in plan.limit_prices.items()},
        costs={name: cny_text(part) for name, part in parts.items()},
        residuals=DesignResidualsResult(
            largest_violation=residuals.violation,
            relative_violation=residuals.relative_violation,
            gap=residuals.gap,
            price_violation=residuals.price_violation,
        ),
        solver=plan.solution.method,
        together=sum(plan.together.values()),
        held_apart=sum(plan.held_apart.values()),
    )  # fmt: skip


def _write_flows(plan: Plan, path: Path) -> None:
    """The flows of every step by their names in the formulation, MW; soc and tes in MWh."""
    pq.write_table(pa.table({name: plan.flows[block] for name, block in BLOCKS.items()}), path)


_UNSOLVED = Fault(
    ("microgrid.design",), "answers that break rows or prove nothing",
    "a plan is proved, or it is none", "ask another solver, or look for numbers far too large",
)  # fmt: skip


def _refused(none: NoPlan) -> ModelError:
    """The reason as an error: what to relax, or what has no end."""
    if none.status == "unbounded":
        rule = "every gain has an end"
        remedy = "give it a limit or a cost, or correct the price that pays for it"
        faults = [Fault(("microgrid.design", block), "grows without end", rule, remedy)
                  for block in none.endless]  # fmt: skip
        return ModelError("There is no cheapest design: the gain has no end", faults)
    if none.status == "unsolved":
        return ModelError("No solver's answer can be proved", [_UNSOLVED])
    faults = [
        Fault(
            ("microgrid.design", each.demand), f"{each.asked:.6g} {each.unit}".rstrip(" 1"),
            "all demands together can be kept", f"{each.enough:.6g} would be enough",
        )
        for each in none.concessions
    ]  # fmt: skip
    return ModelError("No design keeps all rules", faults)


__all__ = ["DesignArguments", "DesignResults", "design_microgrid", "results"]
