"""A batch of microgrids: every site told, nothing planned twice, nothing lost by a kill."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from filelock import FileLock

from celadon.app.designing import design_microgrid
from celadon.app.microgrids import batch, processes
from celadon.app.microgrids.batch import Batch, Stand, plan_batch
from celadon.app.microgrids.planning import Asked
from celadon.app.microgrids.processes import Done
from celadon.app.microgrids.tables import FLOW, MICROGRID_REASON, MICROGRID_SITE
from celadon.errors import WorkspaceError
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.recording import whole_cost
from celadon.plan.microgrid.tables import MICROGRID_COST, MICROGRID_SIZE
from celadon.tables import Schema

DESIGN = """\
[design]
id = "same"
name_zh = "模拟厂区"
name_en = "Simulated works"
simulated = true
year = 2025

[profiles]
file = "profiles.csv"

[series.load]
column = "load"
unit = "kW"

[series.sun]
column = "sun"

[[demand]]
id = "works"
series = "load"

[[grid]]
id = "grid"
price = "{price}"

[[photovoltaics]]
id = "roof"
yields = "sun"
most = "{most}"
cost = {{ annual = "330 CNY/kW" }}

[[rule]]
kind = "green_share"
limit = "20 %"
"""


def add(folder: Path, *, price: str = "0.65 CNY/kWh", most: str = "6 MW", load: int = 1000) -> None:
    folder.mkdir(parents=True)
    (folder / "design.toml").write_text(DESIGN.format(price=price, most=most), encoding="utf-8")
    lines = [f"{load},{max(0, 6 - abs(hour % 24 - 12)) / 6:.3f}" for hour in range(8760)]
    (folder / "profiles.csv").write_text("\n".join(["load,sun", *lines]), encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def _one_code() -> Iterator[None]:
    """What is kept rests on the code; here it does not change while tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "code_state", lambda: "tested")
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Batch, list[Stand]]:
    """Four sites that were planned, and how far it was from one to the next."""
    folder = tmp_path_factory.mktemp("made") / "sites"
    add(folder / "north" / "one")
    add(folder / "north" / "two", load=1500)
    add(folder / "tight", most="0.1 MW")
    add(folder / "wrong", price="0.65 MW")
    stands: list[Stand] = []
    return planned(folder, told=stands.append), stands


@pytest.fixture
def sites(made: tuple[Batch, list[Stand]], tmp_path: Path) -> Path:
    """The same in a folder of the test's own, as the first run left it."""
    folder = tmp_path / "sites"
    shutil.copytree(made[0].folder.parent, folder)
    return folder


def planned(sites: Path, **options: Any) -> Batch:
    return plan_batch(sites, sites / "batch", **{"workers": 1, **options})


def table(done: Batch, schema: Schema) -> list[dict[str, Any]]:
    parts = sorted((done.folder / schema.name).glob("part-*.parquet"))
    rows: list[dict[str, Any]] = pa.concat_tables(map(schema.read, parts)).to_pylist()
    return rows


def test_every_site_is_planned_or_says_why_not(made: tuple[Batch, list[Stand]]) -> None:
    done, stands = made
    sites = done.folder.parent
    assert (done.sites, done.run, done.kept) == (4, 4, 0)
    assert done.statuses == {"planned": 2, "infeasible": 1, "refused": 1}
    rows = {row["design"]: row for row in table(done, MICROGRID_SITE)}
    assert list(rows) == ["north/one", "north/two", "tight", "wrong"]
    alone = design_microgrid(sites / "north" / "one" / "design.toml").outcome
    assert isinstance(alone, Plan)
    assert rows["north/one"]["cost"] == whole_cost(alone)
    assert rows["north/two"]["gap"] <= 10**6
    costs = table(done, MICROGRID_COST)
    for name in ("north/one", "north/two"):
        parts = [row["value"] for row in costs if row["design"] == name]
        assert sum(parts) == rows[name]["cost"]
    assert {row["design"] for row in table(done, MICROGRID_SIZE)} == {"north/one", "north/two"}
    assert done.cost == rows["north/one"]["cost"] + rows["north/two"]["cost"]
    assert not (done.folder / FLOW.name).exists()
    assert [stand.sites for stand in stands] == [0, 1, 2, 3, 4]
    assert stands[-1].without == 2
    assert stands[-1].seconds_left == 0
    assert (stands[-1].sites_a_minute is None) == (stands[-1].seconds < 1)


def test_a_rate_is_told_from_the_first_second_on() -> None:
    """A site that is refused within half a millisecond is no 130,000 sites a minute."""
    early = Stand(1, 4, 0, 1, 0.0005)
    assert (early.sites_a_minute, early.seconds_left) == (None, None)
    later = Stand(1, 4, 0, 1, 2.0)
    assert (later.sites_a_minute, later.seconds_left) == (30.0, 6.0)
    assert Stand(4, 4, 0, 1, 0.002).seconds_left == 0.0


def test_a_site_without_a_plan_says_what_to_relax_or_to_correct(
    made: tuple[Batch, list[Stand]],
) -> None:
    done, _ = made
    reasons = {row["design"]: row for row in table(done, MICROGRID_REASON)}
    assert reasons.keys() == {"tight", "wrong"}
    assert reasons["tight"]["place"] == "green share"
    assert reasons["tight"]["found"] == "20.00 %"
    assert reasons["tight"]["remedy"] == "2.50 % would be enough"
    assert reasons["wrong"]["place"] == "design.toml › grid[1].price"
    assert reasons["wrong"]["remedy"]
    told = {each.site: each for each in done.without}
    assert told["tight"].status == "infeasible"
    assert told["tight"].faults[0].remedy == "2.50 % would be enough"
    assert "green share" in told["tight"].reason


def test_a_site_is_planned_again_only_where_it_changed(
    made: tuple[Batch, list[Stand]], sites: Path
) -> None:
    first, _ = made
    again = planned(sites)
    assert (again.run, again.kept) == (0, 4)
    assert (again.statuses, again.cost) == (first.statuses, first.cost)
    assert table(again, MICROGRID_SITE) == table(first, MICROGRID_SITE)
    path = sites / "north" / "one" / "profiles.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1000,", "2000,"), encoding="utf-8")
    changed = planned(sites)
    assert (changed.run, changed.kept) == (1, 3)
    assert changed.cost > first.cost


def test_a_file_that_comes_and_a_site_that_goes_are_seen(sites: Path) -> None:
    profiles = sites / "tight" / "profiles.csv"
    kept = profiles.read_bytes()
    profiles.unlink()
    assert planned(sites).statuses == {"planned": 2, "refused": 2}
    profiles.write_bytes(kept)
    (sites / "wrong" / "design.toml").unlink()
    done = planned(sites)
    assert (done.sites, done.run) == (3, 1)
    assert done.statuses == {"planned": 2, "infeasible": 1}
    assert [row["design"] for row in table(done, MICROGRID_SITE)] == [
        "north/one", "north/two", "tight"
    ]  # fmt: skip
    assert len(list((done.folder / "records").iterdir())) == 3


def test_flows_are_left_where_they_are_asked_for(sites: Path) -> None:
    done = planned(sites, flows=True)
    assert (done.run, done.kept) == (2, 2)
    rows = table(done, FLOW)
    assert {row["design"] for row in rows} == {"north/one", "north/two"}
    assert len(rows) % 8760 == 0
    assert planned(sites, flows=True).run == 0


def test_what_the_time_did_not_suffice_for_is_tried_with_more(sites: Path) -> None:
    shutil.rmtree(sites / "batch")
    hurried = planned(sites, seconds=1e-9)
    assert hurried.statuses == {"unsolved": 3, "refused": 1}
    assert "--seconds" in hurried.without[0].faults[0].remedy
    assert planned(sites, seconds=1e-9).run == 0
    assert planned(sites, seconds=60).statuses == {"planned": 2, "infeasible": 1, "refused": 1}


def test_two_processes_come_to_the_same(made: tuple[Batch, list[Stand]], sites: Path) -> None:
    alone, _ = made
    together = plan_batch(sites, sites.parent / "other", workers=2)
    for schema in (MICROGRID_SIZE, MICROGRID_COST, MICROGRID_REASON):
        assert table(alone, schema) == table(together, schema)


def _dies_on_the_second(asked: Asked) -> Done:
    if asked.site.name == "north/two":
        os._exit(1)
    return _work(asked)


_work: Callable[[Asked], Done] = processes.work


def test_a_process_that_is_ended_takes_no_other_site_with_it(
    sites: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(sites / "batch")
    monkeypatch.setattr(processes, "work", _dies_on_the_second)
    done = planned(sites, workers=2)
    assert done.statuses == {"planned": 1, "ended": 1, "infeasible": 1, "refused": 1}
    assert "memory" in next(w for w in done.without if w.status == "ended").faults[0].remedy
    again = planned(sites)
    assert (again.run, again.statuses["planned"]) == (1, 2)


def _killed_after_two(sites: Path) -> None:
    def told(stand: Stand) -> None:
        if stand.sites == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    planned(sites, told=told)


@pytest.mark.skipif(sys.platform == "win32", reason="no fork and no SIGKILL there")
def test_a_kill_loses_only_what_was_being_planned(sites: Path) -> None:
    shutil.rmtree(sites / "batch")
    process = multiprocessing.get_context("fork").Process(target=_killed_after_two, args=(sites,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert not list((sites / "batch" / MICROGRID_SITE.name).glob("*"))  # nothing speaks of all
    torn = sites / "batch" / "records" / "torn.partial"
    torn.write_text("{", encoding="utf-8")
    done = planned(sites)
    assert (done.run, done.kept) == (2, 2)
    assert done.statuses == {"planned": 2, "infeasible": 1, "refused": 1}
    assert not torn.exists()


def test_a_folder_without_designs_and_one_in_use_are_refused(sites: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceError, match="nothing to plan"):
        planned(tmp_path / "empty")
    with pytest.raises(WorkspaceError, match="nothing to plan"):
        planned(tmp_path / "absent")
    out = sites / "batch"
    with FileLock(out / ".lock"), pytest.raises(WorkspaceError, match="Another batch"):
        planned(sites)
