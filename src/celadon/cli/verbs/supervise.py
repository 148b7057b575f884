"""``celadon supervise``: acts of a programme recorded, and what stands on record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_args

from celadon.app.desk_check import Checked, desk_check, finding_events
from celadon.app.drawing import with_risk
from celadon.app.noticing import Served, serve_notice
from celadon.app.supervising import (
    ZONE,
    Choice,
    enterprises_from,
    enterprises_of,
    new_programme,
    open_register,
    save_summary,
    select_enterprises,
)
from celadon.app.supervising import record as record_events
from celadon.app.workspace import Workspace
from celadon.cases import Event, Register
from celadon.cases.events import KINDS, SelectedBy, event
from celadon.cases.fold import CaseState
from celadon.cases.programme import Kind
from celadon.cases.summary import Counts, summarise
from celadon.cli.opening import one_of, open_workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.supervise_form import day_of
from celadon.errors import Fault, InputError, WorkspaceError
from celadon.languages import Language
from celadon.records.period import Period
from celadon.report.figures import grouped
from celadon.report.supervision.page import check_page_file

_GROUPS = ("region", "industry", "selected_by", "result")
_SHOWN = 20


def new(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, kind: str,
    authority: str, region: str, year: int | None,
) -> None:  # fmt: skip
    """Write the file of a programme."""
    workspace = open_workspace(terminal, folder, language)
    known = list(get_args(Kind))
    one_of("--kind", kind, known)
    chosen: Kind = kind  # type: ignore[assignment]
    path = new_programme(
        workspace, programme, chosen, authority, region, year or dt.datetime.now(ZONE).year
    )
    if terminal.as_json:
        terminal.emit({"programme": programme, "wrote": path.as_posix()})
        return
    terminal.row(terminal.say("supervise.wrote"), path.as_posix())
    terminal.row(terminal.say("supervise.next"), terminal.say("supervise.complete"))


def select(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, actor: str,
    by: str, reason: str, names: Sequence[str], from_file: Path | None, number: int, seed: str,
    previous: str, on: str | None,
) -> None:  # fmt: skip
    """Take enterprises into a programme."""
    workspace = open_workspace(terminal, folder, language)
    one_of("--by", by, list(get_args(SelectedBy)))
    listed = enterprises_of(workspace) if from_file is None else enterprises_from(from_file)
    if by == "risk" and from_file is None:
        year = open_register(workspace, programme).programme.year - 1
        with terminal.working(f"{programme} · {year}"):
            listed = with_risk(workspace, listed, Period.parse(str(year)))
    chosen: SelectedBy = by  # type: ignore[assignment]
    choice = Choice(chosen, reason, tuple(names), number, seed, previous, day_of(on))
    _told(terminal, select_enterprises(workspace, programme, listed, choice, actor))


def assign(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    cases: Sequence[str], officers: Sequence[str], actor: str, on: str | None,
) -> None:  # fmt: skip
    """Assign officers to cases; to all that are open if none is named."""
    workspace, register = _opened(terminal, folder, language, programme)
    named = list(cases) or _open_cases(register)
    day = day_of(on)
    events = [event(actor, "assigned", name, on=day, officers=list(officers)) for name in named]
    _record(terminal, workspace, register, events)


def check(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    cases: Sequence[str], period: str | None, actor: str | None, on: str | None,
) -> None:  # fmt: skip
    """Show what verdicts and returns propose, and what neither tells; record it where asked."""
    workspace, register = _opened(terminal, folder, language, programme)
    year = str(register.programme.year - 1)
    chosen = Period.parse(period or year)
    with terminal.working(f"{programme} · {chosen}"):
        found = desk_check(workspace, register, cases, chosen, terminal.language)
    events = finding_events(actor, found.proposed, day_of(on)) if actor else []
    recorded = record_events(workspace, register, events) if events else []
    if terminal.as_json:
        terminal.emit(_checked(found, recorded, programme, chosen))
        return
    terminal.heading(programme, str(chosen), terminal.say("supervise.desk_check"))
    for each in found.proposed[:_SHOWN]:
        terminal.row("✗", f"{each.case} · {each.article} · {each.facts}")
    _more(terminal, len(found.proposed))
    for name, asks in list(found.questions.items())[:_SHOWN]:
        for ask in asks:
            terminal.row("?", f"{name} · {ask}")
    _more(terminal, len(found.questions))
    for name, told in list(found.untold.items())[:_SHOWN]:
        terminal.row("·", f"{name} · {told}")
    _more(terminal, len(found.untold))
    counts = {
        "proposed": len(found.proposed), "questions": len(found.questions),
        "clean": len(found.clean), "unknown": len(found.unknown),
    }  # fmt: skip
    terminal.row(terminal.say("supervise.all"), terminal.say("supervise.tally", **counts))
    if found.unknown:
        names = ", ".join(found.unknown[:_SHOWN])
        terminal.row("▲", terminal.say("supervise.unknown", names=names), style="yellow")
    if recorded:
        terminal.row(terminal.say("supervise.recorded"), grouped(len(recorded)))
    elif found.proposed:
        command = terminal.command(f"celadon supervise check {programme} --as NAME", period=False)
        terminal.row(terminal.say("supervise.next"), command)


def record(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, case: str,
    kind: str, data: Sequence[str], actor: str, documents: Sequence[Path], on: str | None,
) -> None:  # fmt: skip
    """Record an event of any kind."""
    workspace, register = _opened(terminal, folder, language, programme)
    one_of("KIND", kind, [each for each in KINDS if each not in ("opened", "selected")])
    given = _values(kind, data)
    fields = KINDS[kind].model_fields
    if documents and "evidence" in fields:
        given["evidence"] = [register.keep(path) for path in documents]
    elif documents and "document" in fields:
        given["document"] = register.keep(documents[0])
    speaks_of = "" if case == programme else case
    _record(terminal, workspace, register, [event(actor, kind, speaks_of, on=day_of(on), **given)])


def notice(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, case: str,
    deadline: str, actor: str, findings: Sequence[str], kind: str, number: str,
    document: Path | None, out: Path | None, on: str | None,
) -> None:  # fmt: skip
    """Serve a notice on the findings that are open, or on those named."""
    workspace, register = _opened(terminal, folder, language, programme)
    standing = _case(register, case)
    name = number or f"{programme}-{case}-{len(standing.notices) + 1}"
    day = day_of(on)
    served = Served(name, kind, tuple(findings) or tuple(standing.open_findings), deadline, day)
    following = []
    if kind == "correction" and _may_enter(register, standing, "correction"):
        following.append(event(actor, "entered", case, on=day, stage="correction"))
    if document is not None:
        given = {**served.data(), "document": register.keep(document)}
        noticed = event(actor, "noticed", case, on=day, **given)
        _record(terminal, workspace, register, [noticed, *following])
        return
    plain = re.sub("[^0-9A-Za-z-]+", "-", name)
    path = out or register.folder / "notices" / f"{plain}.html"
    words: Language = language or "zh"  # a paper of the authority is in Chinese unless asked
    events = serve_notice(workspace, register, standing, served, actor, path, words, following)
    _told(terminal, events, path)


def close(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, case: str,
    result: str, actor: str, on: str | None,
) -> None:  # fmt: skip
    """Conclude a case and enter its last stage."""
    workspace, register = _opened(terminal, folder, language, programme)
    day = day_of(on)
    last = next((stage.id for stage in register.programme.stages if stage.ends), "closed")
    events = [
        event(actor, "concluded", case, on=day, result=result),
        event(actor, "entered", case, on=day, stage=last),
    ]
    _record(terminal, workspace, register, events)


def show(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    case: str | None, on: str | None,
) -> None:  # fmt: skip
    """Show how a programme stands, or one of its cases with every event."""
    _, register = _opened(terminal, folder, language, programme)
    state = register.state(on=str(day_of(on) or ""))
    if case is not None:
        _show_case(terminal, register, state.cases.get(case), case)
        return
    today = on or str(dt.datetime.now(ZONE).date())
    rows = [
        [
            each.case, each.name, each.region, _stage(terminal, register, each.stage),
            terminal.word("results", each.result) if each.result else "",
            grouped(len(each.open_findings)), ", ".join(each.overdue(today)),
        ]
        for each in state.cases.values()
    ]  # fmt: skip
    if terminal.as_json:
        cases = [_plain(each, today) for each in state.cases.values()]
        terminal.emit({"programme": programme, "events": state.length, "cases": cases})
        return
    told = terminal.say("supervise.events", number=state.length)
    terminal.heading(programme, register.programme.name(terminal.language), on or "", told)
    heads = ("case", "name", "region", "stage", "result", "open", "overdue")
    terminal.table([terminal.say(f"supervise.{head}") for head in heads], rows, numbers=0)


def summary(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, by: str,
    on: str | None, out: Path | None = None,
) -> None:  # fmt: skip
    """Show the counts of a programme."""
    workspace, register = _opened(terminal, folder, language, programme)
    one_of("--by", by, list(_GROUPS))
    day = day_of(on)
    today = str(day or dt.datetime.now(ZONE).date())
    ends = [stage.id for stage in register.programme.stages if stage.ends]
    state = register.state(on=str(day or ""))
    if out is not None:
        check_page_file(out)
        save_summary(workspace, register, state, out, today, terminal.language)
    rows = summarise(state, today, lambda each: str(getattr(each, by)), ends)
    if terminal.as_json:
        plain = {name: counts.plain() for name, counts in rows.items()}
        terminal.emit({"programme": programme, "by": by, "on": today, "rows": plain})
        return
    terminal.heading(programme, register.programme.name(terminal.language), today)
    told = [name for name in Counts().plain() if any(row.plain()[name] for row in rows.values())]
    names = told or ["selected"]
    heads = [terminal.say("supervise.group"), *(terminal.say(f"supervise.{n}") for n in names)]
    shown = [
        [name or "—", *(grouped(each.plain()[count]) for count in names)]
        for name, each in rows.items()
    ]
    sums = [sum(each.plain()[name] for each in rows.values()) for name in names]
    shown.append([terminal.say("supervise.total"), *map(grouped, sums)])
    terminal.table(heads, shown, numbers=len(names))
    if out is not None:
        terminal.row(terminal.say("supervise.wrote"), out.as_posix())


def _opened(
    terminal: Terminal, folder: Path, language: Language | None, programme: str
) -> tuple[Workspace, Register]:
    workspace = open_workspace(terminal, folder, language)
    return workspace, open_register(workspace, programme)


def _record(
    terminal: Terminal, workspace: Workspace, register: Register, events: Sequence[Event]
) -> None:
    _told(terminal, record_events(workspace, register, events))


def _told(terminal: Terminal, events: Sequence[Event], wrote: Path | None = None) -> None:
    if terminal.as_json:
        plain = [{"position": each.position, **each.body()} for each in events]
        file = {} if wrote is None else {"wrote": wrote.as_posix()}
        terminal.emit({"recorded": plain, **file})
        return
    for each in events[:_SHOWN]:
        kind = terminal.say(f"supervise.kind_{each.kind}")
        terminal.row(grouped(each.position), " · ".join(x for x in (each.case, kind) if x))
    _more(terminal, len(events))
    if wrote is not None:
        terminal.row(terminal.say("supervise.wrote"), wrote.as_posix())


def _more(terminal: Terminal, number: int) -> None:
    if number > _SHOWN:
        terminal.row("", terminal.say("supervise.more", number=number - _SHOWN))


def _open_cases(register: Register) -> list[str]:
    cases = register.state().cases.values()
    return [each.case for each in cases if not each.withdrawn and not each.result]


def _case(register: Register, name: str) -> CaseState:
    found = register.state().cases.get(name)
    if found is None:
        fault = Fault((name,), "no such case", "one that was selected", "correct the name")
        raise WorkspaceError(f"There is no case {name!r} in {register.programme.id}", [fault])
    return found


def _may_enter(register: Register, case: CaseState, stage: str) -> bool:
    found = register.programme.stage(stage)
    return found is not None and case.stage in found.after


def _values(kind: str, data: Iterable[str]) -> dict[str, Any]:
    """``key=value`` as plain data; a list where the kind wants one."""
    found: dict[str, Any] = {}
    fields = KINDS[kind].model_fields
    for each in data:
        key, equals, value = each.partition("=")
        if not equals:
            fault = Fault((kind, each), "no =", "KEY=VALUE", "write it so")
            raise InputError(f"{each!r} says no key", [fault])
        listed = key in fields and "tuple" in str(fields[key].annotation)
        found[key] = [part for part in value.split(",") if part] if listed else value
    return found


def _show_case(terminal: Terminal, register: Register, case: CaseState | None, name: str) -> None:
    if case is None:
        _case(register, name)
        return
    events = register.events()
    today = str(dt.datetime.now(ZONE).date())
    if terminal.as_json:
        listed = [{"position": n, **events[n - 1].body()} for n in case.events]
        terminal.emit({"case": _plain(case, today), "events": listed})
        return
    stage = _stage(terminal, register, case.stage)
    terminal.heading(case.case, case.name, case.region, stage)
    for number in case.events:
        each = events[number - 1]
        told = " · ".join(f"{key} {_text(value)}" for key, value in each.data.items())
        kind = terminal.say(f"supervise.kind_{each.kind}")
        terminal.row(grouped(number), f"{each.on} · {each.by} · {kind} · {told}")
    for finding, found in case.findings.items():
        state = terminal.say(f"supervise.state_{found.state}")
        terminal.row(state, f"{finding} · {found.article} · {found.facts}")
    for notice_id, served in case.notices.items():
        late = terminal.say("supervise.late") if notice_id in case.overdue(today) else ""
        terminal.row(terminal.say("supervise.notice"), f"{notice_id} · {served.deadline} {late}")


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _stage(terminal: Terminal, register: Register, name: str) -> str:
    found = register.programme.stage(name)
    return found.name(terminal.language) if found is not None else name


def _plain(case: CaseState, on: str) -> dict[str, Any]:
    return {
        "case": case.case, "name": case.name, "code": case.code, "region": case.region,
        "industry": case.industry, "selected_by": case.selected_by, "stage": case.stage,
        "officers": list(case.officers), "result": case.result, "withdrawn": case.withdrawn,
        "findings": {n: f.state for n, f in case.findings.items()},
        "notices": {n: x.deadline for n, x in case.notices.items()},
        "overdue": case.overdue(on), "events": case.events,
    }  # fmt: skip


def _checked(
    found: Checked, recorded: Sequence[Event], programme: str, period: Period
) -> dict[str, Any]:
    return {
        "programme": programme,
        "period": str(period),
        "proposed": [
            {
                "case": each.case, "finding": each.finding, "article": each.article,
                "facts": each.facts, "rests_on": list(each.rests_on),
            }
            for each in found.proposed
        ],
        "questions": {name: list(asks) for name, asks in found.questions.items()},
        "untold": dict(found.untold),
        "clean": list(found.clean),
        "unknown": list(found.unknown),
        "recorded": len(recorded),
    }  # fmt: skip
