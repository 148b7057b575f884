"""A declared basis is held to what the tables state, and a correction cites its own place."""

from __future__ import annotations

import pytest
from tests.assess.made import FROM, TO, energy, made, site_of

from celadon.accounts.tables import LEAF
from celadon.assess import judge, reason_text
from celadon.assess.citing import broken_records, terms_of
from celadon.assess.limits import editions, rule_feedstock
from celadon.reference import Registry, load_registry

LEAVES = LEAF.from_rows([energy("furnace", 80_000_000), made("alloy", 1_000_000)])


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


@pytest.mark.parametrize("basis", ["in", "out"])
def test_a_basis_that_no_table_states_is_told(registry: Registry, basis: str) -> None:
    unit = {"id": "furnace", "process": "ammonia_natural_gas", "product": "alloy",
            "facts": {"feedstock": basis}}  # fmt: skip
    rows = judge(site_of(unit=[unit]), LEAVES, registry, FROM, TO).to_pylist()
    assert {row["outcome"] for row in rows} == {"cannot_tell"}
    assert all("the tables do not state" in reason_text(row["because"], "en") for row in rows)
    unit["facts"] = {}
    rows = judge(site_of(unit=[unit]), LEAVES, registry, FROM, TO).to_pylist()
    assert "cannot_tell" not in {row["outcome"] for row in rows}


def test_a_basis_that_stands_beside_the_limits_counts_too(registry: Registry) -> None:
    (edition,) = editions(registry, "ammonia_natural_gas", "levels-2023", FROM)
    rule = edition.rules[0]
    assert rule_feedstock(registry, rule) == ""
    from dataclasses import replace  # noqa: PLC0415

    other = replace(rule, subject="coal_to_olefins_mto")
    assert rule_feedstock(registry, other) == "in"  # its note says so, its name does not


def test_a_correction_cites_its_own_clause(registry: Registry) -> None:
    facts = {"clinker_share": "75", "altitude_m": "2000", "site_pressure": "79500"}
    unit = {"id": "furnace", "process": "cement", "product": "alloy", "facts": facts}
    site = site_of(unit=[unit])
    (row,) = judge(site, LEAVES, registry, FROM, TO).to_pylist()
    (term,) = terms_of(row, site, registry)
    assert term.place("en") == "clause 5.3 formula (1)"
    assert term.place("zh") == "第 5.3 条 式 (1)"


def test_a_finding_rests_on_the_broken_limit_alone(registry: Registry) -> None:
    facts = {"clinker_share": "75", "altitude_m": "0", "site_pressure": "101325"}
    unit = {"id": "furnace", "process": "cement", "product": "alloy", "facts": facts}
    site = site_of(unit=[unit])
    leaves = LEAF.from_rows([energy("furnace", 150_000_000), made("alloy", 1_000_000)])
    row = judge(site, leaves, registry, FROM, TO).to_pylist()[0]
    assert row["outcome"] == "over_limit"
    assert [one.parameter for one in broken_records(row, site, registry)] == ["grade_3"]
