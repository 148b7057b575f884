"""Magnesium: ferrosilicon made on site and dolomite. Figures of activity are made up."""

from __future__ import annotations

from tests.accounts.sectors.month import F, grams, letters, month_of
from tests.accounts.tiny import stream

METHOD = "magnesium-ndrc-2013"
DOLOMITE = stream("dolomite", "dolomite", "outside", "mill", carbon="dolomite")
MADE = {"id": "silicon", "monthly": "production", "carbon": "ferrosilicon"}


def test_ferrosilicon_made_on_site_and_dolomite() -> None:
    """E = FeSi made on site x 2.79 + dolomite x 0.478: 1,043.2 t and 10,876.5 t."""
    amounts = {"silicon": "1043.2", "dolomite": "10876.5"}
    made = month_of(METHOD, [DOLOMITE], amounts, products=[MADE])
    expected = grams(F("1043.2") * F("2.79")) + grams(F("10876.5") * F("0.478"))
    assert made.total(account="carbon") == expected
    # both factors are recalled
    assert letters(made) == {"D"}
    assert {leaf["scope"] for leaf in made.of(account="carbon")} == {"process"}


def test_ferrosilicon_that_is_bought_carries_nothing() -> None:
    bought = stream("bought", "ferrosilicon", "outside", "mill")
    assert not month_of(METHOD, [bought], {"bought": "100"}).of(account="carbon")
