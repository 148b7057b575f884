"""The verb ``run``: from the ledgers of a shard to accounts, verdicts and findings.

One path for one site and for many: records, quality, accounts, verdicts. Each floor's tables land
in the cache; the header says what was read, and the hash covers the leaf rows alone.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.account import (
    Accounts,
    account_hash,
    activity_rows,
    compute_accounts,
    samples_of,
)
from celadon.accounts.balance import balance_findings
from celadon.accounts.book import Book, open_book
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.caching import recall, remember, state_read, store
from celadon.app.load import LOAD, LOAD_METER, QUALITY_SHARE, load_meters
from celadon.app.result import CACHED, SiteRun
from celadon.app.workspace import Workspace
from celadon.assess import judge
from celadon.assess.tables import VERDICT
from celadon.chain import Line, sha256_file
from celadon.engine import Engine
from celadon.errors import Fault, WorkspaceError
from celadon.records.balances.balance import METER_BALANCE, RECONCILED, meter_balances
from celadon.records.balances.balance_rules import family_findings
from celadon.records.balances.drift import METER_DRIFT, meter_drifts
from celadon.records.compiled import Compiled, compile_sites
from celadon.records.finding import Finding, finding_table
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.ledger import Batch
from celadon.records.period import Period
from celadon.records.quality.findings import estimate_findings, event_findings
from celadon.records.quality.judge import judge_readings
from celadon.records.quality.memo import Memo, Work
from celadon.records.quality.spans import Spans
from celadon.records.quality.state import STATE_DAY
from celadon.records.quality.tables import ESTIMATE, METER_TIME, REPAIR
from celadon.records.site import Site, load_site
from celadon.records.tables import FINDING, METER_DAY, QUALITY_EVENT
from celadon.reference import Registry

__all__ = ["CACHED", "Progress", "SiteRun", "cached_run", "run"]

Progress = Callable[[str, float], None]
"""Called when a floor is done, with its name and the seconds it took."""


@dataclass(frozen=True, slots=True)
class _Input:
    """What a run reads of one site: one state of its ledger, and no line behind that."""

    site: Site
    lines: list[Line]
    length: int
    declaration: str
    batches: dict[str, list[Batch]]
    refused: list[Finding]
    memo: Memo | None
    spans: Spans


@dataclass(frozen=True, slots=True)
class _Computed:
    """The tables of a whole shard, and the books that its leaves were written from."""

    books: dict[str, Book]
    accounts: Accounts
    tables: dict[str, pa.Table]
    work: Mapping[str, Work]
    family_findings: list[Finding]


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
    watch = _Watch(progress)
    registry = workspace.registry()
    inputs = {site: _read_input(workspace, site, period, known_at) for site in sites}
    compiled = compile_sites({s: i.site for s, i in inputs.items()}, period, registry.carriers)
    watch.done("records")
    with Engine(threads) as engine:
        computed = _compute(engine, inputs, compiled, registry, period, watch)
    results = {site: _site_run(given, computed, registry, period) for site, given in inputs.items()}
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


def _compute(
    engine: Engine,
    inputs: Mapping[str, _Input],
    compiled: Compiled,
    registry: Registry,
    period: Period,
    watch: _Watch,
) -> _Computed:
    declared = {site: given.site for site, given in inputs.items()}
    read = {
        site: [*given.batches["reading"], *given.batches["exchange"]]
        for site, given in inputs.items()
    }
    load = load_meters(declared.values(), registry.carriers)
    memos = {site: given.memo for site, given in inputs.items() if given.memo is not None}
    spans = {site: given.spans for site, given in inputs.items()}
    quality = judge_readings(engine, compiled, read, declared, period, _weights(load), memos, spans)
    balances = meter_balances(engine, compiled, declared)
    drifts, drifting = meter_drifts(engine, balances.families)
    watch.done("quality")
    books = {
        site: open_book(
            given.site,
            registry,
            period,
            activity_rows(given.batches["activity"]),
            samples_of(given.batches["sample"]),
        )
        for site, given in inputs.items()
    }
    accounts = compute_accounts(engine, books)
    engine.load(LOAD_METER, load)
    engine.define("celadon.app", LOAD)
    engine.define("celadon.app", QUALITY_SHARE)
    tables = {
        LEAF.name: accounts.leaves,
        LEAF_INPUT.name: accounts.inputs,
        PARAMETER.name: accounts.parameters,
        METER_DAY.name: quality.meter_days,
        METER_TIME.name: quality.meter_times,
        QUALITY_EVENT.name: quality.events,
        ESTIMATE.name: quality.estimates,
        REPAIR.name: quality.repairs,
        STATE_DAY.name: quality.state_days,
        METER_BALANCE.name: balances.balances,
        RECONCILED.name: balances.reconciled,
        METER_DRIFT.name: drifts,
        LOAD.name: _loads(engine.fetch(LOAD), quality.work),
        QUALITY_SHARE.name: engine.fetch(QUALITY_SHARE),
    }
    watch.done("accounts")
    found = [*family_findings(balances, compiled, declared), *drifting]
    return _Computed(books, accounts, tables, quality.work, found)


def _weights(load: pa.Table) -> dict[str, dict[str, int]]:
    """The meters of each site whose intervals make its load."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in load.to_pylist():
        found[row["site"]][row["meter"]] = row["weight"]
    return found


def _loads(fresh: pa.Table, work: Mapping[str, Work]) -> pa.Table:
    """The load of each site: as an earlier run knew it where none of its meters has changed."""
    kept = [
        each.memo.tables[LOAD.name]
        for each in work.values()
        if each.memo is not None and not each.intervals
    ]
    return LOAD.check(pa.concat_tables([fresh, *kept]))


def _site_run(given: _Input, computed: _Computed, registry: Registry, period: Period) -> SiteRun:
    site = given.site.id
    book = computed.books[site]
    tables = {
        name: table.filter(pc.equal(table["site"], site)) for name, table in computed.tables.items()
    }
    tables[VERDICT.name] = _verdicts(given.site, tables[LEAF.name], registry, period)
    found = [
        *given.refused,
        *_read_twice(given),
        *event_findings(tables[QUALITY_EVENT.name], {site: given.site}),
        *estimate_findings(tables[ESTIMATE.name], {site: given.site}),
        *(finding for finding in computed.family_findings if finding.site == site),
        *(finding for finding in computed.accounts.findings if finding.site == site),
        *balance_findings(book, tables[LEAF.name]),
    ]
    tables[FINDING.name] = finding_table(found)
    return SiteRun(
        given.site,
        period,
        _header(given, registry, computed, tables, period),
        tables,
        len(computed.work[site].meters),
    )


def _read_twice(given: _Input) -> Iterator[Finding]:
    """Files that stand in the ledger as read with several profiles: their cells may count twice."""
    for kind, batches in given.batches.items():
        profiles: dict[str, set[str]] = defaultdict(set)
        names = {batch.source: batch.source_name for batch in batches}
        for batch in batches:
            profiles[batch.source].add(batch.profile)
        for source, read_with in profiles.items():
            if len(read_with) > 1:
                name, numbers = names[source], {"profiles": len(read_with), "kind": kind}
                yield Finding(given.site.id, "read_twice", name, f"{name} › {kind}", numbers)


def _read_input(workspace: Workspace, site: str, period: Period, known_at: int | None) -> _Input:
    ledger = workspace.ledger(site)
    if known_at is None:
        workspace.site(site)  # checked before it is committed
        ledger.commit_declaration(workspace.site_file(site))
    else:
        workspace.site_file(site)
    length = len(ledger.lines())
    position = length if known_at is None else known_at
    lines = ledger.lines(position)
    source = ledger.declaration(position)
    if source is None:
        fault = Fault(
            (str(ledger.manifest), f"position {position}"), "no declaration",
            "what is known of a site begins with its declaration", "ask for a later position",
        )  # fmt: skip
        raise WorkspaceError(f"Nothing was known of {site} at position {position}", [fault])
    return _Input(
        load_site(source),
        lines,
        length,
        sha256_file(source),
        {kind: ledger.batches(kind, position) for kind in KINDS},
        [Finding(**note) for note in ledger.refused(position)],
        remember(workspace.cache(site, period)),
        Spans(workspace.spans(site) if workspace.is_writable else None),
    )


def _header(
    given: _Input,
    registry: Registry,
    computed: _Computed,
    tables: dict[str, pa.Table],
    period: Period,
) -> dict[str, Any]:
    book, work = computed.books[given.site.id], computed.work[given.site.id]
    parameters = tables[PARAMETER.name].to_pylist()
    methods = [m for m in (book.energy_method, book.carbon_method) if m is not None]
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
        "factors": sorted({row["factor"] for row in parameters if row["rung"] == "default"}),
    }


def _verdicts(site: Site, leaves: pa.Table, registry: Registry, period: Period) -> pa.Table:
    if site.country != "CN":  # no national norm of another country is applied to a works
        return VERDICT.from_rows([])
    return judge(site, leaves, registry, period.from_day, period.to_day)


class _Watch:
    """Tells progress how long each floor took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._since = time.perf_counter()

    def done(self, floor: str) -> None:
        now = time.perf_counter()
        self._progress(floor, now - self._since)
        self._since = now
