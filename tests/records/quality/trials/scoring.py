"""What the rules made of a trial, against its truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from tests.records.build import batches_of, exchange_batch
from tests.records.quality.trials.draft import Counts, Fault
from tests.records.quality.trials.planting import SUBJECT, Trial

from celadon.engine import Engine
from celadon.records.compiled import compile_sites, small_units
from celadon.records.quality.judge import judge_readings
from celadon.records.tables import INTERVAL

COVERED = 0.9
"""The share of a fault's slots that its events must cover for it to be found."""

Codes = NDArray[np.int8]
ABSENT, MEASURED, ESTIMATED, MISSING, SPANNED = range(5)
STATES = ("absent", "measured", "estimated", "missing", "spanned")
_CODE = {state: code for code, state in enumerate(STATES)}
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Judged:
    """Intervals, events and estimates that the rules gave."""

    intervals: pa.Table
    events: Sequence[dict[str, Any]]
    estimates: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Published:
    """One meter's intervals laid over the slots of the trial.

    Parameters
    ----------
    state : per slot; ``spanned`` where a step longer than the slot is known as a whole.
    amount : per slot that has its own step, in small units.
    stated : per slot, whether any amount is stated for it.
    known : the same, but for what a model estimated.
    total, known_total : what is stated for all of either, in small units.
    """

    state: Codes
    amount: Counts
    rule: Sequence[str]
    stated: NDArray[np.bool_]
    known: NDArray[np.bool_]
    total: int
    known_total: int


@dataclass(frozen=True, slots=True)
class FaultScore:
    """How one fault fared.

    Parameters
    ----------
    found : an event of a right rule names it, and such events cover or count all of it.
    noticed : rules of all events that touch its place.
    wrong_slots : slots in its place that are given as measured with a value that is not true; of
        a silent slot none, as its value is kept on purpose.
    wrong_amount : by how many small units these are off, signs aside.
    """

    fault: Fault
    found: bool
    noticed: tuple[str, ...]
    wrong_slots: int
    wrong_amount: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A clean slot that is not given as measured with its true value."""

    meter: str
    slot: int
    state: str
    rule: str


@dataclass(frozen=True, slots=True)
class Estimated:
    """A stretch that was estimated with an interval, and what truly passed; in small units."""

    meter: str
    from_ts: dt.datetime
    slots: int
    rule: str
    model: str
    low: int
    amount: int
    high: int
    truth: int

    @property
    def is_covered(self) -> bool:
        return self.low <= self.truth <= self.high


@dataclass(frozen=True, slots=True)
class Score:
    """How a trial fared.

    Parameters
    ----------
    clean : slots of all meters that no fault touches.
    marks : those of them that do not keep their true value.
    strays : rules of events that touch no place of a fault.
    amount_error : what the subject is stated to have passed, estimates of models aside, minus what
        truly passed in those slots, over all that passed.
    total_error : the same with the estimates.
    missing_share : the share of what truly passed that is missing or estimated by a model.
    """

    trial: Trial
    faults: Sequence[FaultScore]
    clean: int
    marks: Sequence[Mark]
    strays: Sequence[str]
    estimates: Sequence[Estimated]
    amount_error: Fraction
    total_error: Fraction
    missing_share: Fraction


def judge_trial(trial: Trial, folder: Path) -> Judged:
    """The rules' answer to a trial: the one place that calls them."""
    folder.mkdir(parents=True, exist_ok=True)
    sites = {trial.site.id: trial.site}
    compiled = compile_sites(sites, trial.period, {})
    listed = batches_of(trial.deliveries, folder)
    if trial.exchanges:
        listed.append(exchange_batch({SUBJECT: trial.exchanges}, folder, len(listed) + 1))
    batches = {trial.site.id: listed}
    with Engine(1) as engine:
        quality = judge_readings(engine, compiled, batches, sites, trial.period)
        return Judged(
            engine.fetch(INTERVAL), quality.events.to_pylist(), quality.estimates.to_pylist()
        )


def score_trial(trial: Trial, folder: Path) -> Score:
    """Judge a trial and hold the answer to its truth."""
    judged = judge_trial(trial, folder)
    size = {meter.id: int(small_units(meter)) for meter in trial.site.meters}
    published = {name: laid_over(trial, judged, name) for name in trial.truth}
    truth = {name: counts * size[name] for name, counts in trial.truth.items()}
    subject = published[SUBJECT]
    passed = max(int(truth[SUBJECT].sum()), 1)
    return Score(
        trial,
        [_fared(trial, fault, judged, subject, truth[SUBJECT]) for fault in trial.faults],
        *_marks(trial, published, truth),
        _strays(trial, judged),
        [_estimated(trial, row, truth[row["meter"]]) for row in judged.estimates],
        Fraction(subject.known_total - int(truth[SUBJECT][subject.known].sum()), passed),
        Fraction(subject.total - int(truth[SUBJECT][subject.stated].sum()), passed),
        Fraction(int(truth[SUBJECT][~subject.known].sum()), passed),
    )


def laid_over(trial: Trial, judged: Judged, meter: str) -> Published:
    """The intervals of a meter slot by slot."""
    table = judged.intervals.filter(pc.equal(judged.intervals["meter"], meter))
    slots = len(trial.truth[meter])
    step = trial.minutes * 60 * _MICROSECONDS
    origin = np.datetime64(trial.first_ts, "us").astype(np.int64)
    start = table["ts"].to_numpy().astype("datetime64[us]").astype(np.int64) - origin
    end = start + table["seconds"].to_numpy() * _MICROSECONDS
    code = np.array([_CODE[state] for state in table["state"].to_pylist()], dtype=np.int8)
    rules = [rule or "" for rule in table["rule"].to_pylist()]
    count = np.asarray(table["count"].fill_null(0).to_numpy(), dtype=np.int64)
    state = np.full(slots, ABSENT, dtype=np.int8)
    amount = np.zeros(slots, dtype=np.int64)
    rule = [""] * slots
    for n in range(table.num_rows):
        first, last = max(0, start[n] // step), min(slots, -(-end[n] // step))
        is_own = start[n] % step == 0 and end[n] - start[n] == step
        for slot in range(first, last):
            code_here = code[n] if is_own or code[n] == MISSING else SPANNED
            state[slot] = MISSING if MISSING in (state[slot], code_here) else code_here
            rule[slot] = rules[n] or rule[slot]
            amount[slot] = count[n]
    stated = (state != MISSING) & (state != ABSENT)
    filled = np.zeros(slots, dtype=np.bool_)
    for row in judged.estimates:
        if row["meter"] == meter:
            place = _slots(trial, row)
            filled[place.start : place.stop] = True
    in_filled = filled[np.clip(start // step, 0, slots - 1)]
    counted = code != MISSING
    return Published(
        state, amount, rule, stated, stated & ~filled, int(count[counted].sum()),
        int(count[counted & ~in_filled].sum()),
    )  # fmt: skip


def _fared(
    trial: Trial, fault: Fault, judged: Judged, subject: Published, truth: Counts
) -> FaultScore:
    touching = [event for event in judged.events if _touches(trial, event, fault)]
    place = slice(fault.first, min(fault.end, len(truth)))
    wrong = (subject.state[place] == MEASURED) & (subject.amount[place] != truth[place])
    wrong &= fault.kind != "silent_slot"
    error = np.abs(subject.amount[place] - truth[place])[wrong]
    right = [event for event in touching if event["rule"] in fault.rules]
    found = any(event["subject"] == fault.subject for event in right)
    if found and fault.tally:
        found = _tallied(trial, fault, judged)
    elif found and fault.needs:
        names = (*fault.rules, *fault.covers)
        covering = [event for event in touching if event["rule"] in names]
        covered = {slot for event in covering for slot in _slots(trial, event)}
        found = len(fault.needs & covered) >= COVERED * len(fault.needs)
    noticed = tuple(sorted({event["rule"] for event in touching}))
    return FaultScore(fault, found, noticed, int(wrong.sum()), int(error.sum()))


def _tallied(trial: Trial, fault: Fault, judged: Judged) -> bool:
    """Whether the events of a file count all rows planted in it: they are told once a file."""
    planted = sum(
        f.tally for f in trial.faults if (f.kind, f.subject) == (fault.kind, fault.subject)
    )
    told = sum(
        event["slots"]
        for event in judged.events
        if event["subject"] == fault.subject and event["rule"] in fault.rules
    )
    return bool(told >= planted)


def _slots(trial: Trial, event: dict[str, Any]) -> range:
    """The slots that an event touches."""
    first = (event["from_ts"] - trial.first_ts) // trial.step
    return range(first, -((trial.first_ts - event["to_ts"]) // trial.step))


def _touches(trial: Trial, event: dict[str, Any], fault: Fault) -> bool:
    spanned = _slots(trial, event)
    return (event["subject"] in (SUBJECT, fault.subject) or event["subject"].endswith(".csv")) and (
        spanned.start < fault.end and spanned.stop > fault.first
    )


def _marks(
    trial: Trial, published: dict[str, Published], truth: dict[str, Counts]
) -> tuple[int, list[Mark]]:
    clean = 0
    marks = []
    for meter, found in published.items():
        untouched = np.ones(len(truth[meter]), dtype=np.bool_)
        for fault in trial.faults:
            if meter == SUBJECT or fault.kind == "silent_slot":
                untouched[max(0, fault.first) : fault.end] = False
        clean += int(untouched.sum())
        kept = (found.state == MEASURED) & (found.amount == truth[meter])
        marks += [
            Mark(meter, slot, STATES[found.state[slot]], found.rule[slot])
            for slot in np.flatnonzero(untouched & ~kept).tolist()
        ]
    return clean, marks


def _strays(trial: Trial, judged: Judged) -> list[str]:
    return [
        event["rule"]
        for event in judged.events
        if not any(_touches(trial, event, fault) for fault in trial.faults)
    ]


def _estimated(trial: Trial, row: dict[str, Any], truth: Counts) -> Estimated:
    slots = _slots(trial, row)
    plain = ("meter", "from_ts", "slots", "rule", "model", "low", "amount", "high")
    passed = int(truth[slots.start : slots.stop].sum())
    return Estimated(**{name: row[name] for name in plain}, truth=passed)


@dataclass(frozen=True, slots=True)
class Recall:
    """Of one kind: how many were planted and found, above the stated size and below it."""

    kind: str
    planted: int
    found: int
    planted_small: int
    found_small: int
    wrong: int

    @property
    def share(self) -> float:
        return self.found / self.planted if self.planted else 1.0


def recalls(scores: Iterable[Score], kinds: Sequence[str]) -> list[Recall]:
    """Per kind of fault; ``wrong`` are those promised that left a measured value that is false."""
    fared = [fault for score in scores for fault in score.faults]
    rows = []
    for kind in kinds:
        own = [score for score in fared if score.fault.kind == kind]
        above = [score for score in own if score.fault.promised]
        below = [score for score in own if not score.fault.promised]
        rows.append(
            Recall(
                kind, len(above), sum(s.found for s in above), len(below),
                sum(s.found for s in below), sum(s.wrong_slots > 0 for s in above),
            )
        )  # fmt: skip
    return rows


def local(trial: Trial, slot: int) -> dt.datetime:
    """The instant at which a slot begins, UTC."""
    return trial.first_ts + slot * trial.step
