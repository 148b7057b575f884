"""Names on pages: of the declaration first, then of the reference tables, in their language."""

from __future__ import annotations

from tests.assess.made import site_of

from celadon.assess.checks.rules import pattern_text
from celadon.assess.names import quantity_name, subject_name
from celadon.reference import load_registry

REGISTRY = load_registry()


def test_a_unit_without_a_name_is_called_by_its_process() -> None:
    unit = {"id": "plant", "process": "ammonia_natural_gas", "product": "alloy"}
    site = site_of(unit=[unit])
    process = REGISTRY.processes["ammonia_natural_gas"]
    assert subject_name(site, "plant", "zh", REGISTRY) == process.name_zh
    assert subject_name(site, "plant", "en", REGISTRY) == process.name_en
    named = site_of(unit=[{**unit, "name_zh": "一号装置"}])
    assert subject_name(named, "plant", "zh", REGISTRY) == "一号装置"
    assert subject_name(site, "M-101", "zh", REGISTRY) == "M-101"


def test_quantities_have_names_in_both_languages() -> None:
    assert quantity_name("energy soda", "zh", REGISTRY) == "能耗（soda）"
    assert quantity_name("energy_per_output", "en", REGISTRY) == "energy per output"
    assert quantity_name("own_column", "zh", REGISTRY) == "own_column"


def test_a_finding_of_the_account_is_told_by_its_title() -> None:
    assert pattern_text("abolished_region", "zh") != "abolished_region"
    assert pattern_text("3011 > 3012", "zh") == "3011 > 3012"
