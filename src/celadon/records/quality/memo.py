"""What an earlier run knows of each meter and file, and what of that still holds.

A meter's result rests on its declaration, on the batches that speak of it in the months that
matter, in their order, and, where something was estimated, on the meters that it was estimated
from. What is told of the rows of a file rests on the file, on the files before it that share a
meter, and on how those meters are read. Both are named by a hash of all that; where the hash is as
it was, the result is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from celadon.chain import canonical_json, sha256_text
from celadon.records.ledger.in_force import Batch
from celadon.records.period import Period
from celadon.records.quality.readings import Decoder
from celadon.records.quality.relatives import Relatives
from celadon.records.quality.spans import Spans, batch_name
from celadon.records.site import Site

File = tuple[str, str]
"""Source and profile of a delivery."""

_PLACING = ("kind", "seconds", "from_ts", "to_ts", "life_from", "life_to")
_BY_METER = ("meter_day", "shared_day", "meter_time", "estimate", "repair", "state_day")


@dataclass(frozen=True, slots=True)
class Names:
    """The hashes of all that a site's results rest on.

    Parameters
    ----------
    meters : of each meter.
    estimated_from : of each meter, the meters that its gaps are estimated from.
    files : of each delivery.
    meters_of : the meters that each delivery speaks of.
    wanted : the meters whose intervals are wanted one by one, each with its weight.
    unbroken : the meters of which nothing is missing between two known amounts: what they are
        estimated from does not matter. Known once they are judged.
    """

    meters: Mapping[str, str]
    estimated_from: Mapping[str, list[str]]
    files: Mapping[File, str]
    meters_of: Mapping[File, frozenset[str]]
    wanted: Mapping[str, int]
    unbroken: frozenset[str] = frozenset()

    def plain(self) -> dict[str, dict[str, str]]:
        """The names by what they are of, for a later run."""
        return {
            "meters": {meter: self.whole(meter) for meter in self.meters},
            "own": dict(self.meters),
            "unbroken": dict.fromkeys(sorted(self.unbroken), ""),
            "files": {" ".join(file): name for file, name in self.files.items()},
            "wanted": {meter: str(weight) for meter, weight in self.wanted.items()},
        }

    def whole(self, meter: str) -> str:
        """The name of a meter with those of the meters that it is estimated from."""
        others = [self.meters[other] for other in self.estimated_from[meter]]
        return sha256_text(canonical_json([self.meters[meter], others]))


@dataclass(frozen=True, slots=True)
class Memo:
    """Results of an earlier run of a site: the names they go by, and the tables by name."""

    names: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Work:
    """What of a site is to be done anew.

    Parameters
    ----------
    meters : whose results do not hold.
    files : of which what is told does not hold.
    judged : the meters that are judged for that.
    loaded : the meters whose readings are needed for that, besides those that they may be estimated
        from.
    intervals : whether the intervals that are wanted one by one are among it.
    """

    names: Names
    meters: frozenset[str]
    files: frozenset[File]
    judged: frozenset[str]
    loaded: frozenset[str]
    intervals: bool
    memo: Memo | None = None

    def judging(self, unbroken: Collection[str]) -> Work:
        """The same once its meters are judged, with those of them that are unbroken."""
        known = set(unbroken)
        if self.memo is not None:
            known |= self.memo.names.get("unbroken", {}).keys() - self.judged
        found = frozenset(known & self.names.meters.keys())
        return replace(self, names=replace(self.names, unbroken=found))

    def merged(self, name: str, fresh: pa.Table) -> pa.Table:
        """A table of the site: what still holds of it, and what was done anew."""
        if self.memo is None:
            return fresh
        kept = self.memo.tables[name]
        if name in _BY_METER:
            return pa.concat_tables(
                [_but(kept, "meter", self.meters), _only(fresh, "meter", self.meters)]
            )
        return pa.concat_tables([self._events(kept, held=True), self._events(fresh, held=False)])

    def _events(self, table: pa.Table, *, held: bool) -> pa.Table:
        """Quality events that are, or are not, of meters and files done anew."""
        of_file = pc.is_valid(table["source"])
        file = pc.binary_join_element_wise(table["source"], table["profile"], " ")
        files = pa.array([" ".join(each) for each in self.files], pa.string())
        meters = pa.array(sorted(self.meters), pa.string())
        anew = pc.if_else(of_file, pc.is_in(file, files), pc.is_in(table["subject"], meters))
        return table.filter(pc.invert(anew) if held else anew)


def plan_work(names: Names, memo: Memo | None) -> Work:
    """What of a site is to be done anew, given what an earlier run left."""
    if memo is None:
        everything = frozenset(names.meters)
        files = frozenset(names.files)
        return Work(names, everything, files, everything, everything, intervals=True)
    held, then = names.plain(), memo.names
    own, unbroken = _changed(held["own"], then.get("own", {})), then.get("unbroken", {})
    stale = frozenset(
        meter
        for meter in _changed(held["meters"], then["meters"])
        if meter in own or meter not in unbroken
    )
    told = (name.split(" ", 1) for name in _changed(held["files"], then["files"]))
    files = frozenset((source, profile) for source, profile in told)
    intervals = bool(stale & names.wanted.keys()) or held["wanted"] != then["wanted"]
    judged = (stale | names.wanted.keys() if intervals else stale) & names.meters.keys()
    loaded = set(judged)
    loaded.update(*(names.meters_of.get(file, ()) for file in files))
    known = frozenset(loaded & names.meters.keys())
    return Work(names, stale, files, frozenset(judged), known, intervals=intervals, memo=memo)


def _changed(now: Mapping[str, str], then: Mapping[str, str]) -> frozenset[str]:
    """What goes by another name than it did, is new, or is gone."""
    return frozenset(key for key in now.keys() | then.keys() if now.get(key) != then.get(key))


def declared_rows(table: pa.Table) -> dict[str, list[dict[str, str]]]:
    """The rows of a compiled table by their site, in plain text."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in table.to_pylist():
        found[row["site"]].append(_plain(row))
    return found


def names_of(
    site: Site,
    meters: Sequence[Mapping[str, str]],
    clock: Sequence[Mapping[str, str]],
    batches: Sequence[Batch],
    period: Period,
    ratios: Mapping[tuple[str, str], tuple[int, int]],
    spans: Spans,
    decoder: Decoder,
    wanted: Mapping[str, int],
) -> Names:
    """Name all that the results of a site rest on.

    Parameters
    ----------
    meters, clock : the site's rows of the compiled tables, as :func:`declared_rows` gives them.
    batches : in the order of the ledger.
    ratios : by declaration and meter, present counts in one of then where they are not the same.
    """
    declared = {row["meter"]: row for row in meters}
    basis = _name([str(period), site.zone, clock])
    spoken = list(_spoken(declared, batches, ratios, spans, decoder))
    read: dict[str, list[Any]] = {meter: [] for meter in declared}
    of_file: dict[File, list[_Spoken]] = defaultdict(list)
    for each in spoken:
        read[each.meter].append([each.batch, each.ratio])
        of_file[each.file].append(each)
    meters_of = {file: frozenset(s.meter for s in found) for file, found in of_file.items()}
    parts = {file: list(dict.fromkeys(s.batch for s in found)) for file, found in of_file.items()}
    files: dict[File, str] = {}
    for file, found in of_file.items():
        before = [parts[other] for other in files if meters_of[other] & meters_of[file]]
        how = [[s.meter, s.ratio, [declared[s.meter][n] for n in _PLACING]] for s in found]
        files[file] = _name([basis, parts[file], before, how])
    return Names(
        {meter: _name([basis, row, read[meter]]) for meter, row in declared.items()},
        _estimated_from(site, declared),
        files,
        meters_of,
        wanted,
    )


class _Spoken(NamedTuple):
    """That a batch speaks of a meter: the batch's name, its file, and a change of counts since."""

    meter: str
    batch: str
    file: File
    ratio: list[int]


def _spoken(
    declared: Mapping[str, Mapping[str, str]],
    batches: Sequence[Batch],
    ratios: Mapping[tuple[str, str], tuple[int, int]],
    spans: Spans,
    decoder: Decoder,
) -> Iterator[_Spoken]:
    """What batches speak of in the time that matters; a register may rest on any reading."""
    first, last = decoder.from_ts, decoder.to_ts
    for batch in batches:
        then = batch.declaration.name if batch.declaration else ""
        name, file = batch_name(batch), (batch.source, batch.profile)
        for meter, (begun, ended) in spans.of(batch, decoder).items():
            if meter not in declared:
                continue
            if declared[meter]["kind"] == "register" or (begun < last and ended >= first):
                yield _Spoken(meter, name, file, list(ratios.get((then, meter), ())))


def _estimated_from(site: Site, declared: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """Per meter, the declared meters that its gaps are estimated from."""
    related = Relatives(site)
    return {
        meter: [
            other
            for other in (related.of(meter) if row["estimate_seconds"] != "0" else ())
            if other in declared
        ]
        for meter, row in declared.items()
    }


def _plain(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}


def _name(parts: list[Any]) -> str:
    return sha256_text(canonical_json(parts))


def _only(table: pa.Table, column: str, kept: Collection[str]) -> pa.Table:
    return table.filter(pc.is_in(table[column], pa.array(sorted(kept), pa.string())))


def _but(table: pa.Table, column: str, left: Collection[str]) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table[column], pa.array(sorted(left), pa.string()))))
