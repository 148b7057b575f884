"""A return opened: the document, the declaration and the tables, with every fault of each.

Nothing here raises over what a file holds. What cannot be used is left out and told, and what rests
on it cannot be told.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from celadon.errors import DeclarationError, TableError
from celadon.records.site import Site, site_from_plain
from celadon.report.returns.check import Check, cannot_tell, no, yes
from celadon.report.returns.container import (
    DECLARATION,
    DOCUMENT,
    Container,
    is_known_name,
    read_container,
)
from celadon.report.returns.document import read_document
from celadon.report.returns.header import FileHead, Header, heads_of, schema_digest
from celadon.report.returns.parquet import read_table
from celadon.report.returns.tables import TABLES
from celadon.tables import Schema


@dataclass(frozen=True, slots=True)
class Opened:
    """What could be read of a return.

    Parameters
    ----------
    file, sha256, data : the file's name, the SHA-256 of its bytes, and the bytes.
    header, site : None where they could not be read.
    tables : by the name of their schema; only those that could be read.
    members : the bytes of all members that are as their names promise.
    checks : what was found while it was opened.
    """

    file: str
    sha256: str
    data: bytes
    header: Header | None
    site: Site | None
    tables: Mapping[str, pa.Table]
    members: Mapping[str, bytes]
    checks: tuple[Check, ...]

    @property
    def seal(self) -> str:
        """The SHA-256 of the document; empty where there is none that can be read."""
        document = self.members.get(DOCUMENT)
        return "" if document is None else hashlib.sha256(document).hexdigest()

    @property
    def is_whole(self) -> bool:
        """Whether document, declaration and every table could be read."""
        names = {schema.name for schema in TABLES.values()}
        return self.header is not None and self.site is not None and names <= self.tables.keys()


def open_return(path: Path) -> Opened:
    """Open a file as a return.

    Raises
    ------
    OSError
        If the file cannot be read at all.
    """
    data, container = read_container(path)
    return opened_return(data, container, path.name)


def opened_return(data: bytes, container: Container, file: str) -> Opened:
    """Read the members of a container; see :class:`Opened`."""
    checks = list(container.checks)
    header, met = read_document(container)
    checks += met
    members = dict(container.members)
    if header is not None:
        faults, altered = _files(header, container)
        checks += faults or [yes("files", files=len(header.files))]
        members = {name: held for name, held in members.items() if name not in altered}
    tables, met = _tables(header, members)
    checks += met
    site, met = _declaration(header, members)
    checks += met
    digest = hashlib.sha256(data).hexdigest() if data else ""
    return Opened(file, digest, data, header, site, tables, members, tuple(checks))


def _files(header: Header, container: Container) -> tuple[list[Check], set[str]]:
    """Members against the list of the document: absent, altered, or not on it."""
    needed = [DECLARATION, *TABLES]
    faults = [no("files", "unlisted", name) for name in needed if name not in header.files]
    altered: set[str] = set()
    for name, head in header.files.items():
        held = container.members.get(name)
        if held is None:
            if name not in container.faulty:
                faults.append(no("files", "absent", name))
        elif (hashlib.sha256(held).hexdigest(), len(held)) != (head.sha256, head.bytes):
            faults.append(no("files", "altered", name))
            altered.add(name)
    for name in container.members:
        if name != DOCUMENT and name not in header.files:
            faults.append(no("files", "extra", name))
            altered.add(name)
    for name in header.files:
        if name not in TABLES and (name == DOCUMENT or not is_known_name(name)):
            faults.append(no("files", "unknown", name))
            altered.add(name)
    return faults, altered


def _tables(
    header: Header | None, members: Mapping[str, bytes]
) -> tuple[dict[str, pa.Table], list[Check]]:
    if header is None:
        return {}, [cannot_tell("tables", "unread")]
    tables: dict[str, pa.Table] = {}
    faults: list[Check] = []
    for name, schema in TABLES.items():
        if name not in members or name not in header.files:
            continue
        found = _table(schema, name, members[name], header.files[name])
        if isinstance(found, Check):
            faults.append(found)
        else:
            tables[schema.name] = found
    if not faults and len(tables) < len(TABLES):
        return tables, [cannot_tell("tables", "unread")]
    rows = sum(table.num_rows for table in tables.values())
    return tables, faults or [yes("tables", rows=f"{rows:,}", tables=len(tables))]


def _table(schema: Schema, name: str, data: bytes, head: FileHead) -> pa.Table | Check:
    """One table, of its schema and no larger than a return can need; or what is wrong with it."""
    try:
        found = read_table(schema, data)
    except TableError as error:
        fault = error.faults[0]
        found_text = f"{fault.place}: {fault.found}"
        return no("tables", "another", name, found=found_text[:400])
    if head.rows != found.num_rows or head.schema_digest != schema_digest(schema):
        listed = f"{head.rows:,}" if head.rows is not None else "?"
        return no("tables", "miscounted", name, rows=f"{found.num_rows:,}", listed=listed)
    return found


def _declaration(
    header: Header | None, members: Mapping[str, bytes]
) -> tuple[Site | None, list[Check]]:
    """The declaration, checked by its own rules, and the heads against what it says."""
    raw = members.get(DECLARATION)
    if raw is None:
        return None, [cannot_tell("declaration", "unread", DECLARATION)]
    try:
        site = site_from_plain(tomllib.loads(raw.decode("utf-8-sig")), Path(DECLARATION))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        return None, [no("declaration", "unreadable", DECLARATION, found=str(error)[:200])]
    except DeclarationError as error:
        return None, [
            no("declaration", "faulty", fault.place, found=fault.found, rule=fault.rule)
            for fault in error.faults[:20]
        ]
    if header is None:
        return site, [cannot_tell("declaration", "unread", DECLARATION)]
    said = (header.site, header.owner)
    if said != heads_of(site) or header.read.declaration != header.files[DECLARATION].sha256:
        return site, [no("declaration", "differs", DOCUMENT)]
    return site, [yes("declaration", "", DECLARATION)]
