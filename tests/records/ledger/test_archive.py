"""A site in one file: all of it verified, taken once, and never mixed with another."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.records.ledger.shelf import clocked, counts, file_of, files, readings

from celadon.chain import canonical_json
from celadon.errors import ChainBroken, InputError, LedgerError
from celadon.records.ledger.archive import ABOUT, export_site, open_archive
from celadon.records.ledger.joining import Joined, join
from celadon.records.ledger.ledger import Ledger

SITE = '[site]\nid = "works"\n'
PROFILES = {"scada.toml": b'id = "scada"\n'}


def commit(ledger: Ledger, folder: Path, number: int) -> None:
    source = file_of(folder, f"{number}.csv", f"text {number}")
    ledger.commit("reading", readings(number), source, "p", [{"of": number}])


@pytest.fixture
def filled(ledger: Ledger, tmp_path: Path) -> Ledger:
    ledger.commit_declaration(file_of(tmp_path, "site.toml", SITE))
    for number in range(3):
        commit(ledger, tmp_path, number)
    return ledger


@pytest.fixture
def archive(filled: Ledger, tmp_path: Path) -> Path:
    return export_site("works", filled, PROFILES, tmp_path / "works.zip").path


def opened(archive: Path, folder: Path) -> Ledger:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return open_archive(archive, folder).ledger


def test_an_archive_holds_all_and_is_always_the_same(
    filled: Ledger, archive: Path, tmp_path: Path
) -> None:
    again = export_site("works", filled, PROFILES, tmp_path / "again.zip")
    assert again.path.read_bytes() == archive.read_bytes()
    assert (again.head, again.files, again.size) == (filled.head(), 10, archive.stat().st_size)
    (tmp_path / "out").mkdir()
    copy = open_archive(archive, tmp_path / "out")
    assert (copy.site, copy.head) == ("works", filled.head())
    assert (copy.folder / "profiles" / "scada.toml").read_bytes() == PROFILES["scada.toml"]
    assert copy.lines == filled.lines()
    assert counts(copy.ledger.batches("reading")) == [[0], [1], [2]]


def test_a_copy_of_nothing_is_taken_whole_and_once(archive: Path, tmp_path: Path) -> None:
    mine = Ledger(tmp_path / "mine")
    copy = opened(archive, tmp_path / "out")
    assert join(mine, copy) == Joined(4, 4, ())
    assert files(mine) - {".lock"} == files(copy)
    before = files(mine)
    assert join(mine, copy) == Joined(4, 0, ())
    assert files(mine) == before
    assert mine.verified(rows=True).rows == 3


def test_a_copy_that_goes_on_is_taken_on(filled: Ledger, archive: Path, tmp_path: Path) -> None:
    mine = Ledger(tmp_path / "mine")
    join(mine, opened(archive, tmp_path / "out"))
    commit(filled, tmp_path, 3)
    filled.pack()
    later = export_site("works", filled, {}, tmp_path / "later.zip").path
    assert join(mine, opened(later, tmp_path / "out")) == Joined(6, 2, ())
    assert files(mine) - {".lock"} == files(filled) - {".lock"}
    assert mine.lines() == filled.lines()
    assert join(mine, opened(archive, tmp_path / "out")) == Joined(6, 0, ())


def test_two_ledgers_that_part_are_never_mixed(
    filled: Ledger, archive: Path, tmp_path: Path
) -> None:
    mine = clocked(tmp_path / "mine")
    join(mine, opened(archive, tmp_path / "out"))
    commit(filled, tmp_path, 7)
    commit(mine, tmp_path, 8)
    later = export_site("works", filled, {}, tmp_path / "later.zip").path
    before = files(mine), mine.manifest.read_bytes()
    with pytest.raises(LedgerError, match="part at position 5") as caught:
        join(mine, opened(later, tmp_path / "out"))
    (fault,) = caught.value.faults
    assert mine.lines()[4]["hash"][:12] in fault.found
    assert filled.lines()[4]["hash"][:12] in fault.found
    assert "the first 4 lines are the same" in fault.rule
    assert (files(mine), mine.manifest.read_bytes()) == before


def test_another_site_parts_at_once(archive: Path, tmp_path: Path) -> None:
    mine = clocked(tmp_path / "mine")
    mine.commit_declaration(file_of(tmp_path, "other.toml", SITE + "# other"))
    with pytest.raises(LedgerError, match="part at position 1"):
        join(mine, opened(archive, tmp_path / "out"))


@pytest.mark.parametrize("packed", [False, True])
def test_damaged_files_are_put_back(filled: Ledger, tmp_path: Path, packed: bool) -> None:
    if packed:
        filled.pack()
    archive = export_site("works", filled, {}, tmp_path / "works.zip").path
    before = counts(filled.batches("reading"))
    names = sorted(filled.places().files())
    for name in names:
        path = filled.folder / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(ChainBroken):
            filled.verify()
        assert join(filled, opened(archive, tmp_path / "out")).restored == (name,)
        path.unlink()
        assert join(filled, opened(archive, tmp_path / "out")).restored == (name,)
        assert path.read_bytes() == whole
    assert counts(filled.batches("reading")) == before
    assert filled.verified(rows=True).rows == 3


def test_a_lost_manifest_is_put_back(filled: Ledger, archive: Path, tmp_path: Path) -> None:
    """The way back from a chain that is broken in its middle: move it away, import the archive."""
    text = filled.manifest.read_text(encoding="utf-8")
    filled.manifest.write_text(text.replace('"rows":1', '"rows":2', 1), encoding="utf-8")
    with pytest.raises(ChainBroken, match="does not verify") as caught:
        join(filled, opened(archive, tmp_path / "out"))
    assert "the line before it verifies" in caught.value.faults[0].found
    filled.manifest.rename(tmp_path / "broken.jsonl")
    join(filled, opened(archive, tmp_path / "out"))
    assert filled.manifest.read_text(encoding="utf-8") == text


def test_a_damaged_ledger_is_not_exported(filled: Ledger, tmp_path: Path) -> None:
    path = filled.folder / "batches" / f"{filled.lines()[1]['batch']}.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ChainBroken):
        export_site("works", filled, {}, tmp_path / "works.zip")
    assert not list(tmp_path.glob("works.zip*"))


def test_nothing_is_replaced_by_an_export(filled: Ledger, archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(LedgerError, match="would replace"):
        export_site("works", filled, {}, archive)
    assert archive.read_bytes() == before


def test_there_is_nothing_to_export_of_an_empty_ledger(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="nothing to export"):
        export_site("works", ledger, {}, tmp_path / "works.zip")


def rewritten(archive: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The archive with its members changed, and right checksums of the ZIP format."""
    with zipfile.ZipFile(archive) as read:
        members = {name: read.read(name) for name in read.namelist()}
    change(members)
    out = archive.with_name("changed.zip")
    with zipfile.ZipFile(out, "w") as written:
        for name, data in members.items():
            written.writestr(name, data)
    return out


def first(members: dict[str, bytes], start: str) -> str:
    return next(name for name in members if name.startswith(start))


def flip(start: str) -> Callable[[dict[str, bytes]], object]:
    def change(members: dict[str, bytes]) -> None:
        name = first(members, start)
        data = members[name]
        members[name] = data[:50] + bytes([data[50] ^ 1]) + data[51:] if len(data) > 50 else b"x"

    return change


def drop(start: str) -> Callable[[dict[str, bytes]], object]:
    return lambda members: members.pop(first(members, start))


def add(name: str) -> Callable[[dict[str, bytes]], object]:
    return lambda members: members.update({name: b"x"})


def about(**change: object) -> Callable[[dict[str, bytes]], object]:
    def changed(members: dict[str, bytes]) -> None:
        plain = {**json.loads(members[ABOUT]), **change}
        members[ABOUT] = canonical_json(plain).encode()

    return changed


def shorten(members: dict[str, bytes]) -> None:
    lines = members["ledger/manifest.jsonl"].splitlines(keepends=True)
    members["ledger/manifest.jsonl"] = b"".join(lines[:-1])


FALSE: dict[str, Callable[[dict[str, bytes]], object]] = {
    "batch": flip("ledger/batches/"),
    "source": flip("ledger/sources/"),
    "manifest": flip("ledger/manifest"),
    "profile": flip("profiles/"),
    "no batch": drop("ledger/batches/"),
    "no profile": drop("profiles/"),
    "no manifest": drop("ledger/manifest"),
    "no word about itself": drop(ABOUT),
    "a line less": shorten,
    "a path upward": add("../../evil.toml"),
    "a rooted path": add("/evil.toml"),
    "a stray": add("ledger/sources/" + "0" * 64),
    "a program": add("profiles/evil.py"),
    "another site": about(site="other"),
    "a path as site": about(site="../x"),
    "another head": about(head="4:" + "0" * 64),
    "a newer format": about(celadon_site=2),
    "no head": about(head=None),
    "profiles that are no table": about(profiles=5),
}


@pytest.mark.parametrize("what", FALSE)
def test_an_archive_that_is_not_true_is_refused(archive: Path, tmp_path: Path, what: str) -> None:
    changed = rewritten(archive, FALSE[what])
    with pytest.raises((InputError, ChainBroken)) as caught:
        opened(changed, tmp_path / "out")
    assert caught.value.faults[0].remedy


@pytest.mark.parametrize("at", [0.0, 0.3, 0.9, 0.999])
def test_an_archive_that_is_cut_off_or_flipped_is_refused(
    archive: Path, tmp_path: Path, at: float
) -> None:
    data = archive.read_bytes()
    cut = file_of(tmp_path, "cut.zip", "")
    cut.write_bytes(data[: int(len(data) * at)])
    with pytest.raises(InputError, match="no sound archive"):
        opened(cut, tmp_path / "out")


def test_one_bit_anywhere_never_changes_what_is_taken(
    filled: Ledger, archive: Path, tmp_path: Path
) -> None:
    """A bit of a name, a date or a size either does not matter or is refused."""
    data = archive.read_bytes()
    flipped = tmp_path / "flipped.zip"
    for position in range(0, len(data), max(1, len(data) // 150)):
        flipped.write_bytes(data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :])
        try:
            copy = opened(flipped, tmp_path / "out")
        except (InputError, ChainBroken, LedgerError):
            continue
        assert copy.lines() == filled.lines()


def test_an_archive_larger_than_the_disk_is_refused(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(LedgerError, match="does not fit"):
        opened(archive, tmp_path / "out")
