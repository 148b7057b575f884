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
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from celadon.chain import canonical_json, sha256_text
from celadon.records.compiled import Compiled
from celadon.records.ledger.in_force import Batch
from celadon.records.period import Period
from celadon.records.quality.loading import window_of
from celadon.records.quality.redeclared import redeclared_meters
from celadon.records.quality.relatives import relatives_of
from celadon.records.quality.spans import Spans, batch_name
from celadon.records.site import Site

File = tuple[str, str]
"""Source and profile of a delivery."""

_PLACING = ("kind", "seconds", "from_ts", "to_ts", "life_from", "life_to")
_BY_METER = ("meter_day", "meter_time", "estimate", "repair", "state_day")


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
    """

    meters: Mapping[str, str]
    estimated_from: Mapping[str, list[str]]
    files: Mapping[File, str]
    meters_of: Mapping[File, frozenset[str]]
    wanted: Mapping[str, int]

    def plain(self) -> dict[str, dict[str, str]]:
        """The names by what they are of, for a later run."""
        return {
            "meters": {meter: self.whole(meter) for meter in self.meters},
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
    loaded : the meters whose readings are needed for that.
    intervals : whether the intervals that are wanted one by one are among it.
    """

    names: Names
    meters: frozenset[str]
    files: frozenset[File]
    loaded: frozenset[str]
    intervals: bool
    memo: Memo | None = None

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
        return Work(names, everything, frozenset(names.files), everything, intervals=True)
    held, then = names.plain(), memo.names
    stale = _changed(held["meters"], then["meters"])
    told = (name.split(" ", 1) for name in _changed(held["files"], then["files"]))
    files = frozenset((source, profile) for source, profile in told)
    intervals = bool(stale & names.wanted.keys()) or held["wanted"] != then["wanted"]
    judged = stale | names.wanted.keys() if intervals else stale
    loaded = set(judged)
    loaded.update(*(names.meters_of.get(file, ()) for file in files))
    loaded.update(*(names.estimated_from.get(meter, ()) for meter in judged))
    known = frozenset(loaded & names.meters.keys())
    return Work(names, stale, files, known, intervals=intervals, memo=memo)


def _changed(now: Mapping[str, str], then: Mapping[str, str]) -> frozenset[str]:
    """What goes by another name than it did, is new, or is gone."""
    return frozenset(key for key in now.keys() | then.keys() if now.get(key) != then.get(key))


def names_of(
    site: Site, compiled: Compiled, batches: Sequence[Batch], period: Period, spans: Spans,
    wanted: Mapping[str, int],
) -> Names:  # fmt: skip
    """Name all that the results of a site rest on; batches are in the order of the ledger."""
    declared = {row["meter"]: _plain(row) for row in _rows(compiled.meters, site.id)}
    clock = [_plain(row) for row in _rows(compiled.site_clocks, site.id)]
    basis = [str(period), site.zone, clock]
    spoken = list(_spoken(site, declared, batches, period, spans))
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
        {meter: _estimated_from(site, declared, meter) for meter in declared},
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
    site: Site, declared: Mapping[str, Any], batches: Sequence[Batch], period: Period, spans: Spans
) -> Iterator[_Spoken]:
    """What batches speak of in the time that matters; a register may rest on any reading."""
    changes = redeclared_meters({site.id: site}, {site.id: batches}).to_pylist()
    ratios = {(row["declaration"], row["meter"]): [row["num"], row["den"]] for row in changes}
    first, last = window_of(site, period)
    for batch in batches:
        then = batch.declaration.name if batch.declaration else ""
        for meter, (begun, ended) in spans.of(batch).items():
            if meter not in declared:
                continue
            if declared[meter]["kind"] == "register" or (begun < last and ended >= first):
                ratio = ratios.get((then, meter), [])
                yield _Spoken(meter, batch_name(batch), (batch.source, batch.profile), ratio)


def _estimated_from(site: Site, declared: Mapping[str, Any], meter: str) -> list[str]:
    if declared[meter]["estimate_seconds"] == "0":
        return []
    return [other for other in relatives_of(site, meter) if other in declared]


def _rows(table: pa.Table, site: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.filter(pc.equal(table["site"], site)).to_pylist()
    return found


def _plain(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}


def _name(parts: list[Any]) -> str:
    return sha256_text(canonical_json(parts))


def _only(table: pa.Table, column: str, kept: Collection[str]) -> pa.Table:
    return table.filter(pc.is_in(table[column], pa.array(sorted(kept), pa.string())))


def _but(table: pa.Table, column: str, left: Collection[str]) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table[column], pa.array(sorted(left), pa.string()))))
