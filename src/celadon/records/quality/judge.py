"""From the ledger's readings to intervals and days: the quality rules, run in their order.

Compiled passes walk over the readings: over those of plain meters all together, over the others
meter by meter. What they find odd is told by the SQL that defines the rules, which is given those
rows only. :mod:`celadon.records.quality.definition` runs the definitions alone, over everything; a
test holds the two equal, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.records.compiled import Compiled
from celadon.records.ledger.in_force import Batch
from celadon.records.period import Period
from celadon.records.quality.day_passes import add_to_days, shared_amounts
from celadon.records.quality.day_sums import DaySums
from celadon.records.quality.filling import Filled, fill, missing_stretches
from celadon.records.quality.loading import Loaded, Shard, prepare
from celadon.records.quality.memo import Memo, Work, declared_rows, names_of, plan_work
from celadon.records.quality.plain import Plain, plain_meters
from celadon.records.quality.readings import Decoder, runs_of
from celadon.records.quality.slots import PACKAGE, Channel, placed_in_time, settled
from celadon.records.quality.spans import Spans
from celadon.records.quality.state import state_days, state_events
from celadon.records.quality.steps import Judged, Steps, judge_interval, judge_register
from celadon.records.quality.tables import ESTIMATE, METER_TIME, REPAIR, STATE_DAY
from celadon.records.quality.telling import falls_silent, odd_rows, step_table, tell
from celadon.records.site import Site
from celadon.records.tables import INTERVAL, METER_DAY, QUALITY_EVENT, SHARED_DAY
from celadon.tables import Schema


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
    shared_days: pa.Table
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

    Leaves the tables ``interval``, ``meter_day``, ``shared_day``, ``meter_time`` and ``slot`` (of
    state meters) in the engine.

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
    if any(
        row["kind"] == "state" and row["meter"] in each.meters
        for site, each in work.items()
        for row in meters[site]
    ):
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
    shared: list[dict[str, Any]]
    times: pa.Table
    estimates: list[dict[str, Any]]
    repairs: list[dict[str, Any]]
    left: list[dict[str, Any]]
    unbroken: list[str]


def _of_site(shard: Shard, site: str, decoder: Decoder, work: Work) -> _OfSite:
    plain, loaded, judged = _walked(shard, site, decoder, work)
    at_once = {meter: readings for each in plain for meter, readings in each.readings.items()}
    told = odd_rows(loaded, judged)
    helping = _helping(judged, work) - {each.channel.meter for each in judged.values()}
    if helping:
        others = shard.load(site, decoder, helping)
        judged |= judge_meters(others)
        loaded = loaded.with_others(others)
    filled = fill(loaded, judged, work.judged - at_once.keys())
    by_meter = {loaded.channels[number].meter: each for number, each in filled.items()}
    sums = DaySums.joined(
        [_sums(shard, site, loaded, filled), *(each.sums.of(work.judged) for each in plain)]
    )
    wanted = work.names.wanted
    steps = [(n, f.steps) for n, f in filled.items() if loaded.channels[n].meter in wanted]
    return _OfSite(
        loaded.readings + sum(n for meter, n in at_once.items() if meter not in helping),
        told,
        step_table([*steps, *(found for each in plain for found in each.steps(wanted))]),
        sums.day_table(shard.declared.first_day[site]),
        list(_shared_rows(shard, site, loaded, filled)),
        sums.time_table(),
        [row for each in filled.values() for row in each.estimates],
        [row for each in filled.values() for row in each.repairs],
        [row for each in filled.values() for row in each.left],
        [*(meter for meter, each in by_meter.items() if each.is_unbroken), *at_once],
    )


def _walked(
    shard: Shard, site: str, decoder: Decoder, work: Work
) -> tuple[list[Plain], Loaded, dict[int, Judged]]:
    """The plain meters of a site; the readings of the others, and these judged one by one."""
    plain = list(plain_meters(shard, site, decoder, work.loaded))
    known = {meter for each in plain for meter in each.readings}
    loaded = shard.load(site, decoder, work.loaded - known)
    judged = judge_meters(loaded)
    if plain and falls_silent(judged):  # then it matters what each meter of the file reads there
        loaded = shard.load(site, decoder, work.loaded)
        return [], loaded, judge_meters(loaded)
    return plain, loaded, judged


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
    engine.take("placed", pa.concat_tables([step_table([]), *(each.placed for each in found)]))
    engine.step(PACKAGE, "part", when_asked=True)
    engine.define(PACKAGE, INTERVAL, when_asked=True)
    nothing = odd_rows(shard.declared, {})
    if tell(engine, [nothing, *(each.odd for each in found)]):
        engine.define(PACKAGE, QUALITY_EVENT)
    else:
        engine.load(QUALITY_EVENT, QUALITY_EVENT.from_rows([]))
    return engine.fetch(QUALITY_EVENT)


def _quality(
    engine: Engine,
    found: Sequence[_OfSite],
    events: pa.Table,
    states: pa.Table,
    work: Mapping[str, Work],
) -> Quality:
    """All that was found, with what still holds of earlier runs."""
    left = QUALITY_EVENT.from_rows(row for each in found for row in each.left)
    fresh = {
        METER_DAY: pa.concat_tables([METER_DAY.from_rows([]), *(each.days for each in found)]),
        SHARED_DAY: SHARED_DAY.from_rows(row for each in found for row in each.shared),
        METER_TIME: pa.concat_tables([METER_TIME.from_rows([]), *(each.times for each in found)]),
        QUALITY_EVENT: pa.concat_tables([events, left]),
        ESTIMATE: ESTIMATE.from_rows(row for each in found for row in each.estimates),
        REPAIR: REPAIR.from_rows(row for each in found for row in each.repairs),
        STATE_DAY: states,
    }
    whole = {schema.name: _merged(schema, table, work) for schema, table in fresh.items()}
    engine.load(METER_DAY, whole[METER_DAY.name])
    engine.load(SHARED_DAY, whole[SHARED_DAY.name])
    engine.load(METER_TIME, whole[METER_TIME.name])
    return Quality(
        sum(each.readings for each in found),
        whole[METER_DAY.name],
        whole[SHARED_DAY.name],
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


def _sums(shard: Shard, site: str, loaded: Loaded, filled: Mapping[int, Filled]) -> DaySums:
    """The days of meters that were walked through one by one."""
    edges = shard.declared.days[site]
    sums = np.zeros((len(filled), len(edges) - 1, 5), np.int64)
    readings = np.zeros(len(filled), np.int64)
    for place, (number, found) in enumerate(filled.items()):
        channel, steps = loaded.channels[number], found.steps
        if not add_to_days(
            steps.ts, steps.seconds, steps.count, steps.state, channel.per_count,
            channel.from_ts, channel.to_ts, edges, sums[place],
        ):  # fmt: skip
            raise _too_large(channel)
        first, end = np.searchsorted(loaded.series[number].ts, [edges[0], edges[-1]])
        readings[place] = end - first
    return DaySums([loaded.channels[number] for number in filled], sums, readings)


def _shared_rows(
    shard: Shard, site: str, loaded: Loaded, filled: Mapping[int, Filled]
) -> Iterator[dict[str, Any]]:
    """Rows of ``shared_day``."""
    edges, first = shard.declared.days[site], shard.declared.first_day[site]
    for number, found in filled.items():
        channel, steps = loaded.channels[number], found.steps
        shares = shared_amounts(
            steps.ts, steps.seconds, steps.count, steps.state, channel.per_count,
            channel.from_ts, channel.to_ts, edges,
        )  # fmt: skip
        for places, amount in shares.items():
            day, from_day, to_day = ((first + place).item() for place in places)
            yield {
                "site": site, "meter": channel.meter, "day": day, "from_day": from_day,
                "to_day": to_day, "amount": amount,
            }  # fmt: skip


def _too_large(channel: Channel) -> TableError:
    rule = "amounts are integers of 64 bits of the carrier's small unit"
    remedy = "look for readings, a multiplier or a resolution that cannot be right"
    place = (channel.site, channel.meter)
    fault = Fault(place, "an amount or a day's sum beyond that", rule, remedy)
    return TableError("A meter's amount is too large to be counted", [fault])
