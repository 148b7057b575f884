"""Readings coarser than the bands: each is split evenly over its time, and how much is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.accounts.bill.test_part_month import PLAIN

from celadon.accounts.bill import Drawn, MonthDrawn, Tariff, bill_month
from celadon.accounts.bill.drawn import months_drawn
from celadon.accounts.bill.mixed import Mixed
from celadon.records.period import Period

JUNE = Period.parse("2025-06")
ZONE = "Asia/Shanghai"
HALF_PAST = [{"band": "high", "start": "08:30", "end": "11:30"}, {"band": "flat"}]


def tariff(**changed: Any) -> Tariff:
    return Tariff.model_validate({**PLAIN, "hours": HALF_PAST, **changed})


def drawn(seconds: int = 3600) -> Drawn:
    """June 2025 by intervals of a length, from local midnight; one in fifty is missing."""
    draw = np.random.default_rng(5)
    imported = draw.integers(60_001, 240_000, 30 * 86400 // seconds)
    imported[::50] = -1
    return Drawn(dt.datetime(2025, 5, 31, 16), seconds, imported, zone=ZONE)


def quarters(coarse: Drawn) -> Drawn:
    """The same by the quarter of an hour, each a part of its interval, in fourths of a Wh."""
    parts = coarse.seconds // 900
    fine = np.repeat(np.where(coarse.imported < 0, -1, coarse.imported * (4 // parts)), parts)
    return Drawn(coarse.start, 900, fine, zone=ZONE)


def month(load: Drawn, by: Tariff) -> MonthDrawn:
    (found,) = months_drawn(load, by, JUNE)
    return found


def test_an_hour_in_two_bands_is_split_as_its_quarters_would_be() -> None:
    """By hand: of 08:00 and 11:00 two quarters lie in the high band, of 09:00 and 10:00 all."""
    hourly = drawn()
    found = month(hourly, tariff())
    at = np.arange(720) % 24
    known = hourly.imported.clip(min=0)
    halves = int(known[(at == 8) | (at == 11)].sum())
    assert found.by_band["high"] == Fraction(halves, 2) + int(known[(at == 9) | (at == 10)].sum())
    assert found.mixed.amount == halves
    # half of it at 1.5, half at 1: all of it may have been drawn in either
    assert found.mixed.less == found.mixed.more == Fraction(halves, 1000) * Fraction("0.38517") / 4
    assert found.imported == int(known.sum())
    fine = month(quarters(hourly), tariff())
    assert {band: 4 * each for band, each in found.by_band.items()} == fine.by_band
    assert fine.mixed == Mixed()


def test_a_bill_by_the_hour_is_that_of_its_quarters_to_the_cent() -> None:
    """Quarters of 1,000 Wh in each four: the bill by hours and by quarters is the same."""
    hourly = drawn()
    whole = replace(hourly, imported=np.where(hourly.imported < 0, -1, hourly.imported // 4 * 4))
    fine = replace(whole, seconds=900, imported=np.repeat(whole.imported // 4, 4))
    fine.imported[np.repeat(whole.imported < 0, 4)] = -1
    bills = [
        bill_month(tariff(), month(each, tariff()), basis="measured", capacity=Fraction(1500))
        for each in (whole, fine)
    ]
    assert bills[0].lines == bills[1].lines
    assert "bands_mixed" in bills[0].notes
    assert "bands_mixed" not in bills[1].notes


@pytest.mark.parametrize(
    ("seconds", "changed"),
    [
        (1800, {}),  # half past is an edge of half hours
        (3600, {"ratios": {"high": "1", "flat": "1"}}),  # both bands cost the same
        (3600, {"rates": [{"id": "energy", "price": "0.4"}]}),  # nothing varies
    ],
)
def test_nothing_is_told_where_nothing_is_divided(seconds: int, changed: dict[str, Any]) -> None:
    assert month(drawn(seconds), tariff(**changed)).mixed == Mixed()


def test_an_hour_partly_in_the_coincident_hours_counts_with_its_mean() -> None:
    coincident = {"price": "5", "months": [6], "start": "13:30", "end": "15:00"}
    one = tariff(basic={**PLAIN["basic"], "coincident": coincident})
    load = replace(drawn(), imported=np.full(720, 1000))
    load.imported[13::24] = 9000
    load.imported[15::24] = 80_000
    found = month(load, one)
    assert found.coincident == 9000
    assert found.coincident_mixed == 30
    bill = bill_month(one, found, basis="measured", capacity=Fraction(1500))
    assert "coincident_mixed" in bill.notes
    assert month(replace(quarters(load)), one).coincident_mixed == 0
