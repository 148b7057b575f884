"""What is possible and seldom meant is told."""

from __future__ import annotations

from typing import Any

import pytest

from celadon.errors import DeclarationError
from celadon.plan.microgrid.assembling import assemble, oddities
from celadon.plan.microgrid.declaration import design_from_plain
from celadon.reference import load_registry

COST = {"annual": "0 CNY/kW"}


def told(head: dict[str, Any] | None = None, **tables: Any) -> dict[str, dict[str, Any]]:
    """The findings of a design, by rule."""
    plain = {"design": {"id": "odd", "year": 2025, **(head or {})}} | tables
    declared = design_from_plain(plain, "design.toml")
    design = assemble(declared, {}, load_registry())
    return {each.rule: dict(each.numbers) for each in oddities(declared, design)}


def test_a_pump_that_hardly_lifts_is_told() -> None:
    """0.45 x 338.15 / 0.1 = 1521.7 of heat per power."""
    pump = {"id": "pump", "source_temperature": 64.9, "sink_temperature": "65 degC",
            "quality": "45 %", "cost": COST}  # fmt: skip
    assert told(heat_pump=[pump])["performance_seldom"] == {
        "steps": 8760, "most": "1,522", "seldom": "20",
    }  # fmt: skip
    assert "performance_seldom" not in told(heat_pump=[{**pump, "source_temperature": 40.0}])


def test_an_electrolyser_of_steam_is_told() -> None:
    assert told(electrolyser=[{"id": "stack", "consumption": "37 kWh/kg", "cost": COST}])[
        "electrolyser_of_vapour"
    ] == {"consumption": "37", "gross": "39.39"}
    found = told(electrolyser=[{"id": "stack", "consumption": "52 kWh/kg", "cost": COST}])
    assert "electrolyser_of_vapour" not in found


@pytest.mark.parametrize(
    ("price", "odd"),
    [("0.62 CNY/MWh", True), ("620 CNY/kWh", True), ("0.62 CNY/kWh", False), ("0 CNY/kWh", False)],
)
def test_a_price_a_thousand_times_off_is_told(price: str, *, odd: bool) -> None:
    assert ("price_level" in told(grid=[{"id": "grid", "price": price}])) == odd


def test_money_at_no_interest_is_told_where_something_is_invested() -> None:
    roof = {"id": "roof", "yields": "20 %",
            "cost": {"investment": "3000 CNY/kW", "lifetime_years": 25}}  # fmt: skip
    assert "no_discount_rate" in told(photovoltaics=[roof])
    assert "no_discount_rate" not in told({"discount_rate": "0 %"}, photovoltaics=[roof])
    assert "no_discount_rate" not in told(photovoltaics=[{**roof, "cost": COST}])


@pytest.mark.parametrize(
    ("use", "unit", "words"),
    [
        ({"grid": [{"id": "grid", "price": "given"}]}, "kW",
         "grid grid.price: the series 'given', which is in kW, a power: price is a price"),
        ({"photovoltaics": [{"id": "roof", "yields": "given", "cost": COST}]}, "CNY/kWh",
         "photovoltaics roof.yields: the series 'given', which is in CNY/kWh, a price of energy"),
        ({"boiler": [{"id": "b", "efficiency": "90 %", "fuel": {"price": "given"}, "cost": COST}]},
         "", "boiler b.fuel.price: the series 'given', which is a ratio, since it has no unit"),
        ({"demand": [{"id": "h2", "bus": "hydrogen", "series": "given"}]}, "kW",
         "demand h2.series: the series 'given', which is in kW, a power: series is a mass"),
        ({"grid": [{"id": "grid", "price": "0.6 CNY/kWh", "import_at_most": "given"}]}, "CNY/kWh",
         "import_at_most is a power (kW, kWh)"),
    ],
)  # fmt: skip
def test_a_series_of_another_unit_is_refused_by_name(
    use: dict[str, Any], unit: str, words: str
) -> None:
    series = {"given": {"column": "a", **({"unit": unit} if unit else {})}}
    with pytest.raises(DeclarationError) as error:
        design_from_plain(
            {"design": {"id": "odd", "year": 2025}, "series": series, **use}, "d.toml"
        )
    assert words in " | ".join(f"{f.place}: {f.found}: {f.rule}" for f in error.value.faults)


@pytest.mark.parametrize("unit", ["kW", "kWh"])
def test_a_series_of_its_unit_is_taken(unit: str) -> None:
    plain = {"design": {"id": "fine", "year": 2025}, "series": {"a": {"column": "a", "unit": unit}},
             "demand": [{"id": "works", "series": "a"}]}  # fmt: skip
    assert design_from_plain(plain, "d.toml").series["a"].unit == unit
