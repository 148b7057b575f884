"""``celadon microgrid declare``: by a forecast, by the meters of a site, and what stops it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed
from tests.cli.test_bill import FLAT, SUPPLY

from celadon.plan.operation.tables import MICROGRID_DEMAND_ADVICE

PEAKS = "month,peak_kW\n2026-01,840\n2026-01,630\n2026-02,400\n2026-02,400\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "peaks.csv").write_text(PEAKS, encoding="utf-8")
    (tmp_path / "flat.toml").write_text(FLAT, encoding="utf-8")
    return tmp_path


def words(folder: Path, *more: object) -> tuple[object, ...]:
    given = ("--peaks", folder / "peaks.csv", "--tariff", folder / "flat.toml")
    return ("microgrid", "declare", *given, "--capacity-kva", "1000", *more)


def test_a_forecast_is_declared_for_and_left_as_a_table(folder: Path) -> None:
    (found,) = document(*words(folder, "--out", folder / "out"))["supplies"]
    january, february = found["months"]
    # twice the price for what lies above 1.05 x 600 kW, in half of the ways: 600 or 800 kW?
    assert Fraction(january["contract_kw"]) == 800
    assert january["expected"] == {"capacity": 2_000_000, "contract": 2_400_000,
                                   "measured": 2_352_000}  # fmt: skip
    assert january["overrun_share"] == 0
    assert february["at_floor"]
    assert [q["basis"] for q in found["quarters"]] == ["contract"]
    table = MICROGRID_DEMAND_ADVICE.read(folder / "out" / "microgrid_demand_advice.parquet")
    assert table["contract"].to_pylist() == [800_000, 400_000]


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", ("overrun in", "(floor)", "billed at present")), ("zh", ("应申报 kW", "下限", "现行"))],
)
def test_the_advice_is_told_in_both_languages(
    folder: Path, language: str, told: tuple[str, ...]
) -> None:
    done = typed(*words(folder, "--basis", "measured", "--lang", language))
    assert done.exit_code == 0
    for text in told:
        assert text in done.stdout


def test_the_meters_of_a_site_are_looked_back_on(tiny: Path) -> None:
    """Two whole months by the hour, at most 260 kW in the first and 130 kW in the second."""
    site = tiny / "sites" / "mill" / "site.toml"
    text = site.read_text(encoding="utf-8")
    site.write_text(text + SUPPLY.replace("e1", "e2") + _METER, encoding="utf-8")
    (tiny / "tariffs").mkdir()
    (tiny / "tariffs" / "flat.toml").write_text(FLAT, encoding="utf-8")
    lines = ["时间,e2 (kWh)"]
    start = dt.datetime(2025, 1, 1)
    for hour in range(59 * 24):
        when = start + dt.timedelta(hours=hour)
        lines.append(f"{when:%Y-%m-%d %H:%M},{(260 if when.month == 1 else 130) - hour % 24}")
    file = tiny.parent / "hours.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert typed("import", "mill", file, "--profile", "readings-wide", "-w", tiny).exit_code == 0
    given = ("microgrid", "declare", "mill", "--history", "2025", "-w", tiny)
    (found,) = document(*given)["supplies"]
    assert [m["month"] for m in found["months"]] == ["2026-01", "2026-02"]
    assert [m["peak_kw"]["most"] for m in found["months"]] == [260, 130]
    assert [Fraction(m["contract_kw"]) for m in found["months"]] == [
        Fraction(260 * 20, 21), Fraction(130 * 20, 21),
    ]  # fmt: skip
    assert len(found["unknown"]) == 10
    assert found["basis_at_present"] == "measured"
    assert found["at_present"] == (260 + 130) * 3200


_METER = """
[[meter]]
id = "e2"
kind = "interval"
measure = "kWh"
minutes = 60
"""


@pytest.mark.parametrize(
    ("more", "place"),
    [
        (("--from", "2026"), "--from"),
        (("--contract-kw", "-5"), "--contract-kw"),
        (("--basis", "both"), "--basis"),
        (("--notice", "1"), "--notice"),
        (("--months", "3", "--from", "2024-11"), "2024-11"),
    ],
)
def test_what_cannot_be_declared_for_is_refused(
    folder: Path, more: tuple[object, ...], place: str
) -> None:
    assert refused(*words(folder, *more))["faults"][0]["where"][0] == place


def test_nothing_to_go_by_is_refused() -> None:
    assert [f["where"] for f in refused("microgrid", "declare")["faults"]] == [
        ["--peaks"], ["--tariff"],
    ]  # fmt: skip


def test_months_outside_the_forecast_are_refused_with_those_that_there_are(folder: Path) -> None:
    (fault,) = refused(*words(folder, "--from", "2027-01"))["faults"]
    assert fault["where"] == ["--from"]
    assert fault["found"] == "2027-01"
    assert "2026-01 - 2026-02" in fault["rule"]


def test_a_spread_that_reaches_below_zero_is_told(folder: Path) -> None:
    (folder / "peaks.csv").write_text("month,peak_kW,spread_kW\n2026-01,100,400\n2026-02,500,9\n")
    (found,) = document(*words(folder))["supplies"]
    assert found["cut_at_zero"] == {"2026-01": 40}  # 40 of 99 parts lie below -1/4 of a deviation
    assert "2026-01: they count as 0 kW" in typed(*words(folder, "--lang", "en")).stdout


def test_a_single_way_is_called_one_peak(folder: Path) -> None:
    (folder / "peaks.csv").write_text("month,peak_kW\n2026-01,840\n")
    assert "one peak for each month" in typed(*words(folder, "--lang", "en")).stdout


def test_a_figure_of_the_tariff_that_is_seldom_met_is_told(folder: Path) -> None:
    dear = FLAT.replace('measured_price = "32"', 'measured_price = "3200"')
    (folder / "flat.toml").write_text(dear, encoding="utf-8")
    (found,) = document(*words(folder))["supplies"]
    assert [each["place"] for each in found["findings"]] == ["basic.measured_price"]
    assert "以元计而非分" in typed(*words(folder, "--lang", "zh")).stdout
