"""What the returns of one reporter cannot tell, however asked: said, so that no miss is silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.assess.checks.population import Population
from celadon.assess.checks.rules import PACKAGE, check_rules
from celadon.languages import Phrases

_OF_ACCOUNT = ("energy", "output")
"""Quantities of a nation that the account makes; the others are what a site took of a carrier."""

_NAMED = 4


@dataclass(frozen=True, slots=True)
class Beyond:
    """Something that a return cannot tell.

    Parameters
    ----------
    reason : key of its words, in ``[beyond]`` of ``patterns.toml``.
    numbers : what stands in these words.
    """

    reason: str
    numbers: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """It in words.

        Examples
        --------
        >>> Beyond("no_year_before").text("en")
        'jumps from year to year: no row of the year before'
        """
        return Phrases.load(PACKAGE, "patterns.toml").text(
            f"beyond.{self.reason}", language, **self.numbers
        )


def beyond(population: Population) -> dict[str, tuple[Beyond, ...]]:
    """What the returns of each reporter of a population cannot tell.

    Examples
    --------
    Purchases that stand for use balance like others: only an invoice beside the meter would tell.
    """
    names = _names(population)
    found: dict[int, list[Beyond]] = {who: [] for who in names}
    for part in (_exchanges(population, names), _copies(population), _bought(population),
                 _years(population, names), _peers(population)):  # fmt: skip
        for who, one in part:
            found[who].append(one)
    return {names[who]: tuple(each) for who, each in found.items()}


def _names(population: Population) -> dict[int, str]:
    returned = population.returned
    return dict(zip(returned["who"].to_pylist(), returned["reporter"].to_pylist(), strict=True))


def _monthly(population: Population, wanted: list[int]) -> pa.Table:
    """The amounts of months of some quantities, with who reported them and for which month."""
    reported = population.reported
    reported = reported.filter(pc.is_in(reported["quantity"], pa.array(wanted, pa.int64())))
    returned = population.returned.select(["line", "who", "year", "month", "day"])
    joined = reported.join(returned, "line", join_type="inner")
    return joined.filter(pc.and_(pc.greater(joined["month"], 0), pc.equal(joined["day"], 0)))


def _exchanges(population: Population, names: Mapping[int, str]) -> Iterator[tuple[int, Beyond]]:
    """Neighbouring months whose amounts could stand in each other's place and nobody would see."""
    found: dict[int, list[int]] = {who: [0, 0, 0] for who in names}  # ratios, untold, pairs
    least = check_rules()["months_swapped"].limits["months"]
    ratios = population.ratio.to_pylist()
    sides = sorted({ratio[side] for ratio in ratios for side in ("numerator", "denominator")})
    months: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    rows = _monthly(population, sides)
    keys = ("who", "quantity", "year", "month", "value")
    for who, quantity, year, month, value in zip(*(rows[k].to_pylist() for k in keys), strict=True):
        months[who, quantity][year * 12 + month] = value
    above = {ratio["numerator"]: ratio["denominator"] for ratio in ratios}
    for (who, quantity), upper in months.items():
        lower = months.get((who, above.get(quantity, 0)), {})
        whole = {
            period: (upper[period], lower[period])
            for period in sorted(upper.keys() & lower.keys())
            if upper[period] > 0 < lower[period]
        }
        if len(whole) >= least:
            untold, pairs = _untold_pairs(whole)
            known = found[who]
            known[:] = [known[0] + 1, known[1] + untold, known[2] + pairs]
    for who, (number, untold, pairs) in found.items():
        if ratios and not number:
            yield who, Beyond("no_months")
        elif untold:
            yield who, Beyond("exchange", {"untold": str(untold), "pairs": str(pairs)})


def _untold_pairs(months: Mapping[int, tuple[int, int]]) -> tuple[int, int]:
    """Of pairs of neighbours, those whose exchange would not show, and how many there are."""
    # the lower of two middles, as everywhere in the checks
    quotients = sorted(upper * 1_000_000 // lower for upper, lower in months.values())
    middle = quotients[(len(quotients) - 1) // 2]
    off = check_rules()["months_swapped"].limits["off_percent"]

    def fits(upper: int, lower: int) -> bool:
        return 100 * abs(upper * 1_000_000 // lower - middle) <= off * middle

    untold = pairs = 0
    for period, (upper, lower) in months.items():
        if period + 1 not in months:
            continue
        pairs += 1
        upper_next, lower_next = months[period + 1]
        stands = fits(upper, lower) and fits(upper_next, lower_next)
        shows = not fits(upper, lower_next) and not fits(upper_next, lower)
        untold += not (stands and shows)
    return untold, pairs


def _copies(population: Population) -> Iterator[tuple[int, Beyond]]:
    """Quantities whose amounts have too few digits for a copy to be told from chance."""
    least = check_rules()["month_repeated"].limits["least"]
    watched = {q["number"]: q["quantity"] for q in population.quantity.to_pylist()
               if q["is_watched"]}  # fmt: skip
    rows = _monthly(population, list(watched))
    few = rows.filter(pc.less(pc.abs(rows["value"]), least)).select(["who", "quantity"])
    small: dict[int, set[str]] = defaultdict(set)
    for row in few.group_by(["who", "quantity"]).aggregate([]).to_pylist():
        small[row["who"]].add(watched[row["quantity"]])
    for who, quantities in sorted(small.items()):
        yield who, Beyond("few_digits", {"quantities": _listed(quantities)})


def _bought(population: Population) -> Iterator[tuple[int, Beyond]]:
    """Carriers of which no invoice stands beside what was metered or used."""
    paired = {
        row[name] for row in population.pair.to_pylist() if row["kind"] == "invoice"
        for name in ("one", "other")
    }  # fmt: skip
    carriers = {
        row["number"]: row["quantity"] for row in population.quantity.to_pylist()
        if row["quantity"].partition(" ")[0] not in _OF_ACCOUNT and row["number"] not in paired
    }  # fmt: skip
    rows = _monthly(population, list(carriers)).group_by(["who", "quantity"]).aggregate([])
    taken: dict[int, set[str]] = defaultdict(set)
    for row in rows.to_pylist():
        taken[row["who"]].add(carriers[row["quantity"]])
    for who, names in sorted(taken.items()):
        yield who, Beyond("bought_for_used", {"quantities": _listed(names)})


def _years(population: Population, names: Mapping[int, str]) -> Iterator[tuple[int, Beyond]]:
    """Reporters without two years that follow each other."""
    years: dict[int, set[int]] = defaultdict(set)
    pairs = population.returned.group_by(["who", "year"]).aggregate([])
    for row in pairs.to_pylist():
        years[row["who"]].add(row["year"])
    for who in names:
        if not any(year - 1 in years[who] for year in years[who]):
            yield who, Beyond("no_year_before")


def _peers(population: Population) -> Iterator[tuple[int, Beyond]]:
    """Reporters of a sector that has too few for a comparison, or of none."""
    rows: list[dict[str, Any]] = (
        population.returned.group_by(["who", "sector", "year"]).aggregate([]).to_pylist()
    )
    members: dict[tuple[str | None, int], int] = defaultdict(int)
    for row in rows:
        members[row["sector"], row["year"]] += 1
    least = check_rules()["peer_outlier"].limits["peers"]
    told: set[int] = set()
    for row in rows:
        if row["who"] in told:
            continue
        if row["sector"] is None or members[row["sector"], row["year"]] < least:
            told.add(row["who"])
            yield row["who"], Beyond("no_sector" if row["sector"] is None else "few_peers",
                                     {"peers": str(least)})  # fmt: skip


def _listed(names: set[str]) -> str:
    ordered = sorted(names)
    return ", ".join(ordered[:_NAMED]) + (" …" if len(ordered) > _NAMED else "")
