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
from dataclasses import dataclass, field
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
"""Enterprises with a figure, oneself included, below which nothing is said; our own choice."""

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
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def enterprise(self, place: Place) -> Key:
        """The key under which the enterprise of a figure stands."""
        key = (place.site, place.subject, place.indicator)
        return key if key in self.values else (place.site, "", place.indicator)

    def others(self, place: Place) -> list[Fraction]:
        """The figures of all enterprises but one's own, lowest first."""
        found, own = list(self.ordered), self.values.get(self.enterprise(place))
        if own is not None:
            del found[bisect_left(found, own)]
        return found

    def left_out(self, place: Place) -> int:
        """How many other lines of its kind the enterprise of a figure has."""
        return max(0, self.lines.get((place.site, place.indicator), 1) - 1)

    @cached_property
    def ordered(self) -> list[Fraction]:
        """The figures of all peers, lowest first."""
        return sorted(self.values.values())

    @cached_property
    def ordered_differences(self) -> list[Fraction]:
        """The differences of all peers from the line, lowest first."""
        return sorted(self.differences.values())


def population(rows: Iterable[Row]) -> Peers:
    """The enterprises that rows of verdicts of one process or subject are of, each once.

    An enterprise with several lines of the kind stands as the energy of all for the output of all,
    under an empty subject. Rows without a figure, or of no output, are no peers.
    """
    values: dict[Key, Fraction] = {}
    outputs: dict[Key, Fraction] = {}
    lines: dict[tuple[str, str], int] = {}
    for (site, indicator), own in _by_enterprise(rows).items():
        key = (site, own[0]["subject"] if len(own) == 1 else "", indicator)
        num, den = sum(row["num"] for row in own), sum(row["den"] for row in own)
        values[key], outputs[key] = Fraction(num, den), Fraction(den, 1000)
        lines[site, indicator] = len(own)
    fit = _fit(values, outputs) if len(values) >= LEAST_TO_SCORE else None
    differences = (
        {} if fit is None else {key: values[key] - fit.expected(outputs[key]) for key in values}
    )
    return Peers(values, outputs, fit, differences, lines)


def enterprise_values(rows: Iterable[Row], own: Row | None = None) -> list[Fraction]:
    """One figure for each enterprise, lowest first; of one's own that of a row, where it is given.

    Examples
    --------
    >>> line = {"rule": "norm", "site": "a", "subject": "x", "indicator": "e", "num": 10, "den": 2}
    >>> [str(one) for one in enterprise_values([line, line | {"subject": "y", "num": 20}])]
    ['15/2']
    """
    found = {
        site: Fraction(sum(row["num"] for row in same), sum(row["den"] for row in same))
        for (site, _), same in _by_enterprise(rows).items()
    }
    mine = value_of(own)
    if own is not None and mine is not None:
        found[own["site"]] = mine
    return sorted(found.values())


def _by_enterprise(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """The rows that have a figure, by site and indicator."""
    found: dict[tuple[str, str], list[Row]] = {}
    for (site, _, indicator), row in figures(rows).items():
        if value_of(row) is not None:
            found.setdefault((site, indicator), []).append(row)
    return found


def peer_rows(row: Row, peers: Peers) -> list[Row]:
    """The place of a figure among the other enterprises, and its score."""
    place = Place(row["site"], row["subject"], row["indicator"], row["from_day"], row["to_day"])
    return [_place_row(place, row, peers), _score_row(place, row, peers)]


def score(key: Key, peers: Peers) -> int | None:
    """The score of 1 to 100 of a member of a population; None where no line is fitted.

    100 times the share of peers (oneself included) whose difference from the line is not lower,
    rounded up.
    """
    if peers.fit is None or key not in peers.differences:
        return None
    return _score(peers.differences[key], key, peers)


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


def _place_row(place: Place, row: Row, peers: Peers) -> Row:
    value, unit = value_of(row), row["unit"]
    lacks = _lacks(value, peers, LEAST_TO_PLACE)
    if lacks is not None or value is None:
        return _row(place, PLACE, row, Limits({}, unit), CANNOT_TELL, lacks)
    others = peers.others(place)
    shares = {"best_quarter": 1, "median": 2, "last_quarter": 3}
    limits = {
        name: from_count(round(quantile(others, Fraction(part, 4)) * 1000), 3)
        for name, part in shares.items()
    }
    told = reason(
        "peers_place", number=len(others), better=bisect_left(others, value),
        worse=len(others) - bisect_right(others, value),
        median=decimal_text(limits["median"], 3), unit=unit,
    )  # fmt: skip
    own = peers.left_out(place)
    besides = (reason("peers_own_lines", number=own),) if own else ()
    return _row(place, PLACE, row, Limits(limits, unit), "shown", told, *besides)


def _score_row(place: Place, row: Row, peers: Peers) -> Row:
    value, unit, fit = value_of(row), row["unit"], peers.fit
    lacks = _lacks(value, peers, LEAST_TO_SCORE)
    if lacks is None and fit is None:
        lacks = reason("peers_alike", number=len(peers.values))
    if lacks is not None or fit is None or value is None:
        return _row(place, SCORE, row, Limits({}, unit), CANNOT_TELL, lacks)
    expected = fit.expected(Fraction(row["den"], 1000))
    got = _score(value - expected, peers.enterprise(place), peers)
    told = reason(
        "peers_fit", score=str(got),
        number=fit.peers,
        left_out=fit.left_out, formula=fit.formula, r2=decimal_text(fit.r2, 3),
        error=decimal_text(fit.standard_error, 3), unit=unit, expected=decimal_text(expected, 3),
        change=decimal_text(value - expected, 3),
    )  # fmt: skip
    limits = Limits({"expected": expected, "score": Fraction(got)}, unit)
    return _row(place, SCORE, row, limits, "shown", told)


def _score(difference: Fraction, own: Key, peers: Peers) -> int:
    """The score of a difference that stands in the place of its enterprise's own."""
    ordered = peers.ordered_differences
    not_lower = len(ordered) - bisect_left(ordered, difference)
    among, its = len(ordered), peers.differences.get(own)
    if its is None or its < difference:  # its enterprise is not among those counted
        not_lower += 1
        among += its is None
    return math.ceil(Fraction(100 * not_lower, among))


def _lacks(value: Fraction | None, peers: Peers, least: int) -> Reason | None:
    if value is None:
        return reason("no_figure")
    if len(peers.values) < least:
        return reason("peers_few", number=len(peers.values), least=least)
    return None


def _row(
    place: Place, rule: str, row: Row, limits: Limits, outcome: str, *because: Reason | None
) -> Row:
    told = tuple(each for each in because if each is not None)
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
