"""Times of profiles: their distance from UTC, their order, midnights, and ends of steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from celadon.errors import InputError
from celadon.plan.components.horizon import Horizon
from celadon.plan.profiles.columns import Columns, read_columns
from celadon.plan.profiles.series import Read, SeriesDeclared, read_series
from celadon.plan.profiles.stamps import NO_ZONE, Clock

HOURS = np.datetime64("2025-01-01T00:00", "m") + np.arange(8760) * np.timedelta64(60, "m")
VALUES = np.arange(8760.0)
SHANGHAI = Clock.of(["Asia/Shanghai"], 2025)


def shown(times: np.ndarray, offset: str = "") -> list[str]:
    return [str(each).replace("T", " ") + offset for each in times]


def read(columns: Columns, clock: Clock = NO_ZONE, **declared: float) -> Read:
    series = SeriesDeclared.model_validate({"column": "load", "unit": "MW", "at_most": 9000.0,
                                            **declared})  # fmt: skip
    return read_series("load", series, columns, "time", Horizon.year(2025), "d", clock)


def typed(times: object, values: np.ndarray = VALUES) -> Columns:
    return Columns("site.csv", pa.table({"time": times, "load": values}))


def file(folder: Path, times: list[str], values: np.ndarray = VALUES) -> Columns:
    rows = "\n".join(f"{time},{value}" for time, value in zip(times, values, strict=True))
    path = folder / "site.csv"
    path.write_text(f"time,load\n{rows}\n")
    return read_columns(path)


@pytest.mark.parametrize("offset", ["+08:00", "+0800", "+08", " +08:00"])
def test_the_wall_clock_of_an_offset_is_kept(offset: str, tmp_path: Path) -> None:
    """Also where gaps may be filled: nothing is shifted and filled in silence."""
    for clock in (NO_ZONE, SHANGHAI):
        found = read(file(tmp_path, shown(HOURS, offset)), clock, fill_at_most_hours=24)
        assert found.values.tolist() == VALUES.tolist()
        (told,) = found.findings
        assert (told.rule, told.numbers["kept"]) == ("times_from_utc", "+08:00")


def test_utc_is_laid_on_the_clock_of_the_design_and_told(tmp_path: Path) -> None:
    times = shown(HOURS - np.timedelta64(8, "h"), "Z")
    found = read(file(tmp_path, times), SHANGHAI)
    assert found.values.tolist() == VALUES.tolist()
    assert [each.rule for each in found.findings] == ["times_of_another_clock"]
    assert "laid 8 h off" in found.findings[0].text("en")


def test_summer_time_with_its_offsets_is_standard_time(tmp_path: Path) -> None:
    """Berlin: 02:00 is absent in March and comes twice in October; the offsets tell them apart."""
    summer = (np.arange(8760) >= 88 * 24 + 2) & (np.arange(8760) < 298 * 24 + 2)
    times = shown(HOURS + summer * np.timedelta64(60, "m"))
    times = [f"{time}{'+02:00' if is_summer else '+01:00'}"
             for time, is_summer in zip(times, summer, strict=True)]  # fmt: skip
    found = read(file(tmp_path, times))
    assert found.values.tolist() == VALUES.tolist()
    assert found.findings[0].numbers["kept"] == "+01:00"


def test_instants_of_parquet_keep_the_clock_of_their_zone(tmp_path: Path) -> None:
    utc = (HOURS - np.timedelta64(8, "h")).astype("datetime64[us]")
    times = pa.array(utc, pa.timestamp("us", "Asia/Shanghai"))
    pq.write_table(pa.table({"time": times, "load": VALUES}), tmp_path / "p.parquet")
    found = read(read_columns(tmp_path / "p.parquet"))
    assert found.values.tolist() == VALUES.tolist()
    assert found.findings[0].rule == "times_from_utc"


def test_times_of_which_only_some_say_their_offset_are_refused() -> None:
    times = shown(HOURS, "+08:00")
    times[9] = times[9][:16]
    with pytest.raises(InputError) as caught:
        read(typed(times))
    assert caught.value.faults[0].where == ("site.csv", "time", "row 11")
    assert caught.value.faults[0].remedy == "write all times alike"


def test_rows_out_of_order_are_laid_by_their_times_and_told() -> None:
    found = read(typed(HOURS[::-1].astype("datetime64[us]"), VALUES[::-1]))
    assert found.values.tolist() == VALUES.tolist()
    (told,) = found.findings
    assert (told.rule, told.numbers["rows"], told.numbers["row"]) == (
        "profile_out_of_order",
        8759,
        3,
    )
    order = np.arange(8760)
    order[[30, 31]] = [31, 30]
    (one,) = read(typed(HOURS[order].astype("datetime64[us]"), VALUES[order])).findings
    assert (one.numbers["rows"], one.numbers["row"]) == (1, 33)
    assert "2025-01-02 06:00" in one.text("en")


def test_midnights_of_the_wrong_day_are_known_by_their_place() -> None:
    """As the UCI file of a steel works has them: a day ends with its own 00:00."""
    ends = HOURS + np.timedelta64(60, "m")
    is_midnight = (ends - ends.astype("datetime64[D]")).astype(int) == 0
    times = ends - is_midnight * np.timedelta64(24 * 60, "m")
    found = read(typed(times.astype("datetime64[us]")))
    assert found.values.tolist() == VALUES.tolist()
    assert [each.rule for each in found.findings] == ["profile_midnights", "stamped_at_ends"]
    assert found.findings[0].numbers == {"rows": 365, "row": 25, "when": "2025-01-01 00:00"}


def test_a_file_of_one_column_keeps_its_gaps(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("load\n1\n\n3\n\n")
    assert np.isnan(read_columns(path).numbers("load")).tolist() == [False, True, False]
