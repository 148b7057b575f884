"""A figure among its peers: its place in their distribution, and a score of 1 to 100.

The place is exact: how many peers need less, and the quartiles. The score asks whether a plant
needs more than its size explains. Through the peers goes the line ``intensity = a + b ln(output)``
by least squares; a figure further from the median than ten times the median distance is a slip more
often than a plant, and does not pull the line. Coefficients are rounded to six decimals and kept
with the verdict. The score is the share of peers whose difference from the line is not lower than
one's own, in percent, rounded up to a whole number: 100 is best, 1 is worst.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from celadon.assess.actual import Actual
from celadon.assess.against import Row
from celadon.assess.history import figures, value_of
from celadon.assess.limits import Limits
from celadon.assess.reasons import Reason, reason
from celadon.assess.verdicts import CANNOT_TELL, Place, verdict_row
from celadon.exact import decimal_text, from_count
from celadon.numerics.regression import fit_line

PLACE, SCORE = "peers", "peer-score"
"""The rules that a place and a score are told under."""

LEAST_TO_PLACE, LEAST_TO_SCORE = 10, 20
"""Peers with a figure, oneself included, below which nothing is said; our own choice."""

FAR = 10
"""Median distances from the median beyond which a figure does not pull the line; our own choice."""

DECIMALS = 6
"""To which coefficients and differences are rounded before anything is ranked by them."""

Key = tuple[str, str, str]
"""Site, subject and indicator."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The line through a population, quantised.

    Parameters
    ----------
    intercept, slope, standard_error : in the unit of the figure, by the logarithm of output in t.
    peers : that the line goes through; left_out : that lie too far from the rest.
    """

    intercept: Fraction
    slope: Fraction
    r2: Fraction
    standard_error: Fraction
    peers: int
    left_out: int

    @property
    def formula(self) -> str:
        """The line as it is shown."""
        sign = "+" if self.slope >= 0 else "−"
        slope = decimal_text(abs(self.slope), 3)
        return f"{decimal_text(self.intercept, 3)} {sign} {slope} ln(t)".replace("-", "−")

    def expected(self, output: Fraction) -> Fraction:
        """What the line gives at an output in t, to six decimals."""
        return _quantised(float(self.intercept) + float(self.slope) * math.log(float(output)))


@dataclass(frozen=True)
class Peers:
    """A population of one indicator and one kind of maker."""

    values: Mapping[Key, Fraction]
    outputs: Mapping[Key, Fraction]
    fit: Fit | None
    differences: Mapping[Key, Fraction]

    @cached_property
    def ordered(self) -> list[Fraction]:
        """The figures of all peers, lowest first."""
        return sorted(self.values.values())

    @cached_property
    def ordered_differences(self) -> list[Fraction]:
        """The differences of all peers from the line, lowest first."""
        return sorted(self.differences.values())


def population(rows: Iterable[Row]) -> Peers:
    """The peers that rows of verdicts of one process or subject are of.

    Rows without a figure, or of no output, are no peers.
    """
    values: dict[Key, Fraction] = {}
    outputs: dict[Key, Fraction] = {}
    for key, row in figures(rows).items():
        value = value_of(row)
        if value is not None:
            values[key], outputs[key] = value, Fraction(row["den"], 1000)
    fit = _fit(values, outputs) if len(values) >= LEAST_TO_SCORE else None
    differences = (
        {} if fit is None else {key: values[key] - fit.expected(outputs[key]) for key in values}
    )
    return Peers(values, outputs, fit, differences)


def peer_rows(row: Row, peers: Peers) -> list[Row]:
    """The place of a figure among its peers, and its score."""
    place = Place(row["site"], row["subject"], row["indicator"], row["from_day"], row["to_day"])
    key = (place.site, place.subject, place.indicator)
    return [_place_row(place, key, row, peers), _score_row(place, key, row, peers)]


def score(key: Key, peers: Peers) -> int | None:
    """The score of 1 to 100 of a member of a population; None where no line is fitted.

    100 times the share of peers (oneself included) whose difference from the line is not lower,
    rounded up.
    """
    if peers.fit is None or key not in peers.differences:
        return None
    ordered = peers.ordered_differences
    not_lower = len(ordered) - bisect_left(ordered, peers.differences[key])
    return math.ceil(Fraction(100 * not_lower, len(ordered)))


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which a share of the figures lies, on the line between the two beside it.

    Examples
    --------
    >>> quantile([Fraction(1), Fraction(2), Fraction(4)], Fraction(3, 4))
    Fraction(3, 1)
    """
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def _place_row(place: Place, key: Key, row: Row, peers: Peers) -> Row:
    value, unit = peers.values.get(key), row["unit"]
    lacks = _lacks(key, peers, LEAST_TO_PLACE)
    if lacks is not None or value is None:
        return _row(place, PLACE, row, Limits({}, unit), CANNOT_TELL, lacks)
    ordered = peers.ordered
    shares = {"best_quarter": 1, "median": 2, "last_quarter": 3}
    limits = {
        name: from_count(round(quantile(ordered, Fraction(part, 4)) * 1000), 3)
        for name, part in shares.items()
    }
    told = reason(
        "peers_place", number=len(ordered), better=bisect_left(ordered, value),
        worse=len(ordered) - bisect_right(ordered, value),
        median=decimal_text(limits["median"], 3), unit=unit,
    )  # fmt: skip
    return _row(place, PLACE, row, Limits(limits, unit), "shown", told)


def _score_row(place: Place, key: Key, row: Row, peers: Peers) -> Row:
    unit = row["unit"]
    lacks = _lacks(key, peers, LEAST_TO_SCORE)
    got = score(key, peers)
    if lacks is None and (got is None or peers.fit is None):
        lacks = reason("peers_alike", number=len(peers.values))
    if lacks is not None or peers.fit is None or got is None:
        return _row(place, SCORE, row, Limits({}, unit), CANNOT_TELL, lacks)
    fit, expected = peers.fit, peers.fit.expected(peers.outputs[key])
    told = reason(
        "peers_fit", score=str(got),
        number=fit.peers,
        left_out=fit.left_out, formula=fit.formula, r2=decimal_text(fit.r2, 3),
        error=decimal_text(fit.standard_error, 3), unit=unit, expected=decimal_text(expected, 3),
        change=decimal_text(peers.differences[key], 3),
    )  # fmt: skip
    limits = Limits({"expected": expected, "score": Fraction(got)}, unit)
    return _row(place, SCORE, row, limits, "shown", told)


def _lacks(key: Key, peers: Peers, least: int) -> Reason | None:
    if key not in peers.values:
        return reason("no_figure")
    if len(peers.values) < least:
        return reason("peers_few", number=len(peers.values), least=least)
    return None


def _row(
    place: Place, rule: str, row: Row, limits: Limits, outcome: str, because: Reason | None
) -> Row:
    told = () if because is None else (because,)
    actual = Actual(row["num"], row["den"], None, 0, None)
    return verdict_row(place, rule, "", actual, limits, outcome, told, row["unit"])


def _fit(values: Mapping[Key, Fraction], outputs: Mapping[Key, Fraction]) -> Fit | None:
    near = _near(values)
    keys = sorted(near)  # one order on every machine, because floats do not add alike in others
    line = fit_line(
        [float(x) for x in np.log([float(outputs[key]) for key in keys])],
        [float(values[key]) for key in keys],
    )
    if line is None:
        return None
    left_out = len(values) - len(near)
    return Fit(
        _quantised(line.intercept), _quantised(line.slope), _quantised(line.r2),
        _quantised(line.standard_error), line.points, left_out,
    )  # fmt: skip


def _near(values: Mapping[Key, Fraction]) -> list[Key]:
    """The peers that are not too far from the rest to pull the line."""
    half = Fraction(1, 2)
    middle = quantile(sorted(values.values()), half)
    distance = quantile(sorted(abs(value - middle) for value in values.values()), half)
    if not distance:
        return list(values)
    return [key for key, value in values.items() if abs(value - middle) <= FAR * distance]


def _quantised(value: float) -> Fraction:
    """A float to six decimals, exact from there on."""
    return from_count(round(Fraction(value) * 10**DECIMALS), DECIMALS)
