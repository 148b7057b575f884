"""A notice served: refused where it may not be, else written as a page, kept and recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from celadon.app.papers import place_in, written_apart
from celadon.app.resting import tables_of
from celadon.app.standing import confirmed_now
from celadon.app.supervising import ZONE, check_events, record
from celadon.app.workspace import Workspace
from celadon.cases import CaseState, Event, Register
from celadon.cases.events import event
from celadon.chain import canonical_json, sha256_file, sha256_text
from celadon.languages import Language
from celadon.report.supervision.grounds import Standing
from celadon.report.supervision.notice import NoticePaper, notice_page
from celadon.report.supervision.page import check_page_file, write_page


@dataclass(frozen=True, slots=True)
class Served:
    """A notice to be served: its number, of which kind, on which findings, until which day."""

    number: str
    kind: str
    findings: tuple[str, ...]
    deadline: str
    on: dt.date | None = None

    def data(self) -> dict[str, Any]:
        """What its event says."""
        return {
            "notice": self.number, "kind": self.kind, "findings": list(self.findings),
            "deadline": self.deadline,
        }  # fmt: skip


def serve_notice(
    workspace: Workspace, register: Register, case: CaseState, served: Served, by: str,
    path: Path, language: Language, following: Sequence[Event] = (),
) -> list[Event]:  # fmt: skip
    """Write a notice as a page, keep it, and record that it was served.

    Nobody else records meanwhile, and the page has a name of its own until the notice stands on
    record: who serves a second one at the same time neither sees nor touches it.

    Parameters
    ----------
    case : of which; path : a new HTML file.
    following : events to be recorded with it, such as the stage that is entered.

    Raises
    ------
    InputError
        With every reason why it may not be served, or the file may not be written; neither is then.
    """
    with register.alone():
        standing = register.case(case.case) or case  # somebody may have acted on it meanwhile
        bare = event(by, "noticed", case.case, on=served.on, **served.data())
        check_events(workspace, register, [bare, *following])
        check_page_file(path)
        paper = _paper(workspace, register, standing, served)
        with written_apart(path) as partial:
            write_page(notice_page(register.programme, standing, paper, language), partial)
            named = {"document": sha256_file(partial), **place_in(register, path)}
            told = replace(bare, data={**bare.data, **named})
            done = record(workspace, register, [told, *following], [partial])
            partial.replace(path)
    return done


def case_digest(events: Sequence[Event]) -> str:
    """The SHA-256 over events in their order, each as sealed: a line of canonical JSON."""
    return sha256_text("".join(canonical_json(each.body()) + "\n" for each in events))


def _paper(
    workspace: Workspace, register: Register, case: CaseState, served: Served
) -> NoticePaper:
    known = register.events_of(case.case)
    opinions = [str(each.data["opinion"]) for each in known if each.kind == "heard"]
    day = str(served.on or dt.datetime.now(ZONE).date())
    return NoticePaper(
        served.number, served.kind, served.findings, day, served.deadline,
        opinions[-1] if opinions else "", len(known), case_digest(known),
        _standing(workspace, case, served.findings),
    )  # fmt: skip


def _standing(workspace: Workspace, case: CaseState, names: Sequence[str]) -> Standing:
    """Who confirmed the rows that findings rest on, and the limits that stand unconfirmed."""
    tables = tables_of(workspace)
    bare = [name for name in names if not case.findings[name].rests_on]
    return Standing(
        {one.row: one for one in confirmed_now(workspace, workspace.registry())},
        {name: tables.limits(case.findings[name].article) for name in bare},
    )
