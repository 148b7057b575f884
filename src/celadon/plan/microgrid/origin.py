"""The power of a plan by origin: how it was told, and what the year comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, get_args

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.origin import FOLLOWED, SITE, Origin
from celadon.plan.microgrid.design import Design

OriginPart = Literal[
    "green_made", "green_used_at_once", "green_stored", "green_used_from_store",
    "green_lost_in_store", "green_exported", "green_exported_from_store", "drawn",
    "made_by_engines", "other_stored", "other_from_store", "other_lost_in_store",
    "other_exported",
]  # fmt: skip
"""What a year of power divides into."""

PARTS: tuple[OriginPart, ...] = get_args(OriginPart)
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class OriginAccount:
    """How the origin of stored power was told, and the year by origin.

    Attributes
    ----------
    method : how; None for a site that stores no power.
    counts_losses : whether what stores lose, green or other, counts as used.
    energy : MWh by part; empty where nobody follows the origin.
    """

    method: Origin | None
    counts_losses: bool
    energy: Mapping[OriginPart, float] = field(default_factory=dict)


def origin_account(
    design: Design, flows: Mapping[str, Floats], engines: float = 0.0
) -> OriginAccount:
    """The year of a plan by origin, from its flows by plain sums.

    What is made now is exported before what was stored.

    Parameters
    ----------
    engines : MWh that engines and turbines make.
    """
    stores = [each for each in design.components if isinstance(each, Battery)]
    if not stores:
        return OriginAccount(None, counts_losses=True)
    method = stores[0].origin
    counted = all(each.counts_losses for each in stores)
    if method not in FOLLOWED:
        return OriginAccount(method, counts_losses=True)
    return OriginAccount(method, counted, _energy(design, stores, flows, engines))


def _energy(
    design: Design, stores: list[Battery], flows: Mapping[str, Floats], engines: float
) -> dict[OriginPart, float]:
    none = np.zeros(design.horizon.count)
    all_of = partial(_all_of, design, flows)
    made = all_of("photovoltaics", "output") + all_of("wind_power", "output")
    drawn, sold = all_of("grid", "import"), all_of("grid", "export")
    other_sold = flows.get(f"{SITE}.other exported", none)
    into, out, green_in, green_out = none, none, none, none
    for each in stores:
        part = "green." if each.origin == "separate" else ""
        into, out = into + flows[each.block("charge")], out + flows[each.block("discharge")]
        green_in = green_in + flows[each.block(f"{part}charge")]
        green_out = green_out + flows[each.block(f"{part}discharge")]
    sold_green = sold - other_sold
    sold_at_once = np.clip(np.minimum(sold_green, made - green_in), 0, None)
    sold_stored = sold_green - sold_at_once
    parts: dict[OriginPart, Floats] = {
        "green_made": made, "green_used_at_once": made - green_in - sold_at_once,
        "green_stored": green_in, "green_used_from_store": green_out - sold_stored,
        "green_lost_in_store": green_in - green_out, "green_exported": sold_at_once,
        "green_exported_from_store": sold_stored, "drawn": drawn, "other_stored": into - green_in,
        "other_from_store": out - green_out,
        "other_lost_in_store": (into - green_in) - (out - green_out),
        "other_exported": other_sold,
    }  # fmt: skip
    hours = design.horizon.hours
    sums = {name: float(flow.sum()) * hours for name, flow in parts.items()}
    return {name: engines if name == "made_by_engines" else sums[name] for name in PARTS}


def _all_of(design: Design, flows: Mapping[str, Floats], kind: str, block: str) -> Floats:
    found = [flows[each.block(block)] for each in design.components if each.kind == kind]
    whole: Floats = np.sum([np.zeros(design.horizon.count), *found], axis=0)
    return whole
