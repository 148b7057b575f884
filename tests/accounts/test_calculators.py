"""Single calculations by name give what the accounts give, and refuse what they cannot mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from celadon.accounts import calculators  # noqa: F401  registers the models
from celadon.errors import CeladonError, ModelError
from celadon.models import calculate

COKE = {
    "amount": "68220.4", "unit": "t", "net_calorific_value": "28.447",
    "net_calorific_value_unit": "GJ/t", "carbon_content_per_heat": "29.50", "oxidation_rate": "93",
}  # fmt: skip

TONNES = Decimal("68220.4") * Decimal("28.447") * Decimal("0.0295") * Decimal("0.93") * 44 / 12
BY_DECIMALS = str(TONNES.quantize(Decimal("0.000001")))


@pytest.mark.parametrize(
    ("model", "arguments", "results"),
    [
        ("carbon.combustion", COKE, {"t_co2": BY_DECIMALS}),
        # 1 t of coal equivalent is 29.3076 GJ
        ("energy.coal_equivalent",
         {"amount": "1", "unit": "t", "net_calorific_value": "29.3076",
          "net_calorific_value_unit": "MJ/kg"},
         {"heat_kj": "29307600.000", "kgce": "1000.000"}),
        # worked check of the converter, tests/accounts/test_process_energy.py
        ("energy.process",
         {"energy_in": ["4.3015", "3.7076", "0.4225", "3.41208"],
          "energy_out": ["28.2520", "8.8255"], "production": "1"},
         {"kgce_per_t": "-25.234"}),
    ],
)  # fmt: skip
def test_a_known_result(model: str, arguments: dict[str, Any], results: dict[str, str]) -> None:
    assert calculate(model, arguments) == results


def test_the_ratio_of_cbam_gives_less() -> None:
    less = calculate("carbon.combustion", COKE | {"carbon_to_co2": "3.664"})["t_co2"]
    more = calculate("carbon.combustion", COKE)["t_co2"]
    assert abs(float(more) / float(less) - (44 / 12) / 3.664) < 1e-9


@pytest.mark.parametrize("ratio", ["44/0", "44/x", "x", "44/12/1"])
def test_a_ratio_that_is_none_is_refused(ratio: str) -> None:
    with pytest.raises(ModelError, match="do not fit"):
        calculate("carbon.combustion", COKE | {"carbon_to_co2": ratio})


@pytest.mark.parametrize(
    "change",
    [{"unit": "Nm3"}, {"net_calorific_value_unit": "GJ"}, {"unit": "hogshead"}],
)
def test_units_that_do_not_fit_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(CeladonError):
        calculate("carbon.combustion", COKE | change)


@pytest.mark.parametrize("production", ["0", "-1"])
def test_no_unit_energy_without_production(production: str) -> None:
    with pytest.raises(ModelError, match="No unit energy"):
        calculate("energy.process", {"energy_in": ["1"], "production": production})


def test_the_electricity_factor_of_a_reporting_year() -> None:
    found = calculate(
        "carbon.electricity_factor",
        {"programme": "enterprise_gbt32150", "reporting_year": 2024},
    )
    assert (found["value"], found["data_year"], found["confidence"]) == ("0.5366", "2022", "C")


def test_a_credit_code_is_checked() -> None:
    assert calculate("identity.credit_code", {"code": " 91999999ma00fake83 "})["valid"]
    wrong = calculate("identity.credit_code", {"code": "91999999MA00FAKE84"})
    assert not wrong["valid"]
    assert wrong["fault"]
