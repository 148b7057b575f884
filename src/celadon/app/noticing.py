"""A notice served: refused where it may not be, else written as a page, kept and recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from celadon.app.supervising import ZONE, check_events, record
from celadon.app.workspace import Workspace
from celadon.cases import CaseState, Event, Register
from celadon.cases.events import event
from celadon.chain import canonical_json, sha256_file, sha256_text
from celadon.errors import InputError
from celadon.languages import Language
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

    Parameters
    ----------
    case : as it stands; path : a new HTML file.
    following : events to be recorded with it, such as the stage that is entered.

    Raises
    ------
    InputError
        With every reason why it may not be served, or the file may not be written; neither is then.
    """
    check_page_file(path)
    bare = event(by, "noticed", case.case, on=served.on, **served.data())
    check_events(workspace, register, [bare, *following])
    write_page(
        notice_page(register.programme, case, _paper(register, case, served), language), path
    )
    told = replace(bare, data={**bare.data, "document": sha256_file(path)})
    try:
        return record(workspace, register, [told, *following], [path])
    except InputError:
        path.unlink()  # somebody acted on the case meanwhile: a paper that was not served
        raise


def case_digest(events: Sequence[Event]) -> str:
    """The SHA-256 over events in their order, each as sealed: a line of canonical JSON."""
    return sha256_text("".join(canonical_json(each.body()) + "\n" for each in events))


def _paper(register: Register, case: CaseState, served: Served) -> NoticePaper:
    known = [each for each in register.events() if each.case == case.case]
    opinions = [str(each.data["opinion"]) for each in known if each.kind == "heard"]
    day = str(served.on or dt.datetime.now(ZONE).date())
    return NoticePaper(
        served.number, served.kind, served.findings, day, served.deadline,
        opinions[-1] if opinions else "", len(known), case_digest(known),
    )  # fmt: skip
