"""The verb ``bundle``: a folder that installs celadon on a machine without a network."""

from __future__ import annotations

import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

import celadon
from celadon.app.bundle.folder import MANIFEST, WHEELS, check_free, complete
from celadon.app.bundle.gathering import Member, Project, Step, gather
from celadon.app.bundle.pip import download
from celadon.app.bundle.target import Target
from celadon.app.bundle.wheel import sha256_of, wheels_in
from celadon.errors import Fault, WorkspaceError


@dataclass(frozen=True, slots=True)
class Bundled:
    """The bundle that was made.

    Parameters
    ----------
    celadon : the version that it installs.
    size : of all its files, in bytes.
    manifest_sha256 : what a receiver compares, by another way than the folder came.
    replaced : whether an earlier bundle was there.
    """

    folder: Path
    target: Target
    celadon: str
    members: tuple[Member, ...]
    size: int
    manifest_sha256: str
    replaced: bool


def bundle(
    folder: Path,
    platform: str | None = None,
    python: str | None = None,
    *,
    step: Step | None = None,
) -> Bundled:
    """Make the offline installer of this celadon for a platform and a version of Python.

    It is made beside ``folder`` and put in place when it is complete: an interruption leaves what
    was there.

    Parameters
    ----------
    platform : such as ``windows-x86_64``; this machine's by default.
    python : such as ``3.12``; the one that runs by default.

    Raises
    ------
    WorkspaceError
        If the folder holds anything but an earlier bundle, or the target is not known.
    RequirementMissing
        If pip, or a wheel for the target, cannot be had.
    """
    target = Target.of(platform, python)
    place = folder.resolve()
    _check_place(place)
    told = step or (lambda _name, _subject: None)
    with _alone(place), _beside(place) as made:
        wheels = made / WHEELS
        wheels.mkdir()
        members = gather(celadon_project(), target, wheels, told)
        told("download", "pip")
        with tempfile.TemporaryDirectory(prefix="pip-", dir=made.parent) as tools:
            download(["pip"], Path(tools), target)
            tool = next(wheels_in(Path(tools)))
            shutil.copy(tool.path, wheels)
        told("write", place.name)
        complete(made, members, tool, target)
        replaced = _put(made, place)
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    digest = sha256_of(place / MANIFEST)
    installs = next(str(m.wheel.version) for m in members if m.wheel.name == "celadon")
    return Bundled(folder, target, installs, tuple(members), size, digest, replaced)


def celadon_project() -> Project:
    """This celadon: its source tree where it runs from one, else the version to download."""
    root = Path(celadon.__file__).resolve().parents[2]
    declared = root / "pyproject.toml"
    if declared.is_file():
        project = tomllib.loads(declared.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == "celadon":
            return Project("celadon", celadon.__version__, root)
    return Project("celadon", celadon.__version__, None)


def _check_place(place: Path) -> None:
    if place == Path.cwd() or place in Path.cwd().parents:
        remedy = "name a folder of its own, such as celadon-offline"
        fault = Fault((str(place),), "the folder you stand in", "a folder of its own", remedy)
        raise WorkspaceError(f"A bundle cannot be written to {place}", [fault])
    check_free(place)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold the place against a second bundle, and clear what a killed one left beside it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    lock = place.with_name(f".{place.name}.lock")
    try:
        with FileLock(lock, timeout=0):
            for left in place.parent.glob(f".{_plain(place.name)}.partial-*"):
                shutil.rmtree(left)
            try:
                yield
            finally:
                if sys.platform != "win32":  # there, a file that is held cannot be deleted
                    lock.unlink(missing_ok=True)
    except Timeout:
        rule, remedy = "one at a time", "wait until it is complete, or choose another folder"
        fault = Fault((str(place),), "another bundle is being written there", rule, remedy)
        raise WorkspaceError(f"{place} is being written", [fault]) from None


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A folder beside the place, gone when this ends unless it was put in place."""
    outer = Path(tempfile.mkdtemp(prefix=f".{place.name}.partial-", dir=place.parent))
    try:
        made = outer / "bundle"
        made.mkdir()
        yield made
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def _put(made: Path, place: Path) -> bool:
    """Put the complete bundle in place; whether an earlier one was there."""
    check_free(place)  # once more: it took a while
    earlier = made.with_name("earlier")
    replaced = place.exists() and any(place.iterdir())
    if place.exists():
        place.rename(earlier)
    try:
        made.rename(place)
    except OSError:
        if earlier.exists():
            earlier.rename(place)
        raise
    return replaced


def _plain(name: str) -> str:
    """A name in which no character stands for others."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)
