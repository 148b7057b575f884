"""Fluorochemicals: the HFC-23 that comes with HCFC-22, and what escapes of gases that are made.

Figures of activity and samples are made up. The equations are recalled (D); no factor is held.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import F, month_of
from tests.accounts.tiny import Made, sample, stream

FLUORO = "fluorochemicals-ndrc-2015"
HCFC22 = {"id": "hcfc-22", "monthly": "production", "carbon": "hcfc22_made"}
BURNT = stream("burnt", "fluorinated_gas", "mill", "flare", carbon="hfc23_destroyed")
AWAY = stream("away", "fluorinated_gas", "mill", "outside", carbon="hfc23_taken_away")


def plant(made: str, factor: str, burnt: str, away: str) -> Made:
    """A month by tonnes: HCFC-22 made, HFC-23 destroyed (98.5 % pure, 99.99 %) and taken away."""
    samples = [
        sample("hcfc-22", "gas_factor", factor, "kgHFC23/t"),
        sample("burnt", "purity", "98.5", "%"),
        sample("burnt", "removal_rate", "99.99", "%"),
        sample("away", "purity", "99.9", "%"),
    ]
    amounts = {"hcfc-22": made, "burnt": burnt, "away": away}
    return month_of(FLUORO, [BURNT, AWAY], amounts, samples, products=[HCFC22])


def test_a_month_of_hcfc_22() -> None:
    """E = (P x EF - taken away - destroyed) x 11,700.

    5,432.1 t x 21.4 kg/t, less 100.123 t x 98.5 % x 99.99 %, less 3.21 t x 99.9 %.
    """
    made = plant("5432.1", "21.4", "100.123", "3.21")
    parts = (
        Decimal("5432.1") * 21_400,
        -Decimal("100123000") * Decimal("0.985") * Decimal("0.9999"),
        -Decimal("3210000") * Decimal("0.999"),
    )
    assert made.total(account="gas", measure="hfc23") == sum(p.to_integral_value() for p in parts)
    assert made.total(account="carbon") == sum((p * 11_700).to_integral_value() for p in parts)
    scopes = {leaf["stream"]: leaf["scope"] for leaf in made.of(account="carbon")}
    assert scopes == {
        "hcfc-22": "process_hfc23", "burnt": "destroyed_hfc23", "away": "captured_hfc23",
    }  # fmt: skip


def test_without_a_measured_factor_there_is_no_figure() -> None:
    made = month_of(FLUORO, (), {"hcfc-22": "1000"}, products=[HCFC22])
    assert not made.of(account="gas")
    assert made.found("no_parameter")[0].numbers["name"] == "gas_factor"


@pytest.mark.parametrize(("kind", "gas", "potential"), [
    ("sf6_made", "SF6", 23_900), ("hfc134a_made", "HFC134a", 1300), ("cf4_made", "CF4", 6500),
    ("hfc23_made", "HFC23", 11_700), ("cc4f8_made", "cC4F8", 8700),
])  # fmt: skip
def test_what_escapes_of_a_gas_that_is_made(kind: str, gas: str, potential: int) -> None:
    """E = P x EF x GWP: 1,234 t x 4.5 kg/t."""
    product = {"id": "product", "monthly": "production", "carbon": kind}
    factor = sample("product", "gas_factor", "4.5", f"kg{gas}/t")
    made = month_of(FLUORO, (), {"product": "1234"}, [factor], products=[product])
    assert made.total(account="gas") == 1234 * 4500
    assert made.total(account="carbon") == 1234 * 4500 * potential


@settings(max_examples=30, deadline=None)
@given(made=st.integers(0, 10**5), burnt=st.integers(0, 10**4), away=st.integers(0, 10**3))
def test_what_came_is_released_destroyed_or_taken_away(made: int, burnt: int, away: int) -> None:
    month = plant(str(made), "25", str(burnt), str(away))
    expected = made * 25_000 - burnt * 10**6 * F("0.985") * F("0.9999") - away * 999_000
    assert abs(month.total(account="gas") - expected) <= 1
