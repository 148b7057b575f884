"""The ledger: a commit is there once and for ever, a replay does nothing."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.ledger.shelf import SLOT, START, counts, file_of, files, readings

from celadon.errors import LedgerError
from celadon.records.ledger.ledger import Commit, Ledger
from celadon.records.tables import ACTIVITY


def test_an_empty_ledger_is_sound(ledger: Ledger) -> None:
    assert ledger.lines() == []
    assert ledger.batches("reading") == []
    assert ledger.refused() == []
    assert ledger.declaration() is None
    assert ledger.verify() == 0
    assert ledger.sweep() == []


def test_a_commit_keeps_rows_source_and_what_was_refused(ledger: Ledger, source: Path) -> None:
    note = {"rule": "unknown_meter", "numbers": {"rows": 3}}
    assert ledger.commit("reading", readings(5, 6), source, "p", [note]) == Commit(
        1, 2, replayed=False
    )
    (batch,) = ledger.batches("reading")
    assert counts([batch]) == [[5, 6]]
    assert (batch.position, batch.arrived, batch.rows, batch.source_name) == (1, 1, 2, "a.csv")
    assert batch.recorded_at == "2025-01-01T00:00:00Z"
    assert (batch.first_ts, batch.last_ts) == (START, START + SLOT)
    assert (ledger.folder / "sources" / batch.source).read_text(encoding="utf-8") == "one"
    assert ledger.refused() == [note]
    assert ledger.verify() == 1


def test_the_same_content_in_any_order_of_rows_is_a_replay(ledger: Ledger, source: Path) -> None:
    table = readings(5, 6, 7)
    ledger.commit("reading", table, source, "p")
    before = files(ledger), ledger.manifest.read_bytes()
    shuffled = table.take([2, 0, 1])
    assert ledger.commit("reading", shuffled, source, "p") == Commit(1, 3, replayed=True)
    assert (files(ledger), ledger.manifest.read_bytes()) == before


@pytest.mark.parametrize("what", ["rows", "source", "profile", "kind"])
def test_what_differs_is_no_replay(ledger: Ledger, source: Path, tmp_path: Path, what: str) -> None:
    ledger.commit("reading", readings(5), source, "p")
    other = file_of(tmp_path, "b.csv", "two") if what == "source" else source
    table = readings(6) if what == "rows" else readings(5)
    kind = "activity" if what == "kind" else "reading"
    if kind == "activity":
        table = ACTIVITY.from_rows([])
    commit = ledger.commit(kind, table, other, "q" if what == "profile" else "p")
    assert commit == Commit(2, table.num_rows, replayed=False)


def test_the_name_of_a_file_is_no_part_of_its_content(
    ledger: Ledger, source: Path, tmp_path: Path
) -> None:
    ledger.commit("reading", readings(5), source, "p")
    assert ledger.commit("reading", readings(5), file_of(tmp_path, "b.csv", "one"), "p").replayed


@given(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.integers(2, 3))
@settings(max_examples=8, deadline=None)
def test_replaying_everything_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, values: list[int], times: int
) -> None:
    folder = tmp_path_factory.mktemp("replay")
    ledger = Ledger(folder / "ledger")
    states = []
    for _ in range(times):
        for value in values:
            ledger.commit("reading", readings(value), file_of(folder, f"{value}", f"{value}"), "p")
        states.append((files(ledger), ledger.manifest.read_bytes()))
    assert all(state == states[0] for state in states)
    assert len(ledger.lines()) == len(set(values))


def test_a_file_in_parts_is_in_force_as_a_whole(
    ledger: Ledger, source: Path, tmp_path: Path
) -> None:
    ledger.commit("reading", readings(5), source, "p")
    ledger.commit("reading", readings(9), file_of(tmp_path, "b.csv", "two"), "p")
    ledger.commit("reading", readings(6, first_row=3), source, "p")
    batches = ledger.batches("reading")
    assert counts(batches) == [[5], [6], [9]]
    assert [(b.position, b.arrived) for b in batches] == [(1, 1), (3, 1), (2, 2)]


def declare(ledger: Ledger, folder: Path, text: str) -> Commit:
    return ledger.commit_declaration(file_of(folder, "site.toml", text))


def test_a_declaration_is_committed_when_it_differs(ledger: Ledger, tmp_path: Path) -> None:
    assert declare(ledger, tmp_path, "a") == Commit(1, 0, replayed=False)
    assert declare(ledger, tmp_path, "a") == Commit(1, 0, replayed=True)
    assert declare(ledger, tmp_path, "b") == Commit(2, 0, replayed=False)
    assert declare(ledger, tmp_path, "a") == Commit(3, 0, replayed=False)
    texts = [ledger.declaration(at) for at in (0, 1, 2, 3)]
    assert texts[0] is None
    assert [path.read_text(encoding="utf-8") for path in texts[1:] if path] == ["a", "b", "a"]


def test_a_file_read_again_under_another_declaration_replaces_its_first_reading(
    ledger: Ledger, source: Path, tmp_path: Path
) -> None:
    declare(ledger, tmp_path, "old")
    ledger.commit("reading", readings(5), source, "p", [{"rule": "a"}])
    ledger.commit("reading", readings(9), file_of(tmp_path, "b.csv", "two"), "p", [{"rule": "b"}])
    declare(ledger, tmp_path, "new")
    ledger.commit("reading", readings(50), source, "p", [{"rule": "c"}])
    batches = ledger.batches("reading")
    assert counts(batches) == [[50], [9]]  # at the place that the file has had
    assert [(b.position, b.arrived) for b in batches] == [(5, 2), (3, 3)]
    assert [b.declaration.read_text(encoding="utf-8") for b in batches if b.declaration] == [
        "new",
        "old",
    ]
    assert ledger.refused() == [{"rule": "c"}, {"rule": "b"}]
    assert counts(ledger.batches("reading", known_at=4)) == [[5], [9]]
    assert ledger.refused(known_at=4) == [{"rule": "a"}, {"rule": "b"}]
    assert ledger.verify() == 5


def test_a_file_read_again_by_a_corrected_profile_replaces_its_first_reading(
    ledger: Ledger, source: Path
) -> None:
    ledger.commit("reading", readings(5), source, "wrong", [{"rule": "a"}], profile_id="scada")
    ledger.commit("reading", readings(7, meter="n"), source, "other", profile_id="lab")
    ledger.commit("reading", readings(6), source, "right", profile_id="scada")
    assert counts(ledger.batches("reading")) == [[6], [7]]
    assert ledger.refused() == []


def test_going_back_to_an_earlier_profile_counts_as_well(ledger: Ledger, source: Path) -> None:
    def commit(profile: str, count: int) -> Commit:
        return ledger.commit("reading", readings(count), source, profile, profile_id="scada")

    assert [commit("one", 5).position, commit("two", 6).position] == [1, 2]
    assert commit("one", 5) == Commit(3, 1, replayed=False)
    assert counts(ledger.batches("reading")) == [[5]]
    assert commit("one", 5) == Commit(3, 1, replayed=True)


def test_an_earlier_state_is_known_at_its_position(ledger: Ledger, tmp_path: Path) -> None:
    for n in range(4):
        ledger.commit("reading", readings(n), file_of(tmp_path, f"{n}.csv", f"{n}"), "p")
    for position in range(5):
        assert counts(ledger.batches("reading", position)) == [[n] for n in range(position)]
    assert len(ledger.lines(2)) == 2


@pytest.mark.parametrize("position", [-1, 3])
def test_a_position_beyond_the_chain_is_refused(
    ledger: Ledger, source: Path, position: int
) -> None:
    ledger.commit("reading", readings(1), source, "p")
    with pytest.raises(LedgerError, match=f"no position {position}") as caught:
        ledger.lines(position)
    assert caught.value.faults[0].rule == "a position between 0 and 1"


def test_refused_notes_in_both_languages_come_back(ledger: Ledger, source: Path) -> None:
    note = {"place": "一月.xlsx › 表1 › row 3", "numbers": {"text": "焦炭\n", "rows": None}}
    ledger.commit("reading", readings(5), source, "p", [note])
    assert ledger.refused() == json.loads(json.dumps([note]))


def test_a_commit_reads_the_chain_no_more_than_twice(
    ledger: Ledger, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.commit("reading", readings(5), source, "p")
    reads: list[Path] = []
    true = Path.read_bytes

    def counted(path: Path) -> bytes:
        reads.append(path)
        return true(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    ledger.commit("reading", readings(6), source, "p")
    assert reads.count(ledger.manifest) <= 2


def test_threads_share_a_ledger(ledger: Ledger, tmp_path: Path) -> None:
    """Some commit, some read, and one object remembers for all of them."""

    def commit(number: int) -> None:
        source = file_of(tmp_path, f"{number}.csv", f"{number}")
        ledger.commit("reading", readings(number), source, "p")
        ledger.commit_declaration(file_of(tmp_path, f"{number}.toml", f"# {number}"))

    def read(_: int) -> int:
        return len(ledger.batches("reading")) + len(ledger.refused())

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(act, n) for n in range(12) for act in (commit, read, read)]
        for each in done:
            each.result()
    lines = ledger.lines()
    assert sorted(counts(ledger.batches("reading"))) == [[n] for n in range(12)]
    assert [line["position"] for line in lines] == list(range(1, 25))
    assert Ledger(ledger.folder).lines() == lines
    ledger.verified(rows=True)


def test_a_ledger_goes_to_another_process(source: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.commit("reading", readings(5), source, "p")
    there = pickle.loads(pickle.dumps(ledger))  # noqa: S301  our own bytes
    assert there.commit("reading", readings(5), source, "p").replayed
    assert there.lines() == ledger.lines()
