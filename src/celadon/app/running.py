"""The verb ``run``: from the ledgers of a shard to accounts, verdicts and findings.

One path for one site and for many: records, quality, accounts, verdicts. Each floor's tables land
in the cache; the header says what was read, and the hash covers the leaf rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from celadon.app.caching import recall, store
from celadon.app.result import CACHED, SiteRun
from celadon.app.watching import Progress, Watch
from celadon.app.workspace import Workspace
from celadon.errors import Fault, WorkspaceError
from celadon.records.period import Period
from celadon.reference import Registry

if TYPE_CHECKING:
    from celadon.app.inputs import Input

__all__ = ["CACHED", "Progress", "SiteRun", "cached_run", "run", "run_of"]


def run(
    workspace: Workspace,
    sites: Sequence[str],
    period: Period,
    *,
    known_at: int | None = None,
    threads: int | None = None,
    progress: Progress = lambda _floor, _seconds: None,
) -> dict[str, SiteRun]:
    """Compute the accounts of a shard of sites and leave their tables in the cache.

    Parameters
    ----------
    known_at : the ledger position to know only; for one site. Such a run is not cached.
    threads : worker threads; the result does not depend on it.

    Raises
    ------
    WorkspaceError
        If there is no such site, or a position is asked for that names no one state.
    DeclarationError, LedgerError
        If a site's declaration or ledger is at fault.
    """
    if known_at is not None and len(set(sites)) != 1:
        fault = Fault(
            ("known_at", str(known_at)), f"{len(set(sites))} sites", "one site",
            "each ledger counts its own positions: run the sites one by one",
        )  # fmt: skip
        raise WorkspaceError("A position of the ledger is asked of one site", [fault])
    watch = Watch(progress)
    from celadon.app.computing import compute_runs  # noqa: PLC0415  a cached run needs none of it

    results = compute_runs(workspace, sites, period, known_at, threads, watch)
    if known_at is None:
        for site, result in results.items():
            if workspace.is_writable:  # an auditor's copy may only be read, and needs no cache
                store(workspace.cache(site, period), result)
    watch.done("verdicts")
    return results


def cached_run(workspace: Workspace, site: str, period: Period) -> SiteRun:
    """The last run of a site, made anew if anything that it read has changed since.

    Raises
    ------
    WorkspaceError
        If there is no such site.
    """
    return recall(workspace, site, period) or run(workspace, [site], period)[site]


def run_of(given: Input, registry: Registry, period: Period) -> SiteRun:
    """The run of one site as given, such as with another declaration; it is not cached.

    Raises
    ------
    DeclarationError
        If the declaration is at fault for its accounts.
    """
    from celadon.app.computing import compute_given  # noqa: PLC0415  as above

    return compute_given(given, registry, period)
