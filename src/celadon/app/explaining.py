"""The verb ``explain``: from any figure to the file, row, factor and clause that it rests on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from celadon.accounts.tables import LEAF, LEAF_INPUT, MEASURES, PARAMETER
from celadon.app.running import SiteRun
from celadon.app.tracing import Tracer
from celadon.app.workspace import Workspace
from celadon.errors import Fault, WorkspaceError
from celadon.exact import decimal_text, from_count
from celadon.records.period import Period, month_after
from celadon.reference import Registry
from celadon.units import conversion, count_unit

SHOWN_UNITS = {"gce": ("tce", 6), "gCO2": ("t CO2", 6), "L": ("m3", 3)}
"""Unit and decimals in which a value of a small unit is shown, exact."""


@dataclass(slots=True)
class Node:
    """A place in the tree of an explanation: a value, what it is, its source and its parts."""

    value: str
    label: str
    source: str = ""
    confidence: str = ""
    parts: list[Node] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "value": self.value, "label": self.label, "source": self.source,
            "confidence": self.confidence, "parts": [part.plain() for part in self.parts],
        }  # fmt: skip


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


def explain(workspace: Workspace, result: SiteRun, question: Question) -> Node:
    """The tree of a figure: its streams, each stream's leaves, each leaf's inputs.

    Raises
    ------
    WorkspaceError
        If no leaf matches; lists what the account has. If the leaves that match do not add up to
        one quantity: amounts of several carriers, or the energy of units within each other.
    """
    question = _as_totalled(question)
    leaves = [row for row in result.table(LEAF).to_pylist() if question.matches(row)]
    if not leaves:
        raise _nothing(result, question)
    _refuse_mixture(question, leaves)
    teller = _Teller(workspace, result)
    by_stream: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in leaves:
        by_stream[row["stream"], row["scope"]].append(row)
    ranked = sorted(by_stream.items(), key=lambda item: -abs(sum(r["value"] for r in item[1])))
    root = Node(teller.shown(leaves), _title(result, question, leaves))
    root.source = (
        f"known at position {result.header['read']['position']} of {result.header['ledger_length']}"
    )
    root.parts = [teller.stream(stream, scope, rows) for (stream, scope), rows in ranked]
    weak = {r["confidence"] for r in leaves if (r["confidence"] or "A") != "A"}
    root.confidence = max(weak, default="")
    return root


class _Teller:
    """Turns leaves into nodes, looking inputs and records up once."""

    def __init__(self, workspace: Workspace, result: SiteRun) -> None:
        self._result = result
        self._registry: Registry = workspace.registry()
        self._tracer = Tracer(workspace, result)
        self._parameters = {row["parameter"]: row for row in result.table(PARAMETER).to_pylist()}
        self._inputs: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in result.table(LEAF_INPUT).to_pylist():
            self._inputs[row["leaf"]].append(row)
        items = (*result.site.streams, *result.site.products)
        self._names = {item.id: item.name(workspace.settings.language) for item in items}

    def shown(self, rows: list[dict[str, Any]]) -> str:
        """The sum of leaves in the unit that people read."""
        total = sum(row["value"] for row in rows)
        small = MEASURES[rows[0]["measure"]]
        if small in SHOWN_UNITS:
            unit, decimals = SHOWN_UNITS[small]
            return f"{_grouped(Fraction(total, 10**decimals), decimals)} {unit}"
        return self._amount(rows[0]["carrier"], total)

    def stream(self, stream: str, scope: str, rows: list[dict[str, Any]]) -> Node:
        """One stream with its leaves; a single leaf is told in place."""
        rows.sort(key=lambda row: (row["from_day"], row["leaf"]))
        name = self._names.get(stream, stream)
        label = f"{name} · {scope}" if name == stream else f"{name} ({stream}) · {scope}"
        node = Node(self.shown(rows), label, rows[0]["clause"])
        if len(rows) == 1:
            node.parts = self._leaf_parts(rows[0])
        else:
            node.parts = [
                Node(self.shown([r]), f"{r['from_day']} .. {r['to_day'] - dt.timedelta(1)}",
                     f"leaf {r['leaf']}", r["confidence"] or "")
                for r in rows
            ]  # fmt: skip
            first = Node(
                "", f"one of them in full: {rows[0]['leaf']}", parts=self._leaf_parts(rows[0])
            )
            node.parts.append(first)
        return node

    def _leaf_parts(self, leaf: dict[str, Any]) -> list[Node]:
        parts = [
            Node(self._amount(leaf["carrier"], abs(leaf["count"])), "activity", self._state(leaf))
        ]
        for given in self._inputs[leaf["leaf"]]:
            if given["kind"] == "meter":
                parts[0].parts.append(self._meter(given))
            elif given["kind"] == "activity":
                days = f"{given['from_day']} .. {given['to_day'] - dt.timedelta(1)}"
                kind, _, place = given["ref"].partition(" › ")
                parts[0].parts.append(Node(kind, days, place))
            else:
                parts.append(self._parameter(given["ref"]))
        ratio = f"{leaf['num']} / {leaf['den']}"
        small = MEASURES[leaf["measure"]] or "small unit"
        parts.append(
            Node(ratio, f"{small} per small unit of activity, exact", "rounded once, half to even")
        )
        return parts

    def _parameter(self, ref: str) -> Node:
        row = self._parameters[ref]
        value = decimal_text(from_count(row["count"], row["decimals"]), row["decimals"])
        node = Node(f"{value} {row['unit']}", row["name"], row["factor"], row["confidence"] or "")
        if row["rung"] == "default":
            record = self._registry.describe(row["factor"])
            node.source = f"{record.cite()} · default · {record.record}"
            if record.note:
                node.source += f" · {record.note[:80]}"
        else:
            node.source = f"{row['rung']} · {row['factor']}"
        return node

    def _meter(self, given: dict[str, Any]) -> Node:
        """The readings behind a metered stretch: file, first and last row."""
        meter = given["ref"].lstrip("-")
        sign = "less " if given["ref"].startswith("-") else ""
        node = Node(sign + meter, "meter")
        period = Period(given["from_day"], given["to_day"])
        for rows in self._tracer.rows_of(meter, period):
            what = f"rows {rows.first} to {rows.last}"
            node.parts.append(Node(f"{rows.readings} readings", what, rows.file))
        return node

    def _amount(self, item: str, count: int) -> str:
        """An amount in the unit that the carrier or product is kept in."""
        carrier = self._registry.carriers.get(item)
        if carrier is not None:
            account, small = carrier.account_unit, carrier.count_unit
        else:
            products = {p.id: p.measure for p in self._result.site.products}
            account, small = products[item], count_unit(products[item])
        size = conversion(small, account)
        return f"{_grouped(count * size, len(str(size.denominator)) - 1)} {account}"

    def _state(self, leaf: dict[str, Any]) -> str:
        states = []
        if leaf["estimated"]:
            states.append("partly estimated")
        if leaf["seconds_missing"]:
            states.append(f"{leaf['seconds_missing'] // 60} min of meter time missing")
        return ", ".join(states) or "measured"


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
        ("stream", ("flow",), "what flows on is counted at each step"),
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


def _grouped(value: Fraction, decimals: int) -> str:
    text = decimal_text(value, decimals)
    whole, dot, rest = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{dot}{rest}"


def _title(result: SiteRun, question: Question, leaves: list[dict[str, Any]]) -> str:
    parts = [question.account, leaves[0]["measure"]]
    parts += [
        text for text in (question.unit, question.stream, question.carrier, question.scope) if text
    ]
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
