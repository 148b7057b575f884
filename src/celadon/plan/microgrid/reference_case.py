"""The reference case of the formulation: its own parameter names, its own profiles, no more.

minimise  sum_t [(p_imp_t + c ef_grid) imp - p_exp exp + (p_gas + c ef_gas)(fuel + boil / boil_eff)
          + bat_wear dis] + dem sum_m peak_m + sum_k ann_k x_k

over the flows of every hour and eight capacities, with the rules ``export`` and ``self``. Power is
in MW, energy in MWh, money in kCNY.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from celadon.errors import Fault, ModelError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.boiler import Boiler
from celadon.plan.components.combined_heat_and_power import CombinedHeatAndPower
from celadon.plan.components.component import Component
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.draft import AVAILABLE, HEAT, POWER
from celadon.plan.components.fuel import Fuel
from celadon.plan.components.grid import Grid
from celadon.plan.components.heat_pump import HeatPump
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.renewable import Photovoltaics, WindPower
from celadon.plan.components.thermal_store import ThermalStore
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.rules import Rule

EXPORT, SELF = "export", "self"
"""The names of the two rules in the formulation."""

BLOCKS: Mapping[str, str] = {
    "imp": "grid.import", "exp": "grid.export", "pv": "pv.output", "wind": "wind.output",
    "ch": "battery.charge", "dis": "battery.discharge", "soc": "battery.content",
    "fuel": "chp.fuel", "hp": "hp.power", "boil": "boiler.heat", "tes": "tes.content",
}  # fmt: skip
"""The hourly variables of the formulation, and the blocks that they are here."""

CAPACITIES: Mapping[str, str] = {
    "pv": "pv.capacity", "wind": "wind.capacity", "batp": "battery.power",
    "bate": "battery.energy", "chp": "chp.capacity", "hp": "hp.capacity",
    "boil": "boiler.capacity", "tes": "tes.capacity",
}  # fmt: skip
"""The capacities of the formulation, and the blocks that they are here."""


class Annual(BaseModel):
    """Yearly cost of a unit of each capacity: kCNY per MW, or per MWh for bate and tes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pv: float = Field(ge=0)
    wind: float = Field(ge=0)
    batp: float = Field(ge=0)
    bate: float = Field(ge=0)
    chp: float = Field(ge=0)
    hp: float = Field(ge=0)
    boil: float = Field(ge=0)
    tes: float = Field(ge=0)


class ReferenceParameters(BaseModel):
    """The parameters of the formulation by their names there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    p_imp: float | list[float] | None = Field(
        None, description="CNY/kWh; a number, a list, or a column of the profiles"
    )
    p_exp: float | list[float] = Field(description="CNY/kWh paid for what is fed in")
    p_gas: float | list[float] = Field(description="CNY/kWh of net calorific value")
    dem: float = Field(ge=0, description="kCNY per MW of each month's peak")
    co2_price: float = Field(ge=0, description="kCNY per t of carbon dioxide")
    ef_grid: float | list[float] = Field(description="t of carbon dioxide per MWh")
    ef_gas: float = Field(description="t of carbon dioxide per MWh of net calorific value")
    exp_frac: float = Field(ge=0, description="exported by available, at most")
    self_frac: float = Field(ge=0, le=1, description="self-used by available, at least")
    pv_max: float = Field(ge=0, description="MW")
    wind_max: float = Field(ge=0, description="MW")
    eta_ch: float = Field(gt=0, le=1)
    eta_dis: float = Field(gt=0, le=1)
    bat_loss: float = Field(ge=0, lt=1, description="of the content, an hour")
    tes_loss: float = Field(ge=0, lt=1, description="of the content, an hour")
    chp_e: float = Field(gt=0, le=1, description="power by fuel")
    chp_h: float = Field(ge=0, le=1, description="heat by fuel")
    boil_eff: float = Field(gt=0, description="heat by fuel")
    bat_wear: float = Field(ge=0, description="kCNY per MWh discharged")
    ann: Annual
    load_frac: float | None = Field(None, description="carried along, not used")
    c_rate: float | None = Field(None, description="carried along, not used")
    rate: float | None = Field(None, description="carried along, not used")


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "load": ("load", "load_mw"),
    "heat": ("heat", "heat_mw"),
    "pv": ("cf_pv", "pv_cf", "pv"),
    "wind": ("cf_w", "wind_cf", "cf_wind", "wind"),
    "cop": ("cop", "cop_t", "hp_cop", "cop_hp"),
}
"""The profiles that the case needs, and the columns that they may stand in, in either case."""

_PRICES = ("p_imp", "p_exp", "p_gas", "ef_grid")


def reference_design(
    given: ReferenceParameters, columns: Mapping[str, Floats], name: str = "profiles"
) -> Design:
    """The reference case as a design.

    Parameters
    ----------
    columns : load and heat in MW, cf_pv and cf_w as ratios, cop; prices may be columns too; and
        ``month``, counted from any number, where the steps are not those of a whole year.
    name : what errors call the profiles.

    Raises
    ------
    ModelError
        If a column is absent, or one is longer than another, or holds what is no number.
    """
    series = _series(given, columns, name)
    horizon = _horizon(columns, len(series["load"]), name)
    bad = [key for key, numbers in series.items() if not np.isfinite(numbers).all()]
    if bad:
        faults = [_gap(name, key, series[key], _NUMBER) for key in bad]
        raise ModelError("The profiles have gaps", faults)
    return Design(
        horizon, series, components(given), rules(given), carbon_price=given.co2_price
    )  # fmt: skip


def rules(given: ReferenceParameters) -> tuple[Rule, Rule]:
    """The two rules of the formulation: ``export`` and ``self``."""
    return (
        Rule(EXPORT, "export_share", given.exp_frac, AVAILABLE, clause="formulation, row export"),
        Rule(SELF, "local_use", given.self_frac, AVAILABLE, clause="formulation, row self"),
    )


def components(given: ReferenceParameters) -> tuple[Component, ...]:
    """The loads and machines of the formulation."""
    gas = Fuel(price="p_gas", emission_factor=given.ef_gas)
    yearly = given.ann
    return (
        Demand(id="load", bus=POWER, series="load"),
        Demand(id="heat", bus=HEAT, series="heat"),
        Grid(id="grid", price="p_imp", export_price="p_exp", demand_price=given.dem,
             emission_factor="ef_grid"),
        Photovoltaics(id="pv", yields="pv", cost=PowerCost(annual=yearly.pv), most=given.pv_max),
        WindPower(id="wind", yields="wind", cost=PowerCost(annual=yearly.wind),
                  most=given.wind_max),
        Battery(id="battery", charge_efficiency=given.eta_ch, discharge_efficiency=given.eta_dis,
                loss=given.bat_loss, wear=given.bat_wear,
                power_cost=PowerCost(annual=yearly.batp),
                energy_cost=EnergyCost(annual=yearly.bate)),
        CombinedHeatAndPower(id="chp", electric_efficiency=given.chp_e,
                             heat_efficiency=given.chp_h, fuel=gas,
                             cost=PowerCost(annual=yearly.chp)),
        HeatPump(id="hp", performance="cop", cost=PowerCost(annual=yearly.hp)),
        Boiler(id="boiler", efficiency=given.boil_eff, fuel=gas,
               cost=PowerCost(annual=yearly.boil)),
        ThermalStore(id="tes", loss=given.tes_loss, cost=EnergyCost(annual=yearly.tes)),
    )  # fmt: skip


def _series(
    given: ReferenceParameters, columns: Mapping[str, Floats], name: str
) -> dict[str, Floats]:
    """The profiles by the names that the components use."""
    series: dict[str, Floats] = {}
    faults = []
    columns = {column.lower(): numbers for column, numbers in columns.items()}
    for key, spellings in COLUMNS.items():
        found = next((each for each in spellings if each in columns), None)
        if found is None:
            there = ", ".join(columns) or "none"
            rule = f"a column named {' or '.join(spellings)}"
            faults.append(Fault((name, key), f"the columns {there}", rule, "add or rename it"))
        else:
            series[key] = np.asarray(columns[found], np.float64)
    if faults:
        raise ModelError(f"{name} lacks {len(faults)} profile(s) of the case", faults)
    count = len(series["load"])
    for key in _PRICES:
        plain = getattr(given, key)
        plain = columns[key] if key in columns and plain is None else plain
        if plain is None:
            rule = "a number or list in the parameters, or a column of the profiles"
            fault = Fault((name, key), "nothing", rule, f"give {key}")
            raise ModelError(f"There is no {key}", [fault])
        numbers = np.asarray(plain, np.float64)
        series[key] = np.full(count, float(numbers)) if numbers.ndim == 0 else numbers
    wrong = {key: len(numbers) for key, numbers in series.items() if len(numbers) != count}
    if wrong:
        rule = f"one value for each of the {count} steps of load"
        faults = [Fault((name, key), f"{size} values", rule, "give one value a step")
                  for key, size in wrong.items()]  # fmt: skip
        raise ModelError("Profiles differ in length", faults)
    return series


_NUMBER = "a number in every step: what is missing is not zero"


def _horizon(columns: Mapping[str, Floats], count: int, name: str) -> Horizon:
    given = next((column for column in columns if column.lower() == "month"), None)
    if given is not None:
        numbers = np.asarray(columns[given], np.float64)
        if not np.isfinite(numbers).all():
            raise ModelError("The profiles have gaps", [_gap(name, given, numbers, _NUMBER)])
        names, month = np.unique(numbers, return_inverse=True)
        return Horizon(1.0, month.astype(np.int64), tuple(f"{each:g}" for each in names))
    known = Horizon.typical(count)
    if known is None:
        fault = Fault(
            (name,), f"{count} steps",
            "8760 hours of a year, 8784 of a leap year, their quarter hours, or a column month",
            "add a column month with the billing month of each hour",
        )  # fmt: skip
        raise ModelError("The months of the profiles are not known", [fault])
    return known


def _gap(name: str, key: str, numbers: Floats, rule: str) -> Fault:
    at = np.flatnonzero(~np.isfinite(numbers))
    found = f"{len(at)} step(s) without a number, the first at row {at[0] + 1}"
    return Fault((name, key), found, rule, "fill them by measured or estimated values")
