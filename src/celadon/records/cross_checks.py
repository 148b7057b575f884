"""Faults of a declaration that only show between its tables: ids, references, trees, identity.

They are looked for in the plain content of the file, so that they are told together with the faults
of single entries, and not one after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from celadon.records.declaration import ENDS
from celadon.records.identity import credit_code_fault, normalise_credit_code

CrossFault = tuple[str, str, str, str]
"""Place, what was found, rule, remedy."""

Entry = Mapping[str, Any]
"""One entry of a table as the file has it; what is no text where a text belongs is passed over."""

_OF_SUPPLY = ("imported", "exported", "reactive")
_SUMS = (("stream", "meters"), ("product", "meters"), *(("supply", key) for key in _OF_SUPPLY))
"""The sums of meters that a file declares: table and key."""


def cross_faults(
    country: object, owner: Entry, tables: Mapping[str, Sequence[Entry]]
) -> list[CrossFault]:
    """Every fault that only shows between tables.

    Parameters
    ----------
    country, owner : as the file has them.
    tables : the entries of each table of lists, such as ``unit`` and ``stream``.
    """
    return [
        *_identity_faults(country, owner),
        *_duplicate_faults(tables),
        *_reference_faults(tables),
        *_repeated_meters(tables),
        *_tree_faults(tables),
    ]


def _identity_faults(country: object, owner: Entry) -> list[CrossFault]:
    if country != "CN":
        return []
    place, code = "[owner] credit_code", _text(owner, "credit_code")
    if not code:
        rule = (
            "a Chinese enterprise is identified by its unified social credit code (GB 32100-2015)"
        )
        return [(place, "nothing", rule, "add the code of the business licence")]
    fault = credit_code_fault(normalise_credit_code(code))
    if fault is None or _text(owner, "credit_code_exception"):
        return []
    rule = f"unified social credit code, GB 32100-2015: {fault}"
    remedy = "compare with the licence; if it is printed so, say why in credit_code_exception"
    return [(place, repr(code), rule, remedy)]


def _duplicate_faults(tables: Mapping[str, Sequence[Entry]]) -> list[CrossFault]:
    ids = {table: _ids(entries) for table, entries in tables.items()}
    groups = {
        "meter": ids["meter"],
        "unit or network": [*ids["unit"], *ids["network"], *ENDS],
        "stream or product": [*ids["stream"], *ids["product"]],
        "contract": ids["contract"],
        "supply": ids["supply"],
        "norm": ids["norm"],
        "machine": ids["machine"],
        # an outlet stands in an account where units and, for its waste, streams stand
        "outlet, unit or stream": [*ids["outlet"], *_others(ids)] if ids["outlet"] else [],
    }
    return [
        (kind, f"{name!r} more than once", f"the id of a {kind} is used once", "rename one of them")
        for kind, names in groups.items()
        for name, number in sorted(Counter(names).items())
        if number > 1
    ]


def _reference_faults(tables: Mapping[str, Sequence[Entry]]) -> list[CrossFault]:
    known = {table: set(_ids(entries)) for table, entries in tables.items()}
    known["node"] = {*known["unit"], *known["network"], *ENDS}
    known["stream or product"] = known["stream"] | known["product"]
    return [
        (
            place,
            repr(name),
            f"a {kind} that the file declares",
            f"declare the {kind} or correct the name",
        )
        for place, name, kind in _references(tables)
        if name and name not in known[kind]
    ]


def _references(tables: Mapping[str, Sequence[Entry]]) -> list[tuple[str, str, str]]:
    """Every mention of one entry by another: where, the name, and what it should name."""
    asked: list[tuple[str, str, str]] = []
    for entry in tables["stream"]:
        place = f"[[stream]] {_text(entry, 'id')}"
        asked += [(f"{place} {key}", _text(entry, key), "node") for key in ("from", "to")]
        asked += [(f"{place} meters", name, "meter") for name in _meters(entry)]
        asked += [(f"{place} sampled_at", _text(entry, "sampled_at"), "stream or product")]
    for entry in tables["product"]:
        place = f"[[product]] {_text(entry, 'id')}"
        asked += [(f"{place} sampled_at", _text(entry, "sampled_at"), "stream or product")]
        asked += [(f"{place} meters", name, "meter") for name in _meters(entry)]
    for entry in tables["unit"]:
        place = f"[[unit]] {_text(entry, 'id')}"
        asked += [(f"{place} product", _text(entry, "product"), "product")]
        asked += [(f"{place} parent", _text(entry, "parent"), "unit")]
    for entry in tables["meter"]:
        asked += [(f"[[meter]] {_text(entry, 'id')} parent", _text(entry, "parent"), "meter")]
    for entry in tables["outlet"]:
        place = f"[[outlet]] {_text(entry, 'id')}"
        asked += [(f"{place} unit", _text(entry, "unit"), "unit")]
        asked += [(f"{place} monitors", name, "meter") for name in _named(entry, "monitors")]
        asked += [(f"{place} factors", name, "stream") for name in _named(entry, "factors")]
    for entry in tables["contract"]:
        asked += [(f"[[contract]] {_text(entry, 'id')} stream", _text(entry, "stream"), "stream")]
    asked += _judged_references(tables)
    for entry in tables["supply"]:
        for key in _OF_SUPPLY:
            place = f"[[supply]] {_text(entry, 'id')} {key}"
            asked += [(place, name, "meter") for name in _meters(entry, key)]
    return asked


def _judged_references(tables: Mapping[str, Sequence[Entry]]) -> list[tuple[str, str, str]]:
    """What norms of products and machines name."""
    asked = []
    for entry in tables["norm"]:
        place = f"[[norm]] {_text(entry, 'id')}"
        asked += [(f"{place} product", _text(entry, "product"), "product")]
        asked += [(f"{place} units", name, "unit") for name in _meters(entry, "units")]
    for entry in tables["machine"]:
        asked += [(f"[[machine]] {_text(entry, 'id')} unit", _text(entry, "unit"), "unit")]
    return asked


def _repeated_meters(tables: Mapping[str, Sequence[Entry]]) -> list[CrossFault]:
    rule = "a meter counts once in one sum"
    return [
        (
            f"[[{table}]] {_text(entry, 'id')} {key}",
            f"{name!r} {number} times",
            rule,
            "name it once",
        )
        for table, key in _SUMS
        for entry in tables[table]
        for name, number in Counter(_meters(entry, key)).items()
        if number > 1
    ]


def _tree_faults(tables: Mapping[str, Sequence[Entry]]) -> list[CrossFault]:
    faults = []
    for kind in ("unit", "meter"):
        parents = {_text(entry, "id"): _text(entry, "parent") for entry in tables[kind]}
        for start in parents:
            seen, at = {start}, parents.get(start, "")
            while at in parents and at not in seen:
                seen.add(at)
                at = parents[at]
            if at and at == start:
                place = f"[[{kind}]] {start} parent"
                faults.append((place, "a circle of parents", f"{kind}s form a tree", "break it"))
    return faults


def _ids(entries: Sequence[Entry]) -> list[str]:
    return [name for entry in entries if (name := _text(entry, "id"))]


def _text(entry: Entry, key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _others(ids: Mapping[str, Sequence[str]]) -> set[str]:
    """What an outlet may not be called like; each once, for its own repeats are told elsewhere."""
    return {*ids["unit"], *ids["network"], *ids["stream"], *ids["product"], *ENDS}


def _named(entry: Entry, key: str) -> list[str]:
    """What a table within an entry names: texts, or lists of them."""
    table = entry.get(key)
    values = table.values() if isinstance(table, dict) else ()
    listed = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return [each.strip() for each in listed if isinstance(each, str)]


def _meters(entry: Entry, key: str = "meters") -> list[str]:
    """The meters that a sum names, whatever their signs."""
    named = entry.get(key)
    listed = named if isinstance(named, list) else []
    return [name.strip().lstrip("-") for name in listed if isinstance(name, str)]
