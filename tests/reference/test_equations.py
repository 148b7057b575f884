"""The equations hold together: each form of each gives a mass of gas per amount, by its units."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from celadon.records.site import POLLUTANT_PARAMETERS
from celadon.reference.equations import CARBON_TO_CO2, NUMBER, equations, parameter_kinds

BY_OWN_RULES = ("purchased_electricity", "purchased_heat")
CARBON_BY_DIFFERENCE = "(1 - sulphur_content - ash_content)"
"""An anode is carbon but for its sulphur and ash: what is left of its mass is a mass of carbon."""

FORMS = [
    pytest.param(form, amount, id=f"{name} {number} {amount}")
    for name, equation in equations().items()
    if name not in BY_OWN_RULES
    for number, form in enumerate(equation.forms)
    for amount in equation.activity
]
GAS = Counter({"gas": 1})
COUNTED_AS_CARBON = "carbon_to_co2"
"""The form of a mass that a standard subtracts whole, as carbon."""


@pytest.mark.parametrize(("form", "amount"), FORMS)
def test_a_form_gives_gas_per_amount(form: str, amount: str) -> None:
    """Carbon, carbon dioxide and any other gas are told apart from mass, so a lost 44/12 shows."""
    given = _dimension(ast.parse(form, mode="eval").body, amount)
    per_amount = Counter({"gas": 1})
    per_amount.subtract({amount: 1})
    by_difference = CARBON_BY_DIFFERENCE in form and "anode_consumption" not in form
    if by_difference or form == COUNTED_AS_CARBON:
        given = _plain(given + Counter({"carbon": 1}))
        per_amount = Counter({"gas": 1})
    if amount == "mass":  # of a mass the ratios of molar masses give gas per mass
        assert given in (_plain(per_amount), _plain(Counter()))
    else:
        assert given == _plain(per_amount)


def test_every_parameter_is_asked_for_by_an_equation_or_a_conversion() -> None:
    asked = {name for e in equations().values() for f in e.formulas for name in f.names}
    aside = {
        "moisture", "moisture_air_dried", "steam_pressure", "steam_temperature", "medium_energy",
    }  # fmt: skip
    aside |= set(POLLUTANT_PARAMETERS)
    assert parameter_kinds().keys() == (asked - {CARBON_TO_CO2}) | aside


def test_both_languages_name_everything() -> None:
    for entry in (*equations().values(), *parameter_kinds().values()):
        assert entry.en
        assert entry.zh
        assert not entry.zh.isascii()


def test_a_parameter_is_found_by_its_name_in_either_language() -> None:
    for names in ({kind.en for kind in parameter_kinds().values()},
                  {kind.zh for kind in parameter_kinds().values()}):  # fmt: skip
        assert len(names) == len(parameter_kinds())


def _plain(powers: Counter[str]) -> Counter[str]:
    return Counter({name: power for name, power in powers.items() if power})


def _dimension(node: ast.expr, amount: str) -> Counter[str]:
    """The powers of the plain dimensions that a form is made of."""
    if isinstance(node, ast.Constant):
        return Counter()
    if isinstance(node, ast.Name):
        return _of_parameter(node.id, amount)
    assert isinstance(node, ast.BinOp)
    left, right = _dimension(node.left, amount), _dimension(node.right, amount)
    if isinstance(node.op, ast.Add | ast.Sub):
        # a share in a sum of shares; everything added must measure the same
        if amount == "mass":
            left, right = (_gas_of_mass(side) for side in (left, right))
        assert left == right, ast.unparse(node)
        return left
    whole = Counter(left)
    if isinstance(node.op, ast.Mult):
        whole.update(right)
    else:
        whole.subtract(right)
    return _plain(whole)


def _gas_of_mass(powers: Counter[str]) -> Counter[str]:
    """Gas per mass as the plain share that the ratio of molar masses makes of it."""
    return Counter() if powers == Counter({"gas": 1, "mass": -1}) else powers


def _of_parameter(name: str, amount: str) -> Counter[str]:
    if name == CARBON_TO_CO2:
        return Counter({"gas": 1, "carbon": -1})
    kind = parameter_kinds()[name]
    quotients = [text for text in kind.dimensions if "/" in text]
    if not quotients:
        # the fixed carbon of a mass is carbon, though it is written as a share
        carbon = Counter({"carbon": 1, "mass": -1})
        return carbon if name == "fixed_carbon" else Counter()
    top, bottom = quotients[0].format(amount=amount, gas="gas").split("/")
    # anode effects: the slope is of the first gas, and the weight ratio makes the second of it
    powers = Counter({"gas" if top in ("co2", "cf4") else top: 1})
    powers.subtract({bottom: 1})
    assert NUMBER not in kind.dimensions
    return _plain(powers)
