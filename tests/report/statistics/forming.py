"""Forms of tiny sites, made in code from rows and samples."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.accounts.tiny import account

from celadon.accounts.activity import Activity, Row
from celadon.accounts.samples import Sample, Samples
from celadon.assess import VERDICT
from celadon.records.period import Period
from celadon.records.quality.tables import METER_TIME
from celadon.records.site import Site
from celadon.records.tables import METER_DAY
from celadon.reference import load_registry
from celadon.report.content import KnownAt
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.form import Cell, Table


def content_of(
    site: Site,
    period: Period,
    rows: Iterable[Row] = (),
    samples: Iterable[Sample] = (),
    days: Iterable[dict[str, Any]] = (),
    mode: str = "working",
) -> FormContent:
    """What forms of a tiny site are filled from."""
    rows, samples, days = list(rows), list(samples), list(days)
    made = account(site, period, rows, samples, days)
    return FormContent(
        site=site, period=period, mode=mode, language="en", registry=load_registry(),
        known_at=KnownAt(1, 1), account_hash="0" * 64, code_version="test",
        leaves=made.accounts.leaves, leaf_inputs=made.accounts.inputs,
        parameters=made.accounts.parameters, verdicts=VERDICT.from_rows([]),
        meter_days=METER_DAY.from_rows(days), meter_times=METER_TIME.from_rows([]),
        activity=Activity(site, rows), samples=Samples(samples), methods={},
    )  # fmt: skip


def rows_of(table: Table) -> dict[str, dict[str, Cell]]:
    """The rows of a table by their first cell, each by the keys of the columns."""
    keys = [column.key for column in table.columns]
    return {row.cells[0].shown: dict(zip(keys, row.cells, strict=True)) for row in table.rows}
