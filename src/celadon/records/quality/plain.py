"""Plain meters: one batch gives every interval of theirs, in order, and no rule says anything.

Most meters of most months are plain, and what becomes of them is known at once: every reading is
measured, nothing is told. So they are found and summed all together, and only the others are
walked through one by one. A test holds that both ways give the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from celadon.records.quality.day_passes import add_measured_to_days
from celadon.records.quality.day_sums import DaySums
from celadon.records.quality.even_passes import even_meters
from celadon.records.quality.filing_passes import places_within, regular_meters
from celadon.records.quality.interval_passes import meters_without_rule
from celadon.records.quality.loading import Shard
from celadon.records.quality.passes import MANY, MEASURED, Flags, Integers
from celadon.records.quality.readings import Decoded, Decoder, Run
from celadon.records.quality.slots import Channel
from celadon.records.quality.steps import Steps


@dataclass(frozen=True, slots=True)
class Plain:
    """Meters of one batch that are plain.

    Parameters
    ----------
    bounds : where the readings of each stand in the batch.
    """

    found: Decoded
    bounds: Integers
    sums: DaySums

    @property
    def readings(self) -> dict[str, int]:
        """How many readings were walked over for each meter."""
        lengths = (self.bounds[:, 1] - self.bounds[:, 0]).tolist()
        return {c.meter: n for c, n in zip(self.sums.channels, lengths, strict=True)}

    def steps(self, wanted: Collection[str]) -> Iterator[tuple[int, Steps]]:
        """The steps of the meters that are wanted, by number."""
        for channel, (first, end) in zip(self.sums.channels, self.bounds.tolist(), strict=True):
            if channel.meter in wanted:
                seconds = np.full(end - first, channel.seconds, np.int64)
                state, rule = (
                    np.full(end - first, MEASURED, np.int8),
                    np.zeros(end - first, np.int8),
                )
                ts, count = self.found.ts[first:end], self.found.count[first:end]
                yield channel.channel, Steps(ts, seconds, count, state, rule)


def plain_meters(
    shard: Shard, site: str, decoder: Decoder, asked: Collection[str]
) -> Iterator[Plain]:
    """Those of the meters asked for that are plain, batch by batch."""
    channels = {
        channel.meter: channel
        for number, channel in shard.channels[site].items()
        if channel.kind == "interval"
        and channel.meter in asked
        and number not in shard.declared.recounts
    }
    told: dict[str, list[tuple[Decoded, Run]]] = defaultdict(list)
    for batch in shard.batches[site] if channels else ():
        if batch.kind == "reading" and not decoder.is_outside(batch):
            found = decoder.of(batch)
            for run in found.runs:
                told[run.name].append((found, run))
    once: dict[int, list[tuple[Decoded, Run]]] = defaultdict(list)
    for meter, places in told.items():
        found, run = places[0]
        if meter in channels and len(places) == 1 and not _is_marked(found, run):
            once[id(found)].append((found, run))
    for listed in once.values():
        runs = [run for _, run in listed]
        yield from _of_batch(shard, site, decoder, listed[0][0], runs, channels)


def _is_marked(found: Decoded, run: Run) -> bool:
    return found.mark is not None and bool(found.mark[run.first : run.end].any())


def _of_batch(
    shard: Shard, site: str, decoder: Decoder, found: Decoded, runs: Sequence[Run],
    channels: Mapping[str, Channel],
) -> Iterator[Plain]:  # fmt: skip
    """The plain ones among meters that the batch alone speaks of."""
    listed = [channels[run.name] for run in runs]
    whole = np.array([(run.first, run.end) for run in runs], np.int64)
    bounds = places_within(found.ts, whole, decoder.from_ts, decoder.to_ts)
    days = shard.declared.days[site]
    chosen = _chosen(found, listed, bounds, days, shard.declared.months[site])
    sums = np.zeros((len(listed), len(days) - 1, 5), np.int64)
    traits = np.array([(c.seconds, c.per_count, c.from_ts, c.to_ts) for c in listed], np.int64)
    if not chosen.any() or not add_measured_to_days(
        found.ts, found.count, bounds, traits, chosen, days, sums
    ):
        return  # an amount that is too large is named where meters are walked through one by one
    inside = places_within(found.ts, whole[chosen], int(days[0]), int(days[-1]))
    plain = [listed[place] for place in np.flatnonzero(chosen).tolist()]
    of_days = DaySums(plain, sums[chosen], inside[:, 1] - inside[:, 0])
    yield Plain(found, bounds[chosen], of_days)


def _chosen(
    found: Decoded, channels: Sequence[Channel], bounds: Integers, days: Integers, months: Integers
) -> Flags:
    """Which of the meters are plain, one and all."""
    limits = [
        (
            c.seconds, c.from_ts, c.to_ts,
            -MANY if c.life_from is None else c.life_from,
            MANY if c.life_to is None else c.life_to,
        )
        for c in channels
    ]  # fmt: skip
    regular = regular_meters(
        found.ts, found.count, found.source_row, bounds, np.array(limits, np.int64), days
    )
    traits = np.array([(c.seconds, c.maximum, c.stuck_after) for c in channels], np.int64)
    even: Flags = even_meters(found.ts, found.count, bounds, traits, regular, months)
    others = regular & ~even
    return even | meters_without_rule(found.ts, found.count, bounds, traits, others, months)
