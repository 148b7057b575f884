"""Who meets a criterion: facts of sites from returns and verdicts, and who is selected by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from celadon.app.national.nation import NationRun, run_nation
from celadon.app.national.tables import SITE_RUN
from celadon.app.supervising import open_register, programmes, record
from celadon.app.workspace import Workspace
from celadon.assess.tables import VERDICT
from celadon.cases import Event, Register
from celadon.cases.criteria import UNTOLD, Answer, Criterion, Facts, answer
from celadon.cases.events import event
from celadon.cases.selecting import Enterprise, selection
from celadon.errors import Fault, InputError
from celadon.exact import decimal_text, parse_decimal
from celadon.records.period import Period
from celadon.tables import read_parquet

VERDICTS, PROGRAMMES = "verdict:", "programme:"
"""How facts are named that come from the verdicts of a rule, or from another programme."""

ENERGY = ("energy", "energy_equivalent")
"""Facts in tce: comprehensive energy of the period at calorific and at equivalent value."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a criterion says of enterprises, in their order.

    Parameters
    ----------
    faults : of facts that are no numbers; their enterprises are left out, and asked again.
    """

    criterion: Criterion
    answers: Mapping[str, Answer]
    faults: tuple[Fault, ...] = ()

    def names(self, outcome: str) -> list[str]:
        """Those of whom it says ``yes``, ``no`` or ``cannot_tell``."""
        return [name for name, each in self.answers.items() if each.outcome == outcome]


def criterion_of(register: Register, name: str) -> Criterion:
    """A criterion of a programme; its only one where none is named.

    Raises
    ------
    InputError
        If there is no such criterion, or several and none is named.
    """
    declared = register.programme.criteria
    found = register.programme.criterion(name)
    if not name and len(declared) == 1:
        return declared[0]
    if found is None:
        known = ", ".join(each.id for each in declared) or "none is declared"
        fault = Fault(
            ("--criterion", name), "no such criterion" if name else "nothing",
            f"one of: {known}", "declare it as [[criterion]] in programme.toml, or name another",
        )  # fmt: skip
        raise InputError("Which criterion is meant cannot be told", [fault])
    return found


def judged(
    workspace: Workspace, criterion: Criterion, enterprises: Mapping[str, Enterprise]
) -> Judged:
    """Judge enterprises by a criterion and the facts that they bring.

    One of which a fact is no number is left out, and the others are judged.

    Raises
    ------
    InputError
        If no other is left.
    """
    known: Mapping[str, Facts] = {name: each.known for name, each in enterprises.items()}
    for condition in criterion.conditions:
        fact = condition.fact
        if fact.startswith(PROGRAMMES):
            standing = _of_programme(workspace, fact.removeprefix(PROGRAMMES))
            known = {
                name: {**facts, fact: (standing.get(name, "absent"),)}
                for name, facts in known.items()
            }
    faults = {
        name: found
        for name, facts in known.items()
        if (found := tuple(_no_numbers(criterion, facts, enterprises[name])))
    }
    if faults and len(faults) == len(known):
        told = [each for found in faults.values() for each in found]
        raise InputError(f"{len(told)} fact(s) are no numbers", told)
    answers = {name: answer(criterion, facts) for name, facts in known.items()
               if name not in faults}  # fmt: skip
    return Judged(criterion, answers, tuple(one for found in faults.values() for one in found))


def asks_figures(criterion: Criterion) -> bool:
    """Whether a criterion asks for what a run of the sites gives: energy, or verdicts."""
    facts = [each.fact for each in criterion.conditions]
    return any(each in ENERGY or each.startswith(VERDICTS) for each in facts)


def select_by_criterion(
    workspace: Workspace, programme: str, enterprises: Mapping[str, Enterprise], found: Judged,
    reason: str, by: str, number: int = 0, on: dt.date | None = None,
) -> list[Event]:  # fmt: skip
    """Take those into a programme of whom its criterion says yes.

    Parameters
    ----------
    number : at most so many, those with the largest energy first; 0 for all.

    Raises
    ------
    InputError
        If nobody who is not in it yet meets the criterion.
    """
    register = open_register(workspace, programme)
    inside = register.state().cases
    chosen = [name for name in found.names("yes") if name not in inside]
    if number:
        chosen = sorted(chosen, key=lambda name: (-_energy(enterprises[name]), name))[:number]
    if not chosen:
        counts = len(found.names("no")), len(found.names(UNTOLD))
        told = "{} do not meet it, of {} it cannot be told".format(*counts)
        fault = Fault(
            (programme, found.criterion.id), "nobody", told, "see celadon supervise review"
        )
        raise InputError("Nobody was selected", [fault])
    events = selection(
        by, enterprises, chosen, "criteria", reason, on=on, criterion=found.criterion.id,
        answers=found.answers,
    )  # fmt: skip
    return record(workspace, register, events)


def review_events(
    found: Judged, by: str, on: dt.date | None, stage: str = "", *, conclude: bool = False
) -> list[Event]:
    """The events that record a review: the answer, the stage that is entered, the result."""
    results = {"yes": "met", "no": "not_met", UNTOLD: UNTOLD}
    events = []
    for name, each in found.answers.items():
        data = {"criterion": found.criterion.id, "answer": each.outcome, "because": each.because}
        events.append(event(by, "reviewed", name, on=on, **data))
        if stage:
            events.append(event(by, "entered", name, on=on, stage=stage))
        if conclude:
            events.append(event(by, "concluded", name, on=on, result=results[each.outcome]))
    return events


def _no_numbers(criterion: Criterion, facts: Facts, enterprise: Enterprise) -> Iterator[Fault]:
    """Facts that a condition compares with a number and that are none: row, column, what stands."""
    for condition in criterion.conditions:
        if condition.least is None and condition.below is None:
            continue
        for value in facts.get(condition.fact, ()):
            try:
                parse_decimal(value if value != UNTOLD else "0")
            except ValueError:
                where = (*enterprise.place, enterprise.id, condition.fact)
                yield Fault(where, repr(value), "a number", "correct it in the list")


def _energy(enterprise: Enterprise) -> Fraction:
    values = enterprise.known.get("energy", ())
    return parse_decimal(values[0]) if values else Fraction(0)


def with_figures(
    workspace: Workspace, enterprises: Mapping[str, Enterprise], period: Period
) -> dict[str, Enterprise]:
    """The sites of a workspace with their energy and verdicts as facts."""
    told = _from_run(run_nation(workspace, list(enterprises), period))
    return {
        name: replace(each, facts={**told.get(name, {}), **each.facts})
        for name, each in enterprises.items()
    }


def _from_run(run: NationRun) -> dict[str, dict[str, Sequence[str]]]:
    """Energy in tce where it is whole, and the outcomes of verdicts by rule."""
    found: dict[str, dict[str, Sequence[str]]] = {name: {} for name in run.sites}
    for part in run.parts:
        for row in _rows(run, SITE_RUN.name, part.name, found):
            for name in ENERGY:
                if row[name] is not None:
                    whole = row[f"{name}_months"] == row["months"]
                    tce = decimal_text(Fraction(row[name], 1_000_000), 6)
                    found[row["site"]][name] = (tce if whole else UNTOLD,)
        for row in _rows(run, VERDICT.name, part.name, found):
            facts, key = found[row["site"]], f"{VERDICTS}{row['rule']}"
            facts[key] = (*facts.get(key, ()), row["outcome"])
    return found


def _rows(run: NationRun, table: str, part: str, sites: Iterable[str]) -> list[dict[str, Any]]:
    path = run.folder / table / f"part-{part}.parquet"
    return [row for row in read_parquet(path).to_pylist() if row["site"] in sites]


def _of_programme(workspace: Workspace, name: str) -> dict[str, str]:
    """Of each case of another programme whether a finding is open: ``open`` or ``clear``."""
    if name not in programmes(workspace):
        return {}
    cases = open_register(workspace, name).state().cases.values()
    return {each.case: "open" if each.open_findings else "clear" for each in cases}
