"""The verb ``run``: from the ledgers of a shard to accounts, verdicts and findings.

One path for one site and for many: records, quality, accounts, verdicts. Each floor's tables land
in the cache; the header says what was read, and the hash covers the leaf rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from celadon.accounts.account import account_hash
from celadon.accounts.rungs import is_tabled
from celadon.accounts.tables import LEAF, PARAMETER
from celadon.app.caching import recall, state_read, store
from celadon.app.collecting import held_off
from celadon.app.inputs import Input, read_input
from celadon.app.result import CACHED, SiteRun
from celadon.app.shard import Computed, Progress, Watch, compute_shard, shard_verdicts
from celadon.app.workspace import Workspace
from celadon.assess.tables import VERDICT
from celadon.engine import Engine
from celadon.errors import Fault, WorkspaceError
from celadon.records.finding import finding_table
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.reference import Registry

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
    registry = workspace.registry()
    with held_off(), Engine(threads) as engine:
        inputs = {site: read_input(workspace, site, period, known_at) for site in sites}
        computed = compute_shard(engine, inputs, registry, period, watch)
        results = {s: _site_run(given, computed, registry, period) for s, given in inputs.items()}
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
    site = given.site.id
    watch = Watch(lambda _floor, _seconds: None)
    with Engine() as engine:
        computed = compute_shard(engine, {site: given}, registry, period, watch)
    return _site_run(given, computed, registry, period)


def _site_run(given: Input, computed: Computed, registry: Registry, period: Period) -> SiteRun:
    site = given.site.id
    tables = {name: computed.of_site(name, site) for name in computed.tables}
    tables[VERDICT.name] = shard_verdicts([given.site], tables[LEAF.name], registry, period)
    tables[FINDING.name] = finding_table(computed.findings_of(given))
    return SiteRun(
        given.site,
        period,
        _header(given, registry, computed, tables, period),
        tables,
        len(computed.work[site].meters),
    )


def _header(
    given: Input,
    registry: Registry,
    computed: Computed,
    tables: dict[str, pa.Table],
    period: Period,
) -> dict[str, Any]:
    book, work = computed.books[given.site.id], computed.work[given.site.id]
    parameters = tables[PARAMETER.name].to_pylist()
    methods = book.methods()
    return {
        "site": given.site.id,
        "period": str(period),
        "from_day": str(period.from_day),
        "to_day": str(period.to_day),
        "hash": account_hash(tables[LEAF.name], given.site.id),
        "read": state_read(given.lines, given.declaration, registry),
        "ledger_length": given.length,
        "quality": work.names.plain(),
        "batches": [
            {
                "position": batch.position,
                "kind": kind,
                "file": batch.source_name,
                "sha256": batch.source,
                "rows": batch.rows,
                "recorded_at": batch.recorded_at,
            }
            for kind, batches in given.batches.items()
            for batch in batches
        ],
        "methods": {
            m.id: {"zh": m.title_zh, "en": m.title_en, "confidence": m.confidence} for m in methods
        },
        "factors": sorted({row["factor"] for row in parameters if is_tabled(row)}),
    }
