"""Multipliers drawn from declared distributions, the same for the same seed on every machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from celadon.errors import Fault, InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.uncertainty.declaration import Uncertain

_LEAST = 1e-6
"""A normal multiplier is cut here: a price does not change its sign by being uncertain."""


def drawn(uncertain: Sequence[Uncertain], draws: int, seed: int) -> Floats:
    """Multipliers, one row a draw and one column a parameter; parameters are independent.

    More draws of one seed begin with the same ones.

    Parameters
    ----------
    draws : how many; seed : whole numbers, not below zero.

    Raises
    ------
    InputError
        If no draw is asked for.

    Examples
    --------
    >>> half = Uncertain(what="load", distribution="uniform", spread=0.5, source="example")
    >>> drawn([half], 2, seed=1).shape, bool((drawn([half], 2, 1) == drawn([half], 9, 1)[:2]).all())
    ((2, 1), True)
    """
    if draws < 1:
        fault = Fault(("--draws",), str(draws), "one at least", "ask for some hundred")
        raise InputError("Nothing is drawn", [fault])
    if seed < 0:
        fault = Fault(("--seed",), str(seed), "a whole number, not below zero", "give another")
        raise InputError("The seed is no seed", [fault])
    ranks = np.random.default_rng(seed).random((draws, len(uncertain)))
    ranks = np.clip(ranks, 1e-12, 1 - 1e-12)
    return np.column_stack([_quantile(each, ranks[:, n]) for n, each in enumerate(uncertain)])


def _quantile(of: Uncertain, rank: Floats) -> Floats:
    """The multiplier below which a share of all lies."""
    if of.distribution == "triangular":
        assert of.least is not None  # noqa: S101  the declaration holds it
        assert of.most is not None  # noqa: S101
        return _triangular(of.least, of.likely, of.most, rank)
    assert of.spread is not None  # noqa: S101
    if of.distribution == "uniform":
        return of.middle + of.spread * (2 * rank - 1)
    if of.distribution == "lognormal":
        found: Floats = of.middle * np.exp(of.spread * ndtri(rank))
        return found
    return np.maximum(of.middle + of.spread * ndtri(rank), _LEAST)


def _triangular(least: float, likely: float, most: float, rank: Floats) -> Floats:
    width, rises = most - least, likely - least
    below = least + np.sqrt(rank * width * rises)
    above = most - np.sqrt((1 - rank) * width * (most - likely))
    return np.where(rank <= rises / width, below, above)
