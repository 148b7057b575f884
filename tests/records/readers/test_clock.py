"""The short cut of times is what the parse of each text gives, in every zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celadon.records.readers import stamps
from celadon.records.readers.clock import local_micros, utc_micros
from celadon.records.readers.profile import TimeColumn
from celadon.records.readers.stamps import text_instants

FORMATS = ["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y%m%d%H%M",
           "%m/%d/%Y %H:%M", "%d.%m.%y %H:%M", "%Y-%m-%dT%H:%M%z", "%Y-%d-%m %H:%M:%S"]  # fmt: skip
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC",
         "Africa/Casablanca", "Asia/Kathmandu"]  # fmt: skip
moments = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2037, 12, 31))
near_changes = st.sampled_from(
    [dt.datetime(2025, 3, 30, 1), dt.datetime(2025, 10, 26, 1), dt.datetime(2010, 3, 14),
     dt.datetime(2010, 11, 7), dt.datetime(2025, 4, 6, 1), dt.datetime(1986, 5, 4),
     dt.datetime(2025, 2, 23, 1)]
).flatmap(lambda t: st.integers(0, 240).map(lambda m: t + dt.timedelta(minutes=m)))  # fmt: skip
junk = st.sampled_from(
    ["", " ", "x", "2025-02-29 00:00", "2025-13-01 00:00", "2025-01-01 24:00", "2025-12-31 24:00",
     "2025-01-01 00:60", "0000-01-01 00:00", "2025-1-1 0:00", "２０２５-01-01 00:00",
     "9999-12-31 24:00",
     " 2025-01-01 00:15", "2025-01-01", "2025-01-01 00:00:00", "2025-01-01 00:00:00+00:00",
     "31.11.2025 00:00:00", "2025-01-32 00:00", "0001-01-01 00:00", "2025-02-30"]
)  # fmt: skip


def slowly(
    texts: pa.Array, time: TimeColumn, zone: ZoneInfo, *, typed: bool
) -> list[tuple[int, ...]]:
    found = []
    for text in texts.to_pylist():
        plain = text.translate(stamps._SPELT).strip()
        found.append(stamps._passes(stamps._parsed(plain, time.format, typed=typed), zone))
    return found


@given(
    st.lists(st.one_of(moments, near_changes), max_size=20),
    st.lists(junk, max_size=5),
    st.sampled_from(FORMATS),
    st.sampled_from(ZONES),
    st.booleans(),
)
@settings(max_examples=250, deadline=None)
def test_in_bulk_is_as_one_by_one(
    drawn: list[dt.datetime], others: list[str], pattern: str, zone: str, typed: bool
) -> None:
    time = TimeColumn(column=("t",), format=pattern)
    written = [moment.replace(tzinfo=dt.UTC).strftime(pattern) for moment in drawn]
    texts = pa.array([*written, *others], pa.string())
    first, second, known = text_instants(texts, time, ZoneInfo(zone), typed=typed)
    fast = [
        tuple(sorted({int(f), int(s)})) if k else ()
        for f, s, k in zip(first, second, known, strict=True)
    ]
    expected = [
        tuple(sorted(set(passes))) for passes in slowly(texts, time, ZoneInfo(zone), typed=typed)
    ]
    assert fast == expected


def test_a_year_of_quarters_takes_the_short_cut() -> None:
    start = dt.datetime(2025, 1, 1)
    texts = pa.array(
        [f"{start + n * dt.timedelta(minutes=15):%Y-%m-%d %H:%M}" for n in range(35040)]
    )
    local, known = local_micros(texts, [FORMATS[0]])
    assert known.all()
    assert (np.diff(local) == 900_000_000).all()
    assert utc_micros(local, ZoneInfo("Asia/Shanghai"))[1].all()
    unsure = ~utc_micros(local, ZoneInfo("Europe/Berlin"))[1]
    assert 0 < unsure.sum() <= 2 * 4 * 4  # the hours around two changes


@pytest.mark.parametrize("pattern", ["%d %b %Y %H:%M", "%y%m%d%H%M", "%Y-%m-%d %H:%M%z", "%%%Y"])
def test_a_field_without_a_fixed_width_is_left_to_the_slow_way(pattern: str) -> None:
    assert not local_micros(pa.array(["2025-01-01 00:00"]), [pattern])[1].any()
