"""A bill of a year of quarter hours, the bills of a nation, and how soon a command answers.

``python -m benchmarks.bill``. The year is 35,040 quarter hours of an invented load under an
invented tariff with five bands, tiers, contract demand with floor and overrun, a ratchet, and the
power factor: twelve bills with all their lines. The command is started as a person starts it, by
``python -m celadon``, with the files of Python warm.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from tests.plan.components.test_tariff import PLAIN

from celadon.accounts.bill import Drawn, Tariff, bill_month
from celadon.accounts.bill.drawn import months_drawn
from celadon.records.period import Period

ENTERPRISES = 3572
MILLISECONDS, SECONDS, READY = 20.0, 60.0, 1.0
"""What has to be reached: one year's bill, the bills of a nation, the first answer of a command."""

_YEAR = Period.parse("2025")
_QUARTERS = 35_040
_FACTOR = {"standard": "0.90", "steps": [{"start": "0.90", "end": "0.70", "percent": "0.5"}]}


def bill_times(enterprises: int = ENTERPRISES) -> str:
    """The lines of the benchmark."""
    tariff = Tariff.model_validate({**PLAIN, "power_factor": _FACTOR})
    loads = [_load(seed) for seed in range(8)]
    totals = {_year(tariff, loads[0]) for _ in range(3)}  # warm, and always the same
    if len(totals) != 1:
        raise SystemExit("bill: the same readings come to different bills")
    one = min(_cpu(lambda load=load: _year(tariff, load)) for load in loads for _ in range(2))
    nation = _cpu(lambda: [_year(tariff, loads[n % len(loads)]) for n in range(enterprises)])
    ready = min(_ready() for _ in range(3))
    return (
        f"bill        {1000 * one:5.1f} ms a year of quarter hours, twelve bills line by line "
        f"(target {MILLISECONDS:.0f}); {nation:.1f} CPU s for {enterprises:,} of them "
        f"(target {SECONDS:.0f})\n"
        f"ready       {ready:5.2f} s until celadon microgrid answers (target {READY:.0f})"
    )


def _load(seed: int) -> Drawn:
    """A year in Wh and varh, with the shape of a day."""
    noise = np.random.default_rng(seed)
    day = 1 + 0.5 * np.sin(np.arange(_QUARTERS) * 2 * np.pi / 96)
    imported = (250_000 * day * noise.uniform(0.8, 1.2, _QUARTERS)).astype(np.int64)
    start = dt.datetime(2024, 12, 31, 16)  # noqa: DTZ001  naive UTC: midnight in Shanghai
    return Drawn(
        start, 900, imported, np.zeros(_QUARTERS, np.int64), imported // 2, zone="Asia/Shanghai"
    )


def _year(tariff: Tariff, drawn: Drawn) -> int:
    """The twelve bills of a year, in 0.01 CNY."""
    peaks: list[Fraction] = []
    total = 0
    for month in months_drawn(drawn, tariff, _YEAR):
        bill = bill_month(
            tariff, month, basis="contract", capacity=Fraction(2000), contract=Fraction(1500),
            earlier_peaks=peaks,
        )  # fmt: skip
        peaks.append(month.peak)
        total += bill.total
    return total


def _cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _ready() -> float:
    """CPU seconds of a process that says what ``celadon microgrid`` can do."""
    before = os.times()
    words = [sys.executable, "-m", "celadon", "microgrid", "--help"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own words
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )


if __name__ == "__main__":
    sys.stdout.write(bill_times() + "\n")
