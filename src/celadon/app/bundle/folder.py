"""The folder of a bundle: scripts, requirements, licences, hashes and manifest beside wheels."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from celadon.app.bundle.gathering import Member
from celadon.app.bundle.target import Target
from celadon.app.bundle.wheel import Wheel, sha256_of
from celadon.errors import Fault, WorkspaceError

FORMAT = "celadon-bundle/1"
"""What the manifest of a bundle calls itself."""

MANIFEST = "manifest.json"
"""What a bundle is known by."""

WHEELS = "wheels"
"""The folder of wheels in a bundle."""

_BY_SYSTEM = {
    "unix": {
        "install": "sh install.sh",
        "home": "~/.local/share/celadon",
        "start": "~/.local/share/celadon/bin/celadon demo",
        "check_by_system": "sha256sum -c SHA256SUMS",
        "check_en": "the same without Python",
        "check_zh": "不用 Python 时同样可核对",
    },
    "windows": {
        "install": "install.cmd",
        "home": "%LOCALAPPDATA%\\celadon",
        "start": "%LOCALAPPDATA%\\celadon\\bin\\celadon.cmd demo",
        "check_by_system": "certutil -hashfile FILE SHA256",
        "check_en": "one file without Python; SHA256SUMS has what it must be",
        "check_zh": "不用 Python 时核对单个文件，应与 SHA256SUMS 一致",
    },
}


def complete(folder: Path, members: Sequence[Member], installer: Wheel, target: Target) -> None:
    """Write all that a bundle holds beside its wheels; the manifest comes last.

    Parameters
    ----------
    installer : the wheel of pip, by which the others are installed.
    """
    _write_scripts(folder, members, target)
    lines = [f"{m.wheel.name}=={m.wheel.version} --hash=sha256:{m.wheel.sha256}" for m in members]
    _write(folder / "requirements.txt", "\n".join(lines) + "\n")
    _write(folder / "licences.csv", _licences([*(m.wheel for m in members), installer]))
    sums = "".join(f"{sha256_of(path)}  {name}\n" for name, path in _listed(folder))
    _write(folder / "SHA256SUMS", sums)
    manifest = {
        "format": FORMAT,
        "celadon": str(_celadon(members).version),
        "platform": target.platform,
        "machines": list(target.machines),
        "python": target.python,
        "built": _now(),
        "installer": f"{WHEELS}/{installer.path.name}",
        "packages": [_package(member) for member in members],
        "files": [
            {"path": name, "sha256": sha256_of(path), "bytes": path.stat().st_size}
            for name, path in _listed(folder)
        ],
    }
    _write(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")


def check_free(folder: Path) -> None:
    """Refuse a folder that holds anything but an earlier bundle.

    Raises
    ------
    WorkspaceError
        If something there would be lost.
    """
    if folder.is_file():
        found = "a file"
    elif not folder.exists() or not any(folder.iterdir()):
        return
    elif (manifest := read_manifest(folder)) is None:
        found = "other files"
    else:
        known = {MANIFEST, *(entry["path"] for entry in manifest["files"])}
        added = sorted(name for name, _ in _listed(folder) if name not in known)
        if not added:
            return
        found = f"files that the bundle there did not have: {', '.join(added[:3])}"
    rule = "a new or empty folder, or an earlier bundle and nothing else"
    fault = Fault((str(folder),), found, rule, "choose another folder, or move these files away")
    raise WorkspaceError(f"A bundle cannot be written to {folder}", [fault])


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a bundle; None where the folder is none."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_bundle = isinstance(found, dict) and found.get("format") == FORMAT
    return found if is_bundle and isinstance(found.get("files"), list) else None


def _write_scripts(folder: Path, members: Sequence[Member], target: Target) -> None:
    shipped = files("celadon.app").joinpath("data", "bundle")
    values = {
        "version": str(_celadon(members).version),
        "platform": target.platform,
        "python": target.python,
        "python_tuple": target.python.replace(".", ", "),
        "needs_en": target.needs("en"),
        "needs_zh": target.needs("zh"),
        **_BY_SYSTEM[target.scripts],
    }
    for source in (*_texts(shipped), *_texts(shipped.joinpath(target.scripts))):
        text = source.read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(f"{{{{{name}}}}}", value)
        _write_for(folder / source.name, text, target)


def _texts(folder: Traversable) -> Iterator[Traversable]:
    suffixes = (".txt", ".py", ".sh", ".cmd")
    yield from (entry for entry in folder.iterdir() if entry.name.endswith(suffixes))


def _write_for(path: Path, text: str, target: Target) -> None:
    """As its readers there expect it: Windows shows a text with a mark and its own line ends."""
    is_native = path.suffix in {".cmd", ".txt"}
    marked = path.name == "README.txt" and target.scripts == "windows"
    encoding = "ascii" if path.suffix == ".cmd" else "utf-8-sig" if marked else "utf-8"
    newline = target.newline if is_native else "\n"
    path.write_text(text, encoding=encoding, newline=newline)
    path.chmod(0o755 if path.suffix == ".sh" else 0o644)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _licences(wheels: Sequence[Wheel]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["package", "version", "licence", "wheel", "text in the wheel"])
    for wheel in wheels:
        texts = " ".join(wheel.licence_texts)
        writer.writerow([wheel.name, wheel.version, wheel.licence, wheel.path.name, texts])
    return table.getvalue()


def _package(member: Member) -> dict[str, Any]:
    wheel = member.wheel
    return {
        "name": wheel.name,
        "version": str(wheel.version),
        "wheel": wheel.path.name,
        "sha256": wheel.sha256,
        "bytes": wheel.size,
        "licence": wheel.licence,
        "origin": member.origin,
    }


def _celadon(members: Sequence[Member]) -> Wheel:
    return next(member.wheel for member in members if member.wheel.name == "celadon")


def _listed(folder: Path) -> list[tuple[str, Path]]:
    """All files of a folder, by their path in it."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted((path.relative_to(folder).as_posix(), path) for path in paths)


def _now() -> str:
    """When it is built; ``SOURCE_DATE_EPOCH`` where that is set, so that all bytes repeat."""
    named = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = (
        dt.datetime.fromtimestamp(int(named), dt.UTC)
        if named.isdecimal()
        else dt.datetime.now(dt.UTC)
    )
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")
