"""What a site declares to be judged beside its process units: norms of products, and machines."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from celadon.exact import parse_decimal
from celadon.records.declaring import DecimalText, Named, Slug

Filled = Annotated[str, StringConstraints(min_length=1)]


class ProductNorm(Named):
    """A norm that a product is judged by, and whose energy is the product's.

    A norm with several indicators (energy, electricity of smelting) is declared once for each whose
    units differ, and once without ``indicator`` where they are the same.
    """

    product: Slug = Field(description="the product that its energy is taken per")
    subject: Filled = Field(description="subject of the table norms, such as ferrosilicon")
    indicator: str = Field("", description="basis of the table norms; empty: every one known there")
    units: tuple[Slug, ...] = Field(
        (), description="units whose energy is the product's; empty: those that name the product"
    )
    feedstock: Literal["", "in", "out"] = Field(
        "", description="whether the energy of raw material is in the account of these units"
    )
    levels: str = Field("", description="subject of the levels of 2023, where it has one")
    facts: dict[str, DecimalText | str] = Field(
        default_factory=dict, description="what corrections of the norm ask for, such as ore_grade"
    )


class Machine(Named):
    """What a machine is that a list of equipment has no column for: poles, efficiency, its listing.

    ``number`` names the piece in the list of equipment; a machine without one stands for itself.
    """

    number: str = Field("", description="its number in the list of equipment")
    kind: str = Field("", description="such as induction, permanent_magnet, high_voltage")
    class_: str = Field("", alias="class", description="motor, pump, fan, compressor ...")
    unit: Slug | None = None
    pieces: int = Field(1, ge=0)
    power_kw: DecimalText | None = Field(None, description="rated power of one piece")
    poles: int | None = Field(None, ge=2, le=100)
    efficiency: DecimalText | None = Field(None, description="at rated load, in percent")
    measured_at: Literal["rated", "operation"] = Field(
        "rated", description="where efficiency holds: at rated load, or as measured in operation"
    )
    grade: str = Field("", description="energy grade as its label says it")
    year: int | None = Field(None, ge=1900, le=2200, description="year in which it was made")
    listed: Literal["", "eliminated", "restricted", "none"] = Field(
        "", description="what the catalogue of eliminated equipment says of it"
    )
    document: str = Field("", description="report, certificate or entry of the catalogue")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.power_kw is not None and parse_decimal(self.power_kw) <= 0:
            raise ValueError("power_kw is above zero")
        if self.efficiency is not None and not 0 < parse_decimal(self.efficiency) <= 100:
            raise ValueError("efficiency is in percent, above 0 and at most 100")
        if self.poles is not None and self.poles % 2:
            raise ValueError("poles come in pairs")
        if self.listed and not self.document:
            raise ValueError("what a catalogue says of a machine is said with its document")
        if not self.number and not self.class_:
            raise ValueError("a machine that is in no list of equipment says its class")
        return self
