"""Several programmes as one: each keeps its own columns and rows, and new ones join them.

The matrix is a diagonal of blocks; what the programmes share stands in the border that
:func:`bordered` adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import block_diag, csc_array

from celadon.numerics.lp.expression import Floats, Index
from celadon.numerics.lp.program import Program, sparse


@dataclass(frozen=True, eq=False)
class Layer:
    """A programme in a stack, and what its cost weighs there."""

    name: str
    weight: float
    program: Program

    def block(self, name: str) -> str:
        """What a block of it is called in the stack."""
        return f"{self.name}: {name}"


@dataclass(frozen=True, eq=False)
class NewColumns:
    """Columns that join a programme; each charge is a cost a column under its name."""

    name: str
    lower: Floats
    upper: Floats
    charges: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class NewRows:
    """Rows that join a programme.

    Parameters
    ----------
    rows : of each term, counted from the first of these.
    columns : of each term, in the whole programme, new columns included.
    """

    name: str
    rows: Index
    columns: Index
    values: Floats
    lower: Floats
    upper: Floats


def stacked(layers: Sequence[Layer]) -> Program:
    """The programmes side by side; blocks and charges carry the names of their layers.

    Examples
    --------
    >>> from celadon.numerics.lp import Model, solve
    >>> model = Model()
    >>> model.require("demand", model.variables("bought") >= 3.0)
    >>> model.charge("energy", 2.0 * model.variables("paid"))
    >>> both = stacked([Layer("a", 1.0, model.program()), Layer("b", 0.5, model.program())])
    >>> list(both.columns), both.matrix.shape, both.cost.tolist()
    (['a: bought', 'a: paid', 'b: bought', 'b: paid'], (2, 4), [0.0, 2.0, 0.0, 1.0])
    """
    programs = [each.program for each in layers]
    columns: dict[str, slice] = {}
    rows: dict[str, slice] = {}
    height = width = 0
    width_of_all = sum(program.matrix.shape[1] for program in programs)
    charges: dict[str, tuple[Floats, float]] = {}
    for layer in layers:
        program = layer.program
        columns |= {layer.block(n): _moved(span, width) for n, span in program.columns.items()}
        rows |= {layer.block(n): _moved(span, height) for n, span in program.rows.items()}
        span = slice(width, width + program.matrix.shape[1])
        for name, (cost, constant) in program.charges.items():
            wide = np.zeros(width_of_all)
            wide[span] = layer.weight * cost
            charges[layer.block(name)] = wide, layer.weight * constant
        height, width = height + program.matrix.shape[0], span.stop
    return Program(
        cost=np.concatenate([each.weight * each.program.cost for each in layers]),
        offset=sum(each.weight * each.program.offset for each in layers),
        matrix=csc_array(block_diag([program.matrix for program in programs], format="csc")),
        lower=np.concatenate([program.lower for program in programs]),
        upper=np.concatenate([program.upper for program in programs]),
        row_lower=np.concatenate([program.row_lower for program in programs]),
        row_upper=np.concatenate([program.row_upper for program in programs]),
        whole=np.concatenate([program.whole for program in programs]),
        columns=columns, rows=rows, charges=charges,
    )  # fmt: skip


def bordered(
    program: Program, new_columns: Sequence[NewColumns], new_rows: Sequence[NewRows]
) -> Program:
    """The programme with columns and rows added at its end, in the order given."""
    height, width = program.matrix.shape
    columns, rows = dict(program.columns), dict(program.rows)
    for block in new_columns:
        columns[block.name] = slice(width, width + len(block.lower))
        width += len(block.lower)
    entries = program.matrix.tocoo()
    terms = [(entries.row.astype(np.int64), entries.col.astype(np.int64), entries.data)]
    for each in new_rows:
        terms.append((each.rows + height, each.columns, each.values))
        rows[each.name] = slice(height, height + len(each.lower))
        height += len(each.lower)
    charges = {name: (_widened(cost, width), c) for name, (cost, c) in program.charges.items()}
    added = np.zeros(width)
    for block in new_columns:
        for name, cost in block.charges.items():
            wide = np.zeros(width)
            wide[columns[block.name]] = cost
            before, constant = charges.get(name, (np.zeros(width), 0.0))
            charges[name] = before + wide, constant
            added += wide
    joined = [np.concatenate(each) for each in zip(*terms, strict=True)]
    count = sum(len(block.lower) for block in new_columns)
    return program.with_(
        cost=_widened(program.cost, width) + added,
        matrix=sparse(joined[0], joined[1], joined[2], (height, width)),
        lower=np.concatenate([program.lower, *(block.lower for block in new_columns)]),
        upper=np.concatenate([program.upper, *(block.upper for block in new_columns)]),
        row_lower=np.concatenate([program.row_lower, *(each.lower for each in new_rows)]),
        row_upper=np.concatenate([program.row_upper, *(each.upper for each in new_rows)]),
        whole=np.concatenate([program.whole, np.zeros(count, bool)]),
        columns=columns, rows=rows, charges=charges,
    )  # fmt: skip


def _moved(span: slice, by: int) -> slice:
    return slice(span.start + by, span.stop + by)


def _widened(numbers: Floats, width: int) -> Floats:
    return np.concatenate([numbers, np.zeros(width - len(numbers))])
