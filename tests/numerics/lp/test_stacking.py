"""Programmes side by side, with a border that ties them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csc_matrix

from celadon.numerics.lp import Model, Program, solve
from celadon.numerics.lp.interior import _with_zeros
from celadon.numerics.lp.stacking import Layer, NewColumns, NewRows, bordered, stacked


def year(demand: float, price: float) -> Program:
    """A demand met from a capacity or bought."""
    model = Model()
    made, bought = model.variables("made"), model.variables("bought")
    size = model.variables("size")
    model.require("demand", made + bought >= demand)
    model.require("limit", made - size <= 0.0)
    model.charge("energy", price * bought + 1.0)
    return model.program()


def test_a_stack_costs_what_its_layers_weigh() -> None:
    layers = [Layer("a", 2.0, year(3.0, 1.0)), Layer("b", 0.5, year(4.0, 3.0))]
    program = stacked(layers)
    found = solve(program.with_(upper=np.where(program.lower == 0, 100.0, 100.0)))
    free = solve(program)
    assert free.objective == pytest.approx(2.5)  # nothing is bought, for capacity is free
    assert found.program.columns["b: size"] == slice(5, 6)
    assert found.charge("b: energy") == pytest.approx(0.5)
    assert sum(found.charges().values()) == pytest.approx(found.objective)


def test_a_border_ties_the_layers() -> None:
    """One purchase serves both: 3 are worth 2 x 1 + 0.5 x 3 each, the fourth 0.5 x 3, at 2 each."""
    layers = [Layer("a", 2.0, year(3.0, 1.0)), Layer("b", 0.5, year(4.0, 3.0))]
    program = stacked(layers)
    at = program.matrix.shape[1]
    ties = [
        NewRows(f"{each.name} has", np.zeros(2, np.int64),
                np.array([program.columns[each.block("size")].start, at]), np.array([1.0, -1.0]),
                np.array([0.0]), np.array([0.0]))
        for each in layers
    ]  # fmt: skip
    buying = NewColumns("buy", np.zeros(1), np.array([10.0]), {"buying": np.array([2.0])})
    found = solve(bordered(program, [buying], ties))
    assert found.status == "optimal"
    assert found.value("buy").tolist() == pytest.approx([3.0])
    assert found.objective == pytest.approx(2 * 3 + 0.5 * 3 * 1 + 2.5)
    assert found.charge("buying") == pytest.approx(6.0)
    assert found.price("a has").shape == (1,)


def test_zeros_that_help_the_order_change_no_number() -> None:
    noise = np.random.default_rng(1)
    plain = np.zeros((400, 6))
    plain[::3, 0] = noise.normal(size=134)
    plain[10:25, 1] = 1.0
    plain[:, 2] = 1.0
    matrix = csc_matrix(plain)
    given = _with_zeros(matrix, 100, 200)
    assert np.array_equal(given.toarray(), plain)
    assert np.diff(given.indptr).tolist() == [200, 15, 400, 0, 0, 0]
    assert given.has_sorted_indices
