"""Ceramics: the carbonates of the raw materials. Figures of activity are made up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import F, grams, letters, month_of, unknown
from tests.accounts.tiny import Made, sample, stream

METHOD = "ceramics-ndrc-2013"
CLAY = stream("clay", "ceramic_raw_material", "outside", "mill", carbon="raw_material")
MEASURED = {"caco3_content": "3.21", "mgco3_content": "0.84", "conversion_rate": "92.5"}


def made_of(measured: dict[str, str], tonnes: str = "23456.7") -> Made:
    samples = [sample("clay", name, value, "%") for name, value in measured.items()]
    return month_of(METHOD, [CLAY], {"clay": tonnes}, samples)


def test_carbonates_of_the_raw_material() -> None:
    """E = sum F eta (C_CaCO3 44/100 + C_MgCO3 44/84): 23,456.7 t, 92.5 %, 3.21 %, 0.84 %."""
    per_t = F("0.925") * (F("0.0321") * F(44, 100) + F("0.0084") * F(44, 84))
    made = made_of(MEASURED)
    assert made.total(account="carbon") == grams(F("23456.7") * per_t)
    assert letters(made) == {None}


@pytest.mark.parametrize("name", MEASURED)
def test_each_of_them_must_be_measured(name: str) -> None:
    assert unknown(made_of({k: v for k, v in MEASURED.items() if k != name})) == name


@settings(max_examples=20, deadline=None)
@given(one=st.integers(1, 10**6), other=st.integers(1, 10**6))
def test_twice_the_material_emits_what_both_halves_do(one: int, other: int) -> None:
    """Linear in the amount, but for the rounding of each leaf to the gram."""
    apart = [made_of(MEASURED, str(t)).total(account="carbon") for t in (one, other)]
    together = made_of(MEASURED, str(one + other)).total(account="carbon")
    assert abs(sum(apart) - together) <= 1
