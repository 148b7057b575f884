"""The gas networks: blast-furnace, coke-oven and converter gas, each balanced in every slot.

Users are served by their heat demand; the power plant takes what is left; a little is flared and a
little is never accounted for. Converter gas comes in pulses and leaves its holder smoothly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from celadon.simulate.clock import Clock, Flow, into_slots, trailing_mean
from celadon.simulate.production import Production
from celadon.simulate.quality import Series, heat_value, natural_gas_heat_value
from celadon.simulate.typical import typical

HOLDER_HOURS = 2.0
"""Time over which the converter-gas holder evens out its gas."""

HOLDER_VOLUME = 80_000.0
"""Nm3, the typical holder of converter gas; its level is shown, it limits nothing."""


@dataclass(frozen=True, slots=True)
class Gases:
    """Gas flows in Nm3 by meter, the heat burnt for power in GJ, the holder's level in %."""

    flows: dict[str, Flow]
    power_heat: Flow
    holder_level: Flow


def simulate_gases(clock: Clock, made: Production, quality: list[Series]) -> Gases:
    """Dispatch all gases of the year."""
    heat = {
        "bfg": heat_value(clock, quality, "bfg-made") / 1000,
        "cog": heat_value(clock, quality, "cog-made") / 1000,
        "ldg": heat_value(clock, quality, "ldg-made") / 1000,
        "ng": natural_gas_heat_value(clock) / 1000,
    }
    ldg, kiln_heat_left, level = _converter_gas(clock, made, heat["ldg"])
    bfg, rolling_heat_left, oven_heat_left = _furnace_gas(clock, made, heat["bfg"], kiln_heat_left)
    cog, rolling_heat_left = _oven_gas(clock, made, heat["cog"], oven_heat_left, rolling_heat_left)
    natural_gas = {"natural-gas": rolling_heat_left / heat["ng"]}
    power_heat = sum(
        (
            flows[f"{gas}-power"] * heat[gas]
            for gas, flows in (("bfg", bfg), ("cog", cog), ("ldg", ldg))
        ),
        np.zeros(clock.slots),
    )
    return Gases(bfg | cog | ldg | natural_gas, power_heat, level)


def _flare_share(clock: Clock, gas: str, mean: float) -> Flow:
    """The flared share of a gas: a pilot flame, and swells of some hours that keep the mean."""
    swell = np.square(np.maximum(clock.noise(f"flare/{gas}", 1, 10), 0))
    return np.asarray(mean * (0.4 + 0.6 * swell / swell.mean()), dtype=np.float64)


def _converter_gas(
    clock: Clock, made: Production, heat: Flow
) -> tuple[dict[str, Flow], Flow, Flow]:
    """Converter gas by meter, the kiln heat left to another gas in GJ, the holder's level in %."""
    heats = made.heats
    share = typical("converter", "recovered_heats")
    volumes = (
        np.where(heats.recovered, heats.steel, 0) * typical("converter", "gas_recovery") / share
    )
    gas = into_slots(clock, heats.starts + 6, 9, volumes)
    supply = trailing_mean(gas, HOLDER_HOURS)
    stored = HOLDER_VOLUME * 0.45 + np.cumsum(gas - supply)
    flare = supply * _flare_share(clock, "ldg", typical("converter", "gas_flare"))
    usable = supply * (1 - typical("works_total", "gas_loss")) - flare
    ladles = np.minimum(made.steel * typical("converter", "ladle_heating_gas") / heat, 0.4 * usable)
    kiln_heat = made.lime * typical("lime_kiln", "fuel") * clock.wobble("kiln", 0.01, 4)
    kiln = np.minimum(
        kiln_heat * typical("lime_kiln", "converter_gas_share") / heat, usable - ladles
    )
    flows = {
        "ldg-made": gas,
        "ldg-converter": ladles,
        "ldg-lime": kiln,
        "ldg-power": usable - ladles - kiln,
        "ldg-flare": flare,
    }
    return flows, kiln_heat - kiln * heat, 100 * stored / HOLDER_VOLUME


def _furnace_gas(
    clock: Clock, made: Production, heat: Flow, kiln_heat: Flow
) -> tuple[dict[str, Flow], Flow, Flow]:
    """Blast-furnace gas by meter, and the rolling and oven heat left to other gases in GJ."""
    gas = made.hot_metal * typical("blast_furnace", "gas_yield") * clock.wobble("bfg", 0.008, 3)
    usable = gas * (1 - typical("works_total", "gas_loss"))
    flare = gas * _flare_share(
        clock, "bfg", typical("works_total", "gas_flare_blast_furnace") / 100
    )
    stoves = made.hot_metal * typical("blast_furnace", "hot_stove_heat") / heat
    stoves *= clock.wobble("stoves", 0.012, 1)
    oven_heat = made.coke * typical("coking", "heating_heat") * clock.wobble("ovens", 0.006, 6)
    ovens = np.minimum(oven_heat * made.mixed_gas / heat, 0.5 * (usable - stoves))
    share = typical("hot_rolling", "blast_furnace_gas_share") * made.running
    rolling = np.minimum(made.furnace_heat * share / heat, 0.4 * (usable - stoves))
    kiln = np.minimum(kiln_heat / heat, 0.1 * usable)
    flows = {
        "bfg-made": gas,
        "bfg-stoves": stoves,
        "bfg-coking": ovens,
        "bfg-rolling": rolling,
        "bfg-lime": kiln,
        "bfg-power": usable - flare - stoves - ovens - rolling - kiln,
        "bfg-flare": flare,
    }
    return flows, made.furnace_heat - rolling * heat, oven_heat - ovens * heat


def _oven_gas(
    clock: Clock, made: Production, heat: Flow, oven_heat: Flow, rolling_heat: Flow
) -> tuple[dict[str, Flow], Flow]:
    """Coke-oven gas by meter, and the rolling heat left to natural gas in GJ."""
    gas = (
        made.coke
        * typical("coking", "coke_oven_gas_yield_per_coke")
        * clock.wobble("cog", 0.006, 3)
    )
    flare = gas * _flare_share(clock, "cog", typical("works_total", "gas_flare_coke_oven") / 100)
    usable = gas * (1 - typical("works_total", "gas_loss")) - flare
    ignition = made.sinter * typical("sintering", "ignition_gas_heat") / heat
    ignition *= clock.wobble("ignition", 0.012, 2)
    ovens = oven_heat / heat
    wanted = made.furnace_heat * typical("hot_rolling", "coke_oven_gas_share") / heat
    rolling = np.minimum(wanted, 0.98 * (usable - ignition - ovens))
    flows = {
        "cog-made": gas,
        "cog-coking": ovens,
        "cog-sinter": ignition,
        "cog-rolling": rolling,
        "cog-power": usable - ignition - ovens - rolling,
        "cog-flare": flare,
    }
    return flows, rolling_heat - rolling * heat
