"""Outlets are declared with what can be counted, and all their faults are told at once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.accounts.pollutants.outlets import METERS, drain, site_with, slag, stack

from celadon.errors import DeclarationError


def faults(*outlets: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(DeclarationError) as refused:
        site_with(*outlets)
    return [(fault.place, f"{fault.found} {fault.rule}") for fault in refused.value.faults]


def test_a_sound_site_has_its_outlets() -> None:
    site = site_with(stack(), drain(), slag(), meters=METERS)
    assert [outlet.id for outlet in site.outlets] == ["stack-1", "drain-1", "slag"]


@pytest.mark.parametrize(
    ("outlet", "told"),
    [
        (stack(monitors={"flow": "flow-1", "soot": "so2-1"}), "pollutants of air are so2, nox"),
        (drain(factors={"so2": ["effluent"]}), "pollutants of water are cod, ammonia_nitrogen"),
        (stack(factors={"so2": ["coal"]}), "one source for so2"),
        (stack(treated=["nox"]), "treated names pollutants with factors"),
        (stack(wet=["nox"]), "wet those with monitors"),
        (stack(waste="general"), "waste"),
        (stack(stock=True), "of solid waste"),
        (slag(monitors={"flow": "flow-1"}), "solid waste is weighed"),
        (slag(waste=""), "general"),
        (slag(moves=["burnt"]), "burnt"),
    ],
)
def test_what_an_outlet_may_say(outlet: dict[str, Any], told: str) -> None:
    ((_, text),) = faults(outlet)
    assert told in text


@pytest.mark.parametrize(
    ("outlet", "place", "found"),
    [
        (stack(unit="kiln"), "[[outlet]] stack-1 unit", "kiln"),
        (stack(monitors={"flow": "none"}), "[[outlet]] stack-1 monitors", "none"),
        (drain(factors={"cod": ["none"]}), "[[outlet]] drain-1 factors", "none"),
        (drain(id="mill"), "outlet, unit or stream", "mill"),
        (slag(id="coal"), "outlet, unit or stream", "coal"),
    ],
)
def test_what_it_names_is_declared(outlet: dict[str, Any], place: str, found: str) -> None:
    ((where, text),) = faults(outlet)
    assert where.endswith(place)
    assert f"'{found}'" in text


def test_two_outlets_of_one_name() -> None:
    ((where, _),) = faults(stack(), stack())
    assert where.endswith("outlet, unit or stream")


def test_all_faults_are_told_at_once() -> None:
    assert len(faults(stack(unit="kiln"), drain(factors={"cod": ["none"]}))) == 2
