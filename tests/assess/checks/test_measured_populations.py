"""The measured data sets through the checks: every defect that their READMEs list is found.

The counts are those of `../shared/data/*/README.md`; where the file differs, the file is right and
the difference stands in a comment.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pyarrow.compute as pc
import pytest
from benchmarks.plain_checks import plain_counts

from celadon.assess.checks import Screening, load_check_profile, read_population, screen
from celadon.assess.checks.telling import ToldCause, told_causes, told_reporters

EPA = Path("epa_ghgrp") / "ghgrp_direct_emitters_2010_2023.parquet"
ENERGY = Path("epa_ghgrp_energy_2017") / "ghgrp_unit_fuel_energy_2017.parquet"
EUTL = Path("eutl_verified_emissions") / "verified_emissions_2005_2020.parquet"


@pytest.fixture(scope="module")
def epa(shared_data: Path) -> Screening:
    return screen(read_population(shared_data / EPA, load_check_profile("epa-ghgrp")))


@pytest.fixture(scope="module")
def causes(epa: Screening) -> list[ToldCause]:
    return told_causes(epa, "en")


def places(done: Screening) -> Counter[str]:
    return Counter(done.hits["rule"].to_pylist())


def reporters(done: Screening, rule: str) -> int:
    hits = done.hits.filter(pc.equal(done.hits["rule"], rule))
    return int(pc.count_distinct(hits["who"]).as_py())


def test_the_panel_is_read_whole(epa: Screening) -> None:
    assert (epa.population.returned.num_rows, epa.population.reporters) == (94_378, 8_778)
    assert epa.population.refused == ()
    direct = epa.population.reported.filter(pc.equal(epa.population.reported["quantity"], 1))
    years = dict(
        zip(
            epa.population.returned["line"].to_pylist(),
            epa.population.returned["year"].to_pylist(),
            strict=True,
        )
    )
    total: Counter[int] = Counter()
    for line, value in zip(direct["line"].to_pylist(), direct["value"].to_pylist(), strict=True):
        total[years[line]] += value
    assert [round(total[year] / 1e8, 1) for year in (2010, 2023)] == [3196.6, 2382.8]  # Mt


def test_the_254_are_one_cause(causes: list[ToldCause]) -> None:
    (cause,) = [one for one in causes if one.rule == "parts_differ"]
    assert (cause.quantity, cause.pattern, cause.hits, cause.returns) == (
        "sources", "short", 254, 254,
    )  # fmt: skip
    assert (cause.first_year, cause.last_year) == (2011, 2023)
    assert cause.size is not None
    assert round(cause.size / 10**6, 2) == pytest.approx(3.68)
    assert list(cause.traits) == ["Petroleum and Natural Gas Systems"]


def test_signs_zeros_and_sectors(epa: Screening, causes: list[ToldCause]) -> None:
    found = places(epa)
    assert (found["value_zero"], found["identity_missing"]) == (498, 9)
    negative = epa.hits.filter(pc.equal(epa.hits["rule"], "negative_value"))
    assert pc.count_distinct(negative["line"]).as_py() == 2  # each in a gas and in its source
    assert {one.pattern for one in causes if one.rule == "identity_missing"} == {"sector"}


def test_gaps_and_changes(epa: Screening) -> None:
    assert (reporters(epa, "reporter_gap"), places(epa)["reporter_gap"]) == (213, 497)
    assert reporters(epa, "sector_changed") == 1_448


def test_jumps(causes: list[ToldCause]) -> None:
    jumps: Counter[bool] = Counter()
    for one in causes:
        if one.rule == "year_jump":
            jumps[one.pattern == "above" or one.pattern.startswith("x")] += one.hits
    assert (jumps[True], jumps[False]) == (1_296, 3_107)


def test_positions_are_coarse_in_most_years(epa: Screening) -> None:
    coarse = epa.hits.filter(pc.equal(epa.hits["rule"], "place_coarse"))
    assert sorted(coarse["year"].to_pylist()) == list(range(2011, 2024))


def test_a_revision_of_codes_is_few_causes(causes: list[ToldCause]) -> None:
    changes = [one for one in causes if one.rule == "sector_changed"]
    recoded = {one.pattern: one.hits for one in changes if one.pattern.startswith("recoded")}
    assert set(recoded) == {"recoded 2018", "recoded 2022"}  # as 211112 > 211130
    assert recoded["recoded 2018"] > 880
    assert recoded["recoded 2022"] > 200
    assert sum(one.hits for one in changes) == 1_549
    assert "codes that were given up in 2018" in next(
        one.text for one in changes if one.pattern == "recoded 2018"
    )


def test_few_reporters_first(epa: Screening) -> None:
    first = told_reporters(epa, "en", 100)
    assert all(one.expected >= other.expected for one, other in pairwise(first))
    whole = sum(told.expected for told in told_reporters(epa, "en", 10_000))
    assert sum(one.expected for one in first) > whole / 3


def test_a_plain_script_counts_the_same(epa: Screening, shared_data: Path) -> None:
    found = places(epa)
    assert plain_counts(shared_data / EPA) == {
        rule: found[rule] for rule in plain_counts(shared_data / EPA)
    }
    assert set(found) <= set(plain_counts(shared_data / EPA))


def test_unit_level_energy(shared_data: Path) -> None:
    done = screen(read_population(shared_data / ENERGY, load_check_profile("epa-energy-2017")))
    assert (done.population.returned.num_rows, done.population.reporters) == (10_926, 2_925)
    assert places(done)["value_zero"] == 592
    assert places(done)["units_differ"] == 0
    assert "units_differ" not in done.not_asked
    assert places(done)["return_repeated"] == 1  # rows of a unit such as GP-1 add, one repeats


def test_verified_emissions(shared_data: Path) -> None:
    done = screen(read_population(shared_data / EUTL, load_check_profile("eutl")))
    assert (done.population.returned.num_rows, done.population.reporters) == (167_699, 15_489)
    causes = told_causes(done, "en")
    (missing,) = [one for one in causes if one.rule == "value_excused"]
    assert (missing.pattern, missing.hits) == ("Excluded", 3_485)  # its README says 3,486
    assert missing.severity == "note"
    assert not [one for one in causes if one.rule == "value_missing"]
