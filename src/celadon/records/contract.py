"""Contracts of electricity: what a purchased stream is covered by in the market view."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from celadon.exact import parse_decimal
from celadon.records.declaring import Named, NamedQuantity, Quantity, Slug
from celadon.units import parse_unit


class Contract(Named):
    """A contract that says where the electricity of a purchased stream comes from.

    ``green_power`` counts zero with its settlement and certificates, ``own_use`` counts zero with
    monthly records of own use, ``fossil_supply`` counts by the factor of fossil power.
    """

    kind: Literal["green_power", "own_use", "fossil_supply"]
    stream: Slug = Field(description="the purchased stream of electricity that it covers")
    from_day: dt.date
    to_day: dt.date | None = Field(None, description="first day on which it no longer holds")
    document: Annotated[str, StringConstraints(min_length=1)] = Field(
        description="the agreement, or for own use the approval of the plant"
    )
    amount: Quantity | None = Field(None, description="electricity agreed for the whole contract")
    certificate: NamedQuantity | None = Field(
        None, description="electricity that one certificate stands for, with the rule that says so"
    )

    @property
    def most(self) -> int | None:
        """Electricity agreed in Wh; None where none is."""
        return None if self.amount is None else _watt_hours(self.amount)

    @property
    def certified(self) -> int:
        """Electricity of one certificate in Wh; 0 where it needs none."""
        return 0 if self.certificate is None else _watt_hours(self.certificate)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.to_day is not None and self.to_day <= self.from_day:
            raise ValueError("to_day is the first day on which it no longer holds, after from_day")
        if (self.kind == "green_power") != (self.certificate is not None):
            raise ValueError(
                "green power, and nothing else, names the electricity of a certificate"
            )
        for given in (self.amount, self.certificate):
            if given is None:
                continue
            unit = parse_unit(given.unit)
            if unit.dimension != "energy" or given.amount <= 0:
                raise ValueError("amounts of electricity are positive, in kWh, MWh or the like")
            if (given.amount * unit.size / parse_unit("Wh").size).denominator != 1:
                raise ValueError("amounts of electricity are a whole number of Wh")
        return self


def _watt_hours(given: Quantity) -> int:
    size = parse_unit(given.unit).size / parse_unit("Wh").size
    return int(parse_decimal(given.value) * size)
