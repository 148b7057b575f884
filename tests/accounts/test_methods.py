"""The shipped methods fit the reference tables that they name."""

from __future__ import annotations

import datetime as dt

import pytest

from celadon.accounts.values import PRINTED_UNITS
from celadon.errors import LookupRefused
from celadon.exact import parse_decimal
from celadon.reference import load_registry
from celadon.reference.equations import CARBON_TO_CO2, parameter_kinds
from celadon.reference.methods import (
    CARBON_DIOXIDE,
    Default,
    Method,
    Term,
    methods,
    methods_digest,
)
from celadon.units import parse_unit

REGISTRY = load_registry()
SHIPPED = list(methods().values())
DAY = dt.date(2025, 4, 1)
"""A day on which every shipped edition is in force."""


@pytest.mark.parametrize("method", SHIPPED, ids=lambda method: method.id)
def test_a_method_names_a_source_and_a_set_that_exist(method: Method) -> None:
    assert method.source in REGISTRY.sources
    if method.factor_set:
        assert method.factor_set in {record.set for record in REGISTRY.records.values()}


TERMS = [
    pytest.param(method, term, id=f"{method.id} {name} {number}")
    for method in SHIPPED
    for name, kind in method.kinds.items()
    for number, term in enumerate(kind.terms)
]


@pytest.mark.parametrize(("method", "term"), TERMS)
def test_the_subjects_of_a_term_have_a_value_that_fits_what_it_counts(
    method: Method, term: Term
) -> None:
    asked = [("co2_factor", Default(subject=subject)) for subject in term.subjects.values()]
    asked += [
        (name, default.model_copy(update={"subject": subject, "subjects": {}}))
        for name, default in term.parameters.items()
        for subject in ([default.subject] if default.subject else default.subjects.values())
    ]
    for name, default in asked:
        found = REGISTRY.look_up(
            default.table, default.subject, default.name or name,
            set=default.set or method.factor_set, on=DAY,
        )  # fmt: skip
        unit = PRINTED_UNITS.get(found.unit, found.unit)
        kind = parameter_kinds()[name]
        assert found.value is not None
        assert any(kind.fits(unit, amount, term.gas.lower()) for amount in term.worked_by.activity)


@pytest.mark.parametrize(("method", "term"), TERMS)
def test_the_own_numbers_of_a_method_fit_what_the_term_counts(method: Method, term: Term) -> None:
    for name, default in term.parameters.items():
        if default.value:
            kind = parameter_kinds()[name]
            amounts = term.worked_by.activity
            assert any(kind.fits(default.unit, amount, term.gas.lower()) for amount in amounts)
            if kind.is_share:
                share = parse_decimal(default.value) * parse_unit(default.unit).size
                assert 0 <= share <= 1


WITHOUT_POTENTIAL = {("electronics-ndrc-2015", "NF3")}
"""Gases that the set of a method does not know: their mass is counted, no equivalent of it."""


@pytest.mark.parametrize(("method", "term"), TERMS)
def test_every_gas_of_a_method_has_a_potential_in_its_set(method: Method, term: Term) -> None:
    day = dt.date(2025, 1, 1)
    if (method.id, term.gas) in WITHOUT_POTENTIAL:
        with pytest.raises(LookupRefused):
            REGISTRY.look_up("gwp", term.gas, "gwp", set=method.gwp_set, on=day)
    elif term.gas != CARBON_DIOXIDE:
        assert REGISTRY.look_up("gwp", term.gas, "gwp", set=method.gwp_set, on=day).value


@pytest.mark.parametrize("method", SHIPPED, ids=lambda method: method.id)
def test_the_carriers_that_a_method_names_are_known(method: Method) -> None:
    assert set(method.carriers) <= set(REGISTRY.carriers)


def test_carbon_becomes_carbon_dioxide_by_the_method_s_own_ratio() -> None:
    steel = methods()["iron-and-steel-ndrc-2013"]
    assert steel.carbon_ratio == (11, 3)
    assert steel.model_copy(update={"carbon_to_co2": "3.664"}).carbon_ratio == (458, 125)


@pytest.mark.parametrize(
    ("first", "end", "words"),
    [
        ("2012-01-01", "2013-01-01", "not yet in force"),
        ("2012-12-01", "2014-02-01", "not yet in force"),
        ("2013-06-01", "2013-07-01", "uncertain"),
        ("2013-12-31", "2014-02-01", "uncertain"),
        ("2014-01-01", "2026-01-01", ""),
    ],
)
def test_when_a_method_was_in_force(first: str, end: str, words: str) -> None:
    """Of the guideline for steel the tables know the year, 2013, and no day."""
    steel = methods()["iron-and-steel-ndrc-2013"]
    days = (dt.date.fromisoformat(first), dt.date.fromisoformat(end))
    obstacle = steel.obstacle(REGISTRY.sources, *days)
    assert (words in obstacle) if words else obstacle == ""


def test_the_digest_names_the_content() -> None:
    assert methods_digest() == methods_digest()
    assert len(methods_digest()) == 64


@pytest.mark.parametrize(("method", "term"), TERMS)
def test_the_formula_of_a_line_is_found_by_what_it_took(method: Method, term: Term) -> None:
    (kind,) = {name for name, kind in method.kinds.items() if any(t is term for t in kind.terms)}
    for formula in term.worked_by.formulas:
        names = set(formula.names) - {CARBON_TO_CO2}
        assert method.formula_of(kind, term.scope, names) == formula
    assert method.formula_of(kind, term.scope, {"magic"}) is None
    assert method.formula_of("magic", term.scope, set()) is None
