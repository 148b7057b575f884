"""The equations that all accounting methods are made of, and the parameters that those need.

They stand in ``equations.toml``: a sector's method names equations, it does not bring code.
"""

from __future__ import annotations

import tomllib
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from celadon.exact import parse_decimal
from celadon.languages import Phrase
from celadon.reference.formula import Formula, parse_formula
from celadon.units import parse_unit

CARBON_TO_CO2 = "carbon_to_co2"
"""Name in a formula for the method's own ratio of carbon dioxide to carbon."""

SHARE, SHARE_OF_MASS, NUMBER = "share", "share of mass", "number"
"""What a parameter without a unit is: within 0 and 1, so for a mass only, or any number."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str
    zh: str

    @property
    def name(self) -> Phrase:
        """What it is called, in both languages."""
        return Phrase(en=self.en, zh=self.zh)


class ParameterKind(_Entry):
    """What a parameter's unit may measure, and to how many decimals a mean of it is kept."""

    dimensions: tuple[str, ...]
    composition: bool = Field(default=False, description="a content of a mass: water dilutes it")
    possible: tuple[tuple[str, str, str], ...] = Field(
        (), description="least, greatest and unit of what physics allows, for each dimension"
    )
    above_least: bool = Field(
        default=False, description="the least value itself is none: a fuel without heat is no fuel"
    )
    decimals: int = 6
    decimals_in: str = Field("1", description="unit in which the decimals are meant")

    @property
    def decimals_size(self) -> Fraction:
        """The unit of the decimals in base units."""
        return parse_unit(self.decimals_in).size

    @property
    def is_share(self) -> bool:
        """Whether a value without a unit lies within 0 and 1."""
        return SHARE in self.dimensions or SHARE_OF_MASS in self.dimensions

    def bounds(self, unit: str) -> tuple[Fraction, Fraction] | None:
        """What a value in ``unit`` can be at least and at most; None where nothing bounds it.

        Examples
        --------
        >>> parameter_kinds()["net_calorific_value"].bounds("MJ/Nm3")
        (Fraction(0, 1), Fraction(130, 1))
        """
        given = parse_unit(unit)
        if given.dimension == "ratio" and self.is_share:
            return Fraction(0), 1 / given.size
        if given.dimension == "carbon/mass" and SHARE_OF_MASS in self.dimensions:
            return Fraction(0), 1 / given.size
        for low, high, told in self.possible:
            limit = parse_unit(told)
            if limit.dimension == given.dimension:
                low_size, high_size = (parse_decimal(text) * limit.size for text in (low, high))
                return low_size / given.size, high_size / given.size
        return None

    def allows(self, unit: str, value: Fraction) -> bool:
        """Whether a value in ``unit`` can be at all.

        Examples
        --------
        >>> heat, water = (parameter_kinds()[n] for n in ("net_calorific_value", "moisture"))
        >>> heat.allows("GJ/t", Fraction(0)), water.allows("%", Fraction(0))
        (False, True)
        """
        bounds = self.bounds(unit)
        if bounds is None:
            return True
        low, high = bounds
        return low <= value <= high and not (self.above_least and value == low)

    def fits(self, unit: str, amount: str, gas: str = "") -> bool:
        """Whether a value in ``unit`` can serve an activity of the dimension ``amount``.

        Examples
        --------
        >>> parameter_kinds()["carbon_content"].fits("%", "normal_volume")
        False
        """
        given = parse_unit(unit).dimension
        if given == "ratio":
            free = SHARE in self.dimensions or NUMBER in self.dimensions
            return free or (SHARE_OF_MASS in self.dimensions and amount == "mass")
        return given in [text.format(amount=amount, gas=gas) for text in self.dimensions]


class Equation(_Entry):
    """One equation: its forms in the order in which they are tried, and what it can count."""

    activity: tuple[str, ...]
    forms: tuple[str, ...]

    @field_validator("forms")
    @classmethod
    def _arithmetic(cls, forms: tuple[str, ...]) -> tuple[str, ...]:
        for text in forms:
            parse_formula(text)
        return forms

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Its forms, ready to work."""
        return tuple(parse_formula(text) for text in self.forms)


@cache
def equations() -> dict[str, Equation]:
    """All equations by name."""
    return {name: Equation.model_validate(plain) for name, plain in _plain()["equations"].items()}


@cache
def parameter_kinds() -> dict[str, ParameterKind]:
    """All parameters by name."""
    found = _plain()["parameters"]
    return {name: ParameterKind.model_validate(plain) for name, plain in found.items()}


@cache
def _plain() -> dict[str, Any]:
    text = (files("celadon.reference") / "equations.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
