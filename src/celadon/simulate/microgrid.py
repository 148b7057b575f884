"""A year of a simulated works that plans a microgrid: loads, weather and prices are invented."""

from __future__ import annotations

import csv
import io

import numpy as np

HEADER = ("time", "load_kW", "heat_kW", "sun", "wind", "outdoor_degC", "price_CNY_per_kWh")
"""The columns of the simulated profiles."""


def microgrid_profiles(year: int) -> str:
    """Hourly profiles of a calendar year, as the text of a CSV file.

    A works with two shifts on weekdays and heat by season; noise comes from one fixed seed.
    """
    start, end = (np.datetime64(f"{each}-01-01", "h") for each in (year, year + 1))
    times = np.arange(start, end)
    hours = len(times)
    noise = np.random.default_rng(5)
    hour, of_day = np.arange(hours), np.arange(hours) % 24
    weekday = ((times.astype("datetime64[D]").astype(np.int64) + 3) % 7) < 5
    day, season = np.sin(2 * np.pi * of_day / 24 - 1.8), np.cos(2 * np.pi * hour / hours)
    cloud = np.repeat(noise.uniform(0.25, 1.0, hours // 24 + 1), 24)[:hours]
    load = 4000 + 3500 * (weekday & (of_day >= 6) & (of_day < 22)) + noise.normal(0, 150, hours)
    heat = np.maximum(300, 2600 + 1800 * season + 500 * day + noise.normal(0, 120, hours))
    sun = np.clip((day - 0.1 - 0.25 * season) * cloud, 0, 1)
    breeze = np.cumsum(noise.normal(0, 1, hours + 48))
    wind = np.clip(0.28 + 0.12 * season + 0.03 * (breeze[48:] - breeze[:-48]), 0, 1)
    outdoor = 15 - 12 * season + 4 * day
    price = np.select(
        [(of_day >= 8) & (of_day < 11), (of_day >= 18) & (of_day < 23), of_day < 7],
        [1.05, 1.0, 0.32], 0.63,
    )  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    stamps = np.datetime_as_string(times, unit="m")
    columns = (load.round(1), heat.round(1), sun.round(4), wind.round(4), outdoor.round(1), price)
    writer.writerows(
        (stamp.replace("T", " "), *row)
        for stamp, row in zip(stamps.tolist(), zip(*(c.tolist() for c in columns), strict=True),
                              strict=True)
    )  # fmt: skip
    return text.getvalue()
