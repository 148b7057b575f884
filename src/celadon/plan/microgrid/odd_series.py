"""What is odd in the series of a design: it may be meant, and it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from celadon.errors import Fault, InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.components.demand import Demand
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.renewable import Renewable
from celadon.plan.microgrid.design import Design
from celadon.records.finding import Finding


def series_findings(design: Design, name: str) -> list[Finding]:
    """Loads and yields below zero, and power that is sold dearer than it is bought without limit.

    Parameters
    ----------
    name : id of the design, for its findings.
    """
    found = []
    for each in design.components:
        if isinstance(each, Demand):
            found += _below(design, each.series, name, each.id, "load_below_zero")
        if isinstance(each, Renewable):
            found += _below(design, each.yields, name, each.id, "yield_below_zero")
        if isinstance(each, Grid):
            found += _sold_dearer(design, each, name)
            found += _price_level(design, _bought(each), name, each.id)
            found += _factor_level(design, "emission_factor", each.emission_factor, name, each.id)
            found += _peak_ratio(design, each, name)
        fuel = getattr(each, "fuel", None)
        if isinstance(fuel, Fuel) and not fuel.gas:
            found += _price_level(design, [("fuel.price", fuel.price)], name, each.id)
            found += _factor_level(design, "fuel.emission_factor", fuel.emission_factor, name,
                                   each.id)  # fmt: skip
    return found


def refuse_feeding(
    name: str, components: Sequence[Component], series: Mapping[str, Floats]
) -> None:
    """Refuse a load that never draws: its sign is another, or it is a plant.

    Parameters
    ----------
    name : the file, for errors.

    Raises
    ------
    InputError
        If a load is below zero somewhere and above it nowhere.
    """
    faults = []
    for each in components:
        if not isinstance(each, Demand):
            continue
        values = series.get(each.series) if isinstance(each.series, str) else np.array(each.series)
        if values is None or not (values < 0).any() or (values > 0).any():
            continue
        lowest, highest = f"{float(np.min(values)):g}", f"{float(np.max(values)):g}"
        faults.append(Fault(
            (name, each.id, str(each.series)), f"from {lowest} to {highest}, in no step above zero",
            "a load draws: it is above zero",
            "turn the sign, or give what feeds in as a plant that stands (least)",
        ))  # fmt: skip
    if faults:
        raise InputError(f"{name} has a load that never draws", faults)


def export_findings(design: Design, sold: Mapping[str, float], name: str) -> list[Finding]:
    """Connections that a plan exports by though nothing is paid for it.

    Parameters
    ----------
    sold : MWh a year by connection.
    """
    found = []
    for each in design.components:
        if not isinstance(each, Grid) or each.tariff or sold.get(each.id, 0.0) < _SOME:
            continue
        if "export_price" not in each.model_fields_set:
            told = {"energy": f"{sold[each.id]:,.1f}"}
            found.append(Finding(name, "export_unpaid", each.id, "export_price", told))
    return found


_SOME = 0.5
"""MWh a year."""


def _price_level(
    design: Design, prices: list[tuple[str, float | str]], name: str, who: str
) -> list[Finding]:
    """Prices whose mean no works pays; a number of zero is free, and said to be."""
    found = []
    for place, given in prices:
        values = None if given == 0 else design.values(given)
        if values is None or _LOWEST <= abs(float(values.mean())) <= _HIGHEST:
            continue
        told = {"mean": f"{float(values.mean()):.4g}"}
        found.append(Finding(name, "price_level", who, place, told))
    return found


def _factor_level(
    design: Design, place: str, given: float | str, name: str, who: str
) -> list[Finding]:
    """A factor of carbon dioxide that no fuel has and no grid of fuels; zero is said to be."""
    values = None if given == 0 else design.values(given)
    if values is None or not values.any():
        return []
    mean = float(values.mean())
    if _LEAST_FACTOR <= abs(mean) <= _MOST_FACTOR:
        return []
    return [Finding(name, "factor_level", who, place, {"mean": f"{mean:,.4g}"})]


def _peak_ratio(design: Design, grid: Grid, name: str) -> list[Finding]:
    """A peak of quarter hours above what the energy of one step could carry within a quarter."""
    most = max(1.0, design.horizon.hours / _QUARTER)
    if grid.peak_ratio <= most:
        return []
    told = {"ratio": f"{grid.peak_ratio:g}", "most": f"{most:g}",
            "minutes": f"{60 * design.horizon.hours:g}"}  # fmt: skip
    return [Finding(name, "peak_ratio_above", grid.id, "peak_ratio", told)]


def _below(design: Design, given: float | str, name: str, who: str, rule: str) -> list[Finding]:
    values = design.values(given)
    steps = 0 if values is None else int((values < 0).sum())
    return [Finding(name, rule, who, str(given), {"steps": steps})] if steps else []


def _sold_dearer(design: Design, grid: Grid, name: str) -> list[Finding]:
    """Where nothing limits it, each such step is a gain without end."""
    limited = grid.connection is not None or grid.demand_price or grid.tariff
    if limited or grid.import_at_most is not None or grid.export_at_most is not None:
        return []
    paid, earned = design.values(grid.price), design.values(grid.export_price)
    if paid is None or earned is None:
        return []
    factor = design.values(grid.emission_factor)
    carbon = 0.0 if factor is None else design.carbon_price * factor
    dearer = earned - paid - carbon
    steps = int((dearer > _SAME).sum())
    if not steps:
        return []
    numbers = {"steps": steps, "most": f"{float(dearer.max()):.4g}"}
    return [Finding(name, "sold_dearer", grid.id, "export_price", numbers)]


def _bought(grid: Grid) -> list[tuple[str, float | str]]:
    return [] if grid.tariff else [("price", grid.price)]


_LOWEST, _HIGHEST = 0.01, 10.0
"""CNY/kWh: coal, the cheapest fuel, costs tens of CNY/MWh, and the dearest power a few CNY/kWh."""

_LEAST_FACTOR, _MOST_FACTOR = 0.001, 2.0
"""t of carbon dioxide per MWh: what burns gives 0.2 (natural gas) to 0.9 (blast-furnace gas) of its
net calorific value, and power from coal in old plants hardly more than one."""

_QUARTER = 0.25
"""Hours of the window that demand is billed on."""

_SAME = 1e-9
"""CNY/kWh by which two prices are the same."""
