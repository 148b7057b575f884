"""Forecasts see nothing that has not come."""

from __future__ import annotations

import numpy as np
from tests.plan.microgrid.sites import everything

from celadon.plan.operation.forecast import announced, expected


def test_a_forecast_uses_nothing_from_now_on() -> None:
    series = np.arange(100.0)
    changed = series.copy()
    changed[60:] = -1.0
    assert expected(series, 60, 100, 24).tolist() == expected(changed, 60, 100, 24).tolist()
    assert expected(series, 60, 64, 24).tolist() == [36.0, 37.0, 38.0, 39.0]


def test_prices_are_announced_and_weather_is_not() -> None:
    assert announced(everything()) == {"price"}
