"""Differential and tiered prices: rates of the Hebei and Henan notices of 2017, and the draft."""

from __future__ import annotations

import csv
import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.assess.made import FROM, TO, leaf, site_of

from celadon.accounts.tables import LEAF
from celadon.assess import reason_text
from celadon.assess.calculators import PriceArguments, judge_price
from celadon.assess.machines import Form, Piece
from celadon.assess.prices import (
    Purchased,
    price_rows,
    purchased_electricity,
    rates_of,
    surcharge,
)
from celadon.assess.verdicts import Place
from celadon.errors import LookupRefused, ModelError
from celadon.reference import load_registry

REGISTRY = load_registry()
PLACE = Place("works", "works", "", FROM, TO)
GIGAWATT_HOUR = 1_000_000_000  # Wh


def judged(
    region: str, *listed: str, industry: str = "3120", bought: int | None = GIGAWATT_HOUR,
    verdicts: Any = (), place: Place = PLACE,
) -> list[tuple[str, str, int | None, str]]:  # fmt: skip
    site = site_of(site={"industry": industry, "region": region})
    pieces = [
        Piece(f"m{number}", Form("motor"), listed=word, document="模拟目录")
        for number, word in enumerate(listed)
    ]
    rows = price_rows(site, pieces, Purchased(bought), verdicts, REGISTRY, place)
    return [
        (row["rule"], row["outcome"], row["num"], reason_text(row["because"], "en")) for row in rows
    ]


@pytest.mark.parametrize(
    ("region", "listed", "amount"),
    [
        ("CN-HE", ("none", "eliminated", "restricted"), 60_000_000),
        ("CN-HE", ("restricted", "none"), 20_000_000),
        ("CN-HA", ("eliminated",), 50_000_000),
        ("CN-HA", ("restricted",), 10_000_000),
    ],
)
def test_the_dearest_class_of_any_machine(
    region: str, listed: tuple[str, ...], amount: int
) -> None:
    differential, tiered = judged(region, *listed)
    assert differential[:3] == ("differential-price", "due", amount)
    assert f"on 1,000,000 kWh: {amount // 100:,}.00 CNY" in differential[3]
    assert tiered[:3] == ("tiered-price", "not_due", 0)


def test_steps_that_cannot_be_told_are_told_with_what_each_would_cost() -> None:
    differential, tiered = judged("CN-HE", "none")
    assert differential[:3] == ("differential-price", "not_due", 0)
    assert tiered[:3] == ("tiered-price", "cannot_tell", None)
    assert "against DB13/T 2137-2014, which is not loaded" in tiered[3]
    for words in (
        "step 1 it would be 0 CNY/kWh, 0.00",
        "step 3 it would be 0.1 CNY/kWh, 100,000.00",
    ):
        assert words in tiered[3]


def test_what_is_not_known_is_not_judged() -> None:
    assert "1 of 2" not in judged("CN-HE", "none")[0][3]
    assert judged("CN-HE", "none", "")[0][1] == "cannot_tell"
    assert "of 2 machines 1 have no entry" in judged("CN-HE", "none", "")[0][3]
    assert "no equipment is recorded" in judged("CN-HE")[0][3]
    assert "no purchased electricity" in judged("CN-HE", "eliminated", bought=None)[0][3]
    ((_, outcome, _, told),) = judged("CN-SD", "eliminated")
    assert (outcome, "no rule of prices is known" in told) == ("cannot_tell", True)
    assert judged("CN-HE", "eliminated", industry="3011") == []


def test_a_rule_of_a_year_is_uncertain_within_it() -> None:
    early = Place("works", "works", "", dt.date(2017, 1, 1), dt.date(2017, 7, 1))
    assert judged("CN-HE", "eliminated", place=early)[0][1] == "cannot_tell"


def ac_electricity(value: int, **changed: Any) -> list[dict[str, Any]]:
    return [{"indicator": "ac_electricity", "num": value * 1000, "den": 1000, **changed}]


def test_aluminium_is_a_draft_and_a_begun_step_is_left_open() -> None:
    ((rule, outcome, amount, told),) = judged(
        "CN-HA", industry="3216", verdicts=ac_electricity(13_350)
    )
    assert (rule, outcome, amount) == ("tiered-price", "draft", None)
    assert "draft, letter D" in told
    assert "50 kWh/t over 13300: 2 to 3 steps" in told
    assert "step 2 it would be 0.02 CNY/kWh, 20,000.00" in told
    assert "step 3 it would be 0.03 CNY/kWh, 30,000.00" in told
    within = judged("CN-HA", industry="3216", verdicts=ac_electricity(13_300))[0]
    assert (within[1], within[2]) == ("draft", 0)


def test_aluminium_of_a_year_that_was_not_read() -> None:
    place = Place("works", "works", "", dt.date(2024, 1, 1), dt.date(2025, 1, 1))
    found = judged("CN-HA", industry="3216", verdicts=ac_electricity(13_350), place=place)[0]
    assert (found[1], "reference value of 2024 is not known" in found[3]) == ("cannot_tell", True)
    assert "electricity per t is not known" in judged("CN-HA", industry="3216")[0][3]


def test_a_draft_never_answers() -> None:
    with pytest.raises(LookupRefused):
        REGISTRY.look_up("surcharges", "aluminium_liquid", "width")


def test_what_was_bought_is_a_sum_of_leaves() -> None:
    bought = {"account": "energy", "measure": "calorific_value", "scope": "purchased",
              "carrier": "electricity"}  # fmt: skip
    rows = [
        leaf(leaf="1", count=700, **bought),
        leaf(leaf="2", count=41, seconds_missing=60, **bought),
        leaf(leaf="3", count=9, **{**bought, "measure": "equivalent_value"}),
        leaf(leaf="4", count=9, **{**bought, "scope": "sold"}),
        leaf(leaf="5", count=9, **{**bought, "carrier": "raw_coal"}),
    ]
    assert purchased_electricity(LEAF.from_rows(rows), REGISTRY, PLACE) == Purchased(741, 60)
    assert purchased_electricity(LEAF.from_rows([]), REGISTRY, PLACE) == Purchased(None)


def test_a_surcharge_is_rounded_once() -> None:
    assert [surcharge(wh, Fraction("0.05")) for wh in (100, 300, 500)] == [0, 2, 2]


FINANCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "green" / "finance.csv"


@pytest.mark.skipif(not FINANCE.is_file(), reason="../shared/reference is absent")
def test_the_rates_are_those_of_the_facts_by_hand() -> None:
    with FINANCE.open(encoding="utf-8", newline="") as file:
        facts = {row[0]: row for row in csv.reader(file)}
    for line, region in (("EL-01", "CN-HE"), ("EL-03", "CN-HA")):
        told = " ".join(facts[line])
        rates = rates_of(REGISTRY, "iron_and_steel", region)
        for name in ("eliminated", "restricted"):
            (printed,) = re.findall(rf"([0-9.]+) {name}", told)
            assert rates[name].value == Fraction(printed), (region, name)
            # 123,456.789 kWh by hand: the rate times them, rounded once to a fen
            by_hand = round(Decimal("123456.789") * Decimal(printed) * 100)
            assert surcharge(123_456_789, Fraction(printed)) == by_hand
        steps = [rates[f"step_{n}"].value for n in (1, 2, 3)]
        assert steps == [0, Fraction("0.05"), Fraction("0.1")]
        assert "0 | 0.05 | 0.1" in told + " ".join(facts["EL-02"])
    assert "D" in facts["EL-04"]  # a letter D is a draft, not judged
    assert rates_of(REGISTRY, "aluminium_liquid", "") == {}


def test_negative_electricity_is_refused() -> None:
    with pytest.raises(ModelError) as refused:
        judge_price(PriceArguments(province="CN-HE", kwh="-100", step="eliminated"))
    assert refused.value.faults[0].rule == "electricity bought is zero or more"
