"""The query engine: SQL definitions over tables named by their schema.

A definition is one file of constant SQL. Its inputs are views with the names of declared tables,
its scalars the one row of the view ``run``; its result becomes the table it defines.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa
from duckdb.sqltypes import DuckDBPyType

from celadon.errors import Fault, TableError
from celadon.tables import SQL_TYPES, Schema


class Engine:
    """One in-memory DuckDB database, alive for one shard of one run.

    Parameters
    ----------
    threads : worker threads; all cores if not given. The results do not depend on it.
    memory_limit : such as ``"4GB"``; DuckDB's own default if not given.
    spill_folder : where DuckDB may put what does not fit in memory; a folder of its own among the
        system's temporary files if not given, never the folder that the user works in.
    """

    def __init__(
        self,
        threads: int | None = None,
        memory_limit: str | None = None,
        spill_folder: Path | None = None,
    ) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": threads or os.cpu_count() or 1,
            "preserve_insertion_order": False,
        }
        if memory_limit:
            config["memory_limit"] = memory_limit
        config["temp_directory"] = str(spill_folder or Path(gettempdir()) / "celadon-spill")
        self._connection = duckdb.connect(":memory:", config=config)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop the database."""
        self._connection.close()

    def load(self, schema: Schema, table: pa.Table) -> None:
        """Make a checked copy of ``table`` known under the schema's name."""
        checked = schema.check(table)
        self._connection.register("loading", checked)
        self._connection.execute(f"CREATE OR REPLACE TABLE {schema.name} AS FROM loading")
        self._connection.unregister("loading")

    def take(self, name: str, table: pa.Table) -> None:
        """Make a copy of ``table`` known as a step, as if its definition had been run."""
        self._connection.execute(f"DROP TABLE IF EXISTS {name}")
        self._connection.register("loading", table)
        self._connection.execute(f"CREATE TABLE {name} AS FROM loading")
        self._connection.unregister("loading")

    def define(self, package: str, schema: Schema) -> None:
        """Materialise the table that ``<package>/sql/<name>.sql`` defines.

        Raises
        ------
        TableError
            If a column declared as an integer is computed as a float or with a fraction; a cast
            would round it in silence.
        """
        sql = definition(package, schema.name)
        self._refuse_fractions(schema, sql)
        columns = ", ".join(
            f"CAST({c.name} AS {SQL_TYPES[c.type]}) AS {c.name}" for c in schema.columns
        )
        self._connection.execute(
            f"CREATE OR REPLACE TABLE {schema.name} AS SELECT {columns} FROM (\n{sql}\n)"
        )

    def _refuse_fractions(self, schema: Schema, sql: str) -> None:
        relation = self._connection.sql(sql)
        computed = dict(zip(relation.columns, relation.types, strict=True))
        faults = [
            Fault(
                (f"{schema.name}.sql", column.name),
                str(computed[column.name]),
                f"{column.type}, as the schema of {schema.name} declares",
                "round to an integer by the rule of the standard before the result",
            )
            for column in schema.columns
            if column.type in ("bigint", "huge") and _has_fraction(computed.get(column.name))
        ]
        if faults:
            raise TableError(f"The definition of {schema.name} does not give integers", faults)

    def step(self, package: str, name: str) -> None:
        """Materialise ``<package>/sql/<name>.sql`` under its name, for later definitions only."""
        self._connection.execute(f"DROP TABLE IF EXISTS {name}")
        self._connection.sql(definition(package, name)).create(name)

    def execute(self, package: str, name: str, values: Mapping[str, object]) -> None:
        """Run the statement ``<package>/sql/<name>.sql`` with named values."""
        self._connection.execute(definition(package, name), dict(values))

    def query(self, package: str, name: str, schema: Schema) -> pa.Table:
        """The rows that ``<package>/sql/<name>.sql`` gives, checked against ``schema``."""
        relation = self._connection.sql(definition(package, name))
        return schema.check(relation.to_arrow_table())

    def table(self, name: str) -> pa.Table:
        """A step as Arrow, in any order."""
        return self._connection.table(name).to_arrow_table()

    def fetch(self, schema: Schema) -> pa.Table:
        """A table loaded or defined before, as Arrow, in the order of its key."""
        return schema.check(self._connection.table(schema.name).to_arrow_table())

    def count(self, schema: Schema) -> int:
        """The number of rows of a table."""
        row = self._connection.execute(f"SELECT count(*) FROM {schema.name}").fetchone()
        return int(row[0]) if row else 0


def _has_fraction(kind: DuckDBPyType | None) -> bool:
    if kind is None or kind.id != "decimal":
        return kind is not None and kind.id in ("float", "double")
    return bool(dict(kind.children)["scale"])


def definition(package: str, name: str) -> str:
    """The text of a SQL definition shipped with a floor.

    Parameters
    ----------
    package : the floor, such as ``"celadon.records"``.
    name : the table or rule that it defines.
    """
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8").rstrip("; \n")
