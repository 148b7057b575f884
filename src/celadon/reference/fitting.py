"""Which units a figure may have: a factor whose unit does not fit its basis is refused.

A factor of combustion is in CO2, one of a footprint in CO2e; what is per electricity is per Wh,
what is per heat is per joule. The rules name tables, parameters and bases; a figure that no rule
names may have any unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from celadon.reference.facts import Record

_PER_POWER = r"/(k|M|G|1e4k)?Wh"
_PER_JOULE = r"/(k|M|G|T)?J"
_PER_AMOUNT = r"/(g|kg|t|L|m3|Nm3|kNm3|1e4Nm3)"
_RATIO = r"1|%"


@dataclass(frozen=True, slots=True)
class Fit:
    """A rule: in ``table``, a parameter and basis that match have a unit that matches."""

    table: str
    parameter: str
    basis: str
    unit: str
    words: str


SIGNED = frozenset({"norms", "levels_2023"})
"""Tables whose figures may be negative: a process that gives energy has a limit below zero."""

FITS = (
    Fit("fuels", "net_calorific_value", "", rf"(k|M|G|T)J{_PER_AMOUNT}", "heat per amount"),
    Fit("fuels", "carbon_content_per_heat", "", rf"(k|t)?g?C{_PER_JOULE}", "carbon per heat"),
    Fit("fuels", "oxidation_rate", "", _RATIO, "a ratio"),
    Fit("electricity", "co2_factor", ".*", rf"(g|kg|t)CO2{_PER_POWER}", "CO2 per electricity"),
    Fit(
        "electricity",
        "footprint_factor",
        ".*",
        rf"(g|kg|t)CO2e{_PER_POWER}",
        "CO2e per electricity: a footprint counts all gases",
    ),
    Fit("heat", "co2_factor", "default", rf"(g|kg|t)CO2{_PER_JOULE}", "CO2 per heat"),
    Fit("heat", ".*", ".*", rf"(g|kg|t)CO2e?{_PER_JOULE}", "CO2 per heat"),
    Fit("process", "co2_factor", ".*", r"(kg|t)CO2/.+", "CO2 per amount or heat"),
    Fit("process", "carbon_content", ".*", r"(kg|t)C/.+", "carbon per amount"),
    Fit("process", "carbon_content_penalty", ".*", rf"tC{_PER_JOULE}", "carbon per heat"),
    Fit("process", "ch4_factor", ".*", r"(kg|t)CH4/.+", "methane per amount"),
    Fit("process", "n2o_factor", ".*", r"(kg|t)N2O/.+", "nitrous oxide per amount"),
    Fit("process", "oxidation_rate|.*_share|.*_rate", ".*", _RATIO, "a ratio"),
    Fit(
        "coal_equivalents",
        "coal_equivalent",
        "calorific|equivalent",
        rf"(g|kg|t)ce({_PER_AMOUNT}|{_PER_POWER}|{_PER_JOULE})",
        "coal equivalent per amount",
    ),
    Fit("coal_equivalents", "net_calorific_value", ".*", r"(k|M|G)J/.+", "heat per amount"),
    Fit("gwp", "gwp", r"\d+", "1", "a ratio of masses, 1"),
    Fit(
        "norms|levels_2023", ".*", ".*electricity", rf"kWh{_PER_AMOUNT}", "electricity per product"
    ),
    Fit(
        "norms",
        ".*",
        "coal_equivalent_rate_of_power_supply",
        rf"k?gce{_PER_POWER}",
        "coal equivalent per electricity",
    ),
    Fit("norms", ".*", ".*energy", r"kg[co]e/.+", "coal or oil equivalent per product"),
    Fit("water_norms", ".*", "water_intake", r"(L|m3)/.+", "water per product"),
    Fit("ets_benchmarks", "electricity_.*", ".+", rf"tCO2{_PER_POWER}", "CO2 per electricity"),
    Fit("ets_benchmarks", "heat_benchmark", ".+", rf"tCO2{_PER_JOULE}", "CO2 per heat"),
    Fit("equipment_grades", ".*", "efficiency", _RATIO, "a ratio"),
    Fit("surcharges", "eliminated|restricted|step_.*", ".*", "CNY/kWh", "money per electricity"),
    Fit("surcharges", "reference|width", ".*", "kWh/t", "electricity per product"),
    Fit("microgrid_rules", "(minimum|maximum)_share.*", ".*", _RATIO, "a ratio"),
    Fit("cbam_standard_factors", "emission_factor", ".*", r"tCO2/.+", "CO2 per amount or heat"),
    Fit("cbam_standard_factors", "carbon_content", ".*", r"tC/t", "carbon per amount"),
    Fit("cbam_standard_factors", "net_calorific_value", ".*", r"GJ/t", "heat per amount"),
    Fit("cbam_defaults", "direct|indirect|total", ".*", r"tCO2e/(t|MWh)", "CO2e per good"),
    Fit("cbam_benchmarks", "benchmark", "[AB]", r"tCO2e/t", "CO2e per good"),
    Fit("steam_enthalpy", "enthalpy", ".*", r"kJ/kg", "heat per mass"),
)
"""The rules, the closer one first."""


def misfit(record: Record) -> str:
    """What the unit of a record should be, in words; empty where it fits or no rule speaks.

    A tariff's kind is its subject, so the rules of tariffs go by that.
    """
    if not record.unit:
        return ""
    if record.table == "tariffs":
        return _misfit_of_tariff(record.subject, record.unit)
    return _misfit(record.table, record.parameter, record.basis, record.unit)


@cache
def _misfit(table: str, parameter: str, basis: str, unit: str) -> str:
    for fit in FITS:
        asked = ((fit.table, table), (fit.parameter, parameter), (fit.basis, basis))
        if all(re.fullmatch(pattern, text) for pattern, text in asked):
            return "" if re.fullmatch(fit.unit, unit) else fit.words
    return ""


_TARIFFS = (
    ("grid_energy_fee_.*|line_loss_fee|agent_purchase_price|shenzhen_tiered", "CNY/kWh"),
    ("government_funds_surcharges", "CNY/MWh|CNY/kWh"),
    ("grid_loss_rate_.*", "%"),
    ("tou_ratio_.*", "x flat"),
    ("demand_charge|capacity_charge", "CNY/k(W|VA)/month"),
)


@cache
def _misfit_of_tariff(kind: str, unit: str) -> str:
    for pattern, units in _TARIFFS:
        if re.fullmatch(pattern, kind):
            return "" if re.fullmatch(units, unit) else units.replace("|", " or ")
    return ""
