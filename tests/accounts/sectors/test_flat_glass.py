"""Flat glass: carbonates of the batch by purity, factor and share calcined; carbon powder.

Figures of activity are made up; factors are written here again by hand, from the shipped tables.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import TO_CO2, F, grams, letters, month_of, rungs, unknown
from tests.accounts.tiny import sample, stream

METHOD = "flat-glass-ndrc-2013"
# carrier, carbon_item, factor of IPCC 2006 volume 3 table 2.1
CARBONATES = [
    ("limestone", "", "0.43971"),
    ("dolomite", "", "0.47732"),
    ("carbonate", "soda_ash", "0.41492"),
    ("carbonate", "magnesite", "0.52197"),
    ("carbonate", "siderite", "0.37987"),
    ("carbonate", "rhodochrosite", "0.38286"),
    ("carbonate", "ankerite_low", "0.40822"),
    ("carbonate", "ankerite_high", "0.47572"),
]


@pytest.mark.parametrize(("carrier", "item", "factor"), CARBONATES)
def test_a_carbonate_of_the_batch(carrier: str, item: str, factor: str) -> None:
    """E = MF x M x EF x F: 2,345.6 t x 97.8 % x EF x 1; measured, 98.5 % of it calcined."""
    batch = stream("batch", carrier, "outside", "mill", carbon="carbonate", carbon_item=item)
    purity = sample("batch", "carbonate_content", "97.8", "%")
    made = month_of(METHOD, [batch], {"batch": "2345.6"}, [purity])
    whole = F("2345.6") * F("0.978") * F(factor)
    assert made.total(account="carbon") == grams(whole)
    assert letters(made) == {"B"}
    part = sample("batch", "conversion_rate", "98.5", "%")
    made = month_of(METHOD, [batch], {"batch": "2345.6"}, [purity, part])
    assert made.total(account="carbon") == grams(whole * F("0.985"))


def test_purity_must_be_measured() -> None:
    batch = stream("batch", "limestone", "outside", "mill", carbon="carbonate")
    assert unknown(month_of(METHOD, [batch], {"batch": "10"})) == "carbonate_content"


POWDER = stream("powder", "carbon_powder", "outside", "mill", carbon="carbon_powder")


def test_carbon_powder_by_its_factor_where_its_carbon_was_not_measured() -> None:
    """12.345 t x 3.6642."""
    made = month_of(METHOD, [POWDER], {"powder": "12.345"})
    assert made.total(account="carbon") == grams(F("12.345") * F("3.6642"))
    assert letters(made) == {"C"}


@settings(max_examples=20, deadline=None)
@given(kilograms=st.integers(1, 10**6), carbon=st.integers(1, 1000))
def test_carbon_powder_by_its_carbon(kilograms: int, carbon: int) -> None:
    """E = Q x C x 44/12."""
    measured = sample("powder", "carbon_content", f"{carbon / 10}", "%")
    made = month_of(METHOD, [POWDER], {"powder": f"{kilograms / 1000}"}, [measured])
    expected = F(kilograms, 1000) * F(carbon, 1000) * TO_CO2
    assert made.total(account="carbon") == grams(expected)
    assert rungs(made) == {"carbon_content": "measured"}


def test_the_national_standard_is_named_where_its_text_is_not_loaded() -> None:
    made = month_of("flat-glass", [POWDER], {"powder": "12.345"})
    assert [f.numbers["name"] for f in made.found("edition_not_loaded")] == ["gbt-32151-7-2023"]
