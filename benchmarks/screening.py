"""Screening of simulated mixed sites, a full year each: ``python -m benchmarks.screening``.

    python -m benchmarks.screening               50 sites on 2 processes
    python -m benchmarks.screening --sites 200   so many
    python -m benchmarks.screening --days 12     another number of typical days

Simulating is not timed; reading the files, screening and writing the tables is. All sites are then
planned exactly, and every optimum must lie within the interval of its screening. Rates are those of
the clock; the CPU seconds of a site tell what they would be on cores of one's own.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from celadon.app.microgrids.batch import plan_batch
from celadon.app.microgrids.record import read_record
from celadon.app.microgrids.screening import How
from celadon.app.microgrids.screening_batch import screen_sites
from celadon.plan.screening import DAYS
from celadon.simulate.microgrids import PopulationOptions, simulate_microgrids

SITES, SEED, WORKERS = 50, 11, 2
QUICK_A_MINUTE, PRICED_A_MINUTE, EXCESS = 200, 40, 0.005
"""What has to be reached; the excess is the median of the screened designs' true costs."""

_NEAR = 1e-5


@dataclass(frozen=True, slots=True)
class Rate:
    """How quickly sites were screened."""

    a_minute: float
    cpu_seconds: float


def screening_rates(sites: int = SITES, days: int = DAYS, workers: int = WORKERS) -> str:
    """The lines of the benchmark.

    Raises
    ------
    SystemExit
        If an optimum lies outside its interval, or a figure is not reached.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "sites"
        made = simulate_microgrids(folder, PopulationOptions(sites, seed=SEED, broken=0.0))
        quick = _rate(folder, Path(place) / "quick", How(days, price=False), workers)
        priced = _rate(folder, Path(place) / "priced", How(days), workers)
        plan_batch(folder, Path(place) / "exact", workers=workers)
        found = [_compared(Path(place), site.name) for site in made]
    excess, below, estimate = (statistics.median(each) for each in zip(*found, strict=True))
    worst = max(each[0] for each in found)
    lines = (
        f"screening   {quick.a_minute:5.0f} sites a minute on {workers} processes "
        f"({quick.cpu_seconds:.2f} CPU s a site), {priced.a_minute:.0f} with the full year "
        f"({priced.cpu_seconds:.2f} CPU s); {sites} sites, {days} typical days\n"
        f"            cost above the optimum {100 * excess:.4f} % (median; most "
        f"{100 * worst:.3f} %), lower end {100 * below:.2f} % below, "
        f"estimate {100 * estimate:.2f} % off"
    )
    reached = quick.a_minute >= QUICK_A_MINUTE and priced.a_minute >= PRICED_A_MINUTE
    if not reached or excess > EXCESS:
        raise SystemExit(f"{lines}\nscreening: {QUICK_A_MINUTE} and {PRICED_A_MINUTE} a minute, "
                         f"and {100 * EXCESS} % are asked")  # fmt: skip
    return lines


def _rate(folder: Path, out: Path, how: How, workers: int) -> Rate:
    before = _cpu_seconds()
    done = screen_sites(folder, out, how, workers=workers)
    return Rate(60 * done.sites / done.seconds, (_cpu_seconds() - before) / done.sites)


def _cpu_seconds() -> float:
    """Of this process and of all that it began."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def _compared(place: Path, site: str) -> tuple[float, float, float]:
    """Cost above the optimum, lower end below it, estimate off it; relative to the optimum."""
    screened, exact = read_record(place / "priced", site), read_record(place / "exact", site)
    if screened is None or exact is None:
        raise SystemExit(f"screening: {site} has no record")
    head, best = screened.head, exact.head["cost"]
    if head["cost"] is None or head["lower"] is None:
        raise SystemExit(f"screening: {site} is {head['status']}, without an interval")
    if not head["lower"] * (1 - _NEAR) <= best <= head["cost"] * (1 + _NEAR):
        raise SystemExit(f"screening: the optimum of {site} lies outside its interval")
    return head["cost"] / best - 1, 1 - head["lower"] / best, abs(head["estimate"] / best - 1)


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    given = parser.parse_args()
    print(screening_rates(given.sites, given.days, given.workers))  # noqa: T201


if __name__ == "__main__":
    main()
