"""What all declarations are made of: strict entries, ids with names, numbers with their units."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.units import parse_unit


def _decimal(text: str) -> str:
    parse_decimal(text)
    return text


def _unit(text: str) -> str:
    try:
        return parse_unit(text).name
    except UnitError as error:
        raise ValueError(error.summary) from None


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
DecimalText = Annotated[str, AfterValidator(_decimal)]
UnitText = Annotated[str, AfterValidator(_unit)]


class Declaration(BaseModel):
    """Anything declared: frozen, and strict about keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Named(Declaration):
    """Anything declared under an id, with a name in either language."""

    id: Slug
    name_zh: str = ""
    name_en: str = ""

    def name(self, language: str) -> str:
        """The name in ``zh`` or ``en``; in the other where only that is given, else the id."""
        return either(self.name_zh, self.name_en, language) or self.id


class Quantity(Declaration):
    """A declared number with its unit and the document that it was read from."""

    value: DecimalText
    unit: UnitText
    document: str = ""

    @property
    def amount(self) -> Fraction:
        """The number, exact."""
        return parse_decimal(self.value)


class NamedQuantity(Quantity):
    """A quantity that counts only with the document that gives it."""

    document: Annotated[str, StringConstraints(min_length=1)]


def either(chinese: str, english: str, language: str) -> str:
    """The text in the language asked for, or in the other where only that is given."""
    return (chinese or english) if language == "zh" else (english or chinese)
