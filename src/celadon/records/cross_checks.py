"""Faults of a declaration that only show between its tables: ids, references, trees, identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from celadon.records.declaration import (
    ENDS,
    Meter,
    Network,
    Owner,
    Product,
    Stream,
    Unit,
)
from celadon.records.identity import credit_code_fault, normalise_credit_code

CrossFault = tuple[str, str, str, str]
"""Place, what was found, rule, remedy."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What could be read of a declaration; entries at fault are left out, their ids are not.

    Parameters
    ----------
    country, owner : None where they could not be read.
    units, networks, meters, products, streams : the entries that are sound in themselves.
    ids : by table (``unit``, ``network``, ...), the ids of all its entries.
    """

    country: str | None
    owner: Owner | None
    units: Sequence[Unit]
    networks: Sequence[Network]
    meters: Sequence[Meter]
    products: Sequence[Product]
    streams: Sequence[Stream]
    ids: dict[str, list[str]]


def cross_faults(tables: Tables) -> list[CrossFault]:
    """Every fault that only shows between tables."""
    return [
        *_identity_faults(tables),
        *_duplicate_faults(tables),
        *_reference_faults(tables),
        *_repeated_meters(tables),
        *_tree_faults(tables),
    ]


def _identity_faults(tables: Tables) -> list[CrossFault]:
    owner = tables.owner
    if tables.country != "CN" or owner is None:
        return []
    place = "[owner] credit_code"
    if not owner.credit_code:
        rule = (
            "a Chinese enterprise is identified by its unified social credit code (GB 32100-2015)"
        )
        return [(place, "nothing", rule, "add the code of the business licence")]
    fault = credit_code_fault(normalise_credit_code(owner.credit_code))
    if fault is None or owner.credit_code_exception:
        return []
    rule = f"unified social credit code, GB 32100-2015: {fault}"
    remedy = "compare with the licence; if it is printed so, say why in credit_code_exception"
    return [(place, repr(owner.credit_code), rule, remedy)]


def _duplicate_faults(tables: Tables) -> list[CrossFault]:
    ids = tables.ids
    groups = {
        "meter": ids["meter"],
        "unit or network": [*ids["unit"], *ids["network"], *ENDS],
        "stream or product": [*ids["stream"], *ids["product"]],
    }
    return [
        (kind, f"{name!r} more than once", f"the id of a {kind} is used once", "rename one of them")
        for kind, names in groups.items()
        for name, number in sorted(Counter(names).items())
        if number > 1
    ]


def _reference_faults(tables: Tables) -> list[CrossFault]:
    known = {kind: set(names) for kind, names in tables.ids.items()}
    known["node"] = {*known["unit"], *known["network"], *ENDS}
    return [
        (
            place,
            repr(name),
            f"a {kind} that the file declares",
            f"declare the {kind} or correct the name",
        )
        for place, name, kind in _references(tables)
        if name not in known[kind]
    ]


def _references(tables: Tables) -> list[tuple[str, str, str]]:
    """Every mention of one entry by another: where, the name, and what it should name."""
    asked: list[tuple[str, str | None, str]] = []
    for stream in tables.streams:
        place = f"[[stream]] {stream.id}"
        asked += [(f"{place} from", stream.origin, "node")]
        asked += [(f"{place} to", stream.destination, "node")]
        asked += [(f"{place} meters", name.lstrip("-"), "meter") for name in stream.meters]
        asked += [(f"{place} sampled_at", stream.sampled_at, "stream")]
    for product in tables.products:
        asked += [(f"[[product]] {product.id} meters", m, "meter") for m in product.meters]
    for unit in tables.units:
        asked += [(f"[[unit]] {unit.id} product", unit.product, "product")]
        asked += [(f"[[unit]] {unit.id} parent", unit.parent, "unit")]
    for meter in tables.meters:
        asked += [(f"[[meter]] {meter.id} parent", meter.parent, "meter")]
    return [(place, name, kind) for place, name, kind in asked if name is not None]


def _repeated_meters(tables: Tables) -> list[CrossFault]:
    named = [(f"[[stream]] {s.id} meters", [m.lstrip("-") for m in s.meters]) for s in tables.streams]
    named += [(f"[[product]] {p.id} meters", list(p.meters)) for p in tables.products]
    rule = "a meter counts once in one sum"
    return [
        (place, f"{name!r} {number} times", rule, "name it once")
        for place, names in named
        for name, number in Counter(names).items()
        if number > 1
    ]


def _tree_faults(tables: Tables) -> list[CrossFault]:
    faults = []
    for kind, parents in (
        ("unit", {unit.id: unit.parent for unit in tables.units}),
        ("meter", {meter.id: meter.parent for meter in tables.meters}),
    ):
        for start in parents:
            seen, at = {start}, parents[start]
            while at is not None and at in parents and at not in seen:
                seen.add(at)
                at = parents[at]
            if at == start:
                place = f"[[{kind}]] {start} parent"
                faults.append((place, "a circle of parents", f"{kind}s form a tree", "break it"))
    return faults
