"""Plates: lines, what they rest on and their parameters, once written and printed for many sites.

A plate holds everything but the site's name, and of what is worked from a site's own samples the
place alone. What is printed from it is exactly what the book would have written for the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.exact_columns import Integers
from celadon.accounts.line import LINE, Line, line_rows
from celadon.accounts.tables import PARAMETER

TEXTS = tuple(c.name for c in LINE.columns if c.type == "text" and c.name != "site")
DATES = tuple(c.name for c in LINE.columns if c.type == "date")
NUMBERS = tuple(c.name for c in LINE.columns if c.type == "bigint")
"""Columns of a line by how they are printed."""

_LINE = pa.schema([LINE.arrow().field(name) for name in (*TEXTS, *DATES, *NUMBERS)])
_PARAMETER = pa.schema([field for field in PARAMETER.arrow() if field.name != "site"])

Rows = tuple[int, int]
"""The first row, and the one after the last."""


@dataclass(slots=True)
class Plates:
    """Rows of plates, one plate after the other.

    Parameters
    ----------
    base : how many rows of lines, and of parameters, other plates have before these.
    """

    base: tuple[int, int] = (0, 0)
    lines: list[dict[str, Any]] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    inputs: list[tuple[tuple[str, int], ...]] = field(default_factory=list)
    parameters: list[dict[str, Any]] = field(default_factory=list)
    given: list[int] = field(default_factory=list)

    def add(
        self,
        lines: Sequence[Line],
        segments: Iterable[int],
        slots: Iterable[int] | None = None,
        given: Mapping[str, int] | None = None,
    ) -> tuple[Rows, Rows]:
        """Write lines of one item; gives the rows of its lines and of its parameters.

        Parameters
        ----------
        segments : place of each line's stretch of days among those of the item.
        slots : which of a use's own ratios a line takes; -1 where it takes the one written here.
        given : which of a use's own values a parameter takes, by its name.

        Raises
        ------
        TableError
            If a ratio does not fit 64-bit integers or two lines share an id.
        """
        first, first_parameter = len(self.lines), len(self.parameters)
        places: dict[str, int] = {}
        for row, line in zip(line_rows(lines), lines, strict=True):
            begin = len(row["site"]) + 1
            self.lines.append(row)
            used = sorted((p.name, p.id[begin:], p) for p in line.parameters)
            for name, key, parameter in used:
                plain = parameter.row() | {"parameter": key}
                if key in places:
                    self.parameters[first_parameter + places[key]] = plain
                    continue
                places[key] = len(places)
                self.parameters.append(plain)
                own = parameter.rung == "measured" and given
                self.given.append(given.get(name, -1) if own and given else -1)
            self.inputs.append(tuple((name, places[key]) for name, key, _ in used))
        self.segments += segments
        self.slots += [-1] * len(lines) if slots is None else slots
        lines_from, parameters_from = self.base
        return (
            (lines_from + first, lines_from + len(self.lines)),
            (parameters_from + first_parameter, parameters_from + len(self.parameters)),
        )


@dataclass(frozen=True)
class Columns:
    """Rows of plates as columns."""

    lines: pa.Table
    segments: Integers
    slots: Integers
    first_input: Integers
    input_roles: pa.Array
    input_parameters: Integers
    parameters: pa.Table
    given: Integers

    @classmethod
    def of(cls, plates: Plates) -> Columns:
        """The columns of plates as they stand."""
        roles = [role for line in plates.inputs for role, _ in line]
        places = [place for line in plates.inputs for _, place in line]
        return cls(
            pa.Table.from_pylist(plates.lines, schema=_LINE),
            np.array(plates.segments, np.int64),
            np.array(plates.slots, np.int64),
            np.cumsum([0, *map(len, plates.inputs)]),
            pa.array(roles, pa.string()),
            np.array(places, np.int64),
            pa.Table.from_pylist(plates.parameters, schema=_PARAMETER),
            np.array(plates.given, np.int64),
        )

    def behind(self, other: Columns) -> Columns:
        """These with the rows of others behind them."""
        first = np.concatenate([self.first_input, self.first_input[-1] + other.first_input[1:]])
        return Columns(
            pa.concat_tables([self.lines, other.lines]).combine_chunks(),
            np.concatenate([self.segments, other.segments]),
            np.concatenate([self.slots, other.slots]),
            first,
            pa.concat_arrays([self.input_roles, other.input_roles]),
            np.concatenate([self.input_parameters, other.input_parameters]),
            pa.concat_tables([self.parameters, other.parameters]).combine_chunks(),
            np.concatenate([self.given, other.given]),
        )

    @cached_property
    def leaf_order(self) -> Integers:
        """The place of each line among all by its leaf."""
        return _order(self.lines["leaf"])

    @cached_property
    def parameter_order(self) -> Integers:
        """The place of each parameter among all by its id."""
        return _order(self.parameters["parameter"])

    def numbers(self, name: str) -> Integers:
        """A column of integers, or of days since 1970, of the lines."""
        column = self.lines[name]
        if pa.types.is_date(column.type):
            column = column.cast(pa.int32())
        found: Integers = column.to_numpy().astype(np.int64)
        return found


def _order(texts: pa.ChunkedArray) -> Integers:
    """The place of each text in the order of those that differ."""
    ranks: Integers = pc.rank(texts, tiebreaker="dense").to_numpy().astype(np.int64)
    return ranks - 1
