"""A year before that of the made-up works, and another edition; all figures are invented."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import cache
from typing import Any

import pyarrow as pa
from tests.report.made_up_works import FIRST, LAST
from tests.report.synthetic import make_content

from celadon.accounts.changes import account_changes
from celadon.accounts.tables import LEAF
from celadon.engine import Engine
from celadon.exact import leaf_value
from celadon.languages import Phrase
from celadon.records.period import Period
from celadon.report.content import OtherEdition, ReportContent

YEAR = Period(FIRST, LAST)
BEFORE = Period(FIRST.replace(year=2024), LAST.replace(year=2025))


def year_before(leaves: pa.Table) -> pa.Table:
    """More coal and power, another factor of natural gas, no limestone yet, no sale of power."""
    rows: list[dict[str, Any]] = []
    for row in leaves.to_pylist():
        if row["stream"] in ("limestone-in",):
            continue
        if row["stream"] == "power-sold":
            continue
        days = {name: row[name].replace(year=row[name].year - 1) for name in ("from_day", "to_day")}
        months = {"month": row["month"].replace(year=2024), **days, "leaf": f"{row['leaf']}-24"}
        ratio = Fraction(row["num"], row["den"])
        if row["stream"] == "gas-in":
            ratio *= Fraction(21, 20)
        scale = {"coal-in": Fraction(103, 100), "grid-in": Fraction(11, 10)}
        count = int(row["count"] * scale.get(row["stream"], Fraction(99, 100)))
        of_ratio = {"count": count, "num": ratio.numerator, "den": ratio.denominator}
        rows.append({**row, **months, **of_ratio, "value": leaf_value(count, ratio)})
    return LEAF.from_rows(rows)


def other_edition(leaves: pa.Table) -> pa.Table:
    """The carbon leaves by an edition that oxidises more and knows no carbon in tar."""
    rows = []
    for row in leaves.to_pylist():
        if row["account"] != "carbon" or row["stream"] == "tar-sold":
            continue
        ratio = Fraction(row["num"], row["den"])
        if row["scope"] == "direct_combustion":
            ratio *= Fraction(99, 93)
        worked = {"num": ratio.numerator, "den": ratio.denominator}
        value = leaf_value(row["count"], ratio)
        rows.append({**row, **worked, "method": "TEST 2", "value": value, "confidence": "A"})
    return LEAF.from_rows(rows)


@cache
def content_of_two_years() -> ReportContent:
    """The made-up works with the year before it and another edition."""
    made = make_content()
    before, other = year_before(made.leaves), other_edition(made.leaves)
    with Engine() as engine:
        changes = account_changes(engine, before, made.leaves, YEAR, BEFORE)
    with Engine() as engine:
        by_edition = account_changes(engine, _carbon(made.leaves), other, YEAR)
    title = Phrase(en="Test edition 2 (not a real text)", zh="测试版本 2（非真实文本）")
    return make_content(
        year_before=before, changes=changes,
        edition=OtherEdition("TEST 2", title, other, by_edition),
    )  # fmt: skip


def _carbon(leaves: pa.Table) -> pa.Table:
    rows = [row for row in leaves.to_pylist() if row["account"] == "carbon"]
    return LEAF.from_rows(rows)


def month(number: int) -> dt.date:
    """The first day of a month of the year."""
    return dt.date(2025, number, 1)
