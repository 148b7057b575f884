"""What a tariff charges some steps of a year that is under way.

What is metered is spent: a peak may be repeated for nothing, a tier begins where the month stands.
For what is to come after the steps in sight stands what the plan draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.tariff_terms import TariffTerms


@dataclass(frozen=True, eq=False)
class Meant:
    """What a plan draws, month by month: MW at the peak, and MWh."""

    peaks: Floats
    energy: Floats


@dataclass(frozen=True, eq=False)
class Metered:
    """What a connection has drawn so far, month by month: MWh, and MW in the coincident hours."""

    energy: Floats
    coincident: Floats


def underway(
    whole: TariffTerms,
    horizon: Horizon,
    steps: tuple[int, int],
    metered: Metered,
    meant: Meant | None,
) -> TariffTerms:
    """The terms of a year on some of its steps, all months kept.

    Parameters
    ----------
    horizon : of the year.
    steps : the first, and the one after the last.
    """
    first, stop = steps
    looked_at = (whole.coincident >= first) & (whole.coincident < stop)
    gone = metered.energy + _to_come(horizon, stop, meant)
    return replace(
        whole,
        price=whole.price[first:stop],
        export_price=whole.export_price[first:stop],
        coincident=whole.coincident[looked_at] - first,
        coincident_so_far=metered.coincident,
        tiers=tuple(replace(tier, above=tier.above - gone[tier.month]) for tier in whole.tiers),
    )


def peaks_in_sight(whole: TariffTerms, metered: Floats, last: int, meant: Meant | None) -> Floats:
    """MW at least in each month: what is metered, and for months to come what the plan draws.

    A ratchet bills a share of today's peak in months to come; it costs nothing where these are
    meant to peak as high themselves.

    Parameters
    ----------
    last : the month of the last step in sight.
    """
    if meant is None or not whole.ratchet:
        return metered
    peaks = metered.copy()
    later = slice(last + 1, len(meant.peaks))
    peaks[later] = np.maximum(peaks[later], meant.peaks[later])
    return peaks


def _to_come(horizon: Horizon, stop: int, meant: Meant | None) -> Floats:
    """MWh of each month that the plan draws after a step, in proportion to what is left of it."""
    months = len(horizon.months)
    if meant is None:
        return np.zeros(months)
    left = np.bincount(horizon.month[stop:], minlength=months)
    all_steps = np.bincount(horizon.month, minlength=months)
    share: Floats = left / np.maximum(all_steps, 1)
    return share * meant.energy
