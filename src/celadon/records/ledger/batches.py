"""The rows of batches: read where they lie, and verified before anything is computed with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.chain import read_chain
from celadon.errors import ChainBroken, Fault, TableError
from celadon.records.ledger.in_force import Batch
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.packs import SEGMENT, packed_rows
from celadon.records.ledger.places import MANIFEST, Places
from celadon.records.ledger.sealed import read_sealed
from celadon.tables import Schema, parquet_schema, read_parquet

_POSITION = "position"


def read_batch(
    batch: Batch, columns: Sequence[str] | None = None, *, coded: bool = False
) -> pa.Table:
    """The rows of a batch, in the order of their schema's key.

    It does not matter whether the batch lies in a file of its own or in a pack, nor whether it was
    packed since the batch was asked for.

    Parameters
    ----------
    columns : the columns wanted, all where None.
    coded : whether texts may stay codes of a dictionary, which a file of its own gives far faster.

    Raises
    ------
    ChainBroken
        If the file that holds them is gone or was changed.
    TableError
        If the batch is not of its kind's schema, or has no such column.
    """
    wanted = _known(KINDS[batch.kind], columns)
    try:
        return _rows(batch, wanted, coded=coded)
    except ChainBroken:
        moved = _moved(batch)
        if moved is None:
            raise
        return _rows(moved, wanted, coded=coded)


def read_batches(
    kind: str, batches: Iterable[Batch], columns: Sequence[str] | None = None
) -> pa.Table:
    """The rows of many batches of a kind with a column ``position`` that says of which batch.

    A pack is read once, however many batches lie in it; the order of the rows is not promised.

    Parameters
    ----------
    columns : the columns wanted beside ``position``, all where None.

    Raises
    ------
    ChainBroken
        If a file that holds them is gone or was changed.
    TableError
        If a batch is not of the kind's schema, or has no such column.
    """
    wanted = _known(KINDS[kind], columns)
    listed = list(batches)
    packs: dict[Path, list[Batch]] = {}
    for batch in listed:
        if batch.packed:
            packs.setdefault(batch.path, []).append(batch)
    tables = [_positioned(read_batch(b, wanted), b.position) for b in listed if not b.packed]
    tables += [_from_pack(within, wanted) for within in packs.values()]
    fields = [KINDS[kind].arrow().field(name) for name in wanted]
    none = pa.schema([*fields, pa.field(_POSITION, pa.int64())]).empty_table()
    return pa.concat_tables([table.cast(none.schema) for table in (none, *tables)])


def _from_pack(batches: list[Batch], columns: list[str]) -> pa.Table:
    """The rows of batches that lie in one pack."""
    try:
        packed = packed_rows(batches[0].path)
    except ChainBroken:
        if batches[0].path.is_file():
            raise
        return pa.concat_tables(_positioned(read_batch(b, columns), b.position) for b in batches)
    table = packed.table.select([*columns, SEGMENT]).rename_columns([*columns, _POSITION])
    positions = {batch.position for batch in batches}
    if positions >= packed.spans.keys():
        return table
    return table.filter(pc.is_in(table[_POSITION], pa.array(sorted(positions))))


def _positioned(table: pa.Table, position: int) -> pa.Table:
    return table.append_column(_POSITION, pa.array(np.full(table.num_rows, position)))


def _rows(batch: Batch, columns: list[str], *, coded: bool) -> pa.Table:
    if batch.packed:
        return packed_rows(batch.path).of(batch.position).select(columns)
    schema = KINDS[batch.kind]
    data = read_sealed(batch.path) if batch.seal else batch.path.read_bytes()
    texts = [column.name for column in schema.columns if column.type == "text"]
    try:
        if parquet_schema(data).equals(schema.arrow()):
            return read_parquet(data, columns, texts if coded else ()).select(columns)
        table = read_parquet(data)
    except pa.ArrowInvalid as error:
        found = str(error).partition("\n")[0]
        fault = Fault((str(batch.path),), found, "a Parquet file", "restore it, or make it again")
        raise TableError(f"Cannot read {batch.path.name}", [fault]) from None
    return schema.check(table).select(columns)


def _moved(batch: Batch) -> Batch | None:
    """The batch where it lies now, if it was packed since it was asked for."""
    if not batch.seal or batch.path.is_file():
        return None
    folder = batch.path.parent.parent
    pack = Places(folder, read_chain(folder / MANIFEST)).pack_of(batch.position)
    if pack is None or folder / pack.rows_file == batch.path:
        return None
    path = folder / pack.rows_file
    return replace(batch, path=path, seal=path.stem, packed=True)


def _known(schema: Schema, columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        return schema.names
    unknown = [name for name in columns if name not in schema.names]
    if unknown:
        rule = f"the schema of {schema.name}: " + ", ".join(schema.names)
        faults = [Fault((schema.name, n), "no such column", rule, "name another") for n in unknown]
        raise TableError(f"The rows of a {schema.name} have no {', '.join(unknown)}", faults)
    return list(columns)
