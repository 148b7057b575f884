"""The verb ``form``: a form for an authority, filled from a run of a site and written as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.compute as pc

from celadon.accounts.account import activity_rows, samples_of
from celadon.accounts.activity import Activity
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.equipment import site_equipment
from celadon.app.monitoring import plan_known
from celadon.app.result import SiteRun
from celadon.app.standing import with_confirmations
from celadon.app.workspace import Workspace
from celadon.assess import VERDICT
from celadon.assess.machines import machine_rows, pieces_of
from celadon.assess.prices import price_rows, purchased_electricity
from celadon.assess.verdicts import Place
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language, Phrase
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.refused_rows import known_refused_rows
from celadon.records.period import Period, midnight_utc
from celadon.records.quality.tables import METER_TIME
from celadon.records.tables import METER_DAY
from celadon.report.content import KnownAt, SourceFile
from celadon.report.monitoring.plan import MONITORING_PLAN, monitoring_plan
from celadon.report.statistics.build import FORMS, build_form
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.form import Form
from celadon.report.statistics.page import write_page
from celadon.report.statistics.workbook import write_form

KINDS: tuple[str, ...] = (*FORMS, MONITORING_PLAN)
"""The forms that there are."""

_ENDINGS = (".xlsx", ".html")


def fill_form(
    workspace: Workspace, result: SiteRun, kind: str, language: Language
) -> tuple[Form, FormContent]:
    """A form of a run, and what it was filled from.

    Parameters
    ----------
    result : the run of a period of whole months.

    Raises
    ------
    WorkspaceError
        If there is no such form, or the period is not of whole months.
    DeclarationError
        If the monitoring plan that the run's ledger holds speaks of what is not declared.
    """
    if kind not in KINDS:
        fault = Fault(("form",), repr(kind), "one of: " + ", ".join(KINDS), "name one of these")
        raise WorkspaceError(f"There is no form {kind}", [fault])
    _refuse_parts_of_months(result.period)
    content = form_content(workspace, with_confirmations(workspace, result), language)
    if kind == MONITORING_PLAN:
        plan = plan_known(workspace, result.site, result.header["read"]["position"])
        return monitoring_plan(content, plan), content
    return build_form(kind, content), content


def save_form(form: Form, content: FormContent, path: Path, *, replace: bool = False) -> Path:
    """Write a form as the ending of its file says.

    Raises
    ------
    WorkspaceError
        If the ending is neither ``.xlsx`` nor ``.html``, or the file is there already: somebody
        may have filled in what the form leaves open.
    """
    if path.suffix.lower() not in _ENDINGS:
        rule = " or ".join(_ENDINGS)
        fault = Fault((str(path),), f"the ending {path.suffix!r}", rule, "name it NAME.xlsx")
        raise WorkspaceError("A form is a workbook or a page", [fault])
    if path.exists() and not replace:
        fault = Fault(
            (str(path),), "a file of that name",
            "a form replaces no file: somebody may have filled in what it leaves open",
            "choose another name, or say --replace",
        )  # fmt: skip
        raise WorkspaceError(f"{path.name} exists already", [fault])
    if path.suffix.lower() == ".html":
        return write_page(form, path)
    return write_form(form, content, path)


def form_content(workspace: Workspace, result: SiteRun, language: Language) -> FormContent:
    """Everything that forms of a run show."""
    header, site = result.header, result.site
    position = header["read"]["position"]
    ledger = workspace.ledger(site.id)
    rows = activity_rows(ledger.batches("activity", position))
    refused = ledger.read(lambda places: known_refused_rows(places, position))
    activity = Activity(site, rows, refused)
    registry, equipment = workspace.registry(), site_equipment(workspace, site.id, position)
    pieces = pieces_of(site, equipment)
    place = Place(site.id, site.id, "", result.period.from_day, result.period.to_day)
    verdicts = result.table(VERDICT)
    bought = purchased_electricity(result.table(LEAF), registry, place)
    return FormContent(
        site=site,
        period=result.period,
        mode=workspace.settings.mode,
        language=language,
        registry=registry,
        known_at=KnownAt(position, header["ledger_length"]),
        account_hash=header["hash"],
        code_version=header["read"]["code"],
        leaves=result.table(LEAF),
        leaf_inputs=result.table(LEAF_INPUT),
        parameters=result.table(PARAMETER),
        verdicts=verdicts,
        meter_days=result.table(METER_DAY),
        meter_times=result.table(METER_TIME),
        activity=activity,
        samples=samples_of(ledger.batches("sample", position)),
        methods={
            name: Phrase(en=method["en"], zh=method["zh"])
            for name, method in header["methods"].items()
        },
        equipment=equipment,
        pieces=pieces,
        machines=machine_rows(pieces, registry, place),
        prices=price_rows(site, pieces, bought, verdicts.to_pylist(), registry, place)
        if site.country == "CN"
        else (),
        meter_plans={one.id: one for one in plan_known(workspace, site, position).meter},
        files=_files(header["batches"]),
        read_from=_read_from(workspace, result),
    )


def _files(batches: Sequence[Mapping[str, object]]) -> tuple[SourceFile, ...]:
    found: dict[str, SourceFile] = {}
    for batch in sorted(batches, key=lambda one: int(str(one["position"]))):
        sha256, rows = str(batch["sha256"]), int(str(batch["rows"]))
        known = found.get(sha256)
        found[sha256] = SourceFile(
            str(batch["file"]), sha256, rows + (known.rows if known else 0),
            dt.datetime.fromisoformat(str(batch["recorded_at"])),
        )  # fmt: skip
    return tuple(found.values())


def _read_from(workspace: Workspace, result: SiteRun) -> dict[str, tuple[str, ...]]:
    """The files that gave readings of each meter in the period, in the order of the ledger."""
    ledger, site = workspace.ledger(result.site.id), result.site
    zone = ZoneInfo(site.zone)
    period = result.period
    start, end = (midnight_utc(day, zone) for day in (period.from_day, period.to_day))
    found: dict[str, dict[str, None]] = {meter.id: {} for meter in site.meters}
    for batch in ledger.batches("reading", result.header["read"]["position"]):
        if batch.first_ts and batch.last_ts and batch.first_ts <= end and batch.last_ts >= start:
            rows = read_batch(batch, ["meter", "ts"])
            inside = rows.filter(
                pc.and_(pc.greater_equal(rows["ts"], start), pc.less_equal(rows["ts"], end))
            )
            for meter in inside["meter"].unique().to_pylist():
                found.setdefault(meter, {})[batch.source_name] = None
    return {meter: tuple(files) for meter, files in found.items()}


def _refuse_parts_of_months(period: Period) -> None:
    if period.from_day.day != 1 or period.to_day.day != 1:
        fault = Fault(
            ("period",), str(period), "forms are of whole months",
            "name whole months, such as 2025, 2025-03 or 2025-01-01/2025-07-01",
        )  # fmt: skip
        raise WorkspaceError("A form is of whole months", [fault])
