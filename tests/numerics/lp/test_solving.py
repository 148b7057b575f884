"""Solutions are right, proved, and never believed because a solver says so."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.numerics.lp.plant import plant

from celadon.errors import RequirementMissing
from celadon.numerics.lp import METHODS, LiveModel, Model, Program, highs, prove, solve, solving
from celadon.numerics.lp.answer import Answer
from celadon.numerics.lp.interior import INTERIOR

SMALL = 1e-7


def boxed(seed: int, columns: int = 3, rows: int = 4) -> Program:
    """A small programme in a box, all numbers whole."""
    draw = np.random.default_rng(seed)
    model = Model()
    x = [model.variables(f"x{n}", upper=6) for n in range(columns)]
    for row in range(rows):
        form = sum((int(draw.integers(-4, 5)) * each for each in x[1:]), start=1 * x[0])
        bound = float(draw.integers(-6, 13))
        model.require(f"row {row}", form <= bound if draw.random() < 0.7 else form >= bound)
    costs = draw.integers(-5, 6, columns)
    model.charge("cost", sum((int(c) * e for c, e in zip(costs, x, strict=True)), start=0 * x[0]))
    return model.program()


def corners(program: Program) -> list[np.ndarray]:
    """All feasible corners, by solving every square system of tight bounds."""
    matrix = program.matrix.toarray()
    width = matrix.shape[1]
    planes = [
        (row, bound)
        for row, low, high in zip(matrix, program.row_lower, program.row_upper, strict=True)
        for bound in (low, high)
        if np.isfinite(bound)
    ]
    planes += [(np.eye(width)[n], b) for n in range(width) for b in (0.0, 6.0)]
    found = []
    for chosen in combinations(planes, width):
        normal = np.array([row for row, _ in chosen])
        if abs(np.linalg.det(normal)) > 1e-9:
            point = np.linalg.solve(normal, [bound for _, bound in chosen])
            rows = matrix @ point
            if (
                (point >= -SMALL).all() and (point <= 6 + SMALL).all()
                and (rows >= program.row_lower - SMALL).all()
                and (rows <= program.row_upper + SMALL).all()
            ):  # fmt: skip
                found.append(point)
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(METHODS))
@example(11729, "piqp")
def test_the_best_corner_is_found_and_proved(seed: int, method: str) -> None:
    """An interior point may stop short and say so; with no method named, the next one is asked."""
    program = boxed(seed)
    best = min((float(program.cost @ corner) for corner in corners(program)), default=None)
    found = solve(program, method)
    if best is None:
        assert found.status in ("infeasible", "failed")
        assert found.status == "infeasible" or method in INTERIOR
        return
    if method in INTERIOR and found.status != "optimal":
        assert found.status in ("limit", "failed")
        found = solve(program)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best, rel=1e-5, abs=1e-5)
    assert found.bound <= found.objective + 1e-5 * max(1, abs(best))
    assert sum(found.charges().values()) == pytest.approx(found.objective)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_price_is_the_growth_of_the_cost(seed: int) -> None:
    """The cost is convex in a bound: a price lies between the growth before and after it."""
    program = boxed(seed)
    found = solve(program)
    if found.status != "optimal":
        return
    step = 1e-3
    for row, price in enumerate(found.prices):
        grown = []
        for by in (-step, step):
            change = np.zeros_like(program.row_lower)
            change[row] = by
            moved = program.with_(
                row_lower=program.row_lower + change, row_upper=program.row_upper + change
            )
            again = solve(moved)
            grown.append(np.inf if again.status != "optimal" else again.objective)
        before, after = found.objective - grown[0], grown[1] - found.objective
        assert before - 1e-6 <= price * step <= after + 1e-6 or np.isinf(grown).any()


def test_every_method_finds_the_same_plant() -> None:
    program = plant(336)
    found = {method: solve(program, method) for method in METHODS}
    best = found["simplex"].objective
    for method, solution in found.items():
        assert solution.status == "optimal", method
        assert solution.objective == pytest.approx(best, rel=1e-6)
        assert solution.proof is not None
        assert solution.proof.relative_violation <= 1e-6
    share = {m: s.price("own use")[0] for m, s in found.items()}
    assert share["piqp"] == pytest.approx(share["simplex"], abs=1e-3)


def test_whole_numbers_are_searched() -> None:
    """A knapsack against all 256 packings."""
    draw = np.random.default_rng(5)
    weight, worth = draw.integers(1, 20, 8), draw.integers(1, 30, 8)
    model = Model()
    taken = model.variables("taken", 8, upper=1, whole=True)
    model.require("room", (weight * taken).sum() <= 40)
    model.charge("worth", -worth * taken)
    found = solve(model.program())
    packings = [np.array([n >> k & 1 for k in range(8)]) for n in range(256)]
    best = max(int(worth @ p) for p in packings if weight @ p <= 40)
    assert found.status == "optimal"
    assert -found.objective == pytest.approx(best)
    with pytest.raises(ValueError, match="whole numbers have no prices"):
        found.price("room")


def test_no_solution_is_told_from_no_end() -> None:
    model = Model()
    x = model.variables("x")
    model.require("low", x >= 3)
    model.charge("gain", -1 * x)
    assert solve(model.program()).status == "unbounded"
    model.require("high", x <= 2)
    assert solve(model.program()).status == "infeasible"
    with pytest.raises(ValueError, match="there is no solution"):
        _ = solve(model.program()).objective


def test_bounds_that_contradict_are_named() -> None:
    model = Model()
    model.variables("x", 3, lower=[0, 5, 0], upper=4)
    found = solve(model.program())
    assert (found.status, found.attempts[0].said) == (
        "infeasible", "bounds of 'x' contradict each other at place 1"
    )  # fmt: skip


@pytest.mark.parametrize("lie", ["broken row", "dear", "unproved"])
def test_a_solver_that_lies_is_not_believed(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    x = model.variables("x", 2)
    model.require("demand", x >= [1, 2])
    model.charge("cost", x.sum())
    values = {"broken row": [0.0, 2.0], "dear": [1.0, 9.0], "unproved": [1.0, 2.0]}[lie]
    prices = np.array([1.0, 1.0]) if lie != "unproved" else np.zeros(2)
    told = Answer("optimal", "Optimal", np.array(values), prices, 1)
    monkeypatch.setattr(highs, "run", lambda *_: told)
    found = solve(model.program())
    assert found.status == ("failed" if lie == "broken row" else "limit")
    assert [a.method for a in found.attempts] == ["simplex", "ipx"]
    assert not any(a.accepted for a in found.attempts)


def test_the_worst_row_is_named() -> None:
    model = Model()
    x = model.variables("x", 3)
    model.require("demand", x >= [1, 2, 3])
    proof = prove(model.program(), np.array([1.0, 1.5, 3.0]), np.zeros(3))
    assert proof.worst == ("demand", 1)
    assert proof.violation == 0.5


def test_an_absent_solver_names_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "is_installed", lambda _: False)
    with pytest.raises(RequirementMissing) as caught:
        solve(boxed(1), "piqp")
    assert "pip install piqp" in caught.value.faults[0].remedy
    assert solving.chosen(plant(1500)) == ["ipx", "simplex"]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_a_live_model_equals_a_new_one(seed: int) -> None:
    draw = np.random.default_rng(seed)
    live = LiveModel(plant(48))
    live.solve()
    for _ in range(3):
        live.change_rows("power", lower=(b := draw.uniform(3, 15, 48)), upper=b)
        live.change_costs("bought", draw.uniform(0.1, 2, 48))
        live.change_bounds("pv size", upper=draw.uniform(0, 40))
        again, new = live.solve(), solve(live.program)
        assert again.status == new.status == "optimal"
        assert again.objective == pytest.approx(new.objective, rel=1e-9)
