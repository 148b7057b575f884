"""Wear of a battery by how deep it goes: the deeper, the dearer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from celadon.numerics.lp import Expression
from celadon.plan.components.draft import Draft
from celadon.plan.components.quantities import FINITE, PerEnergy, Share
from celadon.records.declaring import Declaration

if TYPE_CHECKING:
    from celadon.plan.components.battery import Battery

_EXACT = 1e-9


class WearBand(Declaration):
    """A band of a battery's usable content, from full downwards, and what it wears to use it.

    Parameters
    ----------
    share : of what may be used.
    wear : CNY/kWh discharged from it; no less than that of the band above.
    """

    model_config = FINITE

    share: Share = Field(gt=0, le=1)
    wear: PerEnergy = Field(ge=0)


def refuse_bands(bands: tuple[WearBand, ...], wear: float) -> None:
    """Refuse bands that a linear programme could not use in their order.

    Raises
    ------
    ValueError
        If they are no whole, if a deeper one is cheaper, or if ``wear`` is given as well.
    """
    if not bands:
        return
    if wear:
        raise ValueError("either wear or wear_bands is given, and not both")
    whole = sum(band.share for band in bands)
    if abs(whole - 1) > _EXACT:
        raise ValueError(f"the shares of wear_bands add to {100 * whole:g} %: they make 100 %")
    dear = [band.wear for band in bands]
    if dear != sorted(dear):
        raise ValueError(
            "a deeper band of wear_bands wears less than the one above: list them from full "
            "downwards, each at least as dear as the one before"
        )


def wear_by_bands(
    draft: Draft, store: Battery, flows: tuple[Expression, Expression, Expression], size: Expression
) -> None:
    """Follow each band but the deepest, which is what is left, and charge its wear.

    Charge goes where it is cheapest to take out again, and what is cheapest is taken first: with
    wear that grows with depth that is from full downwards, and a linear programme finds it.

    Parameters
    ----------
    flows : charge, discharge and content of the whole battery.
    size : its energy.
    """
    hours, before = draft.horizon.hours, draft.horizon.before
    charge, discharge, content = flows
    kept = (1 - store.loss) ** hours
    for number, band in enumerate(store.wear_bands[:-1], start=1):
        name = f"band {number}"
        into, out, held = (
            draft.flow(store.block(f"{name} {each}")) for each in ("charge", "discharge", "content")
        )
        most = band.share * store.depth
        draft.model.require(store.block(f"{name} limit"), held - most * size <= 0.0)
        gained = (hours * store.charge_efficiency) * into
        lost = (hours / store.discharge_efficiency) * out
        change = kept * held.at(before) + gained - lost - held
        draft.model.require(store.block(f"{name} change"), change == 0.0)
        draft.energy_cost(WEAR, band.wear, out)
        charge, discharge, content = charge - into, discharge - out, content - held
    last = store.wear_bands[-1]
    if len(store.wear_bands) > 1:
        draft.model.require(store.block("deepest charge"), charge >= 0.0)
        draft.model.require(store.block("deepest discharge"), discharge >= 0.0)
        draft.model.require(store.block("deepest content"), content >= 0.0)
        most = last.share * store.depth
        draft.model.require(store.block("deepest limit"), content - most * size <= 0.0)
    draft.energy_cost(WEAR, last.wear, discharge)


WEAR = "battery wear"
"""The part of the yearly cost that wear comes to."""
