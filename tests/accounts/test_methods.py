"""The shipped methods fit the reference tables that they name."""

from __future__ import annotations

import datetime as dt

import pytest

from celadon.reference import load_registry
from celadon.reference.methods import Method, methods, methods_digest

REGISTRY = load_registry()
SHIPPED = list(methods().values())


@pytest.mark.parametrize("method", SHIPPED, ids=lambda method: method.id)
def test_a_method_names_a_source_and_a_set_that_exist(method: Method) -> None:
    assert method.source in REGISTRY.sources
    if method.factor_set:
        assert method.factor_set in {record.set for record in REGISTRY.records.values()}


@pytest.mark.parametrize("method", SHIPPED, ids=lambda method: method.id)
def test_the_subjects_of_a_method_have_a_factor_in_its_set(method: Method) -> None:
    for kind in method.kinds.values():
        for subject in kind.subjects.values():
            found = REGISTRY.look_up(
                "process", subject, "co2_factor", set=method.factor_set, on=dt.date(2025, 1, 1)
            )
            assert found.value is not None


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
