"""The verb ``microgrid years``: a design over its years, from file to plan and tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from celadon.app.designing import series_of
from celadon.app.workspace import Workspace
from celadon.plan.microgrid.assembling import assemble, oddities, read_tariffs
from celadon.plan.microgrid.declaration import DesignFile, load_design
from celadon.plan.years import NoYearsPlan, Years, YearsPlan, plan_years, years_of
from celadon.plan.years.tables import years_tables
from celadon.records.finding import Finding
from celadon.reference import load_registry


@dataclass(frozen=True, eq=False)
class PlannedYears:
    """A design with its years, and the plan of all of them, or why there is none."""

    declared: DesignFile
    years: Years
    outcome: YearsPlan | NoYearsPlan
    findings: tuple[Finding, ...]


def plan_design_years(
    path: Path, workspace: Workspace | None = None, method: str | None = None
) -> PlannedYears:
    """Plan the years of a design file.

    Raises
    ------
    DeclarationError, InputError, WorkspaceError
        As :func:`celadon.app.designing.design_microgrid`, and where the years are at fault.
    """
    declared = load_design(path)
    years = years_of(declared)
    registry = workspace.registry() if workspace else load_registry()
    read = series_of(declared, path.parent, workspace)
    series = {name: each.values for name, each in read.items()}
    design = assemble(declared, series, registry, read_tariffs(declared, path.parent))
    found = [finding for each in read.values() for finding in each.findings]
    found += oddities(declared, design)
    outcome = plan_years(design, years, method, declared.name)
    return PlannedYears(declared, years, outcome, tuple(found))


def write_years(planned: PlannedYears, folder: Path) -> list[Path]:
    """Write the tables of a plan as Parquet files."""
    if isinstance(planned.outcome, NoYearsPlan):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for schema, table in years_tables(planned.declared.head.id, planned.outcome):
        path = folder / f"{schema.name}.parquet"
        schema.write(table, path)
        written.append(path)
    return written
