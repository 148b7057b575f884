"""The file ``site.toml``: read, checked within its tables and between them, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from celadon.errors import DeclarationError, Fault
from celadon.records.contract import Contract
from celadon.records.cross_checks import cross_faults
from celadon.records.declaration import (
    ACTIVITY_KINDS,
    DRAIN,
    ENDS,
    FLARE,
    FLOW,
    OUTSIDE,
    POLLUTANT_PARAMETERS,
    POLLUTANTS,
    STOCK,
    Accounting,
    Meter,
    Network,
    Outlet,
    Owner,
    Product,
    Site,
    Stream,
    Unit,
)
from celadon.records.declaring import Declaration, Named, Quantity
from celadon.records.judged import Machine, ProductNorm
from celadon.records.supply import Supply
from celadon.records.validation import keys_of, read_toml, shown, told

if TYPE_CHECKING:
    from celadon.reference import Carrier

__all__ = [
    "ACTIVITY_KINDS",
    "DRAIN",
    "ENDS",
    "FLARE",
    "FLOW",
    "OUTSIDE",
    "POLLUTANTS",
    "POLLUTANT_PARAMETERS",
    "STOCK",
    "Accounting",
    "Contract",
    "Declaration",
    "Machine",
    "Meter",
    "Named",
    "Network",
    "Outlet",
    "Owner",
    "Product",
    "ProductNorm",
    "Quantity",
    "Site",
    "Stream",
    "Supply",
    "Unit",
    "load_site",
    "site_from_plain",
]

_LISTS: dict[str, tuple[str, type[Named]]] = {
    "unit": ("units", Unit),
    "network": ("networks", Network),
    "meter": ("meters", Meter),
    "product": ("products", Product),
    "stream": ("streams", Stream),
    "outlet": ("outlets", Outlet),
    "contract": ("contracts", Contract),
    "supply": ("supplies", Supply),
    "norm": ("norms", ProductNorm),
    "machine": ("machines", Machine),
}
_TABLE_OF = {name: table for table, (name, _) in _LISTS.items()}
_PARTS: dict[str, type[Declaration]] = {"owner": Owner, "accounting": Accounting}


def load_site(path: Path) -> Site:
    """Read and check a ``site.toml``.

    Raises
    ------
    DeclarationError
        With every fault of the file at once, each with its table, key and remedy.
    """
    return site_from_plain(read_toml(path.read_bytes(), str(path)), path)


def site_from_plain(plain: dict[str, Any], path: Path) -> Site:
    """A checked site from the plain content of a ``site.toml``; faults name ``path``.

    Raises
    ------
    DeclarationError
        With every fault at once: those of single entries, and those between tables.
    """
    fields, faults = _flattened(plain, path)
    site: Site | None = None
    try:
        site = Site.model_validate(fields)
    except ValidationError as error:
        faults += [_fault(path, fields, fault) for fault in error.errors(include_url=False)]
    owner = next(iter(_entries([fields.get("owner")])), {})
    tables = {table: _entries(fields.get(name)) for table, (name, _) in _LISTS.items()}
    faults += [
        Fault((str(path), place), found, rule, remedy)
        for place, found, rule, remedy in cross_faults(fields.get("country"), owner, tables)
    ]
    if faults or site is None:
        raise DeclarationError(
            f"{path.name} breaks {len(faults)} rule(s) of a site declaration", faults
        )
    return site


def carbon_origin(item: Stream | Product, carriers: Mapping[str, Carrier]) -> str:
    """Where the carbon of an item comes from, as its carrier tells it; empty of a product."""
    return carriers[item.carrier].carbon_origin if isinstance(item, Stream) else ""


def _flattened(plain: dict[str, Any], path: Path) -> tuple[dict[str, Any], list[Fault]]:
    """``[site]`` and ``[[unit]]`` as TOML writes them, into the fields of Site."""
    faults: list[Fault] = []
    head = plain.get("site", {})
    if not isinstance(head, dict):
        rule, remedy = "a table [site]", "write [site], and its keys below"
        faults.append(Fault((str(path), "site"), shown(head), rule, remedy))
        head = {}
    fields = {key: value for key, value in plain.items() if key not in ("site", *_LISTS)} | head
    for name in _TABLE_OF.keys() & fields.keys():
        table = _TABLE_OF[name]
        rule, remedy = f"[[{table}]], one table for each", f"write [[{table}]]"
        faults.append(Fault((str(path), name), f"the key {name!r}", rule, remedy))
        del fields[name]
    fields |= {name: plain[table] for table, (name, _) in _LISTS.items() if table in plain}
    return fields, sorted(faults, key=lambda fault: fault.where)


def _entries(listed: object) -> list[dict[str, Any]]:
    return [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []


def _fault(path: Path, fields: dict[str, Any], fault: Any) -> Fault:
    """A fault that pydantic found, with its place as the file writes it."""
    where, location = [str(path)], list(fault["loc"])
    keys = [name for name in keys_of(Site) if name not in _TABLE_OF]
    if location and location[0] in _TABLE_OF:
        table = _TABLE_OF[location[0]]
        keys = keys_of(_LISTS[table][1])
        place = f"[[{table}]]"
        if len(location) > 1 and isinstance(location[1], int):
            entry = fields[location[0]][location[1]]
            name = entry.get("id", "?") if isinstance(entry, dict) else "?"
            place = f"[[{table}]] {location[1] + 1} ({name})"
        where.append(place)
        location = location[2:]
    elif location and location[0] in _PARTS:
        keys = keys_of(_PARTS[location[0]]) if len(location) == 2 else []
    where += [".".join(str(part) for part in location)] if location else []
    return Fault(tuple(where), *told(fault, keys))
