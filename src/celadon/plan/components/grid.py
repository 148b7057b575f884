"""The connection to the public grid: what is bought, what is sold, and what the peaks cost."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from celadon.exact import parse_decimal
from celadon.numerics.lp import Expression
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.component import Component
from celadon.plan.components.cost import PowerCost
from celadon.plan.components.draft import EXPORTED, IMPORTED, POWER, Draft, constant
from celadon.plan.components.electricity_factor import ElectricityFactor
from celadon.plan.components.nearby_consumption import FEE, NearbyConsumption
from celadon.plan.components.quantities import (
    CarbonSeries,
    PerPower,
    Power,
    PowerSeries,
    PriceSeries,
    Share,
)
from celadon.plan.components.tariff_charges import Charged, charge_demand, charge_energy
from celadon.plan.components.tariff_terms import (
    TariffTerms,
    tariff_terms,
    tariffs_of,
)
from celadon.records.declaring import DecimalText


class Grid(Component):
    """Import and export with prices by the hour; formulation, rows ``demand`` and ``power``.

    Parameters
    ----------
    price, export_price : CNY/kWh paid and earned.
    demand_price : CNY/kW of the highest power drawn in each billing month.
    emission_factor : t of carbon dioxide per MWh drawn.
    electricity_factor : whose announced factor holds, in place of a typed ``emission_factor``.
    import_at_most, export_at_most : MW, technical limits.
    connection : yearly cost of a connection whose capacity is chosen; it binds both directions.
    connection_at_most : MW, the largest connection to be had.
    nearby_consumption : the fee by connected capacity of 发改价格〔2025〕1192号, in place of the
        transmission fee by energy: ``price`` is then without it.
    peak_so_far : MW already metered in each month; that part of the peak is spent.
    peak_ratio : how far a peak of the billing window lies above that of a step; hourly means hide
        peaks of quarter hours, which are 4 times the mean at most. A fee by connected capacity
        counts them too.
    tariff : files of the tariffs of the bill, one after the other, in place of ``price`` and
        ``demand_price``; ``export_price`` is theirs where it is not given.
    basis : what their second part is charged for.
    capacity_kva : of transformers; without it, the connection that is chosen, 1 MVA a MW.
    contract_kw : the demand declared, one figure or twelve; without it, the cheapest is chosen for
        each month.
    """

    kind: ClassVar[str] = "grid"
    tariff: tuple[str, ...] = ()
    price: PriceSeries = Field(default_factory=lambda known: _price_of(known.get("tariff", ())))
    export_price: PriceSeries = 0.0
    demand_price: PerPower = Field(0.0, ge=0)
    emission_factor: CarbonSeries = 0.0
    electricity_factor: ElectricityFactor | None = None
    import_at_most: PowerSeries | None = None
    export_at_most: PowerSeries | None = None
    connection: PowerCost | None = None
    connection_at_most: Power | None = Field(None, ge=0)
    nearby_consumption: NearbyConsumption | None = None
    peak_so_far: tuple[Power, ...] = Field((), max_length=12)
    peak_ratio: Share = Field(1.0, ge=1, le=4)
    basis: Literal["capacity", "contract", "measured"] | None = None
    capacity_kva: DecimalText | None = None
    contract_kw: DecimalText | tuple[DecimalText, ...] | None = None

    @field_validator("tariff", mode="before")
    @classmethod
    def _one_or_several(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_way_to_pay(self) -> Self:
        given = self.model_fields_set
        if ("price" in given) == bool(self.tariff):
            raise ValueError("either price or tariff is given, and not both")
        if self.tariff and self.demand_price:
            raise ValueError("demand_price is that of the tariff: leave it out, and give basis")
        if not self.tariff and given & {"basis", "capacity_kva", "contract_kw"}:
            raise ValueError("basis, capacity_kva and contract_kw go with tariff")
        return self

    @model_validator(mode="after")
    def _one_factor(self) -> Self:
        if self.electricity_factor is not None and "emission_factor" in self.model_fields_set:
            raise ValueError("either emission_factor or electricity_factor is given, and not both")
        return self

    @model_validator(mode="after")
    def _charged_once(self) -> Self:
        if self.nearby_consumption is None:
            return self
        if self.connection is None:
            raise ValueError(
                "nearby_consumption is a fee by connected capacity: give connection its yearly "
                'cost, { annual = "0 CNY/kW" } if there is none'
            )
        if self.demand_price or self.basis:
            raise ValueError(
                "nearby_consumption holds the capacity (demand) price already: leave out "
                "demand_price and basis"
            )
        return self

    @model_validator(mode="after")
    def _known_demand(self) -> Self:
        if self.basis in ("capacity", "contract") and not (self.capacity_kva or self.connection):
            raise ValueError(f'basis = "{self.basis}" needs capacity_kva, or a connection')
        if self.contract_kw is not None and self.basis != "contract":
            raise ValueError('contract_kw goes with basis = "contract"')
        if self.contract_kw is not None and self.capacity_kva is None:
            raise ValueError("contract_kw needs capacity_kva: a share of it is billed at least")
        listed = self.contract_kw if isinstance(self.contract_kw, tuple) else (self.contract_kw,)
        if len(listed) not in (1, 12):
            raise ValueError(f"twelve figures of contract_kw, one a month, not {len(listed)}")
        for each in (self.capacity_kva, *listed):
            if each is not None and parse_decimal(each) <= 0:
                raise ValueError("capacity_kva and contract_kw are above zero")
        return self

    def contract_of(self, month: int) -> float | None:
        """The demand declared for a month of the year (1 to 12), MW; None where it is chosen."""
        given = self.contract_kw
        each = given[month - 1] if isinstance(given, tuple) else given
        return None if each is None else float(parse_decimal(each)) / 1000

    def add(self, draft: Draft) -> None:
        """Import, export, monthly peaks, and the connection where it is a decision."""
        bought, sold = draft.flow(self.block("import")), draft.flow(self.block("export"))
        draft.feed(POWER, bought)
        draft.draw(POWER, sold)
        draft.tally(IMPORTED, bought)
        draft.tally(EXPORTED, sold)
        draft.trace("import", bought)
        draft.trace("export", sold)
        draft.emit(draft.profile(self.emission_factor, self.id), bought)
        draft.exclusive(self.block("import"), self.block("export"))
        connection = self._limits(draft, bought, sold)
        if self.tariff:
            self._by_tariff(draft, bought, sold, connection)
            return
        draft.energy_cost("power bought", draft.profile(self.price, self.id), bought)
        draft.energy_cost("power sold", -draft.profile(self.export_price, self.id), sold)
        self._peaks(draft, bought)

    def _by_tariff(
        self, draft: Draft, bought: Expression, sold: Expression, connection: Expression | None
    ) -> None:
        """What the bill would charge, as far as it is linear."""
        terms = draft.terms.get(self.id)
        if terms is None:
            tariffs = tariffs_of(self.tariff, draft.tariffs, self.id)
            terms = tariff_terms(tariffs, draft.horizon, self.basis, self.id)
        paid = terms.export_price
        if "export_price" in self.model_fields_set:
            paid = draft.profile(self.export_price, self.id)
        draft.energy_cost("power sold", -paid, sold)
        given = None if self.capacity_kva is None else float(parse_decimal(self.capacity_kva))
        capacity = connection if given is None else constant(np.array([given / 1000]))
        charged = Charged(
            self.id, terms, bought, bought if self.peak_ratio == 1 else self.peak_ratio * bought,
            self._spent(len(draft.horizon.months)), capacity, self._contracts(terms),
        )  # fmt: skip
        charge_energy(draft, charged)
        if self.basis is not None:
            charge_demand(draft, charged, self.basis)

    def _contracts(self, terms: TariffTerms) -> Floats | None:
        if self.contract_kw is None:
            return None
        return np.array([self.contract_of(number) for number in terms.numbers], np.float64)

    def _spent(self, months: int) -> Floats:
        """The peak already metered in each month, MW."""
        floor = np.zeros(months)
        floor[: len(self.peak_so_far)] = self.peak_so_far[:months]
        return floor

    def _peaks(self, draft: Draft, bought: Expression) -> None:
        """The highest power of each billing month, one variable a month."""
        if not self.demand_price:
            return
        months = len(draft.horizon.months)
        floor = self._spent(months)
        peak = draft.model.variables(self.block("peak"), months, lower=floor)
        drawn = bought if self.peak_ratio == 1 else self.peak_ratio * bought
        draft.model.require(self.block("demand"), drawn <= peak.at(draft.horizon.month))
        draft.cost("demand", self.demand_price * (peak - floor))

    def _limits(self, draft: Draft, bought: Expression, sold: Expression) -> Expression | None:
        """Limits of both directions; the connection where its size is chosen."""
        model = draft.model
        if self.import_at_most is not None:
            most = draft.profile(self.import_at_most, self.id)
            model.require(self.block("import limit"), bought <= most)
        if self.export_at_most is not None:
            most = draft.profile(self.export_at_most, self.id)
            model.require(self.block("export limit"), sold <= most)
        if self.connection is None:
            return None
        size = draft.size(self.block("connection"), self.connection, "MW", self.connection_at_most)
        by_peaks = self.nearby_consumption is not None and self.peak_ratio != 1
        drawn = self.peak_ratio * bought if by_peaks else bought
        model.require(self.block("import by connection"), drawn <= size)
        model.require(self.block("export by connection"), sold <= size)
        if self.nearby_consumption is not None:
            months = len(draft.horizon.months)
            draft.cost(FEE, (self.nearby_consumption.monthly * months) * size)
        return size


def _price_of(tariff: tuple[str, ...]) -> str:
    """What stands for a price that is a tariff's: no series, so that nobody reads it as none."""
    return f"the tariff {', '.join(tariff)}"
