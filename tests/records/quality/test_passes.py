"""The compiled passes give, cell by cell, what the SQL that defines the rules gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import batches_of, compiled_of, exchange_batch, site_of
from tests.records.quality.spoiling import (
    KINDS,
    METERS,
    PERIOD,
    declared,
    deliveries,
    exchanged,
    good_series,
)

from celadon.engine import Engine
from celadon.records.period import Period
from celadon.records.quality.definition import judge_by_definition
from celadon.records.quality.judge import judge_readings
from celadon.records.quality.tables import METER_TIME
from celadon.records.tables import INTERVAL, METER_DAY, QUALITY_EVENT, SHARED_DAY
from celadon.tables import Schema

SEEDS = st.integers(0, 2**32)
TABLES = (INTERVAL, METER_DAY, SHARED_DAY, METER_TIME, QUALITY_EVENT)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/Santiago"])
@given(seed=SEEDS)
@settings(max_examples=6, deadline=None)
def test_the_passes_are_their_definition(
    tmp_path_factory: pytest.TempPathFactory, zone: str, seed: int
) -> None:
    compare(tmp_path_factory.mktemp("ledger"), zone, seed)


@pytest.mark.long
@given(seed=SEEDS)
@settings(max_examples=700, deadline=None)
def test_so_they_are_on_ten_thousand_series(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    compare(tmp_path_factory.mktemp("ledger"), "Europe/Berlin", seed)


def compare(folder: Path, zone: str, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  the seed is drawn by Hypothesis
    meters = [
        declared(draw, f"m{n}", draw.choice(KINDS)) | {"estimate_hours": 0} for n in range(METERS)
    ]
    site = site_of(*meters, zone=zone)
    registers = [m for m in meters if m["kind"] == "register"]
    exchanges = {str(m["id"]): exchanged(draw, good_series(draw, m)) for m in registers}
    batches = batches_of(deliveries(draw, meters), folder)
    batches.append(exchange_batch(exchanges, folder, len(batches) + 1))
    period = Period.parse(PERIOD)
    given_to_both = (compiled_of(site, PERIOD), {site.id: batches}, {site.id: site}, period)
    with Engine(1) as passes, Engine(1) as definition:
        judge_readings(passes, *given_to_both)
        judge_by_definition(definition, *given_to_both)
        for schema in TABLES:
            assert rows(passes, schema) == rows(definition, schema), schema.name


def rows(engine: Engine, schema: Schema) -> list[tuple[object, ...]]:
    """The rows of a table in one order."""
    listed = engine.fetch(schema).to_pylist()
    return sorted((tuple(row.values()) for row in listed), key=repr)
