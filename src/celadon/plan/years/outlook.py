"""What each year weighs, what multiplies a parameter, and what is left of a capacity by its age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.years.declaration import Path, Years


@dataclass(frozen=True, slots=True)
class Stage:
    """Years that run alike.

    Attributes
    ----------
    begins, ends : the first year and the last.
    """

    begins: int
    ends: int

    @property
    def id(self) -> str:
        """Its name: the year that it begins in."""
        return str(self.begins)


@dataclass(frozen=True, eq=False)
class Outlook:
    """The years, and what they weigh.

    Attributes
    ----------
    discount : of each year: what 1 paid at its end is worth at the beginning of the first.
    times : by parameter, its multiplier in each year.
    """

    years: Years
    rate: float
    discount: Floats = field(init=False)
    times: Mapping[str, Floats] = field(init=False)

    def __post_init__(self) -> None:
        """Work out what follows from the years."""
        ends = np.arange(1, self.years.count + 1)
        object.__setattr__(self, "discount", (1 + self.rate) ** -ends.astype(np.float64))
        times = {path.of: multipliers(path, self.years) for path in self.years.path}
        object.__setattr__(self, "times", times)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages, one after the other."""
        begins = self.years.begins
        ends = [*(each - 1 for each in begins[1:]), self.years.last]
        return tuple(Stage(one, other) for one, other in zip(begins, ends, strict=True))

    def span(self, stage: Stage) -> slice:
        """The places of a stage among the years."""
        return slice(stage.begins - self.years.first, stage.ends - self.years.first + 1)

    def weight(self, stage: Stage) -> float:
        """What 1 a year, in every year of a stage, is worth."""
        return float(self.discount[self.span(stage)].sum())

    def mean(self, stage: Stage, yearly: Floats) -> float:
        """The mean of a number over the years of a stage, each as it is discounted."""
        span = self.span(stage)
        return float(self.discount[span] @ yearly[span]) / self.weight(stage)

    def left(self, stage: Stage, bought: Stage, share: float, life: float | None) -> float:
        """What a capacity of an earlier stage gives in a stage, of one, as a mean."""
        if stage.begins < bought.begins:
            return 0.0
        age = np.arange(self.years.count) - (bought.begins - self.years.first)
        in_life = age if life is None else age - np.ceil(_renewals(age, life) * life)
        return self.mean(stage, (1 - share) ** in_life.astype(np.float64))

    def paid(
        self, bought: Stage, yearly: float, times: Floats | None, life: float | None
    ) -> Floats:
        """What a unit bought in a stage costs in each year, kCNY, not discounted.

        It is paid in level amounts over each life, at the price of the year in which it is bought
        or renewed; what a last life still has after the years is not paid.
        """
        place = bought.begins - self.years.first
        age = np.arange(self.years.count) - place
        since = place if life is None else place + np.ceil(_renewals(age, life) * life)
        of_year = np.full(self.years.count, since, np.float64).astype(np.int64)
        price = np.ones(self.years.count) if times is None else times
        cost: Floats = np.where(age >= 0, yearly * price[of_year.clip(0)], 0.0)
        return cost


def multipliers(path: Path, years: Years) -> Floats:
    """The multiplier of each year.

    Examples
    --------
    >>> years = Years(first=2026, count=4)
    >>> multipliers(Path(of="load", points={2026: 1.0, 2028: 2.0}), years).tolist()
    [1.0, 1.5, 2.0, 2.0]
    >>> multipliers(Path(of="load", growth=0.5), years).tolist()
    [1.0, 1.5, 2.25, 3.375]
    """
    after = np.arange(years.count)
    if path.growth is not None:
        grown: Floats = (1 + path.growth) ** after.astype(np.float64)
        return grown
    if path.times:
        return np.array(path.times[: years.count], np.float64)
    known = sorted(path.points)
    values = [path.points[year] for year in known]
    found: Floats = np.interp(after + years.first, known, values)
    return found


def _renewals(age: np.ndarray, life: float) -> Floats:
    """How often a capacity of an age, in whole years, has been renewed."""
    done: Floats = np.floor(age.clip(0) / life)
    return done
