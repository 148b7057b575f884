"""The reference case is the formulation's, term by term: written out anew here with plain loops."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_array
from tests.plan.microgrid.sites import PARAMETERS, profiles

from celadon.errors import ModelError
from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid import Plan, build, plan_design
from celadon.plan.microgrid.reference_case import (
    CAPACITIES,
    ReferenceParameters,
    reference_design,
)

FLOWS = ("imp", "exp", "pv", "wind", "ch", "dis", "soc", "fuel", "hp", "boil", "tes")
SIZES = ("pv", "wind", "batp", "bate", "chp", "hp", "boil", "tes")
SMALL = ("load", "heat", "cf_pv", "cf_w", "cop", "p_imp", "month")


def written_out(given: ReferenceParameters, p: Mapping[str, Floats]) -> float:
    """The least cost of the formulation, row by row, by scipy's own call."""
    hours, months = len(p["load"]), len(np.unique(p["month"]))
    at = {name: n * hours for n, name in enumerate(FLOWS)}
    x = {name: len(FLOWS) * hours + n for n, name in enumerate(SIZES)}
    peak = len(FLOWS) * hours + len(SIZES)
    width = peak + months
    equal, below = [], []  # rows of (columns and coefficients, right-hand side)
    gas = given.p_gas + given.co2_price * given.ef_gas
    cost, upper = np.zeros(width), np.full(width, np.inf)
    upper[x["pv"]], upper[x["wind"]] = given.pv_max, given.wind_max
    for t in range(hours):
        v = {name: at[name] + t for name in FLOWS}
        b = {name: at[name] + (t - 1) % hours for name in FLOWS}
        sun, wind, cop = p["cf_pv"][t], p["cf_w"][t], p["cop"][t]
        equal.append(
            (
                {
                    v["imp"]: 1,
                    v["exp"]: -1,
                    v["pv"]: 1,
                    v["wind"]: 1,
                    v["dis"]: 1,
                    v["ch"]: -1,
                    v["fuel"]: given.chp_e,
                    v["hp"]: -1,
                },
                p["load"][t],
            )
        )
        below.append(
            (
                {
                    v["fuel"]: -given.chp_h,
                    v["hp"]: -cop,
                    v["boil"]: -1,
                    b["tes"]: -(1 - given.tes_loss),
                    v["tes"]: 1,
                },
                -p["heat"][t],
            )
        )
        equal.append(
            (
                {
                    v["soc"]: 1,
                    b["soc"]: -(1 - given.bat_loss),
                    v["ch"]: -given.eta_ch,
                    v["dis"]: 1 / given.eta_dis,
                },
                0.0,
            )
        )
        for flow, size, one, two in (
            ("pv", "pv", 1, sun),
            ("wind", "wind", 1, wind),
            ("ch", "batp", 1, 1),
            ("dis", "batp", 1, 1),
            ("soc", "bate", 1, 1),
            ("fuel", "chp", given.chp_e, 1),
            ("hp", "hp", cop, 1),
            ("boil", "boil", 1, 1),
            ("tes", "tes", 1, 1),
        ):
            below.append(({v[flow]: one, x[size]: -two}, 0.0))
        below.append(({v["imp"]: 1, peak + int(p["month"][t]) - 1: -1}, 0.0))
        cost[v["imp"]] = p["p_imp"][t] + given.co2_price * given.ef_grid
        cost[v["exp"]], cost[v["dis"]] = -given.p_exp, given.bat_wear
        cost[v["fuel"]], cost[v["boil"]] = gas, gas / given.boil_eff
    sold, used = {}, {}
    for t in range(hours):
        sold[at["exp"] + t], used[at["exp"] + t] = 1, 1
        used[at["pv"] + t] = used[at["wind"] + t] = -1
    for name, column in (("pv", "cf_pv"), ("wind", "cf_w")):
        sold[x[name]] = -given.exp_frac * p[column].sum()
        used[x[name]] = given.self_frac * p[column].sum()
    below += [(sold, 0.0), (used, 0.0)]
    for name in SIZES:
        cost[x[name]] = getattr(given.ann, name)
    cost[peak:] = given.dem
    matrices = []
    for rows in (equal, below):
        matrix = lil_array((len(rows), width))
        for n, (terms, _) in enumerate(rows):
            for column, coefficient in terms.items():
                matrix[n, column] += coefficient
        matrices.append((matrix.tocsr(), [right for _, right in rows]))
    bounds = np.column_stack([np.zeros(width), upper])
    (a_eq, b_eq), (a_ub, b_ub) = matrices
    found = linprog(cost, a_ub, b_ub, a_eq, b_eq, bounds=bounds, method="highs-ds")
    assert found.status == 0
    return float(found.fun)


@pytest.mark.parametrize(
    "changed", [{}, {"self_frac": 0.95}, {"exp_frac": 0.05, "p_exp": 0.6}, {"co2_price": 1.0}]
)
def test_the_least_cost_is_that_of_the_formulation(changed: dict[str, float]) -> None:
    cheap = {**PARAMETERS["ann"], "pv": 8.0, "wind": 14.0, "bate": 1.0, "batp": 0.5}
    given = ReferenceParameters.model_validate({**PARAMETERS, "ann": cheap, **changed})
    columns = profiles(120)
    plan = plan_design(reference_design(given, columns))
    assert isinstance(plan, Plan)
    assert plan.value(CAPACITIES["wind"]) > 0.1
    assert plan.objective == pytest.approx(written_out(given, columns), rel=1e-8)


def test_the_full_year_has_the_size_that_the_formulation_states(shared_data: Path) -> None:
    """108 125 rows, 96 380 columns, 347 650 non-zeros, with the weather of the shared data."""
    with (shared_data / "weather" / "shanghai_hongqiao_tmyx_hourly.csv").open() as file:
        rows = list(csv.DictReader(file))
    sun, wind = (np.array([float(row[key]) for row in rows]) for key in ("pv_cf", "wind_cf"))
    given = ReferenceParameters.model_validate(PARAMETERS)
    program = build(reference_design(given, profiles(8760, sun, wind))).program
    assert (*program.matrix.shape, program.matrix.nnz) == (108_125, 96_380, 347_650)


def test_rows_without_weather_are_left_out() -> None:
    columns = profiles(96)
    program = build(
        reference_design(ReferenceParameters.model_validate(PARAMETERS), columns)
    ).program
    shines = int((columns["cf_pv"] > 0).sum() + (columns["cf_w"] > 0).sum())
    assert 96 < shines < 192
    assert program.matrix.shape == (11 * 96 + 2 + shines, 11 * 96 + 12 + 8)
    dark = np.flatnonzero(columns["cf_pv"] == 0)
    assert (program.upper[program.columns["pv.output"]][dark] == 0).all()


def test_what_is_absent_or_wrong_is_named() -> None:
    given, columns = ReferenceParameters.model_validate(PARAMETERS), profiles(48)
    without = {name: columns[name] for name in SMALL if name != "cop"}
    with pytest.raises(ModelError, match="lacks 1 profile"):
        reference_design(given, without)
    gap = {**columns, "load": np.where(np.arange(48) == 5, np.nan, columns["load"])}
    with pytest.raises(ModelError, match="gaps") as caught:
        reference_design(given, gap)
    assert "the first at row 6" in caught.value.faults[0].found
    no_month = {name: columns[name] for name in SMALL if name != "month"}
    with pytest.raises(ModelError, match="months"):
        reference_design(given, no_month)
    with pytest.raises(ModelError, match="differ in length"):
        reference_design(given, {**columns, "heat": columns["heat"][:-1]})


@pytest.mark.long
def test_the_full_year_is_planned_and_proved() -> None:
    given = ReferenceParameters.model_validate(PARAMETERS)
    plan = plan_design(reference_design(given, profiles(8760)))
    assert isinstance(plan, Plan)
    assert plan.residuals.violation <= 1e-6
    assert plan.gap <= 1e-6
