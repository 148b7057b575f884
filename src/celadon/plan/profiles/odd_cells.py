"""Cells of a column that stand far above all others: seldom meant, and told by their row."""

from __future__ import annotations

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.records.finding import Finding

_OTHERS = 0.999
"""Share of the cells that set the level: a year has some hours that are exceptional and right."""

_FAR = 20.0
"""Times the level. The highest quarter hour of a load, or the dearest of a market, is a few times
what it exceeds for all but a thousandth of the year; a missing point or a sum is far beyond."""


def cell_findings(numbers: Floats, name: str, place: str, design: str) -> list[Finding]:
    """Cells above what all but a thousandth of their column stay below, many times over.

    Parameters
    ----------
    numbers : in the order of the file; what is empty is not a number.
    name, place, design : the series, its file and column, and the design, for the finding.
    """
    there = np.abs(numbers[np.isfinite(numbers)])
    if not len(there):
        return []
    level = float(np.quantile(there, _OTHERS, method="lower"))
    if level == 0:
        return []
    rows = np.flatnonzero(np.nan_to_num(np.abs(numbers)) > _FAR * level)
    if not len(rows):
        return []
    first = int(rows[0])
    told = {"cells": len(rows), "row": first + 2, "value": f"{numbers[first]:,.6g}",
            "times": f"{abs(numbers[first]) / level:,.3g}", "level": f"{level:,.4g}"}  # fmt: skip
    return [Finding(design, "cell_stands_out", name, place, told)]
