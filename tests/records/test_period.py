"""Periods of local days, written as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.errors import WorkspaceError
from celadon.records.period import Period

days = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))


@pytest.mark.parametrize(
    ("text", "days"),
    [("2024", 366), ("2025-02", 28), ("2025-01-31/2025-02-02", 2), ("2025-12", 31)],
)
def test_a_period_has_its_days(text: str, days: int) -> None:
    period = Period.parse(text)
    assert len(period.days) == days
    assert str(period) == text
    assert period.from_day in period
    assert period.to_day not in period


@pytest.mark.parametrize(
    "text", ["", "25", "2025-13", "2025-02-01", "2025-02-01/2025-02-01", "2025-3", "9999", "a/b"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(WorkspaceError, match="is not a period") as caught:
        Period.parse(text)
    assert "2025-01-01/2025-07-01" in caught.value.faults[0].rule


@given(days, days)
def test_months_cover_a_period_once(one: dt.date, other: dt.date) -> None:
    if one == other:
        return
    period = Period(min(one, other), max(one, other))
    months = list(period.months())
    assert [day for month in months for day in month.days] == period.days
    assert Period.parse(str(period)) == period
