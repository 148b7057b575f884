"""Every definition parses and has a translation for Spark; what Spark lacks is listed, with why."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("sqlglot", reason="the dialects are compared with sqlglot (extra: dev)")

from sqlglot.errors import SqlglotError
from tests.spark.dialect import ROOT, definitions, for_spark

ABSENT_IN_SPARK: dict[str, str] = {}
"""Definitions that Spark cannot run, each with the reason."""

NO_WORDS_OF_SPARK = ("INT128", "HUGEINT", " // ", "::", "ASOF", "QUALIFY")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", list(definitions()), ids=name)
def test_a_definition_is_told_to_spark(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    if name(path) in ABSENT_IN_SPARK:
        with pytest.raises(SqlglotError):
            for_spark(sql)
        return
    told = for_spark(sql)
    assert [word for word in NO_WORDS_OF_SPARK if word in told.upper()] == []


def test_the_accounts_are_among_them() -> None:
    names = {name(path) for path in definitions()}
    assert {"accounts/sql/leaf.sql", "accounts/sql/stream_amount.sql"} <= names


def test_wide_integers_become_decimals_and_division_stays_whole() -> None:
    told = for_spark("SELECT CAST(a AS HUGEINT) // b AS q FROM t")
    assert " DIV b" in told
    assert "CAST(a AS DECIMAL(38, 0))" in told


def test_what_spark_lacks_is_refused() -> None:
    with pytest.raises(SqlglotError):
        for_spark("SELECT a FROM t POSITIONAL JOIN u WHERE (")
