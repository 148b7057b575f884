from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from celadon.engine import Engine, definition
from celadon.errors import TableError
from celadon.exact import BIGINT_MAX
from celadon.tables import Column, Schema

FIRING = Schema(
    "firing",
    "One firing.",
    "一次烧成。",
    (
        Column("kiln", "text", "kiln", "窑"),
        Column("day", "date", "local day", "当地日"),
        Column("count", "bigint", "heat", "热量"),
    ),
    ("kiln", "day"),
)
TOTAL = Schema(
    "total",
    "Heat of a kiln.",
    "每窑热量。",
    (
        Column("kiln", "text", "kiln", "窑"),
        Column("heat", "bigint", "heat", "热量"),
    ),
    ("kiln",),
)
HUGE_TOTAL = Schema(
    "total",
    "Heat of a kiln.",
    "每窑热量。",
    (TOTAL.columns[0], Column("heat", "huge", "heat", "热量")),
    ("kiln",),
)
Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes ``kilns/sql/<name>.sql``, a floor of its own."""
    folder = tmp_path / "kilns" / "sql"
    folder.mkdir(parents=True)
    (tmp_path / "kilns" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    def put(name: str, sql: str) -> None:
        (folder / f"{name}.sql").write_text(sql, encoding="utf-8")

    yield put
    sys.modules.pop("kilns", None)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(threads=2) as opened:
        yield opened


def firings(*counts: int, kiln: str = "a") -> pa.Table:
    first = dt.date(2025, 1, 1)
    return FIRING.from_rows(
        {"kiln": kiln, "day": first + dt.timedelta(n), "count": count}
        for n, count in enumerate(counts)
    )


def test_a_definition_becomes_the_table_it_is_named_by(engine: Engine, write: Write) -> None:
    write("total", "SELECT sum(count) AS heat, kiln FROM firing GROUP BY kiln;\n")
    engine.load(FIRING, firings(1, 2, 3))
    engine.define("kilns", TOTAL)
    assert engine.fetch(TOTAL).to_pylist() == [{"kiln": "a", "heat": 6}]
    assert engine.count(TOTAL) == 1
    assert engine.count(FIRING) == 3


def test_a_definition_may_end_in_a_comment(engine: Engine, write: Write) -> None:
    write("total", "SELECT kiln, count AS heat FROM firing -- one each\n")
    engine.load(FIRING, firings(7))
    engine.define("kilns", TOTAL)
    assert engine.fetch(TOTAL)["heat"].to_pylist() == [7]


def test_loading_again_replaces(engine: Engine) -> None:
    engine.load(FIRING, firings(1, 2))
    engine.load(FIRING, firings(5))
    assert engine.fetch(FIRING)["count"].to_pylist() == [5]


def test_nothing_is_done_before_a_definition_asks(engine: Engine, write: Write) -> None:
    write("total", "SELECT sum(count) AS heat, kiln FROM firing GROUP BY kiln")
    engine.load(FIRING, firings(1, 2))
    engine.define("kilns", TOTAL, when_asked=True)
    assert engine.fetch(FIRING)["count"].to_pylist() == [1, 2]
    assert engine.count(FIRING) == 2
    assert engine._opened is None
    engine.load(FIRING, firings(5))
    assert engine.fetch(TOTAL)["heat"].to_pylist() == [5]


def test_a_definition_brings_about_what_it_reads(engine: Engine, write: Write) -> None:
    write("hottest", "SELECT kiln, max(count) AS count FROM firing GROUP BY kiln")
    write("total", "SELECT kiln, count AS heat FROM hottest")
    engine.load(FIRING, firings(1, 8, 3))
    engine.step("kilns", "hottest", when_asked=True)
    engine.define("kilns", TOTAL)
    assert engine.fetch(TOTAL)["heat"].to_pylist() == [8]
    assert engine.table("hottest").num_rows == 1


def test_a_step_known_to_be_empty_has_its_columns_without_being_run_again(
    engine: Engine, write: Write
) -> None:
    write("cold", "SELECT kiln, sum(count) AS heat FROM firing WHERE count < 0 GROUP BY kiln")
    write("total", "SELECT kiln, count(*) AS heat FROM cold WHERE heat = 0 GROUP BY kiln")
    for _ in range(2):
        engine.load(FIRING, firings(1))
        engine.step("kilns", "cold", is_empty=True)
        engine.define("kilns", TOTAL)
        assert engine.fetch(TOTAL).num_rows == 0
        assert engine.table("cold").column_names == ["kiln", "heat"]
    engine.step("kilns", "cold", is_empty=True)
    assert engine.table("cold").schema.types == [pa.string(), pa.decimal128(38, 0)]


def test_what_is_loaded_is_checked(engine: Engine) -> None:
    with pytest.raises(TableError, match="not a firing"):
        engine.load(FIRING, pa.table({"kiln": ["a"]}))


def test_a_column_that_the_definition_lacks_is_refused(engine: Engine, write: Write) -> None:
    write("total", "SELECT kiln FROM firing")
    engine.load(FIRING, firings(1))
    with pytest.raises(duckdb.BinderException, match="heat"):
        engine.define("kilns", TOTAL)


@pytest.mark.parametrize(
    "expression",
    [
        f"{BIGINT_MAX} + count",
        f"{BIGINT_MAX} * (count + 1)",
        f"- {BIGINT_MAX} - 1 - count",
        f"CAST({BIGINT_MAX} AS HUGEINT) + count",
    ],
)
def test_an_overflow_is_an_error_and_never_wraps(
    engine: Engine, write: Write, expression: str
) -> None:
    write("total", f"SELECT kiln, {expression} AS heat FROM firing")
    engine.load(FIRING, firings(1))
    with pytest.raises((duckdb.OutOfRangeException, duckdb.ConversionException)):
        engine.define("kilns", TOTAL)


def test_a_sum_beyond_bigint_is_an_error_in_bigint_and_exact_in_huge(
    engine: Engine, write: Write
) -> None:
    write("total", "SELECT kiln, sum(count) AS heat FROM firing GROUP BY kiln")
    engine.load(FIRING, firings(BIGINT_MAX, BIGINT_MAX, 1))
    with pytest.raises((duckdb.OutOfRangeException, duckdb.ConversionException)):
        engine.define("kilns", TOTAL)
    engine.define("kilns", HUGE_TOTAL)
    assert engine.fetch(HUGE_TOTAL)["heat"].to_pylist() == [2 * BIGINT_MAX + 1]
    assert engine.query("kilns", "total", HUGE_TOTAL)["heat"].to_pylist() == [2 * BIGINT_MAX + 1]


@pytest.mark.parametrize(
    "expression", ["count / 2", "count * 0.5", "avg(count)", "CAST(count AS FLOAT)"]
)
@pytest.mark.parametrize("schema", [TOTAL, HUGE_TOTAL], ids=["bigint", "huge"])
def test_a_fraction_is_refused_before_a_cast_rounds_it(
    engine: Engine, write: Write, expression: str, schema: Schema
) -> None:
    write("total", f"SELECT kiln, {expression} AS heat FROM firing GROUP BY kiln, count")
    engine.load(FIRING, firings(3))
    with pytest.raises(TableError) as refused:
        engine.define("kilns", schema)
    message = str(refused.value)
    assert "total.sql › heat" in message
    assert "round to an integer" in message


def test_an_integer_division_is_no_fraction(engine: Engine, write: Write) -> None:
    write("total", "SELECT kiln, count // 2 AS heat FROM firing")
    engine.load(FIRING, firings(7))
    engine.define("kilns", TOTAL)
    assert engine.fetch(TOTAL)["heat"].to_pylist() == [3]


def test_the_result_does_not_depend_on_threads_or_row_order(write: Write) -> None:
    write("total", "SELECT kiln, sum(count) AS heat FROM firing GROUP BY kiln")
    table = pa.concat_tables([firings(*range(400), kiln=f"kiln-{n}") for n in range(50)])
    digests = set()
    for threads, rows in ((1, table), (3, table.take(list(range(table.num_rows))[::-1]))):
        with Engine(threads=threads) as engine:
            engine.load(FIRING, rows)
            engine.define("kilns", TOTAL)
            digests.add(TOTAL.digest(engine.fetch(TOTAL)))
    assert len(digests) == 1


def test_a_query_is_checked_against_its_schema(engine: Engine, write: Write) -> None:
    write("firings_of_a", "SELECT kiln, day FROM firing WHERE kiln = 'a'")
    engine.load(FIRING, firings(1))
    with pytest.raises(TableError, match="count"):
        engine.query("kilns", "firings_of_a", FIRING)


def test_a_definition_that_is_not_there_is_an_error(write: Write) -> None:
    with pytest.raises(FileNotFoundError):
        definition("kilns", "vase")


def test_what_does_not_fit_in_memory_stays_out_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Engine(1, memory_limit="40MB") as engine:
        ordered = "SELECT hash(range) AS h, range::VARCHAR AS t FROM range(2_000_000) ORDER BY h"
        assert engine._connection.sql(f"SELECT count(*) FROM ({ordered} OFFSET 1)").fetchall()
        where = engine._connection.sql("SELECT current_setting('temp_directory')").fetchall()
    assert where
    assert tmp_path not in Path(where[0][0]).parents
    assert not list(tmp_path.iterdir())
