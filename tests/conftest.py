"""What all tests share: where the shared data lie, and the rule on skips.

A skipped test proves nothing. With ``CELADON_NO_SKIPS=1`` in the environment, as ``.ci/run`` sets
it, a skip is a failure. One reason is excepted: the measured data sets of ``../shared/data`` are
too large for the repository, and the transcriptions of ``../shared/reference`` not ours to ship, so
a test that needs them may skip where they are absent. Such a test takes its folder from the fixture
``shared_data``, or names ``../shared/`` in its reason.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA = "../shared/data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the measured data sets; skips the test where it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"{SHARED_DATA} is absent: it is not part of the repository")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Turn a skip of a test into a failure where skips are not allowed."""
    report = yield
    return _without_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Turn a skip of a whole module into a failure where skips are not allowed."""
    report = yield
    return _without_skip(report)


def _without_skip(report: Any) -> Any:
    allowed = os.environ.get("CELADON_NO_SKIPS") != "1"
    expected_failure = hasattr(report, "wasxfail")
    if allowed or not report.skipped or expected_failure:
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if "../shared/" not in reason:
        report.outcome = "failed"
        report.longrepr = f"skipped where no skip is allowed (CELADON_NO_SKIPS=1): {reason}"
    return report
