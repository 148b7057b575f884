"""The verbs ``microgrid sensitivity`` and ``microgrid break-even``: one parameter at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celadon.app.microgrids.repricing import planned
from celadon.app.microgrids.weighing import Declared, read_design, write_all
from celadon.app.workspace import Workspace
from celadon.plan.microgrid.plan import Plan
from celadon.plan.uncertainty.break_even import (
    SAVING,
    BreakEven,
    capacity_break_even,
    saving_break_even,
)
from celadon.plan.uncertainty.parameters import plain_name, scaled
from celadon.plan.uncertainty.recording import break_even_table, swing_tables
from celadon.plan.uncertainty.sensitivity import Swing, multipliers_between, sensitivity


@dataclass(frozen=True, slots=True)
class Range:
    """Multipliers that are looked at: ``steps`` of them between two, and one."""

    low: float
    high: float
    steps: int


@dataclass(frozen=True, eq=False)
class Swung:
    """A plan, and how it answers to its parameters."""

    declared: Declared
    plan: Plan
    swings: tuple[Swing, ...]


@dataclass(frozen=True, eq=False)
class Broken:
    """A plan, and where one parameter changes it."""

    declared: Declared
    plan: Plan
    found: BreakEven


def swing_design(
    path: Path, of: Sequence[str], between: Range, workspace: Workspace | None = None
) -> Swung:
    """Plan a design anew over a range of each parameter.

    Raises
    ------
    DeclarationError, InputError, WorkspaceError
        As :func:`celadon.app.designing.design_microgrid`; and for a parameter or a range that is
        none.
    ModelError
        If the design has no plan.
    """
    multipliers = multipliers_between(between.low, between.high, between.steps)
    declared = _with_parameters(path, of, multipliers, workspace)
    plan = planned(declared)
    return Swung(declared, plan, sensitivity(plan, of, multipliers))


def break_even_of(
    path: Path, of: str, until: str, between: Range, standing: Sequence[str] = (),
    workspace: Workspace | None = None,
) -> Broken:  # fmt: skip
    """Where a parameter brings a capacity in or out, or a saving to nothing.

    Parameters
    ----------
    until : a capacity, or ``saving``.

    Raises
    ------
    DeclarationError, InputError, ModelError, WorkspaceError
        As :func:`swing_design`.
    """
    multipliers = multipliers_between(between.low, between.high, between.steps)
    declared = _with_parameters(path, [of], multipliers, workspace)
    plan = planned(declared)
    if until == SAVING:
        found = saving_break_even(plan, of, multipliers, standing)
    else:
        found = capacity_break_even(plan, of, until, multipliers)
    return Broken(declared, plan, found)


def write_swings(swung: Swung, folder: Path) -> list[Path]:
    """Write the tables of a sensitivity; those of an earlier one are replaced."""
    return write_all(swing_tables(swung.declared.file.head.id, swung.swings), folder)


def write_break_even(broken: Broken, folder: Path) -> list[Path]:
    """Write the table of a break-even; that of an earlier one is replaced."""
    return write_all([break_even_table(broken.declared.file.head.id, broken.found)], folder)


def _with_parameters(
    path: Path, of: Sequence[str], multipliers: Sequence[float], workspace: Workspace | None
) -> Declared:
    """The design, once it is known that it can be asked all this: before anything is planned."""
    declared = read_design(path, workspace)
    for name in of:
        for times in multipliers:
            scaled(declared.design, plain_name(name), times, (declared.file.name,))
    return declared
