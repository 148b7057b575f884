"""What disclosed readings give, against all that the return says: account, findings, quality.

The receiver ran the whole account anew. Whatever of it differs is told with both values; where the
sender names other tables, methods or another celadon, a difference proves nothing and cannot be
judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.assess.tables import VERDICT
from celadon.chain import Line
from celadon.records.tables import FINDING
from celadon.report.returns.account_checks import Whole
from celadon.report.returns.check import Check, cannot_tell, no, yes
from celadon.report.returns.disclosure import committed
from celadon.tables import Schema

_NAME = "recomputed"
_TABLES = (LEAF, LEAF_INPUT, PARAMETER, FINDING, VERDICT)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What the receiver computed from the disclosed readings.

    Parameters
    ----------
    header : of the run, with the hash of its account, what it read and its batches.
    tables : of the run, by name.
    quality : the readings and the seconds by state.
    positions : of its ledger's lines in the disclosed chain.
    """

    header: Mapping[str, Any]
    tables: Mapping[str, pa.Table]
    quality: Mapping[str, int]
    positions: Mapping[int, int]


def recomputed_checks(whole: Whole, own: Recomputed) -> list[Check]:
    """Every difference between a return and what its own readings give."""
    other = sorted(_other_basis(whole, own))
    found = [*_hash(whole, own, is_same=not other)]
    answer = cannot_tell if other else no
    for because, place, numbers in (*_quality(whole, own), *_rows(whole, own)):
        found.append(answer(_NAME, because, place, **numbers))
    for because, place, numbers in _withheld(whole, own):  # of the chain, whatever computed it
        found.append(no(_NAME, because, place, **numbers))
    if other:
        names = [{"read": name} for name in other]
        found.append(cannot_tell(_NAME, "basis", "return.json › read", names=names))
    if not any(check.because in ("other", "other_basis", "figure", "row") for check in found):
        found.append(yes(_NAME))
    return found


def _other_basis(whole: Whole, own: Recomputed) -> Iterator[str]:
    theirs, read = whole.header.read, own.header["read"]
    for name in ("reference", "methods"):
        if getattr(theirs, name) != read[name]:
            yield name
    if theirs.celadon != read["code"]:
        yield "celadon"


def _hash(whole: Whole, own: Recomputed, *, is_same: bool) -> Iterator[Check]:
    found = own.header["hash"]
    if found != whole.header.account.hash and is_same:
        yield no(_NAME, "other", found=found[:16])
    elif found != whole.header.account.hash:
        yield cannot_tell(_NAME, "other_basis", found=found[:16])


_Told = tuple[str, str, dict[str, Any]]
"""Which answer, of which place, with which numbers."""


def _quality(whole: Whole, own: Recomputed) -> Iterator[_Told]:
    """The readings and the meter time that the document states."""
    for name, value in whole.header.quality.model_dump().items():
        if value != own.quality[name]:
            numbers = {"said": f"{value:,}", "found": f"{own.quality[name]:,}"}
            yield "figure", f"return.json › quality › {name}", numbers


def _withheld(whole: Whole, own: Recomputed) -> Iterator[_Told]:
    """Files that the account rests on, as the chain tells them and as the document does."""
    lines = committed(whole.opened.members)
    batches = [
        {**batch, "position": own.positions[batch["position"]]} for batch in own.header["batches"]
    ]
    found = {batch["position"]: _of_line(batch, lines) for batch in batches}
    said = {each.position: each.model_dump() for each in whole.header.withheld}
    for position in sorted(said.keys() | found.keys()):
        pair = said.get(position), found.get(position)
        place = f"return.json › withheld › position {position}"
        names = ["file"] if None in pair else list(pair[0] or ())
        for name in names:
            one, other = ("–" if row is None else str(row[name]) for row in pair)
            if one != other:
                yield "figure", f"{place} › {name}", {"said": one, "found": other}


def _of_line(batch: Mapping[str, Any], lines: Mapping[int, Line]) -> dict[str, Any]:
    """What the document should say of a file: as its line of the chain tells it."""
    line = lines[batch["position"]]
    return {
        **batch, "file": line.get("source_name"), "sha256": line["source"],
        "rows": line.get("rows"), "recorded_at": line.get("recorded_at"), "what": "original",
    }  # fmt: skip


def _rows(whole: Whole, own: Recomputed) -> Iterator[_Told]:
    """The first row of each table that differs, and how many do."""
    for schema in _TABLES:
        said = _counted(whole.opened.tables[schema.name], schema)
        found = _counted(own.tables[schema.name], schema)
        only = {name: list((a - b).elements()) for name, a, b in (
            ("said", said, found), ("found", found, said),
        )}  # fmt: skip
        if not only["said"] and not only["found"]:
            continue
        by_key = {name: {_key(row, schema): row for row in rows} for name, rows in only.items()}
        key = min(by_key["said"].keys() | by_key["found"].keys())
        pair = [by_key[name].get(key) for name in ("said", "found")]
        numbers: dict[str, Any] = {
            "rows": sum(said.values()), "own": sum(found.values()),
            "wrong": len(by_key["said"].keys() | by_key["found"].keys()),
            **_differing(schema, pair),
        }  # fmt: skip
        yield "row", f"{schema.name}.parquet › {' › '.join(key)}", numbers


def _counted(table: pa.Table, schema: Schema) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row[name] for name in schema.names) for row in table.to_pylist())


def _key(row: tuple[Any, ...], schema: Schema) -> tuple[str, ...]:
    places = {name: number for number, name in enumerate(schema.names)}
    return tuple(str(row[places[name]]) for name in schema.key if name != "site")


def _differing(schema: Schema, pair: Sequence[tuple[Any, ...] | None]) -> dict[str, str]:
    """The first column in which two rows differ; of a row without another, that it is there."""
    said, found = pair
    if said is None or found is None:
        return {"said": "–" if said is None else "✓", "found": "–" if found is None else "✓",
                "column": "*"}  # fmt: skip
    name, one, other = next(
        (name, one, other)
        for name, one, other in zip(schema.names, said, found, strict=True)
        if one != other
    )
    return {"column": name, "said": str(one)[:_LONGEST], "found": str(other)[:_LONGEST]}
