"""What a shard's quality rules start from: declarations, readings and exchanges as arrays."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from celadon.engine import Engine
from celadon.exact import round_half_even
from celadon.records.compiled import METER, SITE_CLOCK, SITE_MONTH, Compiled
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.in_force import Batch
from celadon.records.period import Period, midnight_utc
from celadon.records.quality.interval_passes import MONTHS_AROUND
from celadon.records.quality.numbering import (
    Deliveries,
    Recounts,
    channel_table,
    channels_of,
    deliveries_of,
    delivery_table,
    recount_table,
    recounts_of,
)
from celadon.records.quality.passes import Integers
from celadon.records.quality.readings import (
    Decoder,
    Loader,
    Series,
    joined,
    runs_of,
    seconds_in,
    seconds_of,
)
from celadon.records.quality.redeclared import REDECLARED, redeclared_meters
from celadon.records.quality.slots import Channel, Clock
from celadon.records.quality.steps import Exchange
from celadon.records.quality.tables import LEDGER_BATCH
from celadon.records.site import Site
from celadon.records.tables import SITE_DAY

_LEAST_MARGIN = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The input of the passes, by the number of each meter and by site.

    Parameters
    ----------
    series : readings, in the order of time; every meter has its series, be it empty.
    recounts : per meter, deliveries whose counts the declaration has changed since, and the ratio.
    exchanges : exchanges of registers, in the order of time.
    months : first instants of local months; days : of the period's local days, and its end.
    first_day : the first local day of the period.
    clocks : per site, when its distance from UTC changes.
    """

    channels: Mapping[int, Channel]
    series: Mapping[int, Series]
    recounts: Recounts
    exchanges: Mapping[int, list[Exchange]]
    months: Mapping[str, Integers]
    days: Mapping[str, Integers]
    first_day: Mapping[str, np.datetime64]
    clocks: Mapping[str, Clock]
    sites: Mapping[str, Site]

    def local_seconds(self, site: str, ts: Integers) -> Integers:
        """The local time of instants, as seconds since 1970 began on the local clock."""
        clock, offsets = self.clocks[site]
        place = np.clip(np.searchsorted(clock, ts, side="right") - 1, 0, len(offsets) - 1)
        local: Integers = ts + offsets[place]
        return local

    def with_others(self, others: Loaded) -> Loaded:
        """The same with the meters of another, which it does not hold."""
        return replace(
            self,
            channels={**self.channels, **others.channels},
            series={**self.series, **others.series},
            exchanges={**self.exchanges, **others.exchanges},
        )

    @property
    def readings(self) -> int:
        """How many readings were loaded."""
        return sum(map(len, self.series.values()))


@dataclass(frozen=True, slots=True)
class Shard:
    """What the readings of a shard are loaded by, site by site.

    Parameters
    ----------
    declared : what the passes know of all meters and sites; no reading yet.
    batches : per site, the batches in force in their order.
    """

    declared: Loaded
    period: Period
    batches: Mapping[str, list[Batch]]
    channels: Mapping[str, Mapping[int, Channel]]
    deliveries: Deliveries
    ratios: Mapping[str, Mapping[tuple[str, str], tuple[int, int]]]

    def decoder(self, site: str) -> Decoder:
        """Reads the batches of a site."""
        return Decoder(*window_of(self.declared.sites[site], self.period))

    def load(self, site: str, decoder: Decoder, only: Collection[str] | None = None) -> Loaded:
        """The readings of one site.

        Parameters
        ----------
        only : the meters that are wanted; None for all.

        Raises
        ------
        ChainBroken
            If a batch is gone or changed.
        """
        channels = {
            number: channel
            for number, channel in self.channels[site].items()
            if only is None or channel.meter in only
        }
        series: dict[int, Series] = dict.fromkeys(channels, joined([]))
        exchanges: dict[int, list[Exchange]] = {}
        if channels:
            numbers = {channel.meter: number for number, channel in channels.items()}
            found = self.batches[site]
            readings = [batch for batch in found if batch.kind == "reading"]
            loader = Loader(decoder, numbers, self.deliveries.get(site, {}))
            series |= _series(loader, readings, channels)
            exchanged = [batch for batch in found if batch.kind == "exchange"]
            exchanges = _exchanges(exchanged, numbers, channels, self.ratios.get(site, {}))
        return replace(self.declared, channels=channels, series=series, exchanges=exchanges)


def prepare(
    engine: Engine,
    compiled: Compiled,
    batches: Mapping[str, Iterable[Batch]],
    sites: Mapping[str, Site],
    period: Period,
) -> Shard:
    """Load declarations into the engine, and know what the readings of each site are loaded by.

    Raises
    ------
    DeclarationError
        If a meter measures something else than when its readings were recorded.
    """
    engine.load(METER, compiled.meters)
    engine.load(SITE_DAY, compiled.site_days)
    engine.load(SITE_CLOCK, compiled.site_clocks)
    engine.load(SITE_MONTH, compiled.site_months)
    listed = {site: list(found) for site, found in batches.items()}
    rows = [_batch_row(site, batch) for site, found in listed.items() for batch in found]
    engine.load(LEDGER_BATCH, LEDGER_BATCH.from_rows(rows))
    changes = redeclared_meters(sites, listed)
    engine.load(REDECLARED, changes)
    channels, deliveries = channel_table(compiled.meters), delivery_table(listed)
    recounts = recount_table(changes, channels, deliveries)
    numbered = {"channel": channels, "delivery": deliveries, "recount": recounts}
    for name, table in numbered.items():
        engine.take(name, table)
    declared = Loaded(
        {}, {}, recounts_of(recounts), {}, _edges(compiled.site_months),
        _edges(compiled.site_days, closed=True), _first_days(compiled), _clocks(compiled), sites,
    )  # fmt: skip
    known = channels_of(channels)
    return Shard(
        declared, period, listed, {site: known.get(site, {}) for site in listed},
        deliveries_of(deliveries), _ratios(changes.to_pylist()),
    )  # fmt: skip


def load(
    engine: Engine,
    compiled: Compiled,
    batches: Mapping[str, Iterable[Batch]],
    sites: Mapping[str, Site],
    period: Period,
) -> Loaded:
    """Load declarations into the engine and the readings of all sites into arrays.

    Raises
    ------
    DeclarationError
        If a meter measures something else than when its readings were recorded.
    ChainBroken
        If a batch is gone or changed.
    """
    shard = prepare(engine, compiled, batches, sites, period)
    found = shard.declared
    for site in shard.batches:
        found = found.with_others(shard.load(site, shard.decoder(site)))
    return found


def _series(
    loader: Loader, batches: list[Batch], channels: Mapping[int, Channel]
) -> dict[int, Series]:
    """The readings of a site; registers with the nearest beyond a side that has none."""
    loader.take(batches)
    found = loader.series()
    before, after = set[int](), set[int]()
    for number in loader.channels.values():
        channel, ts = channels[number], found.get(number, joined([])).ts
        if channel.kind != "register":
            continue
        begun = channel.life_from is not None and channel.life_from >= channel.from_ts
        ended = channel.life_to is not None and channel.life_to <= channel.to_ts
        if not begun and not (len(ts) and ts[0] <= channel.from_ts):
            before.add(number)
        if not ended and not (len(ts) and ts[-1] >= channel.to_ts):
            after.add(number)
    if not (before or after):
        return found
    loader.anchor(batches, before, after)
    return loader.series()


def _exchanges(
    batches: list[Batch],
    numbers: Mapping[str, int],
    channels: Mapping[int, Channel],
    ratios: Mapping[tuple[str, str], tuple[int, int]],
) -> dict[int, list[Exchange]]:
    """Exchanges of registers; of several for one instant the last that was told."""
    told: dict[int, dict[int, Exchange]] = defaultdict(dict)
    for batch in batches:
        then = batch.declaration.name if batch.declaration else ""
        for row in read_batch(batch).to_pylist():
            number = numbers.get(row["meter"])
            if number is None or channels[number].kind != "register":
                continue
            num, den = ratios.get((then, row["meter"]), (1, 1))
            closing, opening = (
                round_half_even(Fraction(row[name] * num, den)) for name in ("closing", "opening")
            )
            instant = seconds_of(row["ts"])
            place = row["source_row"], batch.source_name
            told[number][instant] = Exchange(instant, closing, opening, *place)
    return {number: [found[ts] for ts in sorted(found)] for number, found in told.items()}


def _ratios(
    changes: list[dict[str, Any]],
) -> dict[str, dict[tuple[str, str], tuple[int, int]]]:
    found: dict[str, dict[tuple[str, str], tuple[int, int]]] = defaultdict(dict)
    for row in changes:
        found[row["site"]][row["declaration"], row["meter"]] = row["num"], row["den"]
    return found


def _batch_row(site: str, batch: Batch) -> dict[str, Any]:
    plain = ("position", "kind", "source", "source_name", "profile", "rows", "recorded_at")
    return {
        "site": site,
        "arrived": batch.arrived or batch.position,
        "declaration": batch.declaration.name if batch.declaration else None,
        **{name: getattr(batch, name) for name in plain},
    }


def window_of(site: Site, period: Period) -> tuple[int, int]:
    """The time whose readings matter, in seconds UTC: months that give a level, and runs."""
    zone = ZoneInfo(site.zone)
    around = period.widened(MONTHS_AROUND)
    runs = (dt.timedelta(minutes=meter.minutes * meter.stuck_after) for meter in site.meters)
    margin = max(_LEAST_MARGIN, *runs, _LEAST_MARGIN)
    return (
        min(
            seconds_of(midnight_utc(around.from_day, zone)),
            seconds_of(midnight_utc(period.from_day, zone) - margin),
        ),
        max(
            seconds_of(midnight_utc(around.to_day, zone)),
            seconds_of(midnight_utc(period.to_day, zone) + margin),
        ),
    )


def _edges(table: pa.Table, *, closed: bool = False) -> dict[str, Integers]:
    """Per site the first instants of stretches of time; ``closed``: and the end of the last."""
    begun, ended = seconds_in(table["from_ts"]), seconds_in(table["to_ts"])
    return {
        site: np.append(begun[first:end], ended[end - 1]) if closed else begun[first:end]
        for site, first, end in runs_of(table["site"])
    }


def _first_days(compiled: Compiled) -> dict[str, np.datetime64]:
    days = compiled.site_days["day"].to_numpy()
    return {run.name: days[run.first] for run in runs_of(compiled.site_days["site"])}


def _clocks(compiled: Compiled) -> dict[str, Clock]:
    offsets = compiled.site_clocks["offset_seconds"].to_numpy()
    edges = _edges(compiled.site_clocks, closed=True)
    return {
        site: (edges[site], offsets[first:end])
        for site, first, end in runs_of(compiled.site_clocks["site"])
    }
