"""The verb ``run``: from the ledgers of a shard to accounts, verdicts and findings.

One path for one site and for many: records, quality, accounts, verdicts. Each floor's tables land
in the cache; the header says what was read, and the hash covers the leaf rows alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import celadon
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
from celadon.app.load import LOAD, LOAD_METER, QUALITY_SHARE, load_meters
from celadon.app.workspace import Workspace
from celadon.assess import judge
from celadon.assess.tables import VERDICT
from celadon.chain import sha256_file
from celadon.engine import Engine
from celadon.records.compiled import compile_sites
from celadon.records.finding import Finding, finding_table
from celadon.records.ledger import Batch
from celadon.records.period import Period
from celadon.records.quality import event_findings, judge_readings
from celadon.records.site import Site, load_site
from celadon.records.tables import FINDING, METER_DAY, QUALITY_EVENT
from celadon.reference import Registry
from celadon.tables import Schema

Progress = Callable[[str, float], None]
"""Called when a floor is done, with its name and the seconds it took."""

CACHED: tuple[Schema, ...] = (
    LEAF, LEAF_INPUT, PARAMETER, FINDING, VERDICT, METER_DAY, QUALITY_EVENT, LOAD, QUALITY_SHARE,
)  # fmt: skip
"""Tables that a run leaves in the cache of each site."""


@dataclass(frozen=True, slots=True)
class SiteRun:
    """One site's run: its declaration, header and tables by name."""

    site: Site
    period: Period
    header: dict[str, Any]
    tables: dict[str, pa.Table]

    def table(self, schema: Schema) -> pa.Table:
        """The table of a schema."""
        return self.tables[schema.name]


@dataclass(frozen=True, slots=True)
class _Input:
    """What a run reads of one site."""

    site: Site
    position: int
    length: int
    declaration: str
    batches: dict[str, list[Batch]]
    refused: list[Finding]


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
    known_at : the ledger position to know only; for a shard of one site.
    threads : worker threads; the result does not depend on it.

    Raises
    ------
    DeclarationError, LedgerError
        If a site's declaration or ledger is at fault.
    """
    watch = _Watch(progress)
    registry = workspace.registry()
    inputs = {site: _read_input(workspace, site, known_at) for site in sites}
    declared = {site: given.site for site, given in inputs.items()}
    compiled = compile_sites(declared, period, registry.carriers)
    watch.done("records")
    with Engine(threads) as engine:
        readings = {site: given.batches["reading"] for site, given in inputs.items()}
        quality = judge_readings(engine, compiled, readings, declared, period)
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
        engine.load(LOAD_METER, load_meters(declared.values(), registry.carriers))
        engine.define("celadon.app", LOAD)
        engine.define("celadon.app", QUALITY_SHARE)
        loads, shares = engine.fetch(LOAD), engine.fetch(QUALITY_SHARE)
    watch.done("accounts")
    results: dict[str, SiteRun] = {}
    for site, given in inputs.items():
        tables = {
            LEAF.name: _of(accounts.leaves, site),
            PARAMETER.name: _of(accounts.parameters, site),
            METER_DAY.name: _of(quality.meter_days, site),
            QUALITY_EVENT.name: _of(quality.events, site),
            LOAD.name: _of(loads, site),
            QUALITY_SHARE.name: _of(shares, site),
        }
        tables[LEAF_INPUT.name] = _inputs_of(accounts, tables[LEAF.name], len(inputs))
        tables[VERDICT.name] = _verdicts(given.site, tables[LEAF.name], registry, period)
        found = [
            *given.refused,
            *event_findings(tables[QUALITY_EVENT.name], declared),
            *(f for f in accounts.findings if f.site == site),
            *balance_findings(books[site], tables[LEAF.name]),
        ]
        tables[FINDING.name] = finding_table(found)
        header = _header(given, registry, books[site], tables, period)
        results[site] = SiteRun(given.site, period, header, tables)
        _store(workspace.cache(site, period), results[site])
    watch.done("verdicts")
    return results


def cached_run(workspace: Workspace, site: str, period: Period) -> SiteRun:
    """The last run of a site, made anew if anything that it read has changed since.

    Raises
    ------
    WorkspaceError
        If there is no such site.
    """
    folder = workspace.cache(site, period)
    header_file = folder / "header.json"
    if header_file.is_file():
        header = json.loads(header_file.read_text(encoding="utf-8"))
        if header["read"] == _fingerprint(workspace, site):
            tables = {s.name: s.read(folder / f"{s.name}.parquet") for s in CACHED}
            return SiteRun(workspace.site(site), period, header, tables)
    return run(workspace, [site], period)[site]


def _read_input(workspace: Workspace, site: str, known_at: int | None) -> _Input:
    ledger = workspace.ledger(site)
    if known_at is None:
        declared = workspace.site(site)
        ledger.commit_declaration(workspace.site_file(site))
    length = len(ledger.lines())
    source = ledger.declaration(known_at)
    if known_at is not None:
        declared = load_site(source) if source else workspace.site(site)
    return _Input(
        declared,
        length if known_at is None else known_at,
        length,
        sha256_file(source) if source else "",
        {kind: ledger.batches(kind, known_at) for kind in ("reading", "activity", "sample")},
        [Finding(**note) for note in ledger.refused(known_at)],
    )


def _fingerprint(workspace: Workspace, site: str) -> dict[str, Any]:
    lines = workspace.ledger(site).lines()
    return {
        "position": len(lines),
        "declaration": sha256_file(workspace.site_file(site)),
        "reference": workspace.registry().digest,
        "code": celadon.__version__,
    }


def _header(
    given: _Input, registry: Registry, book: Book, tables: dict[str, pa.Table], period: Period
) -> dict[str, Any]:
    leaves = tables[LEAF.name]
    factors = {
        row["factor"] for row in tables[PARAMETER.name].to_pylist() if row["rung"] == "default"
    }
    methods = [m for m in (book.energy_method, book.carbon_method) if m is not None]
    return {
        "site": given.site.id,
        "period": str(period),
        "from_day": str(period.from_day),
        "to_day": str(period.to_day),
        "hash": account_hash(leaves, given.site.id),
        "read": {
            "position": given.position,
            "declaration": given.declaration,
            "reference": registry.digest,
            "code": celadon.__version__,
        },
        "ledger_length": given.length,
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
        "factors": sorted(factors),
    }


def _verdicts(site: Site, leaves: pa.Table, registry: Registry, period: Period) -> pa.Table:
    if site.country != "CN":  # no national norm of another country is applied to a works
        return VERDICT.from_rows([])
    return judge(site, leaves, registry, period.from_day, period.to_day)


def _of(table: pa.Table, site: str) -> pa.Table:
    return table.filter(pc.equal(table["site"], site))


def _inputs_of(accounts: Accounts, leaves: pa.Table, sites: int) -> pa.Table:
    if sites == 1:
        return accounts.inputs
    return accounts.inputs.filter(pc.is_in(accounts.inputs["leaf"], leaves["leaf"]))


def _store(folder: Path, result: SiteRun) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "header.json").unlink(missing_ok=True)
    for schema in CACHED:
        schema.write(result.tables[schema.name], folder / f"{schema.name}.parquet")
    text = json.dumps(result.header, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "header.json").write_text(text, encoding="utf-8")


class _Watch:
    """Tells progress how long each floor took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._since = time.perf_counter()

    def done(self, floor: str) -> None:
        now = time.perf_counter()
        self._progress(floor, now - self._since)
        self._since = now
