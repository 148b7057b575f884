"""From the ledger's readings to intervals and days: the quality rules, run in their order.

Compiled passes walk over the readings, meter by meter; what they find odd is told by the SQL that
defines the rules, which is given those rows only. :mod:`celadon.records.quality.definition` runs
the definitions alone, over everything; a test holds the two equal, cell by cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.records.compiled import Compiled
from celadon.records.ledger.in_force import Batch
from celadon.records.period import Period
from celadon.records.quality.day_passes import add_to_days
from celadon.records.quality.filling import Filled, fill, missing_stretches
from celadon.records.quality.loading import Loaded, Shard, prepare
from celadon.records.quality.memo import Memo, Work, declared_rows, names_of, plan_work
from celadon.records.quality.passes import Integers
from celadon.records.quality.readings import Decoder, runs_of
from celadon.records.quality.slots import PACKAGE, Channel, placed_in_time, settled
from celadon.records.quality.spans import Spans
from celadon.records.quality.state import STATE_DAY, state_days, state_events
from celadon.records.quality.steps import Judged, Steps, judge_interval, judge_register
from celadon.records.quality.tables import ESTIMATE, METER_TIME, REPAIR
from celadon.records.quality.telling import odd_rows, step_table, tell
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
    shard = prepare(engine, compiled, batches, sites, period)
    meters, clocks = declared_rows(compiled.meters), declared_rows(compiled.site_clocks)
    work, found = {}, []
    for site, listed in shard.batches.items():
        kept, wanted = (spans or {}).get(site, Spans()), intervals_of.get(site, {})
        decoder = shard.decoder(site)
        names = names_of(
            sites[site], meters[site], clocks[site], listed, period, shard.ratios.get(site, {}),
            kept, decoder, wanted,
        )  # fmt: skip
        planned = plan_work(names, (known or {}).get(site))
        kept.keep(listed)
        found.append(_of_site(shard, site, decoder, planned))
        work[site] = planned.judging(found[-1].unbroken)
    events = _told(engine, shard, found)
    states = STATE_DAY.from_rows([])
    if any(row["kind"] == "state" for of_site in meters.values() for row in of_site):
        states = state_days(engine)
        events = pa.concat_tables([events, state_events(engine)])
    return _quality(engine, found, events, states, work)


@dataclass(frozen=True, slots=True)
class _OfSite:
    """What the passes made of one site; its readings are let go."""

    readings: int
    odd: dict[str, pa.Table]
    placed: pa.Table
    days: pa.Table
    times: list[dict[str, str | int]]
    estimates: list[dict[str, Any]]
    repairs: list[dict[str, Any]]
    left: list[dict[str, Any]]
    unbroken: list[str]


def _of_site(shard: Shard, site: str, decoder: Decoder, work: Work) -> _OfSite:
    loaded = shard.load(site, decoder, work.loaded)
    judged = judge_meters(loaded)
    told = odd_rows(loaded, judged)
    helping = _helping(judged, work) - work.loaded
    if helping:
        others = shard.load(site, decoder, helping)
        judged |= judge_meters(others)
        loaded = loaded.with_others(others)
    filled = fill(loaded, judged, work.judged)
    days, times = _sums(loaded, filled)
    names = {number: channel.meter for number, channel in loaded.channels.items()}
    wanted = work.names.wanted
    return _OfSite(
        loaded.readings,
        told,
        step_table((number, f.steps) for number, f in filled.items() if names[number] in wanted),
        days,
        times,
        [row for each in filled.values() for row in each.estimates],
        [row for each in filled.values() for row in each.repairs],
        [row for each in filled.values() for row in each.left],
        [names[number] for number, each in filled.items() if each.is_unbroken],
    )


def _helping(judged: Mapping[int, Judged], work: Work) -> set[str]:
    """The meters that others which are not unbroken may be estimated from."""
    found: set[str] = set()
    for each in judged.values():
        meter = each.channel.meter
        if meter in work.judged and any(missing_stretches(each.channel, each.steps)):
            found.update(work.names.estimated_from[meter])
    return found


def _told(engine: Engine, shard: Shard, found: Sequence[_OfSite]) -> pa.Table:
    """The quality events of amounts; leaves the tables ``interval`` and ``slot`` in the engine."""
    nothing = odd_rows(shard.declared, {})
    tell(engine, [nothing, *(each.odd for each in found)])
    engine.take("placed", pa.concat_tables([step_table([]), *(each.placed for each in found)]))
    engine.step(PACKAGE, "part")
    engine.define(PACKAGE, INTERVAL)
    engine.define(PACKAGE, QUALITY_EVENT)
    return engine.fetch(QUALITY_EVENT)


def _quality(
    engine: Engine,
    found: Sequence[_OfSite],
    events: pa.Table,
    states: pa.Table,
    work: Mapping[str, Work],
) -> Quality:
    """All that was found, with what still holds of earlier runs."""
    days = [each.days.cast(METER_DAY.arrow()) for each in found]  # with and without readings
    left = QUALITY_EVENT.from_rows(row for each in found for row in each.left)
    fresh = {
        METER_DAY: pa.concat_tables(days) if days else METER_DAY.from_rows([]),
        METER_TIME: METER_TIME.from_rows(row for each in found for row in each.times),
        QUALITY_EVENT: pa.concat_tables([events, left]),
        ESTIMATE: ESTIMATE.from_rows(row for each in found for row in each.estimates),
        REPAIR: REPAIR.from_rows(row for each in found for row in each.repairs),
        STATE_DAY: states,
    }
    whole = {schema.name: _merged(schema, table, work) for schema, table in fresh.items()}
    engine.load(METER_DAY, whole[METER_DAY.name])
    engine.load(METER_TIME, whole[METER_TIME.name])
    return Quality(
        sum(each.readings for each in found),
        whole[METER_DAY.name],
        whole[METER_TIME.name],
        whole[QUALITY_EVENT.name],
        whole[ESTIMATE.name],
        whole[REPAIR.name],
        whole[STATE_DAY.name],
        work,
    )


def _merged(schema: Schema, fresh: pa.Table, work: Mapping[str, Work]) -> pa.Table:
    """A table of the shard: per site what still holds of it, and what was done anew."""
    checked = schema.check(fresh)
    if all(each.memo is None for each in work.values()):
        return checked
    of_site = {name: checked.slice(a, b - a) for name, a, b in runs_of(checked["site"])}
    parts = [
        each.merged(schema.name, of_site.get(site, checked.slice(0, 0)))
        for site, each in work.items()
    ]
    return schema.check(pa.concat_tables(parts))


def judge_meters(loaded: Loaded) -> dict[int, Judged]:
    """Every meter of a shard judged by the passes, by its number."""
    found: dict[int, Judged] = {}
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


def _sums(
    loaded: Loaded, filled: Mapping[int, Filled]
) -> tuple[pa.Table, list[dict[str, str | int]]]:
    """The table ``meter_day`` and the rows of ``meter_time``."""
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
    return _day_table(channels, told, sums), times


def _day_table(
    channels: list[tuple[Channel, int]], days: list[Integers], sums: list[Integers]
) -> pa.Table:
    """Rows of ``meter_day`` for the days of which anything is said."""
    if not channels:
        return METER_DAY.from_rows([])
    rows = pa.array(np.repeat(np.arange(len(channels)), [number for _, number in channels]))
    whole = np.concatenate(sums)
    return pa.table(
        {
            "site": pa.array([channel.site for channel, _ in channels], pa.string()).take(
                pa.array(rows)
            ),
            "meter": pa.array([channel.meter for channel, _ in channels], pa.string()).take(
                pa.array(rows)
            ),
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
