"""Typical yields and consumptions of steel works: the figures that the simulation is made of.

They serve simulation only. No account, norm or verdict may rest on them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class TypicalValue:
    """One figure with its range.

    Parameters
    ----------
    value : the typical figure in ``unit``.
    low, high : the range seen in practice; None where the figure is a choice without one.
    confidence : A to D as in the reference tables, or ``choice`` for a choice of the simulation.
    source : where the figure comes from.
    """

    value: float
    low: float | None
    high: float | None
    unit: str
    confidence: str
    source: str

    def holds(self, value: float) -> bool:
        """Whether a value lies within the range, ends included."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@cache
def typical_values() -> dict[tuple[str, str], TypicalValue]:
    """All figures by process and quantity."""
    text = (files("celadon.simulate") / "data" / "steel_typical.csv").read_text(encoding="utf-8")
    return {
        (row["process"], row["quantity"]): TypicalValue(
            float(row["typical"]),
            float(row["low"]) if row["low"] else None,
            float(row["high"]) if row["high"] else None,
            row["unit"],
            row["confidence"],
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def typical(process: str, quantity: str) -> float:
    """The typical figure of a process, in the unit that its row names.

    Examples
    --------
    >>> typical("blast_furnace", "coke_rate")
    365.0
    """
    return typical_values()[process, quantity].value
