"""Ranges of serials: what they hold, what they refuse, and that none is used twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.records.serials import Register, Serials


def test_a_range_is_read_as_it_is_written() -> None:
    assert Serials.between("GEC-2025-0099", "GEC-2025-0102") == Serials("GEC-2025-", 99, 102)
    assert Serials.between("0007", "0007").number == 1
    long = Serials.between("20250300000000000001", "20250300000000000300")
    assert long.number == 300  # more digits than 64 bits


def test_two_ways_of_writing_one_serial_are_one() -> None:
    assert Serials.between("gec - 1", "ＧＥＣ-9") == Serials("GEC-", 1, 9)


@pytest.mark.parametrize(
    ("first", "last"),
    [("", "A-2"), ("A-1", "B-2"), ("A-2", "A-1"), ("A-x", "A-y"), ("2.02503E+19", "2.02503E+19")],
)
def test_what_says_no_range_is_refused(first: str, last: str) -> None:
    with pytest.raises(ValueError, match=r"serial|series|before"):
        Serials.between(first, last)


RANGES = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 40), st.integers(0, 12)), max_size=12
)


@given(RANGES)
def test_no_serial_is_ever_used_twice(ranges: list[tuple[str, int, int]]) -> None:
    """As if each serial were claimed by itself: the first who claims it keeps it."""
    register: Register[int] = Register()
    holders: dict[tuple[str, int], int] = {}
    for owner, (series, first, length) in enumerate(ranges):
        serials = Serials(series, first, first + length)
        claimed = register.claim(serials, owner)
        told = {
            (series, number): clash.owner
            for clash in claimed.clashes
            for number in range(clash.serials.first, clash.serials.last + 1)
        }
        asked = [(series, number) for number in range(serials.first, serials.last + 1)]
        assert told == {key: holders[key] for key in asked if key in holders}
        assert claimed.number == len(asked) - len(told)
        for key in asked:
            holders.setdefault(key, owner)
