"""What a province's tariff is made of, and which of its figures the reference tables have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from celadon.errors import Fault, LookupRefused
from celadon.reference import Record, Registry

PARTS: dict[str, tuple[str, ...]] = {
    "purchase": ("agent_purchase_price",),
    "grid": ("grid_energy_fee_two_part", "grid_energy_fee_single"),
    "losses": ("line_loss_fee", "grid_loss_rate_in_province"),
    "system": (),
    "funds": ("government_funds_surcharges",),
    "basic": ("capacity_charge", "demand_charge"),
    "ratios": (
        "tou_ratio_sharp", "tou_ratio_high", "tou_ratio_peak", "tou_ratio_flat", "tou_ratio_low",
        "tou_ratio_valley", "tou_ratio_deep_valley",
    ),
    "hours": (),
    "power_factor": (),
}  # fmt: skip
"""The parts of an industrial tariff, each with the kinds of rows that give it."""

TABLE = "tariffs"
NATION = "全国"
"""The area of rules that hold in every province."""

_SUFFIXES = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市")
_GRIDS = {"内蒙古": ("蒙西", "蒙东"), "河北": ("河北", "冀北")}
"""Provinces whose grids are called otherwise."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a province's tariff, with the rows that give it; none means that it is missing."""

    name: str
    records: tuple[Record, ...]


def tariff_parts(registry: Registry, province: str, on: dt.date, voltage: str = "") -> list[Part]:
    """What is known of a province's tariff on a day.

    Parameters
    ----------
    province : ISO 3166-2 code, Chinese or English name, or the name of its grid.
    voltage : as the table has it, such as ``1-10(20)``; empty for all.

    Raises
    ------
    LookupRefused
        If there is no such province, or no row at that voltage; lists those there are.
    """
    names = _areas(registry, province)
    rows = [
        record
        for record in registry.of_table(TABLE)
        if record.area.startswith(names) and _may_hold(record, on)
    ]
    voltages = sorted({_voltage(record) for record in rows} - {"", "all"})
    if voltage and voltage not in voltages:
        fault = Fault(
            ("voltage", voltage), "no row", f"one of: {', '.join(voltages) or 'none known'}",
            "name a voltage of the list, or leave it out",
        )  # fmt: skip
        raise LookupRefused(f"No tariff of {province} is known at {voltage} kV", [fault])
    fitting = [r for r in rows if not voltage or _voltage(r) in (voltage, "all")]
    return [
        Part(name, tuple(r for r in fitting if r.subject in kinds)) for name, kinds in PARTS.items()
    ]


def national_rules(registry: Registry, on: dt.date) -> Iterator[Record]:
    """The rules of bills that hold in every province on a day."""
    for record in registry.of_table(TABLE):
        if record.area == NATION and _may_hold(record, on):
            yield record


def _may_hold(record: Record, on: dt.date) -> bool:
    """Whether a row is in force on a day, or may be: some rows have no date."""
    return record.validity.state(on) not in ("ended", "not_yet")


def _voltage(record: Record) -> str:
    return dict(record.coordinates)["voltage_kV"]


def _areas(registry: Registry, province: str) -> tuple[str, ...]:
    """What the areas of a province's rows begin with."""
    wanted = province.strip().lower()
    for region in registry.regions.values():
        short = _short(region.name_zh)
        if wanted in (region.iso.lower(), region.name_zh, short, region.name_en.lower()):
            return _GRIDS.get(short, (short,))
    grids = {record.area for record in registry.of_table(TABLE)} - {NATION}
    if province in grids:
        return (province,)
    named = {_short(each.name_zh): each.name_en for each in registry.regions.values()}
    known = ", ".join(f"{short} {named[short]}" for short in sorted(named))
    remedy = "name one, in Chinese or English or by its code, such as CN-ZJ"
    fault = Fault(("province", province), "no such province", f"one of: {known}", remedy)
    raise LookupRefused(f"{province} is no province", [fault])


def _short(name: str) -> str:
    suffix = next((each for each in _SUFFIXES if name.endswith(each)), "")
    return name.removesuffix(suffix)
