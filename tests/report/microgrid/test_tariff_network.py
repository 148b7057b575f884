"""A connection under a tariff as a network of PyPSA: what is expressed, and what is told absent."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.plan.components.test_tariff import months, planned, site, tariff

from celadon.plan.components.tariff_terms import tariff_terms
from celadon.report.microgrid.pypsa import write_network


def test_prices_of_a_tariff_are_exported_and_its_second_part_is_told_absent(tmp_path: Path) -> None:
    plan = planned(site({"basis": "measured"}, horizon=months(31)))
    assert {"grid.tariff", "grid.basis"} <= set(write_network(plan.design, plan, tmp_path))
    with (tmp_path / "generators-marginal_cost.csv").open() as file:
        rows = list(csv.DictReader(file))
    terms = tariff_terms([tariff()], plan.design.horizon, "measured", "grid")
    assert np.array([float(row["grid.import"]) for row in rows]) == pytest.approx(terms.price)
