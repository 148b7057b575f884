"""Carbon beside pollutants: what cut both, per product and between two periods."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from tests.accounts.pollutants.outlets import drain, site_with, stack

from celadon.accounts.pollutants.co_reduction import CoReduction, co_reductions
from celadon.accounts.pollutants.intensity import intensities

SITE = site_with(
    stack(unit="kiln"),
    drain(),
    units=({"id": "mill", "product": "tile"}, {"id": "kiln", "parent": "mill"}),
    products=({"id": "tile", "measure": "t", "monthly": "production"},),
)
TONNE = 1_000_000


def leaf(account: str, value: int, **rest: Any) -> dict[str, Any]:
    plain = {
        "account": account, "unit": "kiln", "stream": "coal", "measure": "co2", "scope": "process",
        "month": dt.date(2025, 3, 1), "value": value, "seconds_missing": 0,
    }  # fmt: skip
    return plain | rest


def so2(value: int, **rest: Any) -> dict[str, Any]:
    plain = {"unit": "stack-1", "stream": "stack-1.so2", "measure": "so2", "scope": "air"}
    return leaf("pollutant", value, **plain | rest)


def made(value: int, **rest: Any) -> dict[str, Any]:
    return leaf("production", value, unit="mill", stream="tile", measure="amount", **rest)


def only(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> CoReduction:
    (found,) = co_reductions(SITE, before, after, months_apart=0)
    return found


@pytest.mark.parametrize(
    ("carbon", "pollutant", "outcome"),
    [
        (-10, -4, "both"),
        (-10, 0, "carbon_only"),
        (-10, 3, "carbon_only"),
        (0, -4, "pollutant_only"),
        (5, -4, "pollutant_only"),
        (0, 0, "neither"),
        (5, 3, "neither"),
    ],
)
def test_what_fell(carbon: int, pollutant: int, outcome: str) -> None:
    before = [leaf("carbon", 100 * TONNE), so2(50_000)]
    after = [leaf("carbon", (100 + carbon) * TONNE), so2(50_000 + pollutant * 1_000)]
    found = only(before, after)
    assert found.outcome == outcome
    assert (found.kind, found.place, found.pollutant) == ("unit", "kiln", "so2")
    assert (found.carbon_change, found.change) == (carbon * TONNE, pollutant * 1_000)


def test_grams_cut_with_each_tonne() -> None:
    """4 kg of SO2 with 30 t of carbon dioxide: 400/3 g a tonne."""
    before = [leaf("carbon", 100 * TONNE), so2(50_000)]
    assert only(before, [leaf("carbon", 70 * TONNE), so2(46_000)]).per_tonne == Fraction(400, 3)
    assert only(before, [leaf("carbon", 70 * TONNE), so2(50_001)]).per_tonne is None


def test_streams_that_both_rest_on_are_told_beside_their_unit() -> None:
    before = [leaf("carbon", 9 * TONNE), so2(900, stream="coal")]
    after = [leaf("carbon", 8 * TONNE), so2(800, stream="coal")]
    found = co_reductions(SITE, before, after, months_apart=0)
    assert [(each.kind, each.place) for each in found] == [("unit", "kiln"), ("stream", "coal")]
    assert {each.outcome for each in found} == {"both"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # a side without any leaf
        ([leaf("carbon", 9 * TONNE)], [leaf("carbon", 8 * TONNE), so2(9)]),
        # time without a value
        (
            [leaf("carbon", 9 * TONNE), so2(900)],
            [leaf("carbon", 8 * TONNE), so2(800, seconds_missing=60)],
        ),
        # a stream whose factor is lacking has no leaf: it was not cut
        (
            [leaf("carbon", 9 * TONNE), leaf("carbon", 5 * TONNE, stream="gas"), so2(900)],
            [leaf("carbon", 9 * TONNE), so2(800)],
        ),
        # other months of the year
        (
            [leaf("carbon", 9 * TONNE), so2(900)],
            [leaf("carbon", 8 * TONNE), so2(800, month=dt.date(2025, 4, 1))],
        ),
    ],
)
def test_what_is_not_known_whole_is_not_judged(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    found = only(before, after)
    assert found.outcome == "cannot_tell"
    assert found.per_tonne is None


def test_the_same_month_of_another_year_is_the_same() -> None:
    before = [
        leaf("carbon", 9 * TONNE, month=dt.date(2024, 3, 1)),
        so2(900, month=dt.date(2024, 3, 1)),
    ]
    after = [leaf("carbon", 8 * TONNE), so2(800)]
    (found,) = co_reductions(SITE, before, after, months_apart=12)
    assert found.outcome == "both"
    assert only(before, after).outcome == "cannot_tell"


def test_a_pollutant_where_no_carbon_is_has_nothing_beside_it() -> None:
    cod = leaf("pollutant", 9, unit="drain-1", stream="effluent", measure="cod", scope="water")
    assert co_reductions(SITE, [cod], [cod]) == []


def test_grams_per_product_take_in_the_outlets_of_parts() -> None:
    """929,400 g over 5,000 t, at the mill that the kiln is a part of."""
    (found,) = intensities(SITE, [so2(900_000), so2(29_400), made(5_000_000)])
    assert (found.unit, found.product, found.pollutant) == ("mill", "tile", "so2")
    assert found.per_product == Fraction(929_400, 5_000)


@pytest.mark.parametrize("production", [[], [made(0)]])
def test_nothing_made_is_no_intensity(production: list[dict[str, Any]]) -> None:
    (found,) = intensities(SITE, [so2(900_000), *production])
    assert found.per_product is None


def test_nothing_known_is_no_intensity_of_zero() -> None:
    (found,) = intensities(SITE, [so2(0, seconds_missing=86_400), made(5_000)])
    assert found.per_product is None
    assert found.seconds_missing == 86_400
