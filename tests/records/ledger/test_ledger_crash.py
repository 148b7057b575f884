"""Nothing acknowledged is lost: processes that commit at once, and processes that are killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.records.ledger import crashing

from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Ledger
from celadon.records.ledger.places import MANIFEST


def run(*arguments: object) -> str:
    program = [sys.executable, crashing.__file__, *map(str, arguments)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_processes_that_commit_at_once_lose_nothing(tmp_path: Path) -> None:
    run("race", tmp_path, 3, 8)
    batches = Ledger(tmp_path / "ledger").batches("reading")
    assert len(batches) == 24
    assert all(read_batch(batch).num_rows == 20 for batch in batches)


def test_a_reader_is_not_disturbed_by_packing(tmp_path: Path) -> None:
    run("read", tmp_path, 40)


def test_a_kill_at_any_instant_loses_nothing(tmp_path: Path) -> None:
    told = run("kill", tmp_path, 30, 1)
    assert told.startswith("30 kills")
    assert any(
        '"kind":"pack"' in (place / "ledger" / MANIFEST).read_text() for place in tmp_path.iterdir()
    )
    for place in tmp_path.iterdir():
        ledger = Ledger(place / "ledger")
        assert [n["of"] for n in ledger.refused()] == [
            b.source_name for b in ledger.batches("reading")
        ]


@pytest.mark.long
def test_a_thousand_kills_lose_nothing(tmp_path: Path) -> None:
    assert run("kill", tmp_path, 1000, 2).startswith("1000 kills")
