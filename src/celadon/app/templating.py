"""The verb ``template``: the workbook that an enterprise fills in, and its return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import celadon
from celadon.app.equipment import site_equipment
from celadon.app.workspace import Workspace
from celadon.chain import canonical_json, sha256_file, sha256_text
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.compiled import check_carriers
from celadon.records.finding import Finding, rule
from celadon.records.ledger.ledger import Ledger
from celadon.records.period import Period
from celadon.records.site import Site
from celadon.records.templates.book import write_template as write_book
from celadon.records.templates.cells import ReturnedBook, open_returned
from celadon.records.templates.marking import write_marked
from celadon.records.templates.plan import Plan, plan_template
from celadon.records.templates.reading import SheetCount, TemplateContent, read_template
from celadon.records.templates.stamp import Stamp
from celadon.records.templates.words import VERSION

PROFILE = "template"
"""Name under which the ledger knows what was read by this verb."""


def _profile_of(stamp: Stamp | None) -> str:
    """What a file is read with: the edition of the template that it is, not that of today.

    A file that was read before celadon knew a later edition is known again.
    """
    version = VERSION if stamp is None else stamp.version
    return sha256_text(canonical_json({"profile": PROFILE, "version": version}))


@dataclass(frozen=True, slots=True)
class Written:
    """A template that was written: where, for what, and how many rows each sheet asks for."""

    path: Path
    stamp: Stamp
    asked: dict[str, int]


@dataclass(frozen=True, slots=True)
class TakenKind:
    """What a return gave of one kind: rows, its place in the chain, and what was found of them."""

    kind: str
    rows: int
    position: int
    replayed: bool
    findings: tuple[Finding, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON; what was found is told of the whole file."""
        told = ("kind", "rows", "position", "replayed")
        return {name: getattr(self, name) for name in told}


@dataclass(frozen=True, slots=True)
class Returned:
    """What a returned template gave: its sheets, its rows by kind, and what was found."""

    file: str
    stamp: Stamp | None
    sheets: tuple[SheetCount, ...]
    taken: tuple[TakenKind, ...]
    findings: tuple[Finding, ...]
    marked: Path | None


def write_template(
    workspace: Workspace,
    site_id: str,
    path: Path,
    period: Period,
    language: Language,
    due: dt.date | None = None,
) -> Written:
    """Write the template of a site for a period of whole months.

    Raises
    ------
    WorkspaceError
        If there is no such site, the period is not of whole months, or the file exists already: it
        may have been filled in.
    DeclarationError
        If the site's declaration is at fault.
    """
    if path.suffix.lower() != ".xlsx":
        fault = Fault((str(path),), f"the ending {path.suffix!r}", ".xlsx", "name it NAME.xlsx")
        raise WorkspaceError("A template is an XLSX workbook", [fault])
    site = workspace.site(site_id)
    if path.exists():
        fault = Fault(
            (str(path),), "a file of that name", "a template never replaces a file",
            "choose another name, or remove the file if nobody has filled it in",
        )  # fmt: skip
        raise WorkspaceError(f"{path.name} exists already", [fault])
    plan = _plan(workspace, site, period)
    stamp = Stamp(
        VERSION, celadon.__version__, site.id, str(period),
        sha256_file(workspace.site_file(site_id)), language,
        dt.datetime.now(ZoneInfo(site.zone)).date().isoformat(),
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    write_book(plan, stamp, path, language, due)
    return Written(path, stamp, {sheet.id: len(sheet.rows) for sheet in plan.sheets})


def take_template(
    workspace: Workspace,
    site_id: str,
    path: Path,
    language: Language,
    marked: Path | None = None,
) -> Returned:
    """Read a returned template and commit what it says; the same file again adds nothing.

    Parameters
    ----------
    marked : where to write a copy in which every faulty cell is coloured, with a comment.

    Raises
    ------
    InputError
        If the file is no template, or one of a newer version or another site.
    WorkspaceError
        If ``marked`` is the returned file itself: that is evidence, and stays as it is.
    """
    site = workspace.site(site_id)
    if marked is not None:
        _refuse_overwriting(path, marked)
    book = open_returned(path)
    plan = _plan_of(workspace, site, book)
    declaration = sha256_file(workspace.site_file(site_id))
    carriers = dict(workspace.registry().carriers)
    content = read_template(book, site, carriers, declaration, plan, language)
    ledger = workspace.ledger(site_id)
    ledger.commit_declaration(workspace.site_file(site_id))
    taken = tuple(_commit(ledger, content, path, _profile_of(book.stamp)))
    findings = tuple(content.all_findings)
    if marked is not None:
        marked.parent.mkdir(parents=True, exist_ok=True)
        rows = sum(table.num_rows for table in content.tables.values())
        write_marked(book, findings, rows, marked, language)
    return Returned(path.name, book.stamp, content.sheets, taken, findings, marked)


def plain_finding(found: Finding) -> dict[str, Any]:
    """A finding as plain data, for JSON."""
    return {"finding": found.id, "severity": rule(found.rule).severity, **asdict(found)}


def _plan(workspace: Workspace, site: Site, period: Period) -> Plan:
    carriers = workspace.registry().carriers
    check_carriers(site, carriers)
    return plan_template(site, carriers, period, site_equipment(workspace, site.id))


def _plan_of(workspace: Workspace, site: Site, book: ReturnedBook) -> Plan | None:
    """What would be asked today for the period of a returned file; None where it has no stamp."""
    if book.stamp is None or book.stamp.site != site.id:
        return None
    try:
        period = Period.parse(book.stamp.period)
    except WorkspaceError:  # someone wrote into the stamp
        return None
    return _plan(workspace, site, period)


def _commit(
    ledger: Ledger, content: TemplateContent, path: Path, profile: str
) -> Iterator[TakenKind]:
    """Commit each kind that the file says something of, or said when it was read before."""
    origin = sha256_file(path)
    for kind, table in content.tables.items():
        notes = [asdict(found) for found in content.findings[kind]]
        known = any(
            batch.source == origin and batch.profile == profile for batch in ledger.batches(kind)
        )
        if table.num_rows or notes or known:
            commit = ledger.commit(kind, table, path, profile, notes, PROFILE)
            found = tuple(content.findings[kind])
            yield TakenKind(kind, commit.rows, commit.position, commit.replayed, found)


def _refuse_overwriting(path: Path, marked: Path) -> None:
    if marked.suffix.lower() != ".xlsx":
        fault = Fault((str(marked),), f"the ending {marked.suffix!r}", ".xlsx", "name it NAME.xlsx")
        raise WorkspaceError("A marked copy is an XLSX workbook", [fault])
    if marked.exists() and path.exists() and marked.samefile(path):
        fault = Fault(
            (str(marked),), "the returned file itself", "a returned file is evidence and is kept",
            "give the marked copy another name",
        )  # fmt: skip
        raise WorkspaceError("The marked copy would replace the returned file", [fault])
