"""The fewest requirements to relax, against every choice of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celadon.numerics.lp import Model, Program, least_relaxation, prove, solve


def conflicting(seed: int) -> Program:
    """Six requirements over three amounts that mostly cannot all hold."""
    draw = np.random.default_rng(seed)
    model = Model()
    x, y, z = (model.variables(name, upper=10) for name in "xyz")
    model.require("balance", x + y == z)
    for n in range(6):
        form = int(draw.integers(-3, 4)) * x + int(draw.integers(-3, 4)) * y + z
        bound = float(draw.integers(-5, 25))
        model.require(f"demand {n}", form >= bound if draw.random() < 0.5 else form <= bound)
    return model.program()


def without(program: Program, names: tuple[str, ...]) -> Program:
    low, high = program.row_lower.copy(), program.row_upper.copy()
    for name in names:
        low[program.rows[name]], high[program.rows[name]] = -np.inf, np.inf
    return program.with_(row_lower=low, row_upper=high)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_no_smaller_choice_is_enough(seed: int) -> None:
    program = conflicting(seed)
    demands = [name for name in program.rows if name != "balance"]
    fewest = next(
        size
        for size in range(len(demands) + 1)
        for chosen in combinations(demands, size)
        if solve(without(program, chosen)).status == "optimal"
    )
    found = least_relaxation(program, demands)
    assert found.is_possible
    assert len(found.amounts) == fewest
    if fewest:  # what is left has a solution, and it is handed back
        left = without(program, tuple(found.amounts))
        assert prove(left, found.values, np.zeros(len(left.row_lower))).violation < 1e-6
    else:
        assert not found.values.size
    low, high = program.row_lower.copy(), program.row_upper.copy()
    for name, by in found.amounts.items():
        low[program.rows[name]] -= np.maximum(by, 0) * (1 + 1e-6)
        high[program.rows[name]] += np.maximum(-by, 0) * (1 + 1e-6)
    assert solve(program.with_(row_lower=low, row_upper=high)).status == "optimal"
    assert all(set(core) & set(found.amounts) for core in found.cores)
    for core in found.cores:
        others = tuple(name for name in demands if name not in core)
        assert solve(without(program, others)).status == "infeasible"


def test_what_cannot_be_relaxed_is_told() -> None:
    model = Model()
    x = model.variables("x", upper=1)
    model.require("nature", x >= 2)
    model.require("wish", x <= 0.5)
    found = least_relaxation(model.program(), ["wish"])
    assert not found.is_possible
    assert found.amounts == {}


def test_hours_are_let_off_where_it_is_needed() -> None:
    model = Model()
    power = model.variables("power", 4, upper=5)
    model.require("demand", power >= [4, 6, 5, 7])
    found = least_relaxation(model.program())
    assert found.amounts["demand"] == pytest.approx([0, 1, 0, 2])
