"""Simulated sites that plan microgrids: the same from the same seed, and broken as they say."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from celadon.errors import WorkspaceError
from celadon.simulate.microgrids import (
    BROKEN,
    TRUTH,
    PopulationOptions,
    population,
    simulate_microgrids,
)


def test_equal_seeds_give_equal_sites_however_many_there_are() -> None:
    few = list(population(PopulationOptions(sites=2, seed=4)))
    more = list(population(PopulationOptions(sites=3, seed=4)))
    assert more[:2] == few
    assert next(population(PopulationOptions(sites=1, seed=5))) != few[0]


def test_the_truth_is_written_beside_the_sites(tmp_path: Path) -> None:
    folder = tmp_path / "sites"
    made = simulate_microgrids(folder, PopulationOptions(sites=12, seed=5, broken=1.0))
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(TRUTH)
    assert [row["site"] for row in rows] == [site.name for site in made]
    assert {row["planted"] for row in rows} == BROKEN.keys()
    assert all(row["status"] == BROKEN[row["planted"]] for row in rows)
    for site in made:
        text = (folder / site.name / "design.toml").read_text(encoding="utf-8")
        plain = tomllib.loads(text)
        assert plain["design"]["simulated"]
        assert "模拟" in plain["design"]["name_zh"]
        profiles = folder / site.name / "profiles.csv"
        assert profiles.exists() == (site.planted != "no_profiles")
    with pytest.raises(WorkspaceError, match="Nothing is overwritten"):
        simulate_microgrids(folder, PopulationOptions(sites=1))


@pytest.mark.parametrize("wrong", [{"sites": 0}, {"broken": 1.5}, {"seed": -1}, {"year": 1800}])
def test_what_no_population_is(wrong: dict[str, float]) -> None:
    with pytest.raises(WorkspaceError) as refused:
        PopulationOptions(**{"sites": 1, **wrong})  # type: ignore[arg-type]
    (fault,) = refused.value.faults
    assert fault.where == (f"--{next(iter(wrong))}",)
