"""Contents on other bases than the mass: converted by the moisture of their days, or refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.tiny import Made, account, certificate, make_site, sample, stream, used

from celadon.accounts.bases import converted, moistures_between

F = Fraction
SHARE = st.fractions(0, F(99, 100))
BASES = ("as_received", "air_dried", "dry")
ROWS = [used("coal", 1_000_000)]
OXIDATION = sample("coal", "oxidation_rate", "100", "%")


def made(*samples: Any, basis: str = "as_received") -> Made:
    coal = stream("coal", "anthracite", "outside", "mill", carbon="combustion", basis=basis)
    site = make_site([coal], accounting={"carbon_method": "general-industry-2015"})
    return account(site, rows=ROWS, samples=[OXIDATION, *samples])


def content(value: str, basis: str, **rest: Any):
    return sample("coal", "carbon_content", value, "%", basis=basis, **rest)


def moisture(value: str, name: str = "moisture"):
    return sample("coal", name, value, "%")


def test_as_received_from_dry() -> None:
    """C_ar = C_d (100 - M_ar)/100 = 80 % x 0.92; 1,000 t x 0.736 x 44/12."""
    result = made(content("80", "dry"), moisture("8"))
    assert result.total(account="carbon") == round(10**9 * F("0.736") * F(44, 12))
    (used_one,) = result.parameters(name="carbon_content")
    assert "dry -> as_received (8.00 %" in used_one["factor"]


def test_as_received_from_air_dried() -> None:
    """C_ar = C_ad (100 - M_ar)/(100 - M_ad) = 78 % x 92/98 = 73.2245 %, kept to four decimals."""
    result = made(content("78", "air_dried"), moisture("8"), moisture("2", "moisture_air_dried"))
    (used_one,) = result.parameters(name="carbon_content")
    kept = F(used_one["count"], 10 ** used_one["decimals"])
    assert abs(kept - F(78 * 92, 98)) < F(1, 10**4)
    assert "basis_mismatch" not in result.rules()


def test_dry_from_as_received_for_a_mass_that_is_dry() -> None:
    result = made(content("73.6", "as_received"), moisture("8"), basis="dry")
    assert result.total(account="carbon") == round(10**9 * F("0.8") * F(44, 12))


def test_without_the_moisture_it_is_refused_and_says_what_to_give() -> None:
    result = made(content("80", "dry"))
    found = result.found("basis_mismatch")
    assert "give moisture of the same days" in found[0].remedy("en")
    assert "moisture" in found[0].remedy("zh")
    assert "含碳量 80 %" in found[0].text("zh")
    (used_one,) = result.parameters(name="carbon_content_per_heat", account="carbon")
    assert used_one["rung"] == "default"


def test_a_heat_value_is_not_converted() -> None:
    heat = sample("coal", "net_calorific_value", "30", "GJ/t", basis="dry")
    result = made(heat, moisture("8"))
    assert "on the basis as_received" in result.found("basis_mismatch")[0].remedy("en")


def test_of_two_moistures_the_one_that_lacks_is_named() -> None:
    result = made(content("78", "air_dried"), moisture("8"))
    assert "give moisture_air_dried of" in result.found("basis_mismatch")[0].remedy("en")


def test_a_certificate_is_converted_too() -> None:
    given_dry = certificate("coal", "carbon_content", "80", "%", basis="dry")
    result = made(given_dry, moisture("8"))
    assert result.total(account="carbon") == round(10**9 * F("0.736") * F(44, 12))


def test_of_nothing_but_water_no_content_is_known() -> None:
    assert (
        "basis_mismatch" in made(content("80", "as_received"), moisture("100"), basis="dry").rules()
    )


@given(st.sampled_from(BASES), st.sampled_from(BASES), st.fractions(0, 100), SHARE, SHARE)
def test_there_and_back_is_where_it_began(
    one: str, other: str, value: Fraction, total: Fraction, air: Fraction
) -> None:
    water = {"moisture": total, "moisture_air_dried": air}
    there = converted(value, one, other, water)
    assert there is not None
    assert converted(there, other, one, water) == value
    assert set(moistures_between(one, other)) <= water.keys()
