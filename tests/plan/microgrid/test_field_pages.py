"""The page of fields says of each field how it is given and what it means."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from celadon.plan.components.battery import Battery
from celadon.plan.components.hydrogen import Electrolyser
from celadon.plan.components.kinds import KINDS
from celadon.plan.microgrid.declaration import DesignHead, RuleDeclared
from celadon.plan.microgrid.field_pages import fields_of, fields_page
from celadon.plan.profiles.series import SeriesDeclared

MODELS = [*KINDS.values(), DesignHead, RuleDeclared, SeriesDeclared]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_says_what_it_means_and_how_it_is_given(model: type[BaseModel]) -> None:
    found = list(fields_of(model))
    assert {name for name, *_ in found} == set(model.model_fields) - {
        "id",
        "name_zh",
        "name_en",
    } | ({"name"} & set(model.model_fields))
    assert not [name for name, given, _, meaning in found if not (given and meaning)]


def test_units_are_those_of_the_model() -> None:
    given = {name: (unit, default) for name, unit, default, _ in fields_of(Electrolyser)}
    assert given["consumption"] == ("kWh/kg", "**needed**")
    assert given["on_off"] == ("`units` or `machine`", "–")
    battery = {name: unit for name, unit, *_ in fields_of(Battery)}
    assert battery["energy_at_most"] == "MWh"


@pytest.mark.parametrize(
    "told", ["`holder_at_most`", "`flare_cost`", "`tonnes`", "`consumption`", "`c_b`", "`typical`"]
)
def test_fields_that_stood_in_no_page_stand_in_this_one(told: str) -> None:
    assert told in fields_page()
