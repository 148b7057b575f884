"""A disk that is full in the middle of a write, and a folder that is closed: told, and survived."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.records.ledger import confined
from tests.records.ledger.shelf import counts, file_of, readings

from celadon.errors import ChainBroken, LedgerError
from celadon.records.ledger.ledger import Ledger

REPOSITORY = Path(__file__).resolve().parents[3]
COMMITS = 6


@pytest.fixture
def filled(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "ledger")
    ledger.commit_declaration(file_of(tmp_path, "site.toml", '[site]\nid = "works"\n'))
    for n in range(COMMITS):
        source = file_of(tmp_path, f"{n}.csv", f"text {n}")
        ledger.commit("reading", readings(*range(n, n + 50)), source, "p", [{"of": n}])
    (tmp_path / "new.csv").write_bytes(os.urandom(2500))
    return ledger


def run(how: str, size: object, verb: str, folder: Path) -> str:
    program = [sys.executable, confined.__file__, how, str(size), verb, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(program, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(ledger: Ledger) -> list[object]:
    return [counts(ledger.batches("reading", COMMITS + 1)), ledger.refused(COMMITS + 1)]


@pytest.mark.parametrize("verb", ["commit", "pack", "export"])
def test_a_disk_that_is_full_in_the_middle_of_a_write(
    filled: Ledger, tmp_path: Path, verb: str
) -> None:
    """A limit on the size of files cuts each of those that a verb writes, one after another."""
    chain = filled.manifest.stat().st_size
    sizes = (0, 100, 2000, 2600, chain - 40, chain + 40, 10**6)
    *refused, last = run("size", ",".join(map(str, sizes)), verb, tmp_path).splitlines()
    assert last == "done", "the last limit cuts nothing"
    told = {tuple(text.split("|")) for text in refused if text != "done"}
    ((_, found, remedy),) = told
    assert found == os.strerror(errno.EFBIG)
    assert "do the same again" in remedy
    filled.sweep()
    assert filled.verify() == COMMITS + (1 if verb == "export" else 2)


@pytest.mark.parametrize("verb", ["commit", "pack", "export"])
def test_a_closed_folder_is_told_and_stays_readable(
    filled: Ledger, tmp_path: Path, verb: str
) -> None:
    before = state(filled)
    try:
        _, found, _ = run("closed", "-", verb, tmp_path).split("|")
        assert found == os.strerror(errno.EACCES)
        assert run("closed", "-", "read", tmp_path) == "done"
    finally:
        for path in (tmp_path, *tmp_path.rglob("*")):
            path.chmod(0o755)
    assert state(filled) == before


@pytest.mark.parametrize("packed", [False, True])
def test_a_bit_in_any_file_is_found_and_named(filled: Ledger, packed: bool) -> None:
    if packed:
        filled.pack()
    for name in [*sorted(filled.places().files()), "manifest.jsonl"]:
        path = filled.folder / name
        whole = path.read_bytes()
        for position in {0, len(whole) // 2, len(whole) - 2}:
            path.write_bytes(
                whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]
            )
            with pytest.raises(ChainBroken) as caught:
                filled.verify()
            assert caught.value.faults[0].where[0] == str(path)
            assert "from a backup" in caught.value.faults[0].remedy
        path.write_bytes(whole)
    assert filled.verify() == COMMITS + (2 if packed else 1)


def test_what_was_known_before_a_damaged_batch_is_still_computed_with(filled: Ledger) -> None:
    path = filled.batches("reading")[3].path
    path.write_bytes(path.read_bytes()[:-1] + b"\x07")
    with pytest.raises(ChainBroken) as caught:
        filled.batches("reading")
    assert "`--as-of 4` runs on what was known before it" in caught.value.faults[0].remedy
    assert len(filled.batches("reading", 4)) == 3


@pytest.mark.parametrize("part", ["batch", "refused", "source"])
def test_importing_the_original_again_puts_a_file_back(
    filled: Ledger, tmp_path: Path, part: str
) -> None:
    before = state(filled)
    line = filled.lines()[3]
    name = {
        "batch": f"batches/{line['batch']}.parquet",
        "refused": f"batches/{line['refused']}.json",
        "source": f"sources/{line['source']}",
    }[part]
    whole = (filled.folder / name).read_bytes()
    (filled.folder / name).write_bytes(whole + b"x")
    with pytest.raises(LedgerError):
        filled.verify()
    source = file_of(tmp_path, "2.csv", "text 2")
    again = filled.commit("reading", readings(*range(2, 52)), source, "p", [{"of": 2}])
    assert (again.position, again.replayed) == (4, True)
    assert (filled.folder / name).read_bytes() == whole
    assert state(filled) == before
