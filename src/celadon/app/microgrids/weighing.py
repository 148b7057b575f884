"""The verb ``microgrid scenarios``: one design for several futures, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from celadon.app.designing import series_of
from celadon.app.workspace import Workspace
from celadon.errors import Fault, InputError
from celadon.plan.microgrid.assembling import assemble, oddities, read_tariffs
from celadon.plan.microgrid.declaration import DesignFile, load_design
from celadon.plan.microgrid.design import Design
from celadon.plan.profiles.columns import read_columns
from celadon.plan.replay.replay import Replay, replay
from celadon.plan.uncertainty.declaration import Risk, ScenarioDeclared, scenarios_of
from celadon.plan.uncertainty.planning import NoScenarioPlan, ScenarioPlan, plan_scenarios
from celadon.plan.uncertainty.recording import scenario_tables
from celadon.plan.uncertainty.regret import Worth, worth_of
from celadon.plan.uncertainty.scenarios import Scenario, scenario_of
from celadon.records.finding import Finding, finding_table
from celadon.records.tables import FINDING
from celadon.reference import load_registry
from celadon.tables import Schema


@dataclass(frozen=True, eq=False)
class Declared:
    """A design that is read and not planned yet, with what was found in its series."""

    file: DesignFile
    design: Design
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False)
class Weighed:
    """A design for all its scenarios, or why there is none.

    Attributes
    ----------
    worth : beside other designs; None where it was not asked for, or there is no plan.
    checks : the plan run hour by hour without the programme, in each scenario.
    """

    declared: Declared
    scenarios: tuple[Scenario, ...]
    risk: Risk
    outcome: ScenarioPlan | NoScenarioPlan
    worth: Worth | None
    checks: Mapping[str, Replay]


def read_design(
    path: Path, workspace: Workspace | None = None, declared: DesignFile | None = None
) -> Declared:
    """The design of a file with its series, not planned.

    Parameters
    ----------
    declared : the file's content where it has been read and changed.

    Raises
    ------
    DeclarationError, InputError, WorkspaceError
        As :func:`celadon.app.designing.design_microgrid`.
    """
    declared = declared or load_design(path)
    registry = workspace.registry() if workspace else load_registry()
    read = series_of(declared, path.parent, workspace)
    series = {name: each.values for name, each in read.items()}
    design = assemble(declared, series, registry, read_tariffs(declared, path.parent))
    found = [finding for each in read.values() for finding in each.findings]
    return Declared(declared, design, (*found, *oddities(declared, design)))


def plan_for_scenarios(
    path: Path,
    workspace: Workspace | None = None,
    method: str | None = None,
    *,
    regret: bool = True,
) -> Weighed:
    """Plan the design of a file for all its scenarios together.

    Parameters
    ----------
    regret : whether other designs are run through the scenarios beside it, which takes longer than
        the plan.

    Raises
    ------
    DeclarationError, InputError, WorkspaceError
        As :func:`celadon.app.designing.design_microgrid`; and for faults of the scenarios.
    """
    declared = read_design(path, workspace)
    scenarios, risk = declared_scenarios(path, declared, workspace)
    outcome = plan_scenarios(scenarios, risk, method)
    worth, checks = None, {}
    if isinstance(outcome, ScenarioPlan):
        checks = {
            each.id: replay(each.design, outcome.sizes, outcome.flows(each.id))
            for each in scenarios
        }
        worth = worth_of(outcome, method) if regret else None
    return Weighed(declared, scenarios, risk, outcome, worth, checks)


def declared_scenarios(
    path: Path, declared: Declared, workspace: Workspace | None
) -> tuple[tuple[Scenario, ...], Risk]:
    """The scenarios of a file, each as a design of its own, and the risk that is weighed."""
    listed, risk = scenarios_of(declared.file)
    return tuple(_scenario(path, declared, each, workspace) for each in listed), risk


def write_weighed(weighed: Weighed, folder: Path) -> list[Path]:
    """Write the tables of a plan for scenarios; those of an earlier one are replaced."""
    if isinstance(weighed.outcome, NoScenarioPlan):
        return []
    name = weighed.declared.file.head.id
    tables = scenario_tables(name, weighed.outcome, weighed.worth)
    return write_all([*tables, (FINDING, finding_table(weighed.declared.findings))], folder)


def write_all(tables: list[tuple[Schema, pa.Table]], folder: Path) -> list[Path]:
    """Write tables as Parquet files, each under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for schema, table in tables:
        path = folder / f"{schema.name}.parquet"
        schema.write(table, path)
        written.append(path)
    return written


def _scenario(
    path: Path, declared: Declared, each: ScenarioDeclared, workspace: Workspace | None
) -> Scenario:
    design = declared.design
    if each.profiles:
        other = _with_profiles(declared.file, path.parent, each)
        design = read_design(path, workspace, other).design
    return scenario_of(each, design, declared.file)


def _with_profiles(declared: DesignFile, folder: Path, each: ScenarioDeclared) -> DesignFile:
    """The declaration with other profiles; where it names a column of times, of their year."""
    given, head = declared.profiles, declared.head
    place = (declared.name, "scenario", each.id, "profiles")
    if given is None:
        fault = Fault(place, "a file, and no [profiles]", "columns as those of the design",
                      "name the file of the design in [profiles]")  # fmt: skip
        raise InputError(f"{declared.name} names no file of profiles", [fault])
    if not (folder / each.profiles).is_file():
        fault = Fault(place, f"no file {each.profiles} beside the design", "a CSV or Parquet file",
                      "correct the name")  # fmt: skip
        raise InputError(f"The profiles of {each.id} are not there", [fault])
    if given.time:
        times = read_columns(folder / each.profiles).times(given.time)
        year = int(str(times[0])[:4]) if len(times) else head.year
        head = head.model_copy(update={"year": year})
    profiles = given.model_copy(update={"file": each.profiles})
    return replace(declared, head=head, profiles=profiles)
