"""Leaves told as nodes of an explanation, in either language."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from celadon.accounts.carbon_lines import PROCESS_CARBON
from celadon.accounts.kinds import carbon_kinds
from celadon.accounts.letters import equation_rows, leaf_letter
from celadon.accounts.pollutants.tables import COUNTED_IN, MONITORED_UNIT
from celadon.accounts.rungs import POTENTIAL, gas_of, is_tabled, scope_and_gas
from celadon.accounts.tables import LEAF_INPUT, MEASURES, PARAMETER
from celadon.app.result import SiteRun
from celadon.app.summary import is_unknown
from celadon.app.tracing import Tracer
from celadon.app.workspace import Workspace
from celadon.exact import decimal_text, from_count
from celadon.languages import Language, Phrases
from celadon.records.period import Period
from celadon.records.site import Product, Stream
from celadon.reference import Registry
from celadon.reference.equations import CARBON_TO_CO2, parameter_kinds
from celadon.reference.methods import Method, methods
from celadon.report.lines import DAY
from celadon.units import GASES, conversion, count_unit

_PHRASES = Phrases.load("celadon.app", "data/telling.toml")

SHOWN_UNITS = {
    "gce": ("tce", 6), "gCO2": ("t CO2", 6), "L": ("m3", 3), "g": ("kg", 3), "kg": ("t", 3),
    **{f"g{gas}": (f"t {gas}", 6) for gas in GASES},
}  # fmt: skip
"""Unit and decimals in which a value of a small unit is shown, exact."""

UNKNOWN = "–"
"""What stands in the place of a number of which nothing is known: missing is never zero."""


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


class Teller:
    """Turns leaves into nodes, looking inputs and records up once."""

    def __init__(self, workspace: Workspace, result: SiteRun, language: Language) -> None:
        self._language = language
        self._result = result
        self._registry: Registry = workspace.registry()
        self._tracer = Tracer(workspace, result)
        self._parameters = {row["parameter"]: row for row in result.table(PARAMETER).to_pylist()}
        self._inputs: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in result.table(LEAF_INPUT).to_pylist():
            self._inputs[row["leaf"]].append(row)
        site = result.site
        items = (*site.streams, *site.products, *site.units, *site.networks, *site.meters)
        self._kinds = carbon_kinds(site)
        told: tuple[Stream | Product, ...] = (*site.streams, *site.products)
        self._by_rows = frozenset(item.id for item in told if not item.meters)
        self._names = {item.id: item.name(language) for item in (*items, *site.outlets)}

    def say(self, key: str, **values: object) -> str:
        """A phrase of explanations in the language asked for."""
        return _PHRASES.text(key, self._language, **values)

    def named(self, group: str, name: str) -> str:
        """The name of an account, measure, scope, parameter, kind of row, state or rung."""
        if f"{group}.{name}" in _PHRASES:
            return self.say(f"{group}.{name}")
        plain, gas = scope_and_gas(name)
        if group == "scope" and gas:
            return f"{self.named(group, plain)} · {gas}"
        if group == "parameter" and name.startswith(POTENTIAL):
            return self.say("potential", gas=name.removeprefix(POTENTIAL))
        if group == "parameter" and name in parameter_kinds():
            return parameter_kinds()[name].name.text(self._language)
        return gas_of(name) if group == "measure" else name

    def name(self, item: str) -> str:
        """What a stream, product, unit, network or meter is called."""
        outlet, point, measure = item.partition(".")
        if point:
            return f"{self.name(outlet)} · {self.named('measure', measure)}"
        return self._names.get(item, item)

    def carrier(self, item: str) -> str:
        """What a carrier is called."""
        known = self._registry.carriers.get(item)
        return known.name(self._language) if known else item

    def shown(self, rows: list[dict[str, Any]]) -> str:
        """The sum of leaves in the unit that people read; no zero where nothing is known."""
        is_known = any(not is_unknown(row) for row in rows)
        total = sum(row["value"] for row in rows) if is_known else None
        small = MEASURES[rows[0]["measure"]]
        if small in SHOWN_UNITS:
            unit, decimals = SHOWN_UNITS[small]
            value = None if total is None else Fraction(total, 10**decimals)
            return f"{_grouped(value, decimals)} {unit}"
        return self._amount(rows[0]["carrier"], total)

    def stream(self, stream: str, scope: str, rows: list[dict[str, Any]]) -> Node:
        """One stream with its leaves; a single leaf is told in place."""
        rows.sort(key=lambda row: (row["from_day"], row["leaf"]))
        name, kind = self.name(stream), self.named("scope", scope)
        label = f"{name} · {kind}" if name == stream else f"{name} ({stream}) · {kind}"
        node = Node(self.shown(rows), label, rows[0]["clause"])
        if len(rows) == 1:
            node.parts = self._leaf_parts(rows[0])
        else:
            node.parts = [
                Node(self.shown([r]), f"{r['from_day']} .. {r['to_day'] - dt.timedelta(1)}",
                     self.say("leaf", leaf=r["leaf"]), leaf_letter(r) or "")
                for r in rows
            ]  # fmt: skip
            shown = self.say("in_full", leaf=rows[0]["leaf"])
            node.parts.append(Node("", shown, parts=self._leaf_parts(rows[0])))
        return node

    def _leaf_parts(self, leaf: dict[str, Any]) -> list[Node]:
        count = None if is_unknown(leaf) else abs(leaf["count"])
        amount = self._amount(leaf["carrier"], count)
        parts = [Node(amount, self.say("activity"), self._state(leaf))]
        for given in self._inputs[leaf["leaf"]]:
            if given["kind"] == "meter":
                parts[0].parts.append(self._meter(given))
            elif given["kind"] == "activity":
                days = f"{given['from_day']} .. {given['to_day'] - dt.timedelta(1)}"
                kind, _, place = given["ref"].partition(" › ")
                parts[0].parts.append(Node(self.named("kind", kind), days, place))
            else:
                parts.append(self._parameter(given["ref"]))
        method = methods().get(leaf["method"])
        if method is not None and leaf["method_confidence"]:
            parts.append(self._equation(leaf, method))
        if method is not None and method.account == "carbon":
            parts += self._formula(leaf, method)
        ratio = f"{leaf['num']} / {leaf['den']}"
        small = MEASURES[leaf["measure"]] or self.say("small_unit")
        parts.append(Node(ratio, self.say("ratio", unit=small), self.say("rounded")))
        return parts

    def _equation(self, leaf: dict[str, Any], method: Method) -> Node:
        """What a leaf was worked by, its letter, and the row by which it can be confirmed."""
        place = (leaf["account"], leaf["stream"], leaf["carrier"])
        row = equation_rows(method.id, *place, self._kinds)[0]
        told = f"{method.title(self._language)} · {row}"
        return Node("", self.say("equation"), told, leaf["method_confidence"])

    def _formula(self, leaf: dict[str, Any], method: Method) -> Iterator[Node]:
        """The ratio of carbon where a line has it; its formula where that is no plain product."""
        used = {g["role"] for g in self._inputs[leaf["leaf"]] if g["kind"] == "parameter"}
        names = {name for name in used if not name.startswith(POTENTIAL)}
        kind, scope = self._kinds.get(leaf["stream"], ""), scope_and_gas(leaf["scope"])[0]
        if leaf["account"] == PROCESS_CARBON:
            kind, scope = method.carriers.get(leaf["carrier"], ""), ""
        formula = method.formula_of(kind, scope, names)
        if formula is None:
            return
        if CARBON_TO_CO2 in formula.names:
            title = method.title(self._language)
            yield Node(method.carbon_to_co2, self.say("carbon_to_co2"), title)
        if any(sign in formula.text for sign in "+-/"):
            told = {name: self.named("parameter", name) for name in names}
            told[CARBON_TO_CO2] = method.carbon_to_co2
            text = re.sub(r"[a-z]\w*", lambda name: told[name[0]], formula.text)
            text = text.replace(" * ", " × ").replace(" - ", " − ")
            yield Node("", self.say("formula", text=text))

    def _parameter(self, ref: str) -> Node:
        row = self._parameters[ref]
        value = decimal_text(from_count(row["count"], row["decimals"]), row["decimals"])
        name, rung = self.named("parameter", row["name"]), self.named("rung", row["rung"])
        node = Node(f"{value} {row['unit']}", name, "", row["confidence"] or "")
        if not is_tabled(row):
            node.source = f"{rung} · {row['factor']}"
            return node
        record = self._registry.describe(row["factor"])
        node.source = f"{record.cite(self._language)} · {rung} · {record.record}"
        if record.table == "electricity":
            programme = self._result.site.accounting.electricity_programme
            year = row["from_day"].year
            node.source += " · " + self.say("programme", programme=programme, year=year)
        return node

    def _meter(self, given: dict[str, Any]) -> Node:
        """The readings behind a metered stretch: file, first and last row."""
        meter = given["ref"].lstrip("-")
        kind = "less_meter" if given["ref"].startswith("-") else "meter"
        node = Node(self.name(meter), self.say(kind))
        period = Period(given["from_day"], given["to_day"])
        for rows in self._tracer.rows_of(meter, period):
            what = self.say("rows", first=rows.first, last=rows.last)
            node.parts.append(Node(self.say("readings", count=rows.readings), what, rows.file))
        return node

    def _amount(self, item: str, count: int | None) -> str:
        """An amount in the unit that the carrier or product is kept in; None if not known."""
        carrier = self._registry.carriers.get(item)
        if carrier is not None:
            account, small = carrier.account_unit, carrier.count_unit
        elif item in COUNTED_IN:
            small = COUNTED_IN[item]
            account, _ = SHOWN_UNITS["g" if small == MONITORED_UNIT else small]
        else:
            products = {p.id: p.measure for p in self._result.site.products}
            account, small = products[item], count_unit(products[item])
        size = conversion(small, account)
        value = None if count is None else count * size
        return f"{_grouped(value, len(str(size.denominator)) - 1)} {account}"

    def _state(self, leaf: dict[str, Any]) -> str:
        states = []
        if leaf["estimated"]:
            states.append(self.say("partly_estimated"))
        if leaf["seconds_missing"] and leaf["stream"] in self._by_rows:
            of = (leaf["to_day"] - leaf["from_day"]).days
            states.append(self.say("days_missing", days=leaf["seconds_missing"] // DAY, of=of))
        elif leaf["seconds_missing"]:
            states.append(self.say("time_missing", minutes=leaf["seconds_missing"] // 60))
        return " · ".join(states) or self.say("measured")


def _grouped(value: Fraction | None, decimals: int) -> str:
    if value is None:
        return UNKNOWN
    text = decimal_text(value, decimals)
    whole, dot, rest = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{dot}{rest}"
