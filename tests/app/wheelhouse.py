"""A tiny index of wheels and a tiny celadon, so that bundles are tested without a network.

The tiny celadon needs ``kiln`` everywhere, ``glaze`` on Windows only, ``saggar`` before Python 3.12
only; ``kiln`` needs ``clay`` in its extra ``fine``, which nobody asks for, and ``ash``, which has
wheels of its own for each platform.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from functools import cache
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from celadon.app import bundling
from celadon.app.bundle import gathering
from celadon.app.bundle.gathering import Project

VERSION = "0.1.0"
INSTALLED = {"kiln": "1.2", "ash": "2.0", "saggar": "0.9"}
"""What the tiny environment holds."""

PLATFORMS = {
    "linux-x86_64": "manylinux_2_17_x86_64.manylinux2014_x86_64",
    "linux-aarch64": "manylinux_2_17_aarch64",
    "windows-x86_64": "win_amd64",
    "macos-arm64": "macosx_11_0_arm64",
}
_MAIN = """\
import sys

import kiln

if __name__ == "__main__":
    print("celadon {version}" if "--version" in sys.argv else "fired by " + kiln.NAME)
"""
_BACKEND = '''\
"""Builds the wheel of the tiny celadon; stands in for setuptools."""

import os
import time
import zipfile
from pathlib import Path

FILES = {files!r}


def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = {name!r}
    stamp = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
    with zipfile.ZipFile(Path(folder) / name, "w") as packed:
        for path, text in FILES.items():
            packed.writestr(zipfile.ZipInfo(path, stamp), text)
    return name
'''


def wheel_files(
    name: str,
    version: str,
    requires: Sequence[str] = (),
    tag: str = "py3-none-any",
    main: str | None = None,
) -> dict[str, str]:
    """The files of a wheel that does next to nothing, by path."""
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {text}\n" for text in requires)
    head = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n"
    tags = "".join(f"Tag: {'-'.join([*tag.split('-')[:2], one])}\n" for one in _platforms(tag))
    files = {
        f"{name}/__init__.py": f'NAME = "{name} {version}"\n',
        f"{info}/METADATA": f"{head}{needs}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n{tags}",
        f"{info}/licenses/LICENSE": "MIT\n",
    }
    if main is not None:
        files[f"{name}/__main__.py"] = main
    listed = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    return {**files, f"{info}/RECORD": listed}


def write_wheel(
    folder: Path, name: str, version: str, requires: Sequence[str] = (), tag: str = "py3-none-any"
) -> Path:
    """Write a wheel that does next to nothing."""
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for inside, text in wheel_files(name, version, requires, tag).items():
            packed.writestr(inside, text)
    return path


def write_index(folder: Path) -> Path:
    """The index: all that the tiny celadon may need, and a newer version of what is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    for version in ("1.2", "1.3"):
        write_wheel(folder, "kiln", version, ["ash>=2", 'clay; extra == "fine"'])
    for version in ("3.0", "3.1", "4.0"):
        write_wheel(folder, "glaze", version)
    write_wheel(folder, "saggar", "0.9")
    for tag in PLATFORMS.values():
        for python in ("cp311", "cp312", "cp313", "cp314"):
            write_wheel(folder, "ash", "2.0", tag=f"{python}-{python}-{tag}")
    repack(distribution("pip"), folder)
    return folder


def write_source(folder: Path, version: str = VERSION) -> Path:
    """The source tree of the tiny celadon, with a build backend of its own."""
    requires = [
        "kiln>=1",
        'glaze>=3,<4; sys_platform == "win32"',
        'saggar; python_version < "3.12"',
        'spare; extra == "dev"',
    ]
    source = folder / "src"
    source.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["src"]\n\n'
        f'[project]\nname = "celadon"\nversion = "{version}"\n',
        encoding="utf-8",
    )
    main = _MAIN.replace("{version}", version)
    files = wheel_files("celadon", version, requires, main=main)
    backend = _BACKEND.format(files=files, name=f"celadon-{version}-py3-none-any.whl")
    (source / "backend.py").write_text(backend, encoding="utf-8")
    return folder


def repack(package: Distribution, folder: Path) -> Path:
    """The wheel of a package that is installed here and runs anywhere."""
    path = folder / f"{package.name}-{package.version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for file in package.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                packed.write(os.fspath(file.locate()), file.as_posix())
    return path


def _platforms(tag: str) -> list[str]:
    return tag.split("-")[2].split(".")


def use_tiny(monkeypatch: pytest.MonkeyPatch, source: Path | None, index: Path) -> None:
    """Let bundles be made of the tiny celadon, from the tiny index, in the tiny environment."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    project = Project("celadon", VERSION, source)
    monkeypatch.setattr(bundling, "celadon_project", lambda: project)
    monkeypatch.setattr(gathering, "installed_version", INSTALLED.get)


@cache
def can_cut_network() -> bool:
    """Whether a program can be run here without any network."""
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    return done.returncode == 0
