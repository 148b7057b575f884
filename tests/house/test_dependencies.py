"""What celadon stands on at run time: permissive licences, exact versions, quick to import."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]
PERMISSIVE = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "HPND",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Python-2.0",
    "Unlicense",
    "Zlib",
}
CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
REVIEWED: dict[str, str] = {}
"""Packages whose metadata do not say their licence, with what a person read in their files."""

SLOWEST_IMPORT_SECONDS = 0.3
HEAVY = ("altair", "duckdb", "numpy", "pyarrow", "pydantic", "vl_convert", "xlsxwriter")


def closure(root: str, extra: str = "") -> dict[str, Distribution]:
    """Everything that ``root`` requires on this machine, directly or not, by name."""
    found: dict[str, Distribution] = {}
    waiting = list(required(distribution(root), {extra}))
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in found:
            found[name] = distribution(name)
            waiting += required(found[name], {"", *requirement.extras})
    return found


def required(package: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for text in package.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
            yield requirement


def licence_faults(name: str, package: Distribution) -> Iterator[str]:
    if name in REVIEWED:
        return
    identifiers = licence_identifiers(package)
    if not identifiers:
        yield f"{name}: its metadata name no licence; read its files and list it under REVIEWED"
    for identifier in identifiers - PERMISSIVE:
        yield f"{name}: {identifier} is not a licence that celadon may stand on"


def licence_identifiers(package: Distribution) -> set[str]:
    """All licences that the package names; of alternatives, each must be permissible too."""
    metadata = package.metadata
    expression = metadata.get("License-Expression")
    if expression:
        return set(re.split(r"\s+(?:AND|OR)\s+|[()]", expression)) - {""}
    classifiers = [c for c in metadata.get_all("Classifier", []) if c.startswith("License ::")]
    if classifiers:
        return {CLASSIFIERS.get(c, c) for c in classifiers}
    written = (metadata.get("License") or "").strip()
    return {written.partition("\n")[0]} if written else set()


def test_run_time_licences_are_permissive() -> None:
    packages = closure("celadon")
    assert {"duckdb", "numpy", "pydantic-core"} <= set(packages)
    faults = [fault for name in packages for fault in licence_faults(name, packages[name])]
    assert faults == []


def test_every_dependency_has_its_exact_version() -> None:
    pins = dict(
        line.split("==")
        for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    pinned = {canonicalize_name(name): version for name, version in pins.items()}
    packages = closure("celadon", "dev")
    assert {"hypothesis", "duckdb", "ruff"} <= set(packages)
    assert sorted(set(packages) - set(pinned)) == []
    assert "setuptools" in pinned
    for text in distribution("celadon").requires or ():
        requirement = Requirement(text)
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is None or requirement.specifier.contains(version), text


def test_importing_celadon_is_quick_and_loads_nothing_heavy() -> None:
    program = (
        "import sys, time; start = time.perf_counter(); import celadon;"
        "print(time.perf_counter() - start, *sorted(sys.modules))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(3)
    ]
    assert min(float(run[0]) for run in runs) <= SLOWEST_IMPORT_SECONDS
    assert [name for name in HEAVY if name in runs[0]] == []


def test_each_floor_imports_only_what_stands_above_it() -> None:
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
