"""The file ``site.toml``: read, checked within its tables and between them, all faults at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from celadon.errors import DeclarationError, Fault
from celadon.records.declaration import (
    ACTIVITY_KINDS,
    DRAIN,
    ENDS,
    FLARE,
    OUTSIDE,
    STOCK,
    Accounting,
    Declaration,
    Meter,
    Named,
    Network,
    Owner,
    Product,
    Quantity,
    Site,
    Stream,
    Unit,
)
from celadon.records.identity import credit_code_fault, normalise_credit_code

__all__ = [
    "ACTIVITY_KINDS",
    "DRAIN",
    "ENDS",
    "FLARE",
    "OUTSIDE",
    "STOCK",
    "Accounting",
    "Declaration",
    "Meter",
    "Named",
    "Network",
    "Owner",
    "Product",
    "Quantity",
    "Site",
    "Stream",
    "Unit",
    "load_site",
    "site_from_plain",
]


def load_site(path: Path) -> Site:
    """Read and check a ``site.toml``.

    Raises
    ------
    DeclarationError
        With every fault of the file at once, each with its table, key and remedy.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        plain = tomllib.loads(text)
    except UnicodeDecodeError:
        raise _unreadable(path, "bytes that are not UTF-8", "save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, str(error), "correct the line named above") from None
    return site_from_plain(plain, path)


def site_from_plain(plain: dict[str, Any], path: Path) -> Site:
    """A checked site from the plain content of a ``site.toml``; faults name ``path``."""
    try:
        site = Site.model_validate(_flattened(plain))
    except ValidationError as error:
        raise DeclarationError(
            f"{path.name} breaks {error.error_count()} rule(s) of a site declaration",
            [_fault(path, plain, fault) for fault in error.errors(include_url=False)],
        ) from None
    faults = [
        Fault((str(path), place), found, rule, remedy)
        for place, found, rule, remedy in _cross_faults(site)
    ]
    if faults:
        raise DeclarationError(f"{path.name} breaks {len(faults)} rule(s)", faults)
    return site


def _unreadable(path: Path, found: str, remedy: str) -> DeclarationError:
    fault = Fault((str(path),), found, "a TOML file in UTF-8", remedy)
    return DeclarationError(f"Cannot read {path.name}", [fault])


_LISTS = {
    "unit": "units",
    "network": "networks",
    "meter": "meters",
    "product": "products",
    "stream": "streams",
}


def _flattened(plain: dict[str, Any]) -> dict[str, Any]:
    """``[site]`` and ``[[unit]]`` as TOML writes them, into the fields of Site."""
    rest = {key: value for key, value in plain.items() if key not in ("site", *_LISTS)}
    lists = {field: plain[table] for table, field in _LISTS.items() if table in plain}
    return {**rest, **plain.get("site", {}), **lists}


def _fault(path: Path, plain: dict[str, Any], fault: Any) -> Fault:
    singular = {field: table for table, field in _LISTS.items()}
    where = [str(path)]
    location = list(fault["loc"])
    if location and location[0] in singular:
        table = singular[location[0]]
        place = f"[[{table}]]"
        if len(location) > 1 and isinstance(location[1], int):
            entry = plain[table][location[1]]
            name = entry.get("id", "?") if isinstance(entry, dict) else "?"
            place = f"[[{table}]] {location[1] + 1} ({name})"
            location = location[2:]
        else:
            location = location[1:]
        where.append(place)
    where += [".".join(str(part) for part in location)] if location else []
    found = "nothing" if fault["type"] == "missing" else repr(fault.get("input"))
    if len(found) > 80:
        found = found[:77] + "..."
    remedies = {
        "missing": "add the key",
        "extra_forbidden": "remove the key or correct its spelling",
    }
    message = str(fault["msg"]).removeprefix("Value error, ")
    return Fault(tuple(where), found, message, remedies.get(fault["type"], "correct the value"))


def _cross_faults(site: Site) -> list[tuple[str, str, str, str]]:
    """Faults that only show between tables: (place, found, rule, remedy)."""
    return [
        *_identity_faults(site),
        *_duplicate_faults(site),
        *_reference_faults(site),
        *_tree_faults(site),
    ]


def _identity_faults(site: Site) -> list[tuple[str, str, str, str]]:
    if site.country != "CN":
        return []
    owner = site.owner
    if not owner.credit_code:
        rule = (
            "a Chinese enterprise is identified by its unified social credit code (GB 32100-2015)"
        )
        return [("[owner] credit_code", "nothing", rule, "add the code of the business licence")]
    fault = credit_code_fault(normalise_credit_code(owner.credit_code))
    if fault is None or owner.credit_code_exception:
        return []
    rule = f"unified social credit code, GB 32100-2015: {fault}"
    remedy = "compare with the licence; if it is printed so, say why in credit_code_exception"
    return [("[owner] credit_code", repr(owner.credit_code), rule, remedy)]


def _duplicate_faults(site: Site) -> list[tuple[str, str, str, str]]:
    faults = []
    groups: dict[str, list[str]] = {
        "meter": [meter.id for meter in site.meters],
        "unit or network": [*_node_ids(site), *ENDS],
        "stream or product": [*(s.id for s in site.streams), *(p.id for p in site.products)],
    }
    for kind, ids in groups.items():
        for twice in sorted({item for item in ids if ids.count(item) > 1}):
            rule = f"the id of a {kind} is used once"
            faults.append((kind, f"{twice!r} more than once", rule, "rename one of them"))
    return faults


def _node_ids(site: Site) -> list[str]:
    return [*(unit.id for unit in site.units), *(network.id for network in site.networks)]


def _reference_faults(site: Site) -> list[tuple[str, str, str, str]]:
    nodes = {*_node_ids(site), *ENDS}
    meters = {meter.id for meter in site.meters}
    streams = {stream.id for stream in site.streams}
    products = {product.id for product in site.products}
    units = {unit.id for unit in site.units}
    asked: list[tuple[str, str, set[str], str]] = []
    for stream in site.streams:
        place = f"[[stream]] {stream.id}"
        asked += [(f"{place} from", stream.origin, nodes, "node")]
        asked += [(f"{place} to", stream.destination, nodes, "node")]
        asked += [(f"{place} meters", m.lstrip("-"), meters, "meter") for m in stream.meters]
        if stream.sampled_at:
            asked.append((f"{place} sampled_at", stream.sampled_at, streams, "stream"))
    for product in site.products:
        asked += [(f"[[product]] {product.id} meters", m, meters, "meter") for m in product.meters]
    for unit in site.units:
        if unit.product:
            asked.append((f"[[unit]] {unit.id} product", unit.product, products, "product"))
        if unit.parent:
            asked.append((f"[[unit]] {unit.id} parent", unit.parent, units, "unit"))
    for meter in site.meters:
        if meter.parent:
            asked.append((f"[[meter]] {meter.id} parent", meter.parent, meters, "meter"))
    return [
        (
            place,
            repr(name),
            f"a {kind} that the file declares",
            f"declare the {kind} or correct the name",
        )
        for place, name, known, kind in asked
        if name not in known
    ]


def _tree_faults(site: Site) -> list[tuple[str, str, str, str]]:
    faults = []
    for kind, parents in (
        ("unit", {unit.id: unit.parent for unit in site.units}),
        ("meter", {meter.id: meter.parent for meter in site.meters}),
    ):
        for start in parents:
            seen, at = {start}, parents[start]
            while at is not None and at in parents and at not in seen:
                seen.add(at)
                at = parents[at]
            if at == start:
                rule = f"{kind}s form a tree"
                faults.append(
                    (f"[[{kind}]] {start} parent", "a circle of parents", rule, "break it")
                )
    return faults
