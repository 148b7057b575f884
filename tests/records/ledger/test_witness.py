"""A workspace remembers where a ledger ended: one that is gone or shorter never begins anew."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest
from tests.records.ledger.shelf import file_of, readings

from celadon.chain import read_chain
from celadon.errors import ChainBroken, LedgerError
from celadon.records.ledger.joining import join
from celadon.records.ledger.ledger import Ledger
from celadon.records.ledger.witness import FORGOTTEN, Witness


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "heads" / "mill.head")


@pytest.fixture
def watched(tmp_path: Path, witness: Witness) -> Ledger:
    """A ledger of three lines, and the witness of its end."""
    ledger = Ledger(tmp_path / "ledger", witness=witness)
    for number in range(3):
        take(ledger, tmp_path, number)
    return ledger


def take(ledger: Ledger, folder: Path, number: int) -> None:
    source = file_of(folder, f"{number}.csv", f"file {number}")
    ledger.commit("reading", readings(number), source, "p")


def opened(ledger: Ledger) -> Ledger:
    """The same ledger as another process opens it."""
    assert ledger.witness is not None
    return Ledger(ledger.folder, witness=Witness(ledger.witness.path))


def cut(ledger: Ledger, lines: int) -> None:
    every = ledger.manifest.read_bytes().splitlines(keepends=True)
    ledger.manifest.write_bytes(b"".join(every[:lines]))


def test_each_commit_is_remembered(watched: Ledger, witness: Witness) -> None:
    assert witness.head() == watched.head()
    assert witness.path.read_text("utf-8") == f"{watched.head()}\n"
    told = pickle.loads(pickle.dumps(watched))  # noqa: S301  our own bytes
    assert told.witness.path == witness.path


@pytest.mark.parametrize("kept", [True, False])
def test_a_ledger_that_is_gone_is_refused_and_not_begun(
    watched: Ledger, tmp_path: Path, kept: bool
) -> None:
    ledger = watched if kept else opened(watched)
    shutil.rmtree(watched.folder)
    for use in (ledger.lines, ledger.verify, ledger.pack, lambda: take(ledger, tmp_path, 9)):
        with pytest.raises(ChainBroken, match="ledger of mill is gone") as error:
            use()
        [fault] = error.value.faults
        assert "that it had, 3; head 3:" in fault.found
        for remedy in ("backup", "ledger import-site", "ledger forget mill --reason"):
            assert remedy in fault.remedy
    assert not watched.manifest.exists()


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_shorter_ledger_is_told(watched: Ledger, left: int) -> None:
    cut(watched, left)
    with pytest.raises(ChainBroken, match="Lines of the ledger of mill are lost") as error:
        opened(watched).lines()
    assert f"{left or 'none'} of the lines" in error.value.faults[0].found


def test_a_ledger_that_was_written_anew_is_told(watched: Ledger, tmp_path: Path) -> None:
    shutil.rmtree(watched.folder)
    anew = Ledger(watched.folder)
    for number in range(5, 9):
        take(anew, tmp_path, number)
    with pytest.raises(ChainBroken, match="written anew"):
        opened(watched).lines()


def test_an_earlier_head_is_enough(watched: Ledger, tmp_path: Path, witness: Witness) -> None:
    """A kill between the line and the head leaves the head of before."""
    take(Ledger(watched.folder), tmp_path, 7)
    assert len(opened(watched).lines()) == 4
    assert str(witness.head()).startswith("3:")
    opened(watched).remember()
    assert str(witness.head()).startswith("4:")


@pytest.mark.parametrize("left", [b"", b"\0\0\0", b"\n"])
def test_what_a_crash_leaves_of_a_head_is_no_head(
    watched: Ledger, witness: Witness, left: bytes
) -> None:
    witness.path.write_bytes(left)
    assert witness.head() is None
    opened(watched).remember()
    assert witness.head() == watched.head()


def test_a_head_that_is_no_head_is_told_with_what_to_do(watched: Ledger, witness: Witness) -> None:
    witness.path.write_text("three lines", encoding="utf-8")
    with pytest.raises(LedgerError, match="cannot be read") as error:
        opened(watched).lines()
    assert "forget mill" in error.value.faults[0].remedy
    assert witness.forget(watched.lines(), "a slip", "2025-01-01")["head"] == "three lines"
    assert len(opened(watched).lines()) == 3


def test_where_nothing_can_be_written_a_commit_still_counts(tmp_path: Path) -> None:
    (tmp_path / "heads").write_text("a file where a folder is needed", encoding="utf-8")
    ledger = Ledger(tmp_path / "ledger")
    take(ledger, tmp_path, 1)
    Witness(tmp_path / "heads" / "mill.head").path.parent.unlink()
    blocked = Witness(tmp_path / "none" / "deeper" / "mill.head")
    watched = Ledger(tmp_path / "ledger", witness=blocked)
    take(watched, tmp_path, 2)
    assert len(watched.lines()) == 2
    assert blocked.head() is None


def test_what_is_lost_is_forgotten_with_a_reason(
    watched: Ledger, tmp_path: Path, witness: Witness
) -> None:
    before = str(witness.head())
    with pytest.raises(LedgerError, match="Nothing is lost"):
        witness.forget(watched.lines(), "because", "2025-01-01")
    shutil.rmtree(watched.folder)
    with pytest.raises(LedgerError, match="with a reason"):
        witness.forget([], "  ", "2025-01-01")
    witness.forget([], "the disk burnt", "2025-01-01")
    assert not witness.path.exists()
    take(watched, tmp_path, 9)
    assert len(watched.lines()) == 1
    [line] = witness.forgotten()
    assert (line["head"], line["left"], line["reason"]) == (before, 0, "the disk burnt")
    assert read_chain(witness.path.with_name(FORGOTTEN)) == [line]
    assert Witness(witness.path.with_name("other.head")).forgotten() == []


def test_a_copy_that_has_the_head_brings_all_back(watched: Ledger, tmp_path: Path) -> None:
    shutil.copytree(watched.folder, tmp_path / "copy")
    shutil.rmtree(watched.folder)
    ledger = opened(watched)
    assert join(ledger, Ledger(tmp_path / "copy")).added == 3
    assert ledger.verify() == 3


def test_an_older_copy_is_taken_and_what_is_lacking_stays_told(
    watched: Ledger, tmp_path: Path, witness: Witness
) -> None:
    shutil.copytree(watched.folder, tmp_path / "copy")
    take(watched, tmp_path, 8)
    head = witness.head()
    shutil.rmtree(watched.folder)
    ledger = opened(watched)
    assert join(ledger, Ledger(tmp_path / "copy")).position == 3
    assert witness.lacks(read_chain(ledger.manifest)) == head
    with pytest.raises(ChainBroken, match="are lost"):
        ledger.lines()


def test_no_other_ledger_takes_the_place_of_one_that_is_gone(
    watched: Ledger, tmp_path: Path
) -> None:
    other = Ledger(tmp_path / "other")
    for number in range(4, 8):
        take(other, tmp_path, number)
    shutil.rmtree(watched.folder)
    with pytest.raises(LedgerError, match="another ledger than mill had"):
        join(opened(watched), other)
    assert not watched.manifest.exists()
