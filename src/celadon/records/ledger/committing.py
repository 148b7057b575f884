"""What a commit writes: the files of a batch, and the body of the line that commits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.chain import canonical_json, sha256_text
from celadon.errors import Fault, LedgerError
from celadon.records.ledger.declared_counts import declared_counts
from celadon.records.ledger.in_force import DECLARATION, Live
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.places import Places
from celadon.records.ledger.rows import rows_root
from celadon.records.ledger.sealed import is_sound, keep_copy, write_sealed


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit did: its position in the chain, and whether the content was there already."""

    position: int
    rows: int
    replayed: bool


def content_of(kind: str, digest: str, source: str, profile: str) -> str:
    """What a line commits: the rows by their digest, the file and the profile by their hashes."""
    return sha256_text(canonical_json([kind, digest, source, profile]))


def declaration_body(source: Path, origin: str, position: int) -> dict[str, Any]:
    """The body of the line that commits a declaration behind a position."""
    content = sha256_text(canonical_json([DECLARATION, origin, position]))
    told = {"rows": 0, "source": origin, "source_name": source.name}
    return {"kind": DECLARATION, "content": content, **told}


def notes_of(refused: Sequence[Mapping[str, Any]]) -> bytes:
    """The bytes of the file that tells what of a source was not taken."""
    return canonical_json([dict(note) for note in refused]).encode()


def write_batch(
    folder: Path, kind: str, table: pa.Table, text: bytes | None, notes: bytes
) -> dict[str, Any]:
    """Write the files of a batch; returns what its line says of the rows.

    Parameters
    ----------
    folder : the ledger's.
    table : rows as their schema checked them; ``text`` are their canonical
        bytes, where they stand in that order.
    """
    return {
        "rows_root": rows_root(KINDS[kind], table, text),
        "batch": write_sealed(_parquet(kind, table), folder / "batches", ".parquet"),
        "refused": write_sealed(notes, folder / "batches", ".json"),
        "rows": table.num_rows,
        **_span(kind, table),
    }


def keep_source(folder: Path, source: Path, origin: str) -> None:
    """Keep the original file of a commit by its hash.

    Raises
    ------
    LedgerError
        If it is another than it was a moment ago.
    """
    if keep_copy(source, folder / "sources") != origin:
        rule = "a file does not change while it is imported"
        fault = Fault((str(source),), "other bytes than a moment ago", rule, "import it again")
        raise LedgerError(f"{source.name} changed while it was imported", [fault])


def told_of(
    source: Path, origin: str, profile: str, profile_id: str, sheets: Sequence[str]
) -> dict[str, Any]:
    """What the line of a batch says of its source; what is empty is left out."""
    optional = {"profile_id": profile_id, "sheets": list(sheets)}
    return {
        "source": origin,
        "source_name": source.name,
        "profile": profile,
        **{name: value for name, value in optional.items() if value},
    }


def put_back(places: Places, live: Live, table: pa.Table, source: Path, notes: bytes) -> None:
    """Put back files of a batch that are gone or damaged, where its replay gives their bytes."""
    line, folder, original = live.line, places.folder, places.original(live)
    if original is not None and not is_sound(folder / original):
        keep_source(folder, source, line["source"])
    if places.pack_of(live.position) is not None:
        return
    made = {f"{line['refused']}.json": notes}
    if not is_sound(folder / "batches" / f"{line['batch']}.parquet"):
        made[f"{line['batch']}.parquet"] = _parquet(line["kind"], table)
    for name, data in made.items():
        if not is_sound(folder / "batches" / name):
            write_sealed(data, folder / "batches", Path(name).suffix)


def means_the_same(folder: Path, live: Live, declaration: str) -> bool:
    """Whether counts read under an earlier declaration are what they would be read as today.

    Parameters
    ----------
    declaration : the hash of the declaration in force.
    """
    if live.line["kind"] != "reading" or live.declaration in ("", declaration):
        return True
    sources = folder / "sources"
    then, now = (declared_counts(sources / name) for name in (live.declaration, declaration))
    return all(then[meter] == meaning for meter, meaning in now.items() if meter in then)


def _parquet(kind: str, table: pa.Table) -> bytes:
    buffer = BytesIO()
    KINDS[kind].write(table, buffer)
    return buffer.getvalue()


def _span(kind: str, table: pa.Table) -> dict[str, Any]:
    """What a reader of the manifest needs to pass over a batch without opening it."""
    if kind != "reading" or table.num_rows == 0:
        return {}
    ends = pc.min_max(table["ts"]).as_py()
    meters = len(table["meter"].unique())
    first, last = ends["min"].isoformat(), ends["max"].isoformat()
    return {"meters": meters, "first_ts": first, "last_ts": last}
