"""Packing: fewer and smaller files, and nothing else that anyone could notice."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.ledger.shelf import clocked, counts, file_of, files, readings

from celadon.errors import ChainBroken, LedgerError, TableError
from celadon.records.ledger import packing
from celadon.records.ledger.batches import read_batch, read_batches
from celadon.records.ledger.ledger import Commit, Ledger
from celadon.records.ledger.packing import Packed
from celadon.records.ledger.places import ranges_of
from celadon.records.tables import ACTIVITY, READING

TOLD = (
    "position", "arrived", "kind", "rows", "source_name", "source", "profile", "recorded_at",
    "first_ts", "last_ts",
)  # fmt: skip


def fill(ledger: Ledger, folder: Path, numbers: range = range(4)) -> None:
    for n in numbers:
        source = file_of(folder, f"{n}.csv", f"text {n}")
        ledger.commit("reading", readings(n, n + 1), source, "p", [{"of": n}])


def state(ledger: Ledger, known_at: int) -> list[Any]:
    """All that a reader can learn of a position."""
    told: list[Any] = [ledger.refused(known_at)]
    for kind in ("reading", "activity", "sample", "exchange"):
        for batch in ledger.batches(kind, known_at):
            declared = batch.declaration.read_bytes() if batch.declaration else b""
            told.append(
                {
                    **{name: getattr(batch, name) for name in TOLD},
                    "declared": declared,
                    "table": read_batch(batch).to_pylist(),
                    "file": ledger.source(batch.position),
                }
            )
    return told


def test_a_pack_takes_the_place_of_the_small_files(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, tmp_path)
    before = state(ledger, 4)
    assert len(files(ledger) - {".lock"}) == 1 + 3 * 4
    assert ledger.pack() == [Packed(5, "reading", 4, 8)]
    line = ledger.lines()[-1]
    assert files(ledger) - {".lock"} == {
        "manifest.jsonl", f"packs/{line['pack']}.parquet", f"packs/{line['small']}.parquet",
    }  # fmt: skip
    assert line["positions"] == [[1, 4]]
    assert state(ledger, 4) == state(ledger, 5) == before
    assert ledger.verified(rows=True).rows == 8


def test_packing_again_does_nothing(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, tmp_path)
    ledger.pack()
    before = files(ledger), ledger.manifest.read_bytes()
    assert ledger.pack() == []
    assert (files(ledger), ledger.manifest.read_bytes()) == before


def test_there_is_nothing_to_pack_in_one_batch(ledger: Ledger, source: Path) -> None:
    assert ledger.pack() == []
    ledger.commit("reading", readings(1), source, "p")
    assert ledger.pack() == []


def test_what_was_packed_before_is_packed_with_what_came_since(
    ledger: Ledger, tmp_path: Path
) -> None:
    fill(ledger, tmp_path)
    ledger.pack()
    fill(ledger, tmp_path, range(4, 7))
    before = [state(ledger, n) for n in range(9)]
    assert ledger.pack() == [Packed(9, "reading", 7, 14)]
    assert len(list((ledger.folder / "packs").iterdir())) == 2
    assert [state(ledger, n) for n in range(9)] == before
    assert ledger.lines()[-1]["positions"] == [[1, 4], [6, 8]]


def test_a_full_pack_is_left_alone(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "ROWS_A_PACK", 5)
    fill(ledger, tmp_path, range(5))
    assert [(p.batches, p.rows) for p in ledger.pack()] == [(2, 4), (2, 4)]
    assert ledger.pack() == []
    assert counts(ledger.batches("reading")) == [[n, n + 1] for n in range(5)]
    assert ledger.verify() == 7


def test_a_replay_is_recognised_after_packing(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, tmp_path)
    ledger.pack()
    before = files(ledger)
    source = file_of(tmp_path, "2.csv", "text 2")
    assert ledger.commit("reading", readings(2, 3), source, "p") == Commit(3, 2, replayed=True)
    assert files(ledger) == before


def test_a_packed_file_is_read_again(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, tmp_path)
    ledger.pack()
    source = file_of(tmp_path, "1.csv", "text 1")
    ledger.commit("reading", readings(70), source, "q")
    ledger.commit("reading", readings(80), source, "r", profile_id="p")
    assert ledger.source(2) == ledger.source(6) == b"text 1"
    assert counts(ledger.batches("reading", 6)) == [[0, 1], [1, 2], [2, 3], [3, 4], [70]]
    assert counts(ledger.batches("reading")) == [[0, 1], [80], [2, 3], [3, 4], [70]]
    assert ledger.verify() == 7


def test_large_originals_and_declarations_stay_files(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "LARGEST_SMALL", 6)
    declared = file_of(tmp_path, "site.toml", "0")
    ledger.commit_declaration(declared)
    ledger.commit("reading", readings(1), declared, "p")  # the same bytes
    fill(ledger, tmp_path, range(9, 11))
    large = file_of(tmp_path, "large.csv", "seventy")
    ledger.commit("reading", readings(7), large, "p")
    before = [state(ledger, n) for n in range(6)]
    ledger.pack()
    assert len(list((ledger.folder / "sources").iterdir())) == 3
    assert [state(ledger, n) for n in range(6)] == before
    path = ledger.declaration()
    assert path is not None
    assert path.read_text() == "0"
    ledger.commit("reading", readings(8), large, "q")
    ledger.pack()
    assert [state(ledger, n) for n in range(6)] == before
    assert ledger.source(5) == b"seventy"


def test_kinds_are_packed_apart(ledger: Ledger, tmp_path: Path) -> None:
    day = dt.date(2025, 3, 1)
    for n in range(3):
        row = {"stream": "coal", "kind": "purchase", "from_day": day, "count": n, "source_row": 2}
        table = ACTIVITY.from_rows([{**row, "to_day": day}])
        ledger.commit("activity", table, file_of(tmp_path, f"{n}.xlsx", f"book {n}"), "a")
    fill(ledger, tmp_path)
    before = state(ledger, 7)
    assert [(p.kind, p.batches) for p in ledger.pack()] == [("reading", 4), ("activity", 3)]
    assert state(ledger, 7) == before
    assert ledger.verified(rows=True).rows == 11


def test_an_empty_batch_and_rows_that_differ_in_nothing_come_back(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.commit("reading", readings(), file_of(tmp_path, "none.csv", "none"), "p")
    twice = pa.concat_tables([readings(5), readings(5), readings(4)])
    ledger.commit("reading", twice, file_of(tmp_path, "twice.csv", "twice"), "p")
    before = state(ledger, 2)
    ledger.pack()
    assert state(ledger, 2) == before
    assert ledger.verified(rows=True).rows == 3


steps = st.lists(
    st.tuples(
        st.sampled_from(["read", "read", "read", "declare", "pack"]),
        st.integers(0, 2),
        st.integers(0, 1),
        st.sampled_from(["scada", "lab"]),
    ),
    min_size=3,
    max_size=12,
)


@given(steps)
@settings(max_examples=12, deadline=None)
def test_packing_changes_no_position(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[str, int, int, str]]
) -> None:
    """The same history with and without packing is the same at every position."""
    folder = tmp_path_factory.mktemp("history")
    plain, packed = clocked(folder / "plain"), clocked(folder / "packed")
    at = [0]  # for each position of the plain ledger, that of the packed one
    for verb, number, profile, name in done:
        if verb == "pack":
            packed.pack()
            continue
        text = '[[meter]]\nid = "n"\nmeasure = "kg"\n' if verb == "declare" else "text"
        source = file_of(folder, f"{verb}{number}", f"{text}\n# {number}")
        for ledger in (plain, packed):
            if verb == "declare":
                ledger.commit_declaration(source)
            else:
                table = readings(number, profile, first_row=number)
                ledger.commit("reading", table, source, f"{profile}", [{"n": name}], name)
        if len(plain.lines()) == len(at):
            at.append(len(packed.lines()))

    def told(ledger: Ledger, position: int) -> list[Any]:
        return [
            (b.source_name, b.profile, b.declaration and b.declaration.name, *counts([b]))
            for b in ledger.batches("reading", position)
        ]

    for position, there in enumerate(at):
        assert told(packed, there) == told(plain, position)
        assert packed.refused(there) == plain.refused(position)
    packed.verified(rows=True)


def test_many_batches_are_read_as_one_table(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, tmp_path)
    ledger.pack()
    fill(ledger, tmp_path, range(4, 6))
    batches = ledger.batches("reading")
    rows = read_batches("reading", batches, ["count"])
    assert rows.column_names == ["count", "position"]
    told = sorted(zip(rows["position"].to_pylist(), rows["count"].to_pylist(), strict=True))
    apart = [(b.position, c) for b in batches for c in read_batch(b)["count"].to_pylist()]
    assert told == apart
    some = read_batches("reading", batches[1:3])
    assert some.column_names == [*READING.names, "position"]
    assert sorted(set(some["position"].to_pylist())) == [2, 3]
    assert read_batches("reading", []).num_rows == 0


def test_a_column_that_is_not_there_is_told(ledger: Ledger, source: Path) -> None:
    ledger.commit("reading", readings(1), source, "p")
    with pytest.raises(TableError, match="no colour"):
        read_batch(ledger.batches("reading")[0], ["colour"])


def test_a_batch_that_was_packed_since_is_still_read(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, tmp_path)
    loose = ledger.batches("reading")
    ledger.pack()
    once = ledger.batches("reading")
    fill(ledger, tmp_path, range(4, 5))
    ledger.pack()
    assert counts(loose) == counts(once) == counts(ledger.batches("reading"))[:4]
    assert read_batches("reading", once).num_rows == 8


@pytest.mark.parametrize("which", ["pack", "small"])
@pytest.mark.parametrize("how", ["bit", "gone"])
def test_a_damaged_pack_is_named(ledger: Ledger, tmp_path: Path, which: str, how: str) -> None:
    fill(ledger, tmp_path)
    ledger.pack()
    path = ledger.folder / "packs" / f"{ledger.lines()[-1][which]}.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])
    if how == "gone":
        path.unlink()
    with pytest.raises(ChainBroken, match="1 file") as caught:
        ledger.verify()
    (fault,) = caught.value.faults
    assert fault.where == (str(path), "4 positions from 1")
    assert "import-site" in fault.remedy
    with pytest.raises(ChainBroken):
        _ = ledger.batches("reading") if which == "pack" else ledger.refused()


def test_a_damaged_file_is_not_packed(ledger: Ledger, tmp_path: Path) -> None:
    fill(ledger, tmp_path)
    before = files(ledger)
    path = ledger.folder / "batches" / f"{ledger.lines()[1]['batch']}.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"\x07")
    with pytest.raises(ChainBroken) as caught:
        ledger.pack()
    assert caught.value.faults[0].where == (str(path), "position 2", "1.csv")
    assert files(ledger) == before


def test_rows_that_do_not_prove_their_line_are_not_packed(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(ledger, tmp_path)
    before = files(ledger)
    true = packing.rows_pack

    def wrong(kind: str, batches: Any) -> bytes:
        return true(kind, ((n, readings(9, 9)) for n, _ in batches))

    monkeypatch.setattr(packing, "rows_pack", wrong)
    with pytest.raises(LedgerError, match="cannot be packed"):
        ledger.pack()
    assert files(ledger) == before


def failing(after: int) -> Callable[[int], None]:
    true, calls = os.fsync, iter(range(10**6))

    def fsync(handle: int) -> None:
        if next(calls) >= after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        true(handle)

    return fsync


@pytest.mark.parametrize("after", range(6))
def test_a_full_disk_while_packing_harms_nothing(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    fill(ledger, tmp_path)
    before = state(ledger, 4)
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", failing(after))
        if after < 5:  # a packing syncs two files, their folder each time, and the chain
            with pytest.raises(LedgerError) as caught:
                ledger.pack()
            assert caught.value.faults[0].found == os.strerror(errno.ENOSPC)
        else:
            ledger.pack()
    assert state(ledger, 4) == before
    ledger.pack()
    ledger.sweep()
    assert state(ledger, 4) == before
    assert ledger.verified(rows=True).rows == 8
    assert not list((ledger.folder / "batches").iterdir())


def test_old_files_that_cannot_be_removed_are_told_and_go_later(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(ledger, tmp_path)
    with monkeypatch.context() as patched:

        def denied(path: Path, **_: object) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

        patched.setattr(Path, "unlink", denied)
        with pytest.raises(LedgerError):
            ledger.pack()
    fill(ledger, tmp_path, range(4, 5))
    ledger.pack()
    assert not list((ledger.folder / "batches").iterdir())
    assert counts(ledger.batches("reading")) == [[n, n + 1] for n in range(5)]


def test_packing_leaves_the_files_of_lines_that_were_lost(ledger: Ledger, tmp_path: Path) -> None:
    """The last lines are cut off by accident; whoever finds them again finds their files."""
    fill(ledger, tmp_path, range(6))
    before = state(ledger, 6)
    whole = ledger.manifest.read_bytes()
    ledger.manifest.write_bytes(b"".join(whole.splitlines(keepends=True)[:4]))
    assert ledger.pack() == [Packed(5, "reading", 4, 8)]
    lost = [f"batches/{json.loads(line)['batch']}.parquet" for line in whole.splitlines()[4:]]
    assert set(lost) <= files(ledger)
    assert [f"batches/{p.name}" for p in sorted((ledger.folder / "batches").glob("*.parquet"))] == (
        sorted(lost)
    )
    assert state(ledger, 4)[1:] == before[1:5]


def test_runs_of_positions() -> None:
    assert ranges_of([]) == []
    assert ranges_of([9, 1, 2]) == [[1, 2], [9, 9]]
