"""The report that the tests of this room look at: the example of ``microgrid init``."""

from __future__ import annotations

import pytest

from celadon.app.designing import initialise_design
from celadon.app.microgrid_reporting import Asked, report_design
from celadon.report.microgrid.carbon import Basis
from celadon.report.microgrid.content import DesignReport


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> DesignReport:
    """The content of the report of the example, its boilers on natural gas."""
    design, _ = initialise_design(tmp_path_factory.mktemp("site"))
    found = report_design(design, None, Asked(basis=Basis(fuels={"": "natural_gas"})))[1]
    assert found is not None
    return found
