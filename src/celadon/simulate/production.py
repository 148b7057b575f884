"""What the simulated works makes: coke, sinter, hot metal, heats of steel, rolled steel, lime.

The furnace leads. Its hot metal sets the heats, its stop in August shows everywhere, and each other
process has the rhythm of its kind: coking steady, rolling in campaigns, sintering with repair days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celadon.simulate.clock import (
    MINUTES,
    SLOTS_PER_DAY,
    SLOTS_PER_HOUR,
    Clock,
    Flow,
    into_slots,
    scaled,
    trailing_mean,
)
from celadon.simulate.typical import typical

STOP_FROM = (8, 12, 8)
"""Month, day and hour at which the furnace is taken off blast."""


@dataclass(frozen=True, slots=True)
class Heats:
    """The heats of the converters: when each began (minute of the year) and its steel in t."""

    starts: Flow
    steel: Flow
    recovered: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Production:
    """Flows of materials in t per slot.

    ``coke`` is all sizes, dry; ``breeze`` the part of it under size; ``coal_dry`` the charge;
    ``steel`` the heats as the shops after them see it, smoothed over the ladles and tundishes;
    ``running`` the furnace's state from 0 to 1; ``mixed_gas`` where the ovens burn mixed gas.
    """

    running: Flow
    hot_metal: Flow
    coke_charged: Flow
    coal_injected: Flow
    heats: Heats
    steel: Flow
    steel_by_month: list[float]
    sinter: Flow
    coal_dry: Flow
    coke: Flow
    breeze: Flow
    mixed_gas: Flow
    rolled: Flow
    furnace_heat: Flow
    lime: Flow


def simulate_production(clock: Clock) -> Production:
    """All material flows of the year."""
    running = _running(clock)
    total_steel = typical("works_total", "crude_steel") * clock.share_of_year
    hot_metal = scaled(
        running * clock.wobble("hot metal", 0.02, 12),
        total_steel * typical("converter", "hot_metal_ratio"),
    )
    heats = _heats(clock, hot_metal)
    coke_charged = hot_metal * typical("blast_furnace", "coke_rate") / 1000
    coke_charged *= clock.wobble("coke rate", 0.008, 24)
    injected = hot_metal * typical("blast_furnace", "coal_injection") / 1000
    lump_share = typical("coking", "coke_yield") - typical("coking", "coke_breeze_share")
    own_lump = coke_charged.sum() * typical("coking", "own_coke_share")
    coal_dry = scaled(clock.wobble("coking", 0.008, 6), own_lump / lump_share)
    rolled, furnace_heat = _rolling(clock, running, total_steel)
    sinter = _sintering(clock, running, hot_metal.sum())
    lime = _lime(clock, running, total_steel, sinter.sum())
    return Production(
        running=running,
        hot_metal=hot_metal,
        coke_charged=coke_charged,
        coal_injected=injected,
        heats=heats,
        steel=trailing_mean(into_slots(clock, heats.starts, 24, heats.steel), 2),
        steel_by_month=_by_month(clock, heats),
        sinter=sinter,
        coal_dry=coal_dry,
        coke=coal_dry * typical("coking", "coke_yield"),
        breeze=coal_dry * typical("coking", "coke_breeze_share"),
        mixed_gas=_mixed_gas(clock, running),
        rolled=rolled,
        furnace_heat=furnace_heat,
        lime=lime,
    )


def _running(clock: Clock) -> Flow:
    """1 in normal operation; down in four hours, off for the days of repair, up in a day."""
    down = clock.slot(*STOP_FROM)
    off = down + 4 * SLOTS_PER_HOUR
    up = down + round(typical("blast_furnace", "stop_days") * SLOTS_PER_DAY)
    full = up + SLOTS_PER_DAY
    slots = np.arange(clock.slots, dtype=np.float64)
    return np.interp(slots, [down, off, up, full], [1, 0, 0, 1])


def _heats(clock: Clock, hot_metal: Flow) -> Heats:
    """A heat starts whenever the ladles hold its hot metal, give or take a few minutes."""
    size = typical("converter", "heat_size")
    per_heat = size * typical("converter", "hot_metal_ratio")
    gathered = np.concatenate([[0.0], np.cumsum(hot_metal)])
    count = int(gathered[-1] / per_heat)
    edges = np.arange(clock.slots + 1) * float(MINUTES)
    draws = clock.draws("heats")
    due = np.interp((np.arange(count) + 0.5) * per_heat, gathered, edges)
    starts = due + np.clip(draws.normal(0, 1.2, count), -3, 3)
    steel = scaled(1 + np.clip(draws.normal(0, 0.01, count), -0.03, 0.03), count * size)
    recovered = draws.random(count) < typical("converter", "recovered_heats")
    return Heats(starts, steel, recovered)


def _by_month(clock: Clock, heats: Heats) -> list[float]:
    slots = np.clip(heats.starts / MINUTES, 0, clock.slots - 1).astype(np.int64)
    tapped = np.bincount(slots, weights=heats.steel, minlength=clock.slots)
    return clock.by_month(tapped.astype(np.float64))


def _sintering(clock: Clock, running: Flow, hot_metal: float) -> Flow:
    """Steady, with sixteen hours of repair each month and a quarter load while the furnace is off.

    Sinter in the yard bridges the repairs.
    """
    shape = (0.25 + 0.75 * running) * clock.wobble("sintering", 0.015, 8)
    draws = clock.draws("sintering repairs")
    for month in range(1, 13):
        start = clock.slot(month, int(draws.integers(4, 26)), 8)
        shape[start : start + 16 * SLOTS_PER_HOUR] = 0
    return scaled(shape, hot_metal * typical("sintering", "sinter_per_hot_metal"))


def _rolling(clock: Clock, running: Flow, steel: float) -> tuple[Flow, Flow]:
    """Rolled steel in t, and the heat that the reheating furnaces ask for in GJ.

    Ten-day campaigns end in a repair shift; rolls are changed every six and a half hours; the dear
    hours of the tariff run a little slower. The furnaces hold their heat when the mill stands.
    """
    slot = np.arange(clock.slots)
    repair = slot % (10 * SLOTS_PER_DAY) >= 10 * SLOTS_PER_DAY - 14 * SLOTS_PER_HOUR
    roll_change = slot % 26 >= 24
    hour = clock.hours()
    dear = ((hour >= 9) & (hour < 12)) | ((hour >= 17) & (hour < 21))
    pace = np.where(dear, 0.94, np.where((hour >= 23) | (hour < 7), 1.04, 1.0))
    shape = pace * (0.55 + 0.45 * running) * clock.wobble("rolling", 0.03, 5)
    shape = np.where(repair | roll_change, 0.0, shape)
    product = steel * typical("continuous_casting", "yield") * typical("hot_rolling", "yield")
    rolled = scaled(shape, product)
    heat_shape = 0.88 * trailing_mean(rolled, 1.5) / rolled.mean() + 0.12
    heat = scaled(heat_shape, product * typical("hot_rolling", "fuel"))
    return rolled, heat * clock.wobble("reheating", 0.01, 2)


def _lime(clock: Clock, running: Flow, steel: float, sinter: float) -> Flow:
    per_year = (
        sinter * typical("sintering", "quicklime") + steel * typical("converter", "lime")
    ) / 1000
    banked = trailing_mean(running, 6)
    return scaled(np.where(running > 0, banked, 0.0) * clock.wobble("lime", 0.015, 6), per_year)


def _mixed_gas(clock: Clock, running: Flow) -> Flow:
    """1 on the days on which the ovens burn mixed gas: two in five, and only with the furnace."""
    cycle = np.where(
        clock.day_numbers() % 5 < 5 * typical("coking", "mixed_gas_time_share"), 1.0, 0
    )
    return np.where(running >= 1, trailing_mean(cycle, 1), 0.0)
