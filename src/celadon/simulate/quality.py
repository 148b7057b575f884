"""What the laboratory and the certificates say of each stream, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from celadon.simulate.clock import Clock, Flow
from celadon.simulate.typical import typical

NATURAL_GAS_CHANGE = (7, 16)
"""Month and day from which the supplier's second certificate holds."""


@dataclass(frozen=True, slots=True)
class Series:
    """Monthly means of one parameter of one stream.

    ``spread`` is their relative spread around the typical value; the mean of the twelve keeps it.
    """

    stream: str
    parameter: str
    basis: str
    unit: str
    decimals: int
    values: tuple[float, ...]


_SERIES: tuple[tuple[str, str, str, str, int, tuple[str, str], float], ...] = (
    # stream, parameter, basis, unit, decimals, typical figure, relative spread
    ("coking-coal", "低位发热量", "收到基", "GJ/t", 3, ("coking", "charge_coal_lhv"), 0.0025),
    ("coking-coal", "含碳量", "收到基", "%", 2, ("coking", "charge_coal_carbon"), 0.003),
    ("coking-coal", "水分", "收到基", "%", 2, ("coking", "charge_moisture"), 0.04),
    ("coke-made", "低位发热量", "干基", "GJ/t", 3, ("coking", "coke_lhv"), 0.002),
    ("coke-made", "含碳量", "干基", "%", 2, ("coking", "coke_carbon"), 0.002),
    ("coke-purchased", "低位发热量", "收到基", "GJ/t", 3, ("coking", "bought_coke_lhv"), 0.004),
    ("coke-purchased", "含碳量", "收到基", "%", 2, ("coking", "bought_coke_carbon"), 0.004),
    ("coke-breeze", "低位发热量", "干基", "GJ/t", 3, ("coking", "coke_breeze_lhv"), 0.004),
    ("coke-breeze", "含碳量", "干基", "%", 2, ("coking", "coke_breeze_carbon"), 0.004),
    ("tar-made", "低位发热量", "收到基", "GJ/t", 3, ("coking", "tar_lhv"), 0.003),
    ("benzol-made", "低位发热量", "收到基", "GJ/t", 3, ("coking", "crude_benzol_lhv"), 0.002),
    ("anthracite", "低位发热量", "收到基", "GJ/t", 3, ("sintering", "anthracite_lhv"), 0.008),
    ("anthracite", "含碳量", "收到基", "%", 2, ("sintering", "anthracite_carbon"), 0.008),
    ("anthracite", "水分", "收到基", "%", 2, ("sintering", "anthracite_moisture"), 0.05),
    ("injection-coal", "低位发热量", "收到基", "GJ/t", 3, ("blast_furnace", "coal_lhv"), 0.006),
    ("injection-coal", "含碳量", "收到基", "%", 2, ("blast_furnace", "coal_carbon"), 0.006),
    ("injection-coal", "水分", "收到基", "%", 2, ("blast_furnace", "coal_moisture"), 0.05),
    ("bfg-made", "低位发热量", "", "MJ/Nm3", 3, ("blast_furnace", "gas_lhv"), 0.008),
    ("cog-made", "低位发热量", "", "MJ/Nm3", 3, ("coking", "coke_oven_gas_lhv"), 0.006),
    ("ldg-made", "低位发热量", "", "MJ/Nm3", 3, ("converter", "gas_lhv"), 0.012),
)


def simulate_quality(clock: Clock) -> list[Series]:
    """Monthly means of every sampled parameter, rounded as the laboratory reports them."""
    return [
        Series(stream, parameter, basis, unit, decimals, _monthly(clock, row))
        for row in _SERIES
        for stream, parameter, basis, unit, decimals, _, _ in [row]
    ]


def _monthly(
    clock: Clock, row: tuple[str, str, str, str, int, tuple[str, str], float]
) -> tuple[float, ...]:
    stream, parameter, _, _, decimals, figure, spread = row
    noise = np.clip(clock.draws(f"quality/{stream}/{parameter}").standard_normal(12), -2, 2)
    values = typical(*figure) * (1 + spread * (noise - noise.mean()))
    return tuple(round(float(value), decimals) for value in values)


def heat_value(clock: Clock, series: list[Series], stream: str) -> Flow:
    """The net calorific value of a sampled stream in each slot, in the laboratory's unit."""
    found = next(s for s in series if s.stream == stream and s.parameter == "低位发热量")
    return clock.spread_months(list(found.values))


def natural_gas_heat_value(clock: Clock) -> Flow:
    """The certified calorific value of natural gas in each slot, in MJ/Nm3."""
    values = np.full(clock.slots, typical("works_total", "natural_gas_lhv_after"))
    values[: clock.slot(*NATURAL_GAS_CHANGE)] = typical("works_total", "natural_gas_lhv_before")
    return values
