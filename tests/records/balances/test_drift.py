"""Drift of a child against its parent: found, named, sized, and not seen where there is none."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.records.balances.drift_families import (
    DISTURBANCES,
    FIRST,
    LENGTH,
    Days,
    Planted,
    drawn_family,
    measured_profiles,
    simulated_profiles,
)
from tests.records.balances.test_balance import Day, days_of, meter
from tests.records.build import compiled_of, site_of

from celadon.engine import Engine
from celadon.records.balances.balance import meter_balances
from celadon.records.balances.drift import (
    PROMISED,
    FamilyDrift,
    family_days,
    family_drift,
    meter_drifts,
)
from celadon.records.balances.drift_fit import Fit, block_sums, is_better, shapes
from celadon.records.finding import Finding
from celadon.records.site import Site
from celadon.records.tables import METER_DAY, SHARED_DAY


@pytest.fixture(scope="module")
def simulated() -> dict[str, Days]:
    return simulated_profiles()


@dataclass(slots=True)
class Tally:
    """What became of seeded families."""

    families: int = 0
    named: int = 0
    misnamed: int = 0
    promised: int = 0
    kept: int = 0
    worst: float = 0.0

    def count(self, planted: Planted, found: FamilyDrift) -> None:
        self.families += 1
        self.misnamed += any(child != planted.child or not planted.size for child in found.named)
        if planted.size and planted.child in found.named:
            self.named += 1
            size = float(found.named[planted.child][1])
            self.worst = max(self.worst, abs(size - planted.size))
        if planted.size and found.seen_from[planted.child][0] <= PROMISED:
            self.promised += 1
            self.kept += planted.child in found.named


def tally(profiles: Mapping[str, Days], seeds: Iterable[int], **how: Any) -> Tally:
    counted = Tally()
    for seed in seeds:
        planted = drawn_family(profiles, seed, **how)
        counted.count(planted, family_drift(planted.family))
    return counted


def test_planted_drifts_of_simulated_days(simulated: Mapping[str, Days]) -> None:
    found = tally(simulated, range(30), planted=True, noise=0.0005)
    assert found.promised >= 5
    assert (found.kept, found.misnamed) == (found.promised, 0)


def test_planted_drifts_of_measured_days(shared_data: Path) -> None:
    found = tally(measured_profiles(shared_data), range(40), planted=True, noise=0.0005)
    assert found.promised >= 20
    assert (found.kept, found.misnamed) == (found.promised, 0)
    assert found.named >= 36


def test_clean_families_raise_nothing(simulated: Mapping[str, Days]) -> None:
    assert tally(simulated, range(40), planted=False).misnamed == 0


@pytest.mark.long
@pytest.mark.parametrize("noise", [0.0005, 0.001, 0.002])
def test_a_promised_drift_is_found_in_99_of_100(shared_data: Path, noise: float) -> None:
    """A thousand families a noise; a promise is ``seen_from`` of at most 3 %."""
    profiles = measured_profiles(shared_data) | simulated_profiles()
    found = tally(profiles, range(10_000, 11_000), planted=True, noise=noise)
    sys.stdout.write(f"noise {noise}: {found}\n")
    assert found.promised >= 100
    assert found.kept >= 0.99 * found.promised
    assert found.misnamed <= 0.01 * found.families


@pytest.mark.long
@pytest.mark.parametrize("noise", [0.0005, 0.002, 0.01])
def test_at_most_one_of_a_hundred_clean_families_is_accused(
    shared_data: Path, noise: float
) -> None:
    profiles = measured_profiles(shared_data) | simulated_profiles()
    found = tally(profiles, range(20_000, 21_000), planted=False, noise=noise)
    sys.stdout.write(f"noise {noise}: {found}\n")
    assert found.misnamed <= 0.01 * found.families


@pytest.mark.long
@pytest.mark.parametrize("disturbance", DISTURBANCES)
def test_what_no_child_meters_accuses_no_child(shared_data: Path, disturbance: str) -> None:
    profiles = measured_profiles(shared_data) | simulated_profiles()
    found = tally(profiles, range(30_000, 30_500), planted=False, disturbance=disturbance)
    sys.stdout.write(f"{disturbance}: {found}\n")
    assert found.misnamed <= 0.02 * found.families


# One family, by hand.


def plain_family(days: int = LENGTH, noise: float = 0.0005) -> tuple[Days, Days]:
    """A parent and two children that move apart; 2 % are lost."""
    draw = np.random.default_rng(7)
    children = np.stack([draw.uniform(30, 90, days), draw.uniform(20, 60, days)], axis=1)
    return children.sum(axis=1) * (1.02 + draw.standard_normal(days) * noise), children


def looked(parent: Days, children: Days) -> FamilyDrift:
    days = [FIRST + dt.timedelta(days=n) for n in range(len(parent))]
    amounts = {f"c{n}": dict(zip(days, whole(c), strict=True)) for n, c in enumerate(children.T)}
    return family_drift(family_days("p", dict(zip(days, whole(parent), strict=True)), amounts))


def whole(days: Days) -> list[int]:
    return [round(value * 10**6) for value in days]


def test_a_step_is_named_with_its_size_and_day() -> None:
    parent, children = plain_family()
    children[200:, 1] *= 1.04
    found = looked(parent, children)
    ((child, (spell, change)),) = found.named.items()
    assert child == "c1"
    assert spell.since == FIRST + dt.timedelta(days=200)
    assert spell.stays
    assert abs(change - Fraction(4, 100)) < Fraction(2, 1000)
    assert [row["outcome"] for row in found.rows()] == ["no", "yes"]


def test_a_meter_that_reads_too_little_is_named_alike() -> None:
    parent, children = plain_family()
    children[150:, 0] *= 0.96
    found = looked(parent, children)
    assert abs(found.named["c0"][1] + Fraction(4, 100)) < Fraction(2, 1000)


def test_a_drift_that_ends_is_told_with_its_end() -> None:
    parent, children = plain_family()
    children[273:318, 1] *= 1.04
    found = looked(parent, children)
    spell, _ = found.named["c1"]
    assert not spell.stays
    assert abs((spell.until - FIRST).days - 318) <= 7


def test_two_drifts_of_two_children_are_a_shift_that_names_neither() -> None:
    """All children drifting is what a parent's drift looks like."""
    parent, children = plain_family()
    children[150:, 0] *= 1.05
    children[250:, 1] *= 0.94
    found = looked(parent, children)
    assert found.named == {}
    assert len(found.shifts) >= 1
    assert {row["outcome"] for row in found.rows()} == {"cannot_tell"}


def test_a_parent_that_drifts_accuses_no_child() -> None:
    parent, children = plain_family()
    parent[200:] *= 1.03
    found = looked(parent, children)
    assert found.named == {}
    ((_, share, meters),) = found.shifts
    assert meters == ("p",)
    assert abs(share - Fraction(3, 100)) < Fraction(2, 1000)


def test_a_load_without_a_meter_accuses_no_meter() -> None:
    parent, children = plain_family()
    parent[200:] += 2
    found = looked(parent, children)
    assert found.named == {}
    assert [meters for _, _, meters in found.shifts] == [()]


def test_children_in_proportion_cannot_be_told_apart() -> None:
    parent, children = plain_family()
    children[:, 1] = children[:, 0] / 2
    parent = children.sum(axis=1) * 1.02
    children[200:, 1] *= 1.04
    found = looked(parent, children)
    assert found.named == {}
    assert {row["outcome"] for row in found.rows()} == {"cannot_tell"}


def test_an_unsteady_balance_cannot_be_told() -> None:
    parent, children = plain_family(noise=0.05)
    rows = looked(parent, children).rows()
    assert {(row["outcome"], row["because"]) for row in rows} <= {
        ("cannot_tell", "unsteady"), ("cannot_tell", "not_separable"),
    }  # fmt: skip
    assert all(row["seen_from"] > 30_000 for row in rows)


def test_half_a_year_of_days_is_needed() -> None:
    parent, children = plain_family(days=179)
    rows = looked(parent, children).rows()
    assert {(row["outcome"], row["because"]) for row in rows} == {("cannot_tell", "few_days")}


def test_a_child_that_reads_nothing_cannot_be_told() -> None:
    parent, children = plain_family()
    found = looked(parent, np.column_stack([children, np.zeros(len(parent))]))
    outcomes = {row["child"]: row.get("because") for row in found.rows()}
    assert outcomes == {"c0": None, "c1": None, "c2": "reads_nothing"}


def test_a_lone_outlying_day_is_left_out() -> None:
    parent, children = plain_family()
    parent[100] *= 3
    children[200:, 1] *= 1.04
    found = looked(parent, children)
    assert set(found.named) == {"c1"}
    assert len(found.family.days) == LENGTH - 1


def test_scale_and_the_order_of_days_change_nothing() -> None:
    parent, children = plain_family()
    children[200:, 1] *= 1.04
    once = looked(parent, children)
    larger = looked(parent * 4096, children * 4096)
    assert once.named["c1"][0] == larger.named["c1"][0]
    assert abs(once.named["c1"][1] - larger.named["c1"][1]) < Fraction(1, 10**5)


# From tables to tables.


def declared() -> Site:
    return site_of(meter("p"), meter("c0", "p"), meter("c1", "p"))


def run(days: Mapping[str, Mapping[dt.date, Day]]) -> tuple[list[dict[str, Any]], list[Finding]]:
    site = declared()
    with Engine(1) as engine:
        engine.load(METER_DAY, METER_DAY.from_rows(days_of(site, days)))
        engine.load(SHARED_DAY, SHARED_DAY.from_rows([]))
        found = meter_balances(engine, compiled_of(site, "2025"), {site.id: site})
        table, findings = meter_drifts(engine, found.families)
    return table.to_pylist(), findings


def drifting() -> dict[str, dict[dt.date, Day]]:
    parent, children = plain_family()
    children[200:, 1] *= 1.04
    named = {"p": parent, "c0": children[:, 0], "c1": children[:, 1]}
    return {
        name: {
            FIRST + dt.timedelta(days=n): (value, 0, 0) for n, value in enumerate(whole(amounts))
        }
        for name, amounts in named.items()
    }


def test_a_finding_names_the_child() -> None:
    rows, (finding,) = run(drifting())
    assert [row["outcome"] for row in rows] == ["no", "yes"]
    assert (finding.rule, finding.subject) == ("drift", "c1")
    assert finding.place == "p › c1 › 2025-07"
    assert finding.numbers == {
        "parent": "p",
        "since": "2025-07-20",
        "until": "2025-12-31",
        "change": "+4.0 %",
        "others": "1",
    }
    assert "reads +4.0 % compared with before" in finding.text("en")
    assert "变化 +4.0 %" in finding.text("zh")


def test_days_with_something_missing_are_not_looked_at() -> None:
    days = drifting()
    for n in range(0, 60, 2):
        days["c0"][FIRST + dt.timedelta(days=n)] = (0, 0, 3600)
        days["c1"][FIRST + dt.timedelta(days=n + 100)] = (0, 10**8, 0)
    rows, findings = run(days)
    assert {row["days"] for row in rows} == {LENGTH - 60}
    assert [finding.subject for finding in findings] == ["c1"]


# The arithmetic.


def test_the_fit_is_that_of_floats() -> None:
    draw = np.random.default_rng(3)
    columns = draw.integers(0, 2**20, (300, 4))
    target = columns @ np.array([1, 2, 0, 1]) // 4 + draw.integers(0, 2**12, 300)
    days = range(300)
    change = Fit(columns, target).best_change(columns[:, 1], shapes(days), days)
    assert change is not None
    full = np.column_stack([columns, change.column]).astype(float)
    solved, (left,), _, _ = np.linalg.lstsq(full, target.astype(float), rcond=None)
    (before,) = np.linalg.lstsq(columns.astype(float), target.astype(float), rcond=None)[1]
    assert np.allclose([float(c) for c in change.coefficients], solved[:4], rtol=1e-9)
    assert float(change.size) / 16 == pytest.approx(solved[4], rel=1e-6)
    assert change.reduction == pytest.approx(before - left, abs=2)
    assert sum(r * r for r in change.residuals) / 64**2 == pytest.approx(left, rel=1e-4)


def test_columns_that_others_give_are_left_out() -> None:
    draw = np.random.default_rng(3)
    columns = draw.integers(0, 2**10, (100, 3))
    columns = np.column_stack([columns, columns[:, 0] + 2 * columns[:, 1], np.zeros(100, int)])
    fit = Fit(columns, columns[:, 0] * 3 + columns[:, 2])
    assert fit.freedoms(columns[:, 3:4]).at(0, 0) == 0


def test_better_by_more_than_the_weeks_differ() -> None:
    days = list(range(70))
    assert is_better([1] * 70, [2] * 70, days)
    assert not is_better([2] * 70, [1] * 70, days)
    assert is_better([1, *[5] * 69], [9, *[5] * 69], days)
    assert not is_better([1, *[5] * 8, 9, *[5] * 60], [9, *[5] * 69], days)
    assert block_sums([1] * 70, days, 28) == [28, 28, 14]
