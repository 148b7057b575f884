"""The verb ``microgrid reprice``: a bought system under other prices, loads and weather."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from celadon.app.microgrids.weighing import (
    Declared,
    declared_scenarios,
    read_design,
    write_all,
)
from celadon.app.workspace import Workspace
from celadon.errors import Fault, InputError, ModelError
from celadon.plan.microgrid.design import build
from celadon.plan.microgrid.fixed import dispatch_fixed
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.microgrid.tables import MICROGRID_SIZE
from celadon.plan.uncertainty.declaration import Uncertain, uncertain_of
from celadon.plan.uncertainty.living import Lived, live_through
from celadon.plan.uncertainty.recording import lived_tables
from celadon.plan.uncertainty.repricing import Bought
from celadon.plan.uncertainty.scenarios import Scenario
from celadon.tables import read_parquet


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a bought system.

    Parameters
    ----------
    draws, seed : how many years are drawn, and from which seed.
    plan : a folder with the table ``microgrid_size`` of an earlier plan; the design is planned anew
        without it.
    standing : ids of the machines that stand today; the boilers on fuel if empty.
    """

    draws: int = 200
    seed: int = 1
    plan: Path | None = None
    standing: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Outlived:
    """A bought system, in drawn years and in the scenarios of its file.

    Attributes
    ----------
    scenarios : kCNY a year by scenario; None where it cannot serve it.
    """

    declared: Declared
    uncertain: tuple[Uncertain, ...]
    bought: Bought
    lived: Lived
    scenarios: Mapping[str, float | None]


def reprice_design(path: Path, asked: Asked, workspace: Workspace | None = None) -> Outlived:
    """Run the system of a design through drawn years.

    Raises
    ------
    DeclarationError, InputError, WorkspaceError
        As :func:`celadon.app.designing.design_microgrid`; and for faults of ``[[uncertain]]``.
    ModelError
        If the design has no plan.
    """
    declared = read_design(path, workspace)
    uncertain = uncertain_of(declared.file)
    listed: tuple[Scenario, ...] = ()
    if "scenario" in declared.file.unsure:
        listed, _ = declared_scenarios(path, declared, workspace)
    bought = bought_system(declared, asked.plan)
    lived = live_through(bought, uncertain, asked.draws, asked.seed, asked.standing)
    costs: dict[str, float | None] = {}
    for each in listed:
        found = dispatch_fixed(build(each.design), bought.sizes, horizon=each.design.horizon)
        costs[each.id] = found.objective if found.status == "optimal" else None
    return Outlived(declared, uncertain, bought, lived, costs)


def bought_system(declared: Declared, folder: Path | None) -> Bought:
    """The capacities of an earlier plan, or of one made now."""
    if folder is not None:
        return Bought(declared.design, _sizes_of(declared, folder))
    return Bought(declared.design, planned(declared).sizes)


def planned(declared: Declared) -> Plan:
    """The plan of a design.

    Raises
    ------
    ModelError
        If there is none.
    """
    found = plan_design(declared.design, alternatives=False)
    if isinstance(found, Plan):
        return found
    remedy = "see what to relax: celadon microgrid design"
    fault = Fault((declared.file.name,), "no plan", "a design that can be planned", remedy)
    raise ModelError(f"{declared.file.head.id} has no plan", [fault])


def write_lived(outlived: Outlived, folder: Path) -> list[Path]:
    """Write the tables of drawn years; those of an earlier run are replaced."""
    return write_all(lived_tables(outlived.declared.file.head.id, outlived.lived), folder)


def _sizes_of(declared: Declared, folder: Path) -> dict[str, float]:
    """The capacities that a plan left, MW, MWh or t by block."""
    path = folder / f"{MICROGRID_SIZE.name}.parquet"
    if not path.is_file():
        fault = Fault((str(path),), "no such file", "the folder of a plan's tables",
                      "write one: celadon microgrid design")  # fmt: skip
        raise InputError("There is no earlier plan", [fault])
    rows = MICROGRID_SIZE.check(read_parquet(path)).to_pylist()
    sizes = {row["block"]: row["count"] / 1e6 for row in rows}
    known = {size.block for size in build(declared.design).sizes}
    faults = [Fault((str(path), block), "a capacity that the design does not have",
                    "the same design", "plan the design anew")
              for block in sorted(sizes.keys() - known)]  # fmt: skip
    faults += [Fault((str(path), block), "no such row", "every capacity of the design",
                     "plan the design anew") for block in sorted(known - sizes.keys())]  # fmt: skip
    if faults:
        raise InputError("The earlier plan is of another design", faults)
    return sizes
