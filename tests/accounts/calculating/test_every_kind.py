"""Every kind of every method can be worked, and says what it asks for where that is not given."""

from __future__ import annotations

import datetime as dt

import pytest

from celadon.accounts import calculating  # noqa: F401  registers the models
from celadon.accounts.carbon import FUEL_PARAMETERS
from celadon.errors import ModelError
from celadon.models import calculate
from celadon.reference import load_registry
from celadon.reference.equations import CARBON_TO_CO2, parameter_kinds
from celadon.reference.methods import Method, Term, methods

DAY = dt.date(2025, 4, 1)
KINDS = [
    pytest.param(method, name, id=f"{method.id} {name}")
    for method in methods().values()
    if method.account == "carbon"
    for name in method.kinds
]
CARRIERS = {"purchased_electricity": "electricity", "purchased_heat": "heat"}
UNITS = {"electricity": "kWh", "heat": "GJ", "natural_gas": "Nm3"}
BASE = {"carbon": "tC", "co2": "tCO2", "energy": "GJ", "mass": "t"}


def arguments(method: Method, name: str) -> dict[str, object]:
    """The kind as a stream of gas, electricity or heat, else as a product; with the first item."""
    kind = method.kinds[name]
    terms = kind.terms_of("")
    equations = {term.equation for term in terms}
    carrier = next((CARRIERS[e] for e in equations if e in CARRIERS), "")
    fuels = {n for term in terms for n in term.worked_by.formulas[-1].names}
    amounts = set.intersection(*(set(term.worked_by.activity) for term in terms))
    own = {parameter for term in terms for parameter in term.parameters}
    wanted = fuels & {*FUEL_PARAMETERS} - own
    if not carrier and wanted and "normal_volume" in amounts:
        carrier = "natural_gas"
    units = {"mass": "t", "normal_volume": "Nm3", "volume": "m3", "energy": "GJ"}
    unit = UNITS.get(carrier) or next(u for amount, u in units.items() if amount in amounts)
    items = [key for term in terms for key in term.subjects]
    items += [key for t in terms for d in t.parameters.values() for key in d.subjects]
    return {
        "method": method.id, "kind": name, "amount": "1", "unit": unit, "day": str(DAY),
        "carrier": carrier, "carbon_item": next(iter(items), ""),
        "electricity_programme": "enterprise_gbt32150",
    }  # fmt: skip


def asked_for(method: Method, name: str, carrier: str) -> dict[str, Term]:
    """The parameters of the last forms for which the method has nothing."""
    lacking = {}
    for term in method.kinds[name].terms_of(""):
        if term.equation in CARRIERS:
            continue
        for parameter in set(term.worked_by.formulas[-1].names) - {CARBON_TO_CO2}:
            default = term.parameters.get(parameter)
            has_fuel = carrier and parameter in FUEL_PARAMETERS
            bare = default is None and not has_fuel and not term.subjects
            if bare or (default is not None and default.required):
                lacking[parameter] = term
    return lacking


def given(parameter: str, unit: str, gas: str) -> str:
    """A small value of a parameter, in a unit that fits what is counted in ``unit``."""
    if parameter == "oxidation_rate" or parameter_kinds()[parameter].is_share:
        return f"{parameter}=0.5 1"
    amounts = {"t": "mass", "Nm3": "normal_volume", "m3": "volume", "GJ": "energy"}
    for text in parameter_kinds()[parameter].dimensions:
        top, slash, bottom = text.format(amount=amounts[unit], gas="gas").partition("/")
        if slash:
            below = {v: k for k, v in amounts.items()}[bottom]
            if bottom == "normal_volume" and top in ("gas", "co2"):  # no gas weighs a tonne
                return f"{parameter}=0.5 kg{gas}/{below}"
            return f"{parameter}=0.5 {f't{gas}' if top == 'gas' else BASE[top]}/{below}"
    return f"{parameter}=0.5"


@pytest.mark.parametrize(("method", "name"), KINDS)
def test_a_kind_is_worked_once_what_it_asks_for_is_given(method: Method, name: str) -> None:
    load_registry()
    found = arguments(method, name)
    lacking = asked_for(method, name, str(found["carrier"]))
    terms = method.kinds[name].terms_of("")
    if "gas_factor" in lacking and "anode_effect" in {term.equation for term in terms}:
        found["parameter"] = ["anode_effect_minutes=0.5"]  # either form asks for one of the two
        assert len(calculate("carbon.method", found)["lines"]) == 2
        return
    words = [given(p, str(found["unit"]), term.gas) for p, term in sorted(lacking.items())]
    results = calculate("carbon.method", found | {"parameter": words})
    assert len(results["lines"]) == len(terms)
    assert all(line["clause"] for line in results["lines"])
    assert bool(results["t_co2e"]) == (not results["lacking"])
    if lacking:
        with pytest.raises(ModelError) as caught:
            calculate("carbon.method", found)
        assert caught.value.faults[0].where[1] in lacking
