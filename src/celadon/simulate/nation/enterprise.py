"""An enterprise of the nation: who it is, where, what it makes and how well, by its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from celadon.records.identity import CHARACTERS, credit_code_check_character
from celadon.simulate.nation.draws import draws, weighted
from celadon.simulate.nation.figures import Sector, assumed, provinces, sectors
from celadon.simulate.nation.limits import ProcessLimits

MOST = 99_999
"""The most enterprises: their numbers have five digits."""

Limits = Mapping[str, ProcessLimits]
"""What the reference tables say of each process."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One enterprise, before anything is planted.

    Parameters
    ----------
    number : from 1; alone with the seed it decides everything about the enterprise.
    capacity : yearly capacity, in the measure of its product.
    load : the share of its capacity that it makes in the year.
    grade : 1 to 3, the grade of the norm that its unit energy reaches; 0 where none was drawn on.
    unit_energy : kgce for each unit of product, at calorific value.
    limit : the last grade that its unit energy was drawn below; None where it was not.
    bars : what a run judges its unit energy by, each with its verdict on more than that.
    meters : how many meters it has, where readings are simulated.
    """

    number: int
    sector: Sector
    region: str
    capacity: float
    load: float
    grade: int
    unit_energy: float
    limit: float | None
    bars: tuple[tuple[float, str], ...]
    meters: int

    @property
    def site(self) -> str:
        """The site's id."""
        return site_id(self.number)

    @property
    def name_zh(self) -> str:
        """A name that says that it is simulated."""
        return f"模拟{self.sector.word_zh}企业 {self.number:04d}"

    @property
    def name_en(self) -> str:
        """The same in English."""
        return f"Simulated {self.sector.word_en} enterprise {self.number:04d}"

    @property
    def production(self) -> float:
        """What it makes in the year, in the measure of its product."""
        return self.capacity * self.load

    def verdict_on(self, unit_energy: float) -> str:
        """What the truth expects of a run at a unit energy; empty where it gives no bad verdict."""
        outcomes = (outcome for bar, outcome in self.bars if unit_energy > bar)
        return next((f"verdict:{outcome}" for outcome in outcomes), "")


def site_id(number: int) -> str:
    """The id of the site of an enterprise.

    Examples
    --------
    >>> site_id(412)
    'e00412'
    """
    return f"e{number:05d}"


def credit_code(number: int) -> str:
    """A code with right check characters of the division 999999, which does not exist.

    Examples
    --------
    >>> credit_code(412)
    '91999999MN0004128R'
    """
    organisation = f"MN{number:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = (int(c) if c.isdigit() else ord(c) - ord("A") + 10 for c in organisation)
    rest = 11 - sum(v * w for v, w in zip(values, weights, strict=True)) % 11
    body = f"91999999{organisation}{'0123456789X0'[rest]}"
    assert set(body) <= set(CHARACTERS)  # noqa: S101  digits, M, N and X
    return body + credit_code_check_character(body)


def draw_enterprise(seed: int, number: int, limits: Limits, meters: int) -> Enterprise:
    """The enterprise of a number.

    Parameters
    ----------
    meters : the mean number of meters of an enterprise; 0 for none.
    """
    who = draws(seed, number, "enterprise")
    sector = sectors()[weighted(who, [one.weight for one in sectors()])]
    region = provinces()[weighted(who, [weight for _, weight in provinces()])][0]
    low, high = sector.size
    capacity = round(low * (high / low) ** who.random(), -2) or low
    load = who.uniform(assumed("load_factor_low"), assumed("load_factor_high"))
    known = limits.get(sector.process, ProcessLimits())
    grade, energy = _unit_energy(sector, known, who.random(), who.random())
    count = 0 if not meters else max(6, round(meters * who.uniform(0.6, 1.4)))
    return Enterprise(
        number, sector, region, capacity, load, grade, energy,
        known.grades[2] if known.grades and grade else None, known.bars, count,
    )  # fmt: skip


def _unit_energy(
    sector: Sector, known: ProcessLimits, which: float, where: float
) -> tuple[int, float]:
    """The grade reached, and kgce for each unit of product; no limit is exceeded."""
    if sector.energy is not None or known.grades is None:
        low, high = sector.energy or (0.0, 0.0)
        return 0, low + (high - low) * where
    limits = known.grades
    best = limits[0] * (1 - assumed("best_below_grade_1"))
    first, second = assumed("grade_1_share"), assumed("grade_2_share")
    low, high = (best, limits[0]) if which < first else limits[1:]
    if first <= which < first + second:
        low, high = limits[:2]
    energy = low + (high - low) * (0.02 + 0.96 * where)
    if known.ceiling is not None and energy >= known.ceiling:
        energy = known.ceiling * (1 - assumed("best_below_grade_1") * (0.02 + 0.96 * where))
    return next(grade for grade, limit in enumerate(limits, start=1) if energy <= limit), energy
