"""A site in one file: its declaration, its profiles and its whole ledger, sealed by the head.

A ZIP file whose members are the files of the ledger under their own names. What it holds is proved
by the chain; who has the head from elsewhere needs to trust nobody for the rest. The same ledger
gives the same bytes.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import struct
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celadon.chain import Line, canonical_json
from celadon.errors import Fault, InputError, LedgerError
from celadon.records.ledger.heads import Head, head_of
from celadon.records.ledger.ledger import Ledger
from celadon.records.ledger.places import MANIFEST, Places
from celadon.records.ledger.sealed import settle, writing

FORMAT = 1
"""Of archives."""

ABOUT = "celadon-site.json"
"""The member that says what the archive is."""

_MEMBER = re.compile(
    r"celadon-site\.json|profiles/[\w-][\w.-]*\.toml|ledger/manifest\.jsonl"
    r"|ledger/(batches|packs)/[0-9a-f]{64}\.parquet|ledger/batches/[0-9a-f]{64}\.json"
    r"|ledger/sources/[0-9a-f]{64}"
)
_NO_ZIP = (
    zipfile.BadZipFile, EOFError, zlib.error, struct.error, ValueError, NotImplementedError,
)  # fmt: skip
_BLOCK = 1 << 20
_ABOUT_MOST = 1 << 20
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Exported:
    """An archive that was written."""

    path: Path
    site: str
    head: Head
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive whose every part was verified, and where its files were unpacked.

    Parameters
    ----------
    folder : holds ``ledger`` and, where there are any, ``profiles``.
    lines : of the chain.
    """

    site: str
    head: Head
    folder: Path
    ledger: Ledger
    lines: list[Line]


def export_site(site: str, ledger: Ledger, profiles: Mapping[str, bytes], out: Path) -> Exported:
    """Write a verified ledger and the profiles of its site into one new file.

    Parameters
    ----------
    profiles : their bytes by file name.

    Raises
    ------
    ChainBroken
        If the ledger does not verify; nothing is written then.
    LedgerError
        If there is nothing to export, the file exists, or it cannot be written.
    """
    if out.exists():
        fault = Fault((str(out),), "a file or folder of that name", "an archive is a new file",
                      "name another file, or remove this one")  # fmt: skip
        raise LedgerError("The archive would replace something", [fault])
    if ledger.declaration() is None:
        fault = Fault((str(ledger.manifest),), "no declaration", "a ledger begins with one",
                      f"celadon import {site} FILES --profile NAME")  # fmt: skip
        raise LedgerError(f"There is nothing to export of {site} yet", [fault])
    ledger.verify()
    partial = out.with_name(out.name + ".tmp")
    with writing("The archive could not be written", out.parent):
        try:
            head, files = ledger.read(lambda places: _write(site, places, profiles, partial))
            settle(partial, out)
        finally:
            partial.unlink(missing_ok=True)
        return Exported(out, site, head, files, out.stat().st_size)


def open_archive(path: Path, folder: Path) -> Opened:
    """Unpack an archive into an empty folder and verify all of it: chain, files, rows.

    Raises
    ------
    InputError
        If it is no archive, is cut off, or holds what an archive does not hold.
    ChainBroken
        If its ledger does not verify.
    """
    about = _unpack(path, folder)
    ledger = Ledger(folder / "ledger")
    lines = ledger.lines()
    ledger.verified(rows=True)
    head = head_of(lines)
    if str(head) != about["head"]:
        raise _refused(path, f"a chain that ends in {head}, where {about['head']} is stated")
    declared = _declared_id(ledger)
    if declared != about["site"]:
        raise _refused(path, f"a declaration of {declared!r} in an archive of {about['site']!r}")
    held = {p.relative_to(ledger.folder).as_posix() for p in ledger.folder.glob("*/*")}
    strange = sorted(held - set(Places(ledger.folder, lines).files()))
    if strange:
        raise _refused(path, f"files that its chain does not name: {', '.join(strange[:3])}")
    return Opened(about["site"], head, folder, ledger, lines)


def _write(site: str, places: Places, profiles: Mapping[str, bytes], out: Path) -> tuple[Head, int]:
    names = sorted(places.files())
    head = head_of(places.lines)
    manifest = "".join(canonical_json(line) + "\n" for line in places.lines).encode()
    about = {
        "celadon_site": FORMAT,
        "site": site,
        "head": str(head),
        "profiles": {name: hashlib.sha256(data).hexdigest() for name, data in profiles.items()},
    }
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(_info(ABOUT), canonical_json(about))
        for name, data in sorted(profiles.items()):
            archive.writestr(_info(f"profiles/{name}"), data)
        archive.writestr(_info(f"ledger/{MANIFEST}"), manifest)
        for name in names:
            with (
                (places.folder / name).open("rb") as source,
                archive.open(_info(f"ledger/{name}"), "w", force_zip64=True) as member,
            ):
                shutil.copyfileobj(source, member, _BLOCK)
    return head, len(names)


def _declared_id(ledger: Ledger) -> str | None:
    """The id in the declaration in force; None where there is no declaration, or no id in it."""
    path = ledger.declaration()
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path else {}
        return str(plain["site"]["id"]).strip()
    except (ValueError, KeyError, TypeError):
        return None


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Put the members of an archive into a folder; returns what it says about itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = list(_members(path, archive))
            _check_room(path, infos, folder)
            about = _about(path, archive)
            for info in infos:
                target = folder / info.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as member, target.open("wb") as written:
                    shutil.copyfileobj(member, written, _BLOCK)
    except _NO_ZIP as error:
        raise _refused(path, f"{error or 'a file that is cut off'}") from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # that one means an offset in the file that cannot be
            raise
        raise _refused(path, "places in the file that are not there") from None
    for name, stated in about["profiles"].items():
        profile = folder / "profiles" / name
        if not profile.is_file() or hashlib.sha256(profile.read_bytes()).hexdigest() != stated:
            raise _refused(path, f"a profile {name} of other bytes than it states")
    return about


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The members, each of a name that an archive may have, and none twice."""
    seen: set[str] = set()
    for info in archive.infolist():
        if not _MEMBER.fullmatch(info.filename) or info.filename in seen:
            raise _refused(path, f"a member {info.filename!r} that no archive of a site has")
        if info.flag_bits & 1:
            raise _refused(path, f"a member {info.filename!r} under a password")
        seen.add(info.filename)
        yield info


def _about(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    if ABOUT not in archive.namelist() or archive.getinfo(ABOUT).file_size > _ABOUT_MOST:
        raise _refused(path, f"no {ABOUT}")
    try:
        about = json.loads(archive.read(ABOUT))
        version, site, head = about["celadon_site"], about["site"], about["head"]
        profiles = dict(about["profiles"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _refused(path, f"a {ABOUT} that does not say site, head and profiles") from None
    if version != FORMAT:
        raise _refused(path, f"format {version}", "update celadon: this one reads format 1")
    if not (isinstance(site, str) and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", site)):
        raise _refused(path, f"a site id {site!r}")
    return {"site": site, "head": head, "profiles": profiles}


def _check_room(path: Path, infos: list[zipfile.ZipInfo], folder: Path) -> None:
    needed = sum(info.file_size for info in infos)
    free = shutil.disk_usage(folder).free
    if needed > free:
        fault = Fault((str(path),), f"{needed} bytes when unpacked", f"{free} bytes are free",
                      "free the disk; nothing was changed")  # fmt: skip
        raise LedgerError("The archive does not fit on the disk", [fault])


def _refused(path: Path, found: str, remedy: str = "") -> InputError:
    rule = "an archive that `celadon ledger export` wrote, every byte as it was written"
    remedy = remedy or "export the site again, or fetch the file again; nothing was changed"
    return InputError(f"{path.name} is no sound archive of a site", [
        Fault((str(path),), found, rule, remedy)
    ])  # fmt: skip
