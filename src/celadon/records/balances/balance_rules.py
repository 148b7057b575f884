"""What balances of meters show: children above their parent, an unusual loss, what cannot be told.

The accuracy class of a meter is not declared, so no limit of a standard is applied: the limits here
are our own judgement, and the rules say so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from celadon.exact import decimal_text
from celadon.records.balances.balance import MOST_ESTIMATED, Balances
from celadon.records.compiled import Compiled
from celadon.records.finding import Finding
from celadon.records.site import Meter, Site

SLIGHT_EXCESS = Fraction(2, 100)
"""Share of the parent above which children that exceed it are a warning."""

LARGE_EXCESS = Fraction(5, 100)
"""Share of the parent above which children that exceed it are an error."""

UNUSUAL = Fraction(2, 100)
"""How far a month's difference must lie from the usual share, as a share of the parent."""

UNUSUAL_SPREADS = 5
"""And in how many usual distances from the usual (median absolute deviations)."""

FEWEST_MONTHS = 6
"""How many judged months it takes to say what is usual."""

Row = Mapping[str, Any]


def family_findings(
    balances: Balances, compiled: Compiled, sites: Mapping[str, Site]
) -> list[Finding]:
    """The findings of all balances, those on children that could not be compared among them."""
    findings = list(balances.findings)
    months = [row for row in balances.balances.to_pylist() if _is_month(row)]
    if not months:
        return findings
    sizes = {(r["site"], r["meter"]): r["per_count"] for r in compiled.meters.to_pylist()}
    for (site, parent), rows in groupby(months, key=lambda row: (row["site"], row["parent"])):
        meters = {meter.id: meter for meter in sites[site].meters}
        of_one_count = sum(sizes[site, m.id] for m in meters.values() if parent in (m.id, m.parent))
        family = _Family(meters[parent], sizes[site, parent], of_one_count)
        findings += _of_family(site, family, list(rows))
    return findings


def is_judged(row: Row) -> bool:
    """Whether enough is known of a month: most of its days whole, little of it estimated.

    Examples
    --------
    >>> import datetime as dt
    >>> row = {"from_day": dt.date(2025, 3, 1), "to_day": dt.date(2025, 4, 1), "days_judged": 15}
    >>> is_judged(row)
    False
    """
    if 2 * row["days_judged"] < (row["to_day"] - row["from_day"]).days:
        return False
    return all(
        abs(row[f"{side}_estimated"]) <= MOST_ESTIMATED * abs(row[f"{side}_amount"])
        for side in ("parent", "children")
    )


def loss_share(row: Row) -> Fraction | None:
    """The difference on the judged days as a share of the parent; None where that is nothing."""
    if row["parent_judged"] <= 0:
        return None
    return Fraction(row["parent_judged"] - row["children_judged"], row["parent_judged"])


@dataclass(frozen=True, slots=True)
class _Family:
    """A parent meter, small units in one count of it, and of one count of all its family."""

    parent: Meter
    per_count: int
    one_count_of_all: int

    def told(self, small_units: int) -> str:
        """An amount in the parent's own unit."""
        value = small_units * self.parent.count_size / self.per_count
        return f"{decimal_text(value, 0 if abs(value) >= 1000 else 3)} {self.parent.measure}"


def _is_month(row: Row) -> bool:
    first: dt.date = row["from_day"]
    last: dt.date = row["to_day"] - dt.timedelta(days=1)
    return (first.year, first.month) == (last.year, last.month)


def _of_family(site: str, family: _Family, rows: list[Row]) -> Iterator[Finding]:
    judged = [row for row in rows if is_judged(row)]
    unknown = [row for row in rows if not is_judged(row)]
    for run in _runs(unknown):
        numbers = {"months": len(run), "days": sum(row["days_judged"] for row in run)}
        yield _finding(site, family, "balance_unknown", run, numbers)
    exceeding = [row for row in judged if _excess(family, row) > 0]
    for run in _runs(exceeding):
        yield _exceeding(site, family, run)
    yield from _unusual(site, family, [row for row in judged if row not in exceeding])


def _excess(family: _Family, row: Row) -> Fraction:
    """By how much the children pass the limit above their parent; rounding excuses one count."""
    parent, children = int(row["parent_judged"]), int(row["children_judged"])
    return children - parent - family.one_count_of_all - SLIGHT_EXCESS * abs(parent)


def _exceeding(site: str, family: _Family, run: list[Row]) -> Finding:
    parent = sum(row["parent_judged"] for row in run)
    children = sum(row["children_judged"] for row in run)
    is_large = children - parent > LARGE_EXCESS * abs(parent)
    numbers = {
        "months": len(run),
        "parent": family.told(parent),
        "children": family.told(children),
        "share": _percent(Fraction(children - parent, parent)) if parent else "–",
    }
    rule = "children_exceed_parent" if is_large else "children_slightly_exceed_parent"
    return _finding(site, family, rule, run, numbers)


def _unusual(site: str, family: _Family, judged: list[Row]) -> Iterator[Finding]:
    """Months whose difference is far from that of the others with the same children in force."""
    alike: dict[int, list[tuple[Row, Fraction]]] = {}
    for row in judged:
        share = loss_share(row)
        days = (row["to_day"] - row["from_day"]).days
        if share is not None and row["child_days"] == row["children"] * days:
            alike.setdefault(row["children"], []).append((row, share))
    for shares in alike.values():
        if len(shares) < FEWEST_MONTHS:
            continue
        usual = median(share for _, share in shares)
        spread = median(abs(share - usual) for _, share in shares)
        limit = max(UNUSUAL, UNUSUAL_SPREADS * spread)
        for row, share in shares:
            if abs(share - usual) > limit:
                lost = row["parent_judged"] - row["children_judged"]
                numbers = {
                    "difference": family.told(lost),
                    "share": _percent(share),
                    "usual": _percent(usual),
                }
                yield _finding(site, family, "unusual_difference", [row], numbers)


def _runs(rows: Iterable[Row]) -> list[list[Row]]:
    """Months that follow each other, together."""
    runs: list[list[Row]] = []
    listed = list(rows)
    for before, row in pairwise([None, *listed]):
        if row is not None and before is not None and before["to_day"] == row["from_day"]:
            runs[-1].append(row)
        elif row is not None:
            runs.append([row])
    return runs


def _finding(
    site: str, family: _Family, rule: str, run: list[Row], numbers: dict[str, Any]
) -> Finding:
    place = f"{family.parent.id} › {run[0]['from_day']}/{run[-1]['to_day']}"
    return Finding(site, rule, family.parent.id, place, numbers)


def _percent(share: Fraction) -> str:
    return f"{decimal_text(share * 100, 1)} %"
