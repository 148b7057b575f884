"""What a tariff charges a connection, as rows and costs of the programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from celadon.numerics.lp import Expression
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.draft import Draft
from celadon.plan.components.tariff_terms import TariffTerms


@dataclass(frozen=True, eq=False)
class Charged:
    """A connection under a tariff: whose it is, what it draws, what it is billed by.

    Attributes
    ----------
    capacity : MVA of transformers, one number or the connection that is chosen.
    contract : MW declared for each month, beside a capacity that is no decision; None where the
        programme chooses it.
    drawn : MW as the meter of the demand would see it.
    """

    who: str
    terms: TariffTerms
    bought: Expression
    drawn: Expression
    peak_so_far: Floats
    capacity: Expression | None
    contract: Floats | None


def charge_energy(draft: Draft, of: Charged) -> None:
    """Energy by the step, and tiers by the month."""
    draft.energy_cost("power bought", of.terms.price, of.bought)
    tiers = of.terms.tiers
    if not tiers:
        return
    months = len(draft.horizon.months)
    energy = (draft.horizon.hours * of.bought).sum_by(draft.horizon.month, months)
    above = draft.model.variables(f"{of.who}.above tier", len(tiers))
    levels = np.array([tier.above for tier in tiers])
    within = energy.at([tier.month for tier in tiers])
    draft.model.require(f"{of.who}.tier", above - within >= -levels)
    draft.cost("tiers", np.array([tier.adds for tier in tiers]) * above)


def charge_demand(draft: Draft, of: Charged, basis: str) -> None:
    """The second part: capacity, a contract with its overrun, or the measured peak."""
    terms, months = of.terms, len(draft.horizon.months)
    if basis == "capacity":
        assert of.capacity is not None  # noqa: S101  the declaration holds it
        draft.cost("demand", terms.demand_price * of.capacity.stretched(months))
    else:
        peak = draft.model.variables(f"{of.who}.peak", months, lower=of.peak_so_far)
        draft.model.require(f"{of.who}.demand", of.drawn <= peak.at(draft.horizon.month))
        if basis == "contract":
            _charge_contract(draft, of, peak)
        else:
            draft.cost("demand", terms.demand_price * _ratcheted(draft, of, peak))
    if len(terms.coincident):
        highest = draft.model.variables(
            f"{of.who}.coincident", months, lower=terms.coincident_so_far
        )
        at = terms.coincident
        seen = of.drawn.at(at) <= highest.at(draft.horizon.month[at])
        draft.model.require(f"{of.who}.coincident demand", seen)
        draft.cost("demand", terms.coincident_price * highest)


def _ratcheted(draft: Draft, of: Charged, peak: Expression) -> Expression:
    """The demand that is billed: no less than a share of earlier peaks of the year."""
    if not of.terms.ratchet:
        return peak
    billed = draft.model.variables(f"{of.who}.billed", peak.size)
    draft.model.require(f"{of.who}.billed peak", billed >= peak)
    month, earlier, share = (np.array(each) for each in zip(*of.terms.ratchet, strict=True))
    held = billed.at(month) - share * peak.at(earlier) >= 0.0
    draft.model.require(f"{of.who}.ratchet", held)
    return billed


def _charge_contract(draft: Draft, of: Charged, peak: Expression) -> None:
    """The demand declared, no less than the floor, and what lies above its free margin."""
    terms, months = of.terms, peak.size
    assert of.capacity is not None  # noqa: S101  the declaration holds it
    floor = terms.floor * of.capacity.stretched(months)
    if of.contract is None:
        level = draft.model.variables(f"{of.who}.contract", months)
        draft.model.require(f"{of.who}.contract floor", level - floor >= 0.0)
    else:  # what is declared stands, and cannot rise to meet the peak
        declared = np.maximum(of.contract, floor.constant)
        level = draft.model.variables(f"{of.who}.contract", months, lower=declared, upper=declared)
    over = draft.model.variables(f"{of.who}.overrun", months)
    draft.model.require(f"{of.who}.overrun margin", over >= peak - terms.overrun_from * level)
    draft.cost("demand", terms.demand_price * level)
    draft.cost("demand", (terms.demand_price * terms.overrun_times) * over)
