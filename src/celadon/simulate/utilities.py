"""Steam, oxygen, nitrogen, compressed air and water: made, used and a little lost in each slot."""

from __future__ import annotations

import numpy as np

from celadon.simulate.clock import Clock, Flow, trailing_mean
from celadon.simulate.production import Production
from celadon.simulate.typical import typical


def simulate_steam(clock: Clock, made: Production) -> dict[str, Flow]:
    """Steam in t by meter; the power plant's condensing turbine takes what is left."""
    sent_out = typical("coking", "dry_quenching_steam_sent_out")
    recovered = {
        "steam-coking": made.coke * sent_out * clock.wobble("quenching", 0.015, 4),
        "steam-sinter": made.sinter * typical("sintering", "steam_recovery") / 1000,
        "steam-converter": trailing_mean(made.steel, 1)
        * typical("converter", "steam_recovery")
        / 1000,
        "steam-rolling": made.furnace_heat
        * (typical("hot_rolling", "steam_recovery") / typical("hot_rolling", "fuel") / 1000),
    }
    recovered["steam-sinter"] *= clock.wobble("sinter cooler", 0.02, 3)
    recovered["steam-converter"] *= clock.wobble("cooling stack", 0.02, 3)
    ovens = made.coke * typical("coking", "steam_use") * clock.wobble("coking steam", 0.015, 6)
    yearly = typical("works_total", "crude_steel") * typical("works_total", "services_steam")
    heating = np.maximum(clock.winter() - 0.25, 0.04) * clock.wobble("heating", 0.03, 12)
    services = heating * (yearly * clock.share_of_year / heating.sum())
    supply = sum(recovered.values(), np.zeros(clock.slots))
    supply *= 1 - typical("works_total", "media_loss")
    services = np.minimum(services, 0.9 * (supply - ovens))
    return recovered | {
        "steam-coking-use": ovens,
        "steam-services": services,
        "steam-power": supply - ovens - services,
    }


def simulate_media(clock: Clock, made: Production) -> dict[str, Flow]:
    """Oxygen, nitrogen and compressed air in Nm3 by meter."""
    return _oxygen(clock, made) | _nitrogen(clock, made) | _compressed_air(clock, made)


def _oxygen(clock: Clock, made: Production) -> dict[str, Flow]:
    """The plant follows its users; it lets off what the furnace and the converters do not take."""
    furnace = (
        made.hot_metal * typical("blast_furnace", "oxygen") * clock.wobble("enriching", 0.02, 4)
    )
    converter = made.steel * typical("converter", "oxygen") * clock.wobble("blowing", 0.01, 2)
    used = furnace + converter
    released = np.full(clock.slots, used.mean() * typical("oxygen_plant", "release_rate") / 100)
    released *= clock.wobble("release", 0.15, 5)
    return {
        "oxygen-made": (used + released) / (1 - typical("works_total", "media_loss")),
        "oxygen-furnace": furnace,
        "oxygen-converter": converter,
        "oxygen-release": released,
    }


def _nitrogen(clock: Clock, made: Production) -> dict[str, Flow]:
    furnace = made.hot_metal * typical("blast_furnace", "nitrogen")
    sealing = 0.15 * furnace.mean()
    furnace = (0.85 * furnace + sealing) * clock.wobble("sealing nitrogen", 0.015, 6)
    converter = (0.9 * made.steel + 0.1 * made.steel.mean()) * typical("converter", "nitrogen")
    converter *= clock.wobble("splashing", 0.015, 3)
    return {
        "nitrogen-made": (furnace + converter) / (1 - typical("works_total", "media_loss")),
        "nitrogen-furnace": furnace,
        "nitrogen-converter": converter,
    }


def _compressed_air(clock: Clock, made: Production) -> dict[str, Flow]:
    mean = made.steel.mean() * typical("compressed_air", "use_per_steel")
    furnace_share = typical("blast_furnace", "compressed_air_share")
    converter_share = typical("converter", "compressed_air_share")
    rolling_share = 1 - furnace_share - converter_share
    use = {
        "air-furnace": furnace_share * _following(made.hot_metal, 0.5),
        "air-converter": converter_share * _following(made.steel, 0.5),
        "air-rolling": rolling_share * _following(trailing_mean(made.rolled, 1), 0.6),
    }
    use = {name: mean * flow * clock.wobble(name, 0.012, 4) for name, flow in use.items()}
    total = sum(use.values(), np.zeros(clock.slots))
    return use | {"air-made": total / (1 - typical("works_total", "media_loss"))}


def simulate_water(clock: Clock, made: Production) -> dict[str, Flow]:
    """Fresh, circulating and waste water in m3 by meter; summers evaporate more."""
    steel = made.steel.mean()
    summer = 1.12 - 0.24 * clock.winter()
    fresh = steel * typical("water_treatment", "fresh_water") * summer
    fresh = (
        fresh * (0.6 + 0.4 * trailing_mean(made.steel, 8) / steel) * clock.wobble("water", 0.02, 8)
    )
    ovens = fresh * typical("water_treatment", "coking_water")
    circulated = steel * typical("water_treatment", "circulating_water")
    furnace_share = typical("blast_furnace", "circulating_water_share")
    waste = (
        steel * typical("water_treatment", "waste_water") * clock.wobble("waste water", 0.04, 12)
    )
    return {
        "water-intake": fresh,
        "water-coking": ovens,
        "water-make-up": fresh * (1 - typical("works_total", "media_loss")) - ovens,
        "circulating-furnace": circulated
        * furnace_share
        * _following(made.hot_metal, 0.5)
        * clock.wobble("furnace cooling", 0.006, 6),
        "circulating-rolling": circulated
        * (1 - furnace_share)
        * _following(trailing_mean(made.rolled, 2), 0.6)
        * clock.wobble("rolling cooling", 0.006, 6),
        "waste-water": waste,
    }


def _following(flow: Flow, base: float) -> Flow:
    """A demand of mean 1, of which the share ``base`` runs whatever the process does."""
    return np.asarray(base + (1 - base) * flow / flow.mean(), dtype=np.float64)
