"""The verb ``init``: a workspace, and a first site for a person to edit."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from celadon.app.workspace import MARKER, Workspace
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.site import site_from_plain

_HINT = """\
Put the files of the site {site} here as they come; nothing here is read until you import it.
把厂区 {site} 的原始文件放在这里；导入之前不会读取。

  celadon import {site} "sites/{site}/inbox/*.csv" --profile readings-wide

profile         reads
readings-wide   CSV, a column of times (时间) and one per meter, headed by id and unit: e1 (kWh)
readings-long   CSV, a row per reading: time (时间), meter (表号), value (读数)
activity        XLSX, a row per purchase, stock, production or sale (购入、库存、产量、外销)
samples         XLSX, laboratory results and certificates (化验、证书)

For files of another make, write a profile into sites/{site}/profiles (docs/profiles.md).
其他格式的文件：在 sites/{site}/profiles 中编写读取配置（见 docs/profiles.md）。
The ledger keeps the original of all that is imported.
凡导入的文件，其原件保存在账本中。
"""


@dataclass(frozen=True, slots=True)
class Initialised:
    """What was made: the workspace, and a site's declaration and inbox where it was asked for."""

    workspace: Workspace
    is_new: bool
    declaration: Path | None
    inbox: Path | None


def initialise(
    folder: Path, *, name: str = "", language: Language = "zh", site: str | None = None
) -> Initialised:
    """Make a workspace, and with ``site`` an example declaration in it; never overwrites.

    Parameters
    ----------
    name : what people call the workspace; the folder's name if empty.
    site : id of the site to begin with, or None for an empty workspace.

    Raises
    ------
    WorkspaceError
        If the folder holds other things, or the site is declared already.
    DeclarationError
        If ``site`` is not a valid id.
    """
    target = folder / "sites" / (site or "") / "site.toml"
    text = example_declaration(site, target) if site is not None else ""
    is_new = not is_workspace(folder)
    workspace = Workspace.create(folder, name or folder.resolve().name, language)
    if site is None:
        return Initialised(workspace, is_new, None, None)
    if target.is_file():
        rule, remedy = "init never overwrites", "edit it, or choose another id with --site"
        fault = Fault((str(target),), "a declaration", rule, remedy)
        raise WorkspaceError(f"There is a site {site!r} already", [fault])
    inbox = target.parent / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    (inbox / "README.txt").write_text(_HINT.format(site=site), encoding="utf-8", newline="\n")
    return Initialised(workspace, is_new, target, inbox)


def is_workspace(folder: Path) -> bool:
    """Whether a folder is a workspace; it need not be a sound one."""
    return (folder / MARKER).is_file()


def example_declaration(site: str, target: Path) -> str:
    """A commented ``site.toml`` of a small simulated works with this id, checked to be valid.

    Raises
    ------
    DeclarationError
        If ``site`` is not a valid id; the fault names ``target``.
    """
    shipped = files("celadon.app").joinpath("data", "site.toml").read_text(encoding="utf-8")
    plain = tomllib.loads(shipped)
    plain["site"]["id"] = site
    site_from_plain(plain, target)
    return shipped.replace("{{site}}", site)
