"""A time by which solving ends: no answer then, and none is invented."""

from __future__ import annotations

import pytest

from celadon.numerics.lp import METHODS, Model, solve
from celadon.numerics.lp.deadline import is_late, seconds_left, within
from celadon.numerics.lp.interior import INTERIOR, is_installed

_INSTALLED = [name for name in METHODS if name not in INTERIOR or is_installed(name)]


def small() -> Model:
    model = Model()
    grid = model.variables("grid")
    model.charge("bought", 1.0 * grid)
    model.require("demand", grid >= 10)
    return model


@pytest.mark.parametrize("method", [None, *_INSTALLED])
def test_no_solver_is_asked_when_the_time_is_up(method: str | None) -> None:
    program = small().program()
    with within(0.0):
        found = solve(program, method)
    assert found.status == "failed"
    assert {attempt.said for attempt in found.attempts} == {"no time was left"}
    assert solve(program, method).status == "optimal"


def test_the_shorter_limit_holds_and_ends_with_its_block() -> None:
    assert seconds_left() is None
    with within(1000.0):
        with within(5.0):
            assert 0 < (seconds_left() or 0) <= 5
        with within(5000.0):
            assert (seconds_left() or 0) <= 1000
        with within(None):
            assert (seconds_left() or 0) <= 1000
    assert not is_late()
