from __future__ import annotations

import numpy as np
import pytest

from celadon.simulate.clock import Clock, into_slots, scaled, trailing_mean


def test_a_leap_year_has_a_day_more() -> None:
    assert Clock(2024, 1).slots == 366 * 96
    assert Clock(2024, 1).slot(3, 1) - Clock(2025, 1).slot(3, 1) == 96
    assert sum(m.stop - m.start for m in Clock(2024, 1).months()) == 366 * 96


def test_slots_and_instants_are_inverse() -> None:
    clock = Clock(2025, 1)
    slot = clock.slot(8, 12, 8, 45)
    assert clock.instant(slot).isoformat(timespec="minutes") == "2025-08-12T08:45"


def test_weekdays_follow_the_calendar() -> None:
    clock = Clock(2025, 1)
    assert clock.weekdays()[clock.slot(1, 1)] == 2  # a Wednesday
    assert clock.weekdays()[clock.slot(1, 6)] == 0


def test_a_name_draws_the_same_whatever_else_was_drawn() -> None:
    one, other = Clock(2025, 1), Clock(2025, 1)
    other.draws("something else").random(1000)
    assert np.array_equal(one.noise("name", 1, 4), other.noise("name", 1, 4))
    assert not np.array_equal(one.noise("name", 1, 4), one.noise("eman", 1, 4))


def test_noise_has_its_spread_and_no_spikes() -> None:
    noise = Clock(2025, 1).noise("spread", 0.02, 6)
    assert noise.std() == pytest.approx(0.02, rel=0.1)
    assert abs(noise).max() <= 0.06


def test_pulses_are_shared_among_the_slots_that_they_touch() -> None:
    clock = Clock(2025, 1)
    flow = into_slots(clock, np.array([10.0, 40.0]), 10, np.array([6.0, 9.0]))
    assert flow[:4] == pytest.approx([3, 3, 4.5, 4.5])
    assert flow.sum() == pytest.approx(15)


def test_a_buffer_lets_out_what_it_takes_in() -> None:
    flow = np.tile(np.array([0.0, 8.0, 4.0, 0.0]), 240)
    smooth = trailing_mean(flow, 1)
    assert smooth[10:] == pytest.approx(np.full(950, 3.0))
    assert smooth.sum() == pytest.approx(flow.sum(), rel=1e-3)  # but for what it held at first


def test_scaling_keeps_the_shape() -> None:
    assert scaled(np.array([1.0, 3.0]), 8) == pytest.approx([2, 6])
