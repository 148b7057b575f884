"""The verb ``demo``: a simulated steelworks from meter to report, and its planted faults found."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from celadon.app.importing import Imported, import_files
from celadon.app.reporting import write_site_report
from celadon.app.running import Progress, SiteRun, run
from celadon.app.workspace import Workspace
from celadon.exact import decimal_text
from celadon.languages import Language
from celadon.records.balances.drift_found import METER_DRIFT
from celadon.records.period import Period
from celadon.records.quality.findings import event_findings
from celadon.records.tables import FINDING, QUALITY_EVENT
from celadon.report.write import ReportFiles
from celadon.simulate import simulate_steelworks
from celadon.simulate.faults import EVERY_METER

YEAR = "2025"
"""The year that the demonstration shows."""

_DAY = dt.timedelta(days=1)
_OF_FAMILIES = frozenset(
    {
        "drift", "balance_shift", "unusual_difference", "children_exceed_parent",
        "children_slightly_exceed_parent",
    }
)  # fmt: skip
"""Rules that speak of a meter against others, for days or months; they leave no quality event."""

Step = Callable[[str, str], None]
"""Called when a step begins, with its name and what it works on."""


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One fault planted into the simulated readings, and what the quality rules made of it.

    Parameters
    ----------
    meter : the meter, or ``*`` for all meters of a file.
    first, end : local time of the first slot concerned and of the first no longer concerned.
    outcome : ``found``; ``missed``, though a rule ought to see it; or ``not_detectable``.
    finding : id of the finding, empty where there is none.
    why : what happened, or why no rule on the readings can see it.
    seen_from : of a drift, the size from which the balance of its meters shows one, such as
        ``0.4 %``; empty for other faults.
    """

    fault: str
    meter: str
    first: dt.datetime
    end: dt.datetime
    expected_rule: str
    outcome: Literal["found", "missed", "not_detectable"]
    finding: str
    why: str
    seen_from: str = ""

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {**asdict(self), "first": str(self.first), "end": str(self.end)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found of the planted faults, and what was found where nothing had been planted."""

    faults: tuple[PlantedFault, ...]
    unplanted: tuple[str, ...]

    def count(self, outcome: str) -> int:
        """How many planted faults had this outcome."""
        return sum(fault.outcome == outcome for fault in self.faults)

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {"faults": [f.plain() for f in self.faults], "unplanted": list(self.unplanted)}


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A finished demonstration: everything in it is simulated."""

    workspace: Workspace
    imported: tuple[Imported, ...]
    result: SiteRun
    report: ReportFiles
    comparison: Comparison


def demonstrate(
    folder: Path,
    language: Language,
    *,
    step: Step = lambda _name, _subject: None,
    progress: Progress = lambda _floor, _seconds: None,
) -> Demonstration:
    """Simulate a steelworks, import its files, run its year and write its report.

    In a folder where this was done before, the same files are recognised and change nothing, an
    edited ``site.toml`` is kept, and the report is written again.

    Raises
    ------
    WorkspaceError
        If the folder holds other things and is no workspace.
    """
    workspace = Workspace.create(folder, "celadon demo 模拟演示", language)
    step("simulate", YEAR)
    simulated = simulate_steelworks(folder / "simulated", year=int(YEAR))
    if "works" not in workspace.site_ids():
        workspace.add_site(simulated.site)
    imported: list[Imported] = []
    for file in simulated.files:
        step("import", file.path.name)
        imported += import_files(workspace, "works", [file.path], file.profile)
    step("run", YEAR)
    result = run(workspace, ["works"], Period.parse(YEAR), progress=progress)["works"]
    step("report", YEAR)
    report = write_site_report(workspace, result, language)
    comparison = compare_with_truth(simulated.truth, result)
    return Demonstration(workspace, tuple(imported), result, report, comparison)


@dataclass(frozen=True, slots=True)
class _Event:
    """What a rule said of a stretch of local time, with the id of its finding."""

    subject: str
    rule: str
    first: dt.datetime
    end: dt.datetime
    finding: str


def compare_with_truth(truth: Path, result: SiteRun) -> Comparison:
    """Hold the findings of a run against the list of the faults that were planted.

    A fault is found if its expected rule spoke of its meter at a time that touches it; a fault of
    whole rows, if the rule spoke of a file. An event that touches no planted fault is unplanted.
    A drift that the balance of its meters is not steady enough to show is not detectable.

    Parameters
    ----------
    truth : ``truth.csv`` of the simulation.
    """
    events = [*_quality_events(result), *_family_events(result)]
    meters = {meter.id for meter in result.site.meters}
    drifts = {row["child"]: row for row in result.table(METER_DRIFT).to_pylist()}
    with truth.open(encoding="utf-8", newline="") as file:
        faults = tuple(_compared(row, events, meters, drifts) for row in csv.DictReader(file))
    unplanted = tuple(
        event.finding
        for event in events
        if not any(_touches(event, f.meter, f.first, f.end, meters) for f in faults)
    )
    return Comparison(faults, unplanted)


def _quality_events(result: SiteRun) -> list[_Event]:
    table = result.table(QUALITY_EVENT)
    zone = ZoneInfo(result.site.zone)

    def local(instant: dt.datetime) -> dt.datetime:
        return instant.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)

    findings = event_findings(table, {result.site.id: result.site})
    return [
        _Event(row["subject"], row["rule"], local(row["from_ts"]), local(row["to_ts"]), finding.id)
        for row, finding in zip(table.to_pylist(), findings, strict=True)
    ]


def _family_events(result: SiteRun) -> Iterator[_Event]:
    """What was found of meters against each other, by local days."""
    for row in result.table(FINDING).to_pylist():
        if row["rule"] in _OF_FAMILIES:
            first, end = _days(row)
            yield _Event(row["subject"], row["rule"], first, end, row["finding"])


def _days(row: Mapping[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    """The first day that a finding speaks of, and the day after the last."""
    numbers = json.loads(row["numbers"])
    if "since" in numbers:
        since, until = (dt.datetime.fromisoformat(numbers[name]) for name in ("since", "until"))
        return since, until + _DAY
    first, end = row["place"].rpartition(" › ")[2].split("/")
    return dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(end)


def _compared(
    row: dict[str, str],
    events: list[_Event],
    meters: set[str],
    drifts: Mapping[str, Mapping[str, Any]],
) -> PlantedFault:
    first, end = (dt.datetime.fromisoformat(row[name]) for name in ("from", "to"))
    seen = [
        event.finding
        for event in events
        if event.rule == row["expected_rule"] and _touches(event, row["meter"], first, end, meters)
    ]
    drift = drifts.get(row["meter"], {}) if row["expected_rule"] == "drift" else {}
    outcome: Literal["found", "missed", "not_detectable"] = "found" if seen else "missed"
    if row["detectable"] == "no" or (not seen and drift.get("outcome") == "cannot_tell"):
        outcome = "not_detectable"
    return PlantedFault(
        row["fault"], row["meter"], first, end, row["expected_rule"], outcome,
        seen[0] if seen else "", row["why"], _percent(drift.get("seen_from")),
    )  # fmt: skip


def _percent(millionths: int | None) -> str:
    return "" if millionths is None else f"{decimal_text(Fraction(millionths, 10**4), 1)} %"


def _touches(
    event: _Event, meter: str, first: dt.datetime, end: dt.datetime, meters: set[str]
) -> bool:
    concerned = event.subject not in meters if meter == EVERY_METER else event.subject == meter
    return concerned and event.first <= end and event.end >= first
