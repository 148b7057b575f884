"""The heat levels of a site as its machines see them: how hot each is, and which is colder.

Heat has a worth by its temperature. Each level is a bus of its own, with a balance of its own; what
is hotter can serve what is colder, never the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from celadon.errors import Fault

KELVIN = 273.15
"""0 degrees Celsius in kelvin."""


@dataclass(frozen=True, slots=True)
class Level:
    """A heat level.

    Attributes
    ----------
    supply : degrees Celsius at which it gives its heat; of steam, that at which it condenses.
    pressure : MPa, absolute, of steam; None of water or oil.
    steam_temperature : degrees Celsius of superheated steam; None where it is saturated, or none.
    passes_at_most : MW that may be passed to the next colder level; None for any.
    """

    supply: float
    pressure: float | None = None
    steam_temperature: float | None = None
    passes_at_most: float | None = None

    @property
    def feed(self) -> float:
        """Degrees Celsius that what feeds it reaches: of its steam, where it is superheated."""
        return self.supply if self.steam_temperature is None else self.steam_temperature


@dataclass(frozen=True, slots=True)
class Waste:
    """A waste heat: degrees Celsius at which it arises and to which it may be cooled."""

    temperature: float
    cooled_to: float


@dataclass(frozen=True, slots=True)
class Levels:
    """All heat levels and waste heats of a site, by id.

    Examples
    --------
    >>> site = Levels({"steam": Level(180.0), "water": Level(90.0), "floor": Level(40.0)})
    >>> site.below("steam"), site.next_below("floor")
    (['water', 'floor'], None)
    """

    of: Mapping[str, Level] = field(default_factory=dict)
    wastes: Mapping[str, Waste] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.of)

    @property
    def names(self) -> list[str]:
        """The levels, the hottest first."""
        return sorted(self.of, key=lambda name: -self.of[name].supply)

    def below(self, name: str) -> list[str]:
        """The levels that are colder than one, the hottest first."""
        return [other for other in self.names if self.of[other].supply < self.of[name].supply]

    def next_below(self, name: str) -> str | None:
        """The next colder level; None below the coldest."""
        return next(iter(self.below(name)), None)

    def served_by(self, name: str) -> list[str]:
        """The colder levels that heat of a level reaches: down to one that passes nothing on."""
        reached: list[str] = []
        for colder in self.below(name):
            if self.of[reached[-1] if reached else name].passes_at_most == 0:
                break
            reached.append(colder)
        return reached

    def told(self, name: str) -> str:
        """A level in words: its id and its temperature.

        Examples
        --------
        >>> Levels({"steam": Level(187.957)}).told("steam")
        'steam (187.96 °C)'
        """
        return f"{name} ({self.of[name].supply:.2f} °C)"

    def source(self, name: str) -> float | None:
        """Degrees Celsius of a source that a pump lifts from; None if there is none of the name.

        Of a waste heat it is the lowest to which it may be cooled, which is on the safe side.
        """
        if name in self.of:
            return self.of[name].supply
        return self.wastes[name].cooled_to if name in self.wastes else None

    def warmest(self, name: str) -> float:
        """The temperature, in kelvin, that a source has on the mean of what it gives.

        Of a stream that cools it is that of the same heat at one temperature and as much entropy.

        Examples
        --------
        >>> round(Levels(wastes={"flue": Waste(200.0, 50.0)}).warmest("flue"), 1)
        393.4
        """
        if name in self.of:
            return self.of[name].supply + KELVIN
        hot, cold = (
            t + KELVIN for t in (self.wastes[name].temperature, self.wastes[name].cooled_to)
        )
        return (hot - cold) / math.log(hot / cold)

    def faults(self, who: str, level: str, key: str = "level") -> list[Fault]:
        """What is wrong with the level that a machine or a demand names, or does not name."""
        known = ", ".join(map(self.told, self.names))
        if level and level not in self.of:
            rule = f"the id of a heat level: {known or 'none is declared'}"
            remedy = "correct the id, or declare it as [[heat_level]]"
            return [Fault((who, key), repr(level), rule, remedy)]
        if not level and self.of:
            rule = f"where heat has levels, each maker and taker names its own: {known}"
            return [Fault((who, key), "no level", rule, f"write {key} = one of these")]
        return []
