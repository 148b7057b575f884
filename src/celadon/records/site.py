"""The file ``site.toml``: read, checked within its tables and between them, all faults at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from celadon.errors import DeclarationError, Fault
from celadon.records.cross_checks import Tables, cross_faults
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


_LISTS: dict[str, tuple[str, type[Named]]] = {
    "unit": ("units", Unit),
    "network": ("networks", Network),
    "meter": ("meters", Meter),
    "product": ("products", Product),
    "stream": ("streams", Stream),
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
    try:
        text = path.read_text(encoding="utf-8-sig")
        plain = tomllib.loads(text)
    except UnicodeDecodeError:
        raise _unreadable(path, "bytes that are not UTF-8", "save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, str(error), "correct the line named above") from None
    return site_from_plain(plain, path)


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
    faults += [
        Fault((str(path), place), found, rule, remedy)
        for place, found, rule, remedy in cross_faults(_readable(fields))
    ]
    if faults or site is None:
        raise DeclarationError(
            f"{path.name} breaks {len(faults)} rule(s) of a site declaration", faults
        )
    return site


def _unreadable(path: Path, found: str, remedy: str) -> DeclarationError:
    fault = Fault((str(path),), found, "a TOML file in UTF-8", remedy)
    return DeclarationError(f"Cannot read {path.name}", [fault])


def _flattened(plain: dict[str, Any], path: Path) -> tuple[dict[str, Any], list[Fault]]:
    """``[site]`` and ``[[unit]]`` as TOML writes them, into the fields of Site."""
    faults: list[Fault] = []
    head = plain.get("site", {})
    if not isinstance(head, dict):
        rule, remedy = "a table [site]", "write [site], and its keys below"
        faults.append(Fault((str(path), "site"), repr(head), rule, remedy))
        head = {}
    fields = {key: value for key, value in plain.items() if key not in ("site", *_LISTS)} | head
    for name in _TABLE_OF.keys() & fields.keys():
        table = _TABLE_OF[name]
        rule, remedy = f"[[{table}]], one table for each", f"write [[{table}]]"
        faults.append(Fault((str(path), name), f"the key {name!r}", rule, remedy))
        del fields[name]
    fields |= {name: plain[table] for table, (name, _) in _LISTS.items() if table in plain}
    return fields, sorted(faults, key=lambda fault: fault.where)


def _readable(fields: dict[str, Any]) -> Tables:
    """What can be read of each table, whatever is wrong elsewhere."""
    listed: dict[str, list[Any]] = {name: [] for name in _TABLE_OF}
    ids: dict[str, list[str]] = {table: [] for table in _LISTS}
    for table, (name, model) in _LISTS.items():
        entries = fields.get(name, [])
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                ids[table].append(entry["id"].strip())
            listed[name] += _sound(model, entry)
    country = fields.get("country")
    return Tables(
        country=country if isinstance(country, str) else None,
        owner=next(iter(_sound(Owner, fields.get("owner"))), None),
        ids=ids,
        **listed,
    )


def _sound[Model: BaseModel](model: type[Model], entry: object) -> list[Model]:
    try:
        return [model.model_validate(entry)]
    except ValidationError:
        return []  # told by the validation of the whole file


def _fault(path: Path, fields: dict[str, Any], fault: Any) -> Fault:
    """A fault that pydantic found, with its place as the file writes it."""
    where, location = [str(path)], list(fault["loc"])
    known: type[BaseModel] | None = Site
    if location and location[0] in _TABLE_OF:
        table = _TABLE_OF[location[0]]
        known = _LISTS[table][1]
        place = f"[[{table}]]"
        if len(location) > 1 and isinstance(location[1], int):
            entry = fields[location[0]][location[1]]
            name = entry.get("id", "?") if isinstance(entry, dict) else "?"
            place = f"[[{table}]] {location[1] + 1} ({name})"
        where.append(place)
        location = location[2:]
    elif location and location[0] in _PARTS:
        known = _PARTS[location[0]] if len(location) == 2 else None
    where += [".".join(str(part) for part in location)] if location else []
    found = "nothing" if fault["type"] == "missing" else shown(fault.get("input"))
    rule, remedy = _rule(fault, known)
    return Fault(tuple(where), found, rule, remedy)


def _rule(fault: Any, known: type[BaseModel] | None) -> tuple[str, str]:
    """The rule that is broken and the remedy, in words of the file."""
    if fault["type"] == "missing":
        return "a key that is required", "add the key"
    if fault["type"] == "extra_forbidden":
        names = [f.alias or name for name, f in known.model_fields.items()] if known else []
        keys = ", ".join(name for name in names if name not in _TABLE_OF)
        return f"a key that is known: {keys}", "remove the key or correct its spelling"
    if fault["type"] == "string_type" and isinstance(fault.get("input"), int | float):
        return "a text; numbers stand in quotes, so that they are exact", "put it in quotes"
    return str(fault["msg"]).removeprefix("Value error, "), "correct the value"


def shown(value: object) -> str:
    """A value as an error shows it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
