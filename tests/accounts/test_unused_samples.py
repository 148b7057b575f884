"""A laboratory value that no equation asks for is told; one that an equation asks for never is."""

from __future__ import annotations

import pytest
from tests.accounts.tiny import account, make_site, sample, stream, used

from celadon.records.finding import Finding

STEEL = {"carbon_method": "iron-and-steel-ndrc-2013",
         "electricity_programme": "enterprise_gbt32150"}  # fmt: skip


def told(*samples: object, carrier: str = "anthracite", **rest: object) -> list[Finding]:
    one = stream("one", carrier, "outside", "mill", **rest)
    site = make_site([one], accounting=STEEL)
    return account(site, rows=[used("one", 10**6)], samples=samples).found("sample_unused")  # type: ignore[arg-type]


def test_a_factor_of_electricity_from_a_laboratory_is_told() -> None:
    factor = sample("one", "co2_factor", "0.4", "kgCO2/kWh")
    [found] = told(factor, factor, carrier="electricity", carbon="electricity")
    assert (found.subject, found.numbers["kind"]) == ("one", "electricity")
    assert "programme" in found.remedy("en")
    assert "外购电力" in found.remedy("zh")


def test_a_parameter_of_another_equation_is_told_once() -> None:
    samples = [sample("one", "cao_content", "60", "%"), sample("one", "cao_content", "61", "%")]
    assert len(told(*samples, carbon="combustion")) == 1


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("net_calorific_value", "26.7", "GJ/t"),
        ("carbon_content_per_heat", "27.4", "tC/TJ"),
        ("carbon_content", "70", "%"),
        ("oxidation_rate", "94", "%"),
        ("moisture", "8", "%"),
    ],
)
def test_what_any_form_of_the_equation_takes_is_not(name: str, value: str, unit: str) -> None:
    assert not told(sample("one", name, value, unit), carbon="combustion")


def test_energy_asks_for_the_heat_value_without_any_kind() -> None:
    assert not told(sample("one", "net_calorific_value", "26.7", "GJ/t"))
    assert told(sample("one", "carbon_content", "70", "%"))


def test_steam_asks_for_pressure_and_temperature() -> None:
    state = [sample("one", "steam_pressure", "1.2", "MPa"),
             sample("one", "steam_temperature", "300", "degC")]  # fmt: skip
    assert not told(*state, carrier="steam_low_pressure", carbon="heat")
