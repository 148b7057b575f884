"""What the ledger does when files are damaged, the disk is full, or a folder is closed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.records.ledger.shelf import counts, file_of, files, readings

from celadon.chain import Chain
from celadon.errors import ChainBroken, LedgerError
from celadon.records.ledger import sealed
from celadon.records.ledger.ledger import Commit, Ledger


def parts_of(ledger: Ledger, index: int = 0) -> dict[str, Path]:
    """The files that a commit names."""
    line = ledger.lines()[index]
    return {
        "batch": ledger.folder / "batches" / f"{line['batch']}.parquet",
        "refused": ledger.folder / "batches" / f"{line['refused']}.json",
        "source": ledger.folder / "sources" / line["source"],
    }


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "changed": lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\x07"),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
}


@pytest.mark.parametrize("part", ["batch", "refused", "source"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_verify_finds_every_damage(ledger: Ledger, source: Path, part: str, damage: str) -> None:
    ledger.commit("reading", readings(5), source, "p", [{"rule": "a"}])
    path = parts_of(ledger)[part]
    DAMAGE[damage](path)
    with pytest.raises(ChainBroken, match="1 file") as caught:
        ledger.verify()
    (fault,) = caught.value.faults
    assert fault.where == (str(path), "position 1", "a.csv")
    assert "import the original file again by the same profile, or restore it" in fault.remedy
    assert ("a run goes on without it" in fault.remedy) == (part == "source")
    assert "--as-of" not in fault.remedy  # there is nothing before the first line
    assert fault.found == (
        "no such file" if damage == "gone" else "other bytes than were committed"
    )


def test_a_reader_of_a_gone_or_changed_file_is_told(ledger: Ledger, source: Path) -> None:
    ledger.commit_declaration(source)
    ledger.commit("reading", readings(5), source, "p", [{"rule": "a"}])
    parts = parts_of(ledger, 1)
    parts["refused"].write_text("[]", encoding="utf-8")
    with pytest.raises(ChainBroken, match="does not verify"):
        ledger.refused()
    whole = parts["batch"].read_bytes()
    parts["batch"].write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    with pytest.raises(ChainBroken, match="does not verify"):
        ledger.batches("reading")
    parts["batch"].unlink()
    with pytest.raises(ChainBroken, match="is gone"):
        ledger.batches("reading")
    parts["source"].unlink()
    with pytest.raises(ChainBroken, match="is gone"):
        ledger.declaration()


def test_a_changed_manifest_is_found(ledger: Ledger, source: Path) -> None:
    ledger.commit("reading", readings(5), source, "p")
    text = ledger.manifest.read_text(encoding="utf-8")
    ledger.manifest.write_text(text.replace('"rows":1', '"rows":2'), encoding="utf-8")
    for ask in (ledger.verify, ledger.lines, lambda: ledger.batches("reading")):
        with pytest.raises(ChainBroken):
            ask()


def test_a_torn_last_line_was_never_committed(ledger: Ledger, source: Path, tmp_path: Path) -> None:
    ledger.commit("reading", readings(5), source, "p")
    whole = ledger.manifest.read_bytes()
    other = file_of(tmp_path, "b.csv", "two")
    ledger.commit("reading", readings(6), other, "p")
    line = ledger.manifest.read_bytes()[len(whole) :]
    for kept in (1, len(line) // 2, len(line) - 2):  # the end of a line adds nothing
        ledger.manifest.write_bytes(whole + line[:kept])
        assert ledger.verify() == 1
        assert ledger.commit("reading", readings(6), other, "p") == Commit(2, 1, replayed=False)


def test_sweep_removes_strays_and_nothing_else(
    ledger: Ledger, source: Path, tmp_path: Path
) -> None:
    ledger.commit_declaration(file_of(tmp_path, "site.toml", "a"))
    ledger.commit("reading", readings(5), source, "p", [{"rule": "a"}])
    ledger.commit("reading", readings(6), source, "p")
    kept = files(ledger)
    strays = [
        ledger.folder / "batches" / "4711.tmp",
        ledger.folder / "batches" / ("0" * 64 + ".parquet"),
        ledger.folder / "sources" / ("f" * 64),
    ]
    for path in strays:
        path.write_bytes(b"half")
    assert sorted(ledger.sweep()) == sorted(strays)
    assert files(ledger) == kept
    assert ledger.sweep() == []
    assert ledger.verify() == 3


def failing(after: int, number: int) -> Callable[..., None]:
    """A function of ``os`` that fails from the call ``after`` on, as a full disk does."""
    calls = iter(range(10**6))
    true = os.fsync

    def fsync(handle: int) -> None:
        if next(calls) >= after:
            raise OSError(number, os.strerror(number))
        true(handle)

    return fsync


@pytest.mark.parametrize("after", range(9))
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_is_told_and_harms_nothing(
    ledger: Ledger,
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    number: int,
) -> None:
    ledger.commit("reading", readings(5), source, "p")
    other = file_of(tmp_path, "b.csv", "two")
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", failing(after, number))
        try:
            ledger.commit("reading", readings(6), other, "p")
        except LedgerError as error:
            (fault,) = error.faults
            assert fault.found == os.strerror(number)
            assert "do the same again" in fault.remedy
        else:
            assert after >= 7, "a commit syncs three files, their folders, and the chain"
    assert ledger.verify() in (1, 2)
    ledger.commit("reading", readings(6), other, "p")
    assert counts(ledger.batches("reading")) == [[5], [6]]
    assert not [name for name in files(ledger) if name.endswith(".tmp")]
    assert ledger.verify() == 2


def test_a_line_that_is_cut_by_a_full_disk_is_not_committed(
    ledger: Ledger, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.commit("reading", readings(5), source, "p")
    other = file_of(tmp_path, "b.csv", "two")

    def torn(chain: Chain, body: dict[str, Any]) -> None:
        with chain.path.open("ab") as file:
            file.write(b'{"batch":"half a li')
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Chain, "append", torn)
        with pytest.raises(LedgerError, match="could not be made"):
            ledger.commit("reading", readings(6), other, "p")
    assert ledger.verify() == 1
    assert ledger.commit("reading", readings(6), other, "p").position == 2


@pytest.mark.parametrize("verb", ["commit", "declare", "sweep"])
def test_a_folder_that_cannot_be_written_is_told(
    ledger: Ledger, source: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    ledger.commit("reading", readings(5), source, "p")
    (ledger.folder / "sources" / "stray").write_bytes(b"x")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(ledger.folder))

    monkeypatch.setattr(Path, "unlink" if verb == "sweep" else "replace", denied)
    act: dict[str, Callable[[], object]] = {
        "commit": lambda: ledger.commit("reading", readings(6), source, "p"),
        "declare": lambda: ledger.commit_declaration(source),
        "sweep": ledger.sweep,
    }
    if verb == "declare":
        source.write_text("another", encoding="utf-8")
    with pytest.raises(LedgerError) as caught:
        act[verb]()
    assert caught.value.faults[0].where == (str(ledger.folder),)
    assert caught.value.faults[0].found == os.strerror(errno.EACCES)


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path, source: Path) -> None:
    (tmp_path / "ledger").write_text("in the way", encoding="utf-8")
    with pytest.raises(LedgerError, match="could not be made"):
        Ledger(tmp_path / "ledger").commit("reading", readings(5), source, "p")


def test_a_source_that_changes_meanwhile_is_refused(
    ledger: Ledger, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = sealed.keep_copy

    def changing(path: Path, folder: Path) -> str:
        path.write_text("other bytes", encoding="utf-8")
        return true(path, folder)

    monkeypatch.setattr("celadon.records.ledger.committing.keep_copy", changing)
    with pytest.raises(LedgerError, match=r"a\.csv changed while it was imported"):
        ledger.commit("reading", readings(5), source, "p")
    assert ledger.lines() == []


def test_a_damaged_copy_of_a_source_is_replaced(ledger: Ledger, source: Path) -> None:
    ledger.commit("reading", readings(5), source, "p")
    parts_of(ledger)["source"].write_bytes(b"rot")
    ledger.commit("reading", readings(6), source, "p")
    assert ledger.verify() == 2


def test_a_last_line_that_lacks_only_its_end_counts(
    ledger: Ledger, source: Path, tmp_path: Path
) -> None:
    """Its hash proves it whole; whether it was acknowledged or not, to keep it loses nothing."""
    ledger.commit("reading", readings(5), source, "p")
    whole = ledger.manifest.read_bytes()
    ledger.manifest.write_bytes(whole[:-1])
    assert Ledger(ledger.folder).verify() == 1
    assert ledger.commit("reading", readings(5), source, "p") == Commit(1, 1, replayed=True)
    other = file_of(tmp_path, "b.csv", "two")
    assert ledger.commit("reading", readings(6), other, "p").position == 2
    assert ledger.manifest.read_bytes().startswith(whole)
    assert counts(ledger.batches("reading")) == [[5], [6]]


def asked(ledger: Ledger, source: Path) -> list[Callable[[], object]]:
    """All that must not go on as if nothing had ever been recorded."""
    return [
        ledger.lines,
        ledger.verify,
        ledger.head,
        ledger.pack,
        ledger.sweep,
        lambda: ledger.batches("reading"),
        lambda: ledger.commit("reading", readings(7), source, "p"),
        lambda: ledger.commit_declaration(source),
    ]


def declared(ledger: Ledger, folder: Path) -> None:
    """A declaration, and one batch."""
    ledger.commit_declaration(file_of(folder, "site.toml", "a"))
    ledger.commit("reading", readings(5), file_of(folder, "b.csv", "two"), "p")


def batches_alone(ledger: Ledger, folder: Path) -> None:
    """Two batches without a declaration."""
    for number in (1, 2):
        name = file_of(folder, f"{number}.csv", str(number))
        ledger.commit("reading", readings(number), name, "p")


@pytest.mark.parametrize("fill", [declared, batches_alone])
@pytest.mark.parametrize("kept", [None, 0, 1, 2, 30, 200])
def test_a_manifest_without_a_line_beside_committed_rows_is_refused(
    ledger: Ledger,
    source: Path,
    tmp_path: Path,
    fill: Callable[[Ledger, Path], None],
    kept: int | None,
) -> None:
    fill(ledger, tmp_path)
    whole = ledger.manifest.read_bytes()
    if fill is declared and kept in (None, 0, 1, 2):
        ledger.commit("reading", readings(6), source, "p")  # one batch could be that of a kill
    if kept is None:
        ledger.manifest.unlink()
    else:
        ledger.manifest.write_bytes(whole[:kept])
    before = files(ledger)
    for ask in asked(Ledger(ledger.folder), source):
        with pytest.raises(ChainBroken, match="lost") as caught:
            ask()
        (fault,) = caught.value.faults
        assert fault.where == (str(ledger.manifest), "line 1")
        assert "import-site" in fault.remedy
        assert "sources" in fault.remedy
    assert files(ledger) - {".lock"} == before - {".lock"}


@pytest.mark.parametrize("kept", [None, 0, 1, 5, 40, 200])
def test_a_first_write_that_was_cut_off_heals(
    ledger: Ledger, source: Path, kept: int | None
) -> None:
    ledger.commit("reading", readings(5), source, "p")
    line = ledger.manifest.read_bytes()
    if kept is None:
        ledger.manifest.unlink()
    else:
        ledger.manifest.write_bytes(line[:kept])
    again = Ledger(ledger.folder)
    assert again.verify() == 0
    assert again.commit("reading", readings(5), source, "p") == Commit(1, 1, replayed=False)
    assert again.unnamed() == []


def test_rows_that_no_line_names_are_told(ledger: Ledger, source: Path, tmp_path: Path) -> None:
    """A chain cut at the end of a line is sound in itself; its rows still lie there."""
    ledger.commit("reading", readings(5), source, "p")
    whole = ledger.manifest.read_bytes()
    ledger.commit("reading", readings(6), file_of(tmp_path, "b.csv", "two"), "p")
    lost = ledger.lines()[1]["batch"]
    assert ledger.verified().unnamed == ()
    ledger.manifest.write_bytes(whole)
    assert ledger.verified().unnamed == (f"batches/{lost}.parquet",)
    ledger.commit("reading", readings(6), tmp_path / "b.csv", "p")
    assert ledger.verified().unnamed == ()
    ledger.pack()
    assert ledger.verified().unnamed == ()
