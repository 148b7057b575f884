"""The simulated works as a whole: every metered flow of the year, balanced, before any fault."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from celadon.simulate.clock import Clock, Flow, trailing_mean
from celadon.simulate.gases import simulate_gases
from celadon.simulate.power import simulate_power
from celadon.simulate.production import Production, simulate_production
from celadon.simulate.quality import Series, simulate_quality
from celadon.simulate.typical import typical
from celadon.simulate.utilities import simulate_media, simulate_steam, simulate_water


@dataclass(frozen=True, slots=True)
class Works:
    """One simulated year.

    Parameters
    ----------
    flows : amount per slot of each interval meter and register, in the unit of its declaration.
    states : value at the start of each slot of each state meter, in the unit of its declaration.
    made : the material flows.
    quality : the laboratory's monthly means.
    """

    clock: Clock
    made: Production
    quality: list[Series]
    flows: dict[str, Flow]
    states: dict[str, Flow]


def simulate_year(clock: Clock) -> Works:
    """Simulate every flow of the works for the year of the clock."""
    made = simulate_production(clock)
    quality = simulate_quality(clock)
    gases = simulate_gases(clock, made, quality)
    media = simulate_steam(clock, made) | simulate_media(clock, made) | simulate_water(clock, made)
    belts = {
        "coke-belt": made.coke - made.breeze,
        "breeze-belt": made.breeze,
        "coke-charge": made.coke_charged,
        "sinter-belt": made.sinter,
        "rolled-scale": made.rolled,
    }
    power = simulate_power(clock, made, gases, media)
    blast = typical("blast_furnace", "blast_temperature") * trailing_mean(made.running, 3)
    states = {
        "hot-blast-temperature": np.maximum(blast, 60)
        * clock.wobble("blast temperature", 0.006, 2),
        "ldg-holder-level": gases.holder_level,
        "power-factor": np.minimum(0.96 * clock.wobble("power factor", 0.006, 4), 0.999),
    }
    flows = belts | gases.flows | media | power
    flows = {meter: np.maximum(flow, 0) for meter, flow in flows.items()}  # rounding may leave -0
    return Works(clock, made, quality, flows, states)
