"""Which meters a batch speaks of, and of what time: looked up once, and kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.in_force import Batch
from celadon.records.quality.readings import Decoder, seconds_of
from celadon.records.tables import READING

Span = tuple[int, int]
"""First and last instant, seconds UTC."""


@dataclass(slots=True)
class Spans:
    """The spans of batches by meter.

    Parameters
    ----------
    path : where they are kept from run to run; a file that may be deleted at any time. None keeps
        them for this run only.
    """

    path: Path | None = None
    _known: dict[str, dict[str, Span]] = field(default_factory=dict)
    _is_new: bool = False

    def __post_init__(self) -> None:
        if self.path is not None and self.path.is_file():
            self._known = _read(self.path)

    def of(self, batch: Batch, decoder: Decoder) -> dict[str, Span]:
        """The meters of a batch, each with its span."""
        name = batch_name(batch)
        if name not in self._known:
            self._known[name] = _spans(batch, decoder)
            self._is_new = True
        return self._known[name]

    def keep(self, batches: Iterable[Batch]) -> None:
        """Write what is known of the batches, if anything is new."""
        if self.path is None or not self._is_new:
            return
        kept = {name: self._known[name] for name in map(batch_name, batches) if name in self._known}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(kept), encoding="utf-8")
        partial.replace(self.path)


def batch_name(batch: Batch) -> str:
    """What tells a batch from any other of its ledger."""
    return f"{batch.position}:{batch.source}:{batch.profile}:{batch.recorded_at}"


def _spans(batch: Batch, decoder: Decoder) -> dict[str, Span]:
    if batch.kind != READING.name:
        return _rows_spans(batch)
    found = decoder.of(batch)
    return {
        meter: (int(found.ts[first]), int(found.ts[end - 1])) for meter, first, end in found.runs
    }


def _rows_spans(batch: Batch) -> dict[str, Span]:
    spans: dict[str, Span] = {}
    for row in read_batch(batch, ["meter", "ts"]).to_pylist():
        ts = seconds_of(row["ts"])
        first, last = spans.get(row["meter"], (ts, ts))
        spans[row["meter"]] = min(first, ts), max(last, ts)
    return spans


def _read(path: Path) -> dict[str, dict[str, Span]]:
    try:
        plain = json.loads(path.read_bytes())
    except ValueError:  # cut short by a crash: it is made anew
        return {}
    return {
        name: {meter: (first, last) for meter, (first, last) in meters.items()}
        for name, meters in plain.items()
    }
