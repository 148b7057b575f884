"""A million verdicts equal the plain path: every row of a small population, exactly."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from benchmarks.verdicts import FROM, TO, simulated

from celadon.assess.bulk import Figures, ProductForm, machine_table, plain_rows, product_table
from celadon.assess.machines import machine_rows
from celadon.assess.tables import VERDICT
from celadon.assess.verdicts import Place
from celadon.reference import load_registry

REGISTRY = load_registry()


@pytest.mark.parametrize("seed", [1, 2])
def test_products_as_the_plain_path_has_them(seed: int) -> None:
    figures, _ = simulated(REGISTRY, 12, seed)
    plain = [
        row
        for at in range(len(figures.site))
        for row in plain_rows(figures, at, REGISTRY, FROM, TO)
    ]
    assert product_table(figures, REGISTRY, FROM, TO) == VERDICT.from_rows(plain)


def test_machines_as_the_plain_path_has_them() -> None:
    _, pieces = simulated(REGISTRY, 3)
    plain = [
        row
        for site, of_site in pieces.items()
        for row in machine_rows(of_site, REGISTRY, Place(site, "", "", FROM, TO))
    ]
    assert machine_table(pieces, REGISTRY, FROM, TO) == VERDICT.from_rows(plain)


def test_figures_on_and_beside_a_limit_below_zero_and_of_no_output() -> None:
    forms = [
        ProductForm("clinker", "comprehensive_energy", (("altitude_m", "100"),)),
        ProductForm("ferrosilicon", "smelting_electricity", (("ore_grade", "98.7"),)),
        ProductForm("ferrosilicon", "smelting_electricity"),
        ProductForm("bias_tyre", "comprehensive_energy"),
    ]
    den = 3 * 10**6
    values = [100, 107, 117, 117.0000001, 99.9999999, 8022, 8271.9999, 0, -5, 515.001, 1e6, 2.0005]
    rows = [(form, round(value * den), den) for form in range(len(forms)) for value in values]
    rows += [(0, 10**17, den), (1, 5, 0), (2, 5, -1), (0, 2**52, 3)]
    form, num, below = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    names = [f"p{at:03d}" for at in range(len(rows))]
    figures = Figures(["works"] * len(rows), names, form, num, below, forms)
    day = dt.date(2026, 12, 31)
    plain = [r for at in range(len(rows)) for r in plain_rows(figures, at, REGISTRY, day, day)]
    assert product_table(figures, REGISTRY, day, day) == VERDICT.from_rows(plain)
    assert len({row["outcome"] for row in plain}) >= 1


def test_figures_that_are_converted_or_have_two_limits() -> None:
    forms = [
        ProductForm("high_carbon_ferrochrome", "smelting_electricity", (("ore_grade", "38"),)),
        ProductForm("polysilicon_trichlorosilane", "comprehensive_energy"),
        ProductForm("ethylene_unit", "comprehensive_energy"),
    ]
    values = [2000, 3280, 3450, 3480, 3600, 3650, 3700, 5500, 6300, 6301, 800, 900, 914]
    rows = [(form, value * 1000, 1000) for form in range(len(forms)) for value in values]
    form, num, below = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    names = [f"p{at:03d}" for at in range(len(rows))]
    figures = Figures(["works"] * len(rows), names, form, num, below, forms)
    day = dt.date(2026, 12, 31)
    plain = [r for at in range(len(rows)) for r in plain_rows(figures, at, REGISTRY, day, day)]
    assert product_table(figures, REGISTRY, day, day) == VERDICT.from_rows(plain)
    of_ore = {row["outcome"] for row in plain if row["unit"] == "kWh/t"}
    assert of_ore == {"grade_1", "grade_2", "grade_3", "over_limit", "cannot_tell"}


def test_nothing_gives_no_rows() -> None:
    none = np.array([], dtype=np.int64)
    assert product_table(Figures([], [], none, none, none, []), REGISTRY, FROM, TO).num_rows == 0
    assert machine_table({}, REGISTRY, FROM, TO).num_rows == 0
