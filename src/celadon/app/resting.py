"""What a notice may rest on, as the reference tables of a workspace stand today."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from celadon.app.standing import confirmed_now
from celadon.app.workspace import Workspace
from celadon.cases.act import Tables
from celadon.cases.grounds import STANDARD
from celadon.errors import LookupRefused
from celadon.reference import Registry
from celadon.reference.confirmed import is_official

_LIMITS = ("norms", "water_norms", "equipment_grades")
"""Tables whose rows are limits that a standard sets."""
_EDITION = re.compile(r"-\d{4}$")


def tables_of(workspace: Workspace) -> Tables:
    """Which rows no notice may rest on: those that are neither official text nor confirmed."""
    registry = workspace.registry()
    confirmed = {one.row for one in confirmed_now(workspace, registry)}
    held, starts = _limits_held(registry), _starts(registry)

    def weak(rows: Sequence[str]) -> list[str]:
        return [row for row in rows if row not in confirmed and not _official(registry, row)]

    def limits(article: str) -> list[str]:
        named = {name for found in STANDARD.finditer(article) if (name := _plain(found[0])) in held}
        return weak([row for name in sorted(named) for row in held[name]])

    def unknown(rows: Sequence[str]) -> list[str]:
        return [row for row in rows if row not in registry.records]

    def coming(article: str, rows: Sequence[str], day: str) -> dict[str, str]:
        named = {_plain(found[0]): found[0] for found in STANDARD.finditer(article)}
        begins = {named[number]: since for number, since in starts.items() if number in named}
        known = (registry.records[row] for row in rows if row in registry.records)
        begins |= {each.record: str(each.valid_from) for each in known if each.valid_from}
        return {name: since for name, since in begins.items() if since > day}

    return Tables(weak, limits, unknown, coming)


def _starts(registry: Registry) -> Mapping[str, str]:
    """The first day of each edition of a standard by its number, where the day is known."""
    sources = (each for each in registry.sources.values() if each.number)
    return {_plain(each.number): each.in_force_from for each in sources if each.in_force_from}


def _limits_held(registry: Registry) -> Mapping[str, list[str]]:
    """The rows of limits by the number of their standard, with and without its year."""
    found: dict[str, list[str]] = {}
    for record in registry.records.values():
        if record.table in _LIMITS and record.value is not None and record.source.number:
            number = _plain(record.source.number)
            for name in dict.fromkeys((number, _EDITION.sub("", number))):
                found.setdefault(name, []).append(record.record)
    return found


def _plain(number: str) -> str:
    """The number of a standard as it is compared: without blanks, with a plain hyphen.

    Examples
    --------
    >>> _plain("GB 21344\\u20142023"), _plain("GB/T 18916.2")
    ('GB21344-2023', 'GB/T18916.2')
    """
    return re.sub("[\\u2013\\u2014]", "-", number.replace(" ", ""))


def _official(registry: Registry, row: str) -> bool:
    try:
        return is_official(registry.describe(row).confidence)
    except LookupRefused:
        return False
