"""A trial: some weeks of one series, with one to four faults planted, and the truth behind.

Seeds that are even take a measured series, odd ones a simulated one. A seed gives the same trial
on every machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
from tests.records.build import Delivery, interval_meter, register_meter, site_of
from tests.records.quality.trials import register_faults, row_faults, value_faults
from tests.records.quality.trials.draft import MAIN, Counts, Draft, Fault, Row
from tests.records.quality.trials.series import Series, measured_names, series, simulated_names

from celadon.exact import decimal_text, parse_decimal
from celadon.records.period import Period, midnight_utc
from celadon.records.site import Site

Planter = Callable[..., bool]

SUBJECT = "m"
SHORTEST, LONGEST = 30, 90
LONGEST_ESTIMATE = 168
"""Hours of the longest gap that is estimated."""

SMALL_SHARE = 0.15
"""The share of faults that are made smaller than what is promised."""

_VALUES: Mapping[str, Planter] = {
    "x1000": value_faults.plant_x1000,
    "stuck": value_faults.plant_stuck,
    "spike": value_faults.plant_spike,
    "silent_slot": value_faults.plant_silent,
}
_DIALS: Mapping[str, Planter] = {
    "frozen": register_faults.plant_frozen,
    "misreading": register_faults.plant_misreading,
}
_ROWS: Mapping[str, Planter] = {
    "clock_shift": row_faults.plant_shift,
    "mislabelled_midnight": row_faults.plant_midnight,
    "gap": row_faults.plant_gap,
    "late": row_faults.plant_late,
    "correction": row_faults.plant_correction,
    "duplicate": row_faults.plant_duplicate,
    "out_of_order": row_faults.plant_disorder,
    "conflict": row_faults.plant_conflict,
    "overlap": row_faults.plant_overlap,
}
KINDS = (*_ROWS, *_VALUES, *_DIALS, *register_faults.TURNS)
"""Kinds of fault, each told apart in the figures."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a site would deliver, and what truly passed.

    Parameters
    ----------
    truth : per meter, the true count of each slot of the period.
    exchanges : records of exchanges of the subject: instant, closing, opening.
    """

    seed: int
    series: str
    is_register: bool
    site: Site
    period: Period
    first_ts: dt.datetime
    minutes: int
    truth: Mapping[str, Counts]
    deliveries: Sequence[Delivery]
    exchanges: Sequence[tuple[dt.datetime, int, int]]
    faults: Sequence[Fault]

    @property
    def step(self) -> dt.timedelta:
        return dt.timedelta(minutes=self.minutes)


def is_measured(seed: int) -> bool:
    """Whether a seed takes a measured series, which may be absent."""
    return seed % 2 == 0


def make_trial(seed: int) -> Trial:
    """The trial of a seed.

    Raises
    ------
    FileNotFoundError
        If it takes a measured series and ``../shared/data`` is absent.
    """
    draws = np.random.default_rng([20250703, seed])
    base = series(str(draws.choice(measured_names() if is_measured(seed) else simulated_names())))
    day, days = _window(draws, base)
    draft = _draft(draws, base, day, days)
    companions = _companions(draft)
    _plant(draft, _drawn_kinds(draft, bool(companions)))
    for slot in draft.silent:
        for counts in companions.values():
            counts[slot, 1] = 0
    period = Period(day, day + dt.timedelta(days=days))
    truth = {name: counts[:, 0] for name, counts in companions.items()} | {SUBJECT: draft.truth}
    shown = {name: counts[:, 1] for name, counts in companions.items()}
    deliveries = _deliveries(draft, shown)
    site = _site(draft, base, list(companions))
    faults = [_filed(fault, deliveries, draft) for fault in draft.faults]
    return Trial(
        seed, base.name, draft.is_register, site, period, draft.first_ts, draft.minutes, truth,
        deliveries, draft.exchanges, faults,
    )  # fmt: skip


def _window(draws: np.random.Generator, base: Series) -> tuple[dt.date, int]:
    """A first day and a number of days in which the source itself is sound."""
    days = int(draws.integers(SHORTEST, LONGEST + 1))
    faulty = np.concatenate([[0], np.cumsum(~base.sound)])
    while days >= SHORTEST:
        length = (days + 1) * 1440 // base.minutes  # a day more: local days may be an hour longer
        for number in draws.permutation(base.days - days - 1):
            day = base.start + dt.timedelta(days=int(number))
            first = base.slot(day)
            if faulty[first + length] == faulty[first]:
                return day, days
        days -= 5
    raise ValueError(f"{base.name} has no {SHORTEST} sound days in a row")


def _draft(draws: np.random.Generator, base: Series, day: dt.date, days: int) -> Draft:
    first, end = base.slot(day), base.slot(day + dt.timedelta(days=days))
    truth = base.counts[first:end].copy()
    is_register = bool(draws.random() < 0.5)
    most = int(truth.max()) * (60 // base.minutes) * draws.uniform(1.2, 3)
    maximum = int(most) + 1 if is_register or draws.random() < 0.4 else None
    modulus = None
    shown = truth.copy()
    if is_register and maximum is not None:
        needed = max(2 * int(truth.sum()), 8 * 24 * maximum)
        modulus = 10 ** len(str(needed)) if draws.random() < 0.75 else None
        dial = modulus or 10 ** len(str(needed))
        opening = int(draws.integers(dial // 100, 4 * dial // 10))
        shown = register_faults.turn_dial(truth, opening, modulus)
    zone = ZoneInfo(base.zone)
    return Draft(
        draws, is_register, midnight_utc(day, zone), base.minutes, zone, truth, maximum, modulus,
        24, shown,
    )  # fmt: skip


def _companions(draft: Draft) -> dict[str, Counts]:
    """Up to two feeders behind an interval meter: what passed in each slot, what they show."""
    if draft.is_register or draft.draws.random() < 0.4:
        return {}
    found = {}
    for number in range(1, int(draft.draws.integers(1, 3)) + 1):
        share = draft.draws.uniform(0.15, 0.45)
        rough = 1 + 0.06 * np.clip(draft.draws.standard_normal(draft.slots), -3, 3)
        counts = np.rint(draft.truth * share * rough).astype(np.int64)
        found[f"c{number}"] = np.stack([counts, counts], axis=1)
    return found


def _drawn_kinds(draft: Draft, has_companions: bool) -> list[str]:
    values = _DIALS if draft.is_register else _VALUES
    turns = register_faults.TURNS if draft.is_register else {}
    offered = [
        kind
        for kind in (*_ROWS, *values, *turns)
        if not (kind == "overlap" and draft.is_register)
        and not (kind == "rollover" and draft.modulus is None)
        and not (kind == "silent_slot" and not has_companions)
    ]
    number = int(draft.draws.integers(1, 5))
    return [str(kind) for kind in draft.draws.choice(offered, size=number, replace=False)]


def _plant(draft: Draft, kinds: Sequence[str]) -> None:
    """What happened to the meter first, then to its values, then to the rows of the file."""
    register_faults.plant_turns(draft, [kind for kind in kinds if kind in register_faults.TURNS])
    for planters in (_VALUES, _DIALS):
        for kind in kinds:
            if kind in planters:
                _plant_one(draft, planters[kind])
    draft.rows = [Row(slot, draft.at(slot), int(count)) for slot, count in enumerate(draft.shown)]
    for kind in kinds:
        if kind in _ROWS:
            _plant_one(draft, _ROWS[kind])


def _plant_one(draft: Draft, planter: Planter) -> None:
    """Plant it small now and then; large where a small one does not exist or has no place."""
    small = bool(draft.draws.random() < SMALL_SHARE)
    if not (small and planter(draft, small=True)):
        for _ in range(5):
            if planter(draft, small=False):
                return


def _deliveries(draft: Draft, companions: Mapping[str, Counts]) -> list[Delivery]:
    """The main file, cut in up to four; some begin with the last rows of the one before."""
    borders = sorted(_borders(draft))
    cuts = [0, *(draft.index(slot) for slot in borders), len(draft.rows)]
    slots = [0, *borders, draft.slots]
    found = []
    for number in range(len(cuts) - 1):
        rows, again = draft.rows[cuts[number] : cuts[number + 1]], 0
        if number and draft.draws.random() < 0.5:
            again = _repeatable(draft, borders[number - 1])
            rows = draft.rows[cuts[number] - again : cuts[number]] + rows
        begin, end = slots[number] - again, slots[number + 1]
        readings = {SUBJECT: [(row.ts, row.count) for row in rows]}
        for name, counts in companions.items():
            readings[name] = [(draft.at(n), int(counts[n])) for n in range(begin, end)]
        parts = int(draft.draws.integers(1, 4))
        found.append(Delivery(readings, f"main-{number + 1}.csv", parts))
    return found + [
        Delivery({SUBJECT: [(row.ts, row.count) for row in later.rows]}, later.name)
        for later in draft.later
    ]


def _borders(draft: Draft) -> set[int]:
    """Slots at which a new file begins, none within a place."""
    number = int(draft.draws.choice([0, 0, 1, 2, 3]))
    drawn = draft.draws.integers(draft.per_day, draft.slots - draft.per_day, size=number)
    return {int(slot) for slot in drawn if all(not a - 1 <= slot <= b for a, b in draft.reserved)}


def _repeatable(draft: Draft, border: int) -> int:
    """How many undisturbed rows before a border the next file repeats."""
    number = int(draft.draws.integers(1, draft.per_day))
    return number if all(border <= a or border - number > b for a, b in draft.reserved) else 0


def _site(draft: Draft, base: Series, companions: Sequence[str]) -> Site:
    common = {"measure": base.unit, "resolution": base.resolution, "minutes": base.minutes}
    common |= {"stuck_after": draft.stuck_after, "multiplier": base.multiplier}
    common |= {"estimate_hours": LONGEST_ESTIMATE}
    size = parse_decimal(base.resolution)
    decimals = len(base.resolution.partition(".")[2])
    limits = {
        name: decimal_text(count * size, decimals)
        for name, count in (("maximum", draft.maximum), ("modulus", draft.modulus))
        if count is not None
    }
    made = register_meter if draft.is_register else interval_meter
    meters = [made(SUBJECT, **common, **limits)]
    meters += [interval_meter(name, **common, parent=SUBJECT) for name in companions]
    return site_of(*meters, zone=base.zone)


def _filed(fault: Fault, deliveries: Sequence[Delivery], draft: Draft) -> Fault:
    """The fault with the name of the main file in which its rows stand."""
    if fault.subject != MAIN:
        return fault
    middle = draft.at((fault.first + fault.end) // 2)
    for delivery in deliveries:
        stamps = [ts for ts, _ in delivery.readings[SUBJECT]]
        if delivery.name.startswith("main") and min(stamps) <= middle <= max(stamps):
            promised = fault.promised
            if fault.kind == "silent_slot":
                promised &= value_faults.falls_silent(delivery.readings, draft.at(fault.first))
            return replace(fault, subject=delivery.name, promised=promised)
    raise ValueError(f"no file holds {fault}")
