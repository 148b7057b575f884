"""What a run computes: quality, accounts, verdicts and findings of a shard, from its ledgers on.

This is all that needs the compiled passes; :mod:`celadon.app.running` brings it when it has to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from celadon.accounts.account import account_hash
from celadon.accounts.answers import Answers, rest_digest
from celadon.accounts.rungs import is_tabled
from celadon.accounts.tables import LEAF, PARAMETER
from celadon.app.caching import state_read
from celadon.app.collecting import held_off
from celadon.app.inputs import Input, read_input
from celadon.app.result import SiteRun
from celadon.app.shard import Computed, compute_shard, shard_verdicts
from celadon.app.watching import Watch
from celadon.app.workspace import Workspace
from celadon.assess.tables import VERDICT
from celadon.engine import Engine
from celadon.records.finding import finding_table
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.reference import Registry


def compute_runs(
    workspace: Workspace,
    sites: Sequence[str],
    period: Period,
    known_at: int | None,
    threads: int | None,
    watch: Watch,
) -> dict[str, SiteRun]:
    """The runs of a shard of sites; nothing is cached.

    Raises
    ------
    WorkspaceError
        If there is no such site, or no such position.
    DeclarationError, LedgerError
        If a site's declaration or ledger is at fault.
    """
    registry = workspace.registry()
    with held_off(), Engine(threads) as engine:
        inputs = {site: read_input(workspace, site, period, known_at) for site in sites}
        computed = compute_shard(engine, inputs, registry, period, watch)
        return {s: site_run(given, computed, registry, period) for s, given in inputs.items()}


def compute_given(given: Input, registry: Registry, period: Period) -> SiteRun:
    """The run of one site as given.

    Raises
    ------
    DeclarationError
        If the declaration is at fault for its accounts.
    """
    site = given.site.id
    with Engine() as engine:
        computed = compute_shard(engine, {site: given}, registry, period, Watch.silent())
    return site_run(given, computed, registry, period)


def site_run(given: Input, computed: Computed, registry: Registry, period: Period) -> SiteRun:
    """The run of one site out of a computed shard."""
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
    answers = Answers(registry)
    return {
        "site": given.site.id,
        "period": str(period),
        "from_day": str(period.from_day),
        "to_day": str(period.to_day),
        "hash": account_hash(tables[LEAF.name], given.site.id),
        "read": state_read(given.lines, given.declaration, registry, given.changed),
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
        "asked": {
            "rest": rest_digest(registry),
            "answers": [[*question, answers.of(question)] for question in sorted(book.asked)],
        },
    }
