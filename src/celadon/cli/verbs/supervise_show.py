"""``celadon supervise show``, ``summary``: how a programme or a case stands, or stood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from celadon.app.supervising import ZONE, save_summary
from celadon.cases import Register
from celadon.cases.fold import CaseState, Notice
from celadon.cases.summary import Counts, Savings, savings, summarise
from celadon.cli.opening import one_of
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.supervise_form import day_of
from celadon.cli.verbs.supervise_telling import case_of, register_of, stage_name
from celadon.exact import decimal_text
from celadon.languages import Language
from celadon.report.figures import grouped
from celadon.report.supervision.page import check_page_file

_GROUPS = ("region", "industry", "selected_by", "criterion", "result")


def show(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    case: str | None, on: str | None,
) -> None:  # fmt: skip
    """Show how a programme stands, or one of its cases with every event."""
    _, register = register_of(terminal, folder, language, programme)
    state = register.state(on=str(day_of(on) or ""))
    if case is not None:
        _show_case(terminal, register, state.cases.get(case), case)
        return
    today = on or str(dt.datetime.now(ZONE).date())
    rows = [
        [
            each.case, each.name, each.region, _stage(terminal, register, each),
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
    workspace, register = register_of(terminal, folder, language, programme)
    one_of("--by", by, list(_GROUPS))
    day = day_of(on)
    today = str(day or dt.datetime.now(ZONE).date())
    ends = [stage.id for stage in register.programme.stages if stage.ends]
    state = register.state(on=str(day or ""))
    if out is not None:
        check_page_file(out)
        save_summary(workspace, register, state, out, today, terminal.language)
    rows = summarise(state, today, lambda each: str(getattr(each, by)), ends)
    saved = (
        savings(state, lambda each: str(getattr(each, by)))
        if any(row.measures for row in rows.values())
        else {}
    )
    if terminal.as_json:
        plain = {
            name: {**counts.plain(), **(_saved(saved[name]) if saved else {})}
            for name, counts in rows.items()
        }
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
    if saved:
        _tell_savings(terminal, saved)
    if out is not None:
        terminal.row(terminal.say("supervise.wrote"), out.as_posix())


def _saved(row: Savings) -> dict[str, str | int]:
    """Savings as plain data: tce a year and 10^4 CNY as decimal texts."""
    return {
        "identified": decimal_text(row.identified, 2), "carried_out": decimal_text(
            row.carried_out, 2), "realised": decimal_text(row.realised, 2),
        "measured": row.measured, "investment": decimal_text(row.investment, 2),
    }  # fmt: skip


def _tell_savings(terminal: Terminal, saved: Mapping[str, Savings]) -> None:
    """Savings identified, carried out and measured afterwards, apart from each other."""
    names = ("identified", "carried_out", "realised", "measured", "investment")
    heads = [terminal.say("supervise.group"), *(terminal.say(f"supervise.{n}") for n in names)]
    rows = [[name or "—", *(grouped(getattr(row, n), n != "measured") for n in names)]
            for name, row in saved.items()]  # fmt: skip
    sums = [sum((Fraction(getattr(row, n)) for row in saved.values()), Fraction(0)) for n in names]
    totals = [grouped(each, n != "measured") for n, each in zip(names, sums, strict=True)]
    rows.append([terminal.say("supervise.total"), *totals])
    terminal.table(heads, rows, numbers=len(names))


def _show_case(terminal: Terminal, register: Register, case: CaseState | None, name: str) -> None:
    if case is None:
        case_of(register, name)
        return
    events = register.events()
    today = str(dt.datetime.now(ZONE).date())
    if terminal.as_json:
        listed = [{"position": n, **events[n - 1].body()} for n in case.events]
        terminal.emit({"case": _plain(case, today), "events": listed})
        return
    stage = _stage(terminal, register, case)
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
        told = f"{notice_id} · {served.deadline} {late} {_put_off(terminal, served)}"
        terminal.row(terminal.say("supervise.notice"), " ".join(told.split()))
    for measure, proposed in case.measures.items():
        done = proposed.done and terminal.say("supervise.carried_out_on", day=proposed.done)
        told = f"{measure} · {proposed.text} · {proposed.saving} tce · {done}".rstrip(" ·")
        terminal.row(terminal.say("supervise.measure"), told)


def _stage(terminal: Terminal, register: Register, case: CaseState) -> str:
    """Where a case stands, and that it was withdrawn."""
    stage = stage_name(terminal, register, case.stage)
    if not case.withdrawn:
        return stage
    gone = terminal.say("supervise.withdrawn_on", day=case.withdrawn)
    return f"{stage} · {gone}" if stage else gone


def _put_off(terminal: Terminal, notice: Notice) -> str:
    if not notice.ran_out:
        return ""
    return "· " + terminal.say("supervise.put_off_late", day=notice.ran_out)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(case: CaseState, on: str) -> dict[str, Any]:
    return {
        "case": case.case, "name": case.name, "code": case.code, "region": case.region,
        "industry": case.industry, "selected_by": case.selected_by, "stage": case.stage,
        "officers": list(case.officers), "result": case.result,
        "transferred": list(case.transferred), "withdrawn": case.withdrawn,
        "findings": {n: f.state for n, f in case.findings.items()},
        "notices": {n: x.deadline for n, x in case.notices.items()},
        "overdue": case.overdue(on), "criterion": case.criterion, "answer": case.answer,
        "listed": case.listed, "removed": case.removed, "measures": {
            n: {"saving": m.saving, "done": m.done, "realised": m.realised}
            for n, m in case.measures.items()
        }, "events": case.events,
    }  # fmt: skip
