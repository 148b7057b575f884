"""``celadon microgrid report``: the report of a design, and its network for others to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from celadon.app.designing import Designed
from celadon.app.initialising import is_workspace
from celadon.app.microgrid_reporting import (
    Asked,
    export_network,
    report_design,
    write_report_of,
)
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, ModelError, WorkspaceError
from celadon.languages import Language
from celadon.plan.microgrid.money import cny_text
from celadon.report.microgrid.carbon import Basis, carbon_sums
from celadon.report.microgrid.carbon_section import DASH, why_own
from celadon.report.microgrid.content import DesignReport
from celadon.report.microgrid.names import Draft

_COUNTRY = "CN"

_OF_TODAY = (
    "bill_before_cny", "investment_cny", "net_present_value_cny", "internal_return",
    "payback_years", "discounted_payback_years",
)  # fmt: skip
"""What is null where nobody knows what stands today."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    file: Path
    out: Path | None
    pypsa: Path | None
    standing: Sequence[str]
    fuel: Sequence[str]
    programme: str
    area: str
    years: int | None


def report(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Plan a design, write its report, and say what it comes to."""
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    into = given.out or given.file.parent / "out"
    if into.is_file():
        fault = Fault((str(into),), "a file", "a folder for the report", "choose another --out")
        raise WorkspaceError(f"{into} is not a folder", [fault])
    with terminal.working(given.file.name):
        content = _planned(report_design(given.file, workspace, _asked(given)), given)
        written = write_report_of(content, into, terminal.language)
        absent = None if given.pypsa is None else export_network(content, given.pypsa)
    if terminal.as_json:
        terminal.emit(_document(content, written, absent))
        return
    _show(terminal, content, written, given.pypsa, absent)


def _planned(found: tuple[Designed, DesignReport | None], given: Given) -> DesignReport:
    """The content of the report, where there is a plan.

    Raises
    ------
    ModelError
        If no design keeps all demands.
    """
    designed, content = found
    if content is None:
        remedy = f"see what to relax: celadon microgrid design {given.file.as_posix()}"
        fault = Fault((given.file.name,), "no plan", "a design that can be planned", remedy)
        raise ModelError(f"{designed.declared.head.id} has no plan to report", [fault])
    return content


def _asked(given: Given) -> Asked:
    fuels = {}
    for each in given.fuel:
        who, _, carrier = each.rpartition("=")
        fuels[who] = carrier
    level = "national" if given.area == _COUNTRY else "province"
    return Asked(given.standing, given.years, Basis(given.programme, level, given.area, fuels))


def _show(
    terminal: Terminal, content: DesignReport, written: Sequence[Path], network: Path | None,
    absent: Sequence[str] | None,
) -> None:  # fmt: skip
    say, head, money = terminal.say, content.declared.head, content.money
    terminal.heading(head.id, head.name(terminal.language), str(head.year))
    if head.simulated:
        terminal.row("▲", say("microgrid.simulated"), style="yellow")
    cost = f"{content.cost / 100:,.2f}"
    terminal.row(say("microgrid.cost"), say("microgrid.a_year", cost=cost))
    if money is None:
        terminal.row(say("microgrid.today"), say("microgrid.no_today"), style="yellow")
    else:
        rate = money.internal_return.rate
        shown = say("microgrid.no_return") if rate is None else f"{100 * rate:.2f} %"
        terminal.row(
            say("microgrid.worth"),
            say("microgrid.money", value=f"{money.present_value * 1000:,.0f}", rate=shown),
        )
    before, after = map(_tonnes, carbon_sums(content.carbon))
    terminal.row(say("microgrid.carbon"), say("microgrid.tonnes", before=before, after=after))
    draft = Draft(content, terminal.language)
    for line in content.carbon:
        if line.factor is None:
            terminal.row("▲", why_own(draft, line), style="yellow")
    terminal.row(say("microgrid.wrote"), " · ".join(path.as_posix() for path in written))
    if network is not None:
        terminal.row("", (network / "solve.py").as_posix())
        for each in absent or ():
            terminal.row("▲", say("microgrid.not_expressed", what=each), style="yellow")


def _tonnes(found: Fraction | None) -> str:
    return DASH if found is None else f"{float(found):,.0f}"


def _document(
    content: DesignReport, written: Sequence[Path], absent: Sequence[str] | None
) -> dict[str, Any]:
    money, carbon = content.money, content.carbon
    document: dict[str, Any] = {
        "design": content.declared.head.id, "cost_cny": cny_text(content.cost),
        "bill_after_cny": cny_text(sum(each.line.amount for each in content.planned.bill)),
        "carbon_t": {
            when: None if found is None else float(found)
            for when, found in zip(("before", "after"), carbon_sums(carbon), strict=True)
        },
        "carbon_unknown": [line.source_id for line in carbon if line.factor is None],
        "wrote": [path.as_posix() for path in written],
    }  # fmt: skip
    if absent is not None:
        document["not_expressed"] = list(absent)
    document |= dict.fromkeys(_OF_TODAY)
    if content.before is not None and money is not None:
        document |= {
            "bill_before_cny": cny_text(sum(each.line.amount for each in content.before.bill)),
            "investment_cny": -money.years[0].investment * 1000,
            "net_present_value_cny": money.present_value * 1000,
            "internal_return": money.internal_return.rate,
            "payback_years": money.simple_payback,
            "discounted_payback_years": money.discounted_payback,
        }
    return document
