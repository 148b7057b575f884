"""Bounds leave out only what cannot be the answer: with and without them the verdicts are alike."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from celadon.records.balances import drift_bounds
from celadon.records.balances.drift import family_days, family_drift
from celadon.records.balances.drift_found import FamilyDays, FamilyDrift


def family(seed: int) -> FamilyDays:
    """A family of some children, one of which may drift or be twice another."""
    draw = np.random.default_rng(seed)
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(300)]
    week = 1 + 0.3 * np.sin(np.arange(300) / 7 * 2 * np.pi)
    read = [(week * draw.uniform(1e3, 1e6) * draw.uniform(0.6, 1.4, 300)) for _ in range(4)]
    if seed % 3 == 0:
        read[1] = read[0] * 2
    parent = sum(read) * draw.normal(1, (0, 1e-4, 3e-3)[seed % 3], 300) + 500
    if seed % 2:
        read[3][150:] *= 1.06
    told = {
        f"c{n}": dict(zip(days, map(int, amounts), strict=True)) for n, amounts in enumerate(read)
    }
    return family_days("p", dict(zip(days, map(int, parent), strict=True)), told)


def said(found: FamilyDrift) -> tuple[object, ...]:
    return found.rows(), [str(each) for each in found.findings("site")], found.seen_from


@pytest.mark.parametrize("seed", range(6))
def test_bounds_change_no_verdict(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded = said(family_drift(family(seed)))
    monkeypatch.setattr(drift_bounds, "WORST_CONDITION", 0)  # so that all is computed exactly
    assert said(family_drift(family(seed))) == bounded


def test_most_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds are worth having: few of all changes tried are able to be the answer."""
    shares = []
    able = drift_bounds.Nearly.able

    def seen(self: drift_bounds.Nearly, *given: object) -> object:
        found = able(self, *given)  # type: ignore[arg-type]
        shares.append(found.mean())
        return found

    monkeypatch.setattr(drift_bounds.Nearly, "able", seen)
    family_drift(family(2))
    assert max(shares) < 0.1
