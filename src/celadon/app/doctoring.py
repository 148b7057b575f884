"""The verb ``doctor``: whether this machine and this workspace are fit for work."""

from __future__ import annotations

import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import celadon
from celadon.app.caching import present_state
from celadon.app.supervising import open_register, programmes
from celadon.app.workspace import Workspace
from celadon.cases.verifying import verify
from celadon.errors import CeladonError, ChainBroken, LedgerError
from celadon.exact import decimal_text
from celadon.languages import Phrases
from celadon.reference.licences import licences_of
from celadon.report.fonts import has_chinese_font

LEAST_PYTHON = (3, 11)
LEAST_FREE = 1_000_000_000
"""Below these a warning is given; the free space is in bytes."""

_READ = ("ledger", "declaration", "reference", "methods", "code")
_LIBRARIES = ("duckdb", "pyarrow", "numpy", "pydantic", "altair", "vl-convert-python", "typer")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Parameters
    ----------
    kind : what was looked at, such as ``python`` or ``ledger``.
    name : the same in words, with the site or library concerned.
    is_well : whether nothing needs to be done.
    found : what is there.
    remedy : what to do; empty where all is well.
    """

    kind: str
    name: str
    is_well: bool
    found: str
    remedy: str = ""

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return asdict(self)


def examine(folder: Path | None, language: str) -> list[Check]:
    """Look at the machine, and at the workspace in ``folder`` where one is given."""
    doctor = _Doctor(language)
    checks = [doctor.python(), *doctor.libraries(), doctor.font()]
    if folder is None:
        return [*checks, doctor.disk(Path.cwd())]
    checks += [doctor.disk(folder), doctor.write(folder)]
    try:
        workspace = Workspace(folder)
        checks += doctor.reference(workspace)
    except CeladonError as error:
        return [*checks, doctor.refused("workspace", "", error)]
    for site in workspace.site_ids():
        checks += doctor.site(workspace, site)
    for programme in programmes(workspace):
        checks.append(doctor.register(workspace, programme))
    return checks


@cache
def _phrases() -> Phrases:
    return Phrases.load("celadon.app", "data/doctoring.toml")


class _Doctor:
    """Makes checks, told in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def _say(self, key: str, **values: object) -> str:
        return _phrases().text(key, self._language, **values)

    def _well(self, kind: str, subject: str = "", **values: object) -> Check:
        found = self._say(f"found.{kind}", **values)
        return Check(kind, self._name(kind, subject), is_well=True, found=found)

    def _ill(self, kind: str, subject: str, found: str, remedy: str) -> Check:
        name = self._name(kind, subject)
        return Check(kind, name, is_well=False, found=found, remedy=remedy)

    def _name(self, kind: str, subject: str) -> str:
        return f"{self._say(f'name.{kind}')} {subject}".strip()

    def python(self) -> Check:
        """The version of Python, and of celadon."""
        values = {
            "python": platform.python_version(),
            "celadon": celadon.__version__,
            "system": platform.system(),
        }
        if sys.version_info[:2] >= LEAST_PYTHON:
            return self._well("python", **values)
        least = ".".join(str(part) for part in LEAST_PYTHON)
        found = self._say("found.python", **values)
        return self._ill("python", "", found, self._say("do.python", least=least))

    def libraries(self) -> Iterator[Check]:
        """The main libraries in one check; one that is absent in a check of its own."""
        listed = []
        for name in _LIBRARIES:
            try:
                listed.append(f"{name} {version(name)}")
            except PackageNotFoundError:
                found, remedy = self._say("found.absent"), self._say("do.absent")
                yield self._ill("library", name, found, remedy)
        required = [line for line in requires("celadon") or [] if "extra ==" not in line]
        yield self._well("libraries", listed=", ".join(listed), number=len(required))

    def font(self) -> Check:
        """Whether charts can be drawn with Chinese."""
        if has_chinese_font():
            return self._well("font")
        system = sys.platform if sys.platform in ("win32", "darwin") else "linux"
        return self._ill("font", "", self._say("found.no_font"), self._say(f"do.{system}"))

    def disk(self, folder: Path) -> Check:
        """The free space where the workspace lies."""
        whole = folder.resolve()
        there = next(path for path in (whole, *whole.parents) if path.exists())
        free = shutil.disk_usage(there).free
        told = decimal_text(Fraction(free, 10**9), 1)
        if free >= LEAST_FREE:
            return self._well("disk", free=told)
        found = self._say("found.disk", free=told)
        return self._ill("disk", "", found, self._say("do.disk"))

    def write(self, folder: Path) -> Check:
        """Whether the workspace may be written."""
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            reason = error.strerror or str(error)
            found = self._say("found.no_write", folder=folder, error=reason)
            return self._ill("write", "", found, self._say("do.write"))
        return self._well("write", folder=folder)

    def reference(self, workspace: Workspace) -> Iterator[Check]:
        """The reference tables are sound, those of the workspace included; and their licences.

        A licence that is not known is told: it is no fault of the workspace.
        """
        registry = workspace.registry()
        yield self._well(
            "reference",
            rows=f"{sum(registry.row_count.values()):,}",
            sources=len(registry.sources),
            digest=registry.digest[:12],
        )
        counts = {name: f"{number:,}" for name, number in licences_of(registry).plain().items()}
        yield self._well("licences", **counts)

    def site(self, workspace: Workspace, site: str) -> Iterator[Check]:
        """The declaration of a site, its ledger to the last byte, and its cached runs."""
        try:
            declared = workspace.site(site)
            sizes = {"meters": len(declared.meters), "streams": len(declared.streams)}
            yield self._well("site", site, **sizes)
            yield self._well("ledger", site, commits=workspace.ledger(site).verify())
        except LedgerError as error:
            yield self.refused("ledger", site, error)
        except CeladonError as error:
            yield self.refused("site", site, error)
        else:
            yield from self._runs(workspace, site)

    def register(self, workspace: Workspace, programme: str) -> Check:
        """The register of a programme, with every document and paper."""
        try:
            done = verify(open_register(workspace, programme))
        except CeladonError as error:
            return self.refused("register", programme, error)
        if done.faults:
            told = ChainBroken(self._say("found.register_changed"), list(done.faults))
            return self.refused("register", programme, told)
        return self._well(
            "register", programme, events=f"{done.events:,}", documents=f"{done.documents:,}"
        )

    def _runs(self, workspace: Workspace, site: str) -> Iterator[Check]:
        """A cached run that read something else than is there now is stale."""
        present = present_state(workspace, site)
        for file in sorted((workspace.folder / "cache" / site).glob("*/header.json")):
            header = json.loads(file.read_text(encoding="utf-8"))
            period = header["period"]
            read = header["read"]
            changed = [name for name in _READ if read.get(name) != present[name]]
            if not changed:
                yield self._well("run", f"{site} {period}", hash=header["hash"][:12])
                continue
            parts = ", ".join(self._say(f"part.{name}") for name in changed)
            found = self._say("found.stale", changed=parts)
            remedy = self._say("do.run", site=site, period=period)
            yield self._ill("run", f"{site} {period}", found, remedy)

    def refused(self, kind: str, subject: str, error: CeladonError) -> Check:
        """What an error says, as a check that is not well."""
        faults = [f"{fault.place}: {fault.found}" for fault in error.faults[:3]]
        remedies = dict.fromkeys(fault.remedy for fault in error.faults[:3])
        return self._ill(kind, subject, "; ".join([error.summary, *faults]), "; ".join(remedies))
