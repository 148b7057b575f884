"""Several programmes as one: each keeps its own columns and rows, and new ones join them.

The matrix is a diagonal of blocks; what the programmes share stands in the border that
:func:`bordered` adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array

from celadon.numerics.lp.expression import Floats, Index, Requirement
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

    @classmethod
    def of(cls, name: str, requirement: Requirement, places: Index) -> NewRows:
        """Some rows of a requirement, which speaks of the columns of the programme.

        Examples
        --------
        >>> from celadon.numerics.lp import Model
        >>> model = Model()
        >>> fed, taken = model.variables("fed", 3), model.variables("taken", 3)
        >>> rows = NewRows.of("not both", fed + taken <= [7, 8, 9], np.array([1]))
        >>> rows.columns.tolist(), rows.upper.tolist()
        ([1, 4], [8.0])
        """
        parts = requirement.expression.at(places).parts
        return cls(
            name, np.concatenate([part.rows for part in parts]),
            np.concatenate([part.columns for part in parts]),
            np.concatenate([part.values for part in parts]),
            requirement.lower[places], requirement.upper[places],
        )  # fmt: skip


def stacked(layers: Sequence[Layer], shared: Sequence[str] = ()) -> Program:
    """Programmes side by side, their blocks under the names of their layers.

    Parameters
    ----------
    shared : blocks of columns that all have and decide once: they come first, under their own
        name, within the bounds of every layer.

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
    columns: dict[str, slice] = {}
    rows: dict[str, slice] = {}
    width = height = 0
    first = layers[0].program
    own = {layer.block(n): span for layer in layers for n, span in layer.program.columns.items()
           if n not in shared}  # fmt: skip
    for name, span in ({each: first.columns[each] for each in shared} | own).items():
        columns[name] = slice(width, width + span.stop - span.start)
        width = columns[name].stop
    lower, upper = np.full(width, -np.inf), np.full(width, np.inf)
    whole, cost = np.zeros(width, bool), np.zeros(width)
    charges: dict[str, tuple[Floats, float]] = {}
    terms = []
    for layer in layers:
        program, at = layer.program, places(columns, layer)
        rows |= {layer.block(n): _moved(span, height) for n, span in program.rows.items()}
        entries = program.matrix.tocoo()
        terms.append((entries.row.astype(np.int64) + height, at[entries.col], entries.data))
        lower[at], upper[at] = np.maximum(lower[at], program.lower), np.minimum(
            upper[at], program.upper)  # fmt: skip
        whole[at] = program.whole
        cost[at] += layer.weight * program.cost
        for name, (own_cost, constant) in program.charges.items():
            wide = np.zeros(width)
            wide[at] = layer.weight * own_cost
            charges[layer.block(name)] = wide, layer.weight * constant
        height += program.matrix.shape[0]
    joined = [np.concatenate(each) for each in zip(*terms, strict=True)]
    return Program(
        cost=cost, offset=sum(each.weight * each.program.offset for each in layers),
        matrix=sparse(joined[0], joined[1], joined[2], (height, width)),
        lower=lower, upper=upper, whole=whole,
        row_lower=np.concatenate([each.program.row_lower for each in layers]),
        row_upper=np.concatenate([each.program.row_upper for each in layers]),
        columns=columns, rows=rows, charges=charges,
    )  # fmt: skip


def places(columns: Mapping[str, slice], layer: Layer) -> Index:
    """The column of the stack of each column of a layer.

    Parameters
    ----------
    columns : of the stack; a block that is not there under the layer's name is shared.
    """
    found = np.zeros(layer.program.matrix.shape[1], np.int64)
    for name, span in layer.program.columns.items():
        to = columns.get(layer.block(name)) or columns[name]
        found[span] = np.arange(to.start, to.stop)
    return found


def without_rows(program: Program, names: Sequence[str]) -> Program:
    """The programme without the rows of some requirements."""
    kept = np.ones(program.matrix.shape[0], bool)
    for name in names:
        kept[program.rows[name]] = False
    to = np.concatenate([[0], np.cumsum(kept)])
    rows = {name: slice(int(to[span.start]), int(to[span.stop]))
            for name, span in program.rows.items() if name not in names}  # fmt: skip
    return program.with_(
        matrix=csc_array(program.matrix.tocsr()[kept]), row_lower=program.row_lower[kept],
        row_upper=program.row_upper[kept], rows=rows,
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
