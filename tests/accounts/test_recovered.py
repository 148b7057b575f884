"""What is taken off a gas cannot be more than was made of it, nor denser than the pure gas."""

from __future__ import annotations

import pytest
from tests.accounts.sectors.test_pulp_and_paper import OTHER, water
from tests.accounts.tiny import account, make_site, sample, stream, used

from celadon.accounts.parameters import is_possible
from celadon.exact import parse_decimal


def test_methane_recovered_above_methane_made_is_told_with_its_numbers() -> None:
    """1,000 m3 at 7.5 kg/m3 x 0.25 x 0.5 make 937.5 kg; 10,000 Nm3 of 0.43 kg are 4,300 kg."""
    made = water("1000", "8000", "500", "10000")
    [found] = made.found("recovered_above_made")
    assert (found.subject, found.numbers["gas"]) == ("gas", "CH4")
    assert (found.numbers["taken"], found.numbers["made"]) == ("4.300 t", "0.938 t")
    assert "E_CH4" in str(found.numbers["clause"])
    assert made.total(account="gas") == 937_500 - 4_300_000  # as counted, not made to look well


def test_what_lies_below_is_not_told() -> None:
    assert not water("345678", "8765", "432", "98765").found("recovered_above_made")
    assert not water("1000", "8000", "500").found("recovered_above_made")


def test_where_what_was_made_is_lacking_the_lack_is_told_alone() -> None:
    made = water("1000", "8000", "500", "10000", method=OTHER)  # asks for the correction factor
    assert made.found("no_parameter")
    assert not made.found("recovered_above_made")


def test_a_gas_is_no_denser_than_when_pure() -> None:
    """1.5 kg of methane in a normal cubic metre: it is told, and the figure stays empty."""
    dense = sample("gas", "gas_factor", "1.5", "kgCH4/Nm3")
    made = water("345678", "8765", "432", "98765", dense)
    [found] = made.found("sample_impossible")
    assert "kgCH4/Nm3" in str(found.numbers["high"])


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("gas_factor", "0.7168", "kgCH4/Nm3"),  # the density of pure methane
        ("gas_factor", "1.978", "kgN2O/Nm3"),
        ("co2_density", "19.77", "tCO2/1e4Nm3"),
    ],
)
def test_the_pure_gas_itself_is_possible(name: str, value: str, unit: str) -> None:
    assert is_possible(name, unit, parse_decimal(value))
    assert not is_possible(name, unit, parse_decimal(value) * 2)


def passed_on(**told: object) -> list[str]:
    """The accounts with a figure of carbon dioxide that leaves a site, or comes to it."""
    one = stream("gas", "carbon_dioxide", **told)  # type: ignore[arg-type]
    site = make_site([one], accounting={"carbon_method": "chemicals-mee-2022",
                                        "energy_method": "gbt-2589-2020"})  # fmt: skip
    samples = [sample("gas", "purity", "99", "%")]
    made = account(site, rows=[used("gas", 10**7)], samples=samples)
    return sorted({leaf["account"] for leaf in made.leaves} & {"energy", "carbon"})


def test_captured_carbon_dioxide_that_is_sold_is_no_energy() -> None:
    sold = {"receiver": "模拟食品厂", "transfer_document": "合同 1"}
    assert passed_on(origin="mill", destination="outside", carbon="co2_recovered", **sold) == [
        "carbon"
    ]
    assert passed_on(origin="outside", destination="mill") == ["energy"]
    assert passed_on(origin="mill", destination="outside") == []
    assert passed_on(origin="outside", destination="mill", carbon="co2_recovered") == ["carbon"]
