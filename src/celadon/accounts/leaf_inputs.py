"""What a leaf rests on: its parameters, its meters, and the rows of its months."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from celadon.accounts.line import Line
from celadon.accounts.segment import Segment


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
        yield {**about, "role": "activity", "kind": "meter", "ref": meter, **days}
    for row in segment.given.rows if segment.given else ():
        named = {"role": row.kind, "kind": "activity", "ref": f"{row.kind} › {row.place}"}
        yield {**about, **named, "from_day": row.from_day, "to_day": row.to_day}
