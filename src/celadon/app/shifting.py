"""The verb ``microgrid shift``: what moving load between hours would save a plant as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from celadon.accounts.bill.oddities import tariff_findings
from celadon.app.designing import series_of
from celadon.app.workspace import Workspace
from celadon.errors import Fault, InputError
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.movable_load import MovableLoad
from celadon.plan.components.quantities import FROM_FILE
from celadon.plan.microgrid.assembling import assemble, read_tariffs
from celadon.plan.microgrid.bill_compared import mixed_findings
from celadon.plan.microgrid.declaration import DesignFile, load_design
from celadon.plan.microgrid.design import Design
from celadon.plan.operation.shifting import Shifted, shift_loads
from celadon.plan.operation.shifting_tables import shift_tables
from celadon.records.finding import Finding
from celadon.records.validation import told
from celadon.reference import load_registry

_WHOLE = "load as metered"


@dataclass(frozen=True, slots=True)
class Move:
    """A part of the whole load that can be moved, beside what the file declares; texts with units.

    Attributes
    ----------
    power : MW; nothing more is moved if None.
    """

    power: str | None = None
    within: int | None = None
    rebound: str | None = None
    price: str | None = None


@dataclass(frozen=True, eq=False)
class ShiftFound:
    """A declared plant, and its best schedule."""

    declared: DesignFile
    shifted: Shifted
    findings: tuple[Finding, ...]


def shift_site(path: Path, workspace: Workspace | None, move: Move) -> ShiftFound:
    """The best schedule of the loads of a design file.

    Parameters
    ----------
    workspace : whose ledgers tell the load of a site; not needed otherwise.

    Raises
    ------
    DeclarationError, InputError, WorkspaceError
        As :func:`celadon.app.designing.design_microgrid`, and as
        :func:`celadon.plan.operation.shifting.shift_loads`.
    """
    declared = load_design(path)
    registry = workspace.registry() if workspace else load_registry()
    read = series_of(declared, path.parent, workspace)
    series = {name: each.values for name, each in read.items()}
    design = assemble(declared, series, registry, read_tariffs(declared, path.parent))
    if move.power is not None:
        design = _with(design, move)
    found = [finding for each in read.values() for finding in each.findings]
    for tariff in design.tariffs.values():
        found += tariff_findings(tariff, declared.head.id)
    shifted = shift_loads(design)
    (grid,) = (each.id for each in design.components if isinstance(each, Grid))
    found += mixed_findings(shifted.before, design.horizon, grid, declared.head.id)
    return ShiftFound(declared, shifted, tuple(found))


def write_shift(found: ShiftFound, folder: Path) -> list[Path]:
    """Write the tables of a schedule as Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for schema, table in shift_tables(found.declared.head.id, found.shifted):
        path = folder / f"{schema.name}.parquet"
        schema.write(table, path)
        written.append(path)
    return written


def _with(design: Design, move: Move) -> Design:
    """The design with a part of its whole load that can be moved."""
    whole = np.zeros(design.horizon.count)
    for each in design.components:
        if isinstance(each, Demand) and each.bus == "power":
            known = design.series[each.series] if isinstance(each.series, str) else each.series
            whole = whole + known
    given = {
        "id": "moved", "series": _WHOLE, "at_most": move.power, "window_hours": move.within,
        "rebound": move.rebound, "price": move.price,
    }  # fmt: skip
    try:
        load = MovableLoad.model_validate(
            {key: each for key, each in given.items() if each is not None}, context=FROM_FILE
        )
    except ValidationError as error:
        faults = [Fault((_option(each["loc"]),), *told(each)) for each in error.errors()]
        raise InputError("What can be moved cannot be read", faults) from None
    return replace(
        design, components=[*design.components, load], series={**design.series, _WHOLE: whole}
    )


def _option(place: Sequence[int | str]) -> str:
    names = {"at_most": "--move", "window_hours": "--within", "price": "--price"}
    return names.get(str(place[0]), f"--{place[0]}") if place else "--move"
