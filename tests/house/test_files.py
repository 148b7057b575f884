"""What no file of the repository may hold, and what some must."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TEXTS = {".py", ".md", ".toml", ".txt", ".sql", ".csv", ".html", ".css", ".cfg", ".yaml", ""}

# Built of pieces, so that this file does not hold what it looks for.
_HOSTS = "|".join(
    [
        "py" + "pi" + r"\.org",
        "python" + "hosted",
        "npm" + r"js\.(org|com)",
        r"deb\." + "debian",
        "index" + "-url",
        "extra" + "-index",
    ]
)
_ROOTS = "|".join(["work", "farm", "root", "home/[a-z]+", "tmp/[a-z]+"])
FORBIDDEN = {
    "the host of a package index": re.compile(_HOSTS),
    "a path of one machine": re.compile(rf"(?<![\w.<>*-])/({_ROOTS})/"),
}


def repository_files() -> list[Path]:
    """The files under version control, and those that are about to be."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    paths = (REPOSITORY / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_the_list_of_files_is_the_repository() -> None:
    names = {path.relative_to(REPOSITORY).as_posix() for path in repository_files()}
    assert {"pyproject.toml", "src/celadon/exact.py", "tests/conftest.py"} <= names


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:80]}"
        for path in repository_files()
        if path.suffix in TEXTS
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1)
        if FORBIDDEN[what].search(line)
    ]
    assert found == [], f"{what}:\n" + "\n".join(found)


def test_the_search_finds_what_is_forbidden() -> None:
    assert FORBIDDEN["the host of a package index"].search("from https://" + "pypi" + ".org/x")
    assert FORBIDDEN["a path of one machine"].search("open('" + "/ho" + "me/ann/x.csv')")
    assert not FORBIDDEN["a path of one machine"].search("tests/foundation/work/x")


def test_the_house_stands() -> None:
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", ".ci/run"):
        assert (REPOSITORY / name).is_file(), name
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert readme.index("make demo") < readme.index("make test") < readme.index("##")
    assert "Apache License" in (REPOSITORY / "LICENSE").read_text(encoding="utf-8")


def test_the_changelog_speaks_of_this_version() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## [{project['version']}]" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
