"""``celadon microgrid shift``: a plant's bills before and after, and what stops it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed
from tests.cli.test_bill import FLAT

from celadon.plan.operation.shifting_tables import MICROGRID_SHIFT_BILL

PLANT = """
format = 1
[design]
id = "plant"
name_en = "Simulated plant"
name_zh = "模拟工厂"
simulated = true
year = 2025
[profiles]
file = "profiles.csv"
time = "time"
[series.load]
column = "load_kW"
unit = "kW"
fill_at_most_hours = 3
[[demand]]
id = "works"
bus = "power"
series = "load"
[[grid]]
id = "grid"
tariff = "flat.toml"
basis = "measured"
[[boiler]]
id = "boiler"
efficiency = "90 %"
cost = { annual = "1 CNY/kW" }
"""
MOVABLE = """
[[movable_load]]
id = "mill"
series = "load"
at_most = "200 kW"
window_hours = 24
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    document("microgrid", "init", tmp_path / "site")
    folder = tmp_path / "site"
    (folder / "plant.toml").write_text(PLANT, encoding="utf-8")
    (folder / "flat.toml").write_text(FLAT, encoding="utf-8")
    return folder


def test_the_bills_of_a_plant_are_compared_line_by_line(folder: Path) -> None:
    (folder / "plant.toml").write_text(PLANT + MOVABLE, encoding="utf-8")
    found = document("microgrid", "shift", folder / "plant.toml")
    before, after, saved = (
        Fraction(found[key]) for key in ("bill_before_cny", "bill_after_cny", "saved_cny")
    )
    assert saved == before - after > 0
    assert found["net_cny"] == found["saved_cny"]
    parts = found["parts_cny"].values()
    assert sum(Fraction(p["before"]) - Fraction(p["after"]) for p in parts) == saved
    # at one price all day only the demand can be less
    cut = sum(m["peak_kw_before"] - m["peak_kw_after"] for m in found["months"])
    assert float(saved) == pytest.approx(32 * cut, abs=1)
    assert found["left_out"] == ["boiler"]
    assert found["proof"]["gap"] < 1e-6
    lines = MICROGRID_SHIFT_BILL.read(folder / "out" / "shift" / "microgrid_shift_bill.parquet")
    assert sum(lines["before"].to_pylist()) == before * 100
    assert sum(lines["after"].to_pylist()) == after * 100


def test_a_part_of_the_whole_load_is_moved_by_words_alone(folder: Path) -> None:
    words = ("microgrid", "shift", folder / "plant.toml", "--move", "0.2 MW", "--within", "24")
    (folder / "both.toml").write_text(PLANT + MOVABLE, encoding="utf-8")
    found = document(*words)
    declared = document("microgrid", "shift", folder / "both.toml")
    assert float(found["saved_cny"]) == pytest.approx(float(declared["saved_cny"]), abs=5)
    dearer = document(*words, "--rebound", "10 %", "--price", "0.01 CNY/kWh")
    assert float(dearer["net_cny"]) < float(found["net_cny"])


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", ("CNY a year as metered", "hour of the day", "not looked at: boiler")),
     ("zh", ("现状每年", "移出", "未考虑：boiler"))],
)  # fmt: skip
def test_it_is_told_in_both_languages(folder: Path, language: str, told: tuple[str, ...]) -> None:
    done = typed(
        "microgrid", "shift", folder / "plant.toml", "--move", "200 kW", "--lang", language
    )
    assert done.exit_code == 0, done.output
    for text in told:
        assert text in done.stdout


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ((), ["movable_load"]),
        (("--within", "12"), ["--move"]),
        (("--move", "2"), ["--move"]),
        (("--move", "2 MW", "--rebound", "-5 %"), ["--rebound"]),
        (("--move", "2 kWh"), ["--move"]),
    ],
)
def test_what_cannot_be_read_is_refused(
    folder: Path, more: tuple[str, ...], where: list[str]
) -> None:
    assert (
        refused("microgrid", "shift", folder / "plant.toml", *more)["faults"][0]["where"] == where
    )
