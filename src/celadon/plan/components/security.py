"""Security of supply: power held in reserve, and a critical load that survives an outage."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp import Expression
from celadon.plan.components.component import Component
from celadon.plan.components.draft import Draft
from celadon.plan.components.quantities import PowerSeries, Share


class Reserve(Component):
    """Power that stores and engines could give at once, beyond what they give.

    In each step sum_k r_k >= share x load, with r_k no more than the headroom of k; a store gives
    it for ``minutes`` out of what it holds at the end of the step: r minutes/60 <= eta_d content.

    Parameters
    ----------
    load : MW that the reserve is a share of.
    share : of the load, at least.
    minutes : how long a store must be able to give it.

    Notes
    -----
    Engines count as warm: one that stands still offers its whole capacity, unless it is switched
    on and off: then only what is on counts. Sun and wind offer none.
    """

    kind: ClassVar[str] = "reserve"
    load: PowerSeries
    share: Share = Field(gt=0)
    minutes: float = Field(15.0, gt=0)

    def add(self, draft: Draft) -> None:
        """Nothing yet: who could give it is known when all are there."""

    def finish(self, draft: Draft) -> None:
        """What each gives, and that it is enough."""
        model, offered = draft.model, []
        for backup in draft.backups:
            if backup.headroom is None:
                continue
            given = draft.flow(self.block(f"from {backup.who}"))
            held = given - backup.headroom <= 0.0
            model.require(self.block(f"headroom of {backup.who}"), held)
            if backup.content is not None:
                energy = (self.minutes / 60) * given - backup.efficiency * backup.content
                model.require(self.block(f"energy of {backup.who}"), energy <= 0.0)
            offered.append(given)
        if not offered:
            raise _nobody(self.id, "a battery or an engine that could give a reserve")
        asked = self.share * draft.profile(self.load, self.id)
        model.require(self.block("reserve"), _added(offered) >= asked)


class CriticalLoad(Component):
    """A part of the load that is served through an outage of the grid, whenever it begins.

    For every step s and the ``hours`` after it, with d_b what store b gives in a step: own sources
    and stores meet the load in each step, and each store holds before s what it gives until the
    end, (kept^N eta_d) content_{s-1} >= h (d_s + ... + d_{s+N-1}).

    Parameters
    ----------
    series : MW that are critical, already part of the demand.
    hours : length of the outage.

    Notes
    -----
    On the safe side: what sun and wind give beyond the load is not stored during the outage, and an
    engine that burns a by-product gas is not counted, for the works may stand still. Engines with a
    bought fuel are counted whole, and their fuel as there. The year is a circle, as for all stores.
    """

    kind: ClassVar[str] = "critical_load"
    series: PowerSeries
    hours: float = Field(gt=0, le=168)

    def add(self, draft: Draft) -> None:
        """Nothing yet: who serves it is known when all are there."""

    def finish(self, draft: Draft) -> None:
        """What stores would give in each step, and that they hold it at every beginning."""
        model, count = draft.model, draft.horizon.count
        served = [backup.alone for backup in draft.backups if backup.alone is not None]
        steps = steps_of(self.hours, draft.horizon.hours, count, self.id)
        for backup in draft.backups:
            if backup.content is None or backup.power is None:
                continue
            given = draft.flow(self.block(f"from {backup.who}"))
            model.require(self.block(f"power of {backup.who}"), given <= backup.power)
            after = [given.at((np.arange(count) + n) % count) for n in range(steps)]
            held = backup.efficiency * backup.kept**steps * backup.content.at(draft.horizon.before)
            enough = held - draft.horizon.hours * _added(after)
            model.require(self.block(f"energy of {backup.who}"), enough >= 0.0)
            served.append(given)
        if not served:
            raise _nobody(self.id, "a store, an engine or a plant that serves it without the grid")
        model.require(self.block("critical"), _added(served) >= draft.profile(self.series, self.id))


def steps_of(hours: float, step: float, count: int, who: str) -> int:
    """How many steps a time is.

    Raises
    ------
    DeclarationError
        If it is no whole number of steps, or longer than all there are.
    """
    steps = round(hours / step)
    if abs(steps * step - hours) > _EXACT or not 0 < steps <= count:
        rule = f"a whole number of steps of {step:g} h, {count * step:g} h at most"
        fault = Fault((who, "hours"), f"{hours:g} h", rule, "round it up to such a time")
        raise DeclarationError(f"{who} lasts no whole number of steps", [fault])
    return steps


_EXACT = 1e-9


def _added(flows: list[Expression]) -> Expression:
    total = flows[0]
    for each in flows[1:]:
        total = total + each
    return total


def _nobody(who: str, rule: str) -> DeclarationError:
    fault = Fault((who,), "nothing that could give it", rule, "declare one, or leave this out")
    return DeclarationError(f"{who} has nothing to rest on", [fault])
