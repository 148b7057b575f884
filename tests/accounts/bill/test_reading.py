"""From judged intervals to those of a bill: the shortest that the meters fill whole."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from celadon.accounts.bill.reading import read_supply
from celadon.errors import InputError
from celadon.records.period import Period
from celadon.records.supply import Supply
from celadon.records.tables import INTERVAL

DAY = Period.parse("2025-03-03/2025-03-04")
ZONE = ZoneInfo("Asia/Seoul")
SUPPLY = Supply.model_validate({"id": "gate", "imported": ["e1"], "tariffs": ["t"]})
MIDNIGHT = dt.datetime(2025, 3, 2, 15)


def intervals(minutes: int) -> list[dict[str, object]]:
    """A day of one meter, read so often; a Wh for each minute."""
    return [
        {
            "site": "works", "meter": "e1", "ts": MIDNIGHT + dt.timedelta(minutes=at),
            "seconds": minutes * 60, "count": minutes, "state": "measured", "rule": "",
        }
        for at in range(0, 24 * 60, minutes)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [(1, 900), (5, 900), (15, 900), (10, 1800), (30, 1800), (20, 3600), (60, 3600)],
)
def test_a_bill_is_made_of_the_shortest_intervals_that_are_whole(
    minutes: int, seconds: int
) -> None:
    reading = read_supply(SUPPLY, INTERVAL.from_rows(intervals(minutes)), DAY, ZONE)
    assert reading.drawn.seconds == seconds
    assert set(reading.drawn.imported.tolist()) == {seconds // 60}
    assert (reading.drawn.start, reading.drawn.zone) == (MIDNIGHT, "Asia/Seoul")


def test_readings_of_two_hours_are_no_demand() -> None:
    with pytest.raises(InputError, match="cannot be billed"):
        read_supply(SUPPLY, INTERVAL.from_rows(intervals(120)), DAY, ZONE)
