"""The year before in a report: looked for, computed only where there is anything, and explained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.app.shop import (
    BOOKS,
    LABORATORY,
    MARCH,
    declaration,
    fill,
    make_workspace,
    reading_rows,
    take,
    write_books,
    write_laboratory,
    write_readings,
)

from celadon.accounts.changes import CAUSES, waterfall
from celadon.accounts.tables import LEAF
from celadon.app.earlier import run_year_earlier, year_earlier
from celadon.app.reporting import report_content
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.records.period import Period

BEFORE = Period.parse("2024-03")


def a_year_ago(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [
        [cell.replace("2025-", "2024-") if isinstance(cell, str) else cell for cell in row]
        for row in rows
    ]


def fill_year_before(workspace: Workspace) -> None:
    """The same month a year earlier, with half as much coal bought and used."""
    folder = workspace.folder.parent
    take(workspace, write_readings(folder / "readings-24.csv", reading_rows(BEFORE)))
    books = a_year_ago(BOOKS)
    for row in books:
        row[4] = row[4] / 2
    take(workspace, write_books(folder / "books-24.xlsx", books))
    take(workspace, write_laboratory(folder / "laboratory-24.xlsx", a_year_ago(LABORATORY)))


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2025", "2024"), ("2025-02", "2024-02"), ("2025-03", "2024-03"),
        ("2024-02-28/2024-03-10", "2023-02-28/2023-03-10"), ("2024-02", "2023-02"),
    ],
)  # fmt: skip
def test_the_same_days_a_year_earlier(period: str, before: str) -> None:
    assert str(year_earlier(Period.parse(period))) == before


def test_where_the_ledger_says_nothing_of_that_year_nothing_is_computed(
    filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(filled, ["works"], MARCH)["works"]
    monkeypatch.setattr("celadon.app.earlier.cached_run", lambda *_: pytest.fail("computed"))
    assert run_year_earlier(filled, result) is None
    content = report_content(filled, result)
    assert content.last_year is None
    assert not content.changes.num_rows
    assert not content.year_before.num_rows


def test_the_change_of_a_year_is_explained_and_told_on_the_first_page(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    fill_year_before(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    content = report_content(workspace, result)
    parts = waterfall(content.changes, "carbon", "co2")
    assert parts["before"] + sum(parts[cause] for cause in CAUSES) == parts["after"]
    totals = [
        sum(row["value"] for row in leaves.to_pylist() if row["account"] == "carbon")
        for leaves in (content.year_before, result.table(LEAF))
    ]
    assert [parts["before"], parts["after"]] == totals
    assert content.last_year is not None
    assert content.last_year.carbon == totals[0]
    assert content.last_year.production["coil"] == 2_500_000


def test_a_year_that_covers_less_is_not_compared_on_the_first_page(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    books = a_year_ago(BOOKS)
    take(workspace, write_books(workspace.folder.parent / "books-24.xlsx", books))
    content = report_content(workspace, run(workspace, ["works"], MARCH)["works"])
    assert waterfall(content.changes, "carbon", "co2")["coverage"]
    assert content.last_year is not None
    assert content.last_year.carbon is None


def test_another_edition_is_computed_where_one_is_loaded(tmp_path: Path) -> None:
    text = declaration(method="chemicals")
    workspace = make_workspace(tmp_path, text)
    fill(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    content = report_content(workspace, result)
    assert content.edition is not None
    assert content.edition.method == "chemicals-ndrc-2013"
    parts = waterfall(content.edition.changes, "carbon", "co2")
    own = sum(row["value"] for row in result.table(LEAF).to_pylist() if row["account"] == "carbon")
    assert parts["before"] == own
    assert parts["before"] + sum(parts[cause] for cause in CAUSES) == parts["after"]


def test_a_method_with_one_edition_has_no_other(filled: Workspace) -> None:
    result = run(filled, ["works"], MARCH)["works"]
    assert report_content(filled, result).edition is None
