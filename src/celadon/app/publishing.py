"""Lists and results published: what stood on the list that day, kept by its hash, and where."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celadon.app.papers import place_in, written_apart
from celadon.app.supervising import ZONE, record
from celadon.app.workspace import Workspace
from celadon.cases import CaseState, Event, Register, State
from celadon.cases.events import event
from celadon.chain import sha256_file
from celadon.errors import Fault, InputError

COLUMNS = ("case", "name", "code", "region", "industry", "criterion", "result", "listed")
"""Columns of the file that is published."""

_STAGE = "published"


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published: its title, its source, and the paper itself where it is one's own."""

    what: str
    source: str = ""
    document: Path | None = None
    on: dt.date | None = None


def publish(
    workspace: Workspace, register: Register, given: Publication, by: str, path: Path
) -> list[Event]:
    """Record a publication; of a list those who have met it stand on it from that day.

    Parameters
    ----------
    path : a new file for the list or the results, where no paper is given.

    Raises
    ------
    InputError
        If the file is there already, or with every reason why it may not be recorded.
    """
    with register.alone():
        state = register.state(on=str(given.on or ""))
        joining = joiners(register, state)
        entering = [
            event(by, "entered", each.case, on=given.on, stage=_STAGE, note=given.what)
            for each in joining
        ]
        if given.document is not None:
            told = _told(given, by, given.document)
            _refuse_twice(register.state(), told)
            return record(workspace, register, [told, *entering], [given.document])
        if path.exists():
            fault = Fault((str(path),), "a file", "a new file", "choose another name with --out")
            raise InputError(f"{path.name} exists already", [fault])
        day = str(given.on or dt.datetime.now(ZONE).date())
        with written_apart(path) as partial:
            _write(partial, published_rows(state, joining, day))
            told = _told(given, by, partial, **place_in(register, path))
            _refuse_twice(register.state(), told)
            done = record(workspace, register, [told, *entering], [partial])
            partial.replace(path)  # what was refused leaves nothing
    return done


def _refuse_twice(state: State, told: Event) -> None:
    """Refuse what was published already: the same words and paper at the same place."""
    data = told.data
    for day, what, document, source in state.published:
        if (what, document, source) == (data["what"], data["document"], data.get("source", "")):
            fault = Fault(
                ("published", what), f"the same was published on {day}",
                "a list is published once",
                "leave it out, or say with --what and --source what is new",
            )  # fmt: skip
            raise InputError("1 reason(s) why nothing was recorded", [fault])


def _told(given: Publication, by: str, written: Path, **place: str) -> Event:
    return event(
        by, "published", on=given.on, what=given.what, source=given.source,
        document=sha256_file(written), **place,
    )  # fmt: skip


def joiners(register: Register, state: State) -> list[CaseState]:
    """The cases that met a list and may enter it now; none where the programme is no list."""
    stage = register.programme.stage(_STAGE)
    if stage is None:
        return []
    return [
        each
        for each in state.cases.values()
        if each.result == "met" and not each.withdrawn and each.stage in stage.after
    ]


def published_rows(state: State, joining: Sequence[CaseState], day: str) -> list[tuple[str, ...]]:
    """The rows of what is published: who stands on the list, or of no list every result."""
    on_list = [each for each in state.cases.values() if each.on_list]
    shown = [*on_list, *joining]
    if not shown:
        shown = [each for each in state.cases.values() if each.result]
    return [
        (
            each.case, each.name, each.code, each.region, each.industry, each.criterion,
            each.result, each.listed or (day if each in joining else ""),
        )
        for each in sorted(shown, key=lambda each: each.case)
    ]  # fmt: skip


def _write(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="\n")
