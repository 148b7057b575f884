"""The verb ``explain``: from any figure to the file, row, factor and clause that it rests on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from celadon.accounts.letters import leaf_letter
from celadon.accounts.tables import LEAF
from celadon.app.running import SiteRun
from celadon.app.telling import UNKNOWN, Node, Teller
from celadon.app.workspace import Workspace
from celadon.errors import Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.finding import Finding
from celadon.records.period import Period, month_after
from celadon.records.tables import FINDING
from celadon.reference.confirmed import weakest


@dataclass(frozen=True, slots=True)
class Question:
    """Which leaves a figure is made of; what is None is not asked for."""

    account: str
    measure: str | None = None
    unit: str | None = None
    stream: str | None = None
    carrier: str | None = None
    scope: str | None = None
    month: dt.date | None = None
    leaf: str | None = None

    def matches(self, row: dict[str, Any]) -> bool:
        """Whether a leaf belongs to the figure."""
        asked = {name: getattr(self, name) for name in self.__slots__}
        return all(row[name] == wanted for name, wanted in asked.items() if wanted is not None)


def explain(
    workspace: Workspace, result: SiteRun, question: Question, language: Language = "en"
) -> Node:
    """The tree of a figure: its streams, each stream's leaves, their inputs; then what it lacks.

    Raises
    ------
    WorkspaceError
        If no leaf matches and nothing was left empty; lists what the account has. If the leaves
        that match do not add up to one quantity: amounts of several carriers, or the energy of
        units within each other.
    """
    question = _as_totalled(question)
    leaves = [row for row in result.table(LEAF).to_pylist() if question.matches(row)]
    empty = list(_left_empty(result, question))
    if not leaves and not empty:
        raise _nothing(result, question)
    _refuse_mixture(question, leaves)
    teller = Teller(workspace, result, language)
    by_stream: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in leaves:
        by_stream[row["stream"], row["scope"]].append(row)
    ranked = sorted(by_stream.items(), key=lambda item: -abs(sum(r["value"] for r in item[1])))
    root = Node(
        teller.shown(leaves) if leaves else UNKNOWN, _title(result, question, leaves, teller)
    )
    root.source = teller.say(
        "known_at",
        position=result.header["read"]["position"],
        of=result.header["ledger_length"],
    )
    root.parts = [teller.stream(stream, scope, rows) for (stream, scope), rows in ranked]
    root.parts += [_lack(finding, teller, language) for finding in empty]
    letters = [letter for row in leaves if (letter := leaf_letter(row)) != "A"]
    root.confidence = weakest(letters) or ""
    return root


def _left_empty(result: SiteRun, question: Question) -> Iterator[Finding]:
    """The findings that say what kept figures of the question empty."""
    if question.leaf is not None or question.unit is not None:
        return
    for row in result.table(FINDING).to_pylist():
        finding = Finding.from_row(row)
        figures = [figure.split("/") for figure in finding.numbers.get("figures", ())]
        if not any(
            account == question.account and question.measure in (None, measure)
            for account, measure in figures
        ):
            continue
        days = finding.numbers["first"], finding.numbers["last"]
        month = question.month
        if month is not None and not (days[0] < str(month_after(month)) and days[1] >= str(month)):
            continue
        if question.stream in (None, finding.subject, result.site.id):
            yield finding


def _lack(finding: Finding, teller: Teller, language: Language) -> Node:
    """What a figure lacks, with its days, why, and what to do."""
    days = f"{finding.numbers['first']} .. {finding.numbers['last']}"
    label = teller.say("left_empty", name=teller.name(finding.subject), days=days)
    remedy = Node("", teller.say("do"), finding.remedy(language))
    return Node(UNKNOWN, label, finding.text(language), parts=[remedy])


def _as_totalled(question: Question) -> Question:
    """The question narrowed to what the account's total means, where it does not say otherwise.

    Energy is told on the calorific basis, for the two bases are never added; water by its intake.
    """
    if question.leaf is not None:
        return question
    if question.account == "energy" and question.measure is None:
        question = replace(question, measure="calorific_value")
    if question.account == "water" and question.scope is None and question.stream is None:
        question = replace(question, scope="intake")
    return question


def _refuse_mixture(question: Question, leaves: list[dict[str, Any]]) -> None:
    """Leaves of several carriers' amounts, or of several units' energies, make no one figure."""
    for column, accounts, rule in (
        ("carrier", ("carrier", "supply", "production"), "amounts of one carrier add up"),
        ("unit", ("process_energy",), "units lie within each other, so their energies overlap"),
        ("unit", ("process_carbon",), "the site's own balance is the sum of its processes'"),
        ("stream", ("flow",), "what flows on is counted at each step"),
        ("measure", ("pollutant", "waste"), "only masses of one pollutant, or one fate, add up"),
    ):
        named = sorted({row[column] for row in leaves})
        if question.account in accounts and len(named) > 1:
            found = f"{len(named)} of kind {column}: {', '.join(named[:6])}"
            fault = Fault((question.account,), found, rule, f"ask for one {column}")
            raise WorkspaceError("These leaves do not add up to one figure", [fault])


def month_of(text: str) -> dt.date:
    """The first day of a month written as 2025-03.

    Raises
    ------
    WorkspaceError
        If it is not a month.
    """
    period = Period.parse(text)
    if period.to_day != month_after(period.from_day):
        fault = Fault(("--month",), repr(text), "a month such as 2025-03", "write the month so")
        raise WorkspaceError(f"{text!r} is not a month", [fault])
    return period.from_day


def _title(
    result: SiteRun, question: Question, leaves: list[dict[str, Any]], teller: Teller
) -> str:
    parts = [teller.named("account", question.account)]
    if question.account in ("energy", "process_energy", "flow", "pollutant", "waste"):
        measure = leaves[0]["measure"] if leaves else question.measure
        parts += [teller.named("measure", measure)] if measure else []
    parts += [teller.name(text) for text in (question.unit, question.stream) if text]
    parts += [teller.carrier(question.carrier)] if question.carrier else []
    parts += [teller.named("scope", question.scope)] if question.scope else []
    parts.append(f"{question.month:%Y-%m}" if question.month else str(result.period))
    return " · ".join(parts)


def _nothing(result: SiteRun, question: Question) -> WorkspaceError:
    rows = result.table(LEAF).to_pylist()
    same = [row for row in rows if row["account"] == question.account]
    if not same:
        known = "accounts: " + ", ".join(sorted({row["account"] for row in rows}))
    else:
        units = ", ".join(sorted({row["unit"] for row in same}))
        streams = ", ".join(sorted({row["stream"] for row in same}))
        known = f"units: {units}; streams: {streams}"
    fault = Fault(
        (result.site.id, question.account),
        "no leaf that matches all that was asked for",
        known,
        "ask for one of these",
    )
    return WorkspaceError("There is nothing to explain", [fault])
