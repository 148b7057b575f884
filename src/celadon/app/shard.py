"""A shard computed: records, quality, accounts and verdicts of one site or of many, in one path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa

from celadon.accounts.account import Accounts, activity_rows, compute_accounts, samples_of
from celadon.accounts.balance import balance_findings
from celadon.accounts.book import Book, open_book
from celadon.accounts.forms import Forms
from celadon.accounts.pollutants.monitors import (
    as_meter_days,
    monitor_meters,
    monitored_days,
    negative_findings,
)
from celadon.accounts.pollutants.tables import MONITORED_DAY
from celadon.accounts.settlements import settlements_of
from celadon.accounts.tables import CERTIFICATE, LEAF, LEAF_INPUT, PARAMETER
from celadon.app.drawn import drawn
from celadon.app.inputs import Input
from celadon.app.load import LOAD, QUALITY_SHARE, load_meters, quality_shares
from celadon.app.watching import Watch
from celadon.assess import judged_rows, verdict_rows
from celadon.assess.actual import Judged
from celadon.assess.tables import VERDICT
from celadon.engine import Engine
from celadon.records.balances.balance import meter_balances
from celadon.records.balances.balance_rules import family_findings
from celadon.records.balances.drift import METER_DRIFT, meter_drifts
from celadon.records.balances.tables import METER_BALANCE, RECONCILED
from celadon.records.compiled import compile_sites
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.quality.findings import estimate_findings, event_findings
from celadon.records.quality.judge import judge_readings
from celadon.records.quality.memo import Work
from celadon.records.quality.tables import ESTIMATE, METER_TIME, REPAIR, STATE_DAY
from celadon.records.regions import region_findings
from celadon.records.site import Site
from celadon.records.tables import METER_DAY, QUALITY_EVENT, SETTLEMENT, SHARED_DAY
from celadon.reference import Registry


class BySite:
    """A table that is in the order of its sites, cut at where each begins."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table.combine_chunks()
        self._bounds = bounds_of(self._table)

    def __iter__(self) -> Iterator[str]:
        return iter(self._bounds)

    def of(self, site: str) -> pa.Table:
        """The rows of a site."""
        start, end = self._bounds.get(site, (0, 0))
        return self._table.slice(start, end - start)


@dataclass(frozen=True, slots=True)
class Computed:
    """The tables of a whole shard, and the books that its leaves were written from."""

    books: Mapping[str, Book]
    accounts: Accounts
    tables: Mapping[str, pa.Table]
    work: Mapping[str, Work]
    family_findings: list[Finding]
    readings: int
    _by_site: dict[str, BySite] = field(default_factory=dict)
    _found: dict[str, list[Finding]] = field(default_factory=dict)

    def of_site(self, name: str, site: str) -> pa.Table:
        """A site's rows of a table."""
        if name not in self._by_site:
            self._by_site[name] = BySite(self.tables[name])
        return self._by_site[name].of(site)

    def findings_of(self, given: Input) -> list[Finding]:
        """Everything found about a site."""
        site = given.site
        here = {site.id: site}
        if not self._found:
            for finding in (*self.family_findings, *self.accounts.findings):
                self._found.setdefault(finding.site, []).append(finding)
        estimates = self.of_site(ESTIMATE.name, site.id)
        networks = site.networks and self.of_site(LEAF.name, site.id)
        return [
            *given.refused,
            *_read_twice(given),
            *event_findings(self.of_site(QUALITY_EVENT.name, site.id), here, estimates),
            *estimate_findings(estimates, here),
            *self._found.get(site.id, ()),
            *(balance_findings(self.books[site.id], networks) if networks else ()),
        ]


def bounds_of(table: pa.Table) -> dict[str, tuple[int, int]]:
    """Where the rows of each site begin and end in a table that is in the order of its sites."""
    encoded = table["site"].combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    edges = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
    names = encoded.dictionary.to_pylist()
    return {names[codes[a]]: (a, b) for a, b in pairwise(edges) if b > a}


def compute_shard(
    engine: Engine,
    inputs: Mapping[str, Input],
    registry: Registry,
    period: Period,
    watch: Watch,
    forms: Forms | None = None,
) -> Computed:
    """Compute every table of a shard of sites.

    Parameters
    ----------
    forms : lines that sites share. With them the figures alone are made, not what explains them:
        no inputs of leaves, no parameters, no load by the quarter hour.

    Raises
    ------
    CeladonError
        If a declaration, a batch or an amount of any of the sites is at fault.
    """
    declared = {site: given.site for site, given in inputs.items()}
    compiled = compile_sites(declared, period, registry.carriers)
    watch.done("records")
    read = {
        site: [*given.batches["reading"], *given.batches["exchange"]]
        for site, given in inputs.items()
    }
    sites = declared.values() if forms is None else ()
    load = load_meters(sites, registry.carriers)
    wanted = monitor_meters(declared.values())
    memos = {site: given.memo for site, given in inputs.items() if given.memo is not None}
    spans = {site: given.spans for site, given in inputs.items() if given.spans is not None}
    if forms is not None:  # a site of monthly returns alone has nothing to judge
        read = {site: found for site, found in read.items() if found or declared[site].meters}
    metered = {site: declared[site] for site in read}
    quality = judge_readings(
        engine,
        compiled,
        read,
        metered,
        period,
        _weights(load, wanted),
        memos or None,
        spans or None,
    )
    monitored = _monitored(engine, metered, quality.work)
    engine.load(METER_DAY, pa.concat_tables([quality.meter_days, as_meter_days(monitored)]))
    balances = meter_balances(engine, compiled, declared)
    drifts, drifting = meter_drifts(engine, balances.families)
    watch.done("quality")
    books = {site: _book(given, registry, period, forms) for site, given in inputs.items()}
    accounts = compute_accounts(engine, books, forms)
    tables = {
        LEAF.name: accounts.leaves,
        LEAF_INPUT.name: accounts.inputs,
        PARAMETER.name: accounts.parameters,
        CERTIFICATE.name: accounts.certificates,
        METER_DAY.name: quality.meter_days,
        SHARED_DAY.name: quality.shared_days,
        METER_TIME.name: quality.meter_times,
        QUALITY_EVENT.name: quality.events,
        ESTIMATE.name: quality.estimates,
        REPAIR.name: quality.repairs,
        STATE_DAY.name: quality.state_days,
        METER_BALANCE.name: balances.balances,
        RECONCILED.name: balances.reconciled,
        METER_DRIFT.name: drifts,
        QUALITY_SHARE.name: quality_shares(quality.meter_times),
        MONITORED_DAY.name: monitored,
    }
    if forms is None:
        tables[LOAD.name] = _loads(drawn(engine, load), quality.work)
    watch.done("accounts")
    found = [
        *region_findings(declared.values(), registry),
        *family_findings(balances, compiled, declared),
        *drifting,
        *negative_findings(monitored),
    ]
    return Computed(books, accounts, tables, quality.work, found, quality.loaded)


def shard_verdicts(
    sites: Iterable[Site], leaves: pa.Table, registry: Registry, period: Period
) -> pa.Table:
    """The verdicts on sites: no national norm of another country is applied to a works."""
    by_site: dict[str, Judged] = defaultdict(Judged)
    for row in judged_rows(leaves):
        by_site[row["site"]].append(row)
    return VERDICT.from_rows(
        verdict
        for site in sites
        if site.country == "CN"
        for verdict in verdict_rows(
            site, by_site[site.id], registry, period.from_day, period.to_day
        )
    )


def _book(given: Input, registry: Registry, period: Period, forms: Forms | None) -> Book:
    rows = activity_rows(given.batches["activity"])
    samples = samples_of(given.batches["sample"])
    settlements = settlements_of(given.batches[SETTLEMENT.name])
    return open_book(
        given.site, registry, period, rows, samples, forms, settlements, given.withheld
    )


def _weights(
    load: pa.Table, monitors: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    """The meters of each site whose intervals make its load, or the mass that it lets out."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for site, meters in monitors.items():
        found[site].update(meters)
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


def _monitored(engine: Engine, sites: Mapping[str, Site], work: Mapping[str, Work]) -> pa.Table:
    """What monitors show of each site: as an earlier run knew it where none of them has changed."""
    anew = [site for name, site in sites.items() if work[name].memo is None or work[name].intervals]
    kept = [
        each.memo.tables[MONITORED_DAY.name]
        for each in work.values()
        if each.memo is not None and not each.intervals
    ]
    return MONITORED_DAY.check(pa.concat_tables([monitored_days(engine, anew), *kept]))


def _read_twice(given: Input) -> Iterator[Finding]:
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
