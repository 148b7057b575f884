"""The verb ``microgrid report``: a design planned, set beside the plant as it stands, and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from celadon.app.designing import Designed, design_microgrid
from celadon.app.microgrids.asked import refuse_unknown
from celadon.app.workspace import Workspace
from celadon.chain import sha256_file
from celadon.languages import Language
from celadon.plan.cash_flow import assets_of, cash_flow, standing_design
from celadon.plan.microgrid.declaration import load_design
from celadon.plan.microgrid.no_plan import NoPlan
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.reference import load_registry
from celadon.report.microgrid.carbon import Basis, carbon_lines
from celadon.report.microgrid.content import DesignReport, State
from celadon.report.microgrid.pypsa import write_network
from celadon.report.microgrid.write import write_design_report


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for.

    Parameters
    ----------
    standing : ids of the machines that stand today; the boilers on fuel if empty.
    years : how many the money is looked at; the longest life if None.
    basis : what carbon is counted by.
    """

    standing: Sequence[str] = ()
    years: int | None = None
    basis: Basis = field(default_factory=Basis)


def report_design(
    path: Path, workspace: Workspace | None = None, asked: Asked | None = None
) -> tuple[Designed, DesignReport | None]:
    """The content of a design's report; None where there is no plan to report.

    Raises
    ------
    DeclarationError, InputError, WorkspaceError
        As :func:`celadon.app.designing.design_microgrid`; or if a machine, a fuel, a programme or
        an area is asked for that nobody knows.
    """
    asked = asked or Asked()
    registry = workspace.registry() if workspace else load_registry()
    refuse_unknown(load_design(path).components, registry, asked.standing, asked.basis)
    found = design_microgrid(path, workspace)
    if isinstance(found.outcome, NoPlan):
        return found, None
    plan, design = found.outcome, found.design
    planned = State(design, plan.sizes, plan.flows)
    stands = standing_design(design, asked.standing)
    today = plan_design(stands)
    before = State(stands, today.sizes, today.flows) if isinstance(today, Plan) else None
    known = before.sizes if before else {}
    assets = assets_of(design.components, plan.sizes, design.rate, known)
    money = None
    if before is not None:
        of_today = assets_of(stands.components, before.sizes, design.rate, before.sizes)
        money = cash_flow(
            assets, of_today, planned.running, before.running, design.rate, asked.years
        )
    carbon = carbon_lines(
        design, before.energies if before else None, planned.energies, registry, asked.basis,
        found.declared.head.year,
    )  # fmt: skip
    content = DesignReport(
        found.declared, plan, planned, before, assets, money, tuple(carbon), found.findings,
        _digests(path, found),
    )  # fmt: skip
    return found, content


def write_report_of(content: DesignReport, folder: Path, language: Language) -> list[Path]:
    """Write the page and the workbook."""
    return write_design_report(content, folder, language)


def export_network(content: DesignReport, folder: Path) -> list[str]:
    """Write a design as a network of PyPSA; returns what it does not express."""
    return write_network(content.planned.design, content.plan, folder)


def _digests(path: Path, found: Designed) -> dict[str, str]:
    files = [path]
    if found.declared.profiles is not None:
        files.append(path.parent / found.declared.profiles.file)
    series = found.declared.series.values()
    weather = {file: path.parent / file for each in series for file in each.files}
    files += weather.values()
    files += [path.parent / name for name in found.design.tariffs]
    return {each.name: sha256_file(each) for each in files}
