"""What a leaf rests on: its parameters, its meters, and the rows of its months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from celadon.accounts.exact_columns import Integers
from celadon.accounts.line import Line
from celadon.accounts.segment import Segment
from celadon.accounts.tables import LEAF_INPUT

ACTIVITY = "activity"
"""The role of a meter."""

_EPOCH = 719_163
"""1970-01-01 as an ordinal."""


def leaf_inputs(line: Line, segment: Segment, meters: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Rows of the table ``leaf_input`` of a line.

    Parameters
    ----------
    meters : of its stream, each with its sign.
    """
    about = {"site": line.site, "leaf": line.leaf}
    days = {"from_day": line.period.from_day, "to_day": line.period.to_day}
    for parameter in line.parameters:
        named = {"role": parameter.name, "kind": "parameter", "ref": parameter.id}
        yield {**about, **named, **days}
    for meter in meters:
        yield {**about, "role": ACTIVITY, "kind": "meter", "ref": meter, **days}
    for row in segment.given.rows if segment.given else ():
        named = {"role": row.kind, "kind": "activity", "ref": f"{row.kind} › {row.place}"}
        yield {**about, **named, "from_day": row.from_day, "to_day": row.to_day}


def activity_inputs(segment: Segment) -> list[tuple[str, str, int, int]]:
    """Role, reference and days (since 1970) of the monthly rows of a stretch, in their order."""
    rows = segment.given.rows if segment.given else ()
    found = [
        (
            row.kind, f"{row.kind} › {row.place}",
            row.from_day.toordinal() - _EPOCH, row.to_day.toordinal() - _EPOCH,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found) if len(found) > 1 else found


@dataclass(frozen=True, slots=True)
class Block:
    """Inputs of one kind, by the lines that they belong to.

    Parameters
    ----------
    line : number of the line of each input.
    roles, role : the roles there are, and which of them each input has.
    refs, ref : the references there are, and which each input has; those of one line and role rise.
    days : from and up to which day of each input; None where they are the line's own.
    """

    kind: str
    line: Integers
    roles: pa.Array
    role: Integers
    refs: pa.Array
    ref: Integers
    days: tuple[Integers, ...] | None = None


def spread_inputs(leaves: pa.Table, *blocks: Block) -> pa.Table:
    """The table ``leaf_input`` of leaves that are in the order of their key."""
    names = sorted({role for block in blocks for role in block.roles.to_pylist()})
    ranks = {name: rank for rank, name in enumerate(names)}
    role = np.concatenate([
        np.array([ranks[name] for name in block.roles.to_pylist()], np.int64)[block.role]
        for block in blocks
    ])  # fmt: skip
    line = np.concatenate([block.line for block in blocks])
    order = np.argsort(line * (len(names) + 1) + role, kind="stable")
    lines = pa.array(line[order])
    sizes = [len(block.line) for block in blocks]
    kinds = np.repeat(np.arange(len(blocks)), sizes)
    before = np.cumsum([0, *(len(block.refs) for block in blocks)])
    refs = np.concatenate([block.ref + n for block, n in zip(blocks, before, strict=False)])
    made = {
        "site": leaves["site"].chunk(0).take(lines),
        "leaf": leaves["leaf"].chunk(0).take(lines),
        "role": pa.array(names, pa.string()).take(pa.array(role[order])),
        "kind": pa.array([block.kind for block in blocks]).take(pa.array(kinds[order])),
        "ref": pa.concat_arrays([block.refs for block in blocks]).take(pa.array(refs[order])),
    }
    for place, name in enumerate(("from_day", "to_day")):
        own = leaves[name].cast(pa.int32()).to_numpy()
        days = np.concatenate([
            own[block.line] if block.days is None else block.days[place] for block in blocks
        ])  # fmt: skip
        made[name] = pa.array(days[order].astype(np.int32)).cast(pa.date32())
    return pa.Table.from_arrays([made[n] for n in LEAF_INPUT.names], schema=LEAF_INPUT.arrow())
