"""A kind of a sector's method by name gives what the account gives, with the same rungs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.accounts.sectors.month import month_of, rungs
from tests.accounts.tiny import sample, stream

from celadon.accounts import calculating  # noqa: F401  registers the models
from celadon.errors import CeladonError
from celadon.exact import parse_decimal
from celadon.models import calculate

NAME = "carbon.method"
CLINKER = {"method": "cement-mee-2022-2025", "kind": "calcination", "amount": "1234.5",
           "day": "2025-03-01"}  # fmt: skip
COAL = {"method": "power-mee-2022", "kind": "coal", "amount": "51234.56",
        "carrier": "bituminous_coal", "day": "2025-03-01"}  # fmt: skip
PFC = {"method": "electrolytic-aluminium-mee-2024", "kind": "anode_effect", "amount": "31234.5",
       "day": "2025-03-01"}  # fmt: skip
TYRES = {"method": "cement-ndrc-2013", "kind": "alternative_fuel", "carrier": "waste_fuel",
         "carbon_item": "waste_tyres", "amount": "1234.5", "day": "2025-03-01"}  # fmt: skip
OUT = {"method": "carbon-materials-gbt-32151-34-2024", "kind": "calcined_coke", "amount": "900",
       "carrier": "calcined_coke", "day": "2025-03-01"}  # fmt: skip

CASES = [
    pytest.param(CLINKER, [], id="a default"),
    pytest.param(CLINKER, ["cao_content=65.23 %", "mgo_content=2.31 %"], id="oxides"),
    pytest.param(COAL, ["carbon_content=54.37 %"], id="measured carbon"),
    pytest.param(COAL, ["net_calorific_value=21.236 GJ/t"], id="a penalty"),
    pytest.param(PFC, ["anode_effect_minutes=0.25"], id="two gases"),
    pytest.param(TYRES, [], id="a biogenic share"),
    pytest.param(OUT, ["fixed_carbon=98.9 %", "volatile_matter=0.45 %"], id="what is taken off"),
]


@pytest.mark.parametrize(("arguments", "measured"), CASES)
def test_it_is_what_the_account_of_a_month_gives(
    arguments: dict[str, str], measured: list[str]
) -> None:
    found = calculate(NAME, arguments | {"parameter": measured})
    samples = []
    for text in measured:
        name, _, rest = text.partition("=")
        value, _, unit = rest.partition(" ")
        samples.append(sample("item", name, value, unit or "1"))
    carbon = {"carbon": arguments["kind"], "carbon_item": arguments.get("carbon_item", "")}
    streams: list[dict[str, Any]] = []
    products: list[dict[str, Any]] = []
    if "carrier" in arguments:
        streams = [stream("item", arguments["carrier"], "outside", "mill", **carbon)]
    else:
        products = [{"id": "item", "monthly": "production", **carbon}]
    made = month_of(
        arguments["method"], streams, {"item": arguments["amount"]}, samples, products=products
    )
    leaves = made.of(account="carbon")
    assert abs(made.total(account="carbon") - _grams(found["t_co2e"])) <= len(leaves)
    aside = [line for line in found["lines"] if not line["in_total"]]
    assert made.total(account="biogenic") == sum(_grams(line["t_co2e"]) for line in aside)
    assert {p["name"]: p["rung"] for p in found["parameters"]} == rungs(made)
    assert found["unused"] == []


def _grams(tonnes: str) -> Fraction:
    return parse_decimal(tonnes) * 10**6


def test_what_was_given_in_vain_is_told() -> None:
    found = calculate(NAME, CLINKER | {"parameter": ["ash_content=3 %"]})
    assert found["unused"] == ["ash_content"]
    assert found["t_co2e"] == "660.457500"


def test_electricity_by_the_factor_of_a_programme() -> None:
    """1,000 kWh x 0.5306 kg/kWh, the national average of 2023."""
    power = {"method": "flat-glass-ndrc-2013", "kind": "electricity", "amount": "1000",
             "unit": "kWh", "carrier": "electricity", "day": "2025-03-01"}  # fmt: skip
    found = calculate(NAME, power | {"electricity_programme": "enterprise_gbt32150"})
    assert found["t_co2e"] == "0.530600"
    with pytest.raises(CeladonError, match="no electricity programme"):
        calculate(NAME, power)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (CLINKER | {"method": "magic"}, "cement-ndrc-2013"),
        (CLINKER | {"kind": "magic"}, "alternative_fuel"),
        (CLINKER | {"day": "2010-03-01"}, "not yet in force"),
        (CLINKER | {"day": "spring"}, "day"),
        (CLINKER | {"parameter": ["cao_content=165 %"]}, "within 0 and 100 %"),
        (CLINKER | {"parameter": ["cao_content=65 %"]}, "must be measured"),
        (CLINKER | {"parameter": ["magic=65 %"]}, "cao_content"),
        (CLINKER | {"unit": "hogshead"}, "hogshead"),
        (CLINKER | {"unit": "kWh"}, "carbonate_oxides counts by mass"),
        (COAL, "NCV of the month, measured"),
        (COAL | {"carrier": "magic"}, "docs/carriers.md"),
        (COAL | {"carrier": "electricity"}, "counts by"),
        (COAL | {"unit": "Nm3"}, "is a mass"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(CeladonError) as caught:
        calculate(NAME, arguments)
    assert words in str(caught.value)
