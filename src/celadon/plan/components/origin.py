"""The origin of stored power: green and other power as two contents of one store.

Power that was bought and stored is not green when it comes out again, and power that a store loses
is not used (rules of the reference, section 6). Mixing in proportion would be bilinear; two virtual
stores that share one power and one energy are linear (formulation, no. 4). In every step

    green used  =  sun and wind + green discharge - green charge - green export          >= 0
    other used  =  drawn + engines + other discharge - other charge - other export       >= 0

over all stores of the site; the two together are what its loads use. What is exported is green, but
for what engines on the site make in that step: green power is used before it is sold. Over the year
neither the green nor the other losses of stores are use, or both are (``counts_losses``).
"""

from __future__ import annotations

from typing import Final, Literal

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp import Expression
from celadon.plan.components.draft import CONSUMED, SELF_USED, Draft, Stored

Origin = Literal["none", "separate", "green only", "no export"]
"""How a store tells where its content is from.

``none``: not at all; all that is exported counts as green. ``separate``: a green content and
another, and only the green one is exported. ``green only``: nothing else is stored. ``no export``:
what is exported is made in the same step, never a store's.
"""

FOLLOWED: Final = ("separate", "green only")
"""The ways that know what of a store is green."""

ENGINES: Final = "made by engines"
"""The yearly sum of power that engines and turbines make, MWh, where the origin is followed."""

SITE: Final = "origin of power"
"""The name of the site's own blocks and rows; no component has one with a blank."""


def follow_store(
    draft: Draft,
    who: str,
    method: Origin,
    flows: tuple[Expression, Expression, Expression],
    kept: float,
    efficiencies: tuple[float, float],
    *,
    counts_losses: bool,
) -> None:
    """Add the green content of a store, where its origin is followed.

    green_t = kept green_{t-1} + h (eta_c green charge - green discharge / eta_d), cyclic; each no
    more than the whole.

    Parameters
    ----------
    flows : charge and discharge, MW, and content, MWh.
    kept : of the content in a step; ``efficiencies`` of charging and discharging.
    counts_losses : whether what the store loses, green or other, counts as used.
    """
    charge, discharge, content = flows
    if method != "separate":
        draft.stored.append(Stored(who, method, counts_losses, charge, discharge))
        return
    model, hours = draft.model, draft.horizon.hours
    green_in, green_out = draft.flow(f"{who}.green.charge"), draft.flow(f"{who}.green.discharge")
    green = draft.flow(f"{who}.green.content")
    for part, whole, name in (
        (green_in, charge, "charge"), (green_out, discharge, "discharge"),
        (green, content, "content"),
    ):  # fmt: skip
        model.require(f"{who}.green {name} limit", part <= whole)
    taken_in = (hours * efficiencies[0]) * green_in
    given_out = (hours / efficiencies[1]) * green_out
    before = kept * green.at(draft.horizon.before)
    model.require(f"{who}.green balance", before + taken_in - given_out - green == 0.0)
    other = (discharge - green_out) - (charge - green_in)
    draft.stored.append(Stored(who, method, counts_losses, green_in, green_out, other))


def hold_origin(draft: Draft) -> None:
    """Hold what is stored and exported as green to what is made; count what is used of it.

    Raises
    ------
    DeclarationError
        If stores of one site tell their origin in different ways.
    """
    methods = {each.method for each in draft.stored}
    if len(methods) > 1:
        faults = [
            Fault((each.who, "origin"), f'"{each.method}"', "all stores of a site tell it one way",
                  "write the same origin for each") for each in draft.stored
        ]  # fmt: skip
        raise DeclarationError("Stores tell the origin of their power in different ways", faults)
    if methods & {"no export"}:
        made = draft.traced("green") + draft.traced("engine")
        draft.model.require(f"{SITE}.made as exported", draft.traced("export") - made <= 0.0)
    elif methods & set(FOLLOWED):
        _hold_green(draft)


def _hold_green(draft: Draft) -> None:
    made, exported = draft.traced("green"), draft.traced("export")
    other = draft.traced("import")
    if draft.traces.get("engine"):
        engines, sold = draft.traced("engine"), draft.flow(f"{SITE}.other exported")
        draft.tally(ENGINES, engines)
        draft.model.require(f"{SITE}.engines", sold - engines <= 0.0)
        draft.model.require(f"{SITE}.exported", sold - exported <= 0.0)
        exported, other = exported - sold, other + engines - sold
    green = made - exported
    for each in draft.stored:
        green = green + each.discharge - each.charge
        other = other if each.other is None else other + each.other
    draft.model.require(f"{SITE}.green", green >= 0.0)
    if any(each.other is not None for each in draft.stored):
        draft.model.require(f"{SITE}.other", other >= 0.0)
    draft.tally(SELF_USED, made - exported)
    for each in draft.stored:
        if not each.counts_losses:
            lost = each.charge - each.discharge  # the store is cyclic
            draft.tally(SELF_USED, -lost)
            draft.tally(CONSUMED, -lost if each.other is None else each.other - lost)
