"""A plant with sun, wind, a battery, CHP, a heat pump and stores: the shape of real models.

Loads, weather and prices are invented curves; only their structure matters here.
"""

from __future__ import annotations

import numpy as np

from celadon.numerics.lp import Model, Program


def plant(hours: int) -> Program:
    """The cheapest plant over some hours, in MW, MWh and kCNY."""
    noise = np.random.default_rng(7)
    hour = np.arange(hours)
    month = hour * 12 // hours
    day, season = np.sin(2 * np.pi * hour / 24 - 1.8), np.cos(2 * np.pi * hour / 8760)
    load = 9 + 2.5 * day + noise.normal(0, 0.4, hours)
    heat = np.maximum(0.3, 5 + 3 * season + 0.8 * day + noise.normal(0, 0.3, hours))
    sun = np.maximum(0, day - 0.15 - 0.2 * season) * noise.uniform(0.4, 1, hours)
    wind = np.clip(0.3 + np.cumsum(noise.normal(0, 0.04, hours)) * 0.02, 0, 1)
    price = np.where(day > 0.5, 1.1, np.where(day < -0.5, 0.3, 0.65))
    warmth = 3.2 - 0.7 * season

    model = Model()
    flow = {
        name: model.variables(name, hours)
        for name in ("bought", "sold", "pv", "wind", "charge", "discharge", "stored", "fuel",
                     "pump", "boiler", "warm")
    }  # fmt: skip
    peak = model.variables("peak", 12)
    most = {"pv": 30.0, "wind": 20.0}
    size = {
        name: model.variables(f"{name} size", upper=most.get(name, np.inf))
        for name in ("pv", "wind", "power", "energy", "chp", "pump", "boiler", "warm")
    }
    before = np.arange(hours) - 1
    source = sun * size["pv"] + wind * size["wind"]
    model.require(
        "power",
        flow["bought"] - flow["sold"] + flow["pv"] + flow["wind"] + flow["discharge"]
        - flow["charge"] + 0.38 * flow["fuel"] - flow["pump"] == load,
    )  # fmt: skip
    model.require(
        "heat",
        0.45 * flow["fuel"] + warmth * flow["pump"] + flow["boiler"]
        + 0.995 * flow["warm"].at(before) - flow["warm"] >= heat,
    )  # fmt: skip
    model.require("sunshine", flow["pv"] <= sun * size["pv"])
    model.require("wind", flow["wind"] <= wind * size["wind"])
    model.require("charging", flow["charge"] <= size["power"])
    model.require("discharging", flow["discharge"] <= size["power"])
    model.require("content", flow["stored"] <= size["energy"])
    model.require("engine", 0.38 * flow["fuel"] <= size["chp"])
    model.require("pump", warmth * flow["pump"] <= size["pump"])
    model.require("boiler", flow["boiler"] <= size["boiler"])
    model.require("warm store", flow["warm"] <= size["warm"])
    model.require(
        "battery",
        flow["stored"] == 0.9999 * flow["stored"].at(before) + 0.95 * flow["charge"]
        - flow["discharge"] / 0.95,
    )  # fmt: skip
    model.require("peak", flow["bought"] <= peak.at(month))
    model.require("export", flow["sold"].sum() <= 0.2 * source.sum())
    used = flow["pv"] + flow["wind"] - flow["sold"]
    model.require("own use", used.sum() >= 0.6 * source.sum())
    model.charge("bought", (price + 0.05) * flow["bought"])
    model.charge("sold", -0.25 * flow["sold"])
    model.charge("gas", 0.36 * (flow["fuel"] + flow["boiler"] / 0.92))
    model.charge("wear", 0.02 * flow["discharge"])
    model.charge("demand", 38.0 * peak * hours / 8760)
    yearly = {"pv": 330, "wind": 560, "power": 60, "energy": 110, "chp": 700, "pump": 300,
              "boiler": 60, "warm": 12}  # fmt: skip
    for name, cost in yearly.items():
        model.charge(f"{name} size", cost * hours / 8760 * size[name])
    return model.program()
