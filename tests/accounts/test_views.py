"""Emissions without and with electricity and heat, in both views."""

from __future__ import annotations

import pytest

from celadon.accounts.views import View, views_of
from celadon.errors import LookupRefused


def leaf(account: str, scope: str, value: int) -> dict[str, object]:
    return {"account": account, "scope": scope, "value": value}


def test_parts_add_to_the_total_of_each_view() -> None:
    location, market = views_of(
        [
            leaf("carbon", "direct_combustion", 100), leaf("carbon", "captured", -30),
            leaf("carbon", "purchased_electricity", 50), leaf("carbon", "exported_heat", -7),
            leaf("carbon_market", "direct_combustion", 100),
            leaf("carbon_market", "captured", -30),
            leaf("carbon_market", "green_electricity", 0),
            leaf("carbon_market", "purchased_electricity", 20),
            leaf("carbon_market", "exported_heat", -7), leaf("energy", "purchased", 9),
        ]
    )  # fmt: skip
    assert location == View("carbon", 70, 50, -7)
    assert market.plain() == {
        "account": "carbon_market", "direct": 70, "purchased": 20, "exported": -7, "total": 83,
    }  # fmt: skip


def test_a_part_of_which_nothing_is_known_is_no_zero() -> None:
    (view,) = views_of([leaf("carbon", "purchased_heat", 5)])
    assert (view.direct, view.exported, view.total) == (None, None, 5)
    assert not views_of([])
    assert View("carbon", None, None, None).total is None


def test_one_view_is_never_compared_with_the_other() -> None:
    location, market = View("carbon", 1, 2, None), View("carbon_market", 1, 1, None)
    assert location.change_from(View("carbon", 1, 1, None)) == 1
    assert location.change_from(View("carbon", None, None, None)) is None
    with pytest.raises(LookupRefused, match="not compared") as refused:
        market.change_from(location)
    assert "with itself" in refused.value.faults[0].remedy
