"""Small late files: what they leave open is settled by how the same meters were read before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.cli.speaking import typed

from celadon.app.importing import Imported, ImportIncomplete, import_files
from celadon.app.recognising import recognise_file
from celadon.app.workspace import Workspace
from celadon.records.ledger.batches import read_batch

SITE = """
[site]
id = "pots"
country = "CN"
zone = "Asia/Shanghai"

[owner]
name = "模拟陶瓷厂"
credit_code = "91999999MA00FAKE83"

[[meter]]
id = "e1"
name_zh = "一号窑"
kind = "interval"
measure = "kWh"
resolution = "0.1"

[[meter]]
id = "e2"
name_zh = "二号窑"
kind = "interval"
measure = "kWh"
resolution = "0.1"
"""
DAY = dt.datetime(2025, 3, 1)


def log(
    path: Path, slots: range, *, head: str = "time", meters: str = "e1,e2", mark: str = ".",
    parted: str = ",", day: dt.datetime = DAY,
) -> Path:  # fmt: skip
    lines = [f"{head},{meters}".replace(",", parted)]
    for slot in slots:
        values = [f"{20 + slot % 9 + n}{mark}5" for n, _ in enumerate(meters.split(","))]
        when = f"{day + slot * dt.timedelta(minutes=15):%Y-%m-%d %H:%M}"
        lines.append(parted.join([when, *values]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "work"
    (folder / "sites" / "pots").mkdir(parents=True)
    (folder / "sites" / "pots" / "site.toml").write_text(SITE, encoding="utf-8")
    (folder / "celadon.toml").write_text('name = "模拟"\n', encoding="utf-8")
    return Workspace(folder)


def one(workspace: Workspace, path: Path) -> Imported:
    [done] = import_files(workspace, "pots", [path])
    return done


WHOLE_DAY = {"start": range(96), "end": range(1, 97)}


@pytest.mark.parametrize("stamp", WHOLE_DAY)
@pytest.mark.parametrize("slots", [range(96 + 33, 96 + 41), range(96 + 33, 96 + 34)])
def test_part_of_a_day_is_read_as_the_days_before_it(
    workspace: Workspace, tmp_path: Path, stamp: str, slots: range
) -> None:
    one(workspace, log(tmp_path / "day.csv", WHOLE_DAY[stamp]))
    done = one(workspace, log(tmp_path / "late.csv", slots))
    assert done.guess is not None
    assert done.guess.profile.time is not None
    assert (done.guess.profile.time.stamp, done.guess.doubts) == (stamp, ())
    [settled] = [trace for trace in done.guess.traces if trace.because == "earlier_file"]
    assert (settled.aspect, settled.value) == ("stamp", stamp)
    assert settled.numbers == {"file": "day.csv", "position": 2}
    [_, late] = workspace.ledger("pots").batches("reading")
    first = read_batch(late)["ts"].to_pylist()[0]
    local = DAY + (slots[0] - (stamp == "end")) * dt.timedelta(minutes=15)
    assert first == local - dt.timedelta(hours=8)


def test_it_is_said_which_file_settled_it(workspace: Workspace, tmp_path: Path) -> None:
    one(workspace, log(tmp_path / "day.csv", range(96)))
    late = log(tmp_path / "late.csv", range(129, 133))
    words = ("--workspace", workspace.folder, "--lang", "en")
    assert "as day.csv was read, position 2" in typed("recognise", late, *words).stdout
    assert "as day.csv was read" in typed("import", "pots", late, *words).stdout


def test_an_unsaved_guess_serves_as_well(workspace: Workspace, tmp_path: Path) -> None:
    odd = {"head": "时刻", "meters": "一号窑,二号窑", "mark": ",", "parted": ";"}
    first = one(workspace, log(tmp_path / "day.csv", range(1, 97), **odd))
    assert first.guess is not None
    assert first.guess.known_as == ""
    done = one(workspace, log(tmp_path / "late.csv", range(130, 134), **odd))
    assert done.guess is not None
    assert done.guess.profile == first.guess.profile


def test_whole_numbers_are_read_with_the_mark_of_the_other_files(
    workspace: Workspace, tmp_path: Path
) -> None:
    odd = {"head": "time", "mark": ",", "parted": ";"}
    one(workspace, log(tmp_path / "day.csv", range(1, 97), **odd))
    late = tmp_path / "late.csv"
    late.write_text("time;e1;e2\n2025-03-02 08:15;20;21\n2025-03-02 08:30;22;23\n")
    assert one(workspace, late).rows == 4


def test_rows_of_a_few_hours_with_gaps_are_of_the_declared_interval(
    workspace: Workspace, tmp_path: Path
) -> None:
    one(workspace, log(tmp_path / "day.csv", range(96)))
    done = one(workspace, log(tmp_path / "late.csv", range(130, 140, 2)))
    assert (done.rows, done.guess.doubts if done.guess else None) == (10, ())
    hourly = log(tmp_path / "hourly.csv", range(192, 288, 4))  # a whole day, all by the hour
    with pytest.raises(ImportIncomplete, match="Not sure"):
        one(workspace, hourly)


def test_meters_that_were_never_read_leave_it_doubtful(
    workspace: Workspace, tmp_path: Path
) -> None:
    late = log(tmp_path / "late.csv", range(129, 133))
    with pytest.raises(ImportIncomplete, match="Not sure") as caught:
        one(workspace, late)
    assert "--save NAME" in caught.value.faults[0].remedy
    one(workspace, log(tmp_path / "day.csv", range(96), meters="e1"))
    with pytest.raises(ImportIncomplete, match="Not sure"):
        one(workspace, late)


def test_meters_that_were_read_both_ways_leave_it_doubtful(
    workspace: Workspace, tmp_path: Path
) -> None:
    one(workspace, log(tmp_path / "day-1.csv", range(96)))
    one(workspace, log(tmp_path / "day-2.csv", range(97, 193)))
    guess = recognise_file(
        workspace, workspace.site("pots"), log(tmp_path / "late.csv", range(225, 229))
    )
    assert [(trace.aspect, trace.others) for trace in guess.doubts] == [("stamp", ("end",))]
