"""Supplies: the points where the grid bills a site, with their meters, capacity and tariffs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from celadon.exact import parse_decimal
from celadon.records.declaring import DecimalText, Named, Slug

SignedMeter = Annotated[str, StringConstraints(pattern=r"^-?[a-z0-9][a-z0-9-]*$", max_length=65)]
"""A meter that counts, or with a minus one that is taken off."""


class Supply(Named):
    """A point of supply: one bill of the grid company.

    ``capacity_kva`` is that of the transformers and motors connected to the grid. A tariff is a
    file of the workspace, ``tariffs/ID.toml``; of several that follow each other, a month is billed
    by the one in force.
    """

    imported: tuple[SignedMeter, ...] = Field(min_length=1, description="meters of what is drawn")
    exported: tuple[SignedMeter, ...] = Field((), description="meters of what is fed in")
    reactive: tuple[SignedMeter, ...] = Field((), description="meters of reactive energy drawn")
    tariffs: tuple[Slug, ...] = Field(min_length=1, description="files in the folder tariffs")
    capacity_kva: DecimalText | None = None
    basis: Literal["capacity", "contract", "measured"] | None = Field(
        None, description="what the second part of a two-part tariff is charged for"
    )
    contract_kw: DecimalText | tuple[DecimalText, ...] | None = Field(
        None, description="demand declared: one figure, or twelve for the months of the year"
    )

    @property
    def meters(self) -> tuple[str, ...]:
        """Every meter that it names, once, without its sign."""
        named = (*self.imported, *self.exported, *self.reactive)
        return tuple(dict.fromkeys(name.lstrip("-") for name in named))

    def contract(self, month: int) -> str | None:
        """The demand declared for a month of the year, in kW; None where none is."""
        given = self.contract_kw
        return given[month - 1] if isinstance(given, tuple) else given

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        contracts = self.contract_kw
        if isinstance(contracts, tuple) and len(contracts) != 12:
            raise ValueError(f"twelve figures of contract_kw, one a month, not {len(contracts)}")
        if (self.basis == "contract") != (contracts is not None):
            raise ValueError('contract_kw goes with basis = "contract", and only with that')
        if self.basis in ("capacity", "contract") and self.capacity_kva is None:
            raise ValueError(f'basis = "{self.basis}" needs capacity_kva')
        listed = contracts if isinstance(contracts, tuple) else (contracts,)
        for given in (self.capacity_kva, *listed):
            if given is not None and parse_decimal(given) <= 0:
                raise ValueError("capacity_kva and contract_kw are above zero")
        return self
