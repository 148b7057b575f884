"""A run after a change does anew what the change touches, and is bit for bit one from nothing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.shop import (
    MARCH,
    declaration,
    fill,
    make_workspace,
    reading_rows,
    take,
    write_books,
    write_readings,
)

from celadon.app.running import CACHED, SiteRun, run
from celadon.app.workspace import Workspace


def present(workspace: Workspace) -> SiteRun:
    return run(workspace, ["works"], MARCH)["works"]


def assert_as_from_nothing(workspace: Workspace, tmp_path: Path) -> SiteRun:
    """Run once more, and once in a copy without a cache: every table is the same."""
    again = present(workspace)
    copy = tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(workspace.folder, copy, ignore=shutil.ignore_patterns("cache"))
    whole = present(Workspace(copy))
    assert whole.anew == len(whole.site.meters)
    for schema in CACHED:
        assert again.table(schema).equals(whole.table(schema)), schema.name
    for name in ("hash", "read", "quality", "batches"):
        assert again.header[name] == whole.header[name]
    return again


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = make_workspace(tmp_path)
    fill(made)
    assert present(made).anew == 3
    return made


def some_rows(meter: str, first: int, number: int, plus: int) -> list[list[object]]:
    place = ("e1", "e2", "g1").index(meter) + 1
    rows = reading_rows()[first : first + number]
    return [[row[0], row[place] + plus] for row in rows]


def correction(folder: Path, meter: str, first: int, number: int, plus: int = 3) -> Path:
    rows = some_rows(meter, first, number, plus)
    path = folder / f"correction-{meter}-{first}-{number}-{plus}.csv"
    return write_readings(path, rows, [meter])


def test_nothing_new_asks_for_nothing(workspace: Workspace, tmp_path: Path) -> None:
    assert assert_as_from_nothing(workspace, tmp_path).anew == 0


def test_a_correction_touches_the_meter_that_it_corrects(
    workspace: Workspace, tmp_path: Path
) -> None:
    before = present(workspace).header["hash"]
    take(workspace, correction(tmp_path, "e1", 100, 5))
    after = assert_as_from_nothing(workspace, tmp_path)
    assert after.anew == 1
    assert after.header["hash"] != before


def test_readings_of_another_time_touch_nothing(workspace: Workspace, tmp_path: Path) -> None:
    rows = [[f"2023-03-01 {hour:02}:00", 7] for hour in range(24)]
    take(workspace, write_readings(tmp_path / "old.csv", rows, ["e2"]))
    assert assert_as_from_nothing(workspace, tmp_path).anew == 0


def test_monthly_rows_touch_no_meter(workspace: Workspace, tmp_path: Path) -> None:
    rows = [("coal", "采购", "2025-03-04", "2025-03-04", 251, "t")]
    take(workspace, write_books(tmp_path / "later.xlsx", rows))
    assert assert_as_from_nothing(workspace, tmp_path).anew == 0


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ('name_zh = "车间"', 'name_zh = "一车间"', 0),
        ('id = "e1"\nkind', 'id = "e1"\nstuck_after = 12\nkind', 1),
        ('id = "e1"\nkind', 'id = "e1"\nmultiplier = "2"\nkind', 1),
    ],
)
def test_a_changed_declaration_touches_what_it_changes(
    workspace: Workspace, tmp_path: Path, old: str, new: str, touched: int
) -> None:
    path = workspace.site_file("works")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert assert_as_from_nothing(workspace, tmp_path).anew == touched


def test_a_damaged_cache_is_not_trusted(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.cache("works", MARCH) / "meter_day.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert assert_as_from_nothing(workspace, tmp_path).anew == 3


def changes(folder: Path, draw: random.Random) -> Callable[[Workspace], None]:
    """One change of any kind, somewhere."""
    meter, first = draw.choice(["e1", "e2", "g1"]), draw.randrange(700)
    kind = draw.choice(["correction", "gap", "declaration", "reorder"])

    def change(workspace: Workspace) -> None:
        path = workspace.site_file("works")
        if kind == "correction":
            number, plus = draw.choice([1, 3, 30]), draw.choice([-1, 0, 2, 500])
            take(workspace, correction(folder, meter, first, number, plus))
        elif kind == "gap":
            rows = reading_rows()
            del rows[first : first + draw.choice([1, 4, 20])]
            take(workspace, write_readings(folder / f"again-{draw.random()}.csv", rows))
        elif kind == "reorder":
            rows = some_rows(meter, first, 8, draw.choice([0, 1]))
            rows = rows[4:] + rows[:4] + rows[:2]
            take(workspace, write_readings(folder / f"{draw.random()}.csv", rows, [meter]))
        else:
            text = declaration().replace(
                f'id = "{meter}"\n',
                f'id = "{meter}"\nstuck_after = {draw.randrange(2, 40)}\n'
                f"estimate_hours = {draw.choice([0, 6, 168])}\n",
            )
            path.write_text(text, encoding="utf-8")

    return change


@pytest.mark.parametrize("seed", range(4))
def test_any_changes_in_any_order(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  a test, not a secret
    workspace = make_workspace(tmp_path)
    fill(workspace)
    present(workspace)
    for _ in range(5):
        changes(tmp_path, draw)(workspace)
        assert_as_from_nothing(workspace, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_changes_in_any_order(tmp_path: Path, seed: int) -> None:
    test_any_changes_in_any_order(tmp_path, seed)
