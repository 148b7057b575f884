"""Partial dates are never guessed into days."""

from __future__ import annotations

import datetime as dt

import pytest

from celadon.reference import Validity
from celadon.reference.validity import partial_days


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2023", dt.date(2023, 1, 1), dt.date(2024, 1, 1)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 3, 1)),
        ("2023-12", dt.date(2023, 12, 1), dt.date(2024, 1, 1)),
        ("2024-02-29", dt.date(2024, 2, 29), dt.date(2024, 3, 1)),
    ],
)
def test_a_partial_date_covers_its_whole_period(text: str, first: dt.date, after: dt.date) -> None:
    assert partial_days(text) == (first, after)


@pytest.mark.parametrize("text", ["2023-13", "2023-02-30", "23", "2023/02", "", "2023-1"])
def test_what_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the calendar has words of its own)
        partial_days(text)


@pytest.mark.parametrize(
    ("validity", "day", "state"),
    [
        (Validity("2023"), dt.date(2022, 12, 31), "not_yet"),
        (Validity("2023"), dt.date(2023, 1, 1), "uncertain"),
        (Validity("2023"), dt.date(2023, 12, 31), "uncertain"),
        (Validity("2023"), dt.date(2024, 1, 1), "in_force"),
        (Validity("2026-07-01"), dt.date(2026, 6, 30), "not_yet"),
        (Validity("2026-07-01"), dt.date(2026, 7, 1), "in_force"),
        (Validity("2014-10-01", "2026-07-01"), dt.date(2026, 6, 30), "in_force"),
        (Validity("2014-10-01", "2026-07-01"), dt.date(2026, 7, 1), "ended"),
        (Validity("2014-10-01", "2026"), dt.date(2025, 12, 31), "in_force"),
        (Validity("2014-10-01", "2026"), dt.date(2026, 3, 1), "uncertain"),
        (Validity("2014-10-01", "2026"), dt.date(2027, 1, 1), "ended"),
        (Validity(), dt.date(2025, 1, 1), "unknown"),
        (Validity("", "2020-01-01"), dt.date(2025, 1, 1), "ended"),
        (Validity("", "2026-01-01"), dt.date(2025, 1, 1), "unknown"),
        (Validity(dated=False), dt.date(1900, 1, 1), "in_force"),
        (Validity("2015", dated=False), dt.date(2015, 6, 1), "uncertain"),
    ],
)
def test_state_on_a_day(validity: Validity, day: dt.date, state: str) -> None:
    assert validity.state(day) == state


def test_the_certain_bounds_are_days() -> None:
    validity = Validity("2023-02", "2026")
    assert validity.certain_from == dt.date(2023, 3, 1)
    assert validity.certain_to == dt.date(2026, 1, 1)


def test_words_say_what_is_not_known() -> None:
    assert (
        Validity("2014-10-01", "2026-07-01").words() == "in force from 2014-10-01 until 2026-07-01"
    )
    assert Validity().words() == "date in force not known"
    assert Validity(dated=False).words() == "valid on every day"
