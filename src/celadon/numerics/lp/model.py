"""Writing a linear programme: named blocks of variables, requirements and charges."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from celadon.numerics.lp.expression import Expression, Floats, Part, Requirement
from celadon.numerics.lp.program import Program, sparse


class Model:
    """A linear programme while it is written.

    Examples
    --------
    Two hours of power from the grid or from panels, whose size is chosen:

    >>> from celadon.numerics.lp import solve
    >>> model = Model()
    >>> bought, sun = model.variables("bought", 2), model.variables("sun", 2)
    >>> panels = model.variables("panels", upper=10)
    >>> model.require("demand", bought + sun >= [3, 3])
    >>> model.require("sunshine", sun <= [1.0, 0.0] * panels)
    >>> model.charge("energy", [2.0, 1.0] * bought)
    >>> model.charge("investment", 1.5 * panels)
    >>> found = solve(model.program())
    >>> found.objective, found.value("panels").tolist()
    (7.5, [3.0])
    >>> found.price("demand").tolist()  # what one more unit of demand costs, hour by hour
    [1.5, 1.0]
    """

    def __init__(self) -> None:
        self._columns: dict[str, slice] = {}
        self._rows: dict[str, slice] = {}
        self._bounds: list[tuple[Floats, Floats, bool]] = []
        self._requirements: list[Requirement] = []
        self._charges: dict[str, Expression] = {}

    @property
    def size(self) -> int:
        """How many columns there are."""
        return next(reversed(self._columns.values())).stop if self._columns else 0

    def variables(
        self,
        name: str,
        size: int = 1,
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        whole: bool = False,
    ) -> Expression:
        """A new block of variables, each between its bounds; ``whole`` for whole numbers."""
        _new(name, self._columns, "variables")
        start = self.size
        self._columns[name] = slice(start, start + size)
        low, high = _stretched(lower, size, name), _stretched(upper, size, name)
        self._bounds.append((low, high, whole))
        columns = np.arange(start, start + size)
        part = Part(np.arange(size), columns, np.ones(size))
        return Expression(size, (part,), np.zeros(size))

    def require(self, name: str, requirement: Requirement) -> None:
        """Hold a block of rows between their bounds; ``name`` is how its prices are asked for."""
        _new(name, self._rows, "requirements")
        start = next(reversed(self._rows.values())).stop if self._rows else 0
        self._rows[name] = slice(start, start + requirement.expression.size)
        self._requirements.append(requirement)

    def charge(self, name: str, cost: Expression) -> None:
        """Add the sum of an expression to what is minimised, under a name of its own."""
        _new(name, self._charges, "charges")
        self._charges[name] = cost.sum()

    def program(self) -> Program:
        """The arrays of the programme.

        Raises
        ------
        ValueError
            If a number in it is not a number, or an infinite one stands where none can.
        """
        height = next(reversed(self._rows.values())).stop if self._rows else 0
        rows, columns, values = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
        for requirement, span in zip(self._requirements, self._rows.values(), strict=True):
            for part in requirement.expression.parts:
                rows.append(part.rows + span.start)
                columns.append(part.columns)
                values.append(part.values)
        charges = {name: self.coefficients(cost) for name, cost in self._charges.items()}
        program = Program(
            cost=sum((each for each, _ in charges.values()), np.zeros(self.size)),
            offset=sum(constant for _, constant in charges.values()),
            matrix=sparse(
                np.concatenate(rows), np.concatenate(columns), np.concatenate(values),
                (height, self.size),
            ),
            lower=_joined([low for low, _, _ in self._bounds]),
            upper=_joined([high for _, high, _ in self._bounds]),
            row_lower=_joined([_stretched(r.lower, r.expression.size) for r in self._requirements]),
            row_upper=_joined([_stretched(r.upper, r.expression.size) for r in self._requirements]),
            whole=np.repeat(
                np.array([whole for _, _, whole in self._bounds], bool),
                [len(low) for low, _, _ in self._bounds],
            ),
            columns=dict(self._columns),
            rows=dict(self._rows),
            charges=charges,
        )  # fmt: skip
        _refuse_what_is_no_number(program)
        return program

    def coefficients(self, cost: Expression) -> tuple[Floats, float]:
        """The sum of an expression as one coefficient a column, and its constant."""
        columns = np.concatenate([part.columns for part in cost.parts] or [np.zeros(0, np.int64)])
        values = np.concatenate([part.values for part in cost.parts] or [np.zeros(0)])
        by_column = np.bincount(columns, values, self.size).astype(np.float64)
        return by_column, float(cost.constant.sum())


def _new(name: str, known: object, kind: str) -> None:
    if name in known:  # type: ignore[operator]  # any mapping by names
        raise ValueError(f"the model has {kind} named {name!r} already")


def _stretched(numbers: ArrayLike, size: int, name: str = "") -> Floats:
    array = np.asarray(numbers, np.float64)
    if array.ndim > 1 or (array.ndim == 1 and len(array) not in (1, size)):
        raise ValueError(f"{array.shape} bounds for the {size} variables of {name!r}")
    return np.broadcast_to(array, (size,)).astype(np.float64)


def _joined(arrays: list[Floats]) -> Floats:
    return np.concatenate(arrays) if arrays else np.zeros(0)


def _refuse_what_is_no_number(program: Program) -> None:
    for name, span in program.columns.items():
        bounds = (program.lower[span], program.upper[span])
        if any(np.isnan(each).any() for each in bounds) or not _finite(program.cost[span]):
            raise ValueError(f"variables {name!r}: a bound or cost that is not a number")
    if not _finite(program.matrix.data):
        first = int(np.flatnonzero(~np.isfinite(program.matrix.data))[0])
        name, place = program.row_block(int(program.matrix.indices[first]))
        raise ValueError(f"requirement {name!r}, row {place}: a coefficient that is not a number")
    for name, span in program.rows.items():
        bounds = (program.row_lower[span], program.row_upper[span])
        if any(np.isnan(each).any() for each in bounds):
            raise ValueError(f"requirement {name!r}: a bound that is not a number")


def _finite(numbers: Floats) -> bool:
    return bool(np.isfinite(numbers).all())
