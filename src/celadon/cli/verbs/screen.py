"""``celadon supervise screen``: a population of returns through the checks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from celadon.app.screening import save_screening, screen_file, screen_nation
from celadon.app.supervising import ZONE
from celadon.assess.checks import Screening, check_rules
from celadon.assess.checks.answers import untold
from celadon.assess.checks.rules import pattern_text
from celadon.assess.checks.telling import (
    ToldCause,
    ToldReporter,
    told_causes,
    told_needs,
    told_reporters,
)
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, InputError
from celadon.languages import Language
from celadon.records.period import Period
from celadon.report.figures import grouped, share
from celadon.report.plurals import counted
from celadon.report.screening import write_screening

_GIVEN = ("account_finding", "norm_exceeded", "norm_exceeded_by_numbers", "norm_not_told")


def screen(
    terminal: Terminal, folder: Path, language: Language | None, file: Path | None, profile: str,
    period: str, out: Path | None, top: int, *, nation: bool,
) -> None:  # fmt: skip
    """Screen a list of returns, or those of the workspace."""
    if nation == (file is not None):
        fault = Fault(
            ("FILE", "--nation"), "both or none", "one of the two",
            "name a file, or give --nation for the sites of the workspace",
        )  # fmt: skip
        raise InputError("What is to be screened is not clear", [fault])
    with terminal.working("…"):
        if file is not None:
            done = screen_file(file, profile)
        else:
            done = screen_nation(
                open_workspace(terminal, folder, language), Period.parse(period or _last_year())
            )
    if out is not None and out.suffix.lower() == ".html":
        save_screening(done, out, terminal.language)
    elif out is not None:
        write_screening(done, out, terminal.language)
    causes = told_causes(done, terminal.language)
    first = told_reporters(done, terminal.language, top)
    if terminal.as_json:
        terminal.emit(_document(done, causes, first, out, terminal.language))
        return
    _show(terminal, done, causes, first, top, is_nation=nation)
    if out is not None:
        terminal.row(terminal.say("screen.wrote"), out.as_posix())


def _last_year() -> str:
    return str(dt.datetime.now(ZONE).year - 1)


def _show(
    terminal: Terminal, done: Screening, causes: list[ToldCause], first: list[ToldReporter],
    top: int, *, is_nation: bool,
) -> None:  # fmt: skip
    population = done.population
    terminal.heading(population.profile.name(terminal.language), _years(done))
    amounts = population.reported.num_rows
    told = terminal.say(
        "screen.population", rows=grouped(population.returned.num_rows), years=_years(done),
        reporters=grouped(population.reporters), amounts=grouped(amounts),
    )  # fmt: skip
    terminal.row(terminal.say("screen.read"), told)
    for fault in population.refused[:1]:
        told = terminal.say(
            "screen.refused", number=grouped(len(population.refused)), place=fault.place,
            found=fault.found, rule=fault.rule,
        )  # fmt: skip
        terminal.row("▲", told, style="yellow")
    asked = len(check_rules()) - len(done.not_asked) - len(_GIVEN)
    told = terminal.say("screen.asked", asked=asked, not_asked=len(done.not_asked))
    terminal.row(terminal.say("screen.rules"), told)
    _show_untold(terminal, done)
    if is_nation:
        terminal.row("▲", terminal.say("screen.unlooked"), style="yellow")
    hits = grouped(done.hits.num_rows)
    tally = terminal.say("screen.tally", hits=hits, causes=grouped(len(causes)))
    terminal.row(terminal.say("screen.found"), tally if causes else terminal.say("screen.none"))
    for one in causes[:top]:
        mark = {"error": "✗", "warning": "▲", "note": "·"}[one.severity]
        right = f"{grouped(one.expected)} {one.unit}" if one.expected else ""
        terminal.row(mark, counted(one.text, terminal.language), right)
        for trait, part in one.traits.items():
            told = terminal.say("screen.trait", trait=trait, share=share(part, 1))
            terminal.row("", told)
        terminal.row("", f"{terminal.say('screen.ask')}: {one.question}")
    if len(causes) > top:
        terminal.row("", terminal.say("screen.more", number=len(causes) - top))
    _show_first(terminal, first)


def _show_untold(terminal: Terminal, done: Screening) -> None:
    for one in untold(done):
        told = terminal.say(
            "screen.untold", title=check_rules()[one.rule].title[terminal.language],
            number=grouped(one.cannot_tell), of=grouped(one.asked + one.cannot_tell),
            because=pattern_text(one.because, terminal.language),
        )  # fmt: skip
        terminal.row("?", told)


def _show_first(terminal: Terminal, first: list[ToldReporter]) -> None:
    if not first:
        return
    terminal.print(terminal.say("screen.first", unit=first[0].unit))
    rows = [
        [one.reporter, one.name, one.region, one.title, grouped(one.hits), grouped(one.expected)]
        for one in first
    ]
    heads = ("reporter", "name", "region", "most", "places", "expected")
    terminal.table([terminal.say(f"screen.{head}") for head in heads], rows, numbers=2)


def _years(done: Screening) -> str:
    year = done.population.returned["year"]
    low, high = pc.min(year).as_py(), pc.max(year).as_py()
    return str(low) if low == high else f"{low}-{high}"


def _document(
    done: Screening, causes: list[ToldCause], first: list[ToldReporter], out: Path | None,
    language: Language,
) -> dict[str, Any]:  # fmt: skip
    return {
        "profile": done.population.profile.id,
        "simulated": done.simulated,
        "rows": done.population.returned.num_rows,
        "reporters": done.population.reporters,
        "years": _years(done),
        "refused": [
            {"place": each.place, "found": each.found, "rule": each.rule, "do": each.remedy}
            for each in done.population.refused
        ],
        "places": done.hits.num_rows,
        "findings": [
            {
                "rule": one.rule, "severity": one.severity, "title": one.title, "text": one.text,
                "question": one.question, "quantity": one.quantity, "pattern": one.pattern,
                "places": one.hits, "rows": one.returns, "reporters": one.reporters,
                "first_year": one.first_year, "last_year": one.last_year, "unit": one.unit,
                "size": None if one.size is None else float(one.size),
                "expected_correction": float(one.expected), "such_as": list(one.examples),
                "all_share": {trait: float(part) for trait, part in one.traits.items()},
            }
            for one in causes
        ],
        "ask_first": [
            {
                "reporter": one.reporter, "name": one.name, "region": one.region,
                "sector": one.sector, "expected_correction": float(one.expected),
                "unit": one.unit, "places": one.hits, "without_size": one.unsized,
                "most_of_all": one.title,
            }
            for one in first
        ],
        "cannot_tell": [
            {
                "rule": one.rule, "asked": one.asked, "cannot_tell": one.cannot_tell,
                "because": pattern_text(one.because, language),
            }
            for one in untold(done)
        ],
        "not_asked": {rule: list(lacks) for rule, lacks in told_needs(done, language).items()},
        "wrote": out.as_posix() if out is not None else None,
    }  # fmt: skip
