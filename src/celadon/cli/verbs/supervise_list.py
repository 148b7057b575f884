"""``celadon supervise review``, ``publish`` and ``list``: criteria, publications, who is listed."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from celadon.app.publishing import Publication, publish
from celadon.app.qualifying import (
    Judged,
    asks_figures,
    criterion_of,
    judged,
    review_events,
    with_figures,
)
from celadon.app.supervising import ZONE, enterprises_from, enterprises_of, record
from celadon.app.workspace import Workspace
from celadon.cases import CaseState, Register
from celadon.cases.criteria import Criterion
from celadon.cases.selecting import Enterprise
from celadon.cli.opening import one_of
from celadon.cli.refusing import in_words
from celadon.cli.terminal import FAILED, Terminal
from celadon.cli.verbs.supervise_form import day_of
from celadon.cli.verbs.supervise_telling import (
    SHOWN,
    case_of,
    register_of,
    tell,
    tell_more,
)
from celadon.errors import Fault, InputError
from celadon.languages import Language
from celadon.records.period import Period
from celadon.report.figures import grouped

_MARKS = {"yes": "✓", "no": "✗", "cannot_tell": "?"}


def qualified(
    terminal: Terminal, workspace: Workspace, register: Register, criterion: str,
    from_file: Path | None, period: str | None, cases: Sequence[str] = (),
) -> tuple[Judged, Mapping[str, Enterprise]]:  # fmt: skip
    """What a criterion says of the enterprises of a list, or of the sites of the workspace.

    Parameters
    ----------
    cases : only of these; those without a row or a site have no facts.
    """
    asked = criterion_of(register, criterion)
    listed = enterprises_of(workspace) if from_file is None else enterprises_from(from_file)
    if cases:
        standing = register.state().cases
        listed = {name: listed.get(name) or _bare(standing[name]) for name in cases}
    if from_file is None and asks_figures(asked):
        here = set(workspace.site_ids())
        year = Period.parse(period or str(register.programme.year - 1))
        with terminal.working(f"{register.programme.id} · {year}"):
            told = with_figures(workspace, {n: e for n, e in listed.items() if n in here}, year)
        listed = {**listed, **told}
    return judged(workspace, asked, listed), listed


def review(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    cases: Sequence[str], criterion: str, from_file: Path | None, period: str | None, stage: str,
    actor: str | None, on: str | None, *, conclude: bool,
) -> None:  # fmt: skip
    """Judge the cases of a programme by a criterion; record it where asked."""
    workspace, register = register_of(terminal, folder, language, programme)
    criterion_of(register, criterion)
    if stage:
        one_of("--stage", stage, [each.id for each in register.programme.stages])
    named = [case_of(register, name).case for name in cases] or _to_review(register, stage)
    if not named:
        fault = Fault((programme,), "nobody", "a case that is open", "name the cases")
        raise InputError("There is nobody to review", [fault])
    found, _ = qualified(terminal, workspace, register, criterion, from_file, period, named)
    events = review_events(found, actor or "-", day_of(on), stage, conclude=conclude)
    recorded = record(workspace, register, events) if actor else []
    if terminal.as_json:
        answers = {
            name: {"answer": each.outcome, "because": list(each.because)}
            for name, each in found.answers.items()
        }
        terminal.emit({
            "programme": programme, "criterion": found.criterion.id,
            "clause": found.criterion.clause, "answers": answers, "recorded": len(recorded),
            "refused": no_numbers(found),
        })  # fmt: skip
    else:
        _tell_answers(terminal, found, found.answers)
        if recorded:
            terminal.row(terminal.say("supervise.recorded"), grouped(len(recorded)))
    if found.faults:
        raise typer.Exit(FAILED)


def no_numbers(found: Judged) -> list[dict[str, object]]:
    """The facts that are no numbers, as plain data."""
    return [
        {"where": list(each.where), "found": each.found, "rule": each.rule, "remedy": each.remedy}
        for each in found.faults
    ]


def tell_untold(terminal: Terminal, found: Judged) -> None:
    """Tell those of whom a criterion cannot be told: they are not selected, nor turned away."""
    _tell_answers(terminal, found, found.names("cannot_tell"), heading=False)


def _tell_answers(
    terminal: Terminal, found: Judged, names: Mapping[str, object] | Sequence[str], *,
    heading: bool = True,
) -> None:  # fmt: skip
    criterion: Criterion = found.criterion
    if heading:
        terminal.heading(criterion.id, criterion.name(terminal.language), criterion.clause)
    for name in list(names)[:SHOWN]:
        each = found.answers[name]
        terminal.row(_MARKS[each.outcome], f"{name} · {'; '.join(each.because)}")
    tell_more(terminal, len(names))
    for one in found.faults[:SHOWN]:
        told = (in_words(text, terminal.language) for text in (one.found, one.rule, one.remedy))
        terminal.row("✗", " · ".join((one.place, *told)))
    counts = {key: grouped(len(found.names(key))) for key in _MARKS}
    terminal.row(terminal.say("supervise.all"), terminal.say("supervise.answers", **counts))


def publication(
    terminal: Terminal, folder: Path, language: Language | None, programme: str, what: str,
    source: str, document: Path | None, out: Path | None, actor: str, on: str | None,
) -> None:  # fmt: skip
    """Record a publication; write what is published where no paper is given."""
    workspace, register = register_of(terminal, folder, language, programme)
    day = day_of(on)
    number = len(register.state().published) + 1
    dated = day or dt.datetime.now(ZONE).date()
    path = out or register.folder / "published" / f"{dated}-{number}.csv"
    given = Publication(what, source, document, day)
    events = publish(workspace, register, given, actor, path)
    tell(terminal, events, path if document is None else None)


def listing(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    on: str | None, out: Path | None,
) -> None:  # fmt: skip
    """Show who stands on the list on a day, and who has left it, why, and by which clause."""
    _, register = register_of(terminal, folder, language, programme)
    day = str(day_of(on) or "")
    cases = [each for each in register.state(on=day).cases.values() if each.listed]
    here, gone = [c for c in cases if c.on_list], [c for c in cases if not c.on_list]
    if out is not None:
        _write(out, here)
    if terminal.as_json:
        terminal.emit({
            "programme": programme, "on": day,
            "listed": [_plain(each) for each in here],
            "removed": [
                {**_plain(each), "removed": each.removed, "reason": each.removed_for[0],
                 "clause": each.removed_for[1]}
                for each in gone
            ],
        })  # fmt: skip
        return
    count = terminal.say("supervise.on_list", listed=grouped(len(here)), gone=grouped(len(gone)))
    terminal.heading(programme, register.programme.name(terminal.language), day, count)
    heads = [terminal.say(f"supervise.{head}") for head in ("case", "name", "region", "since")]
    heads.append(terminal.say("supervise.rechecked"))
    rows = [[each.case, each.name, each.region, each.listed, _rechecked(each)] for each in here]
    terminal.table(heads, rows, numbers=0)
    for each in gone:
        told = f"{each.case} · {each.name} · {each.removed} · {' · '.join(each.removed_for)}"
        terminal.row("✗", told)
    if out is not None:
        terminal.row(terminal.say("supervise.wrote"), out.as_posix())


def _to_review(register: Register, stage: str) -> list[str]:
    """Cases that stand where a review may be: open, and able to enter the stage if one is named."""
    found = register.programme.stage(stage) if stage else None
    return [
        each.case
        for each in register.state().cases.values()
        if not each.withdrawn and not each.removed
        and (each.stage in found.after if found else not each.result)
    ]  # fmt: skip


def _bare(case: CaseState) -> Enterprise:
    return Enterprise(case.case, case.name, case.region, case.code, case.industry)


def _rechecked(case: CaseState) -> str:
    later = case.reviewed > case.listed
    return f"{case.reviewed} {_MARKS[case.answer]}" if later else ""


def _plain(case: CaseState) -> dict[str, str]:
    return {
        "case": case.case, "name": case.name, "code": case.code, "region": case.region,
        "industry": case.industry, "since": case.listed, "reviewed": case.reviewed,
        "answer": case.answer,
    }  # fmt: skip


def _write(path: Path, cases: Sequence[CaseState]) -> None:
    if path.suffix.lower() != ".csv" or path.exists():
        fault = Fault((str(path),), path.name, "a new .csv file", "choose another name")
        raise InputError(f"{path.name} cannot be written", [fault])
    heads = list(_plain(CaseState("")))
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(_plain(each) for each in cases)
