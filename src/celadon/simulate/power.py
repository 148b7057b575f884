"""Electricity: what each unit uses, what the works makes, and what the grid lines make good."""

from __future__ import annotations

import numpy as np

from celadon.simulate.clock import Clock, Flow, trailing_mean
from celadon.simulate.gases import Gases
from celadon.simulate.production import Production
from celadon.simulate.typical import typical


def simulate_power(
    clock: Clock, made: Production, gases: Gases, media: dict[str, Flow]
) -> dict[str, Flow]:
    """Electricity in kWh by meter; in every slot in = out + loss.

    Parameters
    ----------
    media : flows of steam, oxygen, nitrogen, compressed air and water, by meter.
    """
    generated = _generation(clock, made, gases, media)
    used = _process_use(clock, made) | _utility_use(clock, media)
    own_use = typical("power_plant", "own_use") / 100
    used["el-power-plant"] = generated["power-plant-output"] * own_use
    demand = sum(used.values(), np.zeros(clock.slots))
    loss = typical("power_plant", "network_loss") * clock.wobble("network loss", 0.05, 8)
    need = demand / (1 - loss) - sum(generated.values(), np.zeros(clock.slots))
    bought = np.maximum(need, 0)
    line_1 = typical("power_plant", "line_1_share") * clock.wobble("lines", 0.02, 12)
    return (
        generated
        | used
        | {
            "grid-line-1": bought * line_1,
            "grid-line-2": bought * (1 - line_1),
            "grid-export": np.maximum(-need, 0),
        }
    )


def _generation(
    clock: Clock, made: Production, gases: Gases, media: dict[str, Flow]
) -> dict[str, Flow]:
    """Gross electricity: gas boilers and surplus steam, top gas, dry quenching."""
    net = typical("power_plant", "net_efficiency_subcritical") / 100
    gross = net / (1 - typical("power_plant", "own_use") / 100)
    from_gas = trailing_mean(gases.power_heat, 0.5) * gross / 3.6e-3
    from_steam = media["steam-power"] * typical("power_plant", "condensing_steam_power")
    back_pressure = typical("coking", "dry_quenching_back_pressure_power")
    top_gas = made.hot_metal * typical("blast_furnace", "trt_power")
    return {
        "power-plant-output": (from_gas + from_steam) * clock.wobble("boilers", 0.004, 2),
        "trt-output": top_gas * clock.wobble("top gas turbine", 0.02, 2),
        "quenching-output": made.coke * back_pressure * clock.wobble("quenching turbine", 0.015, 3),
    }


def _process_use(clock: Clock, made: Production) -> dict[str, Flow]:
    """Electricity of the processes: a part runs always, the rest with the product."""
    casting = typical("secondary_refining", "electricity") + typical(
        "continuous_casting", "electricity"
    )
    services = typical("works_total", "services_electricity") * made.steel.mean()
    hour = clock.hours()
    office = np.where((hour >= 8) & (hour < 18) & (clock.weekdays() < 5), 1.25, 0.85)
    cooling = 1.1 - 0.2 * clock.winter()
    shapes = {
        "el-coking": _use(made.coke, typical("coking", "electricity"), 0.5),
        "el-sintering": _use(made.sinter, typical("sintering", "electricity"), 0.12),
        "el-furnace": _use(
            made.hot_metal, typical("blast_furnace", "electricity_without_blower"), 0.3
        ),
        "el-blower": _use(
            made.hot_metal, typical("blast_furnace", "blower_electricity_equivalent"), 0.04
        ),
        "el-converter": _use(made.steel, typical("converter", "electricity"), 0.25),
        "el-refining": _use(made.steel, casting, 0.1),
        "el-rolling": _use(made.rolled, typical("hot_rolling", "electricity"), 0.2),
        "el-lime": _use(made.lime, typical("lime_kiln", "electricity"), 0.2),
        "el-services": services * office * cooling,
    }
    return {name: flow * clock.wobble(name, 0.012, 3) for name, flow in shapes.items()}


def _utility_use(clock: Clock, media: dict[str, Flow]) -> dict[str, Flow]:
    """Electricity of the utility plants, by what they make or move."""
    oxygen = typical("oxygen_plant", "electricity_oxygen_with_compression")
    circulated = media["circulating-furnace"] + media["circulating-rolling"]
    shapes = {
        "el-oxygen": _use(media["oxygen-made"], oxygen, 0.15),
        "el-nitrogen": _use(
            media["nitrogen-made"], typical("oxygen_plant", "electricity_nitrogen"), 0.05
        ),
        "el-air": _use(media["air-made"], typical("compressed_air", "electricity"), 0.05),
        "el-water": _use(circulated, typical("water_treatment", "electricity"), 0.1),
    }
    return {name: flow * clock.wobble(name, 0.006, 3) for name, flow in shapes.items()}


def _use(flow: Flow, per_unit: float, base: float) -> Flow:
    """``per_unit`` on the mean of the year, with the share ``base`` running always."""
    return np.asarray(per_unit * ((1 - base) * flow + base * flow.mean()), dtype=np.float64)
