"""Conditional value at risk of a few costs with their probabilities, by sorting them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from celadon.numerics.lp.expression import Floats


def value_at_risk(costs: Sequence[float], probabilities: Sequence[float], level: float) -> float:
    """The lowest cost that is not exceeded with probability ``level``.

    Examples
    --------
    >>> value_at_risk([3.0, 1.0, 2.0], [0.2, 0.5, 0.3], 0.8)
    2.0
    """
    cost, chance = _sorted(costs, probabilities)
    reached = np.cumsum(chance)
    place = int(np.argmax(reached >= level - _ROUNDING))
    return float(cost[place])


def conditional_value_at_risk(
    costs: Sequence[float], probabilities: Sequence[float], level: float
) -> float:
    """The mean of the dearest ``1 - level`` of all that may come.

    A scenario on the border counts with that part of its probability that lies beyond it.

    Parameters
    ----------
    level : the confidence, of one.

    Examples
    --------
    >>> round(conditional_value_at_risk([1.0, 2.0, 3.0], [0.5, 0.3, 0.2], 0.75), 9)
    2.8
    """
    cost, chance = _sorted(costs, probabilities)
    after = np.cumsum(chance)
    beyond = np.clip(after - level, 0.0, chance)
    return float(beyond @ cost) / (1 - level)


def weighed(
    costs: Sequence[float], probabilities: Sequence[float], level: float, weight: float
) -> float:
    """What a design is chosen by: (1 - weight) of the expected cost and weight of its CVaR."""
    expected = float(np.dot(costs, probabilities))
    return (1 - weight) * expected + weight * conditional_value_at_risk(costs, probabilities, level)


_ROUNDING = 1e-12


def _sorted(costs: Sequence[float], probabilities: Sequence[float]) -> tuple[Floats, Floats]:
    cost, chance = np.asarray(costs, np.float64), np.asarray(probabilities, np.float64)
    order = np.argsort(cost, kind="stable")
    return cost[order], chance[order]
