"""The section of meters against meters: balances, drift, states; nothing where there is none."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache
from typing import Any

import pytest
from tests.records.build import site_of
from tests.report.synthetic import make_content

from celadon.languages import LANGUAGES
from celadon.records.balances.drift import METER_DRIFT
from celadon.records.balances.tables import METER_BALANCE
from celadon.records.quality.tables import STATE_DAY
from celadon.records.site import Site
from celadon.report.blocks import Grid
from celadon.report.content import ReportContent
from celadon.report.draft import Draft
from celadon.report.page import lay_out, render
from celadon.report.sections.balances import balances_section


def declared() -> Site:
    return site_of(
        {"id": "p", "kind": "interval", "measure": "t", "name_en": "Main", "name_zh": "总表"},
        {"id": "c0", "kind": "interval", "measure": "t", "parent": "p"},
        {"id": "c1", "kind": "interval", "measure": "t", "parent": "p"},
        {"id": "oven", "kind": "state", "measure": "degC", "resolution": "0.1"},
    )


def balance(first: dt.date, after: dt.date, parent: int, children: int) -> dict[str, Any]:
    days = (after - first).days
    nothing = ("parent_estimated", "children_estimated")
    missing = ("seconds_missing_parent", "seconds_missing_children")
    return dict.fromkeys((*nothing, *missing), 0) | {
        "site": "pots", "parent": "p", "from_day": first, "to_day": after,
        "parent_amount": parent, "children_amount": children, "difference": parent - children,
        "children": 2, "child_days": 2 * days, "days_judged": days,
        "parent_judged": parent, "children_judged": children,
    }  # fmt: skip


def drift(child: str, **more: Any) -> dict[str, Any]:
    first, after = dt.date(2025, 1, 1), dt.date(2026, 1, 1)
    return {
        "site": "pots", "parent": "p", "child": child, "from_day": first, "to_day": after,
        "days": 365, **more,
    }  # fmt: skip


@cache
def plain() -> ReportContent:
    return make_content()


@cache
def content() -> ReportContent:
    january, february = dt.date(2025, 1, 1), dt.date(2025, 2, 1)
    march, after = dt.date(2025, 3, 1), dt.date(2026, 1, 1)
    balances = [
        balance(january, february, 310_000, 306_900),
        balance(february, march, 280_000, 282_800),
        balance(january, after, 590_000, 589_700),
    ]
    drifts = [
        drift("c0", outcome="yes", since=february, change=-31_400, seen_from=12_345),
        drift("c1", outcome="cannot_tell", because="not_separable", instead="p", seen_from=10**6),
    ]
    states = [
        {
            "site": "pots", "meter": "oven", "day": january + dt.timedelta(days=n),
            "weighted": 250 * 43_200, "seconds": 43_200, "low": -5, "high": 251 + n,
            "seconds_missing": 43_200,
        }
        for n in range(31)
    ]  # fmt: skip
    return dataclasses.replace(
        plain(),
        site=declared(),
        balances=METER_BALANCE.from_rows(balances),
        drifts=METER_DRIFT.from_rows(drifts),
        state_days=STATE_DAY.from_rows(states),
    )


def grids(language: str = "en") -> list[Grid]:
    section = balances_section(Draft(content(), language))
    return [block for block in section.blocks if isinstance(block, Grid)]


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in grid.rows]


def test_a_balance_shows_its_difference_and_the_range_of_its_months() -> None:
    assert texts(grids()[0]) == [
        ["Main", "t", "590.00", "589.70", "0.30", "0.1 %", "−1.0 %", "1.0 %", "365 / 365"]
    ]


def test_a_drift_is_told_with_its_size_and_what_cannot_be_told_with_its_cause() -> None:
    assert texts(grids()[1]) == [
        ["c0", "Main", "yes", "since 2025-02-01", "−3.1 %", "1.2 %"],
        ["c1", "Main", "cannot tell from Main", "", "", "100.0 %"],
    ]
    assert texts(grids("zh")[1])[1][2] == "无法与总表区分"


def test_a_state_is_averaged_by_month_and_never_summed() -> None:
    (row,) = texts(grids()[2])
    assert row[:4] == ["oven", "°C", "25.0", "–"]
    assert row[-4:] == ["25.0", "−0.5", "28.1", "50.0 %"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_the_section_only_where_there_is_something(language: str) -> None:
    with_meters = Draft(content(), language)
    page = render(with_meters, *lay_out(with_meters))
    assert 'id="balances"' in page
    assert with_meters.say("balances.states") in page
    without = Draft(plain(), language)
    assert 'id="balances"' not in render(without, *lay_out(without))
