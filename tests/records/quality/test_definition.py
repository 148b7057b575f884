"""The definitions of the quality rules stay light: no step multiplies the rows of a file."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pyarrow as pa
import pytest
from tests.records.build import Delivery, batches_of, compiled_of, interval_meter, site_of
from tests.records.quality.day import START

from celadon.app.importing import import_files
from celadon.app.workspace import Workspace
from celadon.engine import Engine
from celadon.records.compiled import compile_sites
from celadon.records.period import Period
from celadon.records.quality.definition import judge_by_definition
from celadon.records.quality.judge import judge_readings
from celadon.records.quality.tables import METER_TIME
from celadon.records.tables import INTERVAL, METER_DAY, QUALITY_EVENT, SHARED_DAY
from celadon.simulate import simulate_steelworks
from celadon.tables import Schema

TABLES = (INTERVAL, METER_DAY, SHARED_DAY, METER_TIME, QUALITY_EVENT)
MOST_SECONDS = 60
"""CPU seconds of the definitions over a works' year, which take ten or so."""


def in_one_order(engine: Engine, schema: Schema) -> pa.Table:
    table = engine.fetch(schema)
    return table.sort_by([(name, "ascending") for name in table.schema.names])


def test_a_long_file_with_the_newest_row_first_takes_no_time(tmp_path: Path) -> None:
    """Every row of it turns back; half a year of them once filled a disk with joined rows."""
    site = site_of(interval_meter(estimate_hours=0))
    quarter = dt.timedelta(minutes=15)
    rows = [(START + n * quarter, 100 + n * 37 % 23) for n in reversed(range(180 * 96))]
    given = (
        compiled_of(site, "2025-03"),
        {site.id: batches_of([Delivery({"m": rows})], tmp_path)},
        {site.id: site},
        Period.parse("2025-03"),
    )
    with Engine(1, memory_limit="1GB") as definition, Engine(1) as passes:
        before = time.process_time()
        judge_by_definition(definition, *given)
        assert time.process_time() - before < MOST_SECONDS / 6
        judge_readings(passes, *given)
        for schema in TABLES:
            assert in_one_order(passes, schema).equals(in_one_order(definition, schema))


@pytest.mark.long
def test_a_works_year_by_its_definition_is_that_of_the_passes(tmp_path: Path) -> None:
    works = simulate_steelworks(tmp_path / "input")
    workspace = Workspace.create(tmp_path / "workspace", "year", "en")
    declared = workspace.add_site(works.site)
    for file in works.files:
        import_files(workspace, declared.id, [file.path], file.profile)
    meters = tuple(meter.model_copy(update={"estimate_hours": 0}) for meter in declared.meters)
    site = declared.model_copy(update={"meters": meters})
    period = Period.parse("2025")
    given = (
        compile_sites({site.id: site}, period, workspace.registry().carriers),
        {site.id: workspace.ledger(site.id).batches("reading")},
        {site.id: site},
        period,
    )
    with Engine(1) as definition, Engine(1) as passes:
        before = time.process_time()
        judge_by_definition(definition, *given)
        assert time.process_time() - before < MOST_SECONDS
        judge_readings(passes, *given)
        for schema in TABLES:
            assert in_one_order(passes, schema).equals(in_one_order(definition, schema))
