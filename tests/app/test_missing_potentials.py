"""Sectors that count gases by potentials of which it is only recalled that they take them.

The potentials themselves are rows of two sources (B); that the guideline of a sector takes the set
of the second assessment report is part of what is recalled of it (D). Both are named.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.shop import add_site, declaration, take, write_books, write_laboratory

from celadon.app.missing import reference_missing
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.records.period import Period

MARCH = Period.parse("2025-03")
STREAM = """
[[stream]]
id = "source"
carrier = "{carrier}"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "{kind}"
"""
SHARES = ("heel_share", "utilisation_rate", "abated_share", "abatement_rate")
ETCHED = tuple((name, "10", "%") for name in SHARES)
WATER = (("cod_in", "4", "kg/m3"), ("cod_out", "1", "kg/m3"))
SECTORS = {
    "machinery-ndrc-2015": ("fluorinated_gas", "sf6", "SF6", (("purity", "99", "%"),), "t"),
    "electronics-ndrc-2015": ("fluorinated_gas", "sf6", "SF6", ETCHED, "t"),
    "fluorochemicals-ndrc-2015":
        ("fluorinated_gas", "hcfc22_made", "HFC23", (("gas_factor", "10", "kgHFC23/t"),), "t"),
    "pulp-and-paper-ndrc-2015": ("waste_water", "anaerobic_water", "CH4", WATER, "m3"),
    "other-industry-ndrc-2015":
        ("waste_water", "anaerobic_water", "CH4",
         (*WATER, ("methane_correction", "50", "%")), "m3"),
}  # fmt: skip


@pytest.mark.parametrize("method", list(SECTORS))
def test_the_set_of_potentials_and_its_row_are_named(method: str, tmp_path: Path) -> None:
    carrier, kind, gas, measured, unit = SECTORS[method]
    workspace = Workspace.create(tmp_path / "plant", "模拟", "zh")
    text = declaration(method=method).partition("[[network]]")[0]
    add_site(workspace, text + STREAM.format(carrier=carrier, kind=kind))
    days = ("2025-03-01", "2025-03-31")
    books = [("source", "消耗", *days, 10, unit)]
    samples = [("source", name, *days, value, of, "化验", "L1") for name, value, of in measured]
    take(workspace, write_books(tmp_path / "books.xlsx", books))
    take(workspace, write_laboratory(tmp_path / "laboratory.xlsx", samples))
    result = run(workspace, ["works"], MARCH)["works"]
    missing = {one.what: one for one in reference_missing(workspace, result)}
    of_method = missing[f"methods/{method}"]
    assert of_method.confidence == "D"
    assert f"compare its equations: {kind}" in of_method.fetch
    assert "its table of global-warming potentials, for which SAR is taken" in of_method.fetch
    row = missing[f"gwp/SAR/{gas}/100"]
    assert row.confidence == "B"
    assert "Second Assessment Report" in row.fetch
    chinese = {one.what: one.fetch for one in reference_missing(workspace, result, "zh")}
    assert "全球变暖潜势值表（现取 SAR）" in chinese[f"methods/{method}"]
