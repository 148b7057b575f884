"""Downloads and builds wheels with pip, as the user has set pip up.

Which index pip asks, through which proxy and with which certificates, is the user's configuration;
celadon adds nothing to it and writes none of it down.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from celadon.app.bundle.target import Target
from celadon.errors import Fault, RequirementMissing

_ABSENT = re.compile(r"No matching distribution found for (?P<wanted>[^\n]+)")
_UNREACHABLE = (
    "connection broken",
    "Network is unreachable",
    "name resolution",
    "Connection refused",
    "ReadTimeoutError",
    "ConnectTimeoutError",
    "ProxyError",
    "SSLError",
)
_ADDRESS = re.compile(r"\b\w+://\S+")
_SAME_TIME = "315619200"
"""2 January 1980 in seconds: what a built wheel is stamped with, so that its bytes repeat."""

_SOURCES = ("pyproject.toml", "README.md", "LICENSE", "src")
_LITTER = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.pyc")


def download(wanted: Sequence[str], folder: Path, target: Target) -> None:
    """Download wheels that run on a target, none of what they require.

    Parameters
    ----------
    wanted : such as ``numpy==2.4.6`` or ``tzdata``.

    Raises
    ------
    RequirementMissing
        If pip is absent, reaches no index, or finds no wheel; every wheel not found is a fault.
    """
    done = _download(wanted, folder, target)
    if done.returncode == 0:
        return
    _raise_if_unreachable(done.stderr)
    if not _ABSENT.search(done.stderr):
        raise _failed("download", done.stderr)
    # pip names the first only: ask for each, so that all are told at once.
    absent = [text for text in wanted if _download([text], folder, target).returncode != 0]
    faults = [_no_wheel(text, target) for text in absent]
    if not faults:
        raise _failed("download", done.stderr)
    raise RequirementMissing(f"{len(faults)} wheel(s) for {_place(target)} not found", faults)


def build(source: Path, folder: Path) -> Path:
    """Build the wheel of a source tree; the tree itself is left as it is.

    Raises
    ------
    RequirementMissing
        If pip is absent or the build fails.
    """
    with tempfile.TemporaryDirectory(prefix="celadon-build-") as name:
        copy = Path(name) / "source"  # a build in place would leave its litter, and read older ones
        copy.mkdir()
        for part in _SOURCES:
            path = source / part
            if path.is_dir():
                shutil.copytree(path, copy / part, ignore=_LITTER)
            elif path.is_file():
                shutil.copy(path, copy / part)
        made = Path(name) / "made"
        words = ["wheel", "--no-deps", "--wheel-dir", str(made), str(copy)]
        if _has_backend(copy):
            words.append("--no-build-isolation")
        done = _pip(words, folder, {"SOURCE_DATE_EPOCH": _SAME_TIME})
        built = sorted(made.glob("*.whl"))
        if done.returncode != 0 or len(built) != 1:
            _raise_if_unreachable(done.stderr)
            raise _no_backend(source, done.stderr) or _failed("wheel", done.stderr)
        return Path(shutil.copy(built[0], folder))


def _has_backend(source: Path) -> bool:
    """Whether what builds the tree is installed here; else pip fetches it."""
    declared = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))
    for text in declared.get("build-system", {}).get("requires", []):
        requirement = Requirement(text)
        try:
            if not requirement.specifier.contains(version(requirement.name)):
                return False
        except PackageNotFoundError:
            return False
    return True


def _no_backend(source: Path, told: str) -> RequirementMissing | None:
    absent = _ABSENT.search(told)
    if absent is None:
        return None
    wanted = absent["wanted"].strip()
    remedy = f'install it here: pip install "{wanted}"'
    fault = Fault((str(source),), f"no {wanted}", "the wheel of celadon is built by it", remedy)
    return RequirementMissing("The wheel of celadon cannot be built", [fault])


def _download(
    wanted: Sequence[str], folder: Path, target: Target
) -> subprocess.CompletedProcess[str]:
    words = ["download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    words += ["--implementation", "cp", "--python-version", target.python]
    for tag in target.tags:
        words += ["--platform", tag]
    return _pip([*words, *wanted], folder, {})


def _pip(
    words: Sequence[str], folder: Path, settings: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run pip; raises OSError where the disk of the folder, or of temporary files, is full."""
    if importlib.util.find_spec("pip") is None:
        found, rule = f"no pip in {sys.prefix}", "wheels are gathered by python -m pip"
        fault = Fault(("pip",), found, rule, f"{sys.executable} -m ensurepip")
        raise RequirementMissing("A bundle needs pip", [fault])
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-color"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", **settings}
    done = subprocess.run(  # noqa: S603  our own words, and no shell
        [sys.executable, "-m", "pip", *words, *quiet],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if f"[Errno {errno.ENOSPC}]" in done.stderr:
        places = f"{folder.parent} / {tempfile.gettempdir()}"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), places)
    return done


def _raise_if_unreachable(told: str) -> None:
    if not any(sign in told for sign in _UNREACHABLE):
        return
    rule = "wheels come from the package index, or the folder of wheels, that your pip is set to"
    remedy = (
        "connect, or set pip up (pip config list shows how it is; PIP_FIND_LINKS names a folder"
        " of wheels), and type it again"
    )
    fault = Fault(("pip",), "it reaches no package index", rule, remedy)
    raise RequirementMissing("The wheels cannot be downloaded", [fault])


def _no_wheel(wanted: str, target: Target) -> Fault:
    if wanted.partition("==")[0] == "celadon":
        remedy = (
            "run celadon bundle from its source tree, where the wheel is built; or lay the wheel"
            " of celadon into a folder that PIP_FIND_LINKS names"
        )
    else:
        remedy = (
            "take another --python or --platform, install a version that has such a wheel, or"
            " build the wheel there (pip wheel) and lay it into a folder that PIP_FIND_LINKS names"
        )
    found = f"no wheel for {_place(target)}"
    return Fault((wanted,), found, "every package of a bundle is a wheel", remedy)


def _place(target: Target) -> str:
    return f"{target.platform}, Python {target.python}"


def _failed(word: str, told: str) -> RequirementMissing:
    lines = [line for line in told.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")] or lines[-3:]
    shown = _ADDRESS.sub("<address>", " ".join(errors)) or "pip gives no reason"
    fault = Fault((f"pip {word}",), shown, "pip does it without an error", "mend that, then again")
    return RequirementMissing(f"pip {word} failed", [fault])
