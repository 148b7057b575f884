"""The tables that shape a simulated nation: sectors, energy mixes, calendars, plain assumptions.

Each row says in its column ``assumed`` whether it is an assumption of the simulation. Limits and
heat values are not among them: they come from the reference tables.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from celadon.errors import Fault, WorkspaceError


@dataclass(frozen=True, slots=True)
class Use:
    """One energy of a sector: its share in percent, and how it is counted.

    ``source`` is ``meter`` (electricity, gas, steam), ``stock`` (weighed, kept in a yard) or
    ``purchase``. ``carbon`` is the kind of source in the sector's carbon method.
    """

    carrier: str
    share: float
    source: str
    carbon: str


@dataclass(frozen=True, slots=True)
class Sector:
    """A kind of enterprise: what it makes, how much in a year, when, and from which energies.

    Parameters
    ----------
    process : of the norms; empty where no norm judges it.
    size : least and most capacity in its measure a year.
    water : m3 taken for each unit of product.
    method : its carbon method; empty where the tables hold none that covers its process emissions.
    """

    id: str
    process: str
    word_zh: str
    word_en: str
    industry: str
    product: str
    product_zh: str
    product_en: str
    measure: str
    weight: float
    size: tuple[float, float]
    rhythm: str
    season: str
    water: float
    method: str
    uses: tuple[Use, ...]
    facts: tuple[tuple[str, str], ...]
    energy: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How much is made on other days than working days, and at night, as a share of a full day."""

    saturday: float
    sunday: float
    festival: float
    national_day: float
    night: float


def rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of a table of this room."""
    path = files("celadon.simulate.nation") / "data" / f"{table}.csv"
    yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())


@cache
def assumed(name: str) -> float:
    """An assumption by name; a percentage as a share.

    Examples
    --------
    >>> assumed("grade_2_share")
    0.3
    """
    row = next(row for row in rows("assumptions") if row["name"] == name)
    value = float(row["value"])
    return value / 100 if row["unit"] == "%" else value


@cache
def sectors() -> tuple[Sector, ...]:
    """All sectors, in the order of their table."""
    uses: dict[str, list[Use]] = defaultdict(list)
    for row in rows("mixes"):
        use = Use(row["carrier"], float(row["share"]), row["source"], row["carbon"])
        uses[row["sector"]].append(use)
    facts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows("facts"):
        facts[row["sector"]].append((row["fact"], row["value"]))
    energy = {row["sector"]: (float(row["low"]), float(row["high"])) for row in rows("energies")}
    return tuple(
        _sector(row, tuple(uses[row["sector"]]), tuple(facts[row["sector"]]), energy)
        for row in rows("sectors")
    )


def _sector(
    row: dict[str, str],
    uses: tuple[Use, ...],
    facts: tuple[tuple[str, str], ...],
    energy: dict[str, tuple[float, float]],
) -> Sector:
    same = ("process", "word_zh", "word_en", "industry", "product", "product_zh", "product_en",
            "measure", "rhythm", "season", "method")  # fmt: skip
    return Sector(
        id=row["sector"],
        **{name: row[name] for name in same},
        weight=float(row["weight"]),
        size=(float(row["size_low"]), float(row["size_high"])),
        water=float(row["water"]),
        uses=uses,
        facts=facts,
        energy=energy.get(row["sector"]),
    )


@cache
def provinces() -> tuple[tuple[str, float], ...]:
    """ISO 3166-2 codes, each with its weight."""
    return tuple((row["iso"], float(row["weight"])) for row in rows("provinces"))


@cache
def rhythm(name: str) -> Rhythm:
    """A rhythm of work by name."""
    row = next(row for row in rows("rhythms") if row["rhythm"] == name)
    return Rhythm(*(float(row[part]) for part in Rhythm.__slots__))


@cache
def season(name: str) -> tuple[float, ...]:
    """Twelve factors of production by month."""
    row = next(row for row in rows("seasons") if row["season"] == name)
    return tuple(float(text) for key, text in row.items() if key not in ("season", "assumed"))


@cache
def spring_festival(year: int) -> dt.date:
    """The first day of the lunar year in a calendar year.

    Raises
    ------
    WorkspaceError
        If the table does not know the year.
    """
    known = {int(row["year"]): row["spring_festival"] for row in rows("festivals")}
    if year not in known:
        rule = f"a year of the table of festivals: {min(known)} to {max(known)}"
        fault = Fault(("--year", str(year)), "no Spring Festival is known", rule, "take another")
        raise WorkspaceError(f"The year {year} cannot be simulated", [fault])
    return dt.date.fromisoformat(known[year])
