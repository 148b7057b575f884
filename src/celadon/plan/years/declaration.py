"""The tables of a design file that look beyond one year: ``[years]``, its paths and its fading."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from celadon.errors import DeclarationError, Fault
from celadon.plan.components.cost import LONGEST_LIFE
from celadon.plan.components.quantities import FINITE, Share
from celadon.plan.microgrid.declaration import DesignFile, Reader
from celadon.records.declaring import Declaration

TABLE = "years"
"""The table of a design file."""

MOST_YEARS = 60
"""Years that are looked at, at most."""


class Path(Declaration):
    """How a parameter changes over the years: multipliers of what the design gives for the first.

    Parameters
    ----------
    of : the parameter: a series, ``grid.price``, ``battery.energy_cost``, ``carbon_price``,
        ``rule.green share``.
    growth : a year, on the year before; below zero where it falls.
    times : a multiplier for each year.
    points : a multiplier for some years, the first among them; between them it changes evenly, and
        after the last it stays.
    """

    model_config = FINITE

    of: str = Field(min_length=1)
    growth: Share | None = Field(None, gt=-1, le=1)
    times: tuple[Share, ...] = ()
    points: dict[int, Share] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = (self.growth is not None) + bool(self.times) + bool(self.points)
        if given != 1:
            raise ValueError("one of growth, times or points is given")
        if min((*self.times, *self.points.values()), default=0.0) < 0:
            raise ValueError("multipliers are not below zero")
        return self


class Fading(Declaration):
    """What a capacity loses with its age, and when it is renewed.

    Parameters
    ----------
    of : a component, or one of its capacities such as ``battery.energy``; of a battery its energy
        fades.
    share : of what it gives, lost each year.
    life_years : after which it is renewed, in place of the lifetime of its cost.
    """

    model_config = FINITE

    of: str = Field(min_length=1)
    share: Share = Field(0.0, ge=0, lt=1)
    life_years: float | None = Field(None, ge=1, le=LONGEST_LIFE)


class Years(Declaration):
    """The years that a design is looked at.

    Parameters
    ----------
    first : the first year of operation; the figures of the design are of this year.
    count : how many years.
    discount_rate : of all that is paid in later years; the design's own if not given.
    stages : years in which capacity can be bought; each stage runs alike until the next.
    """

    model_config = FINITE

    first: int = Field(ge=1990, le=2100)
    count: int = Field(ge=1, le=MOST_YEARS)
    discount_rate: Share | None = Field(None, ge=0, lt=1)
    stages: tuple[int, ...] = ()
    path: tuple[Path, ...] = ()
    fade: tuple[Fading, ...] = ()

    @property
    def last(self) -> int:
        """The last year."""
        return self.first + self.count - 1

    @property
    def begins(self) -> tuple[int, ...]:
        """The years in which a stage begins."""
        return self.stages or (self.first,)


def years_of(declared: DesignFile) -> Years:
    """The years of a design file.

    Raises
    ------
    DeclarationError
        If it has none, or with every fault of them.
    """
    if TABLE not in declared.unsure:
        fault = Fault((declared.name, TABLE), "no such table", "[years] with first and count",
                      "add it (docs/microgrid-years.md)")  # fmt: skip
        raise DeclarationError(f"{declared.name} looks at one year only", [fault])
    reader = Reader(declared.name)
    years = reader.one(Years, declared.unsure[TABLE], TABLE)
    if isinstance(years, Years):
        reader.faults += _faults(declared.name, years)
    reader.end()
    assert isinstance(years, Years)  # noqa: S101  the reader has refused all else
    return years


def _faults(name: str, years: Years) -> list[Fault]:
    """Stages, paths and fading that do not fit the years."""
    place = (name, TABLE)
    names = [*(path.of for path in years.path), *(fade.of for fade in years.fade)]
    twice = sorted({each for each in names if names.count(each) > 1})
    return [
        *_of_stages(place, years), *_of_paths(place, years), *_of_fading(place, years),
        *(Fault((*place, each), "given twice", "once", "leave one out") for each in twice),
    ]  # fmt: skip


def _of_stages(place: tuple[str, str], years: Years) -> list[Fault]:
    faults, begins = [], years.begins
    if begins[0] != years.first:
        faults.append(Fault((*place, "stages"), f"the first in {begins[0]}",
                            f"the first stage begins in {years.first}", "correct it"))  # fmt: skip
    faults += [
        Fault((*place, "stages"), f"{other} after {one}",
              "each stage is later than the one before", "put them in order")
        for one, other in pairwise(begins)
        if other <= one
    ]  # fmt: skip
    span = f"{years.first} to {years.last}"
    faults += [
        Fault((*place, "stages"), f"{each}", f"a year from {span}",
              "correct it, or give more years")
        for each in begins
        if not years.first <= each <= years.last
    ]  # fmt: skip
    return faults


def _of_paths(place: tuple[str, str], years: Years) -> list[Fault]:
    faults, span = [], f"{years.first} to {years.last}"
    for path in years.path:
        where = (*place, "path", path.of)
        if path.times and len(path.times) < years.count:
            faults.append(Fault((*where, "times"), f"{len(path.times)} years",
                                f"{years.count} years, from {span}",
                                "give one a year, or growth, or points"))  # fmt: skip
        if path.points and years.first not in path.points:
            faults.append(Fault((*where, "points"), f"begins in {min(path.points)}",
                                f"the first point is of {years.first}",
                                f"add {years.first}, 1 as a rule"))  # fmt: skip
    return faults


def _of_fading(place: tuple[str, str], years: Years) -> list[Fault]:
    faults = []
    for fade in years.fade:
        left = (1 - fade.share) ** ((fade.life_years or years.count) - 1)
        if left < LEAST_LEFT:
            faults.append(Fault(
                (*place, "fade", fade.of, "share"),
                f"{100 * left:.1f} % left at the end of its life",
                f"at least {100 * LEAST_LEFT:.0f} %",
                "give life_years, after which it is renewed, or a smaller share",
            ))  # fmt: skip
    return faults


LEAST_LEFT = 0.01
"""A capacity of which less is left is none."""
