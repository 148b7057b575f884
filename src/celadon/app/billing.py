"""The verb ``bill``: what the grid charges a site for each of its supplies, from its meters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from celadon.accounts.bill import Tariff, load_tariff
from celadon.accounts.bill.oddities import tariff_findings, zone_findings
from celadon.accounts.bill.reading import Reading, read_supply
from celadon.accounts.bill.supply import SupplyBills, bill_supply, earlier_months
from celadon.app.inputs import read_input
from celadon.app.workspace import Workspace
from celadon.engine import Engine
from celadon.errors import Fault, WorkspaceError
from celadon.records.compiled import compile_sites
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.quality.judge import judge_readings
from celadon.records.site import Site
from celadon.records.supply import Supply
from celadon.records.tables import INTERVAL

TARIFFS = "tariffs"
"""The folder of a workspace that holds tariffs, one file each."""


@dataclass(frozen=True, slots=True)
class Billed:
    """A supply, its tariffs, what was read of it, its bills, and what is odd in the tariffs."""

    site: Site
    tariffs: tuple[Tariff, ...]
    reading: Reading
    bills: SupplyBills
    findings: tuple[Finding, ...] = ()

    def seconds_estimated(self, period: Period) -> int:
        """Time in which what was drawn is an estimate."""
        return self.reading.seconds_estimated(period, self.tariffs[0].clock(self.site.zone))


def bill_site(
    workspace: Workspace,
    site: str,
    period: Period,
    *,
    supply: str | None = None,
    tariffs: Sequence[Path] = (),
) -> list[Billed]:
    """The bills of a site's supplies in a period.

    Parameters
    ----------
    supply : only that one.
    tariffs : files to bill by in place of those declared, such as an offer to be judged.

    Raises
    ------
    WorkspaceError
        If the site declares no such supply, or none at all, or a tariff is absent.
    DeclarationError
        If a tariff is at fault.
    InputError
        If a supply is not read often enough to be billed.
    """
    declared = workspace.site(site)
    path = workspace.site_file(site)
    asked = supplies_asked(declared, supply, path)
    known = {each.id: tariffs_of_supply(workspace, each, tariffs, path) for each in asked}
    back = max(earlier_months(listed) for listed in known.values())
    wide = Period(period.widened(back).from_day, period.widened(0).to_day)
    intervals = intervals_of(workspace, site, asked, wide)
    zone = ZoneInfo(declared.zone)
    found = []
    for each in asked:
        reading = read_supply(each, intervals, wide, zone)
        bills = bill_supply(each, reading.drawn, known[each.id], period)
        odd = [finding for tariff in known[each.id] for finding in odd_in(tariff, declared, period)]
        found.append(Billed(declared, known[each.id], reading, bills, tuple(odd)))
    return found


def odd_in(tariff: Tariff, site: Site, period: Period) -> list[Finding]:
    """What is odd in a tariff that a site is billed by."""
    return tariff_findings(tariff, site.id) + zone_findings(tariff, site.id, site.zone, period)


def supplies_asked(site: Site, supply: str | None, path: Path) -> list[Supply]:
    """The supplies of a site, or the one that is named.

    Raises
    ------
    WorkspaceError
        If there is none.
    """
    asked = [each for each in site.supplies if supply in (None, each.id)]
    if not asked:
        names = ", ".join(each.id for each in site.supplies)
        found = f"no supply {supply}" if supply else "no [[supply]]"
        rule = f"one of: {names}" if names else "a site that is billed declares where, and by what"
        remedy = "correct the name" if names else "declare [[supply]]; see docs/bill.md"
        fault = Fault((str(path),), found, rule, remedy)
        raise WorkspaceError(f"{site.id} has no such supply", [fault])
    return asked


def tariffs_of_supply(
    workspace: Workspace, supply: Supply, given: Sequence[Path], path: Path
) -> tuple[Tariff, ...]:
    """The tariffs of a supply, or those of the files given in their place.

    Raises
    ------
    WorkspaceError
        If one is not in the workspace.
    """
    if given:
        return tuple(load_tariff(each) for each in given)
    folder = workspace.folder / TARIFFS
    absent = [name for name in supply.tariffs if not (folder / f"{name}.toml").is_file()]
    if absent:
        faults = [
            Fault(
                (str(path), f"[[supply]] {supply.id} tariffs"), f"{TARIFFS}/{name}.toml is absent",
                "a tariff is a file of the workspace",
                f"write it; a draft: celadon tariff new PROVINCE {TARIFFS}/{name}.toml",
            )
            for name in absent
        ]  # fmt: skip
        raise WorkspaceError(f"{supply.id} names tariffs that are not there", faults)
    return tuple(load_tariff(folder / f"{name}.toml") for name in supply.tariffs)


def intervals_of(
    workspace: Workspace, site: str, supplies: Sequence[Supply], period: Period
) -> pa.Table:
    """The judged intervals of every meter that a supply names."""
    given = read_input(workspace, site, period, remembering=False)
    wanted = {meter: 1 for supply in supplies for meter in supply.meters}
    batches = {site: [*given.batches["reading"], *given.batches["exchange"]]}
    compiled = compile_sites({site: given.site}, period, workspace.registry().carriers)
    with Engine() as engine:
        judge_readings(engine, compiled, batches, {site: given.site}, period, {site: wanted})
        return engine.fetch(INTERVAL)
