"""An empty ledger whose clock is fixed, and a file to import."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records.ledger.shelf import clocked, file_of

from celadon.records.ledger.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return clocked(tmp_path / "ledger")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return file_of(tmp_path, "a.csv", "one")
