"""The words of the report, and what its components, parts and capacities are called."""

from __future__ import annotations

from functools import cached_property

from celadon.accounts.bill.tariff import Rate
from celadon.languages import Phrases
from celadon.plan.components.demand import Demand
from celadon.plan.components.heat_level import HeatLevel, levels_of
from celadon.plan.components.levels import Levels
from celadon.report.microgrid.content import DesignReport

WORDS = Phrases.load("celadon.report.microgrid", "words.toml")
"""All words of the report."""


class Draft:
    """A report being written: its content, and the names of one language.

    Parameters
    ----------
    content : all that is shown.
    language : ``zh`` or ``en``.
    """

    def __init__(self, content: DesignReport, language: str) -> None:
        self.content = content
        self.language = language

    def say(self, key: str, **values: object) -> str:
        """A phrase of the report."""
        return WORDS.text(key, self.language, **values)

    def word(self, group: str, name: str) -> str:
        """A word of a group; the name itself where there is none."""
        key = f"{group}.{name.replace(' ', '_').replace('-', '_')}"
        return WORDS.text(key, self.language) if key in WORDS else name.replace("_", " ")

    @cached_property
    def rates(self) -> list[Rate]:
        """The rates of all tariffs that the design is billed by."""
        tariffs = self.content.planned.design.tariffs.values()
        return [rate for tariff in tariffs for rate in tariff.rates]

    @cached_property
    def _components(self) -> dict[str, str]:
        named = {}
        components = self.content.planned.design.components
        kinds = [c.kind for c in components]
        buses = [c.bus for c in components if isinstance(c, Demand)]
        for component in components:
            name = component.name(self.language)
            if name == component.id and isinstance(component, HeatLevel):
                name = name.replace("-", " ").capitalize()
            elif name == component.id:
                kind = self.word("kinds", component.kind)
                alone = kinds.count(component.kind) == 1
                if isinstance(component, Demand):
                    kind = f"{self.say(component.bus)} {kind}".replace(" 需", "需")
                    alone = buses.count(component.bus) == 1
                alone = alone or component.id == component.kind.replace("_", "-")
                name = kind if alone else f"{kind} {component.id}"
                name = name[:1].upper() + name[1:]
            named[component.id] = name
        return named

    def component(self, name: str) -> str:
        """A component by its declared name, else by its kind, with its id where it is not alone."""
        return self._components.get(name, name)

    def block(self, block: str) -> str:
        """A capacity: its component, and which of its capacities where there are two."""
        who, _, what = block.partition(".")
        shown = self.component(who)
        if what == "capacity":
            return shown
        word = self.say("power") if what == "power" else self.word("blocks", what)
        return f"{shown} · {word.lower()}"

    def part(self, part: str) -> str:
        """A part of the yearly cost."""
        return self.block(part) if "." in part else self.word("parts", part)

    def bus(self, bus: str) -> str:
        """A bus: power, heat, hydrogen, a level with its temperature, or a gas by its component."""
        if bus in ("power", "heat", "hydrogen"):
            return self.say(bus)
        name, level = self.component(bus), self._levels.of.get(bus)
        return name if level is None else f"{name} {level.supply:.0f}\u00a0°C"

    @cached_property
    def _levels(self) -> Levels:
        return levels_of(self.content.planned.design.components)

    def rule(self, name: str, kind: str) -> str:
        """A rule by the name that it was given, else by its kind."""
        return self.say(kind) if name == kind.replace("_", " ") else name
