"""A workspace on disk: one folder that holds everything, and needs nothing else."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from celadon.errors import DeclarationError, Fault, LedgerError, WorkspaceError
from celadon.languages import Language
from celadon.records.ledger.in_force import Standing
from celadon.records.ledger.ledger import Ledger
from celadon.records.ledger.places import MANIFEST
from celadon.records.ledger.witness import SUFFIX, Witness, remedy_of_loss
from celadon.records.period import Period
from celadon.records.site import Site, load_site
from celadon.records.validation import read_toml
from celadon.reference import Registry, load_registry

Mode = Literal["working", "official"]
MARKER = "celadon.toml"
"""The file at the root of every workspace."""

HEADS = "heads"
"""The folder that keeps where each ledger ended."""


class Settings(BaseModel):
    """What ``celadon.toml`` says: the workspace's name, language and mode."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    language: Language = "zh"
    mode: Mode = "working"


class Workspace:
    """A workspace folder, opened.

    Raises
    ------
    WorkspaceError
        If the folder holds no ``celadon.toml``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        marker = folder / MARKER
        if not marker.is_file():
            raise WorkspaceError(
                f"{folder} is not a workspace",
                [
                    Fault(
                        (str(folder),),
                        f"no {MARKER}",
                        "a workspace has it at its root",
                        "run `celadon init`, or name the workspace with --workspace",
                    )
                ],
            )
        self.settings = _settings(marker)
        self._ledgers: dict[str, Ledger] = {}

    @classmethod
    def create(cls, folder: Path, name: str, language: Language) -> Workspace:
        """Make an empty workspace; an existing one is left as it is.

        Raises
        ------
        WorkspaceError
            If the folder holds other things and is no workspace.
        """
        marker = folder / MARKER
        if not marker.is_file():
            if folder.is_dir() and any(folder.iterdir()):
                fault = Fault(
                    (str(folder),),
                    "other files",
                    "an empty or a new folder",
                    "choose another folder",
                )
                raise WorkspaceError(f"{folder} is not empty and not a workspace", [fault])
            folder.mkdir(parents=True, exist_ok=True)
            plain = json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")  # as in TOML
            marker.write_text(
                f'name = {plain}\nlanguage = "{language}"\nmode = "working"\n', encoding="utf-8"
            )
            (folder / "sites").mkdir()
        return cls(folder)

    @property
    def is_writable(self) -> bool:
        """Whether this user may write into the workspace."""
        return os.access(self.folder, os.W_OK)

    def site_ids(self) -> list[str]:
        """The sites that have a declaration, or a ledger; those too of which both are gone."""
        folder = self.folder / "sites"
        declared = {path.parent.name for path in folder.glob("*/site.toml")}
        recorded = {path.parent.parent.name for path in folder.glob(f"*/ledger/{MANIFEST}")}
        kept = {path.name[: -len(SUFFIX)] for path in (self.folder / HEADS).glob(f"[!.]*{SUFFIX}")}
        return sorted(declared | recorded | kept)

    def site_file(self, site: str) -> Path:
        """Where a site's declaration lies.

        Raises
        ------
        WorkspaceError
            If there is no such site; lists those there are. If only its declaration is gone, says
            where the last one that was committed is kept; if all of it is gone, where it ended.
        """
        path = self.folder / "sites" / site / "site.toml"
        if not path.is_file() and (path.parent / "ledger" / MANIFEST).is_file():
            fault = Fault(
                (str(path),), "a ledger, and no declaration", "every site declares what it is",
                f"put site.toml back{self._last_declaration(site)}; "
                "or, if the site is no longer wanted, move its folder out of sites/ and give up "
                f"its ledger: celadon ledger forget {site} --reason WHY",
            )  # fmt: skip
            raise WorkspaceError(f"The declaration of {site} is gone", [fault])
        if not path.is_file() and self.witness(site).path.is_file():
            fault = Fault(
                (str(path.parent),), f"no site; its ledger ended at {self.witness(site).head()}",
                "a site that was recorded is never dropped in silence",
                remedy_of_loss(site, str(path.parent)),
            )  # fmt: skip
            raise WorkspaceError(f"The site {site} is gone", [fault])
        if not path.is_file():
            known = ", ".join(self.site_ids()) or "none yet"
            fault = Fault(
                (str(self.folder), f"site {site!r}"),
                "no such site",
                f"the sites here: {known}",
                f"correct the name, or write sites/{site}/site.toml (celadon init --site {site})",
            )
            raise WorkspaceError(f"There is no site {site!r}", [fault])
        return path

    def _last_declaration(self, site: str) -> str:
        """Where the declaration that was committed last lies, as far as the ledger can be read."""
        ledger = self.ledger(site)
        try:
            kept = Standing(ledger.lines()).declaration
        except LedgerError:
            return ""
        return f": the last one committed is {ledger.folder / 'sources' / kept}" if kept else ""

    def site(self, site: str) -> Site:
        """A site's present declaration, checked."""
        path = self.site_file(site)
        declared = load_site(path)
        if declared.id != site:
            fault = Fault(
                (str(path), "id"),
                repr(declared.id),
                f"the folder's name, {site}",
                "make them agree",
            )
            raise DeclarationError("A site's id and its folder differ", [fault])
        return declared

    def add_site(self, source: Path) -> Site:
        """Copy a declaration, and the reader profiles beside it, once it is checked."""
        declared = load_site(source)
        target = self.folder / "sites" / declared.id / "site.toml"
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.resolve() != target.resolve():
            shutil.copyfile(source, target)
            for profile in sorted((source.parent / "profiles").glob("*.toml")):
                folder = target.parent / "profiles"
                folder.mkdir(exist_ok=True)
                shutil.copyfile(profile, folder / profile.name)
        return declared

    def ledger(self, site: str) -> Ledger:
        """The site's ledger: one object for each, which remembers what it has verified."""
        if site not in self._ledgers:
            folder = self.folder / "sites" / site / "ledger"
            self._ledgers[site] = Ledger(folder, witness=self.witness(site))
        return self._ledgers[site]

    def witness(self, site: str) -> Witness:
        """The head that is kept of the site's ledger, outside its folder."""
        return Witness(self.folder / HEADS / f"{site}{SUFFIX}")

    def registry(self) -> Registry:
        """The reference tables, with those that this workspace adds."""
        own = self.folder / "reference"
        return load_registry(own if own.is_dir() else None)

    def cache(self, site: str, period: Period) -> Path:
        """Where the tables of a run lie; may be deleted at any time."""
        return self.folder / "cache" / site / str(period).replace("/", "_")

    def spans(self, site: str) -> Path:
        """Where it is kept which meters each batch of a site speaks of; may be deleted too."""
        return self.folder / "cache" / site / "spans.json"

    def originals(self, site: str) -> Path:
        """Where it is kept which original files of a site were sound; may be deleted too."""
        return self.folder / "cache" / site / "originals.json"

    def out(self, site: str, period: Period) -> Path:
        """Where the report of a run lies."""
        return self.folder / "out" / site / str(period).replace("/", "_")


def _settings(marker: Path) -> Settings:
    plain = read_toml(marker.read_bytes(), str(marker))
    try:
        return Settings.model_validate(plain)
    except ValidationError as error:
        raise DeclarationError(
            f"{MARKER} breaks {error.error_count()} rule(s)",
            [
                Fault(
                    (str(marker), ".".join(str(part) for part in fault["loc"])),
                    repr(fault.get("input")),
                    fault["msg"],
                    "correct the value",
                )
                for fault in error.errors(include_url=False)
            ],
        ) from None
