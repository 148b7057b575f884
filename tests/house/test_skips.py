"""The rule on skips: where none is allowed, a skip fails, unless the shared data are absent."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
CASES = {
    "test_passes": "import pytest\n\ndef test_it(): pass\n",
    "test_plain": "import pytest\n\ndef test_it(): pytest.skip('no font here')\n",
    "test_marked": "import pytest\n\n@pytest.mark.skip(reason='later')\ndef test_it(): pass\n",
    "test_module": "import pytest\n\npytest.skip('not today', allow_module_level=True)\n",
    "test_import": "import pytest\n\npytest.importorskip('no_such_module')\n",
    "test_xfail": "import pytest\n\n@pytest.mark.xfail\ndef test_it(): assert False\n",
    "test_shared": "def test_it(shared_data): pass\n",
    "test_named": "import pytest\n\ndef test_it(): pytest.skip('../shared/data is absent')\n",
}
SKIPS = {"test_plain", "test_marked", "test_module", "test_import"}
STRICT = {"CELADON_NO_SKIPS": "1"}


def run(folder: Path, names: Iterable[str], settings: dict[str, str]) -> str:
    """Run some cases in a repository of their own, beside which no shared data lie."""
    tests = folder / "repository" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(CONFTEST, tests)
    for name in names:
        (tests / f"{name}.py").write_text(CASES[name])
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CELADON_", "PYTEST_"))}
    options = ["-q", "-rA", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "."],
        cwd=tests,
        env=environment | settings,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def failed(output: str) -> set[str]:
    return set(re.findall(r"^(?:FAILED|ERROR) (\w+)\.py", output, re.MULTILINE))


def test_a_skip_fails_where_none_is_allowed(tmp_path: Path) -> None:
    output = run(tmp_path, CASES, STRICT)
    assert failed(output) == SKIPS, output
    assert output.count("skipped where no skip is allowed") >= len(SKIPS)


def test_elsewhere_a_skip_is_a_skip(tmp_path: Path) -> None:
    output = run(tmp_path, CASES, {})
    assert failed(output) == set(), output
    assert f"{len(SKIPS) + 2} skipped" in output
