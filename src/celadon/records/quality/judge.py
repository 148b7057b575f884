"""From the ledger's readings to intervals and days: the quality rules, run in their order.

Compiled passes walk over the readings, meter by meter; what they find odd is told by the SQL that
defines the rules, which is given those rows only. :mod:`celadon.records.quality.definition` runs
the definitions alone, over everything; a test holds the two equal, cell by cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.records.compiled import Compiled
from celadon.records.ledger.in_force import Batch
from celadon.records.period import Period
from celadon.records.quality.day_passes import add_to_days
from celadon.records.quality.filling import Filled, fill
from celadon.records.quality.loading import Loaded, load
from celadon.records.quality.memo import Memo, Work, names_of, plan_work
from celadon.records.quality.passes import Integers
from celadon.records.quality.slots import PACKAGE, Channel, placed_in_time, settled
from celadon.records.quality.spans import Spans
from celadon.records.quality.state import STATE_DAY, state_days, state_events
from celadon.records.quality.steps import Judged, Steps, judge_interval, judge_register
from celadon.records.quality.tables import ESTIMATE, METER_TIME, REPAIR
from celadon.records.quality.telling import step_table, tell
from celadon.records.site import Site
from celadon.records.tables import INTERVAL, METER_DAY, QUALITY_EVENT
from celadon.tables import Schema

_EPOCH_DAY = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True)
class Quality:
    """What the rules made of the readings; intervals stay in the engine.

    Parameters
    ----------
    loaded : how many readings were walked over for it.
    work : per site, what was done anew.
    """

    loaded: int
    meter_days: pa.Table
    meter_times: pa.Table
    events: pa.Table
    estimates: pa.Table
    repairs: pa.Table
    state_days: pa.Table
    work: Mapping[str, Work]


def judge_readings(
    engine: Engine,
    compiled: Compiled,
    batches: Mapping[str, Sequence[Batch]],
    sites: Mapping[str, Site],
    period: Period,
    intervals_of: Mapping[str, Mapping[str, int]] | None = None,
    known: Mapping[str, Memo] | None = None,
    spans: Mapping[str, Spans] | None = None,
) -> Quality:
    """Run all quality rules over the readings of a shard.

    Leaves the tables ``interval``, ``meter_day``, ``meter_time`` and ``slot`` (of state meters) in
    the engine.

    Parameters
    ----------
    batches : per site, the batches of the ledger in force, in its order.
    intervals_of : per site, the meters whose intervals are wanted one by one, each with the weight
        that it is wanted for; None for all. They are there if that or any of them has changed.
    known : per site, the results of an earlier run; what still holds of them is not done again.
    spans : per site, where the spans of batches are kept.

    Raises
    ------
    TableError
        If an amount is too large for 64 bits in its small unit.
    DeclarationError
        If a meter measures something else than when its readings were recorded.
    """
    if intervals_of is None:
        intervals_of = {s: {m.id: 1 for m in site.meters} for s, site in sites.items()}
    work = {}
    for site, found in batches.items():
        kept, wanted = (spans or {}).get(site, Spans()), intervals_of.get(site, {})
        names = names_of(sites[site], compiled, found, period, kept, wanted)
        work[site] = plan_work(names, (known or {}).get(site))
        kept.keep(found)
    loaded = load(
        engine, compiled, batches, sites, period, {site: w.loaded for site, w in work.items()}
    )
    judged = judge_meters(loaded)
    filled = fill(loaded, judged)
    days, times = _sums(loaded, filled)
    tell(engine, loaded, judged)
    engine.define(PACKAGE, QUALITY_EVENT)
    engine.take("placed", step_table(_wanted(loaded, filled, intervals_of)))
    engine.step(PACKAGE, "part")
    engine.define(PACKAGE, INTERVAL)
    states = state_days(engine)
    events = pa.concat_tables([engine.fetch(QUALITY_EVENT), state_events(engine)])
    quality = Quality(
        loaded.readings,
        _merged(METER_DAY, days, work),
        _merged(METER_TIME, times, work),
        _merged(QUALITY_EVENT, events, work),
        _merged(ESTIMATE, ESTIMATE.from_rows(_rows(f.estimates for f in filled.values())), work),
        _merged(REPAIR, REPAIR.from_rows(_rows(f.repairs for f in filled.values())), work),
        _merged(STATE_DAY, states, work),
        work,
    )
    engine.load(METER_DAY, quality.meter_days)
    engine.load(METER_TIME, quality.meter_times)
    return quality


def _merged(schema: Schema, fresh: pa.Table, work: Mapping[str, Work]) -> pa.Table:
    """A table of the shard: per site what still holds of it, and what was done anew."""
    checked = schema.check(fresh)
    parts = [
        each.merged(schema.name, checked.filter(pc.equal(checked["site"], site)))
        for site, each in work.items()
    ]
    return schema.check(pa.concat_tables(parts)) if parts else checked


def _wanted(
    loaded: Loaded, filled: Mapping[int, Filled], wanted: Mapping[str, Collection[str]]
) -> Iterator[tuple[int, Steps]]:
    for number, found in filled.items():
        channel = loaded.channels[number]
        if channel.meter in wanted.get(channel.site, ()):
            yield number, found.steps


def _rows(parts: Iterable[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield from part


def judge_meters(loaded: Loaded) -> dict[int, Judged]:
    """Every meter of a shard judged by the passes, by its number."""
    found = {}
    for number, channel in loaded.channels.items():
        clock, recounts = loaded.clocks[channel.site], loaded.recounts.get(number, {})
        slots = settled(*placed_in_time(loaded.series[number], channel, clock, recounts))
        if channel.kind == "register":
            found[number] = judge_register(channel, slots, loaded.exchanges.get(number, ()))
        elif channel.kind == "interval":
            found[number] = judge_interval(channel, slots, loaded.months[channel.site])
        else:
            found[number] = Judged(channel, slots, Steps.none())
    return found


def _sums(loaded: Loaded, filled: Mapping[int, Filled]) -> tuple[pa.Table, pa.Table]:
    """The tables ``meter_day`` and ``meter_time``."""
    channels, told, sums, times = [], [], [], []
    for number, found in filled.items():
        channel, steps = loaded.channels[number], found.steps
        edges = loaded.days[channel.site]
        days = np.zeros((len(edges) - 1, 5), np.int64)
        if not add_to_days(
            steps.ts, steps.seconds, steps.count, steps.state, channel.per_count,
            channel.from_ts, channel.to_ts, edges, days,
        ):  # fmt: skip
            raise _too_large(channel)
        spoken = np.flatnonzero(days[:, 2:].any(axis=1))
        first = (loaded.first_day[channel.site] - _EPOCH_DAY).astype(np.int64)
        channels.append((channel, len(spoken)))
        told.append(first + spoken)
        sums.append(days[spoken])
        times.append(_time_row(loaded, number, edges, days))
    return _day_table(channels, told, sums), METER_TIME.from_rows(times)


def _day_table(
    channels: list[tuple[Channel, int]], days: list[Integers], sums: list[Integers]
) -> pa.Table:
    """Rows of ``meter_day`` for the days of which anything is said."""
    if not channels:
        return METER_DAY.from_rows([])
    rows = [number for _, number in channels]
    whole = np.concatenate(sums)
    return pa.table(
        {
            "site": pa.array(np.repeat([c.site for c, _ in channels], rows), pa.string()),
            "meter": pa.array(np.repeat([c.meter for c, _ in channels], rows), pa.string()),
            "day": pa.array(np.concatenate(days).astype(np.int32)).cast(pa.date32()),
            "measured": whole[:, 0],
            "estimated": whole[:, 1],
            "seconds_missing": whole[:, 4],
        }
    )


def _time_row(loaded: Loaded, number: int, edges: Integers, sums: Integers) -> dict[str, str | int]:
    channel, series = loaded.channels[number], loaded.series[number]
    within = np.searchsorted(series.ts, [edges[0], edges[-1]])
    measured, estimated, missing = sums[:, 2:].sum(axis=0).tolist()
    return {
        "site": channel.site, "meter": channel.meter, "readings": int(within[1] - within[0]),
        "measured": measured, "estimated": estimated, "missing": missing,
    }  # fmt: skip


def _too_large(channel: Channel) -> TableError:
    rule = "amounts are integers of 64 bits of the carrier's small unit"
    remedy = "look for readings, a multiplier or a resolution that cannot be right"
    place = (channel.site, channel.meter)
    fault = Fault(place, "an amount or a day's sum beyond that", rule, remedy)
    return TableError("A meter's amount is too large to be counted", [fault])
