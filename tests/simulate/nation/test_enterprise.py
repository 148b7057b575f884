"""Who the enterprises of a simulated nation are: plainly made up, and alike for equal seeds."""

from __future__ import annotations

import pytest

from celadon.records.identity import credit_code_fault
from celadon.reference import load_registry
from celadon.simulate.nation.enterprise import (
    Enterprise,
    Limits,
    credit_code,
    draw_enterprise,
)
from celadon.simulate.nation.figures import provinces, rows, sectors
from celadon.simulate.nation.limits import process_limits

TABLES = ("sectors", "mixes", "energies", "provinces", "rhythms", "seasons", "facts", "assumptions")


@pytest.fixture(scope="module")
def limits() -> Limits:
    registry = load_registry()
    return {
        sector.process: process_limits(registry, sector.process, dict(sector.facts), 2025)
        for sector in sectors()
        if sector.process
    }


def drawn(limits: Limits, number: int, seed: int = 1) -> Enterprise:
    return draw_enterprise(seed, number, limits, 25)


def test_every_row_that_shapes_the_nation_says_that_it_is_assumed() -> None:
    for table in TABLES:
        assert {row["assumed"] for row in rows(table)} == {"yes"}, table


def test_mixes_add_to_the_whole() -> None:
    for sector in sectors():
        assert sum(use.share for use in sector.uses) == pytest.approx(100), sector.id


def test_sectors_speak_of_known_processes_carriers_industries_and_provinces() -> None:
    registry = load_registry()
    for sector in sectors():
        assert not sector.process or sector.process in registry.processes
        assert {use.carrier for use in sector.uses} <= registry.carriers.keys()
        assert ("GB/T 4754-2017", sector.industry) in registry.industries
    assert {iso for iso, _ in provinces()} <= {r.iso for r in registry.regions.values()}


def test_every_sector_has_a_norm_of_three_grades_or_a_range_of_its_own(limits: Limits) -> None:
    for sector in sectors():
        known = limits.get(sector.process)
        assert sector.energy is not None or (known is not None and known.grades), sector.id


def test_codes_have_right_check_characters_in_a_division_that_does_not_exist() -> None:
    codes = [credit_code(number) for number in range(1, 3573)]
    assert len(set(codes)) == len(codes)
    assert {credit_code_fault(code) for code in codes} == {None}
    assert {code[2:8] for code in codes} == {"999999"}


def test_names_say_that_they_are_simulated(limits: Limits) -> None:
    enterprise = drawn(limits, 412)
    assert enterprise.name_zh.startswith("模拟")
    assert enterprise.name_zh.endswith("企业 0412")
    assert enterprise.name_en.startswith("Simulated ")


def test_a_number_and_a_seed_decide_all(limits: Limits) -> None:
    assert drawn(limits, 7) == drawn(limits, 7)
    assert drawn(limits, 7) != drawn(limits, 7, seed=2)


def test_no_clean_enterprise_exceeds_a_limit(limits: Limits) -> None:
    many = [drawn(limits, number) for number in range(1, 1500)]
    judged = [one for one in many if one.limit is not None]
    assert len(judged) > 500
    assert all(one.unit_energy < (one.limit or 0) for one in judged)
    assert {one.verdict_on(one.unit_energy) for one in many} == {""}
    assert all(one.verdict_on(1e9) for one in many if one.bars)
    assert {one.grade for one in judged} == {1, 2, 3}


def test_sizes_lie_within_their_sector_and_meters_around_their_mean(limits: Limits) -> None:
    many = [drawn(limits, number) for number in range(1, 1500)]
    for one in many:
        low, high = one.sector.size
        assert low * 0.99 <= one.capacity <= high * 1.01
        assert one.production < one.capacity
    assert sum(one.meters for one in many) / len(many) == pytest.approx(25, rel=0.03)
    assert len({one.sector.id for one in many}) == len(sectors())
    assert len({one.region for one in many}) == len(provinces())
