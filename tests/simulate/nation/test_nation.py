"""A nation on disk: the same bytes whatever the chunks, resumed, refused where it must be."""

from __future__ import annotations

import csv
import hashlib
import multiprocessing
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.processes import is_running, waited

from celadon.app.workspace import Workspace
from celadon.errors import LedgerError, WorkspaceError
from celadon.records.identity import credit_code_fault
from celadon.records.ledger.ledger import Ledger
from celadon.simulate.nation import NationOptions, simulate_nation
from celadon.simulate.nation import nation as module
from celadon.simulate.nation.site import put

OPTIONS = NationOptions(6, seed=3, meters=6, faulty=1.0)


def digests(folder: Path) -> dict[str, str]:
    """Every file of the sites and of the truth, by its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for top in ("sites", "truth")
        for path in sorted((folder / top).rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "small"
    simulate_nation(folder, OPTIONS, workers=1)
    return folder


def test_chunks_and_workers_change_no_byte(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "again"
    simulate_nation(folder, NationOptions(2, seed=3, meters=6, faulty=1.0), workers=1)
    done = simulate_nation(folder, OPTIONS, workers=1)
    assert (done.sites, done.made) == (6, 4)
    assert digests(folder) == digests(small)


@pytest.mark.long
def test_a_pool_of_processes_changes_no_byte(tmp_path: Path) -> None:
    options = NationOptions(20, seed=4, faulty=0.5)
    simulate_nation(tmp_path / "one", options, workers=1)
    simulate_nation(tmp_path / "two", options, workers=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_site_that_was_cut_short_is_finished(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(small, folder)
    (folder / "truth" / "parts" / "e00003.csv").unlink()  # written last, so killed before
    batches = sorted((folder / "sites" / "e00004" / "ledger" / "batches").iterdir())
    done = simulate_nation(folder, OPTIONS, workers=1)
    assert done.made == 1
    assert batches
    assert digests(folder) == digests(small)


def test_a_seed_of_its_own_makes_another_nation(small: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    simulate_nation(other, NationOptions(6, seed=5, meters=6, faulty=1.0), workers=1)
    assert digests(other)["sites/e00001/site.toml"] != digests(small)["sites/e00001/site.toml"]


def test_everything_is_marked_simulated(small: Path) -> None:
    workspace = Workspace(small)
    assert "simulated" in workspace.settings.name
    for site in workspace.site_ids():
        declared = workspace.site(site)
        assert declared.simulated
        assert declared.owner.name.startswith("模拟")
        assert credit_code_fault(declared.owner.credit_code) is None
        assert workspace.ledger(site).verify() >= 3
        assert "Simulated" in workspace.ledger(site).source(2).decode()


def test_the_truth_lists_each_faulty_enterprise(small: Path) -> None:
    faulty = {row["site"] for row in table(small, "enterprises") if row["faulty"] == "yes"}
    planted = table(small, "truth")
    assert faulty == {f"e{number:05d}" for number in range(1, 7)}
    assert {row["site"] for row in planted} <= faulty
    assert all((row["detectable"] == "yes") == bool(row["expected"]) for row in planted)
    assert all(row["why"] for row in planted)
    assert {row["kind"].partition("/")[0] for row in planted} >= {"meter"}


def test_identity_troubles_show_between_two_declarations(tmp_path: Path) -> None:
    simulate_nation(tmp_path / "many", NationOptions(40, seed=6, faulty=1.0), workers=1)
    told = {(row["kind"], row["site"]) for row in table(tmp_path / "many", "truth")}
    listed = table(tmp_path / "many", "enterprises")
    for column, kind in (("credit_code", "shared_code"), ("name", "shared_name")):
        seen: dict[str, str] = {}
        shared = set()
        for row in listed:
            if row[column] in seen:
                shared.add(row["site"])
            seen[row[column]] = row["site"]
        assert shared == {site for what, site in told if what == f"identity/{kind}"}
        assert shared
    old = {row["site"] for row in listed if row["region"][-1].isdigit()}
    assert old == {site for what, site in told if what == "identity/abolished_region"}


def test_another_nation_in_the_folder_is_left_alone(small: Path) -> None:
    with pytest.raises(WorkspaceError, match="another nation") as refused:
        simulate_nation(small, NationOptions(6, seed=4, meters=6, faulty=0.5), workers=1)
    assert {fault.where[1] for fault in refused.value.faults} == {"seed", "faulty"}


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="other things"):
        simulate_nation(tmp_path, OPTIONS)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_options_out_of_range_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as refused:
        simulate_nation(tmp_path / "n", NationOptions(0, meters=-1, faulty=2))
    assert {fault.where[0] for fault in refused.value.faults} == {
        "--enterprises", "--meters", "--faulty",
    }  # fmt: skip
    with pytest.raises(WorkspaceError, match="1999"):
        simulate_nation(tmp_path / "n", NationOptions(1, year=1999))
    assert not (tmp_path / "n").exists()


def test_a_small_disk_is_refused_with_the_size_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(WorkspaceError, match="too little room") as refused:
        simulate_nation(tmp_path / "n", NationOptions(3572, meters=25))
    assert "GB" in refused.value.faults[0].rule
    assert not (tmp_path / "n").exists()


def test_a_disk_that_fills_leaves_a_nation_that_goes_on(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = module.write_site, []

    def full(folder: Path, spec: object, number: int) -> object:
        calls.append(number)
        if number == 4:
            raise OSError(28, "No space left on device", str(folder))
        return real(folder, spec, number)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "write_site", full)
    with pytest.raises(LedgerError, match="e00004"):
        simulate_nation(tmp_path / "n", OPTIONS, workers=1)
    monkeypatch.setattr(module, "write_site", real)
    done = simulate_nation(tmp_path / "n", OPTIONS, workers=1)
    assert done.made == 3
    assert digests(tmp_path / "n") == digests(small)


def test_a_site_is_there_whole_or_not_at_all(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, commits = Ledger.commit, []

    def full(ledger: Ledger, kind: str, *given: object, **named: object) -> object:
        commits.append(kind)
        if len(commits) == 7:
            raise OSError(28, "No space left on device", str(ledger.folder))
        return real(ledger, kind, *given, **named)  # type: ignore[arg-type]

    folder = tmp_path / "n"
    with monkeypatch.context() as filling:
        filling.setattr(Ledger, "commit", full)
        with pytest.raises(LedgerError, match="stopped at site e0000") as refused:
            simulate_nation(folder, OPTIONS, workers=1)
    assert "goes on from here" in refused.value.faults[0].remedy
    whole = {path.stem for path in (folder / "truth" / "parts").iterdir()}
    assert {path.name for path in (folder / "sites").iterdir()} == whole
    assert not [path for path in folder.rglob("*") if path.suffix in (".tmp", ".txt")]
    simulate_nation(folder, OPTIONS, workers=1)
    assert digests(folder) == digests(small)


def test_what_is_gathered_last_may_fill_the_disk_too(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, write = tmp_path / "n", Path.write_text

    def full(path: Path, text: str, **how: str) -> int:
        if path.name.startswith("enterprises.csv"):
            write(path, text[:10], **how)  # type: ignore[arg-type]
            raise OSError(28, "No space left on device", str(path))
        return write(path, text, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as filling:
        filling.setattr(Path, "write_text", full)
        with pytest.raises(LedgerError, match="The nation stopped"):
            simulate_nation(folder, OPTIONS, workers=1)
    assert {path.name for path in (folder / "truth").iterdir()} >= {"nation.json", "parts"}
    assert not list((folder / "truth").glob("enterprises*"))
    simulate_nation(folder, OPTIONS, workers=1)
    assert digests(folder) == digests(small)


def test_a_folder_that_was_only_begun_is_no_other_thing(small: Path, tmp_path: Path) -> None:
    (tmp_path / "n" / "truth" / "parts").mkdir(parents=True)  # killed before a first file
    simulate_nation(tmp_path / "n", OPTIONS, workers=1)
    assert digests(tmp_path / "n") == digests(small)


def _simulate(folder: Path, told: Path) -> None:
    def progress(_done: int, _all: int, _readings: int) -> None:
        pids = " ".join(str(child.pid) for child in multiprocessing.active_children())
        if pids:
            put(told, pids)

    simulate_nation(folder, NationOptions(4000, seed=3), workers=2, progress=progress)


@pytest.mark.skipif(os.name != "posix", reason="asks the system for processes by their number")
def test_its_processes_end_with_it(tmp_path: Path) -> None:
    told = tmp_path / "pids"
    parent = multiprocessing.get_context("spawn").Process(
        target=_simulate, args=(tmp_path / "n", told)
    )
    parent.start()
    children = waited(lambda: told.is_file() and [int(pid) for pid in told.read_text().split()])
    assert len(children) == 2
    parent.kill()
    parent.join()
    assert waited(lambda: not any(is_running(pid) for pid in children))
