"""A design as a person writes it: one TOML file with units, read with all its faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from celadon.errors import DeclarationError, Fault
from celadon.plan.components.component import Component
from celadon.plan.components.kinds import KINDS
from celadon.plan.components.quantities import FINITE, FROM_FILE, CarbonMass, PerCarbon, Share
from celadon.plan.microgrid.range_faults import range_fault
from celadon.plan.microgrid.rules import MEASURES, Denominator, RuleKind
from celadon.plan.profiles.series import SeriesDeclared
from celadon.plan.profiles.series_units import unit_faults
from celadon.records.declaring import Declaration, Named
from celadon.records.validation import keys_of, read_toml, told


class DesignHead(Named):
    """What is designed, for which year.

    Parameters
    ----------
    year : the calendar year of the series and prices.
    project_year : the year in which the project is new, by which rules are in force; that of the
        series if not given.
    step_minutes : length of a step.
    discount_rate : of investments, real.
    carbon_price : on all emissions of the site and of power drawn.
    zone : whose standard time the series are in; needed only where their times say how far they are
        from UTC, and then that of the tariff or of the file itself if not given.
    simulated : whether the figures are invented.
    """

    model_config = FINITE

    year: int = Field(ge=1990, le=2100)
    project_year: int | None = Field(None, ge=1990, le=2100)
    step_minutes: Literal[15, 30, 60] = 60
    discount_rate: Share = Field(0.0, ge=0, lt=1)
    carbon_price: PerCarbon = Field(0.0, ge=0)
    zone: str = ""
    simulated: bool = False

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{zone!r} is not a time zone, such as Asia/Shanghai") from None
        return zone


class Profiles(Declaration):
    """The file of the series, beside the design; ``time`` names its column of times."""

    file: str
    time: str = ""


class RuleDeclared(Declaration):
    """A rule of a design.

    Parameters
    ----------
    limit : the share of a rule of one's own.
    at_most : t of carbon dioxide, for a cap.
    of : the denominator, where the rule leaves a choice.
    set : the document whose figure and clause are used, from the reference table
        ``microgrid_rules``; in place of a limit.
    """

    model_config = FINITE

    name: str = ""
    kind: RuleKind
    limit: Share | None = Field(None, ge=0, le=1)
    at_most: CarbonMass | None = Field(None, ge=0)
    of: Denominator | None = None
    set: str = ""
    clause: str = ""

    @field_validator("name")
    @classmethod
    def _no_row_of_a_component(cls, name: str) -> str:
        if "." in name or name.endswith(" balance"):
            raise ValueError("a name of its own, without a point, and no balance")
        return name

    @model_validator(mode="after")
    def _one_figure(self) -> Self:
        if self.set and (self.limit is not None or self.at_most is not None):
            raise ValueError(
                "set gives the figure of its document, limit or at_most one of your own: give one "
                "of them; a stricter figure of your own is a rule of its own, without set"
            )
        return self

    @model_validator(mode="before")
    @classmethod
    def _cap_is_in_tonnes(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("kind") == "carbon_cap" and "limit" in given:
            raise ValueError(
                "limit is a share, and a carbon_cap is in tonnes: write at_most = '1000 tCO2'"
            )
        return given

    def denominator(self) -> Denominator:
        """What the share is of: as declared, or the first that the kind has."""
        return self.of or MEASURES[self.kind].denominators[0]


UNSURE = ("scenario", "risk", "uncertain", "years")
"""Tables that tell what may come otherwise, or later; a plan of the expected year does without."""


@dataclass(frozen=True, eq=False)
class DesignFile:
    """A declared design; its series are not read yet.

    Attributes
    ----------
    name : the file as errors name it.
    unsure : the tables of :data:`UNSURE` as they stand; celadon.plan.uncertainty and
        celadon.plan.years read them.
    """

    name: str
    head: DesignHead
    profiles: Profiles | None
    series: Mapping[str, SeriesDeclared]
    components: tuple[Component, ...]
    rules: tuple[RuleDeclared, ...]
    unsure: Mapping[str, Any] = field(default_factory=dict)


def load_design(path: Path) -> DesignFile:
    """The design of a TOML file.

    Raises
    ------
    DeclarationError
        With every fault of the file.
    """
    if not path.is_file():
        remedy = f"correct the path, or make one: celadon microgrid init {path.parent}"
        fault = Fault((str(path),), "no such file", "a design file", remedy)
        raise DeclarationError(f"Cannot read {path.name}", [fault])
    return design_from_plain(read_toml(path.read_bytes(), path.name), path.name)


def design_from_plain(plain: Mapping[str, Any], name: str) -> DesignFile:
    """A design from the plain content of its file.

    Raises
    ------
    DeclarationError
        With every fault.
    """
    reader = Reader(name)
    rest = dict(plain)
    rest.pop("format", None)
    head = reader.one(DesignHead, rest.pop("design", {}), "design")
    given = rest.pop("profiles", None)
    profiles = None if given is None else reader.one(Profiles, given, "profiles")
    series = {
        key: reader.one(SeriesDeclared, each, f"series.{key}")
        for key, each in reader.table(rest.pop("series", {}), "series").items()
    }
    rules = [reader.one(RuleDeclared, *each) for each in reader.listed(rest, "rule")]
    components = [
        reader.one(KINDS[kind], *each) for kind in KINDS for each in reader.listed(rest, kind)
    ]
    known_series = {key: each for key, each in series.items() if each}
    reader.faults += unit_faults(name, filter(None, components), known_series)
    unsure = {key: rest.pop(key) for key in UNSURE if key in rest}
    known = ", ".join(["design", "profiles", "series", "rule", *KINDS, *UNSURE])
    for key in rest:
        remedy = "remove the table or correct its spelling"
        reader.faults.append(Fault((name, key), "a table", f"one of {known}", remedy))
    if not components and not reader.faults:
        fault = Fault((name,), "no component", "a load, and something that meets it", "add them")
        reader.faults.append(fault)
    reader.end()
    return DesignFile(
        name, head, profiles, known_series, tuple(components), tuple(rules),
        unsure,
    )  # fmt: skip


class Reader:
    """Validates table by table, and keeps all faults."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []

    def one(self, model: type[BaseModel], plain: Any, place: str) -> Any:
        """A table as its model; None, and faults noted, if it is none."""
        try:
            return model.model_validate(plain, context=FROM_FILE)
        except ValidationError as error:
            for each in error.errors():
                where = ".".join([place, *map(str, each["loc"])])
                keys = keys_of(model) if len(each["loc"]) == 1 else ()
                found = range_fault(each, plain) or told(each, keys)
                self.faults.append(Fault((self.name, where), *found))
            return None

    def table(self, plain: Any, place: str) -> dict[str, Any]:
        """A table of tables."""
        if isinstance(plain, dict):
            return plain
        self.faults.append(Fault((self.name, place), repr(plain), f"tables [{place}.name]",
                                 "write one table for each"))  # fmt: skip
        return {}

    def listed(self, rest: dict[str, Any], key: str) -> list[tuple[Any, str]]:
        """The tables of an array, each with its place; one that stands alone is one."""
        plain = rest.pop(key, [])
        tables = plain if isinstance(plain, list) else [plain]
        return [(each, f"{key}[{n}]") for n, each in enumerate(tables, start=1)]

    def end(self) -> None:
        """Refuse the file if it has faults."""
        if self.faults:
            raise DeclarationError(f"{self.name} has {len(self.faults)} fault(s)", self.faults)
