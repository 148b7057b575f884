"""The ladder of a verdict: its limits in order, which are kept, how far the next better is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from celadon.assess.machines import RULE as EQUIPMENT
from celadon.assess.reasons import read_reasons
from celadon.exact import parse_decimal


@dataclass(frozen=True, slots=True)
class Rung:
    """One limit: its name, what it is, whether it is kept, and how far the value is beyond it.

    Parameters
    ----------
    beyond : how much the value fails the limit by; at most zero where it keeps it.
    """

    name: str
    limit: Fraction
    kept: bool
    beyond: Fraction


@dataclass(frozen=True, slots=True)
class Ladder:
    """A value on its limits, tightest first."""

    value: Fraction
    rungs: tuple[Rung, ...]

    @property
    def following(self) -> Rung | None:
        """The next better limit that is not kept yet; None at the top."""
        missed = [rung for rung in self.rungs if not rung.kept]
        return missed[-1] if missed else None


def ladder_of(row: Mapping[str, Any]) -> Ladder | None:
    """The ladder of a row of verdicts; None where its value was not held to its limits.

    Examples
    --------
    >>> from celadon.assess.reasons import encoded
    >>> from celadon.assess.verdicts import compared
    >>> limits = {"grade_1": Fraction(361), "grade_3": Fraction(435)}
    >>> row = {"rule": "norm", "num": 777, "den": 2, "limits": '{"grade_1":"361","grade_3":"435"}'}
    >>> ladder = ladder_of(row | {"because": encoded([compared(Fraction(777, 2), limits)])})
    >>> ladder.following.name, str(ladder.following.beyond)
    ('grade_1', '55/2')
    """
    compared_at_all = any(one.key == "comparison" for one in read_reasons(row["because"]))
    if not compared_at_all or row["num"] is None or not row["den"]:
        return None
    limits = {
        name: parse_decimal(text)
        for name, text in json.loads(row["limits"]).items()
        if name != "corrections"
    }
    value = Fraction(row["num"], row["den"])
    sign = -1 if row["rule"] == EQUIPMENT else 1  # of an efficiency more is better
    ordered = sorted(limits.items(), key=lambda item: (sign * item[1], item[0]))
    rungs = (
        Rung(name, limit, sign * value <= sign * limit, sign * (value - limit))
        for name, limit in ordered
    )
    return Ladder(value, tuple(rungs))
