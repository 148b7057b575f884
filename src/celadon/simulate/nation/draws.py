"""Draws by name: what one name draws never shifts another's, whatever else is simulated."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np


def draws(seed: int, number: int, name: str) -> np.random.Generator:
    """The random draws of that name for the enterprise of that number.

    Examples
    --------
    >>> draws(1, 2, "size").random() == draws(1, 2, "size").random()
    True
    """
    return np.random.Generator(np.random.PCG64([seed, number, zlib.crc32(name.encode())]))


def weighted(generator: np.random.Generator, weights: Sequence[float]) -> int:
    """An index drawn with these weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return int(np.searchsorted(edges, generator.random() * edges[-1], side="right"))
