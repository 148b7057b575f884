"""Laboratory results and certificates: means, precedence, changes, conflicts."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.tiny import MARCH, certificate, sample

from celadon.accounts.samples import Samples, weighted_mean

NCV = "net_calorific_value"
DAY = dt.date(2025, 3, 10)


def heat(value: str, days: str = "2025-03", **rest: object):
    return sample("coal", NCV, value, "GJ/t", days, **rest)


def test_the_mean_goes_by_weight() -> None:
    mean = weighted_mean([heat("28", weight=1), heat("29", weight=3)])
    assert mean.value == Fraction(115, 4)
    assert mean.is_weighted


@pytest.mark.parametrize("weights", [(None, None), (0, 0)])
def test_without_weights_the_mean_is_plain(weights: tuple[int | None, int | None]) -> None:
    mean = weighted_mean([heat("28", weight=weights[0]), heat("29", weight=weights[1])])
    assert mean.value == Fraction(57, 2)
    assert mean.is_weighted


@pytest.mark.parametrize("lacking", [None, -5])
def test_a_weight_that_is_lacking_among_others_is_told(lacking: int | None) -> None:
    mean = weighted_mean([heat("28", weight=lacking), heat("29", weight=3)])
    assert mean.value == Fraction(57, 2)
    assert not mean.is_weighted


def test_a_sample_of_nothing_counts_for_nothing() -> None:
    assert weighted_mean([heat("28", weight=0), heat("29", weight=3)]).value == 29


def test_units_of_one_dimension_are_joined_exactly() -> None:
    other = sample("coal", NCV, "29000", "kJ/kg")
    mean = weighted_mean([heat("28"), other])
    assert (mean.value, mean.unit) == (Fraction(57, 2), "GJ/t")


@given(
    values=st.lists(st.integers(1, 10**8), min_size=1, max_size=8),
    weights=st.lists(st.integers(1, 10**9), min_size=8, max_size=8),
    seed=st.randoms(),
)
def test_the_mean_lies_among_its_samples_whatever_their_order(
    values: list[int], weights: list[int], seed: object
) -> None:
    samples = [heat(str(v), weight=w) for v, w in zip(values, weights, strict=False)]
    mean = weighted_mean(samples).value
    assert min(values) <= mean <= max(values)
    assert weighted_mean(list(reversed(samples))).value == mean


def test_results_of_the_days_are_found() -> None:
    inside, across = heat("28", "2025-03-30/2025-03-31"), heat("29", "2025-03-31/2025-04-02")
    outside = heat("30", "2025-04")
    assert Samples([inside, across, outside]).measured("coal", NCV, MARCH) == [inside, across]


def test_a_later_file_replaces_what_it_repeats_for_the_same_days() -> None:
    early = [heat("28", source_row=2), heat("29", source_row=3)]
    late = heat("30", position=5)
    other_days = heat("31", "2025-03-01/2025-03-02", position=5)
    found = Samples([late, *early, other_days]).measured("coal", NCV, MARCH)
    assert found == [late, other_days]


def test_a_result_on_another_basis_replaces_nothing() -> None:
    received, dry = heat("28", basis="as_received"), heat("30", basis="dry", position=5)
    assert Samples([received, dry]).measured("coal", NCV, MARCH) == [received, dry]


def test_the_certificate_that_began_last_holds() -> None:
    old = certificate("gas", NCV, "36", "MJ/Nm3", since=dt.date(2024, 1, 1))
    new = certificate("gas", NCV, "37", "MJ/Nm3", since=DAY)
    samples = Samples([old, new])
    assert samples.certificate("gas", NCV, DAY - dt.timedelta(1)) == old
    assert samples.certificate("gas", NCV, DAY) == new
    assert samples.certificate("gas", NCV, dt.date(2023, 12, 31)) is None
    assert samples.certificate_changes("gas", NCV, MARCH) == [DAY]


def test_a_certificate_that_does_not_fit_does_not_hide_one_that_does() -> None:
    old = certificate("coal", NCV, "28", "GJ/t", since=dt.date(2024, 1, 1), basis="as_received")
    new = certificate("coal", NCV, "30", "GJ/t", since=DAY, basis="dry")
    found = Samples([old, new]).certificate("coal", NCV, DAY, lambda s: s.basis == "as_received")
    assert found == old


def test_a_certificate_ends_before_its_last_day() -> None:
    held = certificate("gas", NCV, "36", "MJ/Nm3", days="2025-03-01/2025-03-10")
    samples = Samples([held])
    assert samples.certificate("gas", NCV, DAY - dt.timedelta(1)) == held
    assert samples.certificate("gas", NCV, DAY) is None


def test_two_certificates_of_one_file_for_the_same_days_are_a_conflict() -> None:
    one = certificate("gas", NCV, "36", "MJ/Nm3", source_row=2)
    other = certificate("gas", NCV, "37", "MJ/Nm3", source_row=3)
    samples = Samples([one, other])
    assert samples.conflicts == (one, other)
    assert samples.certificate("gas", NCV, DAY) is None


def test_the_same_certificate_told_twice_is_none() -> None:
    one = certificate("gas", NCV, "36", "MJ/Nm3", source_row=2)
    again = certificate("gas", NCV, "36000", "kJ/Nm3", source_row=3)
    samples = Samples([one, again])
    assert samples.conflicts == ()
    assert samples.certificate("gas", NCV, DAY) == again


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["38.9", "38931", "38.7", "39.1"], ["38931"]),  # a thousand times too much
        (["38.9", "0", "38.7"], ["0"]),
        (["38.9", "3.8", "38.7"], ["3.8"]),
        (["38.9", "20", "76"], []),  # fuels vary; a decimal point does not make two times
        (["38931", "38.9"], []),  # of two, nobody knows which is right
        (["0", "0", "0"], []),
    ],
)
def test_a_sample_out_of_line_is_told(values: list[str], told: list[str]) -> None:
    samples = Samples(heat(value, f"2025-0{n}") for n, value in enumerate(values, start=1))
    assert [found.value for found, _ in samples.out_of_line()] == [Fraction(text) for text in told]
