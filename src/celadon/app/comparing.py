"""The verb ``compare``: two accounts of a site beside each other, and why they differ.

Either of two periods, or of one period as it was known at an earlier position of the ledger, or by
another carbon method.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.carbon_lines import CARBON
from celadon.accounts.changes import Items, account_changes
from celadon.accounts.tables import LEAF
from celadon.app.inputs import Input, read_input
from celadon.app.result import SiteRun
from celadon.app.running import cached_run, run, run_of
from celadon.app.workspace import Workspace
from celadon.engine import Engine
from celadon.errors import DeclarationError, Fault, WorkspaceError
from celadon.languages import Phrase
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.reference.families import families, find_method_by_day
from celadon.reference.methods import find_method
from celadon.report.content import EditionRefused


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of a site, and the table ``account_change`` between them."""

    before: SiteRun
    after: SiteRun
    changes: pa.Table


def compare(
    workspace: Workspace,
    site: str,
    period: Period,
    *,
    earlier: Period | None = None,
    known_at: int | None = None,
    method: str | None = None,
) -> Comparison:
    """Compare the account of a period with another one of the same site.

    Parameters
    ----------
    earlier : another period, as long in months; its account is the one before.
    known_at : a position of the ledger; the account as known then is the one before.
    method : another carbon method or family; the account by it is the one after.

    Raises
    ------
    WorkspaceError
        If not exactly one of the three is given, the periods differ in length, there is no such
        site, or nothing was known at the position.
    LookupRefused
        If there is no such method.
    """
    asked = [earlier is not None, known_at is not None, method is not None]
    if sum(asked) != 1:
        fault = Fault(
            ("compare",), f"{sum(asked)} of --with, --as-of and --method", "exactly one of them",
            "say what the account is compared with",
        )  # fmt: skip
        raise WorkspaceError("It is not said what the account is compared with", [fault])
    if earlier is not None:
        _as_long(period, earlier)
        before, after = cached_run(workspace, site, earlier), cached_run(workspace, site, period)
    elif method is not None:
        before, after = (
            cached_run(workspace, site, period), _by_method(workspace, site, period, method)
        )  # fmt: skip
    else:
        before = run(workspace, [site], period, known_at=known_at)[site]
        after = cached_run(workspace, site, period)
    return comparison(before, after)


def comparison(before: SiteRun, after: SiteRun) -> Comparison:
    """What changed from one run of a site to another, of the same period or of another one."""
    earlier = before.period if before.period != after.period else None
    with Engine() as engine:
        one, other = (_totalled(side.table(LEAF)) for side in (before, after))
        known = _items(before), _items(after)
        changes = account_changes(engine, one, other, after.period, earlier, known)
    return Comparison(before, after, changes)


def _items(result: SiteRun) -> Items:
    """What a run's site declares, and what of it a figure was left empty of."""
    site = result.site
    declared = {item.id for item in (*site.streams, *site.products, *site.outlets)}
    found = result.table(FINDING)
    empty = found.filter(pc.equal(found["rule"], "no_parameter"))
    return Items(declared, set(empty["subject"].to_pylist()))


def by_other_edition(workspace: Workspace, result: SiteRun) -> SiteRun | EditionRefused | None:
    """The run's account by another edition of its carbon method, the newest that is loaded.

    None where its method has no other edition, or the run knows an earlier state of the ledger.
    What the site declares is right by its own method; an edition that does not know it is told.
    """
    if result.header["read"]["position"] != result.header["ledger_length"]:
        return None
    used = {
        row["method"]
        for row in result.table(LEAF).select(["account", "method"]).to_pylist()
        if row["account"] == CARBON
    }
    others = [
        edition.method
        for family in families().values()
        for edition in family.editions
        if used & {each.method for each in family.editions} and edition.method not in {"", *used}
    ]
    if not others:
        return None
    given = _input_by(workspace, result.site.id, result.period, others[-1])
    try:
        return run_of(given, workspace.registry(), result.period)
    except DeclarationError as error:
        return EditionRefused(edition_title(others[-1]), error.faults)


def edition_title(method: str) -> Phrase:
    """What an edition of a carbon method is called, in both languages."""
    found = find_method(method, CARBON)
    return Phrase(en=found.title_en, zh=found.title_zh)


def _totalled(leaves: pa.Table) -> pa.Table:
    """The leaves that add to figures of the site; of water its intake."""
    aside = pc.and_(pc.equal(leaves["account"], "water"), pc.not_equal(leaves["scope"], "intake"))
    return leaves.filter(pc.invert(aside))


def _by_method(workspace: Workspace, site: str, period: Period, method: str) -> SiteRun:
    """The account as if the site had declared another carbon method; nothing of it is kept."""
    registry = workspace.registry()
    find_method_by_day(method, "carbon", registry.sources)  # refused before anything is computed
    return run_of(_input_by(workspace, site, period, method), registry, period)


def _input_by(workspace: Workspace, site: str, period: Period, method: str) -> Input:
    """What a site is accounted from, with another carbon method declared."""
    given = read_input(workspace, site, period, remembering=False)
    accounting = given.site.accounting.model_copy(update={"carbon_method": method})
    declared = given.site.model_copy(update={"accounting": accounting})
    return replace(given, site=declared)


def _as_long(period: Period, earlier: Period) -> None:
    months = [len(list(one.months())) for one in (period, earlier)]
    if months[0] != months[1]:
        fault = Fault(
            ("compare", str(earlier)), f"{months[1]} months",
            f"{months[0]} months, as {period} has",
            "months are compared in their order: give periods of the same length",
        )  # fmt: skip
        raise WorkspaceError("The two periods are not of the same length", [fault])
