"""The programme that no design can beat, and the columns for what crosses midnight."""

from __future__ import annotations

import numpy as np
import pytest
from tests.plan.screening.random_sites import random_site

from celadon.numerics.lp import Model, solve
from celadon.plan.components.horizon import Horizon
from celadon.plan.microgrid.design import build
from celadon.plan.screening.calendar import SEVERAL, SHARED, calendar_of
from celadon.plan.screening.day_classes import DayClasses, day_classes
from celadon.plan.screening.floor import floor_program
from celadon.plan.screening.nights import with_nights

TWO_DAYS = Horizon(hours=12.0, month=np.zeros(4, int), months=("one",))


def one_class() -> DayClasses:
    return DayClasses(np.zeros(2, int), np.zeros(1, int))


@pytest.mark.parametrize("number", [0, 1, 5, 7])
def test_columns_for_the_nights_change_nothing(number: int) -> None:
    design = random_site(number, 5)
    program = build(design).program
    wider = with_nights(calendar_of(program, design.horizon))
    assert not wider.crosses[: program.matrix.nnz].any()
    best = solve(program, "simplex")
    assert solve(wider.program, "simplex").objective == pytest.approx(best.objective, rel=1e-7)


@pytest.mark.parametrize("number", range(5))
def test_it_is_never_above_the_optimum(number: int) -> None:
    design = random_site(number, 6)
    program = build(design).program
    calendar = calendar_of(program, design.horizon)
    best = solve(program, "simplex").objective
    for count in (1, 3, 6):
        floor = floor_program(calendar, day_classes(calendar, count))
        assert floor is not None
        assert solve(floor, "simplex").objective <= best * (1 + 1e-7)


def test_of_a_price_that_changes_the_lowest_counts() -> None:
    model = Model()
    bought = model.variables("bought", 4)
    model.require("power balance", bought == [1, 1, 3, 3])
    model.charge("energy", [2.0, 2.0, 5.0, 7.0] * bought)
    floor = floor_program(calendar_of(model.program(), TWO_DAYS), one_class())
    assert floor is not None
    assert solve(floor).objective == 4 * 2 + 4 * 2  # 2 is the lowest of 2 and 5, and of 2 and 7
    assert solve(model.program()).objective == 2 + 2 + 15 + 21


def test_a_peak_of_each_day_is_held_in_the_mean() -> None:
    model = Model()
    bought, peak = model.variables("bought", 4), model.variables("peak", 2)
    model.require("power balance", bought == [1, 2, 3, 6])
    model.require("demand", bought - peak.at([0, 0, 1, 1]) <= 0.0)
    model.charge("demand", peak)
    calendar = calendar_of(model.program(), TWO_DAYS)
    assert calendar.row_day.tolist() == [0, 0, 1, 1, 0, 0, 1, 1]
    floor = floor_program(calendar, one_class())
    assert floor is not None
    assert solve(floor).objective == pytest.approx(8.0)  # (2 + 6) / 2 in the mean of two peaks
    assert solve(model.program()).objective == pytest.approx(8.0)


def test_flows_below_zero_prove_nothing() -> None:
    model = Model()
    flow = model.variables("flow", 4, lower=-1.0)
    model.require("power balance", flow >= 0.5)
    assert floor_program(calendar_of(model.program(), TWO_DAYS), one_class()) is None


def test_rows_know_their_days() -> None:
    model = Model()
    flow, size = model.variables("flow", 4), model.variables("size")
    model.require("of the second day", flow.at([2]) - size <= 0.0)
    model.require("of both days", flow.sum() <= 9.0)
    model.require("of no day", size <= 3.0)
    calendar = calendar_of(model.program(), TWO_DAYS)
    assert calendar.row_day.tolist() == [1, SEVERAL, SHARED]
    assert calendar.column_step.tolist() == [0, 1, 2, 3, SHARED]
