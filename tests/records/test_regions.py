"""A region that is in no row of the table of provinces."""

from __future__ import annotations

import pytest
from tests.records.build import site_of

from celadon.records.regions import region_findings
from celadon.reference import load_registry


@pytest.mark.parametrize(
    ("region", "known"),
    [("CN-37", "CN-SD"), ("371200", "CN-SD"), ("CN-13", "CN-HE"), ("CN-XX", None)],
)
def test_a_code_that_is_in_use_no_more(region: str, known: str | None) -> None:
    registry = load_registry()
    site = site_of().model_copy(update={"region": region})
    [found] = region_findings([site], registry)
    assert found.rule == "abolished_region"
    assert region in found.text("zh")
    every = ", ".join(sorted({each.iso for each in registry.regions.values()}))
    assert found.numbers["known"] == (known or every)


@pytest.mark.parametrize("region", ["CN-SD", "370000", ""])
def test_a_code_in_use(region: str) -> None:
    site = site_of().model_copy(update={"region": region})
    assert not list(region_findings([site], load_registry()))


def test_a_region_of_another_country_is_its_own() -> None:
    site = site_of().model_copy(update={"region": "DE-BY", "country": "DE"})
    assert not list(region_findings([site], load_registry()))
