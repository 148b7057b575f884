"""The SQL of the definitions, told to Spark: translated by SQLGlot, with one rewrite of types.

DuckDB computes in HUGEINT, 128-bit integers; Spark's widest integer is DECIMAL(38, 0), which holds
all that the definitions compute: products of two 64-bit integers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

import celadon

ROOT = Path(celadon.__file__).parent
WIDE = (exp.DataType.Type.INT128, exp.DataType.Type.UINT128)


def definitions() -> Iterator[Path]:
    """Every definition that is shipped."""
    yield from sorted(ROOT.rglob("sql/*.sql"))


def for_spark(sql: str) -> str:
    """A definition in Spark's dialect.

    Raises
    ------
    sqlglot.errors.SqlglotError
        If it does not parse, or Spark has no such construct.
    """
    [statement] = [s for s in sqlglot.parse(sql, read="duckdb") if s is not None]
    for kind in statement.find_all(exp.DataType):
        if kind.this in WIDE:
            kind.replace(exp.DataType.build("decimal(38, 0)"))
    return statement.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
