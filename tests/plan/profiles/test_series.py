"""Series: laid on the year, converted, their gaps and contradictions told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from celadon.errors import InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.horizon import Horizon
from celadon.plan.profiles.columns import Columns
from celadon.plan.profiles.series import Read, SeriesDeclared, read_series

YEAR = Horizon.year(2025)
FLAT = np.full(8760, 5.0)


def read(values: Any, horizon: Horizon = YEAR, column: str = "load", times: Any = None,
         **declared: Any) -> Read:  # fmt: skip
    table = {column: pa.array(values, from_pandas=True)}
    if times is not None:
        table["time"] = times
    series = SeriesDeclared.model_validate({"column": column, **declared})
    columns = Columns("site.csv", pa.table(table))
    return read_series("load", series, columns, "time" if times is not None else "", horizon, "d")


def refused(values: Any, **given: Any) -> str:
    with pytest.raises(InputError) as caught:
        read(values, **given)
    return str(caught.value)


@pytest.mark.parametrize(
    ("unit", "rows", "expected"),
    [("kW", 8760, 0.005), ("kWh", 8760, 0.005), ("kWh", 35040, 0.02), ("kW", 35040, 0.005),
     ("MW", 17520, 5.0), ("%", 8760, 0.05), ("CNY/kWh", 8760, 5.0), ("GJ", 35040, 5 / 0.9)],
)  # fmt: skip
def test_units_become_those_of_the_model(unit: str, rows: int, expected: float) -> None:
    found = read(np.full(rows, 5.0), unit=unit).values
    assert found.shape == (8760,)
    assert found == pytest.approx(expected)


def test_longer_steps_are_repeated_and_shorter_ones_averaged() -> None:
    quarters = Horizon.year(2025, 15)
    assert read(np.arange(8760.0), quarters).values[:6].tolist() == [0, 0, 0, 0, 1, 1]
    assert read(np.arange(35040.0)).values[:2].tolist() == [1.5, 5.5]


def test_a_gap_is_missing_and_never_zero() -> None:
    holed = FLAT.copy()
    holed[100:105] = np.nan
    told = refused(holed)
    assert "5 step(s) without a value in 1 gap(s), the longest 5 h" in told
    assert "begins at step 101" in told
    assert "too long" in refused(holed, fill_at_most_hours=4)
    found = read(holed, fill_at_most_hours=5)
    assert found.values[100:105].tolist() == [5.0] * 5
    (finding,) = found.findings
    assert (finding.rule, finding.numbers["steps"]) == ("gap_filled", 5)
    assert "5 step(s)" in finding.text("en")


def test_a_filled_gap_takes_the_same_hour_of_the_nearest_day() -> None:
    daily = np.tile(np.arange(24.0), 365)
    holed = daily.copy()
    holed[[0, 50, 8759]] = np.nan
    assert read(holed, fill_at_most_hours=1).values.tolist() == daily.tolist()


def test_a_row_that_is_absent_is_a_gap() -> None:
    hour = np.timedelta64(1, "h")
    times = (np.datetime64("2025-01-01T00") + np.arange(8760) * hour).astype("datetime64[us]")
    kept = np.delete(np.arange(8760), [30, 31])
    assert "2 step(s)" in refused(FLAT[kept], times=times[kept].astype(str))
    assert read(FLAT, times=times).values.tolist() == FLAT.tolist()
    assert "stands there twice" in refused(np.full(8761, 5.0), times=np.append(times, times[9]))
    other = times + np.timedelta64(366, "D")
    assert "not the year of the design" in refused(FLAT, times=other)


def test_a_kw_that_is_named_kwh_is_recognised() -> None:
    power = np.full(35040, 5000.0)  # kW in quarter hours: 43.8 GWh a year
    told = refused(power, unit="kWh", annual="43.8 GWh")
    assert "write unit = 'kW'" in told
    assert "175,200 MWh" in told
    assert "write unit = 'kW'" in refused(power, unit="kWh", at_most="5 MW")
    assert read(power, unit="kW", annual="43.8 GWh", at_most="5 MW").values.max() == 5.0
    assert "write unit = 'kWh'" in refused(power / 4, unit="kW", annual="43.8 GWh")
    assert "check the unit" in refused(power, unit="kW", annual="90 GWh")


def test_a_header_with_another_unit_is_refused() -> None:
    told = refused(FLAT, column="load (kW)", unit="kWh")
    assert "a header that says kW, declared as kWh" in told
    assert read(FLAT, column="load_kWh", unit="千瓦时").values.max() == 0.005


def test_a_leap_year_has_its_day() -> None:
    leap = Horizon.year(2024)
    assert "8760 rows" in refused(FLAT, horizon=leap)
    hourly: Floats = np.arange(8760.0)
    found = read(hourly, leap, unit="kW", typical=True)
    assert [finding.rule for finding in found.findings] == ["leap_day_repeated"]
    february = found.values[58 * 24 : 61 * 24] * 1000
    expected = [*hourly[58 * 24 : 59 * 24], *hourly[58 * 24 : 59 * 24], *hourly[59 * 24 : 60 * 24]]
    assert february == pytest.approx(expected)
    assert read(np.full(8784, 1.0), leap).findings == ()
    assert "8784 rows" in refused(np.full(8784, 1.0))


def test_a_cell_that_is_no_number_is_named() -> None:
    cells = ["5"] * 8760
    cells[7] = "12,5"
    assert "site.csv › load › row 9" in refused(cells)


def test_readings_longer_than_the_steps_are_told() -> None:
    """Hours repeated in quarter hours hide the peaks that demand is billed by."""
    (finding,) = read(FLAT, Horizon.year(2025, 15), unit="kW").findings
    assert finding.rule == "readings_repeated"
    assert finding.numbers == {"minutes": "60", "step": "15"}
    assert not read(np.full(35040, 5.0), Horizon.year(2025, 15), unit="MW", at_most=6.0).findings
