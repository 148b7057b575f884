"""Readings of a shard as arrays, meter by meter, in the order of time.

Batches are sorted already, so that putting the files of a meter one behind the other mostly gives
its readings in order; only where files overlap is anything sorted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.in_force import Batch
from celadon.records.quality.filing_passes import in_order
from celadon.records.quality.passes import MARKED_BAD, SOURCE_ESTIMATED, Codes, Integers

_COLUMNS = ("meter", "ts", "count", "source_row", "quality")
_MARKS = {"bad": MARKED_BAD, "estimated": SOURCE_ESTIMATED}
_MICROSECONDS = 1_000_000
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  naive UTC, as everywhere here
_ANCHORS = 4  # instants beyond the window: some of them may prove bad


@dataclass(frozen=True, slots=True)
class Series:
    """Readings of one meter: instants in seconds UTC, counts, and the rows that they came from.

    Sorted by instant, delivery and row.

    Parameters
    ----------
    mark : the rule of the mark that the source gave each, 0 for none; None if it gave none at all.
    """

    ts: Integers
    count: Integers
    delivery: Integers
    source_row: Integers
    mark: Codes | None = None

    def __len__(self) -> int:
        return len(self.ts)

    def where(self, chosen: np.ndarray | slice) -> Series:
        """The readings that a mask, places or a slice choose."""
        return Series(
            self.ts[chosen], self.count[chosen], self.delivery[chosen], self.source_row[chosen],
            None if self.mark is None else self.mark[chosen],
        )  # fmt: skip

    def sorted(self) -> Series:
        """The same in their order, which they may have had already."""
        if (self.ts[1:] > self.ts[:-1]).all():
            return self
        near = self.where(np.argsort(self.ts, kind="stable"))
        if in_order(near.ts, near.delivery, near.source_row):
            return near
        return self.where(np.lexsort((self.source_row, self.delivery, self.ts)))


def joined(parts: Iterable[Series]) -> Series:
    """The readings of several parts, in their order."""
    listed = list(parts)
    if len(listed) == 1:
        return listed[0].sorted()
    if not listed:
        nothing = np.zeros(0, np.int64)
        return Series(nothing, nothing, nothing, nothing)
    return Series(
        np.concatenate([part.ts for part in listed]),
        np.concatenate([part.count for part in listed]),
        np.concatenate([part.delivery for part in listed]),
        np.concatenate([part.source_row for part in listed]),
        _marks_of(listed),
    ).sorted()


def _marks_of(parts: Iterable[Series]) -> Codes | None:
    listed = list(parts)
    if all(part.mark is None for part in listed):
        return None
    marks = [np.zeros(len(p), np.int8) if p.mark is None else p.mark for p in listed]
    return np.concatenate(marks)


class Run(NamedTuple):
    """Rows that share a name: from a place to the place after the last."""

    name: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """The readings of a batch as arrays, and where those of each meter stand in them.

    Parameters
    ----------
    mark : the rule of the mark that the source gave each, 0 for none; None if it gave none at all.
    """

    ts: Integers
    count: Integers
    source_row: Integers
    runs: tuple[Run, ...]
    mark: Codes | None = None


@dataclass(slots=True)
class Decoder:
    """Reads the batches of a site, each once: what is looked up of one is mostly read as well.

    Parameters
    ----------
    from_ts, to_ts : a batch without readings in this time is not kept.
    """

    from_ts: int
    to_ts: int
    _kept: dict[Batch, Decoded] = field(default_factory=dict)

    def of(self, batch: Batch) -> Decoded:
        """The readings of a batch."""
        found = self._kept.get(batch)
        if found is None:
            found = decoded(batch)
            if not self.is_outside(batch):
                self._kept[batch] = found
        return found

    def is_outside(self, batch: Batch) -> bool:
        """Whether all readings of a batch are known to be of another time."""
        first, last = _seconds(batch.first_ts), _seconds(batch.last_ts)
        if first is None or last is None:
            return False
        return last < self.from_ts or first >= self.to_ts


def decoded(batch: Batch) -> Decoded:
    """The readings of a batch as arrays."""
    table = read_batch(batch, _COLUMNS, coded=True)
    count, row = table["count"].to_numpy(), table["source_row"].to_numpy()
    mark = _marks(table["quality"])
    return Decoded(seconds_in(table["ts"]), count, row, tuple(runs_of(table["meter"])), mark)


def _marks(column: pa.ChunkedArray) -> Codes | None:
    """The rules of marks that say how far readings are to be believed; None where none does."""
    if column.null_count == len(column):
        return None
    words, codes = _encoded(column)
    mark = np.array([*(_MARKS.get(word, 0) for word in words), 0], np.int8)[codes]
    return mark if mark.any() else None


def runs_of(column: pa.ChunkedArray) -> Iterator[Run]:
    """The stretches of rows of a column of text, plain or coded, that hold one text."""
    if not len(column):
        return
    names, codes = _encoded(column)
    edges = (np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist()
    for first, end in pairwise([0, *edges, len(codes)]):
        yield Run(names[codes[first]], first, end)


def seconds_in(column: pa.ChunkedArray) -> Integers:
    """A column of timestamps as whole seconds since 1970, UTC."""
    found: Integers = column.cast(pa.int64()).to_numpy() // _MICROSECONDS
    return found


@dataclass(slots=True)
class Loader:
    """Gathers the readings of one site, batch by batch.

    Parameters
    ----------
    decoder : reads them; the time whose readings matter is its own.
    channels : the number of each meter.
    deliveries : the number of each file as a profile read it.
    """

    decoder: Decoder
    channels: Mapping[str, int]
    deliveries: Mapping[tuple[str, str], int]
    _parts: dict[int, list[Series]] = field(default_factory=lambda: defaultdict(list))

    def take(self, batches: Iterable[Batch]) -> None:
        """Take what the batches hold of the time that matters."""
        first, last = self.decoder.from_ts, self.decoder.to_ts
        for batch in batches:
            if not self.decoder.is_outside(batch):
                for channel, part in self._read(batch):
                    start, end = np.searchsorted(part.ts, [first, last]).tolist()
                    if start < end:
                        self._parts[channel].append(part.where(slice(start, end)))

    def anchor(self, batches: Iterable[Batch], before: set[int], after: set[int]) -> None:
        """Take the nearest readings beyond the window of registers that lack one on a side."""
        for batch in batches:
            first, last = _seconds(batch.first_ts), _seconds(batch.last_ts)
            is_before = bool(before) and (first is None or first < self.decoder.from_ts)
            is_after = bool(after) and (last is None or last >= self.decoder.to_ts)
            if not (is_before or is_after):
                continue
            for channel, part in self._read(batch):
                if channel in before:
                    self._keep(channel, part.where(part.ts < self.decoder.from_ts), last=True)
                if channel in after:
                    self._keep(channel, part.where(part.ts >= self.decoder.to_ts), last=False)

    def series(self) -> dict[int, Series]:
        """The readings by the number of their meter."""
        return {channel: joined(parts) for channel, parts in sorted(self._parts.items())}

    def _keep(self, channel: int, part: Series, *, last: bool) -> None:
        instants = np.unique(part.ts)
        near = instants[-_ANCHORS:] if last else instants[:_ANCHORS]
        if len(near):
            chosen = (part.ts >= near[0]) & (part.ts <= near[-1])
            self._parts[channel].append(part.where(chosen))

    def _read(self, batch: Batch) -> Iterator[tuple[int, Series]]:
        found = self.decoder.of(batch)
        delivery = self.deliveries[batch.source, batch.profile]
        for meter, first, end in found.runs:
            channel = self.channels.get(meter)
            if channel is not None:
                whole = np.full(end - first, delivery, np.int64)
                part = slice(first, end)
                mark = None if found.mark is None else found.mark[part]
                if mark is not None and not mark.any():
                    mark = None
                row = found.source_row[part]
                yield channel, Series(found.ts[part], found.count[part], whole, row, mark)


def _encoded(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """The names in a column of text, and each row's place among them; -1 where it is empty."""
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    encoded = column.unify_dictionaries().combine_chunks()
    indices = encoded.indices.fill_null(-1) if encoded.null_count else encoded.indices
    return encoded.dictionary.to_pylist(), indices.to_numpy()


def seconds_of(instant: dt.datetime) -> int:
    """A naive UTC instant as whole seconds since 1970."""
    return (instant - _EPOCH) // dt.timedelta(seconds=1)


def instant_of(seconds: int) -> dt.datetime:
    """Whole seconds since 1970 as a naive UTC instant."""
    return _EPOCH + dt.timedelta(seconds=seconds)


def _seconds(instant: dt.datetime | None) -> int | None:
    return None if instant is None else seconds_of(instant)


def instants(seconds: np.ndarray) -> pa.Array:
    """Whole seconds since 1970 as timestamps."""
    return pa.array(seconds * _MICROSECONDS, pa.int64()).cast(pa.timestamp("us"))
