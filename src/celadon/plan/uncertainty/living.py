"""A bought system through many drawn years: its cost, what it saves, and when it is paid back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.cash_flow import assets_of, cash_flow, standing_design
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.uncertainty.declaration import Uncertain
from celadon.plan.uncertainty.draws import drawn
from celadon.plan.uncertainty.parameters import plain_name
from celadon.plan.uncertainty.percentiles import PERCENTILES, Mean, Percentile, mean, percentile
from celadon.plan.uncertainty.repricing import Bought, Repriced, changed, reprice

COST, SAVING, PAYBACK = "cost", "saving", "payback"
"""What is measured of every draw: kCNY a year, kCNY a year, years."""


@dataclass(frozen=True, eq=False)
class Lived:
    """A bought system and the plant as it stands, in the same draws.

    Attributes
    ----------
    what, times : the parameters, and their multipliers: one row a draw.
    today : of the plant as it stands; None where that cannot run.
    paybacks : years; infinite where a draw never pays back. None where no investment is known,
        costs being given by the year.
    """

    what: tuple[str, ...]
    times: Floats
    system: Repriced
    today: Repriced | None
    paybacks: Floats | None

    @cached_property
    def savings(self) -> Floats | None:
        """Against the plant as it stands, kCNY a year; minus infinity where it cannot serve."""
        if self.today is None:
            return None
        both = self.system.served & self.today.served
        saved: Floats = np.full(len(self.times), np.nan)
        saved[both] = self.today.costs[both] - self.system.costs[both]
        saved[~self.system.served] = -np.inf
        return saved

    @property
    def measures(self) -> Mapping[str, Floats]:
        """The drawn values of what is known of every draw."""
        known = {COST: self.system.costs}
        if self.savings is not None and not np.isnan(self.savings).any():
            known[SAVING] = self.savings
            if self.paybacks is not None:
                known[PAYBACK] = self.paybacks
        return known

    def percentiles(self, measure: str) -> tuple[Percentile, ...]:
        """The percentiles of a measure, each with its error of drawing."""
        return tuple(percentile(self.measures[measure].tolist(), rank) for rank in PERCENTILES)

    def mean(self, measure: str) -> Mean | None:
        """The mean of the draws that have the measure."""
        return mean(self.measures[measure].tolist())

    @property
    def loses(self) -> float | None:
        """The share of draws in which the system saves nothing; None if that is not known."""
        if SAVING not in self.measures:
            return None
        return float((self.measures[SAVING] <= 0).mean())


def live_through(
    bought: Bought, uncertain: Sequence[Uncertain], draws: int, seed: int,
    standing: Sequence[str] = (),
) -> Lived:  # fmt: skip
    """Run a bought system and the plant as it stands through drawn years.

    Parameters
    ----------
    standing : as for :func:`celadon.plan.cash_flow.standing_design`.

    Raises
    ------
    InputError
        If no draw is asked for.
    DeclarationError
        If there is no such parameter.
    """
    times = drawn(uncertain, draws, seed)
    what = tuple(plain_name(each.what) for each in uncertain)
    system = reprice(bought, what, times)
    stands = standing_design(bought.design, standing)
    planned = plan_design(stands)
    if not isinstance(planned, Plan):
        return Lived(what, times, system, None, None)
    of_today = [n for n, name in enumerate(what) if _is_in(stands, name)]
    before = Bought(stands, planned.sizes)
    today = reprice(before, [what[n] for n in of_today], times[:, of_today])
    paybacks = _paybacks(bought, before, what, times, system, today)
    return Lived(what, times, system, today, paybacks)


def _is_in(design: Design, what: str) -> bool:
    """Whether a parameter is one of the plant as it stands: of what is built it has none."""
    who, point, _ = what.partition(".")
    if what in design.series or not point:
        return True
    return any(component.id == who for component in design.components)


def _paybacks(
    bought: Bought, before: Bought, what: tuple[str, ...], times: Floats,
    system: Repriced, today: Repriced,
) -> Floats | None:  # fmt: skip
    owned = assets_of(bought.design.components, bought.sizes, bought.design.rate, before.sizes)
    if not any(asset.investment for asset in owned):
        return None
    found = np.full(len(times), np.inf)
    for n, row in enumerate(times):
        if not (system.served[n] and today.served[n]):
            continue
        design = changed(bought.design, what, row)
        assets = assets_of(design.components, bought.sizes, design.rate, before.sizes)
        stood = assets_of(design.components, before.sizes, design.rate, before.sizes)
        running = float(system.costs[n]) - sum(asset.annual for asset in assets)
        was = float(today.costs[n]) - sum(asset.annual for asset in stood)
        money = cash_flow(assets, stood, {"running": running}, {"running": was}, design.rate)
        back = money.simple_payback
        found[n] = np.inf if back is None else back
    return found
