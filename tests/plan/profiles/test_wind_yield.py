"""A turbine in a year of wind: by hand at single steps; curves and speeds that are odd are told."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from celadon.errors import InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.horizon import Horizon
from celadon.plan.profiles.power_curve import PowerCurve, curve_findings, read_power_curve
from celadon.plan.profiles.series import Read, SeriesDeclared, yielded
from celadon.plan.profiles.wind_yield import WindYield, wind_speeds, wind_yield

CURVE = {0: 0, 3: 0, 5: 250, 8: 1250, 12: 2500, 25: 2500}
"""kW at m/s of a made-up turbine of 2.5 MW."""

TURBINE: dict[str, Any] = {
    "file": "wind.csv", "measured_at_m": 10.0, "hub_m": 10.0, "curve": "curve.csv",
    "rated": "2.5 MW", "losses": "10 %",
}  # fmt: skip


def turbine(**changed: Any) -> WindYield:
    return WindYield.model_validate({**TURBINE, **changed}, context={"from": "file"})


def wrote(folder: Path, speeds: Floats, curve: dict[float, float] = CURVE) -> None:  # type: ignore[assignment]
    rows = "".join(f"{speed},{power}\n" for speed, power in curve.items())
    (folder / "curve.csv").write_text("speed,power\n" + rows, encoding="utf-8")
    cells = "".join("0,\n" if np.isnan(each) else f"0,{each:.6g}\n" for each in speeds)
    (folder / "wind.csv").write_text("row,wind_speed\n" + cells, encoding="utf-8")


def read(folder: Path, **changed: Any) -> Read:
    given = {**TURBINE, **changed}
    declared = SeriesDeclared.model_validate({"wind": given}, context={"from": "file"})
    return yielded("wind", declared, folder, Horizon.year(2025), "works")


def test_the_yield_by_hand(tmp_path: Path) -> None:
    """10 m/s lies half way from 1,250 to 2,500 kW: 0.75, less a tenth."""
    speeds = np.full(8760, 10.0)
    speeds[:4] = [4.0, 2.0, 25.0, 25.5]
    wrote(tmp_path, speeds)
    found = read(tmp_path)
    assert found.values[:5].tolist() == pytest.approx([0.045, 0.0, 0.9, 0.0, 0.675])
    assert [each.rule for each in found.findings] == ["curve_with_gaps", "curve_without_cut_out"]


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"hub_m": 100.0, "shear_exponent": 0.2}, 5 * 10**0.2),
        ({"hub_m": 100.0, "roughness_m": 0.1}, 5 * np.log(1000) / np.log(100)),
        ({"air_density": 1.0, "curve_density": 1.225}, 5 * (1 / 1.225) ** (1 / 3)),
    ],
)
def test_height_and_density_are_those_declared(changed: dict[str, Any], at: float) -> None:
    curve = PowerCurve("c", np.array([0.0, 20.0]), np.array([0.0, 1.0]))
    found = wind_yield(turbine(losses="0 %", **changed), curve, np.array([5.0]))
    assert found[0] == pytest.approx(at / 20)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hub_m": 100.0}, "none is assumed"),
        ({"hub_m": 100.0, "shear_exponent": 0.2, "roughness_m": 0.1}, "two laws"),
        ({"roughness_m": 5.0, "hub_m": 5.0}, "far below"),
        ({"air_density": 1.1}, "go together"),
        ({"losses": None}, "losses"),
    ],
)
def test_nothing_is_assumed(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        turbine(**changed)


@pytest.mark.parametrize(
    ("speeds", "words"),
    [
        (np.full(8760, 30.0), "km/h"),
        (np.where(np.arange(8760) == 5, 61.0, 6.0), "from 0 to 61"),
        (np.where(np.arange(8760) == 5, -999.0, 6.0), "leave it empty"),
    ],
)
def test_speeds_that_are_none_are_refused(speeds: Floats, words: str, tmp_path: Path) -> None:
    wrote(tmp_path, speeds)
    with pytest.raises(InputError) as refused:
        wind_speeds(turbine(), tmp_path)
    assert words in f"{refused.value.faults[0].found} {refused.value.faults[0].remedy}"


@pytest.mark.parametrize(
    ("curve", "rated", "words"),
    [
        ({3: 0, 8: 1, 5: 1, 25: 1}, None, "5 after 8"),
        ({3: 0, 12: 1}, None, "2 points"),
        ({11: 0, 18: 300, 43: 2500, 90: 2500}, 2500.0, "divide them by 3.6"),
        ({3: 0, 8: 1250, 12: 2500, 25: 2500}, None, "give rated"),
        ({3: 0, 8: 0.5, 12: 1, 25: 1}, 2500.0, "powers of one go without rated"),
        ({3: -12, 8: 1250, 12: 2500, 25: 2500}, 2500.0, "write 0 where it stands still"),
        ({3: 0, 8: float("nan"), 12: 1, 25: 1}, None, "without a number"),
        ({3: 0, 8: 0, 12: 0, 25: 0}, None, "right column"),
    ],
)
def test_curves_that_are_none_are_refused(
    curve: dict[float, float], rated: float | None, words: str, tmp_path: Path
) -> None:
    wrote(tmp_path, np.zeros(1), curve)
    with pytest.raises(InputError) as refused:
        read_power_curve(tmp_path / "curve.csv", "speed", "power", rated)
    assert words in " ".join(f"{each.found} {each.remedy}" for each in refused.value.faults)


def test_what_a_curve_lacks_is_told() -> None:
    speeds = np.arange(3.0, 26)
    whole = PowerCurve("c", speeds, np.clip((speeds - 3) / 9, 0, 1) * (speeds < 25))
    assert curve_findings(whole, np.array([2.0, 30.0]), "works") == []
    short = PowerCurve("c", speeds[2:9], whole.powers[2:9])
    told = {each.rule: each.numbers for each in curve_findings(short, np.array([4.0, 30]), "works")}
    assert told["curve_without_cut_out"]["steps"] == told["curve_without_cut_in"]["steps"] == 1


def test_a_gap_of_the_wind_is_missing_and_not_a_calm(tmp_path: Path) -> None:
    speeds = np.full(8760, 10.0)
    speeds[7:9] = np.nan
    wrote(tmp_path, speeds)
    with pytest.raises(InputError, match="has gaps"):
        read(tmp_path)


def test_a_turbine_at_the_coast_of_the_shared_weather() -> None:
    """The shared profile was made by another curve: the year is of the same kind, not the same."""
    path = Path(__file__).resolve().parents[4] / "shared" / "data" / "weather"
    path = path / "shanghai_hongqiao_tmyx_hourly.csv"
    if not path.is_file():
        pytest.skip("the shared weather is not there")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    speeds = np.array([float(row["wind_speed_10m_ms"]) for row in rows])
    theirs = np.array([float(row["wind_cf"]) for row in rows])
    curve = PowerCurve("c", np.array([0.0, 3, 5, 8, 12, 25, 25.5]),
                       np.array([0.0, 0, 0.1, 0.5, 1, 1, 0]))  # fmt: skip
    ours = wind_yield(turbine(hub_m=100.0, shear_exponent=0.143, losses="0 %"), curve, speeds)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9
    assert 0.05 < ours.mean() < 0.6
