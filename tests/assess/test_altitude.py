"""GB 16780-2021 above 1500 m, and corrections that are of one indicator only.

Limits and the formula ``K = 1.179 - 0.211 P / 101325`` are those of the shipped tables (letter C);
the expected numbers are worked out by hand from them.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from celadon.assess.limits import Limits, editions, limits_of
from celadon.records.declaration import Unit
from celadon.reference import load_registry

REGISTRY = load_registry()
DAY = dt.date(2025, 12, 31)


def limits(process: str, **facts: str) -> Limits:
    unit = Unit(id="plant", process=process, facts=facts)
    (edition,) = editions(REGISTRY, process, "norm", DAY)
    return limits_of(REGISTRY, unit, edition, "gce/kg")


@pytest.mark.parametrize("altitude", ["0", "200", "1500"])
def test_up_to_1500_m_no_factor_is_taken(altitude: str) -> None:
    found = limits("cement_clinker", altitude_m=altitude)
    assert (found.lacks, found.terms) == ((), ())
    assert [found.values[f"grade_{grade}"] for grade in (1, 2, 3)] == [100, 107, 117]


def test_above_1500_m_the_pressure_widens_grade_3_alone() -> None:
    found = limits("cement_clinker", altitude_m="2000", site_pressure="81060")  # 0.8 of 101325
    factor = Fraction("1.179") - Fraction("0.211") * Fraction("0.8")
    assert found.values["grade_3"] == 117 * factor
    assert [found.values[f"grade_{grade}"] for grade in (1, 2)] == [100, 107]


@pytest.mark.parametrize(
    ("facts", "fact"), [({}, "altitude_m"), ({"altitude_m": "1501"}, "site_pressure")]
)
def test_without_the_fact_that_decides_it_cannot_be_told(facts: dict[str, str], fact: str) -> None:
    (lack,) = limits("cement_clinker", **facts).lacks
    assert (lack.key, lack.numbers["fact"]) == ("fact_missing", fact)


def test_the_clinker_share_moves_the_limits_of_cement() -> None:
    found = limits("cement", altitude_m="100", clinker_share="70")
    assert found.values["grade_1"] == 80 - 5 * Fraction("1.10")


def test_a_correction_of_smelting_electricity_does_not_touch_the_whole_energy() -> None:
    found = limits("ferrosilicon")
    assert (found.lacks, found.values["grade_3"]) == ((), 1850)
