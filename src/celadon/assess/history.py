"""An indicator against its own year before: better or worse, by how much, exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from celadon.assess.actual import Actual, nothing
from celadon.assess.against import Row
from celadon.assess.limits import Limits
from celadon.assess.reasons import Reason, read_reasons, reason
from celadon.assess.verdicts import CANNOT_TELL, Place, verdict_row
from celadon.exact import decimal_text

RULE = "own-history"
LOWER_IS_BETTER = ("norm", "levels-2023", "water-norm")
"""The rules whose verdicts carry a figure per product that is lower where it is better."""


def history_rows(now: Iterable[Row], before: Iterable[Row]) -> list[Row]:
    """What each indicator has become since the year before.

    Parameters
    ----------
    now, before : rows of verdicts on the same sites, of this period and of the same a year before.
    """
    earlier = figures(before)
    rows = []
    for key, row in figures(now).items():
        place = Place(row["site"], row["subject"], row["indicator"], row["from_day"], row["to_day"])
        rows.append(_row(place, row, earlier.get(key)))
    return rows


def figures(rows: Iterable[Row]) -> dict[tuple[str, str, str], Row]:
    """One row for each site, subject and indicator whose verdicts carry a figure per product."""
    found: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        if row["rule"] in LOWER_IS_BETTER:
            found.setdefault((row["site"], row["subject"], row["indicator"]), row)
    return found


def value_of(row: Mapping[str, Any] | None) -> Fraction | None:
    """The figure of a row of verdicts; None where it has none.

    Examples
    --------
    >>> value_of({"num": 7, "den": 2}), value_of({"num": 7, "den": 0})
    (Fraction(7, 2), None)
    """
    if row is None or row["num"] is None or not row["den"] or row["den"] < 0:
        return None
    return Fraction(row["num"], row["den"])


def _row(place: Place, now: Row, before: Row | None) -> Row:
    value, earlier, unit = value_of(now), value_of(before), now["unit"]
    hours = _hours(now) or _hours(before)
    if value is None:
        because = tuple(read_reasons(now["because"]))
        return _told(place, now, nothing(because[0]), CANNOT_TELL, because, {})
    actual = Actual(now["num"], now["den"], value, 0, None)
    if earlier is None:
        lacks = (reason("no_year_before"),)
        return _told(place, now, actual, CANNOT_TELL, lacks, {})
    change = value - earlier
    percent = "—" if not earlier else decimal_text(change / abs(earlier) * 100, 3)
    told = reason(
        "change_of", change=decimal_text(change, 3), before=decimal_text(earlier, 3),
        percent=percent, unit=unit,
    )  # fmt: skip
    outcome = "same" if not change else "worse" if change > 0 else "better"
    if hours:
        open_points = (reason("not_whole_year_before", hours=hours), told)
        return _told(place, now, actual, CANNOT_TELL, open_points, {"year_before": earlier})
    return _told(place, now, actual, outcome, (told,), {"year_before": earlier})


def _told(
    place: Place,
    now: Row,
    actual: Actual,
    outcome: str,
    because: tuple[Reason, ...],
    limits: Mapping[str, Fraction],
) -> Row:
    shown = Limits(limits, now["unit"])
    row = verdict_row(place, RULE, "", actual, shown, outcome, because, now["unit"])
    return {**row, "num": now["num"], "den": now["den"]}


def _hours(row: Row | None) -> str:
    """Missing time that a figure rests on, as its verdict tells it; empty where there is none."""
    if row is None:
        return ""
    missing = (one for one in read_reasons(row["because"]) if one.key == "missing_time")
    return next((str(one.numbers["hours"]) for one in missing), "")
