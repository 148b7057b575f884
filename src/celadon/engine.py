"""The query engine: SQL definitions over tables named by their schema.

A definition is one file of constant SQL. Its inputs are views with the names of declared tables,
its scalars the one row of the view ``run``; its result becomes the table it defines.

Small sites run through here a thousand times, and there a statement costs more than its rows. So
nothing is done before it is asked for: a table stays Arrow until a definition reads it, and the
database is opened by the first one that does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
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

_READ = re.compile(r"\b(?:FROM|JOIN)\s+([a-z]\w*)")

_COLUMNS: dict[str, pa.Schema] = {}
"""The columns of steps that were known to be empty, by their definition."""

FEW_ROWS = 20_000
"""A table of so many is read where it lies; a larger one is copied, which pays when it is read
again."""


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
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "threads": threads or os.cpu_count() or 1,
            "preserve_insertion_order": False,
            "temp_directory": str(spill_folder or Path(gettempdir()) / "celadon-spill"),
        }
        if memory_limit:
            self._config["memory_limit"] = memory_limit
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._waiting: dict[str, pa.Table | Callable[[], None]] = {}
        self._shown: dict[str, pa.Table] = {}

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
        self._waiting.clear()
        self._shown.clear()
        if self._opened is not None:
            self._opened.close()

    def load(self, schema: Schema, table: pa.Table) -> None:
        """Make ``table``, once it is checked, known under the schema's name."""
        self.take(schema.name, schema.check(table))

    def take(self, name: str, table: pa.Table) -> None:
        """Make ``table`` known as a step, as if its definition had been run."""
        self._waiting[name] = table

    def define(self, package: str, schema: Schema, *, when_asked: bool = False) -> None:
        """Materialise the table that ``<package>/sql/<name>.sql`` defines.

        Parameters
        ----------
        when_asked : not before another definition reads it, or somebody asks for it.

        Raises
        ------
        TableError
            If a column declared as an integer is computed as a float or with a fraction; a cast
            would round it in silence.
        """
        if when_asked:
            self._waiting[schema.name] = partial(self.define, package, schema)
            return
        sql = definition(package, schema.name)
        self._bring_for(sql)
        self._refuse_fractions(schema, sql)
        columns = ", ".join(
            f"CAST({c.name} AS {SQL_TYPES[c.type]}) AS {c.name}" for c in schema.columns
        )
        self._replace(schema.name, f"SELECT {columns} FROM (\n{sql}\n)")

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

    def step(
        self, package: str, name: str, *, when_asked: bool = False, is_empty: bool = False
    ) -> None:
        """Materialise ``<package>/sql/<name>.sql`` under its name, for later definitions only.

        Parameters
        ----------
        when_asked : not before another definition reads it, or somebody asks for it.
        is_empty : it is known to have no rows; then it is run for its columns once in a process.
        """
        if when_asked:
            self._waiting[name] = partial(self.step, package, name)
            return
        sql = definition(package, name)
        if is_empty and sql in _COLUMNS:
            self.take(name, _COLUMNS[sql].empty_table())
            return
        self._bring_for(sql)
        self._replace(name, sql)
        if is_empty:
            _COLUMNS[sql] = self.table(name).schema

    def query(self, package: str, name: str, schema: Schema) -> pa.Table:
        """The rows that ``<package>/sql/<name>.sql`` gives, checked against ``schema``."""
        sql = definition(package, name)
        self._bring_for(sql)
        return schema.check(self._connection.sql(sql).to_arrow_table())

    def table(self, name: str) -> pa.Table:
        """A step as Arrow, in any order."""
        known = self._known(name)
        return self._connection.table(name).to_arrow_table() if known is None else known

    def fetch(self, schema: Schema) -> pa.Table:
        """A table loaded or defined before, as Arrow, in the order of its key."""
        return schema.check(self.table(schema.name))

    def count(self, schema: Schema) -> int:
        """The number of rows of a table."""
        known = self._known(schema.name)
        if known is not None:
            return int(known.num_rows)
        row = self._connection.execute(f"SELECT count(*) FROM {schema.name}").fetchone()
        return int(row[0]) if row else 0

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._opened is None:
            self._opened = duckdb.connect(":memory:", config=self._config)
        return self._opened

    def _known(self, name: str) -> pa.Table | None:
        """A table as it was given; None where the database has made it."""
        waiting = self._waiting.get(name)
        if callable(waiting):
            del self._waiting[name]
            waiting()
        return self._shown.get(name) if waiting is None else self._waiting.get(name)

    def _bring_for(self, sql: str) -> None:
        """Let the database have every table that a statement reads."""
        for name in dict.fromkeys(_READ.findall(sql)):
            waiting = self._waiting.pop(name, None)
            if isinstance(waiting, pa.Table):
                self._bring(name, waiting)
            elif waiting is not None:
                waiting()

    def _bring(self, name: str, table: pa.Table) -> None:
        if table.num_rows <= FEW_ROWS:
            self._connection.register(name, table)
            self._shown[name] = table
            return
        self._connection.register("loading", table)
        self._replace(name, "FROM loading")
        self._connection.unregister("loading")

    def _replace(self, name: str, query: str) -> None:
        """Make what a query gives the table of a name."""
        self._waiting.pop(name, None)
        if self._shown.pop(name, None) is not None:
            self._connection.unregister(name)  # it would hide the table
        self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS\n{query}")


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
