"""Steps as one pass over sorted arrays: what ``sql/part_sum.sql`` and ``sql/year_of.sql`` define.

They are much faster than the engine's windows and joins; tests hold them equal, row by row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_YEARS = 10_000
"""More than any year: so a series and its year are one number."""


def part_sums(reported: pa.Table, members: pa.Table) -> pa.Table:
    """By how much parts and total lie apart in each row, where they do and there is a part.

    Parameters
    ----------
    reported : the table ``reported``, sorted by its key.
    members : ``number`` of a quantity, its ``part_group``, its ``sign``: 1 a part, -1 the total.
    """
    quantity = reported["quantity"].to_numpy()
    line, value = reported["line"].to_numpy(), reported["value"].to_numpy()
    most = int(line.max(initial=0)) + 1
    by_group: dict[int, list[tuple[int, int]]] = {}
    for row in members.to_pylist():
        by_group.setdefault(row["part_group"], []).append((row["number"], row["sign"]))
    found = []
    for group, of_group in sorted(by_group.items()):
        apart, number = np.zeros(most, np.int64), np.zeros(most, np.int64)
        for each, sign in of_group:
            first, after = np.searchsorted(quantity, (each, each + 1))
            own = line[first:after]  # each line once: the key of the table says so
            apart[own] += sign * value[first:after]
            number[own] += 1
        lines = np.flatnonzero((apart != 0) & (number > 1))
        found.append((lines, np.full(len(lines), group), apart[lines]))
    return pa.table(
        {
            "line": _joined(one for one, _, _ in found),
            "part_group": _joined(one for _, one, _ in found),
            "apart": _joined(one for _, _, one in found),
        }
    )


def years_of(keys: pa.Table) -> pa.Table:
    """The years of each series beside the year before, as ``sql/year_of.sql`` defines them.

    Parameters
    ----------
    keys : the table ``return_key``: a row for each return, its texts as numbers.
    """
    series, year, line = (keys[name].to_numpy() for name in ("series", "year", "line"))
    of_month = keys["month"].to_numpy() != 0
    whose = (series * _YEARS + year) * 2 + of_month
    ascending = bool((line[1:] > line[:-1]).all())
    order = np.argsort(whose, kind="stable") if ascending else np.lexsort((line, whose))
    series, year, line, of_month = (each[order] for each in (series, year, line, of_month))
    begins = np.ones(len(order), bool)
    begins[1:] = (series[1:] != series[:-1]) | (year[1:] != year[:-1])
    first = np.flatnonzero(begins)
    chosen = keys.take(pa.array(order[first]))
    of_series, of_year, whole = series[first], year[first], ~of_month[first]
    before = np.arange(len(first)) - 1
    same = np.zeros(len(first), bool)
    same[1:] = of_series[1:] == of_series[:-1]
    year_line = np.where(whole, line[first], 0)
    found = {
        "series": pa.array(of_series), "who": chosen["who"], "year": pa.array(of_year),
        "line": pa.array(line[first]), "year_line": pa.array(year_line, mask=~whole),
        "sector": chosen["sector"], "code": chosen["code"],
        "year_before": pa.array(of_year[before], mask=~same),
        "year_line_before": pa.array(year_line[before], mask=~(same & whole[before])),
    }  # fmt: skip
    for name in ("sector", "code"):
        found[f"{name}_before"] = _last_known(chosen[name], same)
    return pa.table(found)


def worth_asking(
    years: pa.Table, reported: pa.Table, watched: Iterable[int], up: int, down: int
) -> pa.Table:
    """The years of which a rule on years may say something, and one of every year that there is.

    A rule is broken only where sector or code changed, a year lies between, or an amount stands
    above ``up`` or below ``down`` per cent of the year before: the engine is asked for no other.

    Parameters
    ----------
    years : as :func:`years_of` gives them; watched : numbers of the quantities that are compared.
    """
    if not years.num_rows:
        return years
    year, before = (pc.fill_null(years[name], 0).to_numpy() for name in ("year", "year_before"))
    kept = (before > 0) & (year > before + 1)
    for name in ("sector", "code"):
        changed = pc.not_equal(years[name], years[f"{name}_before"])
        kept |= pc.fill_null(changed, fill_value=False).to_numpy()
    here, there = (pc.fill_null(years[name], 0).to_numpy()
                   for name in ("year_line", "year_line_before"))  # fmt: skip
    follows = (year == before + 1) & (here > 0) & (there > 0)
    quantity, line, value = (reported[name].to_numpy() for name in ("quantity", "line", "value"))
    most = int(max(line.max(initial=0), here.max(), there.max())) + 1
    for number in watched:
        own = quantity == number
        amount, known = np.zeros(most, np.int64), np.zeros(most, bool)
        amount[line[own]], known[line[own]] = value[own], True
        now, then = amount[here], amount[there]
        jumped = (100 * now > up * then) | (100 * now < down * then)
        kept |= follows & known[here] & known[there] & (then > 0) & jumped
    kept[np.unique(year, return_index=True)[1]] = True
    return years.filter(pa.array(kept))


def _last_known(column: pa.ChunkedArray, follows: np.ndarray[Any, np.dtype[np.bool_]]) -> pa.Array:
    """The last value before each row of a series that is one; rows stand in order.

    Parameters
    ----------
    follows : whether a row is of the same series as the row before it.
    """
    known = pc.is_valid(column).to_numpy()
    values = pc.fill_null(column, 0).to_numpy()
    place = np.arange(len(known))
    last = np.maximum.accumulate(np.where(known, place, -1)) if len(known) else place
    begun = np.maximum.accumulate(np.where(follows, 0, place)) if len(known) else place
    before = np.concatenate([[-1], last[:-1]]) if len(known) else place
    there = follows & (before >= begun)
    return pa.array(values[np.where(there, before, 0)], pa.int64(), mask=~there)


def _joined(parts: Iterable[np.ndarray[tuple[int], np.dtype[np.int64]]]) -> pa.Array:
    return pa.array(np.concatenate([np.zeros(0, np.int64), *parts]))
