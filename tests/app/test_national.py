"""The national run: the figures of site by site, whatever the shards; resumed; never stopped."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import pickle
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.app.nation import (
    MARCH,
    add_enterprise,
    credit_code,
    declaration,
    make_nation,
    site_id,
    without_gas,
)

from celadon.accounts.tables import LEAF
from celadon.app.chronicling import forget_ledger
from celadon.app.disk import DiskFullError, disk_full
from celadon.app.national import NationRun, Stand, nation, run_nation, sharding, summarise_nation
from celadon.app.national.tables import NATION_TOTAL, SITE_RUN, nation_folder
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.errors import WorkspaceError
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.tables import Schema


@pytest.fixture(autouse=True)
def _one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept rests on the code; here it does not change while tests run."""
    monkeypatch.setattr(nation, "code_state", lambda: "tested")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_nation(tmp_path_factory.mktemp("made"), 9, meters=True)


def table(done: NationRun, name: str) -> pa.Table:
    parts = [pq.read_table(part.path(done.folder, name)) for part in done.parts]
    across = done.folder / name / "across.parquet"
    return pa.concat_tables([*parts, *([pq.read_table(across)] if across.is_file() else [])])


def hashes(done: NationRun) -> dict[str, str]:
    rows = table(done, SITE_RUN.name)
    return dict(zip(rows["site"].to_pylist(), rows["hash"].to_pylist(), strict=True))


def run_all(workspace: Workspace, **how: Any) -> NationRun:
    return run_nation(workspace, workspace.site_ids(), MARCH, **{"workers": 1, **how})


def copied(workspace: Workspace, folder: Path) -> Workspace:
    shutil.copytree(
        workspace.folder, folder / "copy", ignore=shutil.ignore_patterns("out", "cache")
    )
    return Workspace(folder / "copy")


def test_the_figures_of_every_site_alone(made: Workspace, tmp_path: Path) -> None:
    workspace = copied(made, tmp_path)
    done = run_all(workspace)
    assert (done.run, done.kept, done.failed) == (9, 0, ())
    together = hashes(done)
    for site in workspace.site_ids():
        alone = run(workspace, [site], MARCH)[site]
        assert together[site] == alone.header["hash"]
        for schema in (LEAF, FINDING):
            whole = table(done, schema.name)
            mine = schema.check(whole.filter(pc.equal(whole["site"], site)))
            assert mine.equals(schema.check(alone.table(schema))), (site, schema.name)
        [row] = (
            table(done, SITE_RUN.name)
            .filter(pc.equal(table(done, SITE_RUN.name)["site"], site))
            .to_pylist()
        )
        leaves = alone.table(LEAF).to_pylist()
        carbon = [leaf["value"] for leaf in leaves if leaf["account"] == "carbon"]
        assert row["carbon"] == sum(carbon)


@pytest.mark.parametrize("threads", [2, 8])
def test_no_digit_depends_on_threads(made: Workspace, threads: int) -> None:
    sites = made.site_ids()[:3]
    once, again = (run(made, sites, MARCH, threads=n) for n in (1, threads))
    for site in sites:
        assert once[site].header["hash"] == again[site].header["hash"]
        assert once[site].table(FINDING).equals(again[site].table(FINDING))


def test_no_digit_depends_on_the_shards(
    made: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for most in (1, 4, 100):
        monkeypatch.setattr(sharding, "MOST_SITES", most)
        workspace = copied(made, tmp_path / str(most))
        seen.append(hashes(run_all(workspace)))
    assert seen[0] == seen[1] == seen[2]
    assert len(set(seen[0].values())) == 9


def test_several_processes_give_the_same(made: Workspace, tmp_path: Path) -> None:
    one, two = copied(made, tmp_path / "one"), copied(made, tmp_path / "two")
    stands: list[Stand] = []
    apart = run_all(two, workers=2, told=stands.append)
    assert hashes(run_all(one)) == hashes(apart)
    assert [stands[0].share, stands[-1].share] == [0.0, 1.0]
    assert stands[-1].sites == stands[-1].all_sites == 9


def test_what_is_done_is_kept_until_something_changes(made: Workspace, tmp_path: Path) -> None:
    workspace = copied(made, tmp_path)
    first = run_all(workspace)
    before = hashes(first)
    again = run_all(workspace)
    assert (again.run, again.kept) == (0, 9)
    assert hashes(again) == before
    add_enterprise(workspace, 20)
    grown = run_all(workspace)
    assert (grown.run, grown.kept) == (1, 9)
    before = hashes(grown)
    path = workspace.site_file(site_id(0))
    path.write_text(path.read_text(encoding="utf-8").replace('["e1"]', '["e2"]'), encoding="utf-8")
    changed = run_all(workspace)
    assert changed.kept + changed.run == 10
    assert 0 < changed.run < 10  # the sites of its shard
    different = [s for s, h in hashes(changed).items() if before[s] != h]
    assert different == [site_id(0)]


def test_a_part_that_was_damaged_is_made_again(made: Workspace, tmp_path: Path) -> None:
    workspace = copied(made, tmp_path)
    first = run_all(workspace)
    before, part = hashes(first), first.parts[0]
    path = part.path(first.folder, LEAF.name)
    path.write_bytes(path.read_bytes()[:-1])
    again = run_all(workspace)
    assert again.run == len(part.states)
    assert hashes(again) == before


def test_one_bad_site_never_stops_the_rest(made: Workspace, tmp_path: Path) -> None:
    workspace = copied(made, tmp_path)
    damaged, faulty, cut, unknown = (site_id(n) for n in (1, 4, 6, 8))
    [batch] = workspace.ledger(damaged).batches("activity")
    batch.path.write_bytes(b"no longer what was committed")
    workspace.site_file(faulty).write_text("format = 1\n[site]\n", encoding="utf-8")
    workspace.ledger(cut).manifest.write_bytes(b"{}\n")
    text = declaration(8).replace("iron-and-steel-ndrc-2013", "no-such-method")
    workspace.site_file(unknown).write_text(text, encoding="utf-8")
    done = run_all(workspace)
    told = {each.site: each for each in done.failed}
    assert set(told) == {damaged, faulty, cut, unknown}
    assert told[damaged].error == "ChainBroken"
    assert told[unknown].error == "LookupRefused"
    assert all(fault.remedy for each in told.values() for fault in each.faults)
    assert set(hashes(done)) == set(workspace.site_ids()) - set(told)
    listed = pq.read_table(done.folder / "site_failed" / "sites.parquet")
    assert set(listed["site"].to_pylist()) == set(told)
    # mended, it is run with the next; those that stay bad are told again
    text = made.site_file(faulty).read_text(encoding="utf-8")
    workspace.site_file(faulty).write_text(text, encoding="utf-8")
    mended = run_all(workspace)
    assert {each.site for each in mended.failed} == {damaged, cut, unknown}
    assert (mended.run, mended.kept) == (1, 5)


def test_a_site_whose_declaration_is_gone_is_told(made: Workspace, tmp_path: Path) -> None:
    """Its ledger is there, so it is a site; it does not vanish from the nation."""
    workspace = copied(made, tmp_path)
    gone = site_id(3)
    text = workspace.site_file(gone).read_bytes()
    workspace.site_file(gone).unlink()
    (workspace.folder / "sites" / "empty").mkdir()
    assert gone in workspace.site_ids()
    assert "empty" not in workspace.site_ids()
    done = run_all(workspace)
    [told] = done.failed
    assert (told.site, done.run) == (gone, 8)
    [fault] = told.faults
    assert "site.toml" in fault.place
    committed = Path(fault.remedy.partition("last one committed is ")[2].partition(";")[0])
    assert committed.read_bytes() == text
    cover = summarise_nation(done, workspace.registry()).whole.cover("carbon")
    assert (cover.sites, cover.of_sites) == (8, 9)
    workspace.site_file(site_id(4)).unlink()
    workspace.ledger(site_id(4)).manifest.write_bytes(b"{}\n")
    again = run_all(workspace)
    assert {each.site for each in again.failed} == {gone, site_id(4)}


def test_a_ledger_or_a_site_that_is_gone_is_told(made: Workspace, tmp_path: Path) -> None:
    """What was run once never leaves the nation in silence: gone, shorter, or all of it."""
    workspace = copied(made, tmp_path)
    whole = run_all(workspace)
    assert not whole.failed
    ledger, shorter, site = site_id(1), site_id(2), site_id(3)
    shutil.rmtree(workspace.ledger(ledger).folder)
    manifest = workspace.ledger(shorter).manifest
    manifest.write_bytes(b"".join(manifest.read_bytes().splitlines(keepends=True)[:-1]))
    shutil.rmtree(workspace.site_file(site).parent)
    assert site in workspace.site_ids()
    for _ in range(2):  # until it is back, or forgotten
        opened = Workspace(workspace.folder)
        done = run_all(opened)
        told = {each.site: each.summary for each in done.failed}
        assert told == {
            ledger: f"The ledger of {ledger} is gone", site: f"The site {site} is gone",
            shorter: f"Lines of the ledger of {shorter} are lost",
        }  # fmt: skip
        assert not manifest.parent.parent.with_name(ledger).joinpath("ledger").exists()
    for lost in (ledger, shorter, site):
        forget_ledger(Workspace(workspace.folder), lost, "sold")
    last = run_all(Workspace(workspace.folder))
    assert not last.failed
    assert len(last.sites) == len(whole.sites) - 1


def test_lines_that_were_lost_before_a_part_was_made_again(made: Workspace, tmp_path: Path) -> None:
    """A part that holds what is left of a ledger does not hide that there was more."""
    workspace = copied(made, tmp_path)
    run_all(workspace)
    site = site_id(1)
    manifest = workspace.ledger(site).manifest
    before = manifest.read_bytes()
    text = workspace.site_file(site).read_bytes()
    workspace.site_file(site).write_bytes(text + b"\n# later\n")
    workspace.ledger(site).commit_declaration(workspace.site_file(site))
    workspace.site_file(site).write_bytes(text)
    manifest.write_bytes(before)
    [failed] = run_all(Workspace(workspace.folder)).failed
    assert failed.summary == f"Lines of the ledger of {site} are lost"


@pytest.fixture(scope="module")
def gasless(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Six sites; where the amount of a stream is not told, its month is not whole."""
    workspace = make_nation(tmp_path_factory.mktemp("gasless"), 0)
    for number in range(6):
        add_enterprise(workspace, number, meters=True, text=without_gas(number))
    return workspace


def test_every_total_says_what_it_covers(gasless: Workspace, tmp_path: Path) -> None:
    workspace = copied(gasless, tmp_path)
    workspace.site_file(site_id(1)).write_text("format = 1\n[site]\n", encoding="utf-8")
    done = run_all(workspace)
    summary = summarise_nation(done, workspace.registry())
    carbon = summary.whole.cover("carbon")
    assert (carbon.sites, carbon.of_sites) == (5, 6)  # 1 cannot be run
    # 2 and 5 have no electricity programme, the return of 4 has no closing stock of coal
    assert (carbon.months, carbon.of_months) == (2, 6)
    assert not carbon.is_whole
    plain = summary.plain()["whole"]
    assert (plain["sites"], plain["of_sites"]) == (5, 6)
    assert plain["covers"]["carbon"]["months"] == 2
    [hebei] = summary.regions.values()
    assert hebei.cover("carbon").of_sites == 5  # where the sixth lies nobody knows
    rows = pq.read_table(done.folder / NATION_TOTAL.name / "totals.parquet").to_pylist()
    [whole] = [row for row in rows if row["grouping"] == "whole" and row["figure"] == "carbon"]
    assert whole["value"] == summary.whole.totals["carbon"]
    assert [whole[name] for name in ("sites", "of_sites", "months", "of_months")] == [5, 6, 2, 6]
    assert {row["value"] for row in rows if row["figure"] == "water"} == {None}


def test_a_total_of_all_sites_and_months_is_whole(gasless: Workspace, tmp_path: Path) -> None:
    workspace = copied(gasless, tmp_path)
    done = run_nation(workspace, [site_id(0), site_id(3)], MARCH, workers=1)
    assert summarise_nation(done, workspace.registry()).whole.cover("carbon").is_whole
    longer = Period.parse("2025-03-01/2025-05-01")
    over_two = run_nation(workspace, [site_id(0)], longer, workers=1)
    carbon = summarise_nation(over_two, workspace.registry()).whole.cover("carbon")
    assert (carbon.sites, carbon.months, carbon.of_months) == (1, 1, 2)


def test_a_full_disk_is_refused_and_resumed(
    made: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = copied(made, tmp_path)
    monkeypatch.setattr(sharding, "MOST_SITES", 3)
    written = []
    write = Schema.write

    def until_full(schema: Schema, content: pa.Table, path: Path) -> None:
        written.append(schema.name)
        if len(written) == 6:
            path.write_bytes(b"half of ")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(schema, content, path)

    with monkeypatch.context() as full:
        full.setattr(Schema, "write", until_full)
        with pytest.raises(DiskFullError) as refused:
            run_all(workspace)
    assert "run the same again" in refused.value.faults[0].remedy
    folder = nation_folder(workspace, MARCH)
    for path in folder.glob("*/*.parquet"):
        assert pq.read_metadata(path).num_columns
    resumed = run_all(workspace)
    assert (resumed.run, resumed.kept) == (6, 3)


def test_a_disk_that_is_full_at_the_end_leaves_no_half_table(
    made: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = copied(made, tmp_path)
    run_all(workspace)
    write = Schema.write

    def until_full(schema: Schema, content: pa.Table, path: Path) -> None:
        if schema is NATION_TOTAL:
            path.write_bytes(b"half of ")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write(schema, content, path)

    with monkeypatch.context() as full:
        full.setattr(Schema, "write", until_full)
        with pytest.raises(DiskFullError):
            run_all(workspace)
    folder = nation_folder(workspace, MARCH)
    assert not list((folder / NATION_TOTAL.name).iterdir())  # nor that of the run before
    again = run_all(workspace)
    assert (again.run, again.kept) == (0, 9)
    assert pq.read_metadata(folder / NATION_TOTAL.name / "totals.parquet").num_rows


def test_a_full_disk_is_told_by_a_worker_too() -> None:
    error = pickle.loads(pickle.dumps(disk_full(Path("there"))))  # noqa: S301  our own
    assert isinstance(error, DiskFullError)
    assert error.faults[0].where == ("there",)


def test_a_disk_with_too_little_room_is_refused_first(
    made: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = copied(made, tmp_path)
    monkeypatch.setattr(nation, "_LEAST_BYTES", 10**18)
    with pytest.raises(DiskFullError, match="too little room") as refused:
        run_all(workspace)
    assert "9 sites take about" in refused.value.faults[0].rule
    assert not list(nation_folder(workspace, MARCH).glob("*/part-*"))


def _run_slowly(folder: Path, began: Path) -> None:
    nation.code_state = lambda: "tested"  # type: ignore[assignment]
    sharding.MOST_SITES = 1

    def told(stand: Stand) -> None:
        if stand.sites == 3:
            began.touch()
            time.sleep(60)

    run_nation(Workspace(folder), Workspace(folder).site_ids(), MARCH, workers=1, told=told)


@pytest.mark.skipif(os.name != "posix", reason="needs the signal KILL")
def test_a_kill_loses_the_running_shards_only(made: Workspace, tmp_path: Path) -> None:
    workspace = copied(made, tmp_path)
    began = tmp_path / "began"
    process = multiprocessing.get_context("spawn").Process(
        target=_run_slowly, args=(workspace.folder, began)
    )
    process.start()
    deadline = time.monotonic() + 60
    while not began.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    folder = nation_folder(workspace, MARCH)
    stray = folder / LEAF.name / "part-0000.parquet"
    stray.write_bytes(b"left by a shard that was cut off")
    resumed = run_all(workspace)
    assert (resumed.run, resumed.kept) == (6, 3)
    assert not stray.exists()
    assert set(hashes(resumed)) == set(workspace.site_ids())


def test_a_second_run_at_once_is_refused(made: Workspace, tmp_path: Path) -> None:
    workspace = copied(made, tmp_path)

    def told(stand: Stand) -> None:
        if stand.sites:
            with pytest.raises(WorkspaceError, match="at work"):
                run_all(workspace)

    run_all(workspace, told=told)


def test_what_shows_across_sites(tmp_path: Path) -> None:
    workspace = make_nation(tmp_path, 2)
    add_enterprise(workspace, 5, text=declaration(5, code=credit_code(0)))
    add_enterprise(workspace, 6, text=declaration(6, region="CN-13"))
    done = run_all(workspace)
    rows = table(done, FINDING.name).to_pylist()
    across = {(row["site"], row["rule"]): row for row in rows
              if row["rule"] in ("shared_code", "abolished_region")}  # fmt: skip
    assert set(across) == {
        (site_id(0), "shared_code"), (site_id(5), "shared_code"), (site_id(6), "abolished_region"),
    }  # fmt: skip
    assert site_id(5) in across[site_id(0), "shared_code"]["numbers"]
    told = json.loads(across[site_id(6), "abolished_region"]["numbers"])
    assert told == {"region": "CN-13", "known": "CN-HE"}  # 13 is Hebei by GB/T 2260
    assert [each.site for each in done.across] == [site_id(0), site_id(5)]
    # the site alone says so too
    alone = run(workspace, [site_id(6)], MARCH)[site_id(6)].table(FINDING)
    assert "abolished_region" in alone["rule"].to_pylist()


def test_a_part_of_the_sites(made: Workspace, tmp_path: Path) -> None:
    workspace = copied(made, tmp_path)
    some = run_nation(workspace, workspace.site_ids()[:4], MARCH, workers=1)
    assert (some.run, some.kept) == (4, 0)
    whole = run_all(workspace)
    assert (whole.run, whole.kept) == (5, 4)
    summary = summarise_nation(whole, workspace.registry())
    assert summary.whole.sites == 9
    few = run_nation(workspace, workspace.site_ids()[:2], MARCH, workers=1)
    assert summarise_nation(few, workspace.registry()).whole.sites == 2


def test_totals_of_provinces_add_to_the_whole(made: Workspace, tmp_path: Path) -> None:
    workspace = copied(made, tmp_path)
    summary = summarise_nation(run_all(workspace), workspace.registry())
    for groups in (summary.regions, summary.sectors):
        for name, total in summary.whole.totals.items():
            assert total == sum(group.totals.get(name, 0) for group in groups.values())
    assert summary.whole.lacking["carbon"] == 3  # each third has no electricity programme
    assert summary.quality["readings"] == sum(
        2 * 24 * 31 - (2 if number % 2 else 0) for number in range(9)
    )


def test_names_and_patterns() -> None:
    known = ["e001", "e002", "f001"]
    assert sharding.chosen_sites(known, []) == known
    assert sharding.chosen_sites(known, ["e*", "f001"]) == known
    assert sharding.chosen_sites(known, ["?00[12]", "e001"]) == known
    with pytest.raises(WorkspaceError, match="no such site"):
        sharding.chosen_sites(known, ["g*"])
