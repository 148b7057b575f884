"""Returns of sites whose account is more than fuels: gases taken off, two gases, green power."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.app.shop import MARCH, make_workspace, take, write_books, write_laboratory
from tests.app.test_green_power import add
from tests.app.test_sectors_told import MINUTES, SMELTER
from tests.report.return_build import members_of, opened, rows_of
from tests.report.test_return_lines import changed, forged, where

from celadon.accounts.tables import LEAF
from celadon.app.returning import pack_return
from celadon.app.workspace import Workspace
from celadon.reference import load_registry
from celadon.report.returns.checking import Receiver, check_return
from celadon.report.returns.tables import RETURN_ACTIVITY

BURNER = (
    SMELTER.replace("electrolytic-aluminium-ndrc-2013", "fluorochemicals-ndrc-2015")
    + """
[[stream]]
id = "burnt"
name_zh = "销毁"
carrier = "fluorinated_gas"
from = "pots"
to = "flare"
monthly = "consumption"
carbon = "hfc23_destroyed"
"""
).replace('carbon = "metal"', 'carbon = "hcfc22_made"')


def answers_of(data: bytes) -> dict[str, str]:
    """The answers that keep a return out, each with its text, and those about its lines."""
    receiver = Receiver(load_registry(), "working", None, dt.date(2025, 6, 1))
    checks = check_return(opened(data), receiver, None)
    return {c.answer: c.text("en") for c in checks if c.refuses or c.answer == "lines.yes"}


def works(folder: Path, text: str, books: list[Any], found: list[Any]) -> bytes:
    """The return of a month of a works from its monthly rows and its laboratory."""
    workspace = make_workspace(folder, text)
    take(workspace, write_books(folder / "books.xlsx", books))
    if found:
        take(workspace, write_laboratory(folder / "laboratory.xlsx", found))
    return pack_return(workspace, "works", MARCH).packed.data


def made(name: str, kind: str, amount: int) -> tuple[Any, ...]:
    return (name, kind, "2025-03-01", "2025-03-31", amount, "t")


@pytest.mark.parametrize("minutes", [True, False])
def test_two_gases_of_one_product(tmp_path: Path, *, minutes: bool) -> None:
    found = [("原铝", MINUTES, "2025-03-01", "2025-03-31", 2.25, "1", "化验", "L1")]
    data = works(tmp_path, SMELTER, [made("原铝", "产量", 1000)], found if minutes else [])
    assert list(answers_of(data)) == ["lines.yes"]


def test_a_gas_that_is_taken_off_is_one_amount(tmp_path: Path) -> None:
    """What is destroyed counts below zero; what was sent there is an amount above it."""
    found = [
        ("原铝", "气体排放因子", "2025-03-01", "2025-03-31", 21.4, "kgHFC23/t", "化验", "L1"),
        ("销毁", "纯度", "2025-03-01", "2025-03-31", 98.5, "%", "化验", "L2"),
        ("销毁", "去除率", "2025-03-01", "2025-03-31", 99.99, "%", "化验", "L3"),
    ]
    books = [made("原铝", "产量", 5000), made("销毁", "消耗", 100)]
    data = works(tmp_path, BURNER, books, found)
    assert list(answers_of(data)) == ["lines.yes"]
    rows = rows_of(members_of(data), RETURN_ACTIVITY)
    assert {row["stream"]: row["count"] > 0 for row in rows} == {"metal": True, "burnt": True}
    [leaf] = [r for r in rows_of(members_of(data), LEAF) if r["scope"] == "destroyed_hfc23"
              and r["account"] == "gas"]  # fmt: skip
    assert leaf["value"] < 0


@pytest.fixture
def green(tmp_path: Path) -> bytes:
    workspace = Workspace.create(tmp_path / "park", "模拟园区", "en")
    add(workspace, "one", 1, 400)
    return pack_return(workspace, "one", MARCH).packed.data


def test_green_power_is_a_second_view_of_the_same_amount(green: bytes) -> None:
    assert list(answers_of(green)) == ["lines.yes"]
    assert len(rows_of(members_of(green), RETURN_ACTIVITY)) == 2


@pytest.mark.parametrize(
    ("scope", "cells"),
    [
        ("green_electricity", {"count": lambda count: count * 2}),
        ("green_electricity", {"scope": lambda _: "own_use_electricity"}),
        ("purchased_electricity", {"den": lambda den: den * 2}),
    ],
)
def test_forged_parts_of_the_market_view_are_told(
    green: bytes, scope: str, cells: dict[str, Any]
) -> None:
    chosen = where(account="carbon_market", stream="power", scope=scope)
    told = answers_of(forged(green, changed(chosen, **cells)))
    assert told.keys() & {"lines.covered", "lines.ratio", "lines.uncalled"}
    assert "lines.yes" not in told


def test_a_market_view_that_is_left_out_is_told(green: bytes) -> None:
    chosen = where(account="carbon_market", stream="power")
    told = answers_of(forged(green, lambda rows: [row for row in rows if not chosen(row)]))
    assert "lines.absent" in told
