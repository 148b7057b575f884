"""What every component of a microgrid is: a declaration that adds itself to a draft."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from celadon.errors import Fault
from celadon.plan.components.draft import Draft
from celadon.plan.components.levels import Levels
from celadon.plan.components.quantities import FINITE
from celadon.records.declaring import Named


class Component(Named):
    """A machine, store, load or connection, declared under an id of its own.

    A new kind is a new file: it names its ``kind``, its fields with their units, and adds its
    blocks and rows under its id, so that values and prices are read by name.
    """

    model_config = FINITE

    kind: ClassVar[str]

    @abstractmethod
    def add(self, draft: Draft) -> None:
        """Add this component's variables, rows, costs and tallies."""

    def misplaced(self, levels: Levels) -> list[Fault]:  # noqa: ARG002  most have no place
        """What is wrong with the heat levels and waste heats that it names: nothing, for most."""
        return []

    def finish(self, draft: Draft) -> None:
        """Add what can only be said when all components are there: nothing, for most."""

    def block(self, name: str) -> str:
        """The name of a block of this component, such as ``battery.charge``."""
        return f"{self.id}.{name}"
