"""``celadon supervise record``, ``notice``, ``close`` and their like: acts on record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import typer

from celadon.app.noticing import Served, serve_notice
from celadon.app.taking import Taken, take_events
from celadon.cases import Register
from celadon.cases.events import KINDS, event
from celadon.cases.fold import CaseState
from celadon.cases.grounds import is_advice
from celadon.cases.guards_of_notices import entered_from
from celadon.chain import sha256_file
from celadon.cli.opening import one_of
from celadon.cli.terminal import FAILED, Terminal
from celadon.cli.verbs.supervise_form import day_of
from celadon.cli.verbs.supervise_telling import (
    SHOWN,
    case_of,
    record_and_tell,
    register_of,
    tell,
    tell_more,
)
from celadon.errors import Fault, InputError
from celadon.languages import Language
from celadon.report.figures import grouped


def record(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, case: str,
    kind: str, data: Sequence[str], actor: str, documents: Sequence[Path], on: str | None,
) -> None:  # fmt: skip
    """Record an event of any kind."""
    workspace, register = register_of(terminal, folder, language, programme)
    one_of("KIND", kind, [each for each in KINDS if each not in ("opened", "selected")])
    given = _values(kind, data)
    fields = KINDS[kind].model_fields
    if documents and "evidence" in fields:
        given["evidence"] = [sha256_file(path) for path in documents]
    elif documents and "document" in fields:
        given["document"] = sha256_file(documents[0])
    elif documents:
        fault = Fault((kind, "--evidence"), "a file", f"{kind} names no document", "leave it out")
        raise InputError(f"An event {kind!r} takes no file", [fault])
    speaks_of = "" if case == programme else case_of(register, case).case
    told = event(actor, kind, speaks_of, on=day_of(on), **given)
    record_and_tell(terminal, workspace, register, [told], documents)


def notice(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, case: str,
    deadline: str, actor: str, findings: Sequence[str], kind: str, number: str,
    document: Path | None, out: Path | None, on: str | None,
) -> None:  # fmt: skip
    """Serve a notice on the findings that are open, or on those named."""
    workspace, register = register_of(terminal, folder, language, programme)
    standing = case_of(register, case)
    name = number or f"{programme}-{case}-{len(standing.notices) + 1}"
    day = day_of(on)
    meant = tuple(findings) or _meant(standing, kind)
    if not meant:
        rule = "a notice says what was found and is not put right"
        fault = Fault((case, name), "no open finding", rule, "record the finding first")
        raise InputError("There is nothing to serve a notice on", [fault])
    served = Served(name, kind, meant, deadline, day)
    following = []
    if kind == "correction" and _may_enter(register, standing, "correction"):
        following.append(event(actor, "entered", case, on=day, stage="correction"))
    if document is not None:
        given = {**served.data(), "document": sha256_file(document)}
        noticed = event(actor, "noticed", case, on=day, **given)
        record_and_tell(terminal, workspace, register, [noticed, *following], [document])
        return
    plain = re.sub("[^0-9A-Za-z-]+", "-", name)
    path = out or register.folder / "notices" / f"{plain}.html"
    words: Language = language or "zh"  # a paper of the authority is in Chinese unless asked
    events = serve_notice(workspace, register, standing, served, actor, path, words, following)
    tell(terminal, events, path)


def close(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, case: str,
    result: str, actor: str, on: str | None,
) -> None:  # fmt: skip
    """Conclude a case and enter its last stage."""
    workspace, register = register_of(terminal, folder, language, programme)
    day = day_of(on)
    last = next((stage.id for stage in register.programme.stages if stage.ends), "closed")
    events = [
        event(actor, "concluded", case, on=day, result=result),
        event(actor, "entered", case, on=day, stage=last),
    ]
    record_and_tell(terminal, workspace, register, events)


def withdraw(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    cases: Sequence[str], reason: str, actor: str, on: str | None,
) -> None:  # fmt: skip
    """Take enterprises out of a programme before they have a result."""
    workspace, register = register_of(terminal, folder, language, programme)
    named = [case_of(register, name).case for name in cases]
    events = [event(actor, "withdrawn", name, on=day_of(on), reason=reason) for name in named]
    record_and_tell(terminal, workspace, register, events)


def remove(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    cases: Sequence[str], reason: str, clause: str, document: Path | None, actor: str,
    on: str | None,
) -> None:  # fmt: skip
    """Take enterprises off a published list, for a reason that a clause names."""
    workspace, register = register_of(terminal, folder, language, programme)
    given = {"reason": reason, "clause": clause}
    if document is not None:
        given["document"] = sha256_file(document)
    named = [case_of(register, name).case for name in cases]
    events = [event(actor, "removed", name, on=day_of(on), **given) for name in named]
    record_and_tell(terminal, workspace, register, events, [] if document is None else [document])


def take(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, file: Path,
    actor: str,
) -> None:  # fmt: skip
    """Record the events of a file; lines that cannot be are told and kept."""
    workspace, register = register_of(terminal, folder, language, programme)
    done = take_events(workspace, register, file, actor)
    if terminal.as_json:
        terminal.emit({
            "recorded": [{"position": each.position, **each.body()} for each in done.recorded],
            "repeated": {str(line): place for line, place in done.repeated.items()},
            "refused": [
                {"line": line, "where": list(each.where), "found": each.found, "rule": each.rule,
                 "remedy": each.remedy}
                for line, faults in done.refused.items() for each in faults
            ],
            "left": None if done.left is None else done.left.as_posix(),
        })  # fmt: skip
    else:
        _tell_taken(terminal, done)
    if done.refused:
        raise typer.Exit(FAILED)


def _tell_taken(terminal: Terminal, done: Taken) -> None:
    for faults in list(done.refused.values())[:SHOWN]:
        for each in faults:
            terminal.row("✗", f"{each.place} · {each.found} · {each.rule} · {each.remedy}")
    tell_more(terminal, len(done.refused))
    counts = {"recorded": done.recorded, "repeated": done.repeated, "refused": done.refused}
    numbers = {name: grouped(len(each)) for name, each in counts.items()}
    terminal.row(terminal.say("supervise.all"), terminal.say("supervise.taken", **numbers))
    if done.left is not None:
        words = terminal.say("supervise.left", file=done.left.as_posix())
        terminal.row(terminal.say("supervise.next"), words)


def _meant(case: CaseState, kind: str) -> tuple[str, ...]:
    """The open findings that a notice speaks of where none is named.

    Those on which a notice of the kind stands are left out, and of a correction those of an advice;
    where nothing would be left they are named, so that the refusal says why.
    """
    still = tuple(case.open_findings)
    told = {name for x in case.notices.values() if x.kind == kind for name in x.findings}
    fresh = tuple(name for name in still if name not in told) or still
    if kind != "correction":
        return fresh
    return tuple(name for name in fresh if not is_advice(case.findings[name])) or fresh


def _may_enter(register: Register, case: CaseState, stage: str) -> bool:
    found = register.programme.stage(stage)
    return found is not None and case.stage in entered_from(register.programme, case, found)


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
