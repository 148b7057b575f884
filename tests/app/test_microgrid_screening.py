"""A screening of many sites: every site told, nothing screened twice, the most saving first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.app.test_microgrid_batch import add

from celadon.app.designing import design_microgrid
from celadon.app.microgrids import screening_batch
from celadon.app.microgrids.screening import How, screen_microgrid
from celadon.app.microgrids.screening_batch import ScreenedBatch, screen_sites
from celadon.app.microgrids.tables import (
    MICROGRID_REASON,
    MICROGRID_SCREEN,
    MICROGRID_SCREEN_SIZE,
)
from celadon.plan.microgrid.plan import Plan
from celadon.plan.screening import Screening
from celadon.tables import Schema


@pytest.fixture(scope="module", autouse=True)
def _one_code() -> Iterator[None]:
    """What is kept rests on the code; here it does not change while tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening_batch, "code_state", lambda: "tested")
        yield


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screened") / "sites"
    add(folder / "north" / "small")
    add(folder / "north" / "large", load=3000, most="9 MW")
    add(folder / "tight", most="0.1 MW")
    add(folder / "wrong", price="0.65 MW")
    return folder


@pytest.fixture(scope="module")
def done(sites: Path) -> ScreenedBatch:
    return screen_sites(sites, sites / "screening", How(days=4), workers=1)


def table(done: ScreenedBatch, schema: Schema) -> list[dict[str, Any]]:
    parts = sorted((done.folder / schema.name).glob("part-*.parquet"))
    rows: list[dict[str, Any]] = pa.concat_tables(map(schema.read, parts)).to_pylist()
    return rows


def test_every_site_is_ranked_or_says_why_not(done: ScreenedBatch) -> None:
    assert (done.sites, done.run, done.kept, done.simulated) == (4, 4, 0, 3)
    assert done.statuses == {"screened": 2, "infeasible": 1, "refused": 1}
    assert [each.site for each in done.ranked] == ["north/large", "north/small"]
    assert [each.site for each in done.without] == ["tight", "wrong"]
    reasons = table(done, MICROGRID_REASON)
    assert next(row["place"] for row in reasons) == "green share"
    sizes = table(done, MICROGRID_SCREEN_SIZE)
    assert [row["block"] for row in sizes] == ["roof.capacity"] * 2


def test_rows_hold_what_is_proved(done: ScreenedBatch, sites: Path) -> None:
    rows = {row["design"]: row for row in table(done, MICROGRID_SCREEN)}
    large = rows["north/large"]
    plan = design_microgrid(sites / "north" / "large" / "design.toml").outcome
    assert isinstance(plan, Plan)
    best = plan.objective * 1e5
    assert large["lower"] <= best + 1
    assert best <= large["cost"] + 1
    assert large["saving"] == large["today"] - large["cost"]
    assert rows["tight"]["proved"] is True
    assert rows["wrong"]["estimate"] is None


def test_what_is_done_is_kept_until_something_changes(done: ScreenedBatch, sites: Path) -> None:
    again = screen_sites(sites, sites / "screening", How(days=4), workers=1)
    assert (again.run, again.kept) == (0, 4)
    assert again.ranked == done.ranked
    other = screen_sites(sites, sites / "other", How(days=4, price=False), workers=1)
    assert other.run == 4
    assert all(row["cost"] is None for row in table(other, MICROGRID_SCREEN))
    changed = screen_sites(sites, sites / "other", How(days=5, price=False), workers=1)
    assert changed.run == 4


def test_a_site_alone_comes_to_the_same(done: ScreenedBatch, sites: Path) -> None:
    alone = screen_microgrid(sites / "north" / "small" / "design.toml", How(days=4)).outcome
    assert isinstance(alone, Screening)
    assert alone.cost is not None
    assert done.ranked[1].cost == pytest.approx(alone.cost * 1e5, abs=1)


@pytest.mark.long
def test_no_digit_depends_on_the_processes(done: ScreenedBatch, sites: Path) -> None:
    two = screen_sites(sites, sites / "two", How(days=4), workers=2)
    assert two.ranked == done.ranked
