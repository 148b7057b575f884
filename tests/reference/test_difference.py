"""What differs between editions: by how many per cent, and never across units."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.reference.test_loader import OLD_NORM, write

from celadon.errors import LookupRefused
from celadon.exact import decimal_text
from celadon.reference import Record, load_registry
from celadon.reference.difference import between_registries, between_sets, change_of

REGISTRY = load_registry()


def test_two_fuel_sets_are_compared_figure_by_figure() -> None:
    found = {c.what: c for c in between_sets(REGISTRY, "NDRC-2013-2015", "GBT32151.34-2024")
             if c.table == "fuels"}  # fmt: skip
    change = found["anthracite · net_calorific_value"]
    assert (change.kind, change.before, change.after, change.percent) == (
        "changed", "20.304", "26.7", "+31.50",
    )  # fmt: skip
    assert decimal_text((Fraction("26.7") / Fraction("20.304") - 1) * 100, 2) == "31.50"
    kinds = {c.kind for c in found.values()}
    assert kinds == {"added", "changed", "same"}


def test_turned_round_what_was_added_is_removed() -> None:
    one = between_sets(REGISTRY, "AR5", "AR6", "gwp")
    other = between_sets(REGISTRY, "AR6", "AR5", "gwp")
    assert {c.what for c in one if c.kind == "added"} == {
        c.what for c in other if c.kind == "removed"
    }
    assert {c.what for c in one if c.kind == "changed"} == {
        c.what for c in other if c.kind == "changed"
    }


def test_a_set_may_be_named_by_its_source() -> None:
    by_source = between_sets(REGISTRY, "gb-21256-2025", "GB 21256-2025", "norms")
    assert {c.kind for c in by_source} == {"same"}


def test_grid_factors_of_two_years_are_compared_though_their_years_differ() -> None:
    found = between_sets(REGISTRY, "mee-nbs-2024-12", "mee-nbs-2025-47", "electricity")
    assert {c.kind for c in found} == {"changed"}


def record(value: str, unit: str) -> Record:
    base = REGISTRY.records["fuels/NDRC-2013-2015/coke/net_calorific_value"]
    return replace(base, value=Fraction(value), value_text=value, unit=unit)


def test_units_of_one_kind_are_brought_together_and_others_refused() -> None:
    one = record("28.4", "GJ/t")
    same = change_of("fuels", "coke", one, record("28400", "kJ/kg"))
    assert (same.kind, same.percent) == ("same", "")
    more = change_of("fuels", "coke", one, record("35500", "kJ/kg"))
    assert (more.kind, more.percent) == ("changed", "+25.00")
    other = change_of("fuels", "coke", one, record("28.4", "GJ/1e4Nm3"))
    assert (other.kind, other.percent) == ("other_unit", "")


def test_a_change_below_a_hundredth_of_a_per_cent_is_still_a_change() -> None:
    change = change_of("fuels", "coke", record("28.4", "GJ/t"), record("28.40001", "GJ/t"))
    assert (change.kind, change.percent) == ("changed", "+0.00")


def test_an_unknown_set_lists_those_there_are() -> None:
    with pytest.raises(LookupRefused) as refused:
        between_sets(REGISTRY, "AR5", "AR7", "gwp")
    assert "no set AR7" in str(refused.value)
    assert any("AR6" in near for near in refused.value.near)


def test_a_workspace_against_the_shipped_tables(tmp_path: Path) -> None:
    assert between_registries(REGISTRY, load_registry(tmp_path)) == []
    write(tmp_path, "norms", OLD_NORM)
    source = {**REGISTRY.rows("sources")[0], "note": "seen", "superseded_by": ""}
    write(tmp_path, "sources", {name: source[name] for name in source})
    found = between_registries(REGISTRY, load_registry(tmp_path))
    assert [(c.kind, c.what) for c in found if c.table == "norms"] == [
        ("added", OLD_NORM["record"])
    ]
    (other,) = [c for c in found if c.table == "sources"]
    assert (other.kind, other.after) == ("changed", "note seen")
