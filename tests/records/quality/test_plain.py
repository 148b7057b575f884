"""Plain meters, judged all together, come out as they do one by one and as the SQL defines them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import SLOT, Delivery, batches_of, compiled_of, interval_meter, site_of
from tests.records.quality.test_passes import TABLES, rows

from celadon.engine import Engine
from celadon.records.period import Period
from celadon.records.quality import judge
from celadon.records.quality.definition import judge_by_definition
from celadon.records.quality.even_passes import even_meters
from celadon.records.quality.interval_passes import meters_without_rule
from celadon.records.quality.judge import Quality, judge_readings
from celadon.records.quality.plain import plain_meters
from celadon.records.tables import INTERVAL

PERIOD = "2025-03-29/2025-04-01"
START = dt.datetime(2025, 3, 20, 12)
SLOTS = 18 * 96
IN_PERIOD = range(9 * 96, 11 * 96)
METERS = 10
ODD = ("gap", "spike", "stuck", "dip", "turned", "late", "marked", "short", "zero")


def counts(draw: random.Random) -> list[int]:
    """A load that goes by the hour and never stands still."""
    size = draw.choice([30, 400, 90_000])
    daily = [size + size * abs(48 - n % 96) // draw.choice([20, 48]) for n in range(96)]
    return [daily[n % 96] + n % 7 + draw.randrange(1 + size // 10) for n in range(SLOTS)]


def spoiled(draw: random.Random, amounts: list[int | None], fault: str) -> list[int | None]:
    """The same with a fault of a kind in the middle of the period."""
    at = draw.choice(IN_PERIOD)
    if fault == "gap":
        amounts[at : at + draw.choice([1, 9])] = [None] * draw.choice([1, 9])
        del amounts[SLOTS:]
    elif fault == "spike":
        amounts[at] = 99_999_999
    elif fault == "stuck":
        amounts[at : at + 30] = [500] * 30
    elif fault == "dip":
        amounts[IN_PERIOD[40]] = 0
    elif fault == "short":
        amounts[at:] = [None] * (SLOTS - at)
    elif fault == "zero":
        amounts[at : at + 20] = [0] * 20
    return amounts


def delivered(draw: random.Random, faults: Sequence[str]) -> list[Delivery]:
    """One file of all meters, and a late one of those that have such a fault."""
    readings, marks, order, late = {}, {}, {}, {}
    for number, fault in enumerate(faults):
        name = f"m{number}"
        told = spoiled(draw, [*counts(draw)], fault)
        listed = [(START + n * SLOT, count) for n, count in enumerate(told) if count is not None]
        readings[name] = listed
        order[name] = list(range(2, len(listed) + 2))
        if fault == "turned":
            order[name][900], order[name][901] = order[name][901], order[name][900]
        if fault == "marked":
            marks[name] = {IN_PERIOD[9]: draw.choice(["bad", "estimated"])}
        if fault == "late":
            late[name] = [(START + n * SLOT, 77) for n in range(900, 910)]
    files = [Delivery(readings, rows=order, marks=marks)]
    return files + ([Delivery(late, name="late.csv")] if late else [])


def site_for(draw: random.Random, faults: Sequence[str], hours: int) -> Any:
    """The first meter is the parent of all, so that each helps to estimate the others."""
    meters = []
    for number in range(len(faults)):
        more: dict[str, Any] = {"parent": "m0"} if number else {}
        if draw.random() < 0.2:
            more["from_day"] = draw.choice([dt.date(2025, 3, 1), dt.date(2025, 3, 30)])
        if draw.random() < 0.2:
            more["maximum"] = draw.choice(["400", "999999"])
        meters.append(interval_meter(f"m{number}", **{**more, "estimate_hours": hours}))
    return site_of(*meters, zone=draw.choice(["Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata"]))


def one_by_one(*_: Any) -> list[Any]:
    return []


def judged(given: tuple[Any, ...], wanted: dict[str, int]) -> tuple[Quality, pa.Table]:
    (site,) = given[2]
    with Engine(1) as engine:
        found = judge_readings(engine, *given, intervals_of={site: wanted})
        return found, engine.fetch(INTERVAL)


@pytest.mark.parametrize("hours", [0, 24])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_all_together_is_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, hours: int, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311  the seed is drawn by Hypothesis
    faults = [draw.choice(ODD) if draw.random() < 0.3 else "" for _ in range(METERS)]
    if draw.random() < 0.3:
        faults[3:6] = ["dip"] * 3
    site = site_for(draw, faults, hours)
    batches = batches_of(delivered(draw, faults), tmp_path_factory.mktemp("ledger"))
    period = Period.parse(PERIOD)
    given_to_all = (compiled_of(site, PERIOD), {site.id: batches}, {site.id: site}, period)
    wanted = {meter.id: 1 for meter in site.meters if draw.random() < 0.3}
    together, intervals = judged(given_to_all, wanted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "plain_meters", one_by_one)
        apart, same = judged(given_to_all, wanted)
    assert intervals.equals(same)
    for each in fields(Quality):
        assert getattr(together, each.name) == getattr(apart, each.name), each.name
    if not hours:
        with Engine(1) as passes, Engine(1) as definition:
            judge_readings(passes, *given_to_all)
            judge_by_definition(definition, *given_to_all)
            for schema in TABLES:
                assert rows(passes, schema) == rows(definition, schema), schema.name


@pytest.mark.parametrize(("silent", "told"), [(3, []), (4, ["silent_slot"])])
def test_a_slot_is_silent_only_if_the_plain_meters_of_the_file_are(
    tmp_path: Path, silent: int, told: list[str]
) -> None:
    draw = random.Random(2)  # noqa: S311
    faults = ["dip"] * silent + [""] * (4 - silent)
    site = site_of(*(interval_meter(f"m{n}") for n in range(4)))
    batches = batches_of(delivered(draw, faults), tmp_path)
    compiled = compiled_of(site, PERIOD)
    found, _ = judged((compiled, {site.id: batches}, {site.id: site}, Period.parse(PERIOD)), {})
    assert found.events["rule"].to_pylist() == told


def test_most_meters_of_most_months_are_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(1)  # noqa: S311
    faults = ["", "gap", "spike", "turned", "", ""]
    site = site_of(*(interval_meter(f"m{n}") for n in range(6)))
    batches = batches_of(delivered(draw, faults), tmp_path)
    found: list[str] = []

    def seen(*of_site: Any) -> list[Any]:
        listed = list(plain_meters(*of_site))
        found.extend(meter for each in listed for meter in each.readings)
        return listed

    monkeypatch.setattr(judge, "plain_meters", seen)
    judged(
        (compiled_of(site, PERIOD), {site.id: batches}, {site.id: site}, Period.parse(PERIOD)), {}
    )
    assert sorted(found) == ["m0", "m4", "m5"]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_of_an_even_meter_no_rule_withholds_anything(seed: int) -> None:
    draw = np.random.default_rng(seed)
    number = int(draw.integers(2, 400))
    ts = np.arange(number, dtype=np.int64) * 900
    months = np.array([0, *np.sort(draw.integers(1, number * 900, 3))], np.int64)
    size = int(draw.choice([3, 30, 5_000, 10**9]))
    count = draw.integers(-size // 10, size, number)
    few = draw.integers(0, number, int(draw.integers(0, 3)))
    count[few] = count[few] * int(draw.choice([2, 5, 20, 300]))
    traits = np.array([[900, draw.choice([-1, 4 * size, 20 * size]), draw.choice([0, 2, 24])]])
    bounds, chosen = np.array([[0, number]]), np.ones(1, np.bool_)
    given_to_both = ts, count, bounds, traits.astype(np.int64), chosen, months
    if even_meters(*given_to_both).any():
        assert meters_without_rule(*given_to_both).all()
