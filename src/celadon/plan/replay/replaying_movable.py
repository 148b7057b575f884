"""How a load that is moved runs, step after step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from celadon.plan.replay.replay import Clock


def run_movable_load(load: Any, clock: Clock) -> None:
    """What is taken out of a step is drawn in another of the same window."""
    out, into = clock.flow(f"{load.id}.out"), clock.flow(f"{load.id}.into")
    can_go = np.minimum(clock.series(load.at_most), clock.series(load.series)).clip(0.0)
    room = clock.series(load.at_most if load.into is None else load.into).clip(0.0)
    clock.at_most(f"{load.id} out", out, can_go)
    clock.at_most(f"{load.id} into", into, room)
    owed, left = 0.0, max(1, round(load.window_hours / clock.hours))
    length = left
    for taken, drawn in zip(out.tolist(), into.tolist(), strict=True):
        owed += (taken * (1 + load.rebound) - drawn) * clock.hours
        left -= 1
        if not left:
            clock.must_be_nothing(f"{load.id} made up", owed)
            owed, left = 0.0, length
    clock.must_be_nothing(f"{load.id} made up", owed)
    clock.bring("power", out - into)
    clock.sums["consumed"] += clock.energy(into - out)
    clock.pay("moving", clock.energy(out) * load.price)
