"""What the plan of a site rests on, as one digest: its files, a ledger, the basis of all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from celadon.app.microgrids.sites import Site
from celadon.app.workspace import Workspace
from celadon.chain import canonical_json, sha256_file, sha256_text
from celadon.errors import DeclarationError
from celadon.records.validation import read_toml


def state_of(site: Site, basis: str, workspace: Workspace | None) -> str:
    """A digest of all that a plan follows from: basis, design file, and whatever files it names.

    A file that cannot be read, or is not there, is part of the state as well: when it comes, the
    site is planned again. So is the ledger of a site whose readings are asked for.
    """
    named: dict[str, str] = {}
    try:
        data = site.path.read_bytes()
        plain = read_toml(data, site.path.name)
    except (OSError, DeclarationError):  # planning it will say what is wrong
        return sha256_text(canonical_json([basis, _digest(site.path)]))
    for text in _texts(plain):
        path = site.path.parent / text
        if _is_file(path):
            named[text] = _digest(path)
    of_sites = list(_texts([each.get("site") for each in _tables(plain.get("series"))]))
    if workspace is not None and of_sites:
        from celadon.app.national.sharding import candidate  # noqa: PLC0415  most need no ledger

        named |= {f"site {name}": candidate(workspace, name).state for name in of_sites}
    return sha256_text(canonical_json([basis, _digest(site.path), named]))


def _tables(plain: Any) -> list[dict[str, Any]]:
    values = plain.values() if isinstance(plain, dict) else ()
    return [each for each in values if isinstance(each, dict)]


def _texts(plain: Any) -> Iterator[str]:
    """Every text that stands anywhere in plain content."""
    if isinstance(plain, str):
        yield plain
    elif isinstance(plain, dict):
        for each in plain.values():
            yield from _texts(each)
    elif isinstance(plain, list):
        for each in plain:
            yield from _texts(each)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a text that is no name of a file
        return False


def _digest(path: Path) -> str:
    try:
        return sha256_file(path)
    except OSError as error:
        return f"unreadable: {error.errno}"
