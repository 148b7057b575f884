"""The marks that a source gives its own readings: estimated, bad, and whatever else it says.

A mark stays with its reading in the ledger, in the profile's words where it has some. Every mark
that is not a plain "good" is told of once, so that nobody takes a marked reading for a clean one.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from celadon.records.finding import Finding
from celadon.records.readers.counts import MeterColumn
from celadon.records.readers.profile import Profile
from celadon.records.readers.row_runs import rows_place, rows_told, runs_of
from celadon.records.readers.sheet import Grid
from celadon.records.site import Site

GOOD = "good"
"""The mark of a reading with which its source finds no fault; it is not kept."""

ESTIMATED, BAD = "estimated", "bad"
"""The marks of a reading that its source put in itself, and of one that it does not trust."""


def read_marks(grid: Grid, profile: Profile) -> pa.Array | None:
    """Per row of a long sheet, its mark; None where it is good; no array if there is no column."""
    index = grid.find(profile.columns.get("quality", ()))
    if index is None:
        return None
    coded = grid.columns[index].dictionary_encode()
    written = [text.strip() for text in coded.dictionary.to_pylist()]
    words = [profile.words.get(text, text) for text in written]
    meant = pa.array([None if word in ("", GOOD) else word for word in words], pa.string())
    return meant.take(coded.indices)


def marked(
    grid: Grid, site: Site, columns: Sequence[MeterColumn], counted: pa.Table
) -> list[Finding]:
    """One finding for each meter and mark: how many readings, and where the first one is."""
    if counted["mark"].null_count == counted.num_rows:
        return []
    having = counted.filter(pc.is_valid(counted["mark"]))
    found = having.group_by(["number", "mark"]).aggregate([("source_row", "list")]).to_pylist()
    findings = []
    for row in sorted(found, key=lambda row: (row["number"], row["mark"])):
        meter = columns[row["number"]].meter.id
        runs = runs_of(row["source_row_list"])
        place = " › ".join((*grid.where, rows_place(runs), meter))
        numbers = {"text": row["mark"], "rows": len(row["source_row_list"]), **rows_told(runs)}
        findings.append(Finding(site.id, "marked_reading", meter, place, numbers))
    return findings
