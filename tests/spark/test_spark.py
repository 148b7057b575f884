"""The accounts of a small nation on a real Spark engine: the same integers, the same hashes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.app.nation import MARCH, make_nation

from celadon.accounts import account, amounts
from celadon.accounts.account import account_hash
from celadon.accounts.line import LINE, SEGMENT, STREAM_AMOUNT, STREAM_METER
from celadon.accounts.tables import LEAF
from celadon.app.inputs import read_input
from celadon.app.shard import compute_shard
from celadon.app.watching import Watch
from celadon.engine import Engine, definition
from celadon.records.tables import METER_DAY, SHARED_DAY
from celadon.tables import Schema

pytestmark = pytest.mark.long

_INPUTS = (SEGMENT, STREAM_METER, METER_DAY, SHARED_DAY, LINE)
_ENGINE = "needs pyspark, sqlglot (extra: spark) and Java 17 or later"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark engine on this machine alone."""
    pytest.importorskip("sqlglot", reason=_ENGINE)
    sql = pytest.importorskip("pyspark.sql", reason=_ENGINE)
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip(_ENGINE)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    """What the definitions read, and what DuckDB makes of it; no line is too few for an engine."""
    workspace = make_nation(tmp_path_factory.mktemp("spark"), 12, meters=True)
    inputs = {site: read_input(workspace, site, MARCH) for site in workspace.site_ids()}
    watch = Watch(lambda _floor, _seconds: None)
    with pytest.MonkeyPatch.context() as patch, Engine(2) as engine:
        patch.setattr(amounts, "FEW", 0)
        patch.setattr(account, "FEW", 0)
        compute_shard(engine, inputs, workspace.registry(), MARCH, watch)
        return {s.name: engine.fetch(s) for s in (*_INPUTS, STREAM_AMOUNT, LEAF)}


def on_spark(
    session: Any, folder: Path, inputs: dict[str, pa.Table], package: str, schema: Schema
) -> pa.Table:
    """A definition run by Spark over tables, as a table of its schema."""
    from tests.spark.dialect import for_spark  # noqa: PLC0415

    for name, table in inputs.items():
        path = folder / f"{name}.parquet"
        pq.write_table(table, path)
        session.read.parquet(str(path)).createOrReplaceTempView(name)
    out = folder / f"{schema.name}-of-spark"
    session.sql(for_spark(definition(package, schema.name))).write.parquet(str(out))
    parts = [pq.read_table(path) for path in sorted(out.glob("part-*.parquet"))]
    return schema.check(pa.concat_tables(parts))


def test_the_accounts_are_the_same_integers(
    spark: Any, tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    given = {schema.name: tables[schema.name] for schema in _INPUTS}
    metered = on_spark(spark, tmp_path, given, "celadon.accounts", STREAM_AMOUNT)
    moved = tables[STREAM_AMOUNT.name]
    wanted = {tuple(row.values()) for row in metered.select(STREAM_AMOUNT.key).to_pylist()}
    chosen = [tuple(key.values()) in wanted for key in moved.select(STREAM_AMOUNT.key).to_pylist()]
    assert sum(chosen) == len(wanted) == 36  # three meters of each of the twelve
    assert STREAM_AMOUNT.digest(metered) == STREAM_AMOUNT.digest(moved.filter(pa.array(chosen)))
    given[STREAM_AMOUNT.name] = moved
    leaves = on_spark(spark, tmp_path, given, "celadon.accounts", LEAF)
    ours = tables[LEAF.name]
    assert leaves.num_rows == ours.num_rows > 100
    sites = sorted(set(ours["site"].to_pylist()))
    assert [account_hash(leaves, s) for s in sites] == [account_hash(ours, s) for s in sites]
    assert pc.sum(leaves["value"]).as_py()


def test_halves_and_signs_round_alike(spark: Any, tmp_path: Path) -> None:
    """Products beyond 64 bits, halves to even, and every combination of signs."""
    import datetime as dt  # noqa: PLC0415

    days = {"from_day": dt.date(2025, 3, 1), "to_day": dt.date(2025, 4, 1)}
    cases = [(c, n, d, s) for c in (5, -5, 15, -15, 9_000_000_000_000_000_000, 0)
             for n, d in ((1, 10), (-1, 10), (999_999_937, 10**12)) for s in (1, -1)]  # fmt: skip
    texts = ("unit", "carrier", "account", "measure", "scope", "method", "clause")
    lines = LINE.from_rows(
        {"leaf": f"l{i}", "site": "e", "stream": f"s{i}", "month": days["from_day"], **days,
         **dict.fromkeys(texts, "x"), "sign": sign, "num": num, "den": den}
        for i, (_, num, den, sign) in enumerate(cases)
    )  # fmt: skip
    moved = STREAM_AMOUNT.from_rows(
        {"site": "e", "stream": f"s{i}", **days, "count": count, "estimated": abs(count) // 3,
         "seconds_missing": 0}
        for i, (count, *_) in enumerate(cases)
    )  # fmt: skip
    with Engine(1) as engine:
        engine.load(LINE, lines)
        engine.load(STREAM_AMOUNT, moved)
        engine.define("celadon.accounts", LEAF)
        ours = engine.fetch(LEAF)
    given = {LINE.name: lines, STREAM_AMOUNT.name: moved}
    theirs = on_spark(spark, tmp_path, given, "celadon.accounts", LEAF)
    assert LEAF.digest(theirs) == LEAF.digest(ours)
