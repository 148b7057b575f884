"""One filled workspace for the tests that only read it."""

from __future__ import annotations

import pytest
from tests.app.shop import MARCH, fill, make_workspace

from celadon.app.running import SiteRun, cached_run
from celadon.app.workspace import Workspace


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = make_workspace(tmp_path_factory.mktemp("filled"))
    fill(workspace)
    return workspace


@pytest.fixture(scope="session")
def month(filled: Workspace) -> SiteRun:
    return cached_run(filled, "works", MARCH)
