"""Gathers the wheel of a project and of everything it requires on a target.

The walk reads what each wheel itself requires, with markers held against the target, so what is
gathered is closed: a bundle for Windows made on Linux holds what only Windows needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from celadon.app.bundle.pip import build, download
from celadon.app.bundle.target import Target
from celadon.app.bundle.wheel import Wheel, same_name, wheels_in
from celadon.errors import Fault, RequirementMissing

Origin = str
"""``source``: built from the source tree; ``installed``: the version of this environment;
``newest``: a package that is not installed here, the newest that its requirers allow."""

Step = Callable[[str, str], None]
"""Told what is done (``build``, ``download``, ``write``), and to what."""


@dataclass(frozen=True, slots=True)
class Project:
    """What a bundle installs.

    Parameters
    ----------
    source : its source tree, or None where there is none and its wheel must be downloaded.
    version : the version that runs here; None where it does not matter.
    """

    name: str
    version: str | None
    source: Path | None


@dataclass(frozen=True, slots=True)
class Member:
    """A wheel of the bundle, and where its version comes from."""

    wheel: Wheel
    origin: Origin


@dataclass(frozen=True, slots=True)
class _Demand:
    """One wheel's requirement of another."""

    by: str
    requirement: Requirement


def gather(project: Project, target: Target, folder: Path, step: Step) -> list[Member]:
    """Lay the wheels that a project needs on a target into a folder, and list them by name.

    Raises
    ------
    RequirementMissing
        If a wheel cannot be had, or the versions of this environment do not fit each other.
    """
    origins = {same_name(project.name): _gather_project(project, target, folder, step)}
    while True:
        wheels = {wheel.name: wheel for wheel in wheels_in(folder)}
        demands = list(_demands(same_name(project.name), wheels, target))
        absent = sorted({same_name(demand.requirement.name) for demand in demands} - set(wheels))
        if not absent:
            _check(demands, wheels)
            return [Member(wheels[name], origins[name]) for name in sorted(wheels)]
        repeated = [name for name in absent if name in origins]
        if repeated:
            raise _unnamed(repeated)
        wanted = [_wanted(name, demands) for name in absent]
        step("download", ", ".join(absent))
        download([text for text, _ in wanted], folder, target)
        origins |= {name: origin for name, (_, origin) in zip(absent, wanted, strict=True)}


def installed_version(name: str) -> str | None:
    """The version of a package in this environment, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _gather_project(project: Project, target: Target, folder: Path, step: Step) -> Origin:
    if project.source is not None:
        step("build", project.name)
        build(project.source, folder)
        return "source"
    step("download", project.name)
    text = project.name if project.version is None else f"{project.name}=={project.version}"
    download([text], folder, target)
    return "newest" if project.version is None else "installed"


def _demands(root: str, wheels: Mapping[str, Wheel], target: Target) -> Iterator[_Demand]:
    """What the root and the wheels that are there require, directly or not."""
    waiting, seen = [(root, "")], {(root, "")}
    while waiting:
        name, extra = waiting.pop()
        if name not in wheels:
            continue
        for requirement in wheels[name].requires:
            if not target.holds(requirement.marker, extra):
                continue
            yield _Demand(name, requirement)
            for wanted in ("", *sorted(requirement.extras)):
                node = (same_name(requirement.name), wanted)
                if node not in seen:
                    seen.add(node)
                    waiting.append(node)


def _wanted(name: str, demands: list[_Demand]) -> tuple[str, Origin]:
    """What to ask pip for, and where its version comes from."""
    here = installed_version(name)
    if here is not None:
        return f"{name}=={here}", "installed"
    asked = (demand.requirement for demand in demands)
    limits = {str(one) for each in asked if same_name(each.name) == name for one in each.specifier}
    return f"{name}{','.join(sorted(limits))}", "newest"


def _check(demands: list[_Demand], wheels: Mapping[str, Wheel]) -> None:
    faults = []
    for demand in demands:
        wheel = wheels[same_name(demand.requirement.name)]
        if not demand.requirement.specifier.contains(wheel.version, prereleases=True):
            found = f"{wheel.name} {wheel.version}"
            remedy = f'install a version that fits here: pip install "{demand.requirement}"'
            faults.append(Fault((demand.by,), found, str(demand.requirement), remedy))
    if faults:
        raise RequirementMissing("The packages of this environment do not fit each other", faults)


def _unnamed(names: list[str]) -> RequirementMissing:
    remedy = "look into the index or folder that pip is set to: the wheels of that name are odd"
    faults = [
        Fault((name,), "pip gave a wheel of another name", "a wheel of that name", remedy)
        for name in names
    ]
    return RequirementMissing("pip did not give what it was asked for", faults)
