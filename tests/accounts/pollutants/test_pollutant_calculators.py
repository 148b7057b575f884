"""Single calculations of pollutants; expected figures are worked by hand beside them."""

from __future__ import annotations

import pytest

import celadon.accounts.pollutants.calculators  # noqa: F401  register their models
from celadon.errors import ModelError
from celadon.models import find_model

MONITORED = {
    "concentration": "20.5", "concentration_unit": "mg/Nm3", "flow": "50000", "flow_unit": "Nm3/h",
    "hours": "24",
}  # fmt: skip
SAMPLED = {
    "amount": "500", "unit": "t", "factor": "12.5", "factor_unit": "g/kg", "removal": "0.992",
}  # fmt: skip


def grams(name: str, given: dict[str, str]) -> str:
    model = find_model(name)
    return str(model.function(model.arguments.model_validate(given)).model_dump()["grams"])


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        # 20.5 mg x 50,000 x 24 = 24.6 kg
        ("pollutant.monitored", MONITORED, "24600.000"),
        (
            "pollutant.monitored",
            # 42 mg/L x 3.6 m3/h = 151.2 g in an hour
            {
                "concentration": "42",
                "concentration_unit": "mg/L",
                "flow": "3.6",
                "flow_unit": "m3/h",
            },
            "151.200",
        ),
        # 500 t x 12.5 kg/t x 0.8 % = 50 kg
        ("pollutant.sampled", SAMPLED, "50000.000"),
        (
            "pollutant.sampled",
            {"amount": "12000", "unit": "m3", "factor": "42", "factor_unit": "mg/L"},
            "504000.000",
        ),
    ],
)
def test_by_hand(name: str, given: dict[str, str], expected: str) -> None:
    assert grams(name, given) == expected


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        ("pollutant.monitored", MONITORED | {"flow_unit": "m3/h"}, "mg/Nm3 with m3/h"),
        ("pollutant.monitored", MONITORED | {"concentration_unit": "%"}, "% with Nm3/h"),
        ("pollutant.monitored", MONITORED | {"concentration": "-0.1"}, "-0.1"),
        ("pollutant.sampled", SAMPLED | {"factor_unit": "mg/L"}, "mg/L for an amount in t"),
        ("pollutant.sampled", SAMPLED | {"removal": "1.2"}, "1.2"),
        ("pollutant.sampled", SAMPLED | {"removal": "-0.2"}, "-0.2"),
    ],
)
def test_what_does_not_fit_is_refused(name: str, given: dict[str, str], found: str) -> None:
    with pytest.raises(ModelError) as refused:
        grams(name, given)
    assert refused.value.faults[0].found == found
