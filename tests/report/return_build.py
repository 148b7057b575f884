"""Returns for tests: taken apart, changed, and sealed again as a forger would."""

from __future__ import annotations

import hashlib
import json
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa

from celadon.accounts.account import account_hash
from celadon.accounts.tables import LEAF
from celadon.chain import canonical_json
from celadon.errors import TableError
from celadon.records.finding import Finding
from celadon.records.identity import credit_code_check_character
from celadon.records.site import site_from_plain
from celadon.records.tables import FINDING
from celadon.report.returns.account_checks import Whole
from celadon.report.returns.check import Check
from celadon.report.returns.container import (
    DECLARATION,
    DOCUMENT,
    opened_container,
    write_container,
)
from celadon.report.returns.header import heads_of
from celadon.report.returns.opening import Opened, opened_return
from celadon.report.returns.parquet import read_table
from celadon.report.returns.tables import TABLES
from celadon.tables import Schema

Rows = list[dict[str, Any]]


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def document_of(members: Mapping[str, bytes]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(members[DOCUMENT])
    return plain


def rows_of(members: Mapping[str, bytes], schema: Schema) -> Rows:
    rows: Rows = read_table(schema, members[f"{schema.name}.parquet"]).to_pylist()
    return rows


def parquet(schema: Schema, rows: Rows) -> bytes:
    buffer = BytesIO()
    schema.write(schema.from_rows(rows), buffer)
    return buffer.getvalue()


def sealed_again(members: Mapping[str, bytes], document: Mapping[str, Any]) -> bytes:
    """Members under a document that lists them as they are now, whatever else it says."""
    files = dict(document["files"])
    for name, data in members.items():
        if name != DOCUMENT:
            head = files.get(name, {"rows": None, "schema_digest": None})
            head = {**head, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            if name in TABLES:
                try:
                    head["rows"] = read_table(TABLES[name], data).num_rows
                except TableError:  # a test may make a file that is no table
                    head["rows"] = 0
            files[name] = head
    read = {**document["read"]}
    if DECLARATION in members:
        read["declaration"] = files[DECLARATION]["sha256"]
    whole = {**document, "files": files, "read": read}
    return write_container({**members, DOCUMENT: canonical_json(whole).encode()})


def with_rows(data: bytes, schema: Schema, change: Callable[[Rows], Rows]) -> bytes:
    """The return with the rows of one table changed, sealed again."""
    members = members_of(data)
    members[f"{schema.name}.parquet"] = parquet(schema, change(rows_of(members, schema)))
    return sealed_again(members, document_of(members))


def with_document(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The return with its document changed, sealed again."""
    members = members_of(data)
    document = document_of(members)
    change(document)
    return sealed_again(members, document)


def with_text(data: bytes, *pairs: tuple[str, str]) -> bytes:
    """The return with its declaration changed; the document says what the declaration says."""
    members = members_of(data)
    text = members[DECLARATION].decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    members[DECLARATION] = text.encode()
    return heads_again(members)


def heads_again(members: dict[str, bytes]) -> bytes:
    """Sealed again, site and owner in the document as the declaration has them."""
    site = site_from_plain(tomllib.loads(members[DECLARATION].decode()), Path(DECLARATION))
    document = document_of(members)
    head, owner = heads_of(site)
    document |= {"site": head.model_dump(), "owner": owner.model_dump()}
    return sealed_again(members, document)


def of_enterprise(data: bytes, number: int, site: str = "") -> bytes:
    """The return of another enterprise with the same account: own code, own id of the site."""
    members = members_of(data)
    body = f"91999999MA{number:07d}"
    code = body + credit_code_check_character(body)
    name = site or f"works-{number}"
    text = members[DECLARATION].decode().replace('id = "works"', f'id = "{name}"')
    text = text.replace("91999999MA00FAKE83", code)
    members[DECLARATION] = text.replace("模拟企业", f"模拟企业{number}").encode()
    document = document_of(members)
    for file, schema in TABLES.items():
        rows = rows_of(members, schema)
        for row in rows:
            row["site"] = name
            if row.get("unit") == "works":  # what no place inside holds is booked to the site
                row["unit"] = name
            for column in ("leaf", "parameter", "ref"):  # ids that name the site
                if isinstance(row.get(column), str):
                    row[column] = _renamed(row[column], name)
            if schema is FINDING:
                row["finding"] = Finding.from_row(row).id
        members[file] = parquet(schema, rows)
    leaves: pa.Table = read_table(LEAF, members["leaf.parquet"])
    document["account"]["hash"] = account_hash(leaves, name)
    return heads_again({**members, DOCUMENT: canonical_json(document).encode()})


def _renamed(text: str, site: str) -> str:
    """An id of a leaf or a parameter with another site in it."""
    parts = text.split("/")
    return "/".join(site if part == "works" and n < 2 else part for n, part in enumerate(parts))


def opened(data: bytes, name: str = "r.celadon-return.zip") -> Opened:
    return opened_return(data, opened_container(data, name), name)


def whole(data: bytes) -> Whole:
    found = Whole.of(opened(data))
    assert found is not None
    return found


def answers(checks: list[Check] | tuple[Check, ...], outcome: str = "no") -> set[str]:
    return {check.answer for check in checks if check.outcome == outcome}


def written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
