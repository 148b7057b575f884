"""A return made: the account, what it rests on, and the document that seals them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any, Literal

import pyarrow as pa

from celadon.accounts.tables import LEAF
from celadon.records.period import Period
from celadon.records.site import Site
from celadon.records.tables import FINDING
from celadon.reference import Registry
from celadon.reference.methods import methods
from celadon.report.returns.container import DECLARATION, DOCUMENT, SUFFIX, write_container
from celadon.report.returns.figures import activity_of, totals_of
from celadon.report.returns.header import (
    FORMAT,
    KIND,
    AccountHead,
    ConfirmedHead,
    Days,
    FileHead,
    Header,
    MethodHead,
    Quality,
    ReadHead,
    TotalHead,
    heads_of,
    schema_digest,
    withheld_of,
)
from celadon.report.returns.tables import RETURN_ACTIVITY, TABLES


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a return.

    Parameters
    ----------
    declaration : the bytes of the ``site.toml`` that the account was computed by.
    tables : by the name of their schema.
    account_hash : over the leaf rows.
    read : the state that the run read, as its header tells it.
    batches : the batches that it read, as its header lists them.
    disclosed : members that disclose the ledger; empty where readings are withheld.
    replaces : the seal of the return that this one replaces.
    confirmed : rows that the sender confirmed against print, as the header of a run tells them.
    """

    site: Site
    declaration: bytes
    period: Period
    mode: Literal["working", "official"]
    tables: Mapping[str, pa.Table]
    account_hash: str
    quality: Mapping[str, int]
    read: Mapping[str, Any]
    batches: Sequence[Mapping[str, Any]]
    methods: Sequence[str]
    disclosed: Mapping[str, bytes] = field(default_factory=dict)
    replaces: str | None = None
    confirmed: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Packed:
    """A return as it is sent: its document and its bytes."""

    header: Header
    data: bytes


def pack(content: Content, registry: Registry) -> Packed:
    """Make a return; equal content gives equal bytes.

    Raises
    ------
    TableError
        If a table is not of its schema.
    """
    leaves = content.tables[LEAF.name].to_pylist()
    totals = totals_of(leaves, content.tables[FINDING.name].to_pylist())
    made = {RETURN_ACTIVITY.name: activity_of(content.site, leaves)}
    members = {DECLARATION: content.declaration, **content.disclosed}
    heads = {name: _file(data) for name, data in members.items()}
    for name, schema in TABLES.items():
        table = {**content.tables, **made}[schema.name]
        buffer = BytesIO()
        schema.write(table, buffer)
        members[name] = buffer.getvalue()
        heads[name] = _file(members[name], table.num_rows, schema_digest(schema))
    site, owner = heads_of(content.site)
    read = content.read
    header = Header(
        kind=KIND,
        format=FORMAT,
        site=site,
        owner=owner,
        period=Days(from_day=content.period.from_day, to_day=content.period.to_day),
        mode=content.mode,
        account=AccountHead(hash=content.account_hash, leaves=len(leaves)),
        totals=tuple(TotalHead(**asdict(total)) for total in totals),
        quality=Quality(**content.quality),
        read=ReadHead(
            position=read["position"],
            ledger=read["ledger"],
            declaration=read["declaration"],
            reference=read["reference"],
            methods=read["methods"],
            celadon=read["code"],
        ),
        methods=tuple(method_head(name, registry) for name in sorted(content.methods)),
        files=heads,
        withheld=withheld_of(content.batches, disclosed=bool(content.disclosed)),
        replaces=content.replaces,
        confirmed=tuple(ConfirmedHead(**told) for told in content.confirmed),
    )
    return Packed(header, write_container({**members, DOCUMENT: header.document()}))


def file_name(site: str, period: Period, number: int = 1) -> str:
    """What the file of a return is called; a number tells apart those of one period.

    Examples
    --------
    >>> file_name("works", Period.parse("2025")), file_name("works", Period.parse("2025-03"), 2)
    ('works-2025.celadon-return.zip', 'works-2025-03-r2.celadon-return.zip')
    """
    again = f"-r{number}" if number > 1 else ""
    return f"{site}-{str(period).replace('/', '_')}{again}{SUFFIX}"


def _file(data: bytes, rows: int | None = None, digest: str | None = None) -> FileHead:
    sha256 = hashlib.sha256(data).hexdigest()
    return FileHead(sha256=sha256, bytes=len(data), rows=rows, schema_digest=digest)


def method_head(name: str, registry: Registry) -> MethodHead:
    """A method as the document names it, with its standard and edition in some tables."""
    method = methods()[name]
    source = registry.sources[method.source]
    return MethodHead(
        id=name,
        title_zh=method.title_zh,
        title_en=method.title_en,
        standard=source.label,
        edition=source.edition,
        confidence=method.confidence,
    )
