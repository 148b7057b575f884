"""A run as official forms see it: confirmed rows counted in, and named in its header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from celadon.app.result import SiteRun
from celadon.app.workspace import Workspace
from celadon.reference import Registry
from celadon.reference.audit import Audit
from celadon.reference.confirmed import Confirmation, confirmations, stated


def audit_of(workspace: Workspace) -> Audit:
    """The audit file of a workspace's reference tables."""
    return Audit(workspace.folder / "reference")


def confirmed_now(workspace: Workspace, registry: Registry) -> list[Confirmation]:
    """The confirmations of a workspace that are in force.

    Raises
    ------
    ChainBroken
        If the audit file was changed outside celadon: then nothing of it counts.
    """
    audit = audit_of(workspace)
    if not audit.path.is_file():
        return []
    return [one for one in confirmations(registry, audit.lines()) if one.in_force]


def with_confirmations(workspace: Workspace, result: SiteRun) -> SiteRun:
    """A run with the letters of confirmed rows marked, and these rows named in its header.

    Neither the account nor its hash nor the digest of the tables depends on confirmations: they
    change no number.
    """
    registry = workspace.registry()
    found = confirmed_now(workspace, registry)
    if not found:
        return result
    return _marked(result, registry, [one.told(registry) for one in found])


def with_stated(result: SiteRun, registry: Registry) -> SiteRun:
    """The run of a return with the letters marked of the rows that its sender confirmed.

    A row counts only as far as the tables here state the same figure.
    """
    told = result.header.get("confirmed", [])
    known = stated(told, registry)
    return _marked(result, registry, [one for one in told if one["row"] in known])


def _marked(result: SiteRun, registry: Registry, told: Sequence[Mapping[str, Any]]) -> SiteRun:
    from celadon.report.standing import mark_letters  # noqa: PLC0415  most sites confirm nothing

    days = result.period.from_day, result.period.to_day
    rows = frozenset(one["row"] for one in told)
    tables = mark_letters(result.tables, result.site, days, registry, rows)
    return replace(result, tables=tables, header={**result.header, "confirmed": list(told)})
