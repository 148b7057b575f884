"""Profiles: which columns of a list of returns say what, as a TOML file."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from celadon.assess.checks.rules import PACKAGE
from celadon.errors import DeclarationError, Fault
from celadon.exact import parse_decimal

Decimal = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Part):
    """The columns that say who reports and for what time; only the first two are required."""

    reporter: str
    year: str
    month: str = ""
    day: str = ""
    subject: tuple[str, ...] = ()
    name: str = ""
    code: str = ""
    sector: str = ""
    region: str = ""
    tags: str = ""
    excused: str = ""
    latitude: str = ""
    longitude: str = ""


class DeclaredQuantity(_Part):
    """A column of amounts: its unit, the decimals that count, and what is asked of it."""

    id: str
    column: str
    unit: str
    decimals: int = Field(0, ge=0, le=9)
    required: bool = False
    watched: bool = False
    signed: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    jump_least: Decimal = "0"


class Parts(_Part):
    """Columns that should add to a total, in its unit; a ``*`` stands for any end of a name."""

    id: str
    total: str
    columns: tuple[str, ...]
    tolerance: Decimal = "0"


class Pair(_Part):
    """Two quantities of which one tells the other: ``other = one x factor``."""

    id: str
    kind: Literal["units", "invoice"]
    one: str
    other: str
    factor: Decimal = "1"
    tolerance_percent: Decimal = "0"
    tolerance: Decimal = "0"


class Ratio(_Part):
    """A quotient of two quantities that peers and months are compared by."""

    id: str
    numerator: str
    denominator: str


class CheckProfile(_Part):
    """How a list of returns is read and what is asked of it.

    Parameters
    ----------
    measure : the quantity in whose unit sizes are counted and reporters ranked.
    rows_add : whether several rows of one subject and period add up, so that only one with the same
        figure as another is a repetition.
    """

    id: str
    name_en: str
    name_zh: str
    measure: str
    rows_add: bool = False
    columns: Columns
    quantity: tuple[DeclaredQuantity, ...] = Field(min_length=1)
    parts: tuple[Parts, ...] = ()
    pair: tuple[Pair, ...] = ()
    ratio: tuple[Ratio, ...] = ()

    def name(self, language: str) -> str:
        """Its name in a language."""
        return self.name_zh if language == "zh" else self.name_en

    @model_validator(mode="after")
    def _known(self) -> Self:
        ids = [each.id for each in self.quantity]
        if len(set(ids)) < len(ids):
            raise ValueError("two quantities have one id")
        named = [self.measure, *(each.total for each in self.parts)]
        named += [name for each in self.pair for name in (each.one, each.other)]
        named += [name for each in self.ratio for name in (each.numerator, each.denominator)]
        strange = sorted(set(named) - set(ids))
        if strange:
            raise ValueError(f"no quantity is called {', '.join(strange)}; there are {ids}")
        if any(parse_decimal(each.factor) <= 0 for each in self.pair):
            raise ValueError("the factor of a pair is above zero")
        return self


def shipped_check_profiles() -> list[str]:
    """The profiles that come with celadon.

    Examples
    --------
    >>> "epa-ghgrp" in shipped_check_profiles()
    True
    """
    folder = files(PACKAGE) / "profiles"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())


def load_check_profile(name: str) -> CheckProfile:
    """A shipped profile by its name, or one by the path of its file.

    Raises
    ------
    DeclarationError
        If there is none, or it breaks its rules; all its faults at once.
    """
    shipped = files(PACKAGE) / "profiles" / f"{name}.toml"
    path = Path(name)
    if name in shipped_check_profiles():
        return _parsed(f"{name}.toml", shipped.read_text(encoding="utf-8"))
    if path.suffix == ".toml" and path.is_file():
        return _parsed(name, path.read_text(encoding="utf-8"))
    rule = f"one of {', '.join(shipped_check_profiles())}, or the path of a TOML file"
    fault = Fault((name,), "no such profile", rule, "correct it; docs/checks.md shows one")
    raise DeclarationError(f"There is no profile {name!r}", [fault])


def _parsed(place: str, text: str) -> CheckProfile:
    try:
        return CheckProfile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        fault = Fault((place,), str(error), "a TOML file", "correct it there")
        raise DeclarationError(f"{place} is no profile", [fault]) from None
    except ValidationError as error:
        faults = [
            Fault(
                (place, ".".join(map(str, each["loc"])) or "profile"), each["msg"],
                "a profile of checks", "correct it; docs/checks.md shows one",
            )
            for each in error.errors(include_url=False)
        ]  # fmt: skip
        raise DeclarationError(
            f"{place} breaks {len(faults)} rule(s) of a profile", faults
        ) from None
