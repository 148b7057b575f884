"""The verb ``microgrid dispatch``: a design's system, run window by window through a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from celadon.app.designing import Designed, design_microgrid, series_of
from celadon.app.workspace import Workspace
from celadon.errors import Fault, InputError
from celadon.plan.components.quantities import amount
from celadon.plan.microgrid.assembling import assemble, read_tariffs
from celadon.plan.microgrid.declaration import DesignFile
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.no_plan import NoPlan
from celadon.plan.operation import Dispatched, Rolling, dispatch, standing_of
from celadon.plan.operation.recording import dispatch_tables, findings_of
from celadon.plan.profiles.columns import read_columns
from celadon.records.finding import Finding, finding_table
from celadon.records.tables import FINDING
from celadon.reference import load_registry


@dataclass(frozen=True, eq=False)
class Ran:
    """A design, its plan, and how it ran; ``done`` is None where there is no plan.

    Attributes
    ----------
    declared : of the year that was run.
    """

    designed: Designed
    declared: DesignFile
    done: Dispatched | None
    findings: tuple[Finding, ...] = field(default=())


def dispatch_microgrid(
    path: Path,
    rolling: Rolling,
    workspace: Workspace | None = None,
    year_of: Path | None = None,
    contents: Sequence[str] = (),
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Ran:
    """Plan the design of a file, and run it.

    Parameters
    ----------
    year_of : profiles of another year, with the columns of the design's own.
    contents : what stores begin with, as ``battery=2 MWh``.
    told : hears how many of how many steps are run.

    Raises
    ------
    DeclarationError, InputError, WorkspaceError
        As :func:`celadon.app.designing.design_microgrid`, and as
        :func:`celadon.plan.operation.dispatch`.
    """
    designed = design_microgrid(path, workspace)
    plan = designed.outcome
    if isinstance(plan, NoPlan):
        return Ran(designed, designed.declared, None)
    declared, design = designed.declared, None
    found: list[Finding] = []
    if year_of is not None:
        declared = _of_year(declared, year_of)
        design, found = _design_of(declared, path.parent, workspace)
    standing, opening = standing_of(plan, design, _contents(contents))
    done = dispatch(standing, rolling, opening, told)
    found += findings_of(declared.head.id, plan, done)
    return Ran(designed, declared, done, (*designed.findings, *found))


def write_dispatch(ran: Ran, folder: Path) -> list[Path]:
    """Write the tables of a dispatch as Parquet files; those of an earlier one are replaced."""
    if ran.done is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    tables = dispatch_tables(ran.declared.head.id, ran.done)
    for schema, table in (*tables, (FINDING, finding_table(ran.findings))):
        path = folder / f"{schema.name}.parquet"
        schema.write(table, path)
        written.append(path)
    return written


def _of_year(declared: DesignFile, profiles: Path) -> DesignFile:
    """The declaration with the profiles of another year, which their column of times names.

    Raises
    ------
    InputError
        If the design names no column of times: a year would be guessed.
    """
    given = declared.profiles
    if given is None or not given.time:
        fault = Fault((declared.name, "profiles.time"), "nothing", "a column of times",
                      "name the column, so that the year of other profiles is known")  # fmt: skip
        raise InputError("The year of the profiles is not known", [fault])
    times = read_columns(profiles).times(given.time)
    year = int(str(times[0])[:4]) if len(times) else declared.head.year
    return replace(
        declared,
        head=declared.head.model_copy(
            update={"year": year, "project_year": declared.head.project_year or declared.head.year}
        ),
        profiles=given.model_copy(update={"file": str(profiles.resolve())}),
    )


def _design_of(
    declared: DesignFile, folder: Path, workspace: Workspace | None
) -> tuple[Design, list[Finding]]:
    read = series_of(declared, folder, workspace)
    registry = workspace.registry() if workspace else load_registry()
    series = {name: each.values for name, each in read.items()}
    design = assemble(declared, series, registry, read_tariffs(declared, folder))
    return design, [finding for each in read.values() for finding in each.findings]


def _contents(given: Sequence[str]) -> dict[str, float]:
    """Contents by block, from ``id=amount``."""
    found = {}
    for text in given:
        who, _, written = text.partition("=")
        for unit in ("MWh", "t"):
            try:
                found[f"{who.strip()}.content"] = amount(written, unit)
                break
            except ValueError:
                continue
        else:
            rule = "the id of a store, =, and what is in it, as an energy or a mass"
            fault = Fault(("--content",), repr(text), rule, "write it as in battery=2MWh")
            raise InputError("A content cannot be read", [fault])
    return found
