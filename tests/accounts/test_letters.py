"""Letters of leaves: the equation's beside the data's, and the rows that confirm either."""

from __future__ import annotations

import pytest
from tests.accounts.tiny import account, make_site, sample, stream, used

from celadon.accounts.kinds import carbon_kinds
from celadon.accounts.letters import equation_rows, leaf_letter, weakness

POWER = {"carbon_method": "power-mee-2022"}
COAL = stream("coal", "bituminous_coal", "outside", "mill", carbon="coal")


def measured() -> list[object]:
    return [
        sample("coal", "carbon_content", "0.58", "tC/t"),
        sample("coal", "net_calorific_value", "22.1", "GJ/t"),
        sample("coal", "oxidation_rate", "99", "%"),
    ]


def test_a_leaf_measured_throughout_has_the_letter_of_its_equation() -> None:
    made = account(make_site([COAL], accounting=POWER), rows=[used("coal", 10**6)],
                   samples=measured())  # type: ignore[arg-type]  # fmt: skip
    (leaf,) = made.of(account="carbon")
    assert (leaf["confidence"], leaf["method_confidence"]) == (None, "D")
    assert (leaf_letter(leaf), weakness(leaf)) == ("D", "method")
    (amount,) = made.of(account="supply")
    assert (amount["method_confidence"], leaf_letter(amount), weakness(amount)) == (None, None, "")


def test_a_term_may_have_a_letter_of_its_own() -> None:
    oil = stream("oil", "diesel", "outside", "mill", carbon="combustion")
    made = account(make_site([oil], accounting=POWER), rows=[used("oil", 1000)])
    (leaf,) = made.of(account="carbon")
    assert leaf["method_confidence"] == "A"
    assert leaf_letter(leaf) == leaf["confidence"] != "A"
    assert weakness(leaf) == "data"


def test_a_gas_and_its_equivalent_have_the_letter_of_one_equation() -> None:
    bottles = stream("bottles", "fluorinated_gas", "outside", "mill", carbon="sf6")
    made = account(
        make_site([bottles], accounting={"carbon_method": "machinery-ndrc-2015"}),
        rows=[used("bottles", 5000)], samples=[sample("bottles", "purity", "99.9", "%")],
    )  # fmt: skip
    letters = {leaf["account"]: leaf["method_confidence"] for leaf in made.leaves if leaf["stream"]}
    assert letters["gas"] == letters["carbon"] == "D"


@pytest.mark.parametrize(
    ("data", "method", "whole", "which"),
    [
        (None, None, None, ""), ("A", "A", "A", ""), ("B", "A", "B", "data"),
        ("A", "D", "D", "method"), ("C", "B", "C", "both"), ("C ✓", "B", "B", "method"),
        ("C ✓", "B ✓", "C ✓", ""), (None, "B ✓", "B ✓", ""),
    ],
)  # fmt: skip
def test_the_weaker_letter_counts_and_which_it_is_is_told(
    data: str | None, method: str | None, whole: str | None, which: str
) -> None:
    leaf = {"confidence": data, "method_confidence": method}
    assert (leaf_letter(leaf), weakness(leaf)) == (whole, which)


def test_each_leaf_names_the_rows_that_state_its_equation() -> None:
    site = make_site(
        [COAL],
        products=[{"id": "steel", "carbon_item": "crude_steel", "monthly": "production"}],
        accounting={"carbon_method": "iron-and-steel-ndrc-2013"},
    )
    kinds = carbon_kinds(site)
    assert kinds == {"coal": "coal", "steel": "stored"}
    steel = ("iron-and-steel-ndrc-2013", "carbon", "steel", "steel")
    assert equation_rows(*steel, kinds)[0] == "methods/iron-and-steel-ndrc-2013/stored"
    process = ("iron-and-steel-process", "process_carbon", "slab", "limestone")
    assert equation_rows(*process, kinds)[0] == "methods/iron-and-steel-process/material"
    assert equation_rows("own records", "supply", "coal", "bituminous_coal", kinds) == ()
