"""The verb ``doctor``: whether this machine and this workspace are fit for work."""

from __future__ import annotations

import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import celadon
from celadon.app.workspace import Workspace
from celadon.chain import sha256_file
from celadon.errors import CeladonError, ChainBroken
from celadon.report.fonts import has_chinese_font

LEAST_PYTHON = (3, 11)
LEAST_FREE = 1_000_000_000
"""Below these a warning is given; the free space is in bytes."""

_LIBRARIES = ("duckdb", "pyarrow", "numpy", "pydantic", "altair", "vl-convert-python", "typer")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Parameters
    ----------
    name : what was looked at, such as ``python`` or ``ledger works``.
    is_well : whether nothing needs to be done.
    found : what is there.
    remedy : what to do; empty where all is well.
    """

    name: str
    is_well: bool
    found: str
    remedy: str = ""

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return asdict(self)


def examine(folder: Path | None) -> list[Check]:
    """Look at the machine, and at the workspace in ``folder`` where one is given."""
    checks = [_python(), *_libraries(), _font()]
    if folder is None:
        checks.append(_disk(Path.cwd()))
        return checks
    checks += [_disk(folder), _writable(folder)]
    try:
        workspace = Workspace(folder)
        checks.append(_reference(workspace))
    except CeladonError as error:
        return [*checks, _refused("workspace", error)]
    for site in workspace.site_ids():
        checks += _site(workspace, site)
    return checks


def _python() -> Check:
    found = f"{platform.python_version()}, celadon {celadon.__version__}, {platform.system()}"
    least = ".".join(str(part) for part in LEAST_PYTHON)
    if sys.version_info[:2] >= LEAST_PYTHON:
        return Check("python", is_well=True, found=found)
    return Check("python", is_well=False, found=found, remedy=f"install Python {least} or later")


def _libraries() -> Iterator[Check]:
    """The main libraries in one line; a required library that is absent in a line of its own."""
    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            remedy = "install celadon again; it brings what it needs"
            yield Check(f"library {name}", is_well=False, found="absent", remedy=remedy)
    count = len([line for line in requires("celadon") or [] if "extra ==" not in line])
    yield Check("libraries", is_well=True, found=f"{', '.join(found)}; {count} required in all")


def _font() -> Check:
    if has_chinese_font():
        return Check("font", is_well=True, found="a font with Chinese glyphs")
    remedy = {
        "win32": "add the optional feature of Chinese (Simplified) supplemental fonts in Settings",
        "darwin": "restore PingFang in Font Book, or install Noto Sans CJK SC",
    }.get(
        sys.platform,
        "apt-get install fonts-noto-cjk (Debian, Ubuntu); elsewhere the package of Noto Sans CJK",
    )
    found = "no font with Chinese glyphs: charts as pictures would show empty boxes"
    return Check("font", is_well=False, found=found, remedy=remedy)


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(_existing(folder)).free
    found = f"{free / 1e9:,.1f} GB free"
    if free >= LEAST_FREE:
        return Check("disk", is_well=True, found=found)
    remedy = "free some space; `cache` in a workspace may be deleted at any time"
    return Check("disk", is_well=False, found=found, remedy=remedy)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())


def _writable(folder: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        found = error.strerror or str(error)
        remedy = "give yourself the right to write in it, or copy the workspace"
        return Check("write", is_well=False, found=f"{folder}: {found}", remedy=remedy)
    return Check("write", is_well=True, found=f"{folder} may be written")


def _reference(workspace: Workspace) -> Check:
    registry = workspace.registry()
    found = f"{len(registry.records):,} records, {len(registry.sources)} sources"
    return Check("reference", is_well=True, found=f"{found}, {registry.digest[:12]}")


def _site(workspace: Workspace, site: str) -> Iterator[Check]:
    try:
        declared = workspace.site(site)
        found = f"{len(declared.meters)} meters, {len(declared.streams)} streams"
        yield Check(f"site {site}", is_well=True, found=found)
        ledger = workspace.ledger(site)
        commits = ledger.verify()
        yield Check(f"ledger {site}", is_well=True, found=f"{commits} commits verify, every file")
    except ChainBroken as error:
        yield _refused(f"ledger {site}", error)
    except CeladonError as error:
        yield _refused(f"site {site}", error)
    else:
        yield from _caches(workspace, site)


def _caches(workspace: Workspace, site: str) -> Iterator[Check]:
    """A cached run that read something else than is there now is stale; the next run renews it."""
    present = {
        "position": len(workspace.ledger(site).lines()),
        "declaration": sha256_file(workspace.site_file(site)),
        "reference": workspace.registry().digest,
        "code": celadon.__version__,
    }
    for header in sorted((workspace.folder / "cache" / site).glob("*/header.json")):
        plain = json.loads(header.read_text(encoding="utf-8"))
        changed = [name for name, value in present.items() if plain["read"].get(name) != value]
        name = f"run {site} {plain['period']}"
        if changed:
            found = f"older than the present {', '.join(changed)}"
            remedy = f"celadon run {site} --period {plain['period']}"
            yield Check(name, is_well=False, found=found, remedy=remedy)
        else:
            yield Check(name, is_well=True, found=f"up to date, {plain['hash'][:12]}")


def _refused(name: str, error: CeladonError) -> Check:
    faults = [f"{fault.place}: {fault.found}" for fault in error.faults]
    remedies = list(dict.fromkeys(fault.remedy for fault in error.faults))
    found = "; ".join([error.summary, *faults[:3]])
    return Check(name, is_well=False, found=found, remedy="; ".join(remedies[:3]))
