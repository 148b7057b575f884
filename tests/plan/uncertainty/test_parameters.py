"""A parameter by its name: found, multiplied, and nothing else touched."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from tests.plan.uncertainty.small import shop

from celadon.accounts.bill import Tariff
from celadon.accounts.bill.tariff import Basic, Rate
from celadon.errors import DeclarationError
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.microgrid.design import build
from celadon.plan.microgrid.rules import Rule
from celadon.plan.uncertainty.parameters import parameters_of, plain_name, scaled


def part(design, who):
    return next(each for each in design.components if each.id == who)


def test_names_are_read_as_they_are_meant():
    for written, meant in {
        "price of grid": "grid.price", "battery.energy cost": "battery.energy_cost",
        "series.load": "load", "design.carbon_price": "carbon_price",
        "carbon price": "carbon_price", "rule.green share.limit": "rule.green share",
    }.items():  # fmt: skip
        assert plain_name(written) == meant


def test_every_parameter_that_is_listed_can_be_multiplied():
    design = shop((Rule("green", "green_share", 0.3, "consumed"),))
    names = parameters_of(design)
    assert {"load", "carbon_price", "rule.green", "grid.price", "battery.energy_cost",
            "battery.energy_cost.annual", "roof.most"} <= set(names)  # fmt: skip
    for name in names:
        build(scaled(design, name, 1.0))


def test_a_profile_of_one_component_leaves_that_of_others():
    design = shop()
    shared = [*design.components, Grid(id="second", price="price")]
    found = scaled(replace(design, components=shared), "grid.price", 2.0)
    assert (found.series["price"] == design.series["price"]).all()
    assert (found.series[part(found, "grid").price] == 2 * design.series["price"]).all()
    assert part(found, "second").price == "price"


def test_money_is_multiplied_and_lives_are_not():
    design = shop()
    found = part(scaled(design, "battery.energy_cost", 3.0), "battery")
    assert found.energy_cost.annual == pytest.approx(0.9)
    assert found.power_cost == part(design, "battery").power_cost


def test_an_unknown_name_tells_those_near_it():
    with pytest.raises(DeclarationError) as caught:
        scaled(shop(), "battery.energycost", 2.0)
    assert "battery.energy_cost" in str(caught.value)
    with pytest.raises(DeclarationError) as caught:
        scaled(shop(), "lod", 2.0)
    assert "load" in str(caught.value)


def test_a_multiplier_that_makes_no_machine_is_refused():
    with pytest.raises(DeclarationError) as caught:
        scaled(shop(), "battery.charge_efficiency", 1.2)
    assert "battery.charge_efficiency" in str(caught.value)


def test_a_tariff_gets_dearer_in_the_part_that_is_named():
    tariff = Tariff(
        id="contract", valid_from=dt.date(2025, 1, 1), source="simulated", confidence="D",
        rates=(Rate(id="energy", price="0.60"),), basic=Basic(measured_price="38"),
    )  # fmt: skip
    design = replace(
        shop(),
        components=[Grid(id="grid", tariff=("contract.toml",), basis="measured")],
        tariffs={"contract.toml": tariff},
        horizon=Horizon.year(2025),
        series={"load": np.ones(8760)},
    )
    expected = {"grid.price": ("0.66", "38"), "grid.demand_price": ("0.60", "41.8"),
                "grid.tariff": ("0.66", "41.8")}  # fmt: skip
    for name, (energy, demand) in expected.items():
        found = scaled(design, name, 1.1)
        used = found.tariffs[part(found, "grid").tariff[0]]
        assert float(used.rates[0].price) == pytest.approx(float(energy))
        assert float(used.basic.measured_price) == pytest.approx(float(demand))
        assert found.tariffs["contract.toml"] is tariff
