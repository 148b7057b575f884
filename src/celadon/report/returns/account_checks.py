"""Does the account of a return hold: hash, values, parameters, totals, and what they speak of?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from celadon.accounts.account import account_hash
from celadon.accounts.book import OWN_RECORDS
from celadon.accounts.pollutants.lines import outlet_carriers
from celadon.accounts.tables import LEAF, LEAF_INPUT, MEASURES, PARAMETER
from celadon.records.site import DRAIN, FLARE, Site
from celadon.records.tables import FINDING
from celadon.report.returns.check import Check, cannot_tell, no, yes
from celadon.report.returns.figures import Row, amounts_of, rounded, totals_of
from celadon.report.returns.header import Header, TotalHead
from celadon.report.returns.opening import Opened
from celadon.report.returns.tables import RETURN_ACTIVITY, TABLES
from celadon.tables import Schema

_NAMED = 3
"""How many of several faults of one kind are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A return of which document, declaration and every table could be read."""

    opened: Opened
    header: Header
    site: Site
    leaves: list[dict[str, Any]]

    @classmethod
    def of(cls, opened: Opened) -> Whole | None:
        """The return, if all of it could be read."""
        if not opened.is_whole or opened.header is None or opened.site is None:
            return None
        return cls(opened, opened.header, opened.site, opened.tables[LEAF.name].to_pylist())

    def rows(self, schema: Schema) -> list[dict[str, Any]]:
        """The rows of one of its tables."""
        found: list[dict[str, Any]] = self.opened.tables[schema.name].to_pylist()
        return found


def account_checks(whole: Whole | None) -> list[Check]:
    """All checks of an account; where it could not be read, none of them can be told."""
    checks: dict[str, Callable[[Whole], Iterator[Check]]] = {
        "rows": _rows, "account_hash": _hash, "values": _values, "parameters": _parameters,
        "totals": _totals, "activity": _activity, "boundary": _boundary,
    }  # fmt: skip
    if whole is None:
        return [cannot_tell(name, "unread") for name in checks]
    return [
        found
        for name, check in checks.items()
        for found in list(check(whole)) or [yes(name, leaves=f"{len(whole.leaves):,}")]
    ]


def _rows(whole: Whole) -> Iterator[Check]:
    """Rows of one site, each once, within the period."""
    period = whole.header.period
    for name, schema in TABLES.items():
        rows = whole.rows(schema)
        sites = sorted({row["site"] for row in rows} - {whole.site.id})
        if sites:
            yield no("rows", "foreign", name, sites=named_list(sites), site=whole.site.id)
        keys = Counter(tuple(row[column] for column in schema.key) for row in rows)
        twice = [" › ".join(map(str, key)) for key, times in keys.items() if times > 1]
        if twice and schema is not LEAF_INPUT:  # one row of books may serve a leaf twice
            yield no("rows", "twice", name, rows=named_list(twice))
    outside = [
        row["leaf"]
        for row in whole.leaves
        if not period.from_day <= row["from_day"] < row["to_day"] <= period.to_day
        or row["month"] != row["from_day"].replace(day=1)
        or row["seconds_missing"] < 0
    ]
    if outside:
        yield no("rows", "outside", "leaf.parquet", rows=named_list(outside))


def _hash(whole: Whole) -> Iterator[Check]:
    found = account_hash(whole.opened.tables[LEAF.name], whole.site.id)
    said = whole.header.account
    if found != said.hash:
        yield no("account_hash", "", "leaf.parquet", said=said.hash[:16], found=found[:16])
    elif said.leaves != len(whole.leaves):
        numbers = {"said": f"{said.leaves:,}", "leaves": f"{len(whole.leaves):,}"}
        yield no("account_hash", "leaves", "return.json › account › leaves", **numbers)


def _values(whole: Whole) -> Iterator[Check]:
    """Every leaf again: count x num / den, rounded once, half to even."""
    wrong = [
        (row["leaf"], row["value"], expected)
        for row in whole.leaves
        if (expected := _value(row)) != row["value"]
    ]
    for leaf, value, expected in wrong[:_NAMED]:
        numbers = {"value": f"{value:,}", "expected": _number(expected), "wrong": len(wrong)}
        yield no("values", "wrong", leaf, leaves=f"{len(whole.leaves):,}", **numbers)


def _value(row: Row) -> int | None:
    return rounded(row["count"], row["num"], row["den"]) if row["den"] > 0 else None


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _parameters(whole: Whole) -> Iterator[Check]:
    """What leaves rest on is there, and none claims a better letter than what it rests on."""
    letters = {row["parameter"]: row["confidence"] for row in whole.rows(PARAMETER)}
    leaves = {row["leaf"] for row in whole.leaves}
    rests_on: dict[str, list[str]] = defaultdict(list)
    lost: list[str] = []
    stray: list[str] = []
    for row in whole.rows(LEAF_INPUT):
        if row["leaf"] not in leaves:
            stray.append(row["leaf"])
        elif row["kind"] == "parameter":
            (rests_on[row["leaf"]] if row["ref"] in letters else lost).append(row["ref"])
    if lost:
        yield no("parameters", "absent", "leaf_input.parquet", refs=named_list(lost))
    if stray:
        yield no("parameters", "stray", "leaf_input.parquet", leaves=named_list(stray))
    better = [
        row["leaf"]
        for row in whole.leaves
        if (row["confidence"] or "")
        < max((letters[ref] or "" for ref in rests_on[row["leaf"]]), default="")
    ]
    if better:
        yield no("parameters", "letter", "leaf.parquet", leaves=named_list(better))


def _totals(whole: Whole) -> Iterator[Check]:
    totals = totals_of(whole.leaves, whole.rows(FINDING))
    found = {(t.account, t.measure): asdict(t) for t in totals}
    said = {(t.account, t.measure): t.model_dump() for t in whole.header.totals}
    for key in sorted(found.keys() | said.keys()):
        if found.get(key) != said.get(key):
            yield from _of_total(f"return.json › {' › '.join(key)}", said.get(key), found.get(key))
    if len(said) < len(whole.header.totals):
        yield no("totals", "twice", "return.json")


def _of_total(place: str, said: Row | None, found: Row | None) -> Iterator[Check]:
    """Each field in which a total differs; of one that is not there, its value."""
    for name in TotalHead.model_fields:
        texts = [_field(row, name) for row in (said, found)]
        is_other = texts[0] != texts[1] if said and found else name == "value"
        if is_other:
            yield no("totals", "wrong", place, field=name, said=texts[0], found=texts[1])


def _field(row: Row | None, name: str) -> str:
    value = None if row is None else row[name]
    if isinstance(value, tuple | list):
        return ", ".join(value) or "–"
    return _number(value) if value is None or isinstance(value, int) else str(value)


def _activity(whole: Whole) -> Iterator[Check]:
    rows = whole.rows(RETURN_ACTIVITY)
    given = {tuple(row[name] for name in RETURN_ACTIVITY.names) for row in rows}
    streams = sorted({row[1] for row in given ^ amounts_of(whole.site, whole.leaves)})
    if streams:
        yield no("activity", "wrong", "return_activity.parquet", streams=named_list(streams))


def _boundary(whole: Whole) -> Iterator[Check]:
    """Leaves speak only of what the declaration declares, by methods that the document names."""
    site = whole.site
    carriers = {stream.id: stream.carrier for stream in site.streams}
    carriers |= {product.id: product.id for product in site.products}
    carriers |= outlet_carriers(site)
    places = {site.id, *(unit.id for unit in site.units), *(net.id for net in site.networks)}
    places |= {FLARE, DRAIN, *(outlet.id for outlet in site.outlets)}
    methods = {OWN_RECORDS, *(method.id for method in whole.header.methods)}
    strange = [
        row["leaf"]
        for row in whole.leaves
        if carriers.get(row["stream"]) != row["carrier"]
        or row["unit"] not in places
        or row["method"] not in methods
        or row["measure"] not in MEASURES
    ]
    if strange:
        yield no("boundary", "strange", "leaf.parquet", leaves=named_list(strange))


def named_list(names: Sequence[str]) -> str:
    """The first of some names, and how many there are."""
    distinct = list(dict.fromkeys(names))
    shown = ", ".join(name[:120] for name in distinct[:_NAMED])
    return shown if len(distinct) <= _NAMED else f"{shown} ... ({len(distinct)})"
